// Package errno finds what the operating system said in the error of a file, a connection or
// a program.
package errno

import (
	"errors"
	"syscall"
)

// Of returns the system's error in err, or 0 if it has none. On Windows, too, the usual
// errors are those of POSIX: Go knows their words, and those of Windows are in the user's
// language.
func Of(err error) syscall.Errno {
	var code syscall.Errno
	_ = errors.As(err, &code) // Otherwise it stays 0.
	return posix(code)
}
