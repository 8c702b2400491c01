package capture

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// literal reads values as programs print them, and translates them to JSON:
// the literals of JavaScript, Python, Ruby and PHP, and what print_r and
// var_dump write. It knows no language, only what their prints have in common:
// quoted strings, words, and brackets around values that may have keys.
type literal struct {
	text []byte
	at   int
	read int  // work done, in bytes: see prints
	lost int  // how much of it was in vain
	cut  bool // the text ended within a value
}

// deepest is how many brackets of a printed value may be inside each other.
const deepest = 100

// The beginning of a container in the prints of PHP: "Array (", "array(5) {",
// "stdClass Object (", "object(stdClass)#1 (8) {", "(object) array(".
var phpContainer = pattern(`^(?:\(object\) )?(?:[Aa]rray|object|[\w\\]+ Object)(?:\([\w\\]+\))?(?:#\d+)? ?(?:\(\d+\))?\s*([({])`)

// A scalar as var_dump prints it: int(5), bool(true), string(4) "task".
var phpScalar = pattern(`^(int|float|bool|string)\(([\w.+-]+)\)`)

// value appends the JSON of the next value to dst.
func (l *literal) value(dst []byte, depth int) (_ []byte, ok bool) {
	before := l.at
	defer func() { l.read += failure + l.at - before }()
	l.skip(" \t\r\n")
	if depth > deepest || l.at >= len(l.text) {
		return dst, false
	}
	head := l.text[l.at:min(l.at+100, len(l.text))]
	switch head[0] {
	case '"', '\'', '`':
		s, ok := l.quoted()
		return appendString(dst, s), ok
	case '{', '[', '(':
		if !bytes.HasPrefix(head, []byte("(object)")) {
			return l.container(dst, depth, false)
		}
	}
	if m := phpContainer().FindSubmatchIndex(head); m != nil {
		l.at += m[2]
		return l.container(dst, depth, true)
	}
	if m := phpScalar().FindSubmatch(head); m != nil {
		l.at += len(m[0])
		if string(m[1]) != "string" {
			return appendWord(dst, m[2]), true
		}
		s, ok := l.counted(m[2])
		return appendString(dst, s), ok
	}
	word := l.word()
	return appendWord(dst, word), len(word) > 0
}

// container appends an object if its first entry has a key, and an array if it
// has none, or has the keys that PHP gives to the entries of a list.
func (l *literal) container(dst []byte, depth int, php bool) (_ []byte, ok bool) {
	if bytes.HasPrefix(l.text[l.at:], []byte("[Object]")) || bytes.HasPrefix(l.text[l.at:], []byte("[Array]")) {
		l.at += bytes.IndexByte(l.text[l.at:], ']') + 1
		return append(dst, "null"...), true // Node prints so what is nested too deeply.
	}
	closer := map[byte]byte{'{': '}', '[': ']', '(': ')'}[l.text[l.at]]
	empty := "[]"
	if closer == '}' && !php {
		empty = "{}"
	}
	l.at++
	object, start := false, len(dst)
	for n := 0; ; n++ {
		l.skip(" \t\r\n,;")
		if l.at >= len(l.text) {
			return dst, false
		}
		if l.text[l.at] == closer {
			l.at++
			break
		}
		if bytes.HasPrefix(l.text[l.at:], []byte("... ")) { // Node's "... 12 more items"
			l.at += max(bytes.IndexAny(l.text[l.at:], "\n"+string(rune(closer))), 1)
			n--
			continue
		}
		key, bracketed, keyed := l.key()
		if n == 0 {
			object = keyed && !(php || closer == ')') || keyed && string(key) != "0"
			dst = append(dst, empty[0])
			if object {
				dst[start] = '{'
			}
		} else {
			dst = append(dst, ',')
		}
		if object {
			if !keyed {
				return dst, false
			}
			dst = append(appendString(dst, key), ':')
		}
		if bracketed && l.bare() {
			dst = appendWord(dst, l.lines())
		} else if dst, ok = l.value(dst, depth+1); !ok {
			return dst, false
		}
	}
	switch {
	case len(dst) == start:
		return append(dst, empty...), true
	case object:
		return append(dst, '}'), true
	}
	return append(dst, ']'), true
}

