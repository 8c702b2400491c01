package tree

import (
	"bytes"
	"slices"
	"strings"
)

const (
	nearby = 4 << 10 // a block names a field within so many bytes
	early  = 16      // and within so many values
	reach  = 100     // a line has its name within so many bytes
	width  = 60      // a shorter line is not folded
)

// Block reads the block of lines, one "name: value" each, that begins at at, the
// start of a line: nil if none does. An item of a list, "- name: value" or
// "1) value", begins one, too.
//
// It returns an object, or a list of them if one record follows another: a record ends at a
// blank line, at a line of another shape, and where a name repeats. What lies between two
// records and could belong to either is in neither, and both say so, since a status must
// never go to another task. Lines in others are read as in YAML.
//
// No other block begins before the End of the node: to stay linear, continue there.
func Block(text []byte, at int) *Node {
	if !NamesFields(text[at:min(len(text), at+nearby)]) {
		return nil
	}
	b := &block{text: text, early: early}
	n, _ := b.node(at, at, 0)
	if !b.found {
		return nil
	}
	return n
}

type block struct {
	text  []byte
	early int  // how many values may be read before one is found
	found bool // a field, or a text in quotes that speaks of one
}

// A row is a line "name: value", taken apart.
type row struct {
	start, indent int    // where the line begins, and in which column what it says
	label, name   []byte // "req.body." and "event"
	at            int    // where the name is
	sep           string
	mark, gap     int // the column of the separator, and the blanks after it
	value, end    int // from where to where the value stands
	next          int // the next line
}

// isNameByte reports whether a name without quotes may have c in it.
func isNameByte(c byte) bool {
	return isWord(c) || strings.IndexByte("-.$@", c) >= 0
}

func digits(text []byte, at int) int { return skip(text, at, "0123456789") }

// fieldOf returns the last part of a path if that names a field: "event" of
// "req.body.event".
func fieldOf(name []byte) []byte {
	last := bytes.TrimLeft(name[bytes.LastIndexByte(name, '.')+1:], "$@")
	if FieldName(last) == "" {
		return nil
	}
	return last
}

// readName reads the name at at: a text in quotes, a word, or the two words of a
// field, "Task Token". next is behind it.
func readName(text []byte, at, end int) (name []byte, next int) {
	if at < end && strings.IndexByte("\"'`", text[at]) >= 0 {
		n := bytes.IndexByte(text[at+1:min(end, at+reach)], text[at])
		if n <= 0 {
			return nil, at
		}
		return text[at+1 : at+1+n], at + n + 2
	}
	for next = at; next < end && isNameByte(text[next]); next++ {
	}
	for second := next + 1; second < end && next > at && text[next] == ' ' && isLetter(text[next+1]) && isNameByte(text[second]); second++ {
		if FieldName(text[at:second+1]) != "" && (second+1 == end || !isNameByte(text[second+1])) {
			return text[at : second+1], second + 1
		}
	}
	return text[at:next], next
}

// readSep reads the separator after a name, which ends at at, and the blanks before
// it. Blanks alone are one after the name of a field, a tab after any name.
func readSep(text []byte, at, end int, field bool) (sep string, from, to int) {
	p := blanks(text[:end], at)
	for _, sep := range [...]string{"=>", "->", "→", "│", "|", ":", "="} {
		if to := p + len(sep); bytes.HasPrefix(text[p:end], []byte(sep)) {
			if to < end && (text[to] == '=' || sep == ":" && !field && strings.IndexByte(" \t\r\n\"'[{", text[to]) < 0) {
				return "", at, at
			}
			return sep, p, to
		}
	}
	switch {
	case bytes.IndexByte(text[at:p], '\t') >= 0:
		return "\t", at, p
	case field && p > at:
		return " ", at, p
	}
	return "", at, at
}

