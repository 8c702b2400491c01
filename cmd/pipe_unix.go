//go:build !windows

package cmd

import (
	"errors"
	"syscall"
)

// brokenPipe reports whether err says that nobody reads the output any more.
func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