// key reads a key with its separator, if there is one: name:, 'name' =>,
// ["name"]=>, :name=>.
func (l *literal) key() (key []byte, bracketed, ok bool) {
	before := l.at
	bracketed = l.text[l.at] == '['
	if bracketed || l.text[l.at] == ':' {
		l.at++
	}
	if l.at < len(l.text) && (l.text[l.at] == '"' || l.text[l.at] == '\'') {
		key, ok = l.oneQuoted(nil)
	} else {
		key = l.word()
		ok = len(key) > 0
	}
	if bracketed {
		ok = ok && l.at < len(l.text) && l.text[l.at] == ']'
		l.at++
	}
	if ok {
		l.skip(" ")
		rest := l.text[min(l.at, len(l.text)):]
		switch {
		case bytes.HasPrefix(rest, []byte("=>")):
			l.at += 2
			return key, bracketed, true
		case !bracketed && len(rest) > 0 && (rest[0] == ':' || rest[0] == '='):
			l.at++
			return key, false, true
		}
	}
	l.at = before
	return nil, false, false
}

// bare reports whether the value of a print_r comes next: one without quotes,
// on the line of its key.
func (l *literal) bare() bool {
	if l.at >= len(l.text) || l.text[l.at] != ' ' {
		return false
	}
	return !phpContainer().Match(l.text[l.at+1 : min(l.at+100, len(l.text))])
}

// lines reads the bare value of a print_r. It may have a few lines, where the
// one after them begins with a key or closes the list.
func (l *literal) lines() []byte {
	const most = 20
	start := l.at
	l.at += firstLine(l.text[start:])
	end := l.at
	defer func() { l.read += end - start }()
	for range most {
		rest := l.text[end:]
		next := bytes.TrimLeft(rest[:min(300, len(rest))], " \r\n")
		if len(next) == 0 {
			break
		}
		if next[0] == '[' || next[0] == ')' {
			l.at = end
			break
		}
		end += 1 + firstLine(rest[1:])
	}
	return bytes.TrimRight(bytes.TrimPrefix(l.text[start:l.at], []byte(" ")), "\r")
}

// word reads a word or a number.
func (l *literal) word() []byte {
	start := l.at
	for l.at < len(l.text) {
		c := l.text[l.at]
		if !isWord(c) && c != '.' && c != '+' && c != '-' && c != '$' {
			break
		}
		l.at++
	}
	return l.text[start:l.at]
}

// counted reads a string after its length in bytes, as var_dump prints it. Its
// quotes are not escaped.
func (l *literal) counted(length []byte) ([]byte, bool) {
	n, err := strconv.Atoi(string(length))
	l.skip(" ")
	start := l.at + 1
	if err != nil || n < 0 || n > len(l.text)-start-1 || l.text[l.at] != '"' || l.text[start+n] != '"' {
		return nil, false
	}
	l.at = start + n + 1
	return l.text[start : start+n], true
}

// quoted reads a string in quotes, and those that a long one goes on in, each
// on a line of its own: Python puts nothing between them and Node a "+". One with a
// ":" or "=" after it is the name of the next field. ok is false where the text ends first; the string is then what there is of it.
func (l *literal) quoted() (s []byte, ok bool) {
	for {
		if s, ok = l.oneQuoted(s); !ok {
			return s, false
		}
		end := l.at
		l.skip(" ")
		if l.at < len(l.text) && l.text[l.at] == '+' {
			l.at++
		}
		lineEnd := l.at
		l.skip(" \t\r\n")
		if l.at == len(l.text) || bytes.IndexByte(l.text[lineEnd:l.at], '\n') < 0 || l.text[l.at] != '"' && l.text[l.at] != '\'' {
			l.at = end
			return s, true
		}
		next := literal{text: l.text, at: l.at}
		_, _ = next.oneQuoted(nil) // Where its end is lost, it goes on.
		next.skip(" ")
		l.read += next.at - l.at
		if next.at < len(l.text) && (l.text[next.at] == ':' || l.text[next.at] == '=') {
			l.at = end
			return s, true
		}
	}
}

