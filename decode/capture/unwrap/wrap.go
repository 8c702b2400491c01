package unwrap

import (
	"bytes"
	"unicode/utf8"
)

// continued joins lines with the next ones where a mark says so: a backslash at the end,
// the dots or ellipses of a cell that was wrapped, a value that continues under where it
// began, a field behind the "&" that the next line begins with.
func continued(text []byte) []Text {
	var w writer
	column := 0                                                                           // where the value began
	backslashes := 2*bytes.Count(text, []byte("\\\n")) >= bytes.Count(text, []byte("\n")) // Fewer are at the end of a line by chance.
	for i, line := range numbered(text) {
		content := trimEnd(line)
		indent := leading(content, isBlank)
		before := bytes.TrimSuffix(bytes.TrimSuffix(w.bytes, []byte("\n")), []byte("\r"))
		if backslashes && bytes.HasSuffix(before, []byte(`\`)) && !bytes.HasSuffix(before, []byte(`\\`)) {
			w.reopen(`\`)
			line = line[indent:]
			if bytes.HasSuffix(content, []byte("$")) { // Some show the end of a line.
				line = append(bytes.Clone(line[:len(content)-indent-1]), '\n')
			}
		} else if cell := cellAfter(content); cell != nil && cellEnd(before) != "" {
			w.reopen(cellEnd(before))
			if cellEnd(cell) == "" {
				cell = bytes.TrimRight(cell, " │")
			}
			line = append(bytes.Clone(cell), '\n')
		} else if name, _, ok := bytes.Cut(content[indent:], []byte("=")); ok && bytes.HasPrefix(name, []byte("&")) && isField(name[1:]) {
			w.reopen("")
			line = line[indent:]
		} else if column > 0 && indent >= column && indent < len(content) {
			w.reopen("")
			line = line[column:]
		} else {
			column = valueColumn(content)
		}
		w.add(line, i)
	}
	return w.texts(text)
}

// cellAfter returns the part of a wrapped cell that a line has: empty cells stand before it.
func cellAfter(line []byte) []byte {
	line = bytes.TrimLeft(line, " │|")
	for _, mark := range []string{"…", "."} {
		if rest, ok := bytes.CutPrefix(line, []byte(mark)); ok {
			return rest
		}
	}
	return nil
}

// cellEnd returns the mark at the end of a line that a cell of it continues, "" for none.
func cellEnd(line []byte) string {
	for _, mark := range []string{"…│", "."} {
		if bytes.HasSuffix(line, []byte(mark)) {
			return mark
		}
	}
	return ""
}

// valueColumn returns where the value begins in a line "name : value", 0 if it is none.
func valueColumn(line []byte) int {
	n := leading(line, func(c byte) bool { return isWord(c) })
	colon := n + leading(line[n:], isBlank)
	if colon == n || !bytes.HasPrefix(line[colon:], []byte(": ")) {
		return 0
	}
	return colon + 2
}

// shortestWrap is the length of the shortest lines that text is wrapped to.
const shortestWrap = 40

// wrapped joins lines of one width with each other, and with the shorter one after
// them, without the indentation that they share. The end of a page may be between them. A
// line with its own head continues with nothing.
func wrapped(text []byte) []Text {
	widths := map[int]bool{} // that follow each other
	before := 0
	for _, line := range numbered(text) {
		width := unpadded(line)
		if width >= shortestWrap && width == before {
			widths[width] = true
		}
		before = width
	}
	var w writer
	before = 0
	var mark []byte        // of the line before
	indent, ofPage := 0, 0 // of the line before, and the width of the last one that is not blank
	for i, line := range numbered(text) {
		if rest, ok := bytes.CutPrefix(line, []byte("\f")); ok {
			for line, before = rest, ofPage; bytes.HasSuffix(w.bytes, []byte("\n\n")); {
				w.reopen("")
			}
		}
		content := trimEnd(line)
		width, padded := unpadded(line), utf8.RuneCount(content)
		same := mark != nil && bytes.HasPrefix(content, mark)
		blanks := leading(content, isBlank)
		continues := !begins(content) || bytes.HasSuffix(trimEnd(w.bytes), []byte("&"))
		if goesOn := blanks < len(content) && continues && !same; goesOn && widths[before] && padded <= before {
			if w.reopen(""); blanks == indent {
				line = line[blanks:]
			}
			if width == 0 && padded == before { // Blanks fill the last line up to the others.
				line = append(bytes.TrimRight(line, " \r\n"), '\n')
			}
		} else if goesOn && widths[before+1] && !isBlank(content[0]) { // It lost the blank at its end.
			w.reopen("")
			w.add([]byte(" "), i)
		}
		w.add(line, i)
		if before, mark, indent = width, markOf(content), blanks; width > 0 {
			ofPage = width
		}
	}
	return w.texts(text)
}

// unpadded returns the width of a line, 0 if that is blanks at the end.
func unpadded(line []byte) int {
	line = trimEnd(line)
	if bytes.HasSuffix(line, []byte("  ")) {
		return 0
	}
	return utf8.RuneCount(line)
}

// wrappedWords joins lines that were broken between words, since the next word had no
// room in the width of the text, and words that are longer than that.
func wrappedWords(text []byte) []Text {
	const widest = 200
	width := 0
	for _, line := range numbered(text) {
		if n := utf8.RuneCount(withoutPlace(line)); n <= widest {
			width = max(width, n)
		}
	}
	if width < shortestWrap || fieldLines(text) {
		return nil
	}
	var w writer
	var before []byte
	for i, line := range numbered(text) {
		content := withoutPlace(line)
		indent := leading(content, isBlank)
		word := utf8.RuneCount(content[indent : indent+leading(content[indent:], func(c byte) bool { return !isBlank(c) })])
		length := utf8.RuneCount(before)
		joins := word > 0 && 0 < length && length <= width && length+1+word > width && !begins(content)
		split := length == width && utf8.RuneCount(before[bytes.LastIndexByte(before, ' ')+1:])+word > width-indent
		if joins {
			w.reopen("")
			if !split && !bytes.HasSuffix(before, []byte("-")) {
				w.add([]byte(" "), i)
			}
			w.add(content[indent:], i)
		} else {
			w.add(content, i)
		}
		w.add(line[len(trimEnd(line)):], i)
		before = content
	}
	return w.texts(text)
}

// begins reports whether a line begins something: it has a head, or begins as a body
// that was posted does.
func begins(line []byte) bool {
	name, _, ok := bytes.Cut(bytes.TrimLeft(line, " \t"), []byte("="))
	return ok && isField(name) || headOf(line).length > 0
}

// withoutPlace returns a line without the blanks at its end and, at the right margin, the
// place that printed it: "app.py:93".
func withoutPlace(line []byte) []byte {
	line = bytes.TrimRight(line, " \r\n")
	word := line[bytes.LastIndexByte(line, ' ')+1:]
	name, number, ok := bytes.Cut(word, []byte(":"))
	if ok && len(number) > 0 && leading(number, isDigit) == len(number) && bytes.IndexByte(name, '.') > 0 && bytes.HasSuffix(line[:len(line)-len(word)], []byte("  ")) {
		line = bytes.TrimRight(line[:len(line)-len(word)], " ")
	}
	return line
}

// fieldLines reports whether two lines of a text begin with the name of a field and a colon:
// each is a value of its own.
func fieldLines(text []byte) bool {
	lines := 0
	for line := range bytes.Lines(text) {
		if name, _, ok := bytes.Cut(line[:min(len(line), 40)], []byte(": ")); ok && isField(name) {
			lines++
		}
	}
	return lines > 1
}

// joined joins all lines, without their indentation.
func joined(text []byte) []Text {
	if !several(text) || fieldLines(text) {
		return nil
	}
	return byLine(text, func(dst, line []byte) []byte {
		return append(dst, bytes.TrimLeft(trimEnd(line), " \t")...)
	})
}
