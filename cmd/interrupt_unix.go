//go:build unix

package cmd

import (
	"os"
	"os/signal"
	"syscall"
)

// die ends the process as a signal does that nobody takes.
func die(s os.Signal) {
	signal.Reset(s)
	_ = syscall.Kill(os.Getpid(), s.(syscall.Signal)) // It is this process.
	select {}
}
