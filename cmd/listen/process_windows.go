package listen

import (
	"os"
	"os/exec"
	"syscall"
	"unsafe"
)

// ownGroup starts a program as the first of a group of processes, which Ctrl-C does not
// reach: qcb ends when it is done.
func ownGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// killGroup ends a program.
func killGroup(p *os.Process) error { return p.Kill() }

// lock takes the lock of a file for this process, and reports false if another has it.
// The lock is on a byte far behind the end, or others could not read the file.
func lock(file *os.File) bool {
	const exclusive, failAtOnce = 2, 1
	far := syscall.Overlapped{OffsetHigh: 1 << 30}
	locked, _, err := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx").Call(
		file.Fd(), exclusive|failAtOnce, 0, 1, 0, uintptr(unsafe.Pointer(&far)))
	const lockViolation = syscall.Errno(33)
	return locked != 0 || err != lockViolation
}
