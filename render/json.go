package render

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// JSONOptions are the options of NewJSON.
type JSONOptions struct {
	Compact bool // each callback on one line
	Array   bool // one array around all callbacks
}

// lenient are the options that take JSON as it was sent.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// JSON writes callbacks as JSON: one after the other, or in one array.
type JSON struct {
	to    *jsontext.Encoder
	array bool
}

// NewJSON returns a JSON that writes to w. Its Close ends the array.
func NewJSON(w io.Writer, o JSONOptions) *JSON {
	options := append(slices.Clone(lenient), jsontext.PreserveRawStrings(true))
	if !o.Compact {
		options = append(options, jsontext.WithIndent("  "))
	}
	return &JSON{jsontext.NewEncoder(jsonEscaper{w}, options...), o.Array}
}

// Write writes a callback as an object of the body's fields, in the body's
// order. The status is JSON as it was sent, and so is the payload where it is
// an object or an array; every other field is a string. Key order, numbers,
// escapes and members of one name stay as they are. Only characters that could
// drive a terminal are escaped, which leaves the value what it was, and what
// is not UTF-8, which JSON cannot hold, becomes U+FFFD.
func (j *JSON) Write(c *decode.Callback) error {
	if err := j.begin(); err != nil {
		return err
	}
	if err := j.to.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for i := range c.Form {
		f := &c.Form[i]
		if err := j.to.WriteToken(jsontext.String(f.Name)); err != nil {
			return err
		}
		if err := j.value(c, f); err != nil {
			return err
		}
	}
	return j.to.WriteToken(jsontext.EndObject)
}

func (j *JSON) value(c *decode.Callback, f *decode.Field) error {
	v := validUTF8(fieldJSON(c, f))
	switch {
	case v == nil:
		return j.to.WriteToken(jsontext.String(string(f.Value)))
	case len(v) > largeValue:
		return j.pieces(jsontext.NewDecoder(bytes.NewBuffer(v), lenient...))
	}
	return j.to.WriteValue(v)
}

// largeValue is the size in bytes from which a value is written piece by piece.
// The encoder keeps a piece in memory, and indented it can be many times as long.
const largeValue = 1 << 20

// pieces copies the next value of d: the outer objects and arrays token by
// token, and what is in them as a whole.
func (j *JSON) pieces(d *jsontext.Decoder) error {
	for depth := d.StackDepth(); ; {
		k := d.PeekKind()
		opens, closes := k == '{' || k == '[', k == '}' || k == ']'
		if closes || opens && d.StackDepth() < 3 {
			token, err := d.ReadToken()
			if err == nil {
				err = j.to.WriteToken(token)
			}
			if err != nil {
				return err
			}
		} else {
			v, err := d.ReadValue() // a name, too: it keeps its escapes
			if err == nil {
				err = j.to.WriteValue(v)
			}
			if err != nil {
				return err
			}
		}
		if d.StackDepth() == depth {
			return nil
		}
	}
}

// begin begins the array, if there is to be one and it has not begun.
func (j *JSON) begin() error {
	if !j.array || j.to.StackDepth() > 0 {
		return nil
	}
	return j.to.WriteToken(jsontext.BeginArray)
}

// Close ends the array. It does not close the writer.
func (j *JSON) Close() error {
	if !j.array {
		return nil
	}
	if err := j.begin(); err != nil {
		return err
	}
	return j.to.WriteToken(jsontext.EndArray)
}

// fieldJSON returns the JSON that is in a field, or nil if it is a text.
func fieldJSON(c *decode.Callback, f *decode.Field) jsontext.Value {
	switch f.Name {
	case "status":
		if c.Status != nil && f == c.Form.Last("status") {
			return c.Status.Raw
		}
		return f.JSON()
	case "payload":
		return f.JSON()
	}
	return nil
}

// validUTF8 returns v with each run of bytes that is not UTF-8 as one U+FFFD.
func validUTF8(v jsontext.Value) jsontext.Value {
	if utf8.Valid(v) {
		return v
	}
	return bytes.ToValidUTF8(v, []byte("\uFFFD"))
}

// jsonEscaper escapes the JSON that passes through it. The encoder writes whole
// tokens, so that no character is in two parts.
type jsonEscaper struct{ w io.Writer }

func (e jsonEscaper) Write(text []byte) (int, error) {
	if _, err := e.w.Write(escapeJSON(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// escapeJSON escapes the characters in valid JSON that could drive a terminal:
// they can only be in its strings.
func escapeJSON(text []byte) []byte {
	var escaped []byte
	from := 0
	for i := 0; i < len(text); {
		if text[i] < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if drives(r) {
			escaped = fmt.Appendf(append(escaped, text[from:i]...), `\u%04x`, r)
			from = i + n
		}
		i += n
	}
	if from == 0 {
		return text
	}
	return append(escaped, text[from:]...)
}
