package decode

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Form is the fields of an application/x-www-form-urlencoded body, in the
// order in which they were sent. A field that was sent twice is in it twice.
type Form []Field

// Field is one name=value pair of a form body. Its offsets count bytes from
// the start of the body as it was captured.
type Field struct {
	Name  string // decoded
	Value []byte // decoded; any bytes, not always UTF-8

	Start      int // offset of the first byte of the name
	ValueStart int // offset of the first byte of the value; End if there is no "="
	End        int // offset just past the value

	Damage *Damage // the first damage in this field, nil if there is none
}

// MaxFields is how many fields of a body are read. Qencode sends seven; the limit
// keeps a hostile body from taking many times its size in memory.
const MaxFields = 1000

// utf8BOM is what some editors and shells put before a text.
const utf8BOM = "\xef\xbb\xbf"

// ParseForm splits a body into its fields. It never fails, since any bytes are
// a form of some kind: a damaged field says so in its Damage, keeps a bad percent
// escape as it was sent, and does not affect the other fields.
//
// A byte order mark before the body and one line ending after it are ignored.
// Only "&" separates fields, as the WHATWG URL standard has it: a ";" is data.
// Of more than [MaxFields] fields only the first are read, and the Damage of the last
// one says so.
// The names and values do not refer to body, which may be reused; the values
// share one buffer as large as the body.
func ParseForm(body []byte) Form { return new(Decoder).parseForm(body) }

// mostKept is how large the buffer for small bodies gets, in bytes.
const mostKept = 256 << 10

func (d *Decoder) parseForm(body []byte) Form {
	start := 0
	if bytes.HasPrefix(body, []byte(utf8BOM)) {
		start = len(utf8BOM)
	}
	end := len(bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("\r")))
	end = max(start, end)

	// No decoded value is longer than its encoding, so that one buffer holds
	// them all and no append below moves it.
	if cap(d.values)-len(d.values) < end-start {
		// A new buffer need not be cleared as one that grows: of that for a large
		// body only what is used takes memory.
		d.values = make([]byte, 0, max(end-start, min(2*cap(d.values), mostKept)))
	}
	first := len(d.fields)
	for at := start; at < end; {
		stop := end
		if i := bytes.IndexByte(body[at:end], '&'); i >= 0 {
			stop = at + i
		}
		if at < stop {
			if len(d.fields)-first == MaxFields {
				if last := &d.fields[len(d.fields)-1]; last.Damage == nil {
					last.Damage = &Damage{Kind: TooMany, Field: "form", Offset: at, Detail: fmt.Sprintf("%d fields are read", MaxFields)}
				}
				break
			}
			d.fields = append(d.fields, Field{Start: at, ValueStart: stop, End: stop})
			d.parseField(&d.fields[len(d.fields)-1], body[:stop], stop == end)
		}
		at = stop + 1
	}
	return d.fields[first:len(d.fields):len(d.fields)]
}

// Last returns the last field of that name, the one that counts, or nil.
func (f Form) Last(name string) *Field {
	for i := range slices.Backward(f) {
		if f[i].Name == name {
			return &f[i]
		}
	}
	return nil
}

// Text returns the value of the last field of that name, "" if there is none.
func (f Form) Text(name string) string {
	if field := f.Last(name); field != nil {
		return string(field.Value)
	}
	return ""
}

// parseField reads the field that fills body from its start on.
func (d *Decoder) parseField(f *Field, body []byte, last bool) {
	name := body[f.Start:]
	if i := bytes.IndexByte(name, '='); i >= 0 {
		f.ValueStart = f.Start + i + 1
		name = name[:i]
	}
	from := len(d.values)
	decoded, badName := unescape(d.values, name, last && len(name) == len(body)-f.Start)
	f.Name = fieldName(decoded[from:])
	decoded, badValue := unescape(d.values, body[f.ValueStart:], last)
	f.Value = decoded[from:len(decoded):len(decoded)]
	d.values = decoded

	switch {
	case badName >= 0:
		f.Damage = badEscape(f, body, f.Start+badName, last)
	case badValue >= 0:
		f.Damage = badEscape(f, body, f.ValueStart+badValue, last)
	case !utf8.ValidString(f.Name):
		f.Damage = badUTF8(f, body, f.Start, []byte(f.Name))
	case !utf8.Valid(f.Value):
		f.Damage = badUTF8(f, body, f.ValueStart, f.Value)
	case last && f.ValueStart == f.End && body[f.End-1] != '=' && truncatedName(f.Name):
		f.Damage = &Damage{Kind: Truncated, Field: f.Name, Offset: f.End}
	}
}

// fieldName returns a name as a string. Those that are known are not allocated
// for each field of a long log.
func fieldName(name []byte) string {
	for _, known := range fieldNames {
		if string(name) == known {
			return known
		}
	}
	return string(name)
}

