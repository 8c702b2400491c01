package capture

import "time"

// Request is what a capture tells of the request that brought a callback: it stands around the
// body, never in it.
type Request struct {
	Time  time.Time // when it came; zero where the capture does not tell
	Zoned bool      // Time was written with an offset from UTC; else it is as if it were UTC

	Method, Path, Query string // "" where the capture does not tell
}
