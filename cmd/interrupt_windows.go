package cmd

import "os"

// die ends the process with the exit status of one that was interrupted.
func die(os.Signal) {
	const interrupted = 130
	os.Exit(interrupted)
}
