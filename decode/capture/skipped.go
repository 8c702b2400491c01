package capture

import (
	"bytes"
	"unicode/utf8"
)

// Skipped tells of the lines that hold no body, other than blank ones and those
// of the head of a request.
type Skipped struct {
	Lines   int    // how many
	First   int    // the number of the first one, from 1
	Saw     string // what the first one looks like
	Stub    string // what the first one has in the place of an object: "[object Object]"; "" if none has
	Spilled int    // the first line in which nginx says that it put the body into a file, 0 if none does
}

// add takes a text without a body, that begins with this line, and returns the number of its last one.
func (s *Skipped) add(text []byte, number int) (last int) {
	for _, stub := range []string{"[object Object]", "[Ljava.lang.String;@"} {
		if s.Stub == "" && bytes.Contains(text, []byte(stub)) {
			s.Stub = stub
		}
	}
	posted := bytes.Contains(text, []byte("POST")) // found faster than in each line
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && !isHead(line) {
			if s.Lines == 0 {
				s.First = number
				s.Saw = looksLike(line)
			}
			s.Lines++
			if posted && s.Spilled == 0 && isSpilled(line) {
				s.Spilled = number
			}
		}
		number++
	}
	return number - 1
}

// isHead reports whether a line is of the head of an HTTP request or response.
func isHead(line []byte) bool {
	name, _, ok := bytes.Cut(line[:min(len(line), 42)], []byte(": "))
	if ok && isPlainName(name) && bytes.IndexByte(name, '.') < 0 {
		return true
	}
	return bytes.HasPrefix(line, []byte("HTTP/")) || line[0] >= 'A' && line[0] <= 'Z' && bytes.Contains(line[max(0, len(line)-10):], []byte(" HTTP/"))
}

// isSpilled reports whether a line of a log of nginx has "-" for the body of a POST, or
// nothing.
func isSpilled(line []byte) bool {
	if !bytes.Contains(line, []byte(`"POST`)) {
		return false
	}
	if bytes.HasSuffix(line, []byte(`"-"`)) {
		return true
	}
	for _, none := range []string{`body":""`, `body": ""`, `body":"-"`, `body": "-"`} {
		if bytes.Contains(line, []byte(none)) {
			return true
		}
	}
	return false
}

// looksLike says what a line without a callback is.
func looksLike(line []byte) string {
	text := bytes.TrimSpace(line)
	switch {
	case bytes.HasPrefix(text, []byte("H4sI")):
		return "gzip in base64: unpack it first, with base64 -d and zcat"
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
