package cmd

import (
	"errors"
	"syscall"
)

// brokenPipe reports whether err says that nobody reads the output any more:
// ERROR_BROKEN_PIPE or ERROR_NO_DATA.
func brokenPipe(err error) bool {
	return errors.Is(err, syscall.Errno(109)) || errors.Is(err, syscall.Errno(232))
}
