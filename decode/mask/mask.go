// Package mask hides credentials: passwords, signatures, tokens and cookies, in
// URLs, headers and JSON, as people log them. What gives no access stays as it is.
//
// A text is read in one pass, from left to right, with its escapes undone. A secret is
// recognised by the text before it: a scheme and two slashes, the name of a secret (see
// names), or Bearer; a JSON Web Token by its beginning.
package mask

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// masked stands for a credential.
const masked = "***"

// Text masks the credentials in any text: in URLs, headers, JSON Web Tokens,
// and behind the names of secrets. All else stays byte for byte.
func Text(text string) string {
	if !mayHoldCredential(text) {
		return text
	}
	s := newScanner(text)
	var out []byte
	copied := 0 // so far, from text to out
	for {
		start, end := s.next()
		if start == end {
			break
		}
		out = append(append(out, text[copied:s.from[start].offset]...), masked...)
		copied = int(s.from[end].offset)
	}
	if copied == 0 {
		return text
	}
	return string(append(out, text[copied:]...))
}

// Value masks the value of a field or a member: whole if its name is that of a
// secret, else as [JSON] or [Text] does.
func Value(name string, value []byte) []byte {
	switch s := strengthOf(name); {
	case len(value) == 0:
		return value
	case s == strong, s == weak && !looksHarmless(string(value)):
		return []byte(masked)
	}
	if trimmed := bytes.TrimLeft(value, " \t\r\n"); len(trimmed) > 0 && bytes.IndexByte([]byte(`{["`), trimmed[0]) >= 0 {
		return JSON(value)
	}
	text := string(value)
	if plain := Text(text); plain != text {
		return []byte(plain)
	}
	return value
}

// Body masks a form body as [Value] does its fields. It has the same fields
// afterwards, and those without credentials stay byte for byte.
func Body(body []byte) []byte {
	var out []byte
	copied := 0
	for start := 0; ; {
		form := decode.ParseForm(body[start:])
		for i := range form {
			f := &form[i]
			if value := Value(f.Name, f.Value); !bytes.Equal(value, f.Value) {
				out = append(out, body[copied:start+f.ValueStart]...)
				out = append(out, url.QueryEscape(string(value))...)
				copied = start + f.End
			}
		}
		if len(form) < decode.MaxFields {
			break
		}
		start += form[len(form)-1].End // ParseForm reads no more fields at once.
	}
	if copied == 0 {
		return body
	}
	return append(out, body[copied:]...)
}

// JSON masks the credentials in the strings of a JSON value, and the values of
// members with the name of a secret, except true, false and null. What is
// truncated or damaged is masked as text from there on. All else stays byte for byte.
func JSON(value []byte) []byte {
	d := jsontext.NewDecoder(bytes.NewBuffer(value), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var out []byte
	copied := 0 // so far, from value to out
	replace := func(old span, text string) {
		if text != old.text {
			out = append(out, value[copied:old.start]...)
			out, _ = jsontext.AppendQuote(out, strings.ToValidUTF8(text, "\uFFFD")) // which makes it valid
			copied = old.end
		}
	}
	for {
		start := int(d.InputOffset())
		name, member, err := readMember(d)
		if err != nil {
			rest := string(value[start:])
			if text := Text(rest); text != rest {
				out, copied = append(append(out, value[copied:start]...), text...), len(value)
			}
			break
		}
		replace(name, Text(name.text))
		of := memberStrength(name.text)
		if member.text != "" && of == strong || of == weak && !looksHarmless(member.text) {
			replace(member, masked)
		} else {
			replace(member, Text(member.text))
		}
	}
	if copied == 0 {
		return value
	}
	return append(out, value[copied:]...)
}

// A span is a string or another value in JSON.
type span struct {
	start, end int
	text       string // without quotes
}

// readMember reads a member with its name, a value in an array, or a bracket.
// The value is empty if no credential is in it, or if it is read by the next calls.
func readMember(d *jsontext.Decoder) (name, value span, err error) {
	if kind, n := d.StackIndex(d.StackDepth()); kind == '{' && n%2 == 0 && d.PeekKind() == '"' {
		if name, err = readSpan(d); err != nil {
			return name, value, err
		}
	}
	switch d.PeekKind() {
	case '"':
		value, err = readSpan(d)
	case '0', '{', '[':
		if memberStrength(name.text) == strong {
			value, err = readSpan(d)
			break
		}
		fallthrough
	default:
		_, err = d.ReadToken()
	}
	return name, value, err
}

func readSpan(d *jsontext.Decoder) (span, error) {
	value, err := d.ReadValue()
	text := []byte(value)
	if value.Kind() == '"' {
		text, _ = jsontext.AppendUnquote(nil, value) // It is a valid string, or there is an error.
	}
	end := int(d.InputOffset())
	return span{end - len(value), end, string(text)}, err
}
