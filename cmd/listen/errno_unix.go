//go:build unix

package listen

import (
	"errors"
	"syscall"
)

// Errno returns the system's error in err, or 0 if it has none.
func Errno(err error) (errno syscall.Errno) {
	_ = errors.As(err, &errno) // Otherwise it stays 0.
	return errno
}
