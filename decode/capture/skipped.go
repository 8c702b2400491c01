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
	Spilled int    // the first line in which nginx says that it put the body into a file, 0 if none does
}

// add takes a text without a body, that begins with this line.
func (s *Skipped) add(text []byte, number int) {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && !head().Match(line) {
			if s.Lines == 0 {
				s.First = number
				s.Saw = looksLike(line)
			}
			s.Lines++
			if s.Spilled == 0 && spilled().Match(line) {
				s.Spilled = number
			}
		}
		number++
	}
}

var (
	// head matches a line of the head of an HTTP request or response.
	head = pattern(`^(?:[A-Z]{3,7} \S+ HTTP/[\d.]+|HTTP/[\d.]+ \d{3}.*|[A-Za-z][\w-]{1,40}: .*)$`)
	// spilled matches a line of an access log of nginx that has "-" for the
	// body of a POST, and one of a JSON log that has none.
	spilled = pattern(`"POST [^"]*" .*"-"$|"POST".*"(?:request_)?body": ?"-?"|"(?:request_)?body": ?"-?".*"POST"`)
)

// looksLike says what a line without a callback is.
func looksLike(line []byte) string {
	text := bytes.TrimSpace(line)
	switch {
	case bytes.HasPrefix(text, []byte("\x1f\x8b")):
		return "gzip: unpack it first, with zcat"
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
