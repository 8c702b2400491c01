package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"
)

// run runs qcb away from any terminal and returns what it prints.
func run(in io.Reader, args ...string) (status int, out, errs string) {
	var stdout, stderr bytes.Buffer
	status = Run(args, Streams{In: in, Out: &stdout, Err: &stderr, Now: time.Now, Getenv: func(string) string { return "" }})
	return status, stdout.String(), stderr.String()
}

// TestLargeBody reads one body of 100 MB.
func TestLargeBody(t *testing.T) {
	const videos = 90_000
	video := `{"url":"https://x.example/a.mp4","tag":"video-0-0","unknown":"` + strings.Repeat("%5C%22", 175) + `"},`
	in := io.MultiReader(
		strings.NewReader(`task_token=t&event=saved&status={"status":"completed","error":0,"videos":[`),
		bytes.NewReader(bytes.Repeat([]byte(video), videos)),
		strings.NewReader(`{"url":"https://x.example/last.mp4"}]}`),
	)
	status, out, errs := run(in, "urls")
	if lines := strings.Count(out, "\n"); status != 0 || errs != "" || lines != videos+1 || !strings.HasSuffix(out, "/last.mp4\n") {
		t.Errorf("exit status %d, %d URLs, standard error %q", status, lines, errs)
	}
}

// TestReadError breaks the input after a callback.
func TestReadError(t *testing.T) {
	in := io.MultiReader(strings.NewReader("task_token=t&event=queued\n"), iotest.ErrReader(errors.New("cable pulled")))
	status, out, errs := run(in, "json", "-c")
	if status != exitInput || out != `{"task_token":"t","event":"queued"}`+"\n" || errs != "qcb: stdin: cable pulled\n" {
		t.Errorf("exit status %d, output %q, standard error %q", status, out, errs)
	}
}

// TestNamesAreEscaped gives files names that could forge a line or drive a
// terminal.
func TestNamesAreEscaped(t *testing.T) {
	_, _, errs := run(nil, "show", "a\nqcb: all is well\x1b[2J")
	if want := `qcb: a\nqcb: all is well\x1b[2J: no such file` + "\n"; errs != want {
		t.Errorf("standard error %q, want %q", errs, want)
	}
}

// TestBinary reads what is no text.
func TestBinary(t *testing.T) {
	status, _, errs := run(strings.NewReader("\x7fBLF\x00\x01"), "-q", "show")
	if want := "qcb: stdin: no Qencode callback: it looks like binary data\n"; status != exitInput || errs != want {
		t.Errorf("exit status %d, standard error %q, want %q", status, errs, want)
	}
}

// TestUnwritable fails the output at every eighth byte, for each command and with
// --latest, which writes at the end.
func TestUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(file, []byte("task_token=t&event=saved&status={\"status\":\"completed\",\"videos\":[{\"url\":\"https://x.example/a\"}]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"show", file, file}, {"json", file, file}, {"json", "--array", file}, {"urls", file, file}, {"urls", "--latest", file}, {"--help"}} {
		_, whole, _ := run(nil, args...)
		for n := 0; n < len(whole); n += 8 {
			var stderr bytes.Buffer
			status := Run(args, Streams{Out: &failingWriter{n}, Err: &stderr, Getenv: func(string) string { return "" }})
			if status != exitInput || stderr.String() != "qcb: cannot write the output: full\n" {
				t.Fatalf("%q with room for %d bytes: exit status %d, standard error %q", args, n, status, &stderr)
			}
		}
	}
}

// failingWriter fails for good after some bytes.
type failingWriter struct{ left int }

func (w *failingWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, errors.New("full")
	}
	w.left -= len(p)
	return len(p), nil
}

// TestLongMessage bounds what a message in a callback can put on standard error.
func TestLongMessage(t *testing.T) {
	body := "event=error&task_token=t&error_message=" + strings.Repeat("é", 1<<20)
	_, _, errs := run(strings.NewReader(body), "urls")
	if !strings.HasPrefix(errs, "qcb: stdin:1: the job failed: éé") || !strings.Contains(errs, "é…é") || utf8.RuneCountInString(errs) > 4001 {
		t.Errorf("%d bytes on standard error: %.80q", len(errs), errs)
	}
}

// TestCutter checks that the usual lengths at which bodies are cut off are named.
func TestCutter(t *testing.T) {
	const start = "task_token=t&event=saved&status=%7B%22error%22%3A0%2C%22videos%22%3A%5B%7B%22url%22%3A%22"
	for kib, name := range map[int]string{8: "nginx", 10: "ngrok", 16: "docker"} {
		body := start + strings.Repeat("a", kib<<10-len(start))
		status, out, errs := run(strings.NewReader(body), "json", "-c")
		want := fmt.Sprintf("hint: it ends after %d KiB, which is as much as %s keeps of a long body\n", kib, name)
		if status != exitInput || !strings.HasPrefix(out, `{"task_token":"t","event":"saved","status":{"error":0`) || !strings.Contains(errs, want) {
			t.Errorf("exit status %d, %.100q and %q; want the hint %q", status, out, errs, want)
		}
	}
}
