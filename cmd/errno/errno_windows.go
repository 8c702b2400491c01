package errno

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// posix returns the error of POSIX for one of Windows, or the same error if it has none.
func posix(code syscall.Errno) syscall.Errno {
	switch code {
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
	return code
}
