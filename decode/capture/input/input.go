// Package input reads an input in whole lines at the speed of memory, and tells
// which of them can hold a part of a callback. It knows nothing of captures but
// what a callback leaves in each of them: its names, a bracket after "status",
// or a long run of an encoding.
package input

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	block        = 128 << 10 // bytes that are read at a time
	maxLine      = 512 << 20 // bytes of the longest line that is read
	contextBytes = 32 << 10  // bytes of the lines before one that Before returns at most
	contextLines = 200       // how many of them
	minWindow    = 512       // bytes in which Skip looks for a signal after there was one
	maxWindow    = 16 << 10  // bytes in which it does after there was none for long
	utf8BOM      = "\xef\xbb\xbf"
)

// Input reads an input line by line. It takes memory for one block, or for up to
// twice the longest line.
type Input struct {
	Number int // of the line last returned or skipped, from 1

	r       io.Reader
	size    int64
	longest int   // bytes that a line may be
	err     error // what ended r
	started bool
	binary  bool

	buf    []byte // what is kept of the input, from the beginning of a line
	last   int    // where in buf the line that was returned last begins
	next   int    // where the next one begins
	whole  int    // where the last whole line ends
	window int    // bytes in which Skip looks for a signal
}

// New returns an Input that reads r. It asks r for more only when a line is wanted that is
// not there yet, so that one that comes slowly is returned at once. size is the length of
// the input in bytes, or 0 if that is not known: with it, a line of a hundred megabytes
// does not take twice its size while it grows.
func New(r io.Reader, size int64) *Input {
	return &Input{r: r, size: size, longest: maxLine, window: minWindow}
}

// Err returns what ended the input when all lines were returned or skipped:
// io.EOF, or an error. Before that it is nil.
func (in *Input) Err() error {
	if in.next < in.whole {
		return nil
	}
	return in.err
}

// Binary reports whether the input is not text: its first line is blank or has a control
// character that no text has, and so has more than one in 32 bytes of its first KiB. Latin-1 and other encodings
// are text, and so is a journal with a few lengths in binary between its fields.
func (in *Input) Binary() bool {
	if !in.started {
		in.more()
	}
	return in.binary
}

// Line returns the next line with its ending; it is empty after the last one.
// The line is valid until the next call of Line or Skip.
func (in *Input) Line() []byte {
	in.last = in.next
	if !in.more() {
		return nil
	}
	in.last, in.next = in.next, in.lineEnd(in.next)
	in.Number++
	return in.buf[in.last:in.next]
}

