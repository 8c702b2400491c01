//go:build !windows

package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestProgressOfPipe checks that a named pipe is opened once: its writer would take
// the end of a first reader for that of all.
func TestProgressOfPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	written := make(chan error)
	go func() {
		written <- os.WriteFile(pipe, []byte("task_token=t&status={\"status\":\"completed\",\"error\":0}\n"), 0o600)
	}()
	var out, errs bytes.Buffer
	status := Run([]string{"check", "-v", pipe}, Streams{Out: &out, Err: &errs, ProgressAfter: 1, Getenv: getenv("")})
	if err := <-written; err != nil || status != 0 || out.String() != pipe+":1: completed, task t, no-output\n" {
		t.Errorf("exit status %d, %q and %q, %v", status, &out, &errs, err)
	}
}
