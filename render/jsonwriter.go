package render

import (
	"bufio"
	"bytes"
	"encoding/binary"
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
const longestPart = 4 << 10

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
		if j.w.Available() < 2*longestPart {
			_ = j.w.Flush() // The same; or the next part would have to move.
		}
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
	if sound(s) {
		j.line, _ = jsontext.AppendQuote(j.line, s) // It fails only for what is not UTF-8.
		return
	}
	quoted, _ := jsontext.AppendQuote(nil, validUTF8(s))
	j.string(quoted)
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
	allSound := sound(v)
	from := 0 // All before it is written.
	for i := 0; i < len(v); {
		switch c := v[i]; {
		case c == '"':
			n := quotedLength(v[i:])
			if !allSound && !sound(v[i:i+n]) {
				j.line = append(j.line, v[from:i]...)
				j.string(v[i:])
				from = i + n
			}
			i += n
		case c > ' ':
			i++
		default:
			j.line = append(j.line, v[from:i]...)
			i++
			from = i
			j.spill()
		}
	}
	j.line = append(j.line, v[from:]...)
}

// quotedLength returns the length of the string with which v begins.
func quotedLength(v []byte) int {
	for n := 1; ; {
		n += bytes.IndexByte(v[n:], '"') + 1
		// After an odd number of backslashes a quote is part of the string.
		backslashes := 0
		for v[n-2-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return n
		}
	}
}

// sound reports whether nothing in a text needs to be looked at: it is ASCII
// without DEL.
func sound(text []byte) bool {
	const ones = 0x0101010101010101
	for ; len(text) >= 8; text = text[8:] {
		if word := binary.LittleEndian.Uint64(text); (word|(word+ones))&(0x80*ones) != 0 {
			return false
		}
	}
	for _, c := range text {
		if c >= 0x7f {
			return false
		}
	}
	return true
}

// string writes the string with which v begins, and returns its length. What
// could drive a terminal is escaped, and each run of bytes that is not UTF-8
// becomes one U+FFFD.
func (j *jsonWriter) string(v []byte) int {
	n := quotedLength(v)
	if v = v[:n]; !sound(v) {
		v = validUTF8(v)
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

// validUTF8 returns a text with each run of bytes that is not UTF-8 as one U+FFFD.
func validUTF8(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	return bytes.ToValidUTF8(text, []byte("\uFFFD"))
}
