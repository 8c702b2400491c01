//go:build unix

package errno

import "syscall"

func posix(code syscall.Errno) syscall.Errno { return code }
