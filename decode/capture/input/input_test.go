package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readers are the ways in which a text may come.
var readers = map[string]func(text string) io.Reader{
	"whole":         func(text string) io.Reader { return strings.NewReader(text) },
	"byte by byte":  func(text string) io.Reader { return iotest.OneByteReader(strings.NewReader(text)) },
	"end with data": func(text string) io.Reader { return iotest.DataErrReader(strings.NewReader(text)) },
}

// readAll returns each line as "number: line".
func readAll(in *Input) (list []string) {
	for line := in.Line(); len(line) > 0; line = in.Line() {
		list = append(list, fmt.Sprintf("%d: %s", in.Number, line))
	}
	return list
}

func TestLine(t *testing.T) {
	tests := []struct {
		name, input string
		want        []string
	}{
		{"nothing", "", nil},
		{"only a mark", "\ufeff", nil},
		{"half a mark", "\xef\xbb", []string{"1: \xef\xbb"}},
		{"no ending", "a", []string{"1: a"}},
		{"endings", "a\r\n\n\nb\n", []string{"1: a\r\n", "2: \n", "3: \n", "4: b\n"}},
		{"no ending at the end", "a\nb", []string{"1: a\n", "2: b"}},
		{"UTF-8 with a mark", "\ufeffa\nb", []string{"1: a\n", "2: b"}},
		{"UTF-16, low byte first", "\xff\xfea\x00\n\x00\xe9\x00", []string{"1: a\n", "2: é"}},
		{"UTF-16, high byte first", "\xfe\xff\x00a\x00\n\x00\xe9", []string{"1: a\n", "2: é"}},
		{"Latin-1", "\xff\n\xe9", []string{"1: \xff\n", "2: \xe9"}},
	}
	for _, test := range tests {
		for how, reader := range readers {
			in := New(reader(test.input), 0)
			if in.Err() != nil {
				t.Errorf("%s, %s: error %v before the first line", test.name, how, in.Err())
			}
			if got := readAll(in); !slices.Equal(got, test.want) || in.Err() != io.EOF || in.Number != len(got) {
				t.Errorf("%s, %s: lines %q, %v, number %d; want %q", test.name, how, got, in.Err(), in.Number, test.want)
			}
		}
	}
}

// next returns what Skip passes over, and the line after it.
func next(in *Input) (skipped, line string) {
	var all strings.Builder
	for text := in.Skip(); len(text) > 0; text = in.Skip() {
		all.Write(text)
	}
	return all.String(), string(in.Line())
}

func TestSkip(t *testing.T) {
	tests := []struct {
		name, input string
		want        []string // what was skipped, and "number: line" after it, in turn
	}{
		{"nothing", "", []string{"", "0: "}},
		{"no signal", "a\nb", []string{"a\nb", "2: "}},
		{"the first line", "task_token\na\n", []string{"", "1: task_token\n", "a\n", "2: "}},
		{"a later line", "a\nb\n\ntask_token=t&\nc", []string{"a\nb\n\n", "4: task_token=t&\n", "c", "5: "}},
		{"the last line", "a\nevent=e&task_token=t", []string{"a\n", "2: event=e&task_token=t", "", "2: "}},
		{"two of them", "task_token\ntask_token\n", []string{"", "1: task_token\n", "", "2: task_token\n", "", "2: "}},
		{"the first of several signals", "a\nstatus={\ntask_token\n", []string{"a\n", "2: status={\n", "", "3: task_token\n", "", "3: "}},
		{
			"far behind", strings.Repeat("a\n", block) + "task_token\n",
			[]string{strings.Repeat("a\n", block), fmt.Sprint(block+1, ": task_token\n"), "", fmt.Sprint(block+1, ": ")},
		},
	}
	for _, test := range tests {
		for how, reader := range readers {
			in := New(reader(test.input), 0)
			var got []string
			for line := "-"; line != ""; {
				var skipped string
				skipped, line = next(in)
				got = append(got, skipped, fmt.Sprintf("%d: %s", in.Number, line))
			}
			if !slices.Equal(got, test.want) || in.Err() != io.EOF {
				t.Errorf("%s, %s: %.200q, %v; want %.200q", test.name, how, got, in.Err(), test.want)
			}
		}
	}
}