// Skip passes over the next lines up to one with a signal, and returns them, in several
// pieces if they are long: it is to be called until it returns none. Then the next line has
// a signal, or the input has ended. The text is valid until the next call of Line or Skip.
func (in *Input) Skip() []byte {
	in.last = in.next
	if !in.more() {
		return nil
	}
	end := in.whole
	if end-in.next > in.window {
		end = in.lineEnd(in.next + in.window)
	}
	text := in.buf[in.next:end]
	if at := find(text); at < len(text) {
		text = text[:bytes.LastIndexByte(text[:at], '\n')+1]
		in.window = minWindow
	} else {
		in.window = min(2*in.window, maxWindow)
	}
	in.next += len(text)
	in.last = in.next
	in.Number += bytes.Count(text, []byte("\n"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		in.Number++ // the last line of the input
	}
	return text
}

// Before returns the lines before the next one, and the number of the first of
// them: the line that was returned last, unless some were skipped after it, and
// up to 200 whole lines in 32 KiB before that, none of them before line number
// from. The text is valid until the next call of Line or Skip.
func (in *Input) Before(from int) (text []byte, first int) {
	start := 0
	if over := in.last - contextBytes; over > 0 {
		start = over - 1
		start += bytes.IndexByte(in.buf[start:in.last], '\n') + 1
	}
	number := in.Number + 1 // of the line at in.last
	if in.last < in.next {
		number--
	}
	lines := bytes.Count(in.buf[start:in.last], []byte("\n"))
	if most := max(0, min(contextLines, number-from)); lines > most {
		start = in.last
		for range most {
			start = bytes.LastIndexByte(in.buf[:start-1], '\n') + 1
		}
		lines = most
	}
	return in.buf[start:in.next], number - lines
}

// lineEnd returns where the line ends that byte i of buf is of.
func (in *Input) lineEnd(i int) int {
	if n := bytes.IndexByte(in.buf[i:in.whole], '\n'); n >= 0 {
		return i + n + 1
	}
	return in.whole
}

// more reports whether there is another line. It reads until one is whole.
func (in *Input) more() bool {
	if !in.started {
		in.start()
	}
	for in.next == in.whole && in.err == nil {
		in.read()
	}
	return in.next < in.whole
}

// start passes over a byte order mark, and tells binary from text. The mark of
// UTF-16 tells of what Windows PowerShell writes into a file: it is read as
// UTF-8 from there on.
func (in *Input) start() {
	in.started = true
	for in.err == nil && len(in.buf) < len(utf8BOM) &&
		(strings.HasPrefix(utf8BOM, string(in.buf)) || len(in.buf) == 1 && in.buf[0] >= 0xfe) {
		in.read()
	}
	switch {
	case bytes.HasPrefix(in.buf, []byte(utf8BOM)):
		in.buf = append(in.buf[:0], in.buf[len(utf8BOM):]...)
		in.whole = max(in.whole-len(utf8BOM), 0)
	case bytes.HasPrefix(in.buf, []byte("\xff\xfe")), bytes.HasPrefix(in.buf, []byte("\xfe\xff")):
		plain := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		in.r = transform.NewReader(io.MultiReader(bytes.NewReader(bytes.Clone(in.buf)), in.r), plain)
		in.buf, in.whole, in.err = in.buf[:0], 0, nil
	}
	in.more()
	const enough = 1 << 10
	line, _, _ := bytes.Cut(in.buf[:min(in.whole, enough)], []byte("\n"))
	if oddBytes(line) > 0 || len(bytes.TrimSpace(line)) == 0 { // Only then is it worth waiting for more.
		for len(in.buf) < enough && in.err == nil {
			in.read()
		}
		first := in.buf[:min(len(in.buf), enough)]
		in.binary = 32*oddBytes(first) > len(first)
	}
}

// oddBytes counts the control characters that no text has.
func oddBytes(text []byte) (odd int) {
	for _, c := range text {
		if c < '\a' || '\r' < c && c < '\x1b' || c == 0x7f { // Some texts have separators, from \x1c to \x1f.
			odd++
		}
	}
	return odd
}

// LongLineError is the error of an input with a line that is too long to be read.
type LongLineError struct {
	Line int // its number, from 1
	Most int // how long a line may be, in bytes
}

func (e *LongLineError) Error() string {
	return fmt.Sprintf("line %d is longer than %d MiB", e.Line, e.Most>>20)
}

// read reads more into buf.
func (in *Input) read() {
	in.makeRoom()
	old := len(in.buf)
	n, err := in.r.Read(in.buf[old:min(cap(in.buf), old+block)])
	in.buf = in.buf[:old+n]
	if read := in.buf[old:]; bytes.IndexByte(read, '\n') >= 0 { // This is much faster where there is none.
		in.whole = old + bytes.LastIndexByte(read, '\n') + 1
	}
	if in.err = err; len(in.buf)-in.whole > in.longest {
		in.err = &LongLineError{Line: in.Number + bytes.Count(in.buf[in.next:in.whole], []byte("\n")) + 1, Most: in.longest}
	} else if err != nil {
		in.whole = len(in.buf)
	}
}

// makeRoom makes room in buf for half a block or more. It forgets what lies too
// far back for Before. Where a line needs more room, it doubles it; a line that
// is a good part of the whole input gets room for all of it, since each time that
// it moves it takes its length in memory anew.
func (in *Input) makeRoom() {
	const enough = block / 2
	if cap(in.buf)-len(in.buf) >= enough {
		return
	}
	from := 0
	if base := in.next - contextBytes; base > 0 {
		from = base + bytes.IndexByte(in.buf[base-1:], '\n')
	}
	kept := in.buf[from:]
	in.last, in.next, in.whole = in.last-from, in.next-from, in.whole-from
	if cap(in.buf)-len(kept) >= enough {
		in.buf = append(in.buf[:0], kept...)
		return
	}
	room := max(2*len(kept), block)
	if all := int(min(in.size, maxLine)) + enough; room > all/4 && all >= len(kept)+enough {
		room = all
	}
	in.buf = append(make([]byte, 0, room), kept...)
}
