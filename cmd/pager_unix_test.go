//go:build !windows

package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPager checks what goes through a pager, and that messages come after its output.
func TestPager(t *testing.T) {
	log := filepath.Join(t.TempDir(), "callbacks.log")
	if err := os.WriteFile(log, []byte(strings.Repeat("task_token=t&event=queued\n", 9)), 0o600); err != nil {
		t.Fatal(err)
	}
	line := `{"task_token":"t","event":"queued"}` + "\n"
	nine, paged := strings.Repeat(line, 9), strings.Repeat("|"+line, 9)
	const missing = "qcb: missing: no such file\n"
	tests := []struct {
		args, env string
		height    int
		terminal  bool
		out, errs string
	}{
		{args: "json -c FILE", env: "QCB_PAGER=sed_s/^/|/ PAGER=nothing", height: 9, terminal: true, out: paged},
		{args: "json -c FILE", env: "PAGER=sed_s/^/|/", height: 9, terminal: true, out: paged},
		{args: "json -c missing FILE", env: "PAGER=sed_s/^/|/", height: 9, terminal: true, out: paged, errs: missing},
		{args: "json -c FILE", env: "PAGER=sed_s/^/|/", height: 10, terminal: true, out: nine}, // It fits.
		{args: "json -c FILE missing", env: "PAGER=sed_s/^/|/", height: 10, terminal: true, out: nine, errs: missing},
		{args: "json -c FILE", env: "PAGER=sed_s/^/|/", height: 9, out: nine}, // in a pipe
		{args: "json -c FILE", env: "PAGER=sed_s/^/|/", terminal: true, out: nine},
		{args: "json -c --no-pager FILE", env: "PAGER=sed_s/^/|/", height: 9, terminal: true, out: nine},
		{args: "json -c FILE", env: "QCB_PAGER=cat PAGER=sed_s/^/|/", height: 9, terminal: true, out: nine},
		{args: "json -c FILE", env: "PAGER=sed_s/^/|/ TERM=dumb", height: 9, terminal: true, out: nine},
		{args: "json -c FILE", env: "PAGER=no_such_program", height: 9, terminal: true, out: nine},
		{args: "json -c FILE /dev/null", env: "PAGER=sed_s/^/|/", height: 9, terminal: true, out: nine, errs: "qcb: /dev/null: no Qencode callback: the input is empty\nhint: a callback is a form body with the fields task_token and status, as Qencode posts it\n"},
		{args: "json -c", env: "PAGER=sed_s/^/|/", height: 9, terminal: true, out: nine}, // a pipe may be slow
		{args: "help environment", env: "PAGER=sed_-n_1p", height: 9, terminal: true, out: "Environment variables that qcb reads\n"},
	}
	for _, test := range tests {
		in, err := os.Open(log)
		if err != nil {
			t.Fatal(err)
		}
		variables := getenv(test.env)
		var out, errs bytes.Buffer
		Run(append(strings.Fields(strings.ReplaceAll(test.args, "FILE", log)), "--color=never"), Streams{
			In: in, Out: &out, Err: &errs, OutTerminal: test.terminal, Height: test.height, Width: 80,
			Getenv: func(name string) string { return strings.ReplaceAll(variables(name), "_", " ") },
		})
		in.Close()
		if out.String() != test.out || errs.String() != test.errs {
			t.Errorf("%s, %s, %d lines: %q, and on standard error %q", test.args, test.env, test.height, &out, &errs)
		}
	}
}
