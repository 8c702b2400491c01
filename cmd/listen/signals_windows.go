package listen

import (
	"os/exec"
	"syscall"
)

// ownSignals keeps Ctrl-C from a program: qcb ends when it is done.
func ownSignals(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
