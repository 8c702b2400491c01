package tree

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// maxDepth is how deep containers may stand in each other.
const maxDepth = 100

// A parser reads values as programs print them. It has one grammar: strings in
// quotes, words, and brackets around items, which may have names. It knows no
// language, only what their prints have in common, and where they differ in how a
// value without quotes ends, a frame says it.
type parser struct {
	text    []byte
	waiting [128]int // how many containers wait for this closing bracket
	noJSON  int      // no JSON begins before it
	noText  int      // nor in quotes
	loose   int      // brackets do not balance before it
	raw     bool     // strings have no escapes
	stopped bool     // nothing more can be read
}

// A frame is the container in which a value stands: it says where one without quotes ends.
type frame struct {
	close  byte // the bracket that ends it, 0 at top level
	sep    byte // between a name and its value: ':', '=', '>' for =>, ' '; 0 in a list
	tight  bool // blanks part its items: map[a:1 b:2]
	lines  bool // a value is the rest of its line: [a] => 1
	indent int  // of those lines
}

// Value reads the value that begins in text at at, after white space; nil if none
// begins there. A container that is not closed, or in which something cannot be
// read, is returned as far as it goes: Lost says so. The time it takes is linear in
// the length of what it reads.
func Value(text []byte, at int) *Node {
	p := &parser{text: text}
	at = space(text, at)
	if at < len(text) && text[at] == '$' { // $VAR1 = …
		if k, ok := readKey(text, at); ok && k.sep == '=' {
			at = space(text, k.value)
		}
	}
	if n := p.value(at, frame{}, 0); n != nil && n.End > n.Start {
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
	if n != nil && (n.Kind == String || n.Lost != "" || f.sep == 0 || p.follows(n.End)) {
		return n
	}
	// Text that begins like a value goes on: "Video [1] of 2". Nothing of it is read twice.
	if text := p.bare(at, f); n == nil || text.End > n.End {
		return text
	}
	return n
}

// follows reports whether what stands at at can follow a value that has a name.
func (p *parser) follows(at int) bool {
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
		}
	}
	if n := p.serialized(at, depth); n != nil {
		return n
	}
	if n := p.cast(at, f, depth); n != nil {
		return n
	}
	o, ok := p.opening(at)
	if !ok {
		return nil
	}
	if o.typ == "" && (o.close == '}' || o.close == ']') {
		if n := p.json(at, depth+1); n != nil {
			return n
		}
	}
	n := p.container(at, o, depth+1)
	if n.Kind == List && len(n.Items) == 1 && o.close == ')' && (transparent[o.typ] || strings.Contains(o.typ, "]")) {
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

// transparent are the types around one value that say nothing more.
var transparent = setOf("Some Ok Just Optional String Number Bool Int Int32 Int64 Long Integer Float Double Decimal " +
	"ObjectId ObjectID NumberInt NumberLong NumberDecimal Decimal128 ISODate str bytes bytearray int int8 int16 int32 int64 " +
	"uint uint8 uint16 uint32 uint64 long float float32 float64 double bool boolean enum Atom Text")

// nulls are the words for no value.
var nulls = setOf("null None nil NULL Null undefined undef <nil> <null> NaN (null) Nothing NIL <undefined>")

func isNull(word string) bool { return nulls[word] || strings.HasPrefix(word, "<userdata ") }

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// cast reads a value behind its type: (int) 5, (*string)(nil), Just "saved".
func (p *parser) cast(at int, f frame, depth int) *Node {
	t := p.text
	typ, i := "", at+len("Just ")
	if depth > maxDepth || t[at] != '(' && !hasPrefix(t, at, "Just ") {
		return nil
	}
	if t[at] == '(' {
		end := upTo(t, at, ")")
		typ = strings.ReplaceAll(string(t[at+1:end]), " {}", "")
		if typ == "" || !hasPrefix(t, end, ")") || strings.Trim(typ, typeBytes) != "" {
			return nil
		}
		i = blanks(t, end+1)
		if hasPrefix(t, i, "(len=") || hasPrefix(t, i, "(cap=") {
			i = blanks(t, upTo(t, i, ")")+1)
		}
		if pointer := upTo(t, i, ")"); hasPrefix(t, i, "(0x") && hasPrefix(t, pointer, ")(") { // what it points to follows
			i = pointer + 1
		}
		if i >= len(t) || strings.IndexByte("({[\"'`-<0123456789", t[i]) < 0 && !slices.ContainsFunc(afterCast, func(word string) bool { return hasPrefix(t, i, word) }) {
			return nil
		}
	}
	n := p.value(i, f, depth+1)
	n.Start = at
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

// typeBytes can stand in a type, afterCast are the words that can follow one in brackets.
const typeBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.*[]"

var afterCast = []string{"true", "false", "array(", "map["}

// An opening is what begins a container.
type opening struct {
	typ   string
	body  int  // where its items begin
	close byte // what ends it
	lines bool // its values are the rest of their lines
	raw   bool // its strings have no escapes
}

// opening reads the bracket at at, with the type before it.
func (p *parser) opening(at int) (o opening, ok bool) {
	t, name := p.text, at
	switch {
	case at >= len(t):
		return o, false
	case hasPrefix(t, at, "#<") || t[at] == '<' && at+1 < len(t) && isLetter(t[at+1]):
		return p.angle(skip(t, at, "#<"))
	case t[at] == '[': // [Object: null prototype] {
		i := upTo(t, at, "]\n")
		if typ := string(t[at+1 : max(i, at+1)]); hasPrefix(t, i, "] {") && isLetter(t[at+1]) && strings.Trim(typ, typeBytes[:63]+": ") == "" {
			return opening{typ: typ, body: i + len("] {"), close: '}'}, true
		}
	case hasPrefix(t, at, "class ") || hasPrefix(t, at, "object("): // class Callback#3 (2) {
		name = upTo(t, at, " (") + 1
	}
	end := typeEnd(t, name)
	o.typ = strings.TrimLeft(string(t[name:end]), "%@#&*\\$")
	if name > at {
		end = skip(t, end, ")")
	}
	if o.body = p.bracket(end, &o); o.body < 0 {
		return o, false
	}
	o.close = closerOf(t[o.body])
	o.body++
	if end, _ := match(t, o.body, "#9"); end > 0 { // {#70
		o.body, o.raw = end, true
	}
	return o, true
}

// angle reads what follows "<" in <QueryDict: {…}> and #<struct Callback event="saved">.
func (p *parser) angle(at int) (o opening, ok bool) {
	t := p.text
	o = opening{body: at, close: '>'}
	for _, kind := range []string{"struct ", "data "} {
		if hasPrefix(t, at, kind) {
			o.body += len(kind)
		}
	}
	for o.body < len(t) && (isWord(t[o.body]) || strings.IndexByte(".:", t[o.body]) >= 0) {
		o.body++
	}
	o.typ = strings.Trim(string(t[at:o.body]), ":")
	return o, o.body < len(t) && strings.IndexByte(" \n>{([", t[o.body]) >= 0
}

// typeEnd returns the end of the type at at: "&main.Status", "map[string]string", "array:3".
func typeEnd(t []byte, at int) int {
	t = t[:min(len(t), at+maxKey)]
	i := at
	for i < at+2 && i < len(t) && strings.IndexByte("%@#&*\\$", t[i]) >= 0 {
		i++
	}
	for hasPrefix(t, i, "[]") || hasPrefix(t, i, "map[") {
		end := upTo(t, i, "] :") + 1
		if end >= len(t) || t[end-1] != ']' || !isLetter(t[end]) && t[end] != '*' && !hasPrefix(t, end, "[]") {
			break
		}
		i = end
	}
	for i < len(t) && (isWord(t[i]) || strings.IndexByte(".\\$@*", t[i]) >= 0 ||
		t[i] == ':' && i > at && i+1 < len(t) && (isWord(t[i+1]) || t[i+1] == ':')) {
		i++
	}
	return i
}

// bracket returns where the bracket of a type stands that ends at end, -1 if there is
// none. A few things may stand between them: array(5) {, []interface {}{.
func (p *parser) bracket(end int, o *opening) int {
	t := p.text
	is := func(i int, brackets string) bool { return i < len(t) && strings.IndexByte(brackets, t[i]) >= 0 }
	i := end
	for _, between := range []string{" {}", "(9)", "#9", " (9)", " Object"} {
		if next, _ := match(t, i, between); next > 0 {
			i = next
			o.lines = between == " Object"
		}
	}
	if next := space(t, i); (o.lines || o.typ == "Array") && is(next, "(") { // Array\n(
		o.lines = true
		return next
	}
	o.lines, o.raw = false, strings.HasPrefix(o.typ, "array:")
	switch next := blanks(t, i); {
	case i > end && is(next, "{["):
		return next
	case is(end, "{[("):
		return end
	case is(end, " ") && is(end+1, "{[") && o.typ != "" && (isUpper(o.typ[0]) || strings.ContainsAny(o.typ, ":.\\") || o.typ == "fromList"):
		return end + 1
	}
	return -1
}

// container reads a container from its opening on.
func (p *parser) container(start int, o opening, depth int) *Node {
	t := p.text
	n := &Node{Kind: List, Type: o.typ, Start: start}
	f := frame{close: o.close, lines: o.lines}
	i := o.body
	if depth > maxDepth {
		n.lose(tooDeep)
		n.End = p.leave(i, o)
		return n
	}
	p.waiting[o.close]++
	raw := p.raw
	p.raw = raw || o.raw
	defer func() { p.waiting[o.close]--; p.raw = raw }()
	numbered := true
	for !p.stopped {
		i = between(t, i)
		if i == len(t) || isCloser(t[i]) && t[i] != o.close && p.waiting[t[i]] > 0 {
			n.lose(endsEarly)
			if last := len(n.Items) - 1; last >= 0 && n.Items[last].Value.Kind == Word && n.Items[last].Value.End == len(t) {
				n.Items[last].Value.lose(endsEarly)
			}
			break
		}
		if t[i] == ':' && i+1 < len(t) && t[i+1] == o.close && len(n.Items) == 0 { // [:]
			n.Kind = Object
			i++
		}
		if t[i] == o.close {
			i++
			break
		}
		if end := elided(t, i); end > 0 && t[i] != '[' && t[i] != '<' {
			n.lose(string(t[i:end]))
			i = end
			continue
		}
		k, keyed := readKey(t, i)
		keyed = (keyed || k.sep == ' ') && (k.sep != ' ' || k.index || o.close == '}')
		if len(n.Items) == 0 && keyed && !k.hidden {
			n.Kind = Object
			f.sep, f.indent = k.sep, i-o.body-1-bytes.LastIndexByte(t[o.body:i], '\n')
			f.tight = k.sep == ':' && k.tight && (o.close == '}' || o.typ == "map")
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
			item.Value = p.element(i, f, o, len(n.Items) == 0, depth)
		}
		if item.Value == nil || item.Value.End == i {
			if upTo(t, i, "\n") == len(t) {
				n.lose(endsEarly)
			}
			n.lose("cannot be read at byte " + strconv.Itoa(i))
			i = p.leave(i, o)
			break
		}
		i = item.Value.End
		if keyed && k.hidden {
			continue
		}
		numbered = numbered && keyed && (k.sep == '>' || k.index) && k.name == strconv.Itoa(len(n.Items))
		n.add(item)
	}
	n.End = i
	switch {
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

// member reads the value of a member.
func (p *parser) member(k key, f frame, depth int) *Node {
	t := p.text
	i := k.value
	if f.tight || f.lines {
		if f.tight && t[i-1] == ' ' {
			if next, ok := readKey(t, i); ok && next.tight {
				return &Node{Kind: Word, Start: i, End: i}
			}
		}
	} else if next := space(t, i); i < len(t) && bytes.IndexByte(t[i:next], '\n') >= 0 {
		// the value is on the next line, if that is not the next member
		if _, ok := readKey(t, next); ok || next == len(t) || isCloser(t[next]) {
			return &Node{Kind: Word, Start: i, End: i}
		}
		i = next
	}
	return p.value(i, f, depth)
}

// element reads an element of a list.
func (p *parser) element(at int, f frame, o opening, first bool, depth int) *Node {
	t := p.text
	if o.close == ')' && o.typ == "" && first { // (name value), (name(value))
		end := at
		for end < len(t) && isWord(t[end]) {
			end++
		}
		if next := blanks(t, end); end > at && !isUpper(t[at]) && next < len(t) &&
			(t[end] == '(' || next > end && strings.IndexByte(",;)\r\n", t[next]) < 0) {
			return &Node{Kind: Word, Text: t[at:end], Start: at, End: end}
		}
	}
	n := p.value(at, f, depth)
	if next := space(t, n.End); n.Kind == Word && n.Lost == "" && next < len(t) && !isCloser(t[next]) && bytes.IndexByte(t[n.End:next], '\n') >= 0 {
		return nil // the next line goes on with no comma: this is not a list
	}
	return n
}

// leave returns the end of a container in which nothing more can be read. It looks
// for it only so far, or else what cannot be read would cost the more the more often
// it is tried.
func (p *parser) leave(at int, o opening) int {
	t := p.text
	deep := 1
	for i := at; i < min(len(t), at+1024+2*(at-o.body)); i++ {
		switch c := t[i]; {
		case closerOf(c) == o.close:
			deep++
		case c == o.close:
			if deep--; deep == 0 {
				return i + 1
			}
		case c == '"':
			if end := upTo(t, i+1, "\"\n"); hasPrefix(t, end, `"`) && t[end-1] != '\\' {
				i = end
			}
		}
	}
	p.stopped = true
	return at
}

// A key is a name, with its separator.
type key struct {
	name   string
	value  int  // where the value begins
	sep    byte // ':', '=', '>' for =>, ' ' where a blank alone separates
	tight  bool // nothing is between ":" and the value
	index  bool // a number in brackets
	hidden bool // not data: [length]: 1
}

// Key reads a name and the separator after it: where the value begins; ok is false
// if there is none.
func Key(text []byte, at int) (name []byte, value int, ok bool) {
	k, ok := readKey(text, at)
	return []byte(k.name), k.value, ok
}

// maxKey is how long a name may be.
const maxKey = 200

// readKey reads a name and its separator. It looks at no more than the longest name.
func readKey(t []byte, at int) (k key, ok bool) {
	i := at
	for _, mark := range []string{"public ", "protected ", "private ", "+", "-", "#"} {
		if hasPrefix(t, i, mark) {
			i = skip(t, i+len(mark), "$")
			break
		}
	}
	t = t[:min(len(t), i+maxKey)]
	bracket := i < len(t) && t[i] == '['
	if bracket {
		i++
	}
	colon := false
	q, quoted := openQuote(t, i)
	if quoted {
		end := q.text + max(0, q.count)
		for end < len(t) && !hasPrefix(t, end, q.end) && t[end] != '\n' {
			if t[end] == '\\' {
				end++
			}
			end++
		}
		if !hasPrefix(t, end, q.end) {
			return k, false
		}
		k.name = string(unescape(t[q.text:end], false))
		i = end + len(q.end)
		if q.binary {
			if !hasPrefix(t, i, ">>") {
				return k, false
			}
			i += 2
		}
	} else {
		start := i
		if colon = !bracket && i+1 < len(t) && t[i] == ':' && isLetter(t[i+1]); colon {
			i, start = i+1, i+1
		} else if !bracket && i < len(t) && t[i] == '@' {
			i++
			if i < len(t) && isLetter(t[i]) && start == at {
				start = i
			}
		}
		for i < len(t) && (isWord(t[i]) || i > start && strings.IndexByte(".-?!@$", t[i]) >= 0 || i == start && t[i] == '$' ||
			bracket && strings.IndexByte(":() ", t[i]) >= 0) {
			i++
		}
		k.name = string(t[start:i])
	}
	if bracket {
		if hasPrefix(t, i, ":") { // ["event":protected]
			for i < len(t) && (isWord(t[i]) || t[i] == ':' || t[i] == '"' || t[i] == '\\') {
				i++
			}
		}
		if !hasPrefix(t, i, "]") {
			return k, false
		}
		i++
		if name, rest, cut := strings.Cut(k.name, ":"); cut && (strings.HasSuffix(rest, "private") || strings.HasSuffix(rest, "protected")) {
			k.name = name
		}
		_, err := strconv.Atoi(k.name)
		k.index = err == nil
	}
	if k.name == "" && (i == at || t[i-1] != '"' && t[i-1] != '\'') {
		return k, false
	}
	sep := blanks(t, i)
	switch {
	case hasPrefix(t, sep, "=>"):
		k.sep, k.value = '>', sep+2
	case !colon && hasPrefix(t, sep, ":") && !hasPrefix(t, sep, "::") && !hasPrefix(t, sep, "://"):
		k.sep, k.value = ':', sep+1
		k.tight = sep == i && k.value < len(t) && strings.IndexByte(" \t\r\n", t[k.value]) < 0
		if k.tight && isDigit(t[i-1]) && strings.Trim(k.name, "0123456789") == "" { // 10:30:00
			return k, false
		}
		k.hidden = bracket && !k.index && FieldName([]byte(k.name)) == ""
	case hasPrefix(t, sep, "=") && !hasPrefix(t, sep, "=="):
		k.sep, k.value = '=', sep+1
	case sep > i && (colon || k.index) && sep < len(t) && strings.IndexByte(",;)]}", t[sep]) < 0:
		k.sep, k.value = ' ', sep
	case sep > i && quoted && sep < len(t) && strings.IndexByte("\"'{[(:", t[sep]) >= 0: // only in some containers
		return key{name: k.name, sep: ' ', value: sep}, false
	default:
		return k, false
	}
	k.value = blanks(t, k.value)
	return k, true
}

// bare reads a value without quotes.
func (p *parser) bare(at int, f frame) *Node {
	text := bytes.TrimRight(p.text[at:p.bareEnd(at, f)], " \t\r")
	n := &Node{Kind: Word, Text: text, Start: at, End: at + len(text)}
	switch word := string(text); {
	case isNull(word):
		n.Kind = Null
	case (f.tight || f.sep == 0) && strings.HasPrefix(word, "0x") && len(word) > 10:
		n.Lost = word // a pointer
	}
	return n
}

// bareEnd returns where a value without quotes ends. Brackets in it belong to it in
// pairs, if they are pairs.
func (p *parser) bareEnd(at int, f frame) int {
	if at >= p.loose && f.close != 0 {
		end, ok := p.bareTo(at, f, true)
		if ok {
			return end
		}
		p.loose = end + 1
	}
	end, _ := p.bareTo(at, f, false)
	return end
}

// bareTo looks for the end of the line, the bracket that ends the container, or the
// next item; ok is false if brackets in the value are no pairs.
func (p *parser) bareTo(at int, f frame, pairs bool) (end int, ok bool) {
	t, i := p.text, at
	var open []byte // the brackets that close what was opened
	for ; i < len(t) && t[i] != '\n'; i++ {
		switch c := t[i]; {
		case pairs && (c == '{' || c == '[' || c == '('):
			open = append(open, closerOf(c))
		case len(open) > 0 && c == open[len(open)-1]:
			open = open[:len(open)-1]
		case len(open) > 0 && (c == '}' || c == ']' || c == ')'):
			return i, false
		case len(open) > 0:
		case isCloser(c) && (c == f.close || f.close == 0) && (c != '>' || i == at || t[i-1] != '=' && t[i-1] != '-'):
			return i, true
		case c == ',' || c == ';':
			next := space(t, i+1)
			k, keyed := readKey(t, next)
			if f.sep == 0 || next == len(t) || t[next] == f.close || bytes.IndexByte(t[i:next], '\n') >= 0 ||
				keyed && (k.sep == '=') == (f.sep == '=') {
				return i, true
			}
		case c == ' ' && (f.close == 0 || f.sep == 0 && f.close == '}'):
			return i, true
		case c == ' ' && f.tight:
			if k, ok := readKey(t, i+1); ok && k.tight {
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

// left are the things that programs print in place of what they leave out.
var left = []string{"[Object]", "[Array]", "[Object ...]", "[Circular]", "[truncated]", "<truncated>", "#<...>"}

// elided returns the end of what a program prints in place of what it leaves out, if
// that begins at at, else 0.
func elided(t []byte, at int) int {
	for _, thing := range left {
		if hasPrefix(t, at, thing) {
			return at + len(thing)
		}
	}
	switch {
	case hasPrefix(t, at, "...") || hasPrefix(t, at, "…"):
		return upTo(t, at, ",;)]}>\r\n")
	case hasPrefix(t, at, "[object ") || hasPrefix(t, at, "[Circular *"):
		return skip(t, upTo(t, at, "]\n"), "]")
	case hasPrefix(t, at, "[L") || hasPrefix(t, at, "[B@"): // [Ljava.lang.String;@1f
		if end := upTo(t, at, " ,)]}\r\n"); bytes.IndexByte(t[at:end], '@') > 0 {
			return end
		}
	}
	return 0
}

// cutAfter is elided, for what can stand behind a string.
func cutAfter(t []byte, at int) int {
	for _, pattern := range []string{"+9", "+ 9 more", "<> ..."} {
		if end, _ := match(t, at, pattern); end > 0 {
			return end
		}
	}
	return elided(t, at)
}

// upTo returns where one of a set of bytes stands; it does not look far.
func upTo(t []byte, at int, set string) int {
	t = t[:min(len(t), at+100)]
	for at < len(t) && strings.IndexByte(set, t[at]) < 0 {
		at++
	}
	return at
}

// serialized reads what PHP serializes: a:1:{s:5:"event";s:5:"saved";}. Names and
// values follow each other in it. nil if none begins at at.
func (p *parser) serialized(at, depth int) *Node {
	t := p.text
	body, _ := match(t, at, "a:9:{")
	if object, length := match(t, at, "O:9:\""); object > 0 {
		body, _ = match(t, object+length, "\":9:{")
	}
	if body == 0 || depth > maxDepth {
		return nil
	}
	n := &Node{Kind: Object, Start: at, End: body}
	numbered := true
	var name *Node
	for n.Lost == "" && !hasPrefix(t, n.End, "}") {
		value := p.serialized(n.End, depth+1)
		if value == nil {
			value = p.piece(n.End, 1)
		}
		if value == nil {
			end := upTo(t, n.End, ";}")
			kind := upTo(t, n.End, ":;")
			value = &Node{Kind: Word, Start: n.End, End: end, Text: t[min(kind+1, end):end]}
			switch letter := string(t[n.End:kind]); {
			case letter == "N":
				value.Kind = Null
			case letter == "b":
				value.Text = strconv.AppendBool(nil, string(value.Text) == "1")
			case end == len(t) || letter != "i" && letter != "d":
				n.lose(endsEarly)
				return n
			}
		}
		n.End = skip(t, value.End, ";")
		if name == nil {
			name = value
			continue
		}
		numbered = numbered && string(name.Text) == strconv.Itoa(len(n.Items))
		n.add(Item{string(name.Text), value})
		name = nil
	}
	n.End = min(n.End+1, len(t))
	if numbered {
		n.number()
	}
	return n
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
	case '[', '{', '<':
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