// badEscape tells the body that ends within an escape from the bad escape.
func badEscape(f *Field, body []byte, offset int, last bool) *Damage {
	escape := body[offset:min(offset+3, len(body))]
	if last && offset+len(escape) == len(body) && cutEscape(escape) {
		return &Damage{Kind: Truncated, Field: f.Name, Offset: len(body)}
	}
	return &Damage{Kind: BadEscape, Field: f.Name, Offset: offset, Detail: fmt.Sprintf("%q", escape)}
}

// badUTF8 finds the first byte that is not UTF-8 in a decoded text, which
// begins in the body at start.
func badUTF8(f *Field, body []byte, start int, decoded []byte) *Damage {
	at := 0
	for {
		r, n := utf8.DecodeRune(decoded[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return &Damage{
		Kind: BadUTF8, Field: f.Name, Offset: bodyOffset(body[:f.End], start, at),
		Detail: fmt.Sprintf("0x%02x", decoded[at]),
	}
}

// unescape appends the decoded form of src to dst: "+" is a space and %XX a
// byte. A "%" that begins no escape stays as it is; but where src is the end of
// the body, an escape that is cut short there is left out. bad is the offset in
// src of the first such "%", or -1.
func unescape(dst, src []byte, last bool) (_ []byte, bad int) {
	bad = -1
	at := len(dst)
	dst = slices.Grow(dst, len(src))[:at+len(src)] // No text is longer than its escaped form.
	i, at := unescapeSound(dst, at, src)
	for ; i < len(src); i++ {
		c := src[i]
		if c != '%' {
			dst[at] = plusToSpace[c]
			at++
			continue
		}
		if isEscape(src[i:]) {
			dst[at] = byte(unhex[src[i+1]]<<4 | unhex[src[i+2]])
			at++
			i += 2
			continue
		}
		if bad < 0 {
			bad = i
		}
		if last && cutEscape(src[i:]) {
			break
		}
		dst[at] = c
		at++
	}
	return dst[:at], bad
}

// unescapeSound decodes the beginning of src into dst from at on, up to the first
// bad escape or the last few bytes. It returns where it stopped in both.
//
// It does a fifth of the work of a log. A step looks at four bytes of which it
// decodes up to three: their bounds are checked once. Going from "%" to "%" with
// bytes.IndexByte is slower, for there are but six bytes between two of them.
func unescapeSound(dst []byte, at int, src []byte) (stop, end int) {
	plain, hex := &plusToSpace, &unhex
	i := 0
	for i+4 <= len(src) {
		s, d := src[i:i+4:i+4], dst[at:at+4:at+4]
		if s[0] == '%' {
			high, low := hex[s[1]], hex[s[2]]
			if high|low < 0 {
				break
			}
			d[0] = byte(high<<4 | low)
			i, at = i+3, at+1
			continue
		}
		d[0] = plain[s[0]]
		if s[1] == '%' {
			i, at = i+1, at+1
			continue
		}
		d[1] = plain[s[1]]
		if s[2] == '%' {
			i, at = i+2, at+2
			continue
		}
		d[2] = plain[s[2]]
		i, at = i+3, at+3
	}
	return i, at
}

// plusToSpace maps each byte to itself, and "+" to a space.
var plusToSpace = func() (table [256]byte) {
	for c := range table {
		table[c] = byte(c)
	}
	table['+'] = ' '
	return table
}()

// isEscape reports whether s, which begins with "%", begins with %XX.
func isEscape(s []byte) bool {
	return len(s) >= 3 && unhex[s[1]] >= 0 && unhex[s[2]] >= 0
}

// cutEscape reports whether s, which begins with "%", is the beginning of %XX.
func cutEscape(s []byte) bool {
	return len(s) == 1 || len(s) == 2 && unhex[s[1]] >= 0
}

// bodyOffset turns an offset in a decoded text into the offset in the body of
// the byte or escape that it was decoded from. start is where the text begins
// in the body.
func bodyOffset(body []byte, start, decoded int) int {
	at := start
	for ; decoded > 0 && at < len(body); decoded-- {
		if body[at] == '%' && isEscape(body[at:]) {
			at += 2
		}
		at++
	}
	return at
}

// Known reports whether Qencode documents a field of this name.
func (f *Field) Known() bool { return slices.Contains(fieldNames[:], f.Name) }

// JSON returns the field's value if it is a JSON object or array, and nil if it is
// anything else: the text "5" or "null" is a text.
func (f *Field) JSON() RawJSON {
	s := scanner{src: f.Value}
	if c := s.next(); c != '{' && c != '[' || s.skip() != nil || s.end() != nil {
		return nil
	}
	return f.Value
}

// unhex is the value of each hexadecimal digit and -1 for every other byte.
var unhex = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range int8(10) {
		t['0'+i] = i
	}
	for i := range int8(6) {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}()
