// Package unwrap undoes the disguises that a text gets on its way into a capture:
// colours, prefixes, escapes, dumps, wraps. Each is a row of one table, a function from
// text to text that knows nothing of the others.
package unwrap

import (
	"bytes"
	"iter"
	"slices"
)

// Text is what a disguise hid.
type Text struct {
	Bytes []byte
	Lines []int // for each line of Bytes the index of the line of the source that it begins in
	Ends  []int // and of the line after the one that it ends in
}

// Row is one way in which a text gets disguised in a capture.
type Row struct {
	Name  string   // for messages
	marks []string // every text with this disguise contains one of them; nil if any text may have it
	undo  func(text []byte) []Text
}

// Undo reverses the disguise, or returns nil if it does not apply. It returns several texts if the
// lines come from several sources. Its time and the length of its result are proportional to the
// length of the text.
func (r *Row) Undo(text []byte) []Text {
	if r.marks != nil && !slices.ContainsFunc(r.marks, func(mark string) bool { return bytes.Contains(text, []byte(mark)) }) {
		return nil
	}
	return r.undo(text)
}

const (
	// Certain is the number of rows at the beginning of the table that are undone before a
	// text is read: the codes of a terminal or a word processor are never part of it.
	Certain = 2
	// Bytes is the number of rows up to the last one that turns digits into bytes.
	Bytes = 6
)

// Rows are in the order in which they are to be tried: a disguise that cannot be mistaken
// for another comes first, and one that fits almost any text last.
var Rows = [...]Row{
	{"coloured text", []string{"\x1b"}, coloured},
	{"RTF", []string{`{\rtf`, "\\par\n", "\\par\r\n", "\\par}"}, richText},
	{"packets", nil, packets},
	{"a hex dump", nil, dumped},
	{"base64", nil, base64Runs},
	{"bytes as numbers", nil, numberRuns},
	{"a trace", []string{"\n0000: "}, traced},
	{"counted lines", []string{" bytes\n", " bytes\r\n"}, countedLines},
	{"a followed connection", []string{"Follow: "}, followed},
	{"a chunked body", []string{"hunked"}, chunked},
	{"counted strings", []string{"\n$"}, strung},
	{"a form in parts", []string{"form-data; name="}, parts},
	{"quoted-printable text", []string{"=3D"}, quotedPrintable},
	{"HTML", []string{"</", "&amp;", "&quot;", "&lt;", "&#"}, markup},
	{"octal escapes", []string{"#012"}, octals},

	{"continued lines", nil, continued},
	{"wrapped lines", nil, wrapped},

	{"lines with a prefix", nil, prefixed},
	{"lines with a mark", nil, marked},
	{"the lines of a log", nil, records},
	{"wrapped words", nil, wrappedWords},

	{"escaped text", []string{`\`}, backslashes},
	{"doubled quotes", []string{`""`}, doubledQuotes},
	{"quotes of a shell", []string{`'\''`}, shellQuotes},
	{"a command of cmd.exe", []string{"^%^"}, carets},
	{"a command with quoted percent signs", []string{`"%"`}, quotedPercents},
	{"text encoded twice", []string{"%3D%257B", "token%3D", "%253D"}, encodedTwice},
	{`text with "+" for spaces`, []string{`":+`}, plusForSpace},
	{"links", []string{"<http", "“", "‘"}, links},
	{"wrapped text", nil, joined},
}

// writer gathers a text and where its lines are from.
type writer struct {
	bytes []byte
	lines []int
	ends  []int
}

// add appends a part of the line of the source with the given index. What it has of
// newlines begins lines of the text.
func (w *writer) add(part []byte, line int) {
	for len(part) > 0 {
		if n := len(w.bytes); n == 0 || w.bytes[n-1] == '\n' {
			w.lines, w.ends = append(w.lines, line), append(w.ends, 0)
		}
		w.ends[len(w.ends)-1] = line + 1
		end := bytes.IndexByte(part, '\n') + 1
		if end == 0 {
			end = len(part)
		}
		w.bytes = append(w.bytes, part[:end]...)
		part = part[end:]
	}
}

// addLines appends what stands in some lines of the source.
func (w *writer) addLines(part []byte, first, last int) {
	if w.add(part, first); len(part) > 0 {
		w.ends[len(w.ends)-1] = last + 1
	}
}

// reopen takes the ending off the last line, and the mark before it, so that the line
// continues.
func (w *writer) reopen(mark string) {
	for _, end := range []string{"\n", "\r", mark} {
		w.bytes = bytes.TrimSuffix(w.bytes, []byte(end))
	}
	if n := len(w.bytes); n == 0 || w.bytes[n-1] == '\n' {
		n = max(0, len(w.lines)-1) // What is added begins it anew.
		w.lines, w.ends = w.lines[:n], w.ends[:n]
	}
}

// endLine ends the last line, unless it is ended.
func (w *writer) endLine() {
	if n := len(w.bytes); n > 0 && w.bytes[n-1] != '\n' {
		w.bytes = append(w.bytes, '\n')
	}
}

// texts returns what was gathered, nil if that is nothing or the same as the source.
func (w *writer) texts(source []byte) []Text {
	if len(w.bytes) == 0 || bytes.Equal(w.bytes, source) {
		return nil
	}
	return []Text{{w.bytes, w.lines, w.ends}}
}

// sources gathers texts by the names of their sources.
type sources struct {
	index map[string]int
	list  []*writer
}

// of returns the writer of a source.
func (s *sources) of(name []byte) *writer {
	i, ok := s.index[string(name)]
	if !ok {
		if s.index == nil {
			s.index = map[string]int{}
		}
		i = len(s.list)
		s.index[string(name)] = i
		s.list = append(s.list, &writer{})
	}
	return s.list[i]
}

func (s *sources) texts(source []byte) (texts []Text) {
	for _, w := range s.list {
		texts = append(texts, w.texts(source)...)
	}
	return texts
}

// byLine returns what undo makes of each line of a text; undo appends it to dst. A line
// that is to continue in the next one loses its ending.
func byLine(text []byte, undo func(dst, line []byte) []byte) []Text {
	var w writer
	var plain []byte
	for i, line := range numbered(text) {
		plain = undo(plain[:0], line)
		w.add(plain, i)
	}
	return w.texts(text)
}

// numbered yields the lines of a text with their endings.
func numbered(text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		i := 0
		for line := range bytes.Lines(text) {
			if !yield(i, line) {
				return
			}
			i++
		}
	}
}

// trimEnd returns a line without its ending.
func trimEnd(line []byte) []byte { return bytes.TrimRight(line, "\r\n") }

// several reports whether a text has more than one line.
func several(text []byte) bool {
	i := bytes.IndexByte(text, '\n')
	return i >= 0 && i < len(text)-1
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isWord(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' || c >= 0x80 }

// leading returns how many bytes of text at its beginning are of a kind.
func leading(text []byte, is func(c byte) bool) int {
	n := 0
	for n < len(text) && is(text[n]) {
		n++
	}
	return n
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
