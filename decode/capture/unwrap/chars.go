package unwrap

import (
	"bytes"
	"html"
	"io"
	"mime/quotedprintable"
	"strconv"
	"unicode/utf8"

	"qcb/decode/capture/escape"
)

// eachMark undoes what begins with one of some characters: undo appends what stands for the
// beginning of src, and returns the length of that.
func eachMark(text []byte, marks string, undo func(dst, src []byte) ([]byte, int)) []Text {
	return byLine(text, func(dst, line []byte) []byte { return undoMarks(dst, line, marks, undo) })
}

// undoMarks appends a text in which each mark is undone.
func undoMarks(dst, text []byte, marks string, undo func(dst, src []byte) ([]byte, int)) []byte {
	for {
		i := bytes.IndexAny(text, marks)
		if i < 0 {
			return append(dst, text...)
		}
		var n int
		dst, n = undo(append(dst, text[:i]...), text[i:])
		text = text[i+n:]
	}
}

// numeric is an undo for numbers of some digits behind a mark, below limit.
func numeric(digits, base int, limit rune) func(dst, src []byte) ([]byte, int) {
	return func(dst, src []byte) ([]byte, int) {
		if b, ok := number(src, 1, 1+digits, base); ok && b < limit {
			return append(dst, byte(b)), 1 + digits
		}
		return append(dst, src[0]), 1
	}
}

// coloured takes out what drives a terminal: colours, other control sequences, and
// links, of which the text stays. The bytes of packets, which have zeros, drive none.
func coloured(text []byte) []Text {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil
	}
	return eachMark(text, "\x1b", func(dst, src []byte) ([]byte, int) { return dst, sequence(src) })
}

// sequence returns the length of the control sequence that text begins with, which
// begins with ESC.
func sequence(text []byte) int {
	if len(text) < 2 {
		return len(text)
	}
	switch text[1] {
	case '[':
		return min(len(text), 3+leading(text[2:], func(c byte) bool { return 0x20 <= c && c < 0x40 }))
	case ']': // it ends with BEL or ESC \
		n := 2 + leading(text[2:], func(c byte) bool { return c != 0x07 && c != 0x1b && c != '\n' })
		if n < len(text) && text[n] == 0x07 {
			return n + 1
		}
		return min(len(text), n+2*bytes.Count(text[n:min(len(text), n+1)], []byte{0x1b}))
	case '(', ')':
		return min(len(text), 3)
	}
	return 2
}

// markup takes tags away and undoes entities: an element that has only text becomes a
// line "name: text", a row of a table a line with tabs between its cells.
func markup(text []byte) []Text {
	p := page{last: '\n'}
	return byLine(text, func(dst, line []byte) []byte {
		if dst = p.line(dst, line); len(dst) > 0 {
			p.last = dst[len(dst)-1]
		}
		return dst
	})
}

// page is what is known of the place in a text with tags.
type page struct {
	breaks bool // a line ends before the next text
	inRow  bool // of a table
	inCell bool
	cells  int
	last   byte // of the text so far
}

// line appends what a line is without its tags.
func (p *page) line(dst, line []byte) []byte {
	for len(line) > 0 {
		i := bytes.IndexByte(line, '<')
		next := i + 1 + leading(line[i+1:], func(c byte) bool { return c != '<' })
		name, closes := tagName(line[max(i, 0):])
		end := bytes.LastIndexByte(line[:next], '>')
		if i < 0 || end < i || len(name) == 0 {
			dst = p.text(dst, line[:next])
			line = line[next:]
			continue
		}
		end = i + bytes.IndexByte(line[i:], '>')
		dst = p.tag(p.text(dst, line[:i]), line[i:end+1], name, closes)
		line = line[end+1:]
	}
	return dst
}

// text appends text.
func (p *page) text(dst, text []byte) []byte {
	blank := len(bytes.TrimSpace(text)) == 0
	if blank && (p.inRow && !p.inCell || p.breaks) {
		if !p.inRow && bytes.HasSuffix(text, []byte("\n")) {
			p.breaks = false
			return p.endLine(dst)
		}
		return dst
	}
	if p.breaks && !blank {
		dst = p.endLine(dst)
	}
	p.breaks = false
	return append(dst, html.UnescapeString(string(text))...)
}

// endLine ends a line, unless nothing is in it or in its cell yet.
func (p *page) endLine(dst []byte) []byte {
	plain := bytes.TrimRight(dst, " ")
	last := p.last
	if len(plain) > 0 {
		last = plain[len(plain)-1]
	}
	if last == '\n' || last == '\t' {
		return plain
	}
	return append(plain, '\n')
}

// tag appends what stands for a tag.
func (p *page) tag(dst, tag, name []byte, closes bool) []byte {
	switch string(name) {
	case "span", "samp", "b", "i", "em", "strong", "a", "code", "font", "u", "small", "mark":
		return dst
	case "td", "th":
		if p.inCell = !closes; closes {
			return dst
		}
		if p.cells++; p.cells > 1 {
			dst = append(dst, '\t')
		}
		return dst
	case "tr":
		if p.inRow && closes {
			dst = p.endLine(dst)
		} else if p.inCell { // of a table around it
			dst = append(dst, '\n')
		}
		p.inRow, p.inCell, p.cells = !closes, false, 0
	case "br", "p", "div", "pre", "li", "table", "body", "html", "tbody", "thead", "h1":
	default:
		if closes {
			break
		}
		if value := attribute(tag, "name"); value != nil {
			name = value
		}
		p.breaks = false
		return append(append(p.endLine(dst), name...), ": "...)
	}
	p.breaks = true
	return dst
}

