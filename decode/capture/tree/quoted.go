package tree

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"qcb/decode/capture/escape"
)

const (
	endsEarly = "ends early"
	tooDeep   = "nested deeper than 100 levels"
)

// A quote is how a string in quotes begins and ends.
type quote struct {
	text   int    // where its text begins
	end    string // the quote that ends it
	binary bool   // <<"…">>
	raw    bool   // it has no escapes
	count  int    // how long its text is said to be, -1 if nothing says it
}

// counts are the ways to say how long the string that follows is, "9" for any number; exact if the
// text was counted as it is printed, and is printed without escapes.
var counts = []struct {
	pattern string
	exact   bool
}{{"string(9) ", true}, {"s:9:", true}, {"(9) ", true}, {"(string) (len=9) ", false}}

// openQuote reads the beginning of a string.
func openQuote(text []byte, at int) (q quote, ok bool) {
	if at >= len(text) {
		return q, false
	}
	q.count = -1
	i := at
	switch c := text[at]; {
	case c == 's' || c == '(':
		for _, one := range counts {
			if end, count := match(text, at, one.pattern); end > 0 {
				if i = end; one.exact {
					q.count, q.raw = count, true
				}
				break
			}
		}
	case hasPrefix(text, at, `<<"`):
		q.binary = true
		i += 2
	case strings.IndexByte("bur@", c) >= 0:
		q.raw = c == 'r'
		i++
	}
	if i == len(text) || strings.IndexByte("\"'`", text[i]) < 0 {
		return q, false
	}
	q.text, q.end = i+1, string(text[i])
	return q, true
}

// match matches a pattern at at, in which "9" is any number: it returns the end, and
// the number; 0 if the text is another.
func match(text []byte, at int, pattern string) (end, number int) {
	i := at
	for _, c := range []byte(pattern) {
		digits := i
		for c == '9' && i < len(text) && isDigit(text[i]) && i-digits < 9 {
			i++
		}
		switch {
		case i > digits:
			number, _ = strconv.Atoi(string(text[digits:i]))
		case i < len(text) && text[i] == c && c != '9':
			i++
		default:
			return 0, 0
		}
	}
	return i, number
}

// quoted reads the string in quotes that begins at at, with the strings that it goes
// on in: after a plus sign, or on the next line of a container, if that is not a name.
// nil if none begins there.
func (p *parser) quoted(at, depth int) *Node {
	n := p.piece(at, depth)
	if n == nil {
		return nil
	}
	n.Text = n.Text[:len(n.Text):len(n.Text)]
	for n.Lost == "" && !p.raw {
		i := blanks(p.text, n.End)
		plus := hasPrefix(p.text, i, "+")
		next := space(p.text, skip(p.text, i, "+"))
		if !plus && (depth == 0 || bytes.IndexByte(p.text[i:next], '\n') < 0) {
			break
		}
		if q, ok := openQuote(p.text, next); !ok || q.count >= 0 {
			break
		}
		if _, ok := readKey(p.text, next); ok && !plus {
			break
		}
		more := p.piece(next, depth)
		n.Text, n.End, n.Lost = append(n.Text, more.Text...), more.End, more.Lost
	}
	return n
}

// piece reads one string in quotes.
func (p *parser) piece(at, depth int) *Node {
	q, ok := openQuote(p.text, at)
	if !ok {
		return nil
	}
	n := &Node{Kind: String, Start: at}
	if end := q.text + q.count; q.count >= 0 && end <= len(p.text) && hasPrefix(p.text, end, q.end) {
		n.Text, n.End = p.text[q.text:end], end+len(q.end)
		return n
	}
	q.raw = q.raw || p.raw
	end, plain := p.closing(q, depth)
	if end < 0 { // It takes the rest of the line.
		n.Text = bytes.TrimRight(p.text[q.text:lineEnd(p.text, q.text)], "\r")
		n.End, n.Lost = q.text+len(n.Text), endsEarly
		n.Text = bytes.TrimSuffix(n.Text, []byte(q.end+"..."))
		return n
	}
	n.Text, n.End = p.text[q.text:end], end+len(q.end)
	if q.end == "'" {
		n.Text = bytes.ReplaceAll(n.Text, []byte("''"), []byte("'"))
	}
	if raw := n.Text; !plain {
		if n.Text = unescape(raw); !utf8.Valid(n.Text) && utf8.Valid(raw) {
			n.Lost = "its bytes are not UTF-8"
		}
	}
	if q.count >= 0 {
		n.Lost = endsEarly
	}
	if q.binary {
		if hasPrefix(p.text, n.End, "...") {
			n.Lost = "..."
		}
		n.End += bytes.Index(p.text[n.End:], []byte(">>")) + 2
	} else if i := blanks(p.text, n.End); elided(p.text, i) > 0 && p.text[i] != '[' {
		n.End = elided(p.text, i)
		n.Lost = string(p.text[i:n.End])
	}
	return n
}

// closing finds the quote that ends a string: the first one that is where a
// string can end, since some programs print the quotes in a text as they are; -1 if
// there is none on the line. A text that is JSON with unescaped quotes ends where the
// JSON ends, and then it is plain: it has no escapes.
func (p *parser) closing(q quote, depth int) (end int, plain bool) {
	t, mark := p.text, q.end[0]
	for i := q.text; i < len(t); i++ {
		next := bytes.IndexAny(t[i:], q.end+"\\\n")
		if next < 0 {
			break
		}
		i += next
		switch {
		case t[i] == '\\':
			if !q.raw {
				i++
			}
		case t[i] == '\n':
			if mark != '`' && (depth == 0 || mark != '\'' || i-bytes.LastIndexByte(t[:i], '\n') > narrowest || !goesOn(t[i+1:])) {
				return -1, false
			}
		case mark == '\'' && hasPrefix(t, i, "''"):
			i++
		case p.endsAfter(i+1, q):
			return i, q.raw
		case t[q.text] == '{' || t[q.text] == '[':
			if q.text < p.noText {
				return -1, false
			}
			length, ok := jsonLen(t[q.text:])
			end := q.text + length
			if ok && hasPrefix(t, end, q.end) && p.endsAfter(end+1, q) {
				return end, true
			}
			p.noText = end + 1
			return -1, false
		case depth == 0 && !q.binary:
			return i, q.raw
		}
	}
	return -1, false
}

// narrowest is the length of a line in bytes that nothing wraps: a string that continues in the
// next line has a newline in it.
const narrowest = 60

// goesOn reports whether a line can continue with a string in quotes that began before it: it does
// not begin with a quote or a bracket, as the next item or the end of a container does.
func goesOn(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\r")
	return len(line) > 0 && bytes.IndexByte([]byte("\"'`{}[]()<>+-.\n"), line[0]) < 0
}

// endsAfter reports whether the text at at, after a quote, can follow a string.
func (p *parser) endsAfter(at int, q quote) bool {
	t := p.text
	if q.binary {
		return hasPrefix(t, at, ">>") || hasPrefix(t, at, "/utf8>>") || hasPrefix(t, at, "...>>")
	}
	i := blanks(t, at)
	if i == len(t) || strings.IndexByte("\r\n,;)]}>|&+", t[i]) >= 0 || elided(t, i) > 0 {
		return true
	}
	if i == at {
		return false
	}
	_, quoted := openQuote(t, i)
	_, named := readKey(t, i)
	return quoted || named
}

// unescape undoes the escapes of a text.
func unescape(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return append(out, text...)
		}
		var size int
		out, size = escape.Undo(append(out, text[:i]...), text[i:])
		text = text[i+size:]
	}
}