// within returns the number of the first line that Before may return if the one
// with this number was returned last.
func within(lines []string, last int) (first int) {
	first = last
	for size := 0; first > max(1, last-contextLines) && size+len(lines[first-2]) <= contextBytes; first-- {
		size += len(lines[first-2])
	}
	return first
}

func TestBefore(t *testing.T) {
	var text strings.Builder
	var lines []string
	for i := range 3000 {
		line := fmt.Sprintf("line %d%s\n", i+1, strings.Repeat(".", i%300))
		lines = append(lines, line)
		text.WriteString(line)
	}
	lines = append(lines, "task_token"+strings.Repeat("-", contextBytes)+"\n", "last\n")
	input := text.String() + lines[3000] + lines[3001]
	// join returns the lines from one number to another.
	join := func(from, to int) string { return strings.Join(lines[from-1:to], "") }
	for how, reader := range readers {
		in := New(reader(input), 0)
		check := func(name string, from, wantFirst, wantLast int) {
			t.Helper()
			got, first := in.Before(from)
			if want := join(wantFirst, wantLast); first != wantFirst || string(got) != want {
				t.Errorf("%s, %s: %d bytes from line %d, want %d from line %d", how, name, len(got), first, len(want), wantFirst)
			}
		}
		check("nothing was read", 1, 1, 0)
		in.Line()
		check("one line", 1, 1, 1)
		in.Line()
		check("two lines", 1, 1, 2)
		check("from the second", 2, 2, 2)
		check("from a later one", 4, 2, 2)
		for range 298 {
			in.Line()
		}
		check("32 KiB before the last one", 1, within(lines, 300), 300)
		for range 100 {
			in.Line()
		}
		check("short lines", 301, 301, 400)
		for in.Skip(); in.Number < 3000; in.Skip() {
			continue
		}
		check("skipped", 1, within(lines, 3001), 3000)
		in.Line()
		check("with a long line", 1, within(lines, 3001), 3001)
		in.Skip()
		check("behind it", 1, 3002, 3002)
	}
	for _, test := range []struct {
		name, line string
		read       int // how many of 1000 such lines are read
		first, n   int // the first line that Before returns, and the length of the text
	}{
		{"200 lines", "a\n", 500, 300, 2 * (contextLines + 1)},
		{"just 32 KiB", strings.Repeat("a", 1<<10-1) + "\n", 500, 468, contextBytes + 1<<10},
		{"a little more", strings.Repeat("a", 1<<10) + "\n", 500, 469, 32 * (1<<10 + 1)},
		{"after the end", "a\n", 1001, 801, 2 * contextLines},
		{"at the end of long lines", strings.Repeat("a", 3*block/4) + "\n", 1000, 1001, 0},
		{"after the end of long lines", strings.Repeat("a", 3*block/4) + "\n", 1001, 1001, 0},
	} {
		in := New(strings.NewReader(strings.Repeat(test.line, 1000)), 0)
		for range test.read {
			in.Line()
		}
		if test.read == 1000 {
			in.Skip()
		}
		if text, first := in.Before(1); first != test.first || len(text) != test.n {
			t.Errorf("%s: %d bytes from line %d, want %d from line %d", test.name, len(text), first, test.n, test.first)
		}
	}
}

