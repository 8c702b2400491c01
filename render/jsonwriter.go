package render

import (
	"bufio"
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonWriter lays valid JSON out anew. It does not check again, as a general
// encoder does, what was checked when the callback was decoded, and what it
// writes cannot drive a terminal.
type jsonWriter struct {
	w       *bufio.Writer
	line    []byte // not written yet
	newline string // begins a line; "" for compact JSON
	depth   int    // of the objects and arrays that are open
}

// longestPart is how much of the JSON is kept before it is written, in bytes.
const longestPart = 32 << 10

// indent begins a line.
func (j *jsonWriter) indent() {
	j.line = append(j.line, j.newline...)
	if j.newline != "" {
		for range j.depth {
			j.line = append(j.line, "  "...)
		}
	}
	j.spill()
}

// spill writes what there is of a long value.
func (j *jsonWriter) spill() {
	if len(j.line) > longestPart {
		_, _ = j.w.Write(j.line) // The writer keeps its error.
		j.line = j.w.AvailableBuffer()
	}
}

// open writes the bracket with which an object or an array begins.
func (j *jsonWriter) open(bracket byte, empty bool) {
	j.line = append(j.line, bracket)
	if j.depth++; !empty {
		j.indent()
	}
}

// close writes the bracket with which it ends.
func (j *jsonWriter) close(bracket byte, empty bool) {
	if j.depth--; !empty {
		j.indent()
	}
	j.line = append(j.line, bracket)
}

func (j *jsonWriter) comma() {
	j.line = append(j.line, ',')
	j.indent()
}

func (j *jsonWriter) colon() {
	j.line = append(j.line, ':')
	if j.newline != "" {
		j.line = append(j.line, ' ')
	}
}

// text writes a text as a string.
func (j *jsonWriter) text(s []byte) {
	if !utf8.Valid(s) {
		s = bytes.ToValidUTF8(s, []byte("\uFFFD"))
	}
	if bytes.ContainsFunc(s, drives) {
		quoted, _ := jsontext.AppendQuote(nil, s) // It fails only for what is not UTF-8.
		j.string(quoted)
		return
	}
	j.line, _ = jsontext.AppendQuote(j.line, s)
}

// value writes a valid value.
func (j *jsonWriter) value(v []byte) {
	if j.newline == "" {
		j.compact(v)
		return
	}
	last := byte(0) // of the bytes written
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '"':
			i += j.string(v[i:]) - 1
		case '{', '[':
			j.open(c, bytes.TrimLeft(v[i+1:], " \t\r\n")[0] == c+2) // ASCII has the closing one two after it.
		case '}', ']':
			j.close(c, last == c-2)
		case ',':
			j.comma()
		case ':':
			j.colon()
		default:
			j.line = append(j.line, c)
		}
		last = c
	}
}

// compact writes a valid value without white space between its tokens.
func (j *jsonWriter) compact(v []byte) {
	from := 0 // All before it is written.
	for i := 0; i < len(v); {
		switch c := v[i]; c {
		case ' ', '\t', '\r', '\n':
			j.line = append(j.line, v[from:i]...)
			i++
			from = i
			j.spill()
		case '"':
			n, sound := quotedLength(v[i:])
			if !sound {
				j.line = append(j.line, v[from:i]...)
				j.string(v[i:])
				from = i + n
			}
			i += n
		default:
			i++
		}
	}
	j.line = append(j.line, v[from:]...)
}

// quotedLength returns the length of the string with which v begins. sound says
// that nothing in it needs to be looked at.
func quotedLength(v []byte) (n int, sound bool) {
	sound = true
	for i := 1; ; i++ {
		switch c := v[i]; {
		case c == '"':
			return i + 1, sound
		case c == '\\':
			i++
		case c >= 0x7f:
			sound = false
		}
	}
}

// string writes the string with which v begins, and returns its length. What
// could drive a terminal is escaped, and each run of bytes that is not UTF-8
// becomes one U+FFFD.
func (j *jsonWriter) string(v []byte) int {
	n, sound := quotedLength(v)
	v = v[:n]
	if !sound {
		if !utf8.Valid(v) {
			v = bytes.ToValidUTF8(v, []byte("\uFFFD"))
		}
		for i := bytes.IndexFunc(v, drives); i >= 0; i = bytes.IndexFunc(v, drives) {
			r, size := utf8.DecodeRune(v[i:])
			j.line = fmt.Appendf(append(j.line, v[:i]...), `\u%04x`, r)
			v = v[i+size:]
		}
	}
	j.line = append(j.line, v...)
	j.spill()
	return n
}
