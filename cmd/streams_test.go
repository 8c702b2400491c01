package cmd

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestColored covers the precedence of the flag, the variables and the terminal.
func TestColored(t *testing.T) {
	tests := []struct {
		flag     string
		env      string // NAME=value, separated by spaces
		terminal bool
		want     bool
	}{
		{"auto", "", true, true},
		{"auto", "", false, false},
		{"always", "NO_COLOR=1 TERM=dumb", false, true},
		{"never", "FORCE_COLOR=1", true, false},
		{"auto", "NO_COLOR=1 FORCE_COLOR=1", true, false},
		{"auto", "NO_COLOR=", true, true},
		{"auto", "FORCE_COLOR=1 TERM=dumb", false, true},
		{"auto", "CLICOLOR_FORCE=1", false, true},
		{"auto", "CLICOLOR_FORCE=0 FORCE_COLOR=0", false, false},
		{"auto", "TERM=dumb", true, false},
	}
	for _, test := range tests {
		s := Streams{OutTerminal: test.terminal, Getenv: getenv(test.env)}
		if got := s.colored(test.flag); got != test.want {
			t.Errorf("--color %s, %s, terminal %v: %v", test.flag, test.env, test.terminal, got)
		}
	}
}

// getenv knows the variables in a text: NAME=value, separated by spaces.
func getenv(variables string) func(name string) string {
	return func(name string) string {
		for variable := range strings.FieldsSeq(variables) {
			if value, ok := strings.CutPrefix(variable, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// TestLinked covers which terminals get links.
func TestLinked(t *testing.T) {
	tests := []struct {
		flag     string
		env      string
		terminal bool
		want     bool
	}{
		{"auto", "TERM=xterm-256color", true, false},
		{"auto", "TERM=xterm-kitty", true, true},
		{"auto", "TERM_PROGRAM=WezTerm", true, true},
		{"auto", "VTE_VERSION=7006", true, true},
		{"auto", "VTE_VERSION=5000", true, false}, // It crashed.
		{"auto", "WT_SESSION=1", true, true},
		{"auto", "TERM=xterm-kitty", false, false},
		{"always", "FORCE_HYPERLINK=1", false, false},
		{"auto", "FORCE_HYPERLINK=1", true, true},
		{"auto", "FORCE_HYPERLINK=0 TERM=xterm-kitty", true, false},
		{"auto", "NO_COLOR=1 TERM=xterm-kitty", true, false},
		{"never", "FORCE_HYPERLINK=1", true, false},
	}
	for _, test := range tests {
		s := Streams{OutTerminal: test.terminal, Getenv: getenv(test.env)}
		if got := s.linked(test.flag); got != test.want {
			t.Errorf("--color %s, %s, terminal %v: %v", test.flag, test.env, test.terminal, got)
		}
	}
}

// TestTerminal runs show as on a terminal of 60 cells.
func TestTerminal(t *testing.T) {
	var out, errs bytes.Buffer
	status := Run([]string{"show", "../testdata/bodies/kinds.form"}, Streams{
		In: strings.NewReader(""), Out: &out, Err: &errs,
		InTerminal: true, OutTerminal: true, Width: 60,
		Getenv: func(string) string { return "" },
	})
	if status != 0 || errs.Len() > 0 {
		t.Errorf("exit status %d, standard error %q", status, &errs)
	}
	if !strings.HasPrefix(out.String(), "\x1b[32mcompleted\x1b[") || !strings.Contains(out.String(), "hidden (terminal too narrow): cost, detected language,") {
		t.Errorf("output:\n%s", &out)
	}
}

// TestAnswersAtOnce pipes callbacks in one by one: each is answered before the
// next one is sent.
func TestAnswersAtOnce(t *testing.T) {
	for _, command := range []string{"show --all", "json", "urls", "raw", "check -v", "outputs -o tsv"} {
		in, send := io.Pipe()
		receive, out := io.Pipe()
		done := make(chan int)
		go func() {
			done <- Run(strings.Fields(command), Streams{In: in, Out: out, Err: io.Discard, Getenv: func(string) string { return "" }})
		}()
		buf := make([]byte, 64<<10)
		for range 3 {
			if _, err := io.WriteString(send, "task_token=t&status={\"status\":\"completed\",\"videos\":[{\"url\":\"https://x.example/a\"}]}\n"); err != nil {
				t.Fatal(err)
			}
			if n, err := receive.Read(buf); err != nil || n == 0 {
				t.Fatalf("%s: %d bytes, %v", command, n, err)
			}
		}
		go func() { _, _ = io.Copy(io.Discard, receive) }() // raw ends the last line of several.
		send.Close()
		if status := <-done; status != 0 {
			t.Errorf("%s: exit status %d", command, status)
		}
	}
}