// row reads the line that begins at start; what it says begins at at or, if there
// is a label, behind that and the number before it.
func (b *block) row(start, at int, label []byte) (r row, ok bool) {
	l, next := lineOf(b.text, at)
	text := b.text[:l.to]
	p := blanks(text, at)
	r = row{start: start, indent: p - start, label: label, end: l.to, next: next}
	if len(label) > 0 {
		if p = digits(text, p); !bytes.HasPrefix(text[p:], label) {
			return r, false
		}
		p += len(label)
	}
	name, q := readName(text, p, r.end)
	field := fieldOf(name)
	if field != nil && len(label) == 0 {
		r.label = bytes.TrimSuffix(name, field)
	}
	if r.name = name; field != nil {
		r.name = field
	}
	r.at = p
	if q < r.end && text[q] == ']' && len(label) > 0 { // form["name"]
		q++
	}
	if len(name) == 0 || bytes.HasSuffix(text, []byte(` \`)) { // a command of a shell continues
		return r, false
	}
	if q == r.end && len(r.label) > 0 && hasPrefix(b.text, next, "[1] ") { // a list of R: $name, [1] value, and a blank line
		r.sep, r.value = "$", next+len("[1] ")
		l, r.next = lineOf(b.text, r.value)
		r.end = l.to
		if l, next := lineOf(b.text, r.next); l.blank(b.text) {
			r.next = next
		}
		return r, true
	}
	sep, from, to := readSep(text, q, r.end, field != nil)
	r.sep, r.mark, r.value = sep, from-start, blanks(text, to)
	r.gap = r.value - to
	return r, sep != ""
}

// labelled reads a line that has something before the name of a field, as the next
// line has: "POST event = saved". Numbers at its beginning may differ.
func (b *block) labelled(start, at int) (r row, ok bool) {
	l, _ := lineOf(b.text, at)
	from := digits(b.text[:l.to], at)
	for p := from + 1; p < min(l.to, from+reach); p++ {
		if isNameByte(b.text[p-1]) {
			continue
		}
		if name, _ := readName(b.text, p, l.to); FieldName(name) != "" {
			label := b.text[from:p]
			r, ok = b.row(start, at, label)
			o, more := b.row(r.next, r.next, label)
			return r, ok && r.sep != " " && more && o.like(&r, false)
		}
	}
	return r, false
}

// like reports whether a row continues the block of another one: with the same label
// and separator, in the same column. The lines of a log that stand between two
// records are often rows themselves, but they are written in another way.
func (r *row) like(o *row, nested bool) bool {
	if r.sep != o.sep || r.indent != o.indent && (nested || r.mark != o.mark) {
		return false
	}
	capital := func(name []byte) bool { return name[0] >= 'A' && name[0] <= 'Z' }
	return nested || FieldName(r.name) != "" && FieldName(o.name) != "" || capital(r.name) == capital(o.name) && r.gap == o.gap
}

// record reports whether a line is a record itself: "event: saved, task_token: …".
func (b *block) record(r *row) bool {
	at, most := r.at, 1
	switch FieldName(r.name) {
	case "payload", "error_message":
		return false
	case "":
		at, most = r.value, 0
	}
	if n := Pairs(b.text[:r.end], at); n != nil {
		for _, it := range n.Items {
			if FieldName([]byte(it.Name)) != "" {
				most--
			}
		}
	}
	return most < 0
}

// bullet reads what begins an item of a list, a dash or "1)", if it stands at at: in
// which column the item begins, and where.
func (b *block) bullet(start, at int) (column, item int) {
	if hasPrefix(b.text, at, "-") && (at+1 == len(b.text) || strings.IndexByte(" \r\n", b.text[at+1]) >= 0) {
		return at + 2 - start, at + 1
	}
	if q := digits(b.text, at); q > at && q < at+9 && hasPrefix(b.text, q, ") ") {
		return q + 2 - start, q + 2
	}
	return 0, at
}

// node reads the list, the block or the scalar that begins at at, in the line that
// begins at start, and returns where the line after it begins.
func (b *block) node(start, at, depth int) (*Node, int) {
	at = blanks(b.text, at)
	first, ok := b.row(start, at, nil)
	column, item := b.bullet(start, at)
	switch {
	case depth > maxDepth:
		return &Node{Kind: Word, Start: at, End: first.end, Lost: tooDeep}, first.next
	case column > 0:
		n := &Node{Kind: List, Start: at}
		for c := column; c == column && (b.found || b.early > 0); c, item = b.bullet(start, blanks(b.text, start)) {
			var value *Node
			value, start = b.after(start, item, column-2, depth)
			n.add(Item{Value: value})
			n.End = max(item, value.End)
		}
		return n, start
	case FieldName(first.name) == "":
		if r, labelled := b.labelled(start, at); labelled {
			first, ok = r, true
		}
	}
	if ok && (depth == 0 || first.sep != "=") { // No YAML has that between names and values.
		if n, next := b.rows(first, depth); n != nil {
			return n, next
		}
	}
	if depth == 0 {
		return nil, start
	}
	return b.value(&row{start: start, indent: at - start - 1, at: at, sep: ":", mark: at - start, value: at, end: first.end, next: first.next}, depth)
}

// after reads what stands after a dash or a name: in its line from at on, or in the
// lines after it that are deeper than column.
func (b *block) after(start, at, column, depth int) (*Node, int) {
	l, next := lineOf(b.text, at)
	p := blanks(b.text, at)
	if p >= l.to {
		start, p = next, blanks(b.text, next)
		if l, _ := lineOf(b.text, p); p-next <= column || p == l.to {
			return &Node{Kind: Null, Start: at, End: at}, next
		}
	}
	return b.node(start, p, depth+1)
}

// rows reads the rows of which r is the first.
func (b *block) rows(r row, depth int) (*Node, int) {
	var items []Item
	var starts []int
	next, model, tail := r.start, r, b.tail(&r)
	for ok := true; ok && (b.found || b.early > 0); {
		if bytes.HasSuffix(b.text[r.value:r.end], tail) {
			r.end -= len(tail)
		}
		field := FieldName(r.name)
		b.found = b.found || field != ""
		n, after := b.value(&r, depth)
		if n.Kind == Word && b.record(&r) {
			break
		}
		items, starts, next = append(items, Item{string(r.name), n}), append(starts, r.at), after
		r, ok = b.row(next, next, model.label)
		ok = ok && r.like(&model, depth > 0)
	}
	all := records(items, starts)
	if len(items) == 0 || len(items) == 1 && items[0].Value.Kind == Word && model.sep == " " {
		return nil, next // words of a sentence
	} else if len(all) == 1 {
		return all[0], next
	}
	n := &Node{Kind: List, Start: all[0].Start, End: all[len(all)-1].End}
	for _, o := range all {
		n.add(Item{Value: o})
	}
	return n, next
}

// tail returns what the ends of a row and of the next one have in common that is not of their values:
// a comma, or ", client: 127.0.0.1, server: x".
func (b *block) tail(r *row) []byte {
	o, _ := b.row(r.next, r.next, r.label)
	one, two := b.text[r.value:r.end], b.text[o.value:o.end]
	n := 0
	for n < len(one) && n < len(two) && one[len(one)-1-n] == two[len(two)-1-n] {
		n++
	}
	for rest := one[len(one)-n:]; len(rest) > 0; rest = rest[1:] {
		if k, ok := readKey(rest, min(2, len(rest))); string(rest) == "," || ok && k.sep == ':' && hasPrefix(rest, 0, ", ") && isLetter(rest[2]) {
			return rest
		}
	}
	return nil
}

// records makes objects of members: each goes up to the first name that repeats.
// Fields before that which the next record does not have may be the first ones of
// that as well as the last ones of this: they are in neither.
func records(items []Item, starts []int) (all []*Node) {
	distinct := func(items []Item) (at map[string]bool, size int) {
		at = map[string]bool{}
		for ; size < len(items) && !at[items[size].Name]; size++ {
			at[items[size].Name] = true
		}
		return at, size
	}
	lost := ""
	for len(items) > 0 {
		_, size := distinct(items)
		following, _ := distinct(items[size:])
		n := &Node{Kind: Object, Start: starts[0], Lost: lost}
		lost = ""
		keep := size
		for i := size - 1; size < len(items) && !following[items[i].Name]; i-- {
			if FieldName([]byte(items[i].Name)) != "" {
				keep, lost = i, items[i].Name+": of this record or of the one next to it"
			}
		}
		n.lose(lost)
		for _, it := range items[:keep] {
			n.add(it)
			n.End = it.Value.End
		}
		all = append(all, n)
		items, starts = items[size:], starts[size:]
	}
	return all
}

// value reads the value of a row, and returns where the line after it begins.
func (b *block) value(r *row, depth int) (*Node, int) {
	b.early--
	yaml := r.sep == ":" && r.start+r.mark == r.at+len(r.name)
	if r.value >= r.end {
		if next, _ := b.row(r.next, r.next, nil); yaml && (r.gap == 0 || next.sep != ":" || next.mark != r.mark) { // else names end in one column
			column := r.indent
			if c, _ := b.bullet(r.next, blanks(b.text, r.next)); c == column+2 {
				column-- // a list may begin in the column of its name
			}
			if n, next := b.after(r.start, r.end, column, depth); n.Kind != Null || depth > 0 {
				return n, next
			}
		}
		return &Node{Kind: Word, Start: r.end, End: r.end}, r.next
	}
	n, next := (*Node)(nil), r.next
	if yaml {
		n, next = b.scalar(r)
	}
	if n == nil {
		n, next = b.literal(r)
	}
	if n == nil {
		n, next = &Node{Kind: Word, Text: b.text[r.value:r.end], Start: r.value, End: r.end}, r.next
		if yaml && r.end-r.start >= width {
			if n.End, next = b.nested(r); n.End > r.end {
				n.Text = fold(b.text[r.value:n.End], false)
			}
		}
		if yaml && string(n.Text) == "~" {
			n.Kind = Null
		}
	}
	b.found = b.found || FieldName(n.Text) != "" || n.Kind == String && NamesFields(n.Text)
	return n, next
}

// nested returns where the lines end that are deeper than r, and where the line
// after them begins. Blank lines between them count.
func (b *block) nested(r *row) (end, next int) {
	end, next = r.end, r.next
	for at := next; at < len(b.text); {
		l, after := lineOf(b.text, at)
		if p := blanks(b.text, at); p < l.to {
			if p-at <= r.indent {
				break
			}
			end, next = l.to, after
		}
		at = after
	}
	return end, next
}

// whole reads the value of a row, in its line or, where it is not closed there, in
// the lines that are deeper and the closing bracket after them.
func (b *block) whole(r *row) *Node {
	n := Value(b.text[:r.end], r.value)
	if n != nil && n.Lost != "" && n.End == r.end {
		end, next := b.nested(r)
		if p := blanks(b.text, next); p < len(b.text) && isCloser(b.text[p]) {
			end = lineEnd(b.text, p)
		}
		n = Value(b.text[:end], r.value)
	}
	return n
}

// literal reads the value of a row if all of it is one; nil if it is a text.
func (b *block) literal(r *row) (*Node, int) {
	n := b.whole(r)
	if n == nil || !fits(n, b.text[r.value], FieldName(r.name)) {
		return nil, r.next
	}
	l, next := span{to: r.end}, r.next
	if n.End > r.end {
		l, next = lineOf(b.text, n.End)
	}
	if n.Lost != "" {
		_, after := b.nested(r)
		return n, max(next, after)
	}
	if len(bytes.Trim(b.text[n.End:l.to], " \t,;")) > 0 {
		return nil, r.next
	}
	return n, next
}

// fits reports whether the value n of a field, whose text begins with c, can be taken
// for what it looks like. Free text is text, unless it is whole in brackets or quotes,
// and a word before a bracket makes a value of a status alone.
func fits(n *Node, c byte, field string) bool {
	switch {
	case n.Kind == Word:
		return false
	case strings.IndexByte("{[(<\"'`", c) >= 0:
		return n.Lost == "" || field != "payload" && field != "error_message"
	}
	return n.Kind == Null || n.Kind == String || field == "status"
}

// scalar reads the texts of YAML that other prints have not: in quotes, folded, of
// several lines; nil if r has none.
func (b *block) scalar(r *row) (*Node, int) {
	head, c := b.text[r.value:r.end], b.text[r.value]
	if len(head) <= 3 && (hasPrefix(head, 0, "|") || hasPrefix(head, 0, ">")) {
		end, next := b.nested(r)
		lines := bytes.Split(b.text[min(r.next, end):end], []byte("\n"))
		for i, column := 0, blanks(lines[0], 0); i < len(lines); i++ {
			l := bytes.TrimSuffix(lines[i], []byte("\r"))
			lines[i] = l[min(column, blanks(l, 0)):]
		}
		text := bytes.Join(lines, []byte("\n"))
		if head[0] == '>' {
			text = fold(text, false)
		}
		if bytes.IndexByte(head, '-') < 0 {
			text = append(text, '\n')
		}
		return &Node{Kind: String, Text: text, Start: r.value, End: end}, next
	}
	if c != '\'' && c != '"' {
		return nil, 0
	}
	end, _ := b.nested(r)
	p := r.value + 1
	for ; p < end && (b.text[p] != c || c == '\'' && hasPrefix(b.text[:end], p, "''")); p++ {
		if c == '\'' && b.text[p] == c || c == '"' && b.text[p] == '\\' {
			p++
		}
	}
	if p >= end {
		return nil, 0
	}
	l, next := lineOf(b.text, p)
	if len(bytes.TrimSpace(b.text[p+1:l.to])) > 0 {
		return nil, 0
	}
	n := &Node{Kind: String, Text: fold(b.text[r.value+1:p], c == '"'), Start: r.value, End: p + 1}
	if c == '\'' {
		n.Text = bytes.ReplaceAll(n.Text, []byte("''"), []byte("'"))
	} else if m := Value(slices.Concat([]byte{c}, n.Text, []byte{c}), 0); m != nil {
		n.Text, n.Lost = m.Text, m.Lost
	}
	return n, next
}

// fold joins the lines of a text as YAML does: a blank for the end of a line, a
// newline for each empty line and, with escapes, nothing after a backslash.
func fold(text []byte, escapes bool) []byte {
	lines := bytes.Split(text, []byte("\n"))
	out := bytes.Clone(lines[0])
	for i, l := range lines[1:] {
		out, l = bytes.TrimRight(out, " \t\r"), bytes.TrimLeft(l, " \t\r")
		switch {
		case len(l) == 0 && i+2 < len(lines):
			out = append(out, '\n')
			continue
		case escapes && bytes.HasSuffix(out, []byte(`\`)) && !bytes.HasSuffix(out, []byte(`\\`)):
			out, l = out[:len(out)-1], bytes.TrimPrefix(l, []byte(`\`))
		case !bytes.HasSuffix(out, []byte("\n")):
			out = append(out, ' ')
		}
		out = append(out, l...)
	}
	return out
}
