package capture

import (
	"bytes"
	"errors"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// The fields of one callback stand near each other in a print: so many bytes
// and lines, at most, are between the end of one and the name of the next.
const (
	widestGap  = 1000
	tallestGap = 8
)

// failure is what it costs to try a value in vain, in bytes that could be read
// in the same time.
const failure = 64

// nextPrint matches the end of a print and the beginning of another.
var nextPrint = pattern(`\}[^{]*\{|\)\s*\n[^(]*\(`)

// record is the fields of one callback in a print.
type record struct {
	fields
	start, end int
	cut        bool // the text ends within a value
	listed     bool // each value is in a list of one, as Go and Python's parse_qs print forms
}

// sure reports whether the record has a status that is whole, and more.
func (r *record) sure() bool {
	return !r.cut && len(r.fields) > 1 && jsontext.Value(r.get("status")).IsValid(lenient...)
}

// prints finds the callbacks that a program printed after it had decoded them:
// names of form fields, each followed by a separator and a value. A status that
// was printed alone has no name before it.
//
// Where a value turns out to be none, what it seemed to hold is searched, too:
// a text made of nothing but beginnings could take quadratic time. So much work
// is wasted, at most, in a text.
func prints(text []byte) []Body {
	var (
		found []Body
		open  record
		waste = 4*len(text) + 1<<20
	)
	finish := func() {
		open.fields = open.unescaped()
		if open.isCallback() {
			found = append(found, open.body(Body{at: open.start, end: open.end, printed: true, sure: open.sure()}))
		}
		open = record{}
	}
	for at := 0; waste > 0 && len(found) <= mostBodies; {
		h := nextName(text, at)
		if h.start < 0 {
			break
		}
		l := &literal{text: text, at: h.value}
		value, listed, ok := l.printedValue(h, open.listed)
		if !ok {
			waste -= l.read + failure
			at = max(h.value, h.start+1)
			open.cut = open.cut || l.cut && len(open.fields) > 0
			continue
		}
		waste -= l.lost
		at = l.at
		between := text[min(open.end, h.start):h.start]
		if open.get(h.name) != nil || len(between) > widestGap || bytes.Count(between, []byte("\n")) > tallestGap || nextPrint().Match(between) {
			finish()
		}
		if len(open.fields) == 0 {
			open.start = h.start
		}
		open.fields = append(open.fields, field{h.name, value})
		open.end = at
		open.listed = open.listed || listed
		open.cut = open.cut || l.cut
	}
	finish()
	return found
}

// printedName is the name of a field in a print.
type printedName struct {
	name  string // of the form field
	start int    // offset of the name, or of a status without a name
	value int    // offset of what comes after the separator
	php   bool   // the name is in brackets, as print_r prints it
	query bool   // the separator is "=", and nothing is around it
}

// nextName finds the name of the next field, from offset at on. Its start is
// negative if there is none.
func nextName(text []byte, at int) printedName { return nameBefore(text, at, 0) }

// nameBefore is nextName for a text that ends before the byte end, if it is in it.
func nameBefore(text []byte, at int, end byte) printedName {
	for i := at; i < len(text) && (text[i] != end || end == 0); i++ {
		c := text[i]
		if (c == '{' || c == '(') && beginsLiteral(text[i:]) {
			return printedName{name: "status", start: i, value: i}
		}
		if !isNameStart(c) || i > 0 && partOfName(text[i-1]) {
			continue
		}
		if h, ok := nameAt(text, i); ok {
			return h
		}
	}
	return printedName{start: -1}
}

var blankLine = pattern(`^\r?\n\r?\n`)

// isNameStart reports whether the name of a form field begins with c.
func isNameStart(c byte) bool { return bytes.IndexByte([]byte("secptSECPT"), c) >= 0 }

// partOfName reports whether a name goes on after c: it is the member of an
// object then, or some other word.
func partOfName(c byte) bool { return isWord(c) || bytes.IndexByte([]byte(".$-%"), c) >= 0 }

// nameAt reads the name of a field and its separator.
func nameAt(text []byte, start int) (h printedName, ok bool) {
	l := literal{text: text, at: start}
	for l.at < len(text) && l.at < start+20 && (isWord(text[l.at]) || text[l.at] == '-' || text[l.at] == ' ' && l.at+1 < len(text) && isWord(text[l.at+1])) {
		l.at++
	}
	if h.name = fieldName(text[start:l.at]); h.name == "" {
		return h, false
	}
	h.start = start
	closed := l.at
	l.skip(`"'` + "`])")
	closers := text[closed:l.at]
	h.php = len(closers) == 1 && closers[0] == ']'
	separator := l.at
	l.skip(" \t")
	rest := text[l.at:]
	switch {
	case bytes.HasPrefix(rest, []byte("=>")):
		l.at += 2
	case bytes.IndexByte(text[separator:l.at], '\t') >= 0 && (start == 0 || text[start-1] == '\n'): // a table of two columns
	case len(rest) > 0 && (rest[0] == ':' || rest[0] == '='):
		l.at++
		h.query = rest[0] == '=' && l.at == separator+1 && len(closers) == 0
	case len(closers) == 1 && blankLine().Match(rest[:min(len(rest), 4)]): // name="status" of multipart
	case len(rest) > 0 && rest[0] == ',' && len(closers) == 1: // a tuple of a name and a value
		l.at++
	case len(rest) > 2 && rest[0] == ';' && len(closers) == 1 && rest[1] == 's' && rest[2] == ':': // serialize of PHP
		l.at++
	default:
		return h, false
	}
	h.value = l.at
	return h, true
}

// beginsLiteral reports whether an object begins whose first member has a name
// that a status has.
func beginsLiteral(text []byte) bool {
	l := literal{text: text[:min(len(text), 300)], at: 1}
	l.skip(" \t\r\n")
	if l.at >= len(l.text) {
		return false
	}
	key, _, ok := l.key()
	_, known := statusMembers[string(key)]
	return ok && known
}

var (
	// listOpener matches what opens a list of values: "[", and Go's []string{.
	listOpener = pattern(`^\[(?:\]string\{)?`)
	// stringPrefix matches what some languages put before a string in quotes.
	stringPrefix = pattern(`^(?:[bru]|Some\()["'\[]`)
)

// printedValue reads the value of a field. listed says whether it was in a list
// of its own, and wasListed whether those before it were.
func (l *literal) printedValue(h printedName, wasListed bool) (value []byte, listed, ok bool) {
	if h.php {
		l.skip(" ")
	} else {
		l.skip(" \t\r\n")
	}
	if m := listOpener().Find(l.text[l.at:min(l.at+100, len(l.text))]); m != nil && (wasListed || h.name != "payload") {
		l.at += len(m)
		listed = true
	}
	if m := stringPrefix().Find(l.text[l.at:min(l.at+100, len(l.text))]); m != nil {
		l.at += len(m) - 1
	}
	if h.name == "status" {
		value, ok = l.status()
		named := h.value > h.start
		return value, listed, ok && (named || likeStatus(value))
	}
	value, ok = l.field(h, listed)
	switch h.name {
	case "task_token":
		// What people make up for a test is told from other words by its place.
		first := h.query && (h.start == 0 || l.text[h.start-1] == '\n')
		ok = ok && (isQencodeToken().Match(value) || first && isToken().Match(value))
	case "event", "callback_type":
		ok = ok && isEvent().Match(value)
	}
	return value, listed, ok && value != nil
}

// status reads the value of a status: an object of its own, or one in a string.
// It is translated to JSON where it is none.
func (l *literal) status() (value []byte, ok bool) {
	text, start := l.text, l.at
	if start >= len(text) {
		return nil, false
	}
	head := text[start:min(start+100, len(text))]
	switch c := head[0]; {
	case c == '"' || c == '\'' || c == '`':
		if inner := bytes.TrimLeft(head[1:], " \t\r\n"); !bytes.HasPrefix(inner, []byte("{")) {
			return nil, false
		} else if bytes.HasPrefix(bytes.TrimLeft(inner[1:], " \t\r\n"), []byte{c}) {
			l.at++ // The JSON stands in quotes of its own kind, and delimits itself.
			return l.object()
		}
		value, ok = l.quoted()
		if !ok || !jsontext.Value(value).IsValid(lenient...) {
			// The end is lost: the quote that was found may be a later one's.
			l.at = start + firstLine(text[start:])
			cut := literal{text: text[:l.at], at: start}
			value, _ = cut.quoted()
		}
		return value, beginsStatus(value)
	case c == '{':
		return l.object()
	case c == '(':
		value, ok = l.value(nil, 0)
		return value, ok && beginsStatus(value)
	case beginsJSON(head):
		value = l.run()
		l.read += len(value)
		l.cut = l.cut || l.at < len(text) && text[l.at] == '&' // It is part of a form.
		return value, beginsStatus(unescapedForm(value))
	case bytes.HasPrefix(head, []byte("string(")), bytes.HasPrefix(head, []byte("s:")):
		if value, ok = l.countedField(); ok {
			return value, beginsStatus(value)
		}
	case phpContainer().Match(head):
		value, ok = l.value(nil, 0)
		return value, ok && beginsStatus(value)
	}
	return nil, false
}

// statusInString matches the beginning of the fields of a form, of which the first is
// the status, in a string: not of a status, which has a member of this name, too.
var statusInString = pattern(`^\{\s*"status"\s*:\s*"\s*\{\s*\\`)

// object reads an object that stands in the text: JSON, which is taken as it
// is; a literal, which is translated; or the beginning of either.
func (l *literal) object() (value []byte, ok bool) {
	start := l.at
	if v := l.json(); v != nil {
		return v, beginsStatus(v)
	}
	if value, ok = l.value(nil, 0); ok {
		return value, beginsStatus(value)
	}
	l.lost = l.read
	head := l.text[start:min(start+100, len(l.text))]
	if l.at = start; !beginsStatus(head) || statusInString().Match(head) {
		return nil, false
	}
	l.at += firstLine(l.text[start:])
	if l.at < start+3 { // The first line has nothing but the bracket.
		l.at = len(l.text)
	}
	value = l.text[start:l.at]
	l.read += len(value)
	return value, beginsStatus(value)
}

// json reads a value that is JSON, or returns nil.
func (l *literal) json() jsontext.Value {
	d := jsontext.NewDecoder(bytes.NewBuffer(l.text[l.at:]), lenient...)
	v, err := d.ReadValue()
	if err != nil {
		var syntax *jsontext.SyntacticError
		read := len(l.text) - l.at
		if errors.As(err, &syntax) {
			read = int(syntax.ByteOffset)
		}
		l.read += read
		l.lost += read
		return nil
	}
	l.at += int(d.InputOffset())
	return v
}

// firstLine returns the length of the first line of text, without its ending.
func firstLine(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return len(bytes.TrimRight(text, "\r"))
}

// countedField reads a string that comes after its length: string(4) "task" of
// var_dump, s:4:"task" of serialize.
func (l *literal) countedField() (value []byte, ok bool) {
	head := l.text[l.at:min(l.at+100, len(l.text))]
	if m := phpScalar().FindSubmatch(head); m != nil && string(m[1]) == "string" {
		l.at += len(m[0])
		return l.counted(m[2])
	}
	if length, _, found := bytes.Cut(bytes.TrimPrefix(head, []byte("s:")), []byte(":")); found {
		l.at += 2 + len(length) + 1
		return l.counted(length)
	}
	return nil, false
}

// run reads a run of the characters of a form.
func (l *literal) run() []byte {
	start := l.at
	for l.at < len(l.text) && formChars[l.text[l.at]] && l.text[l.at] != '&' {
		l.at++
	}
	return l.text[start:l.at]
}

// field reads the value of any other field: in quotes, JSON, or bare.
func (l *literal) field(h printedName, listed bool) (value []byte, ok bool) {
	text := l.text
	if l.at >= len(text) {
		return []byte{}, h.query
	}
	head := text[l.at:min(l.at+100, len(text))]
	switch c := head[0]; {
	case c == '"' || c == '\'' || c == '`':
		before := l.at
		if value, ok = l.quoted(); ok {
			return value, true
		}
		l.at, l.cut = before, true
	case c == '{' || c == '[':
		if v := l.json(); v != nil {
			return v, true
		}
		before := l.at
		if value, ok = l.value(nil, 0); ok {
			return value, true
		}
		l.at, l.lost = before, l.read
	case bytes.HasPrefix(head, []byte("string(")), bytes.HasPrefix(head, []byte("s:")):
		value, ok = l.countedField()
		l.cut = l.cut || !ok
		return value, ok
	}
	if h.php {
		value = l.lines()
	} else {
		value = l.rest(listed)
	}
	switch string(value) {
	case "null", "None", "nil", "undefined", "NULL":
		return nil, false
	}
	return value, true
}

// rest reads a bare value: up to the name of the next field on its line, or to
// the line's end, without the brackets that close what is around it.
func (l *literal) rest(listed bool) []byte {
	start := l.at
	var line []byte
	if h := nameBefore(l.text, start, '\n'); h.start > start {
		line = bytes.TrimRight(l.text[start:h.start], " \t\"'`([{&,;:")
	} else {
		line = l.text[start : start+firstLine(l.text[start:])]
	}
	l.read += len(line)
	var open [3]int
	for i, c := range line {
		if opener := strings.IndexByte("{[(", c); opener >= 0 {
			open[opener]++
		}
		if closer := strings.IndexByte("}])", c); closer >= 0 {
			if open[closer]--; open[closer] < 0 {
				l.at = start + i
				return bytes.TrimRight(line[:i], " \t,;")
			}
		}
	}
	l.at = start + len(line)
	if listed {
		line = bytes.TrimSuffix(line, []byte("]"))
	}
	return bytes.TrimRight(line, " \t,;\"'\\")
}
