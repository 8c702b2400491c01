// Package capture finds the bodies of callbacks in what people have captured:
// a body in a file, or a log with a body on each line. It knows what a body
// looks like and nothing of what is in it.
package capture

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxBody is the length in bytes of the longest body that is read.
const maxBody = 512 << 20

// Body is the body of one callback.
type Body struct {
	Bytes []byte // as captured, without indentation; valid until the next call of Next
	Line  int    // the line of the input that it was found in, from 1
}

// Skipped tells of the lines, other than blank ones, that hold no body.
type Skipped struct {
	Lines int    // how many
	First int    // the number of the first one, from 1
	Saw   string // what the first one looks like
}

// NoCallbackError is the error of an input that holds no callback.
type NoCallbackError struct {
	Saw string // what the input is instead
}

func (e *NoCallbackError) Error() string { return "no Qencode callback: " + e.Saw }

// Reader reads the bodies in one input.
type Reader struct {
	Skipped Skipped // so far

	in      *bufio.Reader
	size    int64
	longest int    // that a line may be
	long    []byte // a line that is longer than the buffer of in
	line    int
	found   bool
	any     bool  // whether there was any input
	err     error // what ended the input
}

// NewReader returns a Reader of the bodies in r. It asks r for more only when
// Next needs more, so that a line that came slowly is answered at once. size is
// the length of the input in bytes, or 0 where that is not known: with it, a
// body of a hundred megabytes does not take twice its size while it grows.
func NewReader(r io.Reader, size int64) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 256<<10), size: size, longest: maxBody}
}

// Next returns the next body. After the last one the error is io.EOF, or a
// *NoCallbackError if there was none. Any other error is one of the input.
func (r *Reader) Next() (Body, error) {
	for r.err == nil {
		var line []byte
		line, r.err = r.readLine()
		if len(line) > 0 {
			r.any = true
			r.line++
			line = bytes.TrimLeft(line, " \t") // of a body that was pasted indented
			switch {
			case isBody(line):
				r.found = true
				return Body{Bytes: line, Line: r.line}, nil
			case len(bytes.TrimSpace(trimBOM(line))) > 0:
				r.skip(line)
			}
		}
	}
	if r.err == io.EOF && !r.found {
		return Body{}, &NoCallbackError{Saw: r.saw()}
	}
	return Body{}, r.err
}

// readLine returns the next line with its ending. It is empty only together
// with an error.
func (r *Reader) readLine() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return line, err
	}
	r.long = r.long[:0]
	for ; err == bufio.ErrBufferFull; line, err = r.in.ReadSlice('\n') {
		if len(r.long)+len(line) > r.longest {
			return nil, fmt.Errorf("line %d is longer than %d MiB", r.line+1, r.longest>>20)
		}
		r.lengthen(line)
	}
	r.lengthen(line)
	return r.long, err
}

// lengthen appends a part to the long line. It doubles the line's room where
// that is too small, but never beyond the length of the whole input.
func (r *Reader) lengthen(part []byte) {
	if need := len(r.long) + len(part); need > cap(r.long) {
		room := 2 * need
		if r.size > 0 {
			room = max(need, int(min(int64(room), r.size)))
		}
		r.long = slices.Grow(r.long, room-len(r.long))
	}
	r.long = append(r.long, part...)
}

func (r *Reader) skip(line []byte) {
	if r.Skipped.Lines == 0 {
		r.Skipped.First = r.line
		r.Skipped.Saw = looksLike(line)
	}
	r.Skipped.Lines++
}

// saw describes an input without a callback.
func (r *Reader) saw() string {
	switch {
	case r.Skipped.Lines > 0:
		return "it looks like " + r.Skipped.Saw
	case r.any:
		return "the input is only white space"
	}
	return "the input is empty"
}

// isBody reports whether a line is the body of a callback: a form with a task
// token, or with a status that begins like a JSON object. Other services send
// fields named status and event, too.
func isBody(line []byte) bool {
	line = trimBOM(line)
	if firstName(line) == nil {
		return false
	}
	for field := range bytes.SplitSeq(line, []byte("&")) {
		if bytes.HasPrefix(field, []byte("task_token=")) {
			return true
		}
		if status, ok := bytes.CutPrefix(field, []byte("status=")); ok {
			status = bytes.TrimLeft(status, "+ ")
			if bytes.HasPrefix(status, []byte("{")) || len(status) >= 3 && strings.EqualFold(string(status[:3]), "%7B") {
				return true
			}
		}
	}
	return false
}

// firstName returns the encoded name of the first field of a form, or nil if
// the line cannot be a form.
func firstName(line []byte) []byte {
	const longest = 100 // The padding of a long base64 text is a "=", too.
	i := bytes.IndexByte(line[:min(len(line), longest)], '=')
	if i <= 0 {
		return nil
	}
	for _, c := range line[:i] {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case bytes.IndexByte([]byte("_.-~%+*[]&"), c) < 0:
			return nil
		}
	}
	return line[:i]
}

// looksLike says what a line without a callback is.
func looksLike(line []byte) string {
	text := bytes.TrimSpace(trimBOM(line))
	switch {
	case bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text):
		return "binary data"
	case text[0] == '<':
		return "HTML or XML: " + excerpt(text)
	case text[0] == '{' || text[0] == '[':
		return "JSON: " + excerpt(text)
	case firstName(text) != nil:
		return "the form of something else: " + excerpt(text)
	}
	return "text: " + excerpt(text)
}

// excerpt returns the beginning of a text. It is not escaped.
func excerpt(text []byte) string {
	const width = 40
	runes := []rune(string(text[:min(len(text), 4*width)]))
	if len(runes) > width {
		return string(runes[:width]) + "…"
	}
	return string(runes)
}

func trimBOM(line []byte) []byte {
	return bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
}
