package tree

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// maxDepth is how deep containers may be nested.
const maxDepth = 100

// A parser reads values as programs print them, JSON among them. It has one grammar:
// strings in quotes, words, and brackets around items, which may have names. It knows
// no language; where languages differ in how a value without quotes ends, a frame
// says it.
type parser struct {
	text     []byte
	noText   int  // no JSON in quotes begins before it
	loose    int  // brackets do not balance before it
	noValues int  // no values of Go end before it
	raw      bool // strings have no escapes
	stopped  bool // nothing more can be read
}

// A frame is the container that a value is in: it says where one without quotes ends.
type frame struct {
	close  byte // the bracket that ends it, 0 at top level
	sep    byte // between a name and its value: ':', '=', '>' for =>, ' '; 0 in a list
	tight  bool // blanks part its items: map[a:1 b:2]
	goMap  bool // and nothing else does
	lines  bool // a value is the rest of its line: [a] => 1
	indent int  // of those lines
}

// Value reads the value that begins in text at at, after white space; nil if none
// begins there. A container that is not closed, or in which something cannot be
// read, is returned as far as it goes: Lost says so. The time it takes is linear in
// the length of what it reads.
func Value(text []byte, at int) *Node {
	p := &parser{text: text}
	if n := p.value(space(text, at), frame{}, 0); n.End > n.Start {
		return n
	}
	return nil
}

func (n *Node) add(item Item) {
	n.Items = append(n.Items, item)
	n.lose(item.Value.Lost)
}

func (n *Node) lose(what string) {
	if n.Lost == "" {
		n.Lost = what
	}
}

// value reads the value that begins at at; an empty word if none does.
func (p *parser) value(at int, f frame, depth int) *Node {
	if f.lines {
		if o, ok := p.opening(at); ok && o.lines {
			return p.container(at, o, depth+1)
		}
		return p.lineValue(at, f)
	}
	n := p.structured(at, f, depth)
	if n != nil && (n.Kind == String || n.Lost != "" || f.sep == 0 || p.ends(n.End)) {
		return n
	}
	// Text that begins like a value continues: "Video [1] of 2". Nothing of it is read twice.
	if text := p.bare(at, f); n == nil || text.End > n.End {
		return text
	}
	return n
}

// ends reports whether a value can end at at.
func (p *parser) ends(at int) bool {
	i := blanks(p.text, at)
	if i == len(p.text) || strings.IndexByte("\r\n,;)]}>", p.text[i]) >= 0 {
		return true
	}
	_, ok := readKey(p.text, i)
	return ok && i > at
}

// structured reads a value that shows itself where it ends, nil if none begins at at.
func (p *parser) structured(at int, f frame, depth int) *Node {
	if at >= len(p.text) {
		return nil
	}
	if n := p.quoted(at, depth); n != nil {
		return n
	}
	if end := elided(p.text, at); end > 0 {
		text := p.text[at:end]
		return &Node{Kind: Word, Text: text, Start: at, End: end, Lost: string(text)}
	}
	if c := p.text[at]; c == '<' || c == '(' {
		if end := upTo(p.text, at, ">)\n") + 1; end <= len(p.text) && isNull(string(p.text[at:end])) {
			return &Node{Kind: Null, Start: at, End: end}
		} else if end <= len(p.text) && string(p.text[at:end]) == "(empty array)" {
			return &Node{Kind: List, Start: at, End: end}
		}
	}
	if n := p.cast(at, f, depth); n != nil {
		return n
	}
	o, ok := p.opening(at)
	if !ok {
		return nil
	}
	n := p.container(at, o, depth+1)
	if n.Kind == List && len(n.Items) == 1 && o.close == ')' && (transparent()[o.typ] || strings.Contains(o.typ, "]")) {
		return n.become(n.Items[0].Value)
	}
	return n
}

// become returns what is in a wrapper, in the place of the wrapper.
func (n *Node) become(inner *Node) *Node {
	made := *inner
	made.Start, made.End = n.Start, n.End
	made.lose(n.Lost)
	return &made
}