func TestBinary(t *testing.T) {
	tests := []struct {
		name, input string
		want        bool
	}{
		{"nothing", "", false},
		{"text", "a\r\n\tb\f\v", false},
		{"Latin-1", "caf\xe9 \xfc\xdf\n", false},
		{"another encoding", "\xcf\xf0\xe8\xe2\xe5\xf2\n", false},
		{"colours and bells", "\x1b[31mred\x1b[0m\a\b\n", false},
		{"separators", "\x1e{}\n\x1f\x1d\x1c", false},
		{"UTF-16", "\xff\xfea\x00b\x00", false},
		{"a length in binary", "MESSAGE\n\x20\x01\x00\x00\x00\x00\x00\x00" + strings.Repeat("text ", 60), false},
		{"binary after 1 KiB", strings.Repeat("text\n", 205) + strings.Repeat("\x00", 1000), false},
		{"NUL bytes", "a\x00b\x00", true},
		{"control characters", "\x01\x06", true},
		{"more control characters", "\x0e\x1a", true},
		{"some of them", strings.Repeat("\x01 of twenty bytes...", 10), true},
		{"deletes", "\x7f\x7f", true},
		{"a packet capture", "\n\r\r\nh\x00\x00\x00\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff", true},
	}
	for _, test := range tests {
		if got := New(strings.NewReader(test.input), 0).Binary(); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestReadError(t *testing.T) {
	broken := errors.New("broken")
	in := New(iotest.DataErrReader(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken))), 0)
	if in.Binary() || in.Err() != nil {
		t.Errorf("error %v before the first line", in.Err())
	}
	if got := readAll(in); !slices.Equal(got, []string{"1: a\n", "2: b"}) || in.Err() != broken {
		t.Errorf("lines %q, error %v", got, in.Err())
	}
	if line := in.Line(); len(line) > 0 || len(in.Skip()) > 0 || in.Err() != broken {
		t.Errorf("after the end: line %q, error %v", line, in.Err())
	}
	if in := New(iotest.ErrReader(broken), 0); in.Binary() || len(in.Line()) > 0 || in.Err() != broken {
		t.Errorf("error %v, want %v", in.Err(), broken)
	}
}

// endless is a line without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestTooLong(t *testing.T) {
	in := New(io.MultiReader(strings.NewReader("a\nb\n"), endless{}), 0)
	in.longest = 1 << 20
	if got := readAll(in); !slices.Equal(got, []string{"1: a\n", "2: b\n"}) {
		t.Errorf("lines %.99q", got)
	}
	if err := in.Err(); err == nil || err.Error() != "line 3 is longer than 1 MiB" {
		t.Errorf("error %v", err)
	}
	in = New(strings.NewReader(strings.Repeat("x", 1<<20+2*block)+"\n"), 0)
	if in.longest = 1 << 20; len(in.Line()) > 0 || in.Err() == nil || in.Err() == io.EOF {
		t.Errorf("a line of more than 1 MiB: error %v", in.Err())
	}
	if maxLine>>20 != 512 {
		t.Errorf("the longest line is %d MiB", maxLine>>20)
	}
}

func TestLongLines(t *testing.T) {
	var input strings.Builder
	var want []string
	for i, n := range []int{1, block/2 - 1, block - 1, block, block + 1, 2 * block, 1 << 20, 5} {
		line := strings.Repeat("x", n) + "\n"
		input.WriteString(line)
		want = append(want, fmt.Sprintf("%d: %s", i+1, line))
	}
	for _, size := range []int64{0, 1, int64(input.Len()), 1 << 40} {
		in := New(strings.NewReader(input.String()), size)
		if got := readAll(in); !slices.Equal(got, want) || in.Err() != io.EOF {
			t.Errorf("with size %d, the lines are not what went in: %v", size, in.Err())
		}
	}
}

func TestMemory(t *testing.T) {
	log := strings.Repeat(strings.Repeat("x", 99)+"\n", 100_000)
	long := strings.Repeat("x", 10<<20)
	tests := []struct {
		name, input string
		size        int
		want        int
	}{
		{"a log", log, 0, block},
		{"a log of known size", log, len(log), block},
		{"a small input", "a\n", 2, block/2 + 2},
		{"one line of known size", long, len(long), block/2 + len(long)},
		{"one line", long, 0, 16 << 20},
	}
	for _, test := range tests {
		in := New(strings.NewReader(test.input), int64(test.size))
		readAll(in)
		if cap(in.buf) != test.want {
			t.Errorf("%s: %d bytes, want %d", test.name, cap(in.buf), test.want)
		}
	}
	allocations := testing.AllocsPerRun(1, func() {
		in := New(strings.NewReader(log), 0)
		for len(in.Line()) > 0 {
			in.Before(1)
			in.Skip()
		}
	})
	if allocations > 3 {
		t.Errorf("%v allocations for a log, want one for the block", allocations)
	}
}

