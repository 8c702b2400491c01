package unwrap

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode/capture/escape"
)

// counted returns where the text ends that begins at a place and has this length, in digits of
// base, and where the line after it begins; ok is false unless a line ends there, too.
func counted(text []byte, at int, length []byte, base int) (end, next int, ok bool) {
	n, err := strconv.ParseUint(string(length), base, 31)
	end = at + int(n)
	if err != nil || n == 0 || end >= len(text) || text[end] != '\r' && text[end] != '\n' {
		return at, at, false
	}
	return end, end + lineLength(text[end:]), true
}

// lineLength returns the length of the first line of a text, with its ending.
func lineLength(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

// chunked joins the chunks of a body, each with a line before it that says in hexadecimal how
// long it is.
func chunked(text []byte) []Text { return parted(text, 16) }

// followed joins the parts of a connection, each with a line before it that says how long it is,
// behind a tab if it is from the other end.
func followed(text []byte) []Text { return parted(text, 10) }

// parted joins the parts that have a line before them with their length in digits of base.
func parted(text []byte, base int) []Text {
	var w writer
	line := 0
	inside := false
	for at := 0; at < len(text); {
		start := at
		at += lineLength(text[at:])
		length := bytes.TrimPrefix(trimEnd(text[start:at]), []byte("\t"))
		end, next, ok := counted(text, at, length, base)
		switch {
		case ok:
			w.addLines(text[at:end], line, line+bytes.Count(text[at:next], []byte("\n")))
			at = next
		case inside && string(length) == "0":
			w.endLine()
		default:
			w.add(text[start:at], line)
		}
		inside = ok
		line += bytes.Count(text[start:at], []byte("\n"))
	}
	return w.texts(text)
}

// countedLines joins the lines behind one that says how many bytes follow, "conn 7: 12 bytes", if they
// begin as it does and have that many: a log breaks a long text, and shows the ends of lines as escapes.
// Each beginning is that of a source.
func countedLines(text []byte) []Text {
	lines := bytes.SplitAfter(text, []byte("\n"))
	var all sources
	for i := 0; i < len(lines); i++ {
		rest, counts := bytes.CutSuffix(withoutHead(lines[i]), []byte(" bytes"))
		mark := bytes.TrimRight(rest, "0123456789")
		n, _ := strconv.Atoi(string(rest[len(mark):])) // What is not a number counts as nothing.
		var plain []byte
		last := i
		for counts && len(plain) < n && last+1 < len(lines) {
			part, ok := bytes.CutPrefix(withoutHead(lines[last+1]), mark)
			if !ok || len(mark) == 0 || bytes.HasSuffix(part, []byte(" bytes")) {
				break // Each line is counted once.
			}
			plain = undoMarks(plain, part, `\`, escape.Undo)
			last++
		}
		if n == 0 || len(plain) != n {
			all.of(nil).add(lines[i], i)
			continue
		}
		all.of(mark).addLines(plain, i+1, last)
		i = last
	}
	return all.texts(text)
}

// withoutHead returns a line without the head of a log, the place in a program behind that, "io.c(12):",
// and its ending.
func withoutHead(line []byte) []byte {
	line = trimEnd(line)
	line = bytes.TrimLeft(line[headOf(line).length:], " ")
	if place, rest, ok := bytes.Cut(line, []byte(" ")); ok && bytes.HasSuffix(place, []byte("):")) {
		return rest
	}
	return line
}

// strung makes a line of JSON of each list of strings that stand with their number, "*2", and
// each with its length, "$5", in lines of their own before them.
func strung(text []byte) []Text {
	var w writer
	line := 0
	for at := 0; at < len(text); {
		start := at
		at += lineLength(text[at:])
		list, end := stringsAfter(text, start, at)
		at = end
		first := line
		for part := range bytes.Lines(text[start:at]) {
			if list == nil {
				w.add(part, line)
			}
			line++
		}
		w.addLines(list, first, line-1)
	}
	return w.texts(text)
}

// stringsAfter returns a line of JSON with the strings that the line from start to at says the
// number of, nil if they are not all there, and how far they were read.
func stringsAfter(text []byte, start, at int) (list []byte, end int) {
	number, ok := bytes.CutPrefix(trimEnd(text[start:at]), []byte("*"))
	n, _ := strconv.Atoi(string(number)) // What is not a number counts as nothing.
	if !ok || n < 1 {
		return nil, at
	}
	for range n {
		head := lineLength(text[at:])
		length, ok := bytes.CutPrefix(trimEnd(text[at:at+head]), []byte("$"))
		end, next, whole := counted(text, at+head, length, 10)
		if !ok || !whole {
			return nil, at
		}
		list, _ = jsontext.AppendQuote(append(list, ','), text[at+head:end])
		at = next
	}
	list[0] = '['
	return append(list, "]\n"...), at
}

// parts makes a line of JSON of each form that was sent in parts, each with a head and after a
// boundary. What the text ends within stays open.
func parts(text []byte) []Text {
	var w writer
	var form, name, value []byte // those of the part that is read
	first, last, inHead := 0, 0, false
	put := func() {
		if name != nil {
			form, _ = jsontext.AppendQuote(append(form, ','), name)
			form, _ = jsontext.AppendQuote(append(form, ':'), bytes.TrimSuffix(bytes.TrimSuffix(value, []byte("\n")), []byte("\r")))
		}
		name, value = nil, nil
	}
	flush := func(end string) {
		if len(form) > 0 {
			form[0] = '{'
			w.addLines(append(form, end...), first, last)
		}
		form = nil
	}
	for i, line := range numbered(text) {
		content := trimEnd(line)
		switch _, after, isPart := bytes.Cut(content, []byte(`form-data; name="`)); {
		case isPart && name == nil:
			if len(form) == 0 {
				first = i
			}
			name, _, _ = bytes.Cut(after, []byte(`"`))
			inHead = true
		case inHead:
			inHead = len(content) > 0
		case name != nil && bytes.HasPrefix(content, []byte("--")):
			last = i
			if put(); bytes.HasSuffix(content, []byte("--")) {
				flush("}\n")
			}
		case name != nil:
			value, last = append(value, line...), i
		default:
			flush("}\n")
			w.add(line, i)
		}
	}
	if name != nil {
		put()
		form = form[:len(form)-1]
		flush("")
	}
	flush("}\n")
	return w.texts(text)
}