// casts matches a type in brackets and the beginning of the value after it: (int) 5, (*string)(nil),
// (main.Status) (len=2) {, (*main.Status)(0xc0)({.
var casts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\(([\w.*\[\]]+(?: \{\})?(?:[\w.*\[\]]+)?)\)[ \t]*(?:\((?:len|cap)=[^)\n]*\)[ \t]*)?(?:\(0x[0-9a-f]+\))?()(?:[({\["'<\d-]|true|false|array\(|map\[)`)
})

// cast reads a value with its type in brackets before it, nil if none begins at at.
func (p *parser) cast(at int, f frame, depth int) *Node {
	if p.text[at] != '(' || depth > maxDepth {
		return nil
	}
	m := casts().FindSubmatchIndex(p.text[at:min(len(p.text), at+maxKey)])
	if m == nil {
		return nil
	}
	n := p.value(at+m[4], f, depth+1)
	n.Start = at
	typ := strings.ReplaceAll(string(p.text[at+m[2]:at+m[3]]), " {}", "")
	if n.Kind == List && len(n.Items) == 1 && strings.HasPrefix(typ, "*") {
		return n.become(n.Items[0].Value)
	}
	if n.Type == "" {
		n.Type = typ
	}
	if len(n.Items) == 0 && n.Kind == Object && strings.HasPrefix(typ, "[]") {
		n.Kind = List
	}
	return n
}

// transparent are the types around one value that say nothing more.
var transparent = setOf("Some Ok Just Optional String Number Bool Int Int32 Int64 Long Integer Float Double Decimal " +
	"ObjectId ObjectID NumberInt NumberLong NumberDecimal Decimal128 ISODate str bytes bytearray int int8 int16 int32 int64 " +
	"uint uint8 uint16 uint32 uint64 long float float32 float64 double bool boolean enum Atom Text")

// nulls are the words for no value.
var nulls = setOf("null None nil NULL Null undefined undef <nil> <null> NaN (null) Nothing NIL <undefined>")

func isNull(word string) bool { return nulls()[word] || strings.HasPrefix(word, "<userdata ") }

// setOf returns a function that returns the set of some words, which it makes when it is
// first asked for it.
func setOf(words string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for word := range strings.FieldsSeq(words) {
			set[word] = true
		}
		return set
	})
}

// An opening is what begins a container.
type opening struct {
	typ   string
	body  int  // where its items begin
	close byte // what ends it
	lines bool // its values are the rest of their lines
	raw   bool // its strings have no escapes
	turns bool // it has names and values in turn
}

var (
	// angle matches <QueryDict: and #<struct Callback.
	angle = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^#?<(?:struct |data )?([\w.:]+?):*(?:[ \n>{(\[])`)
	})
	// typed matches a type and what may be between it and its bracket: &main.Status, array(5) , []interface {}.
	typed = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:object\(|class )?[%@#&*\\$]{0,2}((?:\[\]|map\[[^\]\s:]*\])+[\w*][\w.*]*|[\w.\\$@*]*(?:::?\w[\w.\\$@*]*)*)(?: \{\})?\)?(?:#\d+)?(?: ?\(\d+\))?(?: Object)?`)
	})
	// serialized matches what PHP serializes.
	serialized = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:a|O:\d+:"[^"\n]*"):\d+:\{`)
	})
)

