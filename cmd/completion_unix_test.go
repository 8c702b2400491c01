//go:build unix

package cmd

import (
	"path/filepath"
	"syscall"
	"testing"
)

// TestCompletionOfPipe completes beside a named pipe that nobody writes to: it would wait
// for ever.
func TestCompletionOfPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, _ := run(nil, "__complete", "show", pipe, "--task", ""); status != 0 || out != ":4\n" {
		t.Errorf("exit status %d, %q", status, out)
	}
}
