package cmd

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestProgress checks that progress is shown on standard error where it should be,
// that it is gone in the end and before each other line, and that it changes no
// output.
func TestProgress(t *testing.T) {
	body, err := os.ReadFile("../testdata/bodies/saved.form")
	if err != nil {
		t.Fatal(err)
	}
	// More than is read before the first of it has been printed.
	log := filepath.Join(t.TempDir(), "callbacks.log")
	lines := bytes.Repeat(append(body, '\n'), 8*batchBytes/len(body))
	if err := os.WriteFile(log, lines, 0o600); err != nil {
		t.Fatal(err)
	}
	const gone = "\x1b[2K\r"
	tests := []struct {
		args     string
		terminal bool   // Out is one, too
		bar      string // what there is of it
		lines    string // what else there is on standard error
	}{
		{args: "urls " + log, bar: "%"},
		{args: "urls", bar: "waiting for the end of the input"}, // a pipe that has sent little
		{args: "urls missing " + log + " missing", bar: "%", lines: "qcb: missing: no such file\nqcb: missing: no such file\n"},
		{args: "urls missing " + log, bar: "%", lines: "qcb: missing: no such file\n", terminal: true},
		{args: "check " + log, bar: "%", terminal: true},
		{args: "urls -q " + log},
	}
	for _, test := range tests {
		args := strings.Fields(test.args)
		streams := func(after time.Duration) (Streams, *bytes.Buffer, *bytes.Buffer) {
			var out, errs bytes.Buffer
			return Streams{In: bytes.NewReader(lines), Out: &out, Err: &errs, OutTerminal: test.terminal, ProgressAfter: after, Getenv: getenv("TERM=dumb")}, &out, &errs
		}
		plain, wantOut, wantErrs := streams(0)
		want := runOn(1, args, plain)
		shown, out, errs := streams(1)
		if got := runOn(1, args, shown); got != want || out.String() != wantOut.String() || wantErrs.String() != test.lines {
			t.Errorf("%s: exit status %d, want %d; standard error without progress %q", test.args, got, want, wantErrs)
		}
		got := errs.String()
		if (test.bar == "") != (got == test.lines) || !strings.Contains(got, test.bar) {
			t.Errorf("%s: standard error %q", test.args, got)
		}
		rest := got
		for line := range strings.Lines(test.lines) {
			before, after, ok := strings.Cut(rest, line)
			if !ok || before != "" && !strings.HasSuffix(before, gone) {
				t.Errorf("%s: %q does not stand alone in %q", test.args, line, got)
			}
			rest = after
		}
		if test.bar != "" && !strings.HasSuffix(got, gone) && !strings.HasSuffix(got, "\n") {
			t.Errorf("%s: at the end of %q the bar is still there", test.args, got)
		}
	}
}

// TestWaiting checks what is shown while a pipe is silent.
func TestWaiting(t *testing.T) {
	in, send := io.Pipe()
	errs := &watched{text: "\x1b[2K\rwaiting for the end of the input (2 callbacks so far)", seen: make(chan struct{})}
	done := make(chan int)
	go func() {
		done <- Run([]string{"list", "--no-summary"}, Streams{In: in, Out: io.Discard, Err: errs, ProgressAfter: 1, Getenv: func(string) string { return "" }})
	}()
	if _, err := io.WriteString(send, "task_token=a&event=queued&status={\"status\":\"queued\"}\ntask_token=b&event=queued&status={\"status\":\"queued\"}\n"); err != nil {
		t.Fatal(err)
	}
	<-errs.seen
	send.Close()
	if status := <-done; status != 0 || !strings.HasSuffix(errs.String(), "so far)\x1b[2K\r") {
		t.Errorf("exit status %d, standard error %q", status, errs)
	}
}

// watched tells when a text is written.
type watched struct {
	bytes.Buffer
	text string
	seen chan struct{}
}

func (w *watched) Write(text []byte) (int, error) {
	if string(text) == w.text {
		close(w.seen)
	}
	return w.Buffer.Write(text)
}

// TestTyping checks that no progress is shown while a person types.
func TestTyping(t *testing.T) {
	if p := (&app{Streams: Streams{InTerminal: true, ProgressAfter: 1}}).newProgress([]string{"-"}, 1); p != nil {
		t.Errorf("%+v", p)
	}
}

func TestProgressLine(t *testing.T) {
	for _, test := range []struct {
		read, total int64
		took        time.Duration
		want        string
	}{
		{1_000_000, 0, time.Second, "1 MB  1 MB/s"},
		{120_000_000, 480_000_000, time.Second / 2, "[======                  ] 25 %  120 of 480 MB  240 MB/s  2s left"},
		{1, 1_000_000_000_000, time.Second, "[                        ]  0 %  0 of 1000000 MB  0 MB/s  277777h46m40s left"},
		{500_000_000, 400_000_000, 2 * time.Second, "500 MB  250 MB/s"}, // The log has grown.
		{5, 0, 0, "0 MB  0 MB/s"},
	} {
		if got := progressLine(test.read, test.total, test.took); got != test.want {
			t.Errorf("%d of %d bytes in %s: %q, want %q", test.read, test.total, test.took, got, test.want)
		}
	}
}