// opening reads the bracket at at, with the type before it.
func (p *parser) opening(at int) (o opening, ok bool) {
	if at >= len(p.text) {
		return o, false
	}
	t := p.text[:min(len(p.text), at+maxKey)]
	if null := "[Object: null prototype] "; hasPrefix(t, at, null+"{") {
		at += len(null)
	}
	switch c := t[at]; c {
	case '<', '#':
		if m := angle().FindSubmatchIndex(t[at:]); m != nil && (c == '#' || isLetter(t[at+1])) {
			return opening{typ: string(t[at+m[2] : at+m[3]]), body: at + m[1] - 1, close: '>'}, true
		}
	case 'a', 'O':
		if m := serialized().FindIndex(t[at:]); m != nil {
			return opening{typ: "array", body: at + m[1], close: '}', turns: true}, true
		}
	}
	end, next := at, at
	if closerOf(t[at]) == 0 || hasPrefix(t, at, "[]") {
		m := typed().FindSubmatchIndex(t[at:])
		end, o.typ = at+m[3], string(t[at+m[2]:at+m[3]])
		o.lines = o.typ == "Array" || bytes.HasSuffix(t[at:at+m[1]], []byte(" Object"))
		o.raw = strings.HasPrefix(o.typ, "array:")
		next = at + m[1]
		if i := space(t, next); o.lines && hasPrefix(t, i, "(") { // Array\n(
			o.body, o.close = i+1, ')'
			return o, true
		}
		o.lines = false
	}
	opens := func(i int, brackets string) bool { return i < len(t) && strings.IndexByte(brackets, t[i]) >= 0 }
	switch o.body = blanks(t, next); {
	case next > end && opens(o.body, "{["):
	case opens(end, "{[("):
		o.body = end
	case o.typ == "array" && opens(o.body, "("): // as PHP exports it
	case o.body != end+1 || !opens(o.body, "{[") || o.typ == "" || !isUpper(o.typ[0]) && !strings.ContainsAny(o.typ, `:.\`):
		return o, false
	}
	o.close = closerOf(t[o.body])
	o.body++
	if end, _ := match(t, o.body, "#9"); end > 0 { // {#70
		o.body, o.raw = end, true
	}
	return o, true
}

// container reads a container from its opening on.
func (p *parser) container(start int, o opening, depth int) *Node {
	t := p.text
	n := &Node{Kind: List, Type: o.typ, Start: start, End: o.body}
	if depth > maxDepth {
		n.lose(tooDeep)
		p.stopped = true
		return n
	}
	f := frame{close: o.close, lines: o.lines}
	raw := p.raw
	p.raw = raw || o.raw
	defer func() { p.raw = raw }()
	numbered := true
	for i := o.body; !p.stopped; {
		i = between(t, i)
		if n.End = i; i == len(t) || isCloser(t[i]) && t[i] != o.close && t[i] != '>' {
			n.lose(endsEarly)
			break
		}
		empty := len(n.Items) == 0 && hasPrefix(t, i, ":"+string(o.close)) // [:]
		if empty {
			n.Kind, n.End = Object, i+1
		}
		if empty || t[i] == o.close {
			n.End++
			break
		}
		k, keyed := readKey(t, i)
		keyed = keyed && (k.sep != ' ' || k.index || o.close == '}') && !o.turns
		if len(n.Items) == 0 && keyed && !k.hidden {
			n.Kind = Object
			f.sep, f.indent = k.sep, i-o.body-1-bytes.LastIndexByte(t[o.body:i], '\n')
			f.tight = k.sep == ':' && (o.close == '}' || o.typ == "map") && isTight(t, i)
			f.goMap = f.tight && o.typ == "map" && !k.quoted
		}
		var item Item
		switch {
		case keyed:
			item = Item{k.name, p.member(k, f, depth)}
			if n.Kind == List {
				whole := &Node{Kind: Object, Start: i, End: item.Value.End}
				whole.add(item)
				item = Item{Value: whole}
			}
		case n.Kind == List:
			item.Value = p.element(i, f, depth)
		}
		if item.Value == nil || item.Value.End == i {
			if lineEnd(t, i) == len(t) {
				n.lose(endsEarly)
			}
			n.lose("cannot be read at byte " + strconv.Itoa(i))
			p.stopped = true
			break
		}
		i = item.Value.End
		n.End = i
		if keyed && k.hidden {
			continue
		}
		numbered = numbered && keyed && (k.sep == '>' || k.index) && k.name == strconv.Itoa(len(n.Items))
		n.add(item)
	}
	switch {
	case o.turns:
		n.turns()
	case len(n.Items) == 0 && n.Lost == "" && (o.close == '>' || o.typ == "map" || o.close == '}' && o.typ != "array" && !strings.HasPrefix(o.typ, "[]")):
		n.Kind = Object
	case len(n.Items) > 0 && numbered:
		n.number()
	}
	return n
}

// number makes a list of an object whose names are numbers.
func (n *Node) number() {
	n.Kind = List
	for i := range n.Items {
		n.Items[i].Name = ""
	}
}

// turns makes an object of a list of names and values in turn, or a list if the names are numbers. The
// words in it have their type before them: i:5.
func (n *Node) turns() {
	numbered := true
	items := n.Items
	n.Items, n.Kind = nil, Object
	for i, item := range items {
		v := item.Value
		if typ, text, ok := bytes.Cut(v.Text, []byte(":")); v.Kind == Word && ok && len(typ) == 1 {
			if v.Text = text; typ[0] == 'b' {
				v.Text = strconv.AppendBool(nil, string(text) == "1")
			}
		} else if v.Kind == Word && string(v.Text) == "N" {
			v.Kind, v.Text = Null, nil
		}
		if i%2 == 1 {
			name := string(items[i-1].Value.Text)
			numbered = numbered && name == strconv.Itoa(len(n.Items))
			n.add(Item{name, v})
		}
	}
	if numbered {
		n.number()
	}
}

// member reads the value of a member.
func (p *parser) member(k key, f frame, depth int) *Node {
	t := p.text
	i := k.value
	next := space(t, i)
	switch {
	case f.tight && t[i-1] == ' ':
		if isTight(t, i) {
			return &Node{Kind: Word, Start: i, End: i}
		}
	case f.goMap && hasPrefix(t, i, "["):
		if n := p.values(i); n != nil {
			return n
		}
	case !f.tight && !f.lines && bytes.IndexByte(t[i:next], '\n') >= 0: // it is on the next line, if that is not the next member
		if _, ok := readKey(t, next); ok || next == len(t) || isCloser(t[next]) {
			return &Node{Kind: Word, Start: i, End: i}
		}
		i = next
	}
	return p.value(i, f, depth)
}

// values reads the values of a name as Go prints them, as the one that it is where a form was posted: it
// stands without quotes, and may have blanks and brackets. It ends before the next name that has values,
// or the end of all; nil if neither comes on the line, or if they are maps, structs or lists.
func (p *parser) values(at int) *Node {
	t, from, open := p.text, at+1, 0
	if at < p.noValues || hasPrefix(t, from, "map[") {
		return nil
	}
	end := from
	if hasPrefix(t, from, "{") || hasPrefix(t, from, "[") {
		length, ok := 0, false
		if from >= p.noText {
			length, ok = jsonLen(t[from:])
			p.noText = from + length
		}
		if end = p.noText; !ok {
			return nil
		}
	}
	name := func(i int) (named, values bool) {
		k, _ := readKey(t, i+1)
		named = hasPrefix(t, i, " ") && k.tight
		return named, named && t[k.value] == '['
	}
	for ; end < len(t) && t[end] != '\n'; end++ {
		if t[end] == '[' {
			open++
		}
		if t[end] != ']' {
			continue
		}
		named, values := name(end + 1)
		_, more := name(end + 2)
		switch {
		case named && !values && open == 0:
			return nil
		case end+1 == len(t), values, t[end+1] == '\n', t[end+1] == '\r', t[end+1] == ']' && open == 0 && !more:
			value := &Node{Kind: Word, Text: t[from:end], Start: from, End: end}
			return &Node{Kind: List, Items: []Item{{Value: value}}, Start: at, End: end + 1}
		default:
			open = max(0, open-1)
		}
	}
	p.noValues = end
	return nil
}

// isTight reports whether a name begins at at that has its value right behind its colon, or is a member of
// a struct, or a form field, and has an empty one before the next such name.
func isTight(t []byte, at int) bool {
	const most = 20
	for range most {
		k, ok := readKey(t, at)
		if !ok || k.tight || k.sep != ':' || !hasPrefix(t, k.value-2, ": ") || !isUpper(t[at]) && FieldName([]byte(k.name)) == "" {
			return ok && k.tight
		}
		at = k.value
	}
	return false
}

// element reads an element of a list; nil if the next line continues with no comma, as in no list.
func (p *parser) element(at int, f frame, depth int) *Node {
	n := p.value(at, f, depth)
	if next := space(p.text, n.End); n.Kind == Word && n.Lost == "" && next < len(p.text) && !isCloser(p.text[next]) && p.text[next] != ',' && bytes.IndexByte(p.text[n.End:next], '\n') >= 0 {
		return nil
	}
	return n
}

// A key is a name, with its separator.
type key struct {
	name   string
	value  int  // where the value begins
	sep    byte // ':', '=', '>' for =>, ' ' where a blank alone separates
	tight  bool // nothing is between ":" and the value
	index  bool // a number in brackets
	hidden bool // not data: [length]: 1
	quoted bool
}

// maxKey is how long a name without quotes may be.
const maxKey = 200

// readKey reads a name and its separator. It reads no more than the name, and none over a line.
func readKey(t []byte, at int) (k key, ok bool) {
	i := at
	if at < len(t) && strings.IndexByte("+-#", t[at]) >= 0 {
		i++
	}
	bracket := hasPrefix(t, i, "[")
	if bracket {
		i++
	}
	symbol := false
	if q, quoted := openQuote(t, i); quoted {
		end := q.text + max(0, q.count)
		for end = min(end, len(t)); ; end = min(end+2, len(t)) {
			next := bytes.IndexAny(t[end:], q.end+"\\\n")
			if next < 0 || t[end+next] == '\n' {
				return k, false
			}
			if end += next; t[end] != '\\' {
				break
			}
		}
		k.name, k.quoted = string(unescape(t[q.text:end])), true
		if i = end + len(q.end); q.binary {
			i = skip(t, i, ">")
		}
		if bracket && hasPrefix(t, i, ":") { // ["event":protected]
			i = upTo(t, i, "]")
		}
	} else if bracket {
		end := upTo(t, i, "]\n=,\"'")
		k.name, _, _ = strings.Cut(string(t[i:end]), ":") // [event:protected]
		i = end
	} else { // event, :event, @event, req.body.event
		symbol = hasPrefix(t, i, ":")
		start := skip(t[:min(len(t), i+1)], i, ":")
		for i = start; i < min(len(t), start+maxKey) && (isWord(t[i]) || t[i] == '@' || t[i] == '$' || i > start && strings.IndexByte(".-?!", t[i]) >= 0); i++ {
		}
		if i == start {
			return k, false
		}
		k.name = string(bytes.TrimPrefix(t[start:i], []byte("@")))
	}
	if bracket {
		if !hasPrefix(t, i, "]") {
			return k, false
		}
		i++
		_, err := strconv.Atoi(k.name)
		k.index = err == nil
	}
	sep := blanks(t, i)
	switch {
	case hasPrefix(t, sep, "=>"):
		k.sep, k.value = '>', sep+2
	case !symbol && hasPrefix(t, sep, ":") && !hasPrefix(t, sep, "::") && !hasPrefix(t, sep, "://"):
		k.sep, k.value = ':', sep+1
		k.tight = sep == i && k.value < len(t) && strings.IndexByte(" \t\r\n", t[k.value]) < 0
		k.hidden = bracket && !k.index && FieldName([]byte(k.name)) == ""
	case hasPrefix(t, sep, "=") && !hasPrefix(t, sep, "=="):
		k.sep, k.value = '=', sep+1
	case sep > i && (symbol || k.index) && sep < len(t) && strings.IndexByte(",;)]}", t[sep]) < 0:
		k.sep, k.value = ' ', sep
	default:
		return k, false
	}
	k.value = blanks(t, k.value)
	return k, true
}

// bare reads a value without quotes. Brackets in it belong to it in pairs, if they are pairs.
func (p *parser) bare(at int, f frame) *Node {
	end, ok := p.bareEnd(at, f, at >= p.loose && f.close != 0)
	if !ok {
		p.loose = end + 1
		end, _ = p.bareEnd(at, f, false)
	}
	text := bytes.TrimRight(p.text[at:end], " \t\r")
	n := &Node{Kind: Word, Text: text, Start: at, End: at + len(text)}
	switch word := string(text); {
	case isNull(word):
		n.Kind = Null
	case (f.tight || f.sep == 0) && strings.HasPrefix(word, "0x") && len(word) > 10:
		n.Lost = word // a pointer
	}
	return n
}

// bareEnd looks for the end of the line, the bracket that ends the container, or the
// next item; ok is false if brackets in the value are no pairs.
func (p *parser) bareEnd(at int, f frame, pairs bool) (end int, ok bool) {
	t, i := p.text, at
	var open []byte // the brackets that close what was opened
	for ; i < len(t) && t[i] != '\n'; i++ {
		switch c := t[i]; {
		case pairs && (c == '{' || c == '[' || c == '('):
			open = append(open, closerOf(c))
		case len(open) > 0 && c == open[len(open)-1]:
			open = open[:len(open)-1]
		case len(open) > 0:
		case isCloser(c) && (c == f.close || f.close == 0) && (c != '>' || i == at || t[i-1] != '=' && t[i-1] != '-'):
			return i, true
		case (c == ',' || c == ';') && !f.goMap:
			next := space(t, i+1)
			k, keyed := readKey(t, next)
			if f.sep == 0 || next == len(t) || t[next] == f.close || bytes.IndexByte(t[i:next], '\n') >= 0 ||
				keyed && (k.sep == '=') == (f.sep == '=') && (k.tight || !f.tight) {
				return i, true
			}
		case c == ' ' && (f.close == 0 || f.sep == 0 && f.close == '}'):
			return i, true
		case c == ' ' && f.tight:
			if isTight(t, i+1) {
				return i, true
			}
		}
	}
	return i, len(open) == 0
}

// lineValue reads a value that takes the rest of its line, and the lines up to the
// next one that begins a member as far to the right as its own, or ends the container.
func (p *parser) lineValue(at int, f frame) *Node {
	const most = 1 << 16
	t := p.text
	first := lineEnd(t, at)
	end := first
	for {
		if end >= min(len(t), at+most) {
			end = first
			break
		}
		line := blanks(t, end+1)
		k, ok := readKey(t, line)
		if ok && t[line] == '[' && k.sep == '>' && line-end-1 == f.indent || hasPrefix(t, line, ")") && line-end-1 < f.indent {
			break
		}
		end = lineEnd(t, end+1)
	}
	text := bytes.TrimSuffix(t[at:end], []byte("\r"))
	return &Node{Kind: Word, Text: text, Start: at, End: at + len(text)}
}

// left matches what programs print in place of what they leave out.
var left = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\[(?:Object|Array|Object \.\.\.|Circular|Circular \*\d+|truncated|object [^\]\n]*)\]|\[(?:L[\w.]+;|B)@[0-9a-f]+|<truncated>|#<\.\.\.>|(?:<> )?(?:\.\.\.|…)[^,;)\]}>\r\n]*)`)
})

