package listen

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"qcb/decode/capture"
)

// secrets are headers that are not kept.
var secrets = []string{"Authorization", "Cookie", "Proxy-Authorization"}

// line returns a request as it is kept: a line, without its ending, that all commands read.
func (e *Event) line() []byte {
	headers := maps.Clone(e.Header)
	maps.DeleteFunc(headers, func(name string, _ []string) bool { return slices.Contains(secrets, http.CanonicalHeaderKey(name)) })
	request := capture.Request{Time: e.Time, Zoned: true, Method: e.Method, Path: e.Path, Query: e.Query}
	return request.AppendLine(nil, headers, e.Refused, e.Body)
}

// encodeBytes percent-encodes the bytes of a query that would end or break it, and those that
// are not ASCII.
func encodeBytes(query string) string {
	var b strings.Builder
	for _, c := range []byte(query) {
		if c <= ' ' || '~' < c || c == '#' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// now returns the time of a request, to the millisecond.
func now() time.Time { return time.Now().Truncate(time.Millisecond) }