// tagName returns the name of the tag that text begins with, in lower case; nil if it is
// none.
func tagName(text []byte) (name []byte, closes bool) {
	rest := bytes.TrimPrefix(text, []byte("<"))
	name = bytes.TrimPrefix(rest, []byte("/"))
	n := leading(name, func(c byte) bool { return isWord(c) || c == '-' || c == ':' || c == '.' })
	if n == 0 || !isLetter(name[0]) || n == len(name) || bytes.IndexByte([]byte(" />\t\r\n"), name[n]) < 0 {
		return nil, false
	}
	return bytes.ToLower(name[:n]), rest[0] == '/'
}

// attribute returns the value of an attribute of a tag, nil if it has none.
func attribute(tag []byte, name string) []byte {
	_, value, _ := bytes.Cut(tag, []byte(" "+name+`="`))
	value, _, _ = bytes.Cut(value, []byte(`"`))
	return value
}

func quotedPrintable(text []byte) []Text {
	return byLine(text, func(dst, line []byte) []byte {
		plain, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(line)))
		if err != nil {
			return append(dst, line...)
		}
		return append(dst, plain...)
	})
}

// backslashes undoes one level of the escapes of programming languages.
func backslashes(text []byte) []Text { return eachMark(text, `\`, escape.Undo) }

// number returns the number that the digits from start to end are.
func number(src []byte, start, end, base int) (rune, bool) {
	if len(src) < end {
		return 0, false
	}
	n, err := strconv.ParseUint(string(src[start:end]), base, 21)
	return rune(n), err == nil
}

// octals undoes what some loggers write for control characters: #012.
func octals(text []byte) []Text {
	return eachMark(text, "#", numeric(3, 8, ' '))
}

// richText takes the text out of RTF.
func richText(text []byte) []Text {
	return eachMark(text, "\\{}\r\n", func(dst, src []byte) ([]byte, int) {
		switch n := 1 + leading(src[1:], isLetter); {
		case src[0] != '\\' || len(src) == 1: // an ending of a line is none there
			return dst, 1
		case bytes.IndexByte([]byte(`\{}`), src[1]) >= 0:
			return append(dst, src[1]), 2
		case src[1] == '\'':
			b, _ := number(src, 2, 4, 16)
			return append(dst, byte(b)), min(len(src), 4)
		default:
			if word := string(src[1:n]); word == "par" || word == "line" {
				dst = append(dst, '\n')
			}
			n += leading(src[n:], func(c byte) bool { return isDigit(c) || c == '-' })
			if bytes.HasPrefix(src[n:], []byte(" ")) {
				n++
			}
			return dst, n
		}
	})
}

// replaced replaces one text by another.
func replaced(text []byte, from, to string) []Text {
	return byLine(text, func(dst, line []byte) []byte {
		return append(dst, bytes.ReplaceAll(line, []byte(from), []byte(to))...)
	})
}

// doubledQuotes undoes the quotes of CSV and SQL.
func doubledQuotes(text []byte) []Text { return replaced(text, `""`, `"`) }

// shellQuotes undoes a quote between the quotes of a shell.
func shellQuotes(text []byte) []Text { return replaced(text, `'\''`, `'`) }

// quotedPercents undoes the percent signs of a quoted text in a command of Windows.
func quotedPercents(text []byte) []Text { return replaced(text, `"%"`, `%`) }

// carets undoes the escapes of the command line of Windows.
func carets(text []byte) []Text {
	return eachMark(text, "^", func(dst, src []byte) ([]byte, int) {
		switch {
		case len(src) == 1: // It escapes what the text was cut at.
			return dst, 1
		case src[1] == '\r' || src[1] == '\n':
			return append(dst, '^'), 1
		}
		return append(dst, src[1]), 2
	})
}

// encodedTwice decodes the percent escapes of a body that was encoded once more. It
// leaves a text alone in which a body stands plain.
func encodedTwice(text []byte) []Text {
	return eachMark(text, "%", numeric(2, 16, 0x100))
}

// plusForSpace undoes what is left of an encoding when somebody has decoded the percent
// escapes alone.
func plusForSpace(text []byte) []Text { return replaced(text, "+", " ") }

// links undoes what mail and chat programs make of addresses, <URL|text> and <URL>, and
// typographic quotes.
func links(text []byte) []Text {
	return eachMark(text, "<“”‘’", func(dst, src []byte) ([]byte, int) {
		if src[0] != '<' {
			r, size := utf8.DecodeRune(src)
			return append(dst, map[rune]byte{'“': '"', '”': '"', '‘': '\'', '’': '\''}[r]), size
		}
		end := bytes.IndexAny(src[1:], "<>\n") + 1
		if !bytes.HasPrefix(src, []byte("<http")) || src[end] != '>' {
			return append(dst, '<'), 1
		}
		url, shown, _ := bytes.Cut(src[1:end], []byte("|"))
		if len(shown) > 0 && (len(shown) > len(url) || bytes.HasSuffix(url, shown)) {
			url = shown
		}
		return append(dst, url...), end + 1
	})
}
