package tree

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
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
	bytes  bool   // b"…": \xNN is a byte
	raw    bool   // it has no escapes
	count  int    // how long its text is said to be, -1 if nothing says it
}

// counts are the ways to say how long the string that follows is, "9" for any number.
var counts = []string{"string(9) ", "s:9:", "(9) ", "(string) (len=9) "}

// openQuote reads the beginning of a string.
func openQuote(text []byte, at int) (q quote, ok bool) {
	q.count = -1
	i := at
	if at >= len(text) {
		return q, false
	}
	switch c := text[at]; {
	case c == 's' || c == '(':
		for n, pattern := range counts {
			if end, count := match(text, at, pattern); end > 0 {
				i = end
				if n < 3 { // the others count the text before it was escaped
					q.count, q.raw = count, true
				}
				break
			}
		}
	case c == '<' && bytes.HasPrefix(text[at:], []byte(`<<"`)):
		q.binary = true
		i += 2
	case c == 'b' || c == 'u' || c == 'r' || c == '@':
		q.bytes, q.raw = c == 'b', c == 'r'
		i++
	}
	for _, pair := range [...][2]string{{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"‘", "’"}} {
		if bytes.HasPrefix(text[i:], []byte(pair[0])) {
			q.text, q.end = i+len(pair[0]), pair[1]
			return q, true
		}
	}
	return q, false
}

