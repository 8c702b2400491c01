package cmd

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzWorkers holds many workers, which get the input in pieces, against one that
// gets it at once.
func FuzzWorkers(f *testing.F) {
	captures, err := filepath.Glob("../testdata/captures/log/*")
	if err != nil || len(captures) == 0 {
		f.Fatalf("%d captures: %v", len(captures), err)
	}
	for i, name := range captures {
		capture, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(capture) < 16<<10 {
			f.Add(capture, uint(i))
		}
	}
	commands := [][]string{{"json", "-c"}, {"urls", "--kind", "all"}, {"list", "-o", "csv"}, {"outputs", "-o", "json"}, {"check", "-v"}, {"raw"}, {"urls", "--latest"}, {"json", "--array"}, {"jobs", "-o", "json"}, {"list", "-o", "tsv", "--failed"}, {"json", "--last", "2"}, {"show"}, {"raw", "-n", "3"}}
	f.Add(bytes.Repeat([]byte("task_token=a&event=queued\ntask_token=b&event=saved&x=%\n"), batchLen), uint(0))
	f.Add([]byte("task_token=a&payload="+strings.Repeat("x", 2*batchBytes)+"\ntask_token=b&event=queued\n"), uint(0))
	f.Fuzz(func(t *testing.T, data []byte, n uint) {
		args := commands[n%uint(len(commands))]
		var wantOut, wantErr, out, errs bytes.Buffer
		want := runOn(1, args, Streams{In: bytes.NewReader(data), Out: &wantOut, Err: &wantErr, Getenv: func(string) string { return "" }})
		got := runOn(4, args, Streams{In: iotest.HalfReader(bytes.NewReader(data)), Out: &out, Err: &errs, Getenv: func(string) string { return "" }})
		if got != want || out.String() != wantOut.String() || errs.String() != wantErr.String() {
			t.Errorf("%q exits with %d, and with one worker with %d\n%s\nwant\n%s\nstandard error\n%s\nwant\n%s", args, got, want, &out, &wantOut, &errs, &wantErr)
		}
	})
}

// TestClosedPipe closes the output while the input stays open: the next callback
// ends the run, quietly.
func TestClosedPipe(t *testing.T) {
	in, send := io.Pipe()
	receive, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	receive.Close()
	var errs bytes.Buffer
	done := make(chan int)
	go func() {
		done <- Run([]string{"json"}, Streams{In: in, Out: out, Err: &errs, Getenv: func(string) string { return "" }})
	}()
	if _, err := io.WriteString(send, "task_token=t&event=queued&status=%7B%22error%22%3A0%7D\n"); err != nil {
		t.Fatal(err)
	}
	if status := <-done; status != 0 || errs.Len() > 0 {
		t.Errorf("exit status %d, standard error %q", status, &errs)
	}
}

// TestLimit keeps the input open behind the callbacks that are wanted: the run ends when
// these are printed.
func TestLimit(t *testing.T) {
	in, send := io.Pipe()
	var out, errs bytes.Buffer
	done := make(chan int)
	go func() {
		done <- Run([]string{"json", "-c", "-n", "2"}, Streams{In: in, Out: &out, Err: &errs, Getenv: func(string) string { return "" }})
	}()
	for _, event := range []string{"queued", "saved"} {
		if _, err := io.WriteString(send, "task_token=t&event="+event+"&status=%7B%22error%22%3A0%7D\n"); err != nil {
			t.Fatal(err)
		}
	}
	if status := <-done; status != 0 || errs.Len() > 0 || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("exit status %d, output %q, standard error %q", status, &out, &errs)
	}
}

// TestManyInputs reads more inputs than there are batches, one of which is missing
// and one of which ends with a body that is no batch's: all is told in order.
func TestManyInputs(t *testing.T) {
	dir := t.TempDir()
	large := "task_token=large&event=saved&payload=" + strings.Repeat("x", batchBytes)
	var args []string
	var want strings.Builder
	for i, body := range slices.Repeat([]string{"task_token=a&event=queued", "", large, "task_token=b&x=%"}, 20) {
		name := filepath.Join(dir, string(rune('A'+i%26))+strings.Repeat("_", i/26))
		args = append(args, name)
		if body == "" {
			want.WriteString("qcb: " + name + ": no such file\n")
			continue
		}
		if err := os.WriteFile(name, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(body, "%") {
			want.WriteString("qcb: " + name + ":1: x is truncated (byte 16 of the body)\n")
		}
	}
	status, out, errs := run(nil, append([]string{"-q", "raw"}, args...)...)
	if wantOut := strings.Repeat("task_token=a&event=queued\n"+large+"\ntask_token=b&x=%\n", 20); status != exitInput || out != wantOut || errs != want.String() {
		t.Errorf("exit status %d, differs at %s\nstandard error\n%s\nwant\n%s", status, difference(out, wantOut), errs, &want)
	}
}
