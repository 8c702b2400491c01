//go:build unix

package listen

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// script writes a program for the shell.
func script(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestProgram runs programs that leave others behind, and that do not end: nothing of
// them is left. Each holds a pipe open, whose end tells.
func TestProgram(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		text    string
		timeout time.Duration
		want    string
	}{
		{"read x; echo $x", time.Minute, "done; output: in"},
		{"exec 1>&2; echo no; exit 3", time.Minute, "exit status 3; output: no"},
		{"sleep 1000 > " + pipe + " & echo ok", time.Minute, "done; killed what it had left running; output: ok"},
		{"sleep 1000 > " + pipe + " 2>&1 < /dev/null & echo ok", time.Minute, "done; output: ok"},
		{"sleep 1000 > " + pipe + " & echo ok; sleep 1000", 2 * time.Second, "killed: it took longer than 2s; output: ok"},
	} {
		left := make(chan struct{})
		if strings.Contains(test.text, pipe) {
			go func() {
				_, _ = os.ReadFile(pipe) // It ends with the last process that writes.
				close(left)
			}()
		} else {
			close(left)
		}
		p := &Program{Args: []string{script(t, test.text)}, Timeout: test.timeout}
		got, done := p.Run([]byte("in\n"), nil)
		if _, result, _ := strings.Cut(regexp.MustCompile(`in \d+ ms`).ReplaceAllString(got, "in MS"), " in MS: "); result != test.want || done != strings.HasPrefix(test.want, "done") {
			t.Errorf("%s: %q, done %v, want %q", test.text, got, done, test.want)
		}
		<-left
	}
}
