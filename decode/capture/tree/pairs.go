package tree

import (
	"bytes"
	"cmp"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Pairs reads the fields of one record that stand on one line, from at on, where the
// name of a field begins that has a separator behind it: "event=saved ms=12" or
// "event: saved | status: {…}". nil if none does. A name that repeats begins the next
// record.
//
// No other record begins before the End of the node: to stay linear, continue there.
func Pairs(text []byte, at int) *Node {
	p := &pairs{text: text}
	h, ok := p.head(at)
	if !ok || FieldName(h.name) == "" && string(h.name) != "evt" { // Where event is a name of the logger's own.
		return nil
	}
	before := text[at-min(at, nearby) : at]
	before = before[bytes.LastIndexByte(before, '\n')+1:]
	if before = before[max(0, len(before)-reach):]; h.close != 0 {
		before = bytes.TrimRight(before[:len(before)-1], " ")
		h.option = option(before[bytes.LastIndexByte(before, ' ')+1:])
	}
	p.sep, p.close = h.sep, h.close
	n := &Node{Kind: Object, Start: at}
	seen := map[string]bool{}
	for ok && !seen[string(h.name)] {
		item := Item{Name: string(h.name)}
		seen[item.Name] = true
		item.Value, h, ok = p.value(h)
		n.add(item)
		n.End = item.Value.End
	}
	if p.sep == " " && len(n.Items) == 1 {
		return nil // words of a sentence
	}
	return n
}

type pairs struct {
	text  []byte
	sep   string // is between a name and its value
	join  byte   // is between pairs: a blank or more than that, 0 if not known yet
	close byte   // closes the pair, or all of them; closed if it has
	shell bool   // a pair was in the quotes of a shell: they say nothing of the next one
	end   int    // of the line that is read
	open  int    // no bracket before it is closed
}

const closed = 1

// A head is the name of a pair, and what is around it.
type head struct {
	name      []byte
	sep       string
	to, value int // where the separator ends, and where the value begins
	close     byte
	option    string // of curl, before it
}

// head reads the name at at and the separator after it.
func (p *pairs) head(at int) (h head, ok bool) {
	text := p.text
	name, q := readName(text, at, len(text))
	if len(name) == 0 || name[0] < 'A' {
		return h, false
	}
	if h.name = name; fieldOf(name) != nil {
		h.name = fieldOf(name)
	}
	if at > 0 {
		h.close = closer(text[at-1])
	}
	if q < len(text) && text[q] == h.close && strings.IndexByte("\"'`", h.close) >= 0 {
		h.close, q = 0, q+1 // a name in quotes, from behind the first one
	}
	field := FieldName(h.name) != ""
	if h.sep, _, h.to = readSep(text, q, len(text), field); hasPrefix(text, q, ",") && h.close == ']' {
		h.sep, h.to = ",", q+1
	}
	h.value = blanks(text, h.to)
	switch h.sep {
	case "", "|", "│":
		return h, false
	case "\t":
		return h, field
	case "=":
		return h, bytes.IndexByte(name, ' ') < 0 // the first of two words is of the value before it
	}
	return h, true
}

// closer returns what closes a bracket or a quote, 0 for other characters.
func closer(open byte) byte {
	if strings.IndexByte("\"'`", open) >= 0 {
		return open
	}
	return closerOf(open)
}

// option returns a word if it is an option of curl that has a pair for its value.
func option(word []byte) string {
	for _, o := range []string{"-d", "--data", "-F", "--form"} {
		if bytes.HasPrefix(word, []byte(o)) {
			return string(word)
		}
	}
	return ""
}

// gap reads what stands between two pairs, which may continue in the next line after a
// backslash, and the head of the one after it; to is where it looked for that.
func (p *pairs) gap(at int) (h head, to int, ok bool) {
	text, join, word := p.text, byte(0), ""
	j := at
	for more := true; more && j < len(text); {
		switch c := text[j]; {
		case c == ' ':
			join = cmp.Or(join, c)
			j++
		case hasPrefix(text, j, "&amp;"):
			join = c
			j += len("&amp;")
		case strings.IndexByte("\t,;|&", c) >= 0:
			join = c
			j++
		case hasPrefix(text, j, "\\\n"):
			j += 2
		case c == '-':
			end := j + max(0, bytes.IndexByte(text[j:min(len(text), j+reach)], ' '))
			word = option(text[j:end])
			more = word != ""
			j += len(word)
		default:
			more = false
		}
	}
	if j == at || j == len(text) {
		return h, max(j, at+1), false
	}
	h, ok = p.head(j)
	if h.close = 0; !ok && closer(text[j]) != 0 {
		h, ok = p.head(j + 1)
	}
	h.option = word
	argument := word != "" || p.shell && h.sep == "=" && FieldName(h.name) != ""
	if !ok || h.sep != p.sep || h.close == 0 && (p.close == closed && !argument || p.join != 0 && p.join != ' ' && join != p.join) {
		return h, j, false
	}
	p.join, p.close = cmp.Or(p.join, join), cmp.Or(h.close, p.close)
	return h, j, true
}

// next finds the head of the next pair from at on, and where what stands before it
// ends.
func (p *pairs) next(at int) (end int, h head, ok bool) {
	depth, i := 0, at
	for ; i < len(p.text) && p.text[i] != '\n'; i++ {
		switch c := p.text[i]; {
		case c == p.close && depth == 0:
			p.close, p.shell = closed, c == '\''
			h, _, ok = p.gap(i + 1)
			return i, h, ok
		case c == p.close:
			depth--
		case p.close > closed && closer(c) == p.close:
			depth++
		case strings.IndexByte(" \t,;|&\\", c) >= 0:
			var to int
			if h, to, ok = p.gap(i); ok {
				return i, h, true
			}
			i = to - 1
		}
	}
	if i > at && p.text[i-1] == '\r' {
		i--
	}
	return i, h, false
}

// value reads the value of a pair, and the head of the next one.
func (p *pairs) value(h head) (n *Node, next head, ok bool) {
	text, v, field := p.text, h.value, FieldName(h.name)
	free := field == "payload" || field == "error_message"
	n = &Node{Kind: Word, Start: v, End: v}
	if next, to, ok := p.gap(h.to); ok && (isNameByte(text[to]) || next.option != "" || text[to] == '\'' && FieldName(next.name) != "") && (h.sep == "=" || FieldName(next.name) != "") {
		n.Start, n.End = h.to, h.to
		return n, next, true
	}
	around := h.option != "" || h.close == '\'' // The quotes are around the pair.
	if around || hasPrefix(text, v, "'") {
		quote, from := h.close, v
		if !around {
			quote, from = '\'', v+1
		}
		s, end, sure := shell(text, from, quote)
		if end > 0 && (sure || h.option != "") {
			n.Kind, n.Text, n.End = String, s, end
			if around {
				p.close, p.shell = closed, true
			}
			if strings.HasPrefix(h.option, "-d") || strings.HasPrefix(h.option, "--data") && h.option != "--data-urlencode" {
				if s, err := url.QueryUnescape(string(s)); err == nil {
					n.Text = []byte(s)
				}
			}
			next, _, ok = p.gap(end)
			return n, next, ok
		}
	}
	m, end := p.literal(v)
	from := v
	bracket := v < end && v >= p.open && closer(text[v]) != 0
	if m != nil && m.Lost != "" {
		p.open = m.End
	}
	switch {
	case m != nil && fits(m, text[v], field) && (m.End == len(text) || strings.IndexByte(" \t\r\n,;|&)]}>\"'\\", text[m.End]) >= 0):
		n.End, next, ok = p.next(m.End)
		if !free || len(bytes.Trim(text[m.End:n.End], " \t,;&|)]}>\"'\\")) == 0 {
			return m, next, ok
		}
		n.Text = text[v:n.End]
		return n, next, ok
	case bracket && (m == nil || m.Lost != "" && m.End >= end):
		n.Text, n.End, n.Lost = text[v:end], end, endsEarly
		return n, next, false
	case bracket:
		from = m.End
	}
	if free || field == "" || field == "status" {
		n.End, next, ok = p.next(from)
		if ok && free && (p.join == ' ' && h.sep == ":" || p.join == ',' || p.join == ';') && FieldName(next.name) == "" {
			n.Lost = "may continue with " + string(next.name)
		}
	} else { // one word
		for n.End = v; n.End < len(text) && strings.IndexByte(" \t\r\n,;|&)]}>\"'", text[n.End]) < 0; {
			n.End++
		}
		_, next, ok = p.next(n.End)
	}
	n.Text = text[v:n.End]
	return n, next, ok
}

// literal reads the value at at, and returns where its line ends.
func (p *pairs) literal(at int) (n *Node, end int) {
	if at > p.end {
		l, _ := lineOf(p.text, at)
		p.end = l.from + len(bytes.TrimSuffix(l.in(p.text), []byte(` \`))) // a command continues
	}
	if at >= p.open {
		n = Value(p.text[:p.end], at)
	}
	return n, p.end
}

// shell reads a text in quotes as a shell does, from behind the first one to where it
// is closed; end is 0 if it is not. sure says that it cannot be read in another way:
// it has quotes in it, or is JSON.
func shell(text []byte, at int, quote byte) (value []byte, end int, sure bool) {
	for i := at; i < len(text) && text[i] != '\n'; i++ {
		switch c := text[i]; {
		case c == '\\' && quote == '"' && i+1 < len(text) && strings.IndexByte("\"\\$`", text[i+1]) >= 0:
			i++
			value = append(value, text[i])
		case c != quote:
			value = append(value, c)
		case quote == '\'' && hasPrefix(text, i, `'\''`):
			i += len(`'\''`) - 1
			value, sure = append(value, c), true
		case quote == '\'' && hasPrefix(text, i, `'"'"'`):
			i += len(`'"'"'`) - 1
			value, sure = append(value, c), true
		default:
			return value, i + 1, sure || jsontext.Value(value).IsValid()
		}
	}
	return nil, 0, false
}