// elided returns the end of what a program prints in place of what it leaves out, if
// that begins at at, else 0.
func elided(t []byte, at int) int {
	if at >= len(t) || strings.IndexByte("[<#.\xe2", t[at]) < 0 {
		return 0
	}
	if m := left().FindIndex(t[at:min(len(t), at+100)]); m != nil {
		return at + m[1]
	}
	return 0
}

// upTo returns where one of a set of bytes is; it does not look far.
func upTo(t []byte, at int, set string) int {
	t = t[:min(len(t), at+100)]
	for at < len(t) && strings.IndexByte(set, t[at]) < 0 {
		at++
	}
	return at
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isUpper(c byte) bool  { return c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) || c == '_' }
func isCloser(c byte) bool { return c == '}' || c == ']' || c == ')' || c == '>' }

// closerOf is the bracket that ends what c begins, 0 if c begins nothing.
func closerOf(c byte) byte {
	switch c {
	case '(':
		return ')'
	case '[', '{':
		return c + 2
	}
	return 0
}

func hasPrefix(t []byte, at int, prefix string) bool {
	return at < len(t) && bytes.HasPrefix(t[at:], []byte(prefix))
}

// skip passes over the bytes of a set.
func skip(t []byte, at int, set string) int {
	for at < len(t) && strings.IndexByte(set, t[at]) >= 0 {
		at++
	}
	return at
}

func blanks(t []byte, at int) int  { return skip(t, at, " \t") }
func space(t []byte, at int) int   { return skip(t, at, " \t\r\n") }
func between(t []byte, at int) int { return skip(t, at, " \t\r\n,;") }

func lineEnd(t []byte, at int) int {
	if end := bytes.IndexByte(t[at:], '\n'); end >= 0 {
		return at + end
	}
	return len(t)
}
