//go:build unix

package listen

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// start starts a program as the first of a group of processes, which Ctrl-C does not
// reach: qcb ends when it is done. end kills all that it has started and left running.
func start(c *exec.Cmd) (end func(), err error) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return func() { _ = killGroup(c.Process) }, c.Start() // The group may have ended.
}

// killGroup ends a program and all that it has started.
func killGroup(p *os.Process) error {
	if err := syscall.Kill(-p.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// lock takes the lock of a file for this process, and reports false if another has it.
// A file system without locks has none to take.
func lock(file *os.File) bool {
	return !errors.Is(syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
