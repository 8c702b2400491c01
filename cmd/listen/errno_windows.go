package listen

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// Errno returns the system's error in err, or 0 if it has none. The usual errors are those
// that other systems have for them: Go knows their words, and those of Windows are in the
// user's language.
func Errno(err error) (errno syscall.Errno) {
	_ = errors.As(err, &errno) // Otherwise it stays 0.
	switch errno {
	case windows.ERROR_BROKEN_PIPE, windows.ERROR_NO_DATA:
		return syscall.EPIPE
	case windows.ERROR_INVALID_NAME:
		return syscall.ENOENT
	case windows.ERROR_BAD_EXE_FORMAT:
		return syscall.ENOEXEC
	case windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL:
		return syscall.ENOSPC
	case windows.WSAEACCES:
		return syscall.EACCES
	case windows.WSAEADDRINUSE:
		return syscall.EADDRINUSE
	case windows.WSAEADDRNOTAVAIL:
		return syscall.EADDRNOTAVAIL
	case windows.WSAECONNREFUSED:
		return syscall.ECONNREFUSED
	case windows.WSAECONNABORTED:
		return syscall.ECONNABORTED
	case windows.WSAECONNRESET:
		return syscall.ECONNRESET
	case windows.WSAENETUNREACH:
		return syscall.ENETUNREACH
	case windows.WSAEHOSTUNREACH:
		return syscall.EHOSTUNREACH
	}
	return errno
}
