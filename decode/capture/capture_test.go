package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readAll returns "line: body" for each body in r, and the error at its end.
func readAll(r *Reader) (list []string, err error) {
	for {
		body, err := r.Next()
		if err != nil {
			return list, err
		}
		list = append(list, fmt.Sprintf("%d: %s", body.Line, body.Bytes))
	}
}

func TestReader(t *testing.T) {
	tests := []struct {
		input string
		want  []string
		end   string
	}{
		{"", nil, "no Qencode callback: the input is empty"},
		{" \n\t\r\n", nil, "no Qencode callback: the input is only white space"},
		{"\ufeff\n", nil, "no Qencode callback: the input is only white space"},
		{"task_token=t", []string{"1: task_token=t"}, "EOF"},
		{"task_token=t\n", []string{"1: task_token=t\n"}, "EOF"},
		{"\ufefftask_token=t\r\n", []string{"1: \ufefftask_token=t\r\n"}, "EOF"},
		{"\n\ntask_token=a\n\nx\nevent=b&task_token=b", []string{"3: task_token=a\n", "6: event=b&task_token=b"}, "EOF"},
		{"  ", nil, "no Qencode callback: the input is only white space"},
		{"\t task_token=t\n", []string{"1: task_token=t\n"}, "EOF"},
		{"status=%7Bx", []string{"1: status=%7Bx"}, "EOF"},
		{"status=+%7bx", []string{"1: status=+%7bx"}, "EOF"},
		{"event=e&status={", []string{"1: event=e&status={"}, "EOF"},
		{"&task_token=", []string{"1: &task_token="}, "EOF"},
		{"status=ok&event=e", nil, "no Qencode callback: it looks like the form of something else: status=ok&event=e"},
		{"status=%7", nil, "no Qencode callback: it looks like the form of something else: status=%7"},
		{"a task_token=t", nil, "no Qencode callback: it looks like text: a task_token=t"},
		{"see status={}", nil, "no Qencode callback: it looks like text: see status={}"},
		{"=task_token=", nil, "no Qencode callback: it looks like text: =task_token="},
		{"my_task_token=t", nil, "no Qencode callback: it looks like the form of something else: my_task_token=t"},
		{" <html>", nil, "no Qencode callback: it looks like HTML or XML: <html>"},
		{`{"a": "task_token=t"}`, nil, `no Qencode callback: it looks like JSON: {"a": "task_token=t"}`},
		{`[1]`, nil, `no Qencode callback: it looks like JSON: [1]`},
		{"a\x00b", nil, "no Qencode callback: it looks like binary data"},
		{"caf\xe9", nil, "no Qencode callback: it looks like binary data"},
		{strings.Repeat("é", 41), nil, "no Qencode callback: it looks like text: " + strings.Repeat("é", 40) + "…"},
		{strings.Repeat("QUFB", 40) + "==", nil, "no Qencode callback: it looks like text: " + strings.Repeat("QUFB", 10) + "…"},
	}
	for _, test := range tests {
		got, err := readAll(NewReader(strings.NewReader(test.input), 0))
		if !slices.Equal(got, test.want) || err.Error() != test.end {
			t.Errorf("%q has the bodies %q and ends with %q, want %q and %q", test.input, got, err, test.want, test.end)
		}
	}
}

func TestNoCallbackError(t *testing.T) {
	_, err := NewReader(strings.NewReader(""), 0).Next()
	var none *NoCallbackError
	if !errors.As(err, &none) {
		t.Errorf("%T is no *NoCallbackError", err)
	}
}

func TestSkipped(t *testing.T) {
	r := NewReader(strings.NewReader("\n# first\ntask_token=t\nsecond\n\n"), 0)
	if _, err := readAll(r); err != io.EOF {
		t.Fatal(err)
	}
	if want := (Skipped{Lines: 2, First: 2, Saw: "text: # first"}); r.Skipped != want {
		t.Errorf("skipped %+v, want %+v", r.Skipped, want)
	}
}

// TestReadError checks that the error of the input comes after the line before
// it, stays, and is not taken for the end.
func TestReadError(t *testing.T) {
	broken := errors.New("broken")
	r := NewReader(io.MultiReader(strings.NewReader("task_token=a\ntask_token=b"), iotest.ErrReader(broken)), 0)
	got, err := readAll(r)
	if want := []string{"1: task_token=a\n", "2: task_token=b"}; !slices.Equal(got, want) || err != broken {
		t.Errorf("bodies %q and error %v, want %q and %v", got, err, want, broken)
	}
	if _, err := r.Next(); err != broken {
		t.Errorf("the next error is %v, want %v", err, broken)
	}
	if _, err := readAll(NewReader(iotest.ErrReader(broken), 0)); err != broken {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// endless is a line that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestTooLong(t *testing.T) {
	r := NewReader(io.MultiReader(strings.NewReader("task_token=a\n"), endless{}), 0)
	r.longest = 1 << 20
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err == nil || err.Error() != "line 2 is longer than 1 MiB" {
		t.Errorf("error %v", err)
	}
}

// TestLongLines reads lines around the sizes of buffers.
func TestLongLines(t *testing.T) {
	var input strings.Builder
	var want []string
	for i, n := range []int{1, 256<<10 - 14, 256<<10 - 13, 256<<10 - 12, 1 << 20, 5} {
		body := "task_token=t" + strings.Repeat("x", n) + "\n"
		input.WriteString(body)
		want = append(want, fmt.Sprintf("%d: %s", i+1, body))
	}
	for _, size := range []int64{0, int64(input.Len())} {
		got, err := readAll(NewReader(strings.NewReader(input.String()), size))
		if !slices.Equal(got, want) || err != io.EOF {
			t.Errorf("with size %d, the lines are not what went in: %v", size, err)
		}
	}
}

// TestAnswersAtOnce checks that a body is returned before more input is asked for.
func TestAnswersAtOnce(t *testing.T) {
	in, out := io.Pipe()
	r := NewReader(in, 0)
	for i := range 3 {
		go func() { _, _ = io.WriteString(out, "task_token=t\n") }()
		if body, err := r.Next(); err != nil || body.Line != i+1 {
			t.Fatalf("line %d: %+v, %v", i+1, body, err)
		}
	}
}

// FuzzReader checks that it does not matter in which pieces the input arrives,
// and that the bodies are whole lines of it but for their indentation.
func FuzzReader(f *testing.F) {
	bodies, err := filepath.Glob("../../testdata/bodies/*.form")
	if err != nil || len(bodies) == 0 {
		f.Fatalf("no bodies: %v", err)
	}
	for _, name := range bodies {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte("a\ntask_token=t\r\n\nstatus=%7B"))
	f.Fuzz(func(t *testing.T, input []byte) {
		whole, err := readAll(NewReader(bytes.NewReader(input), int64(len(input))))
		pieces, err2 := readAll(NewReader(iotest.OneByteReader(bytes.NewReader(input)), 0))
		if !slices.Equal(whole, pieces) || err.Error() != err2.Error() {
			t.Fatalf("in one piece %q, %v; byte by byte %q, %v", whole, err, pieces, err2)
		}
		lines := slices.Collect(bytes.Lines(input))
		for _, body := range whole {
			number, text, _ := strings.Cut(body, ": ")
			var line int
			if _, err := fmt.Sscan(number, &line); err != nil || strings.TrimLeft(string(lines[line-1]), " \t") != text {
				t.Fatalf("body %q is not line %d", text, line)
			}
		}
	})
}