// match matches a pattern at at, in which "9" is any number: it returns the end, and
// the number; 0 if the text is another.
func match(text []byte, at int, pattern string) (end, number int) {
	i := at
	for _, c := range []byte(pattern) {
		digits := i
		for c == '9' && i < len(text) && text[i] >= '0' && text[i] <= '9' && i-digits < 9 {
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
// on in, nil if none begins there.
func (p *parser) quoted(at, depth int) *Node {
	n := p.piece(at, depth)
	if n == nil || n.Lost != "" || p.raw {
		return n
	}
	var all []byte
	for next := p.continued(n.End, depth); next > 0; next = p.continued(n.End, depth) {
		more := p.piece(next, depth)
		if all == nil {
			all = bytes.Clone(n.Text)
		}
		all = append(all, more.Text...)
		n.Text, n.End, n.Lost = all, more.End, more.Lost
		if n.Lost != "" {
			break
		}
	}
	return n
}

// continued returns where the next piece of a string begins that ends at end: after
// a plus sign, or with nothing between them on the next line of a container, where
// it is no name. 0 if there is none.
func (p *parser) continued(end, depth int) int {
	i := blanks(p.text, end)
	plus := i < len(p.text) && p.text[i] == '+'
	if plus {
		i++
	}
	next := space(p.text, i)
	q, ok := openQuote(p.text, next)
	if !ok || q.count >= 0 || !plus && (depth == 0 || bytes.IndexByte(p.text[i:next], '\n') < 0) {
		return 0
	}
	if _, ok := readKey(p.text, next); ok && !plus {
		return 0
	}
	return next
}

// piece reads one string in quotes.
func (p *parser) piece(at, depth int) *Node {
	q, ok := openQuote(p.text, at)
	if !ok {
		return nil
	}
	n := &Node{Kind: String, Start: at}
	if end := q.text + q.count; q.count >= 0 && end <= len(p.text) && bytes.HasPrefix(p.text[end:], []byte(q.end)) {
		n.Text, n.End = p.text[q.text:end], end+len(q.end)
		return n
	}
	q.raw = q.raw || p.raw
	end, plain, doubled := p.closing(q, depth)
	if end < 0 {
		p.unclosed(n, q)
		return n
	}
	n.Text, n.End = p.text[q.text:end], end+len(q.end)
	if doubled {
		n.Text = bytes.ReplaceAll(n.Text, []byte(q.end+q.end), []byte(q.end))
	}
	if !plain {
		raw := n.Text
		n.Text = unescape(raw, false)
		if q.end == "'" && !q.bytes && !utf8.Valid(n.Text) && utf8.Valid(raw) {
			n.Text = unescape(raw, true)
		}
	}
	if q.count >= 0 && q.count != len(n.Text) && q.count != utf8.RuneCount(n.Text) {
		n.Lost = endsEarly
	}
	p.tail(n, q)
	return n
}

// closing finds the quote that ends a string: the first one that stands where a
// string can end, since some programs print the quotes in a text as they are; -1 if
// there is none on the line. A text that is JSON with bare quotes ends where the JSON
// ends, and then it is plain: it has no escapes.
func (p *parser) closing(q quote, depth int) (end int, plain, doubled bool) {
	t, mark := p.text, []byte(q.end)
	for i := q.text; i < len(t); {
		switch {
		case t[i] == '\\' && !q.raw:
			i += 2
		case t[i] == '\n' && q.end != "`":
			if depth == 0 || q.end != "'" || i-bytes.LastIndexByte(t[:i], '\n') > narrowest || !goesOn(t[i+1:]) {
				return -1, false, false
			}
			i++
		case !bytes.HasPrefix(t[i:], mark):
			i++
		case q.end == "'" && i+1 < len(t) && t[i+1] == '\'':
			doubled = true
			i += 2
		case p.endsAfter(i+len(mark), q):
			return i, q.raw, doubled
		case t[q.text] == '{' || t[q.text] == '[':
			if q.text < p.noText {
				return -1, false, false
			}
			length, ok := jsonLen(t[q.text:])
			end := q.text + length
			if ok && bytes.HasPrefix(t[end:], mark) && p.endsAfter(end+len(mark), q) {
				return end, true, false
			}
			p.noText = end + 1
			return -1, false, false
		case depth == 0 && !q.binary:
			return i, q.raw, doubled
		default:
			i += len(mark)
		}
	}
	return -1, false, false
}

// narrowest is the length of a line in bytes that nothing wraps: a string that goes on in the
// next line has a newline in it.
const narrowest = 60

// goesOn reports whether a line can go on with a string in quotes that began before it: it does
// not begin with a quote or a bracket, as the next item or the end of a container does.
func goesOn(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\r")
	return len(line) > 0 && bytes.IndexByte([]byte("\"'`{}[]()<>+-.\n"), line[0]) < 0
}

// endsAfter reports whether what stands at at, after a quote, can follow a string.
func (p *parser) endsAfter(at int, q quote) bool {
	t := p.text
	if q.binary {
		return hasPrefix(t, at, ">>") || hasPrefix(t, at, "/utf8>>") || hasPrefix(t, at, "...>>")
	}
	i := blanks(t, at)
	if i == len(t) || bytes.IndexByte([]byte("\r\n,;)]}>|&"), t[i]) >= 0 || cutAfter(t, i) > 0 || t[i] == '+' {
		return true
	}
	if end, _ := match(t, i, "(9)"); end > 0 || hasPrefix(t, i, "(length=") {
		return true
	}
	if i == at {
		return false
	}
	if _, ok := openQuote(t, i); ok {
		return true
	}
	_, ok := readKey(t, i)
	return ok
}

// tail reads what stands behind the quotes and belongs to the string: its length, and
// that it was cut.
func (p *parser) tail(n *Node, q quote) {
	t := p.text
	if q.binary {
		end := n.End + bytes.Index(t[n.End:], []byte(">>")) + 2
		if hasPrefix(t, n.End, "...") {
			n.Lost = "..."
		}
		n.End = end
		return
	}
	i := blanks(t, n.End)
	for _, pattern := range []string{"(9)", "(length=9)"} {
		if end, _ := match(t, i, pattern); end > 0 && i > n.End {
			n.End, i = end, blanks(t, end)
		}
	}
	if end := cutAfter(t, i); end > 0 {
		n.Lost, n.End = string(t[i:end]), end
	}
}

// unclosed takes the rest of the line as the text of a string whose end cannot be told.
func (p *parser) unclosed(n *Node, q quote) {
	line := bytes.TrimRight(p.text[q.text:lineEnd(p.text, q.text)], "\r")
	n.Text, n.End, n.Lost = line, q.text+len(line), endsEarly
	if last := bytes.LastIndex(line, []byte(q.end)); last >= 0 && elided(p.text, q.text+last+len(q.end)) == n.End {
		n.Text, n.Lost = line[:last], string(line[last+len(q.end):])
	}
}

// simpleEscapes are the escapes of one character. Others stay as they are.
var simpleEscapes = map[byte]byte{
	'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', 'a': '\a', 'e': 0x1b,
	'"': '"', '\'': '\'', '`': '`', '\\': '\\', '/': '/', '$': '$', '#': '#', '@': '@',
}

// unescape undoes the escapes of a text. What \xNN stands for is a byte in most
// languages, and a character in some.
func unescape(text []byte, characters bool) []byte {
	i := bytes.IndexByte(text, '\\')
	if i < 0 {
		return text
	}
	out := append(make([]byte, 0, len(text)), text[:i]...)
	appendByte := func(r rune) {
		if characters {
			out = utf8.AppendRune(out, r)
		} else {
			out = append(out, byte(r))
		}
	}
	for i < len(text) {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			i++
			continue
		}
		c := text[i+1]
		simple, ok := simpleEscapes[c]
		digits := i + 2
		switch {
		case ok:
			out = append(out, simple)
			i += 2
		case c == '\n': // the line goes on in the next
			i += 2
		case (c == 'x' || c == 'u' || c == 'U') && digits < len(text) && text[digits] == '{':
			r, n := number(text[digits+1:], 16, 6)
			if n == 0 || digits+1+n >= len(text) || text[digits+1+n] != '}' {
				out, i = append(out, '\\'), i+1
				continue
			}
			out, i = utf8.AppendRune(out, r), digits+n+2
		case c == 'x':
			r, n := number(text[digits:], 16, 2)
			if n == 0 {
				out, i = append(out, '\\'), i+1
				continue
			}
			appendByte(r)
			i = digits + n
		case c == 'u' || c == 'U':
			width := 4
			if c == 'U' && (hasPrefix(text, digits, "000") || hasPrefix(text, digits, "0010")) {
				width = 8
			}
			r, n := number(text[digits:], 16, width)
			if n < width {
				out, i = append(out, '\\'), i+1
				continue
			}
			i = digits + n
			if utf16.IsSurrogate(r) && i+1 < len(text) && text[i] == '\\' && text[i+1] == c {
				low, n := number(text[i+2:], 16, 4)
				if both := utf16.DecodeRune(r, low); n == 4 && both != utf8.RuneError {
					r, i = both, i+6
				}
			}
			out = utf8.AppendRune(out, r)
		case c >= '0' && c <= '7':
			r, n := number(text[i+1:], 8, 3)
			appendByte(r)
			i += 1 + n
		default:
			out, i = append(out, '\\'), i+1
		}
	}
	return out
}

// number reads at most width digits.
func number(text []byte, base, width int) (n rune, length int) {
	for length < width && length < len(text) {
		digit, err := strconv.ParseUint(string(text[length:length+1]), base, 8)
		if err != nil {
			break
		}
		n = n*rune(base) + rune(digit)
		length++
	}
	return n, length
}