func TestAnswersAtOnce(t *testing.T) {
	in, out := io.Pipe()
	lines := New(in, 0)
	for i, text := range []string{"a\n", "\n", "task_token=t\n"} {
		go func() { _, _ = io.WriteString(out, text) }()
		if line := lines.Line(); string(line) != text || lines.Number != i+1 {
			t.Fatalf("line %d is %q, want %q", lines.Number, line, text)
		}
	}
	go func() { _, _ = io.WriteString(out, "a\nb\ntask_token=t\nb") }()
	if skipped, line := next(lines); skipped != "a\nb\n" || line != "task_token=t\n" || lines.Number != 6 {
		t.Fatalf("%q, then line %d: %q", skipped, lines.Number, line)
	}
}

// pieces gives a text in pieces of the lengths that the bytes of sizes are.
type pieces struct{ text, sizes []byte }

func (p *pieces) Read(buf []byte) (int, error) {
	if len(p.text) == 0 {
		return 0, io.EOF
	}
	n := len(p.text)
	if len(p.sizes) > 0 {
		n, p.sizes = min(n, 1+int(p.sizes[0])), p.sizes[1:]
	}
	n = copy(buf, p.text[:n])
	p.text = p.text[n:]
	return n, nil
}

// FuzzInput checks that whatever the pieces in which an input comes, its lines
// come one after the other, none with a signal is skipped, none without one stops
// Skip, and Before returns those before.
func FuzzInput(f *testing.F) {
	f.Add([]byte("a\ntask_token=t\nb\n\nstatus={\nc"), []byte{0, 3, 1}, 40)
	f.Add([]byte("task\ntoken callback\ntype status\n{ callback_type\n"), []byte{}, 0)
	f.Add([]byte("50 4f 53 54 20 2f 71 65 6e 63\n50 4f\n"+strings.Repeat("QUJD", 20)), []byte{9}, 1)
	f.Add([]byte("token\ntask_tok\nvideos\"\n[\nk   \n   k   \n"), []byte{7, 7}, 90000)
	f.Fuzz(func(t *testing.T, text, sizes []byte, padding int) {
		if len(text) > 0 && (text[0] == 0xef || text[0] >= 0xfe) {
			return // a byte order mark
		}
		text = append(bytes.Repeat([]byte("padding\n"), max(padding, 0)%(3*block/8)), text...)
		lines := slices.Collect(strings.Lines(string(text)))
		in := New(&pieces{text, sizes}, 0)
		for n := 0; n < len(lines); {
			for {
				skipped := string(in.Skip())
				if skipped == "" {
					break
				}
				for line := range strings.Lines(skipped) {
					if n == len(lines) || line != lines[n] || Signal([]byte(line)) {
						t.Fatalf("skipped %q as line %d", line, n+1)
					}
					n++
				}
			}
			if n < len(lines) && !Signal([]byte(lines[n])) {
				t.Fatalf("did not skip line %d, %q", n+1, lines[n])
			}
			for range min(2, len(lines)-n) { // the line with the signal, and the next one
				if line := in.Line(); string(line) != lines[n] {
					t.Fatalf("line %d is %q, want %q", n+1, line, lines[n])
				}
				if n++; n != in.Number {
					t.Fatalf("number %d, want %d", in.Number, n)
				}
				before, first := in.Before(1)
				if want := within(lines, n); first != want || string(before) != strings.Join(lines[want-1:n], "") {
					t.Fatalf("before line %d: %q from line %d, want it from %d", n+1, before, first, want)
				}
			}
		}
		if len(in.Line()) > 0 || in.Err() != io.EOF {
			t.Fatalf("error %v at the end", in.Err())
		}
	})
}