// oneQuoted appends the string in quotes that comes next to s.
func (l *literal) oneQuoted(s []byte) (_ []byte, ok bool) {
	quote := l.text[l.at]
	l.at++
	for l.at < len(l.text) {
		rest := l.text[l.at:]
		i := bytes.IndexAny(rest, `\`+string(rune(quote)))
		if i < 0 {
			l.at = len(l.text)
			return append(s, rest...), false
		}
		s = append(s, rest[:i]...)
		l.at += i
		if rest[i] == quote {
			l.at++
			return s, true
		}
		var n int
		s, n = unescape(s, rest[i:])
		l.at += n
	}
	return s, false
}

func (l *literal) skip(chars string) {
	for l.at < len(l.text) && bytes.IndexByte([]byte(chars), l.text[l.at]) >= 0 {
		l.at++
	}
}

// unescape appends what the escape at the beginning of src, which is a
// backslash, stands for in most languages. n is the escape's length.
func unescape(dst, src []byte) (_ []byte, n int) {
	if len(src) < 2 {
		return append(dst, src...), len(src)
	}
	switch c := src[1]; c {
	case 'x':
		return unescapeHex(dst, src, 2)
	case 'u':
		if len(src) > 2 && src[2] == '{' { // Rust and Ruby
			if end := bytes.IndexByte(src[:min(len(src), 12)], '}'); end > 3 {
				if r, err := strconv.ParseUint(string(src[3:end]), 16, 32); err == nil {
					return utf8.AppendRune(dst, rune(r)), end + 1
				}
			}
			return append(dst, '\\'), 1
		}
		return unescapeHex(dst, src, 4)
	case 'U':
		return unescapeHex(dst, src, 8)
	default:
		if i := bytes.IndexByte([]byte("ntrbfvae0"), c); i >= 0 {
			return append(dst, "\n\t\r\b\f\v\a\x1b\x00"[i]), 2
		}
		return append(dst, c), 2
	}
}

// unescapeHex appends the character of an escape with so many digits. That of
// \x is a byte, which may be part of a character; two of \u may be a pair of
// surrogates.
func unescapeHex(dst, src []byte, digits int) (_ []byte, n int) {
	r, ok := hexEscape(src, digits)
	if !ok {
		return append(dst, '\\'), 1
	}
	n = 2 + digits
	if digits == 2 {
		return append(dst, byte(r)), n
	}
	if digits == 4 && r>>10 == 0xd800>>10 && bytes.HasPrefix(src[n:], []byte(`\u`)) {
		if low, ok := hexEscape(src[n:], 4); ok && low>>10 == 0xdc00>>10 {
			return utf8.AppendRune(dst, (r-0xd800)<<10+low-0xdc00+0x10000), 2 * n
		}
	}
	return utf8.AppendRune(dst, r), n
}

func hexEscape(src []byte, digits int) (rune, bool) {
	if len(src) < 2+digits {
		return 0, false
	}
	r, err := strconv.ParseUint(string(src[2:2+digits]), 16, 32)
	return rune(r), err == nil && r <= utf8.MaxRune
}

// appendWord appends the JSON of what stands without quotes.
func appendWord(dst, word []byte) []byte {
	switch string(word) {
	case "", "null", "NULL", "None", "nil", "undefined", "NaN":
		return append(dst, "null"...)
	case "true", "True":
		return append(dst, "true"...)
	case "false", "False":
		return append(dst, "false"...)
	}
	if v := jsontext.Value(word); v.Kind() == '0' && v.IsValid() {
		return append(dst, word...)
	}
	return appendString(dst, word)
}

func appendString(dst, s []byte) []byte {
	dst, _ = jsontext.AppendQuote(dst, bytes.ToValidUTF8(s, []byte("\uFFFD"))) // It fails only for what is not UTF-8.
	return dst
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c >= utf8.RuneSelf
}
