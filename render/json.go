package render

import (
	"bufio"
	"bytes"

	"qcb/decode"
)

// JSONOptions are the options of JSON.
type JSONOptions struct {
	Compact bool // on one line
	Array   bool // as an element of an array, which has to be written around it
	Color   bool
	Masking Masking
}

// JSON writes a callback as an object of the body's fields, in the body's
// order. The status is JSON as it was sent, and so is the payload where it is
// an object or an array; every other field is a string. Key order, numbers,
// escapes and members of one name stay as they are. Only characters that could
// drive a terminal are escaped, which leaves the value what it was, and what
// is not UTF-8, which JSON cannot hold, becomes U+FFFD. An element of an array
// has no line ending.
func JSON(w *bufio.Writer, c *decode.Callback, o JSONOptions) error {
	if o.Color {
		var plain bytes.Buffer
		buffered := bufio.NewWriter(&plain)
		o.Color = false
		_, _ = JSON(buffered, c, o), buffered.Flush() // A buffer takes everything.
		return paintJSON(w, plain.Bytes())
	}
	j := &jsonWriter{w: w, line: w.AvailableBuffer()}
	if !o.Compact {
		j.newline = "\n"
		if o.Array {
			j.newline = "\n  "
		}
	}
	j.open('{', len(c.Form) == 0)
	for i := range c.Form {
		f := &c.Form[i]
		if i > 0 {
			j.comma()
		}
		j.text([]byte(f.Name))
		j.colon()
		if v := fieldJSON(c, f); v != nil {
			j.value(o.Masking.data(f.Name, v))
		} else {
			j.text(o.Masking.data(f.Name, f.Value))
		}
	}
	j.close('}', len(c.Form) == 0)
	if !o.Array {
		j.line = append(j.line, '\n')
	}
	_, err := w.Write(j.line)
	return err
}

// fieldJSON returns the JSON in a field, or nil if it is a text.
func fieldJSON(c *decode.Callback, f *decode.Field) decode.RawJSON {
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

// paintJSON writes valid JSON in colour: the names of members, strings and null differ from
// the rest.
func paintJSON(w *bufio.Writer, text []byte) error {
	paint := newTheme(true, false)
	for i := 0; i < len(text); {
		n := 1
		switch {
		case text[i] == '"':
			n = quotedLength(text[i:])
			of := paint.good
			if i+n < len(text) && text[i+n] == ':' {
				of = paint.name
			}
			_, _ = w.WriteString(of(string(text[i : i+n]))) // The writer keeps its error.
		case bytes.HasPrefix(text[i:], []byte("null")):
			n = len("null")
			_, _ = w.WriteString(paint.faint("null"))
		default:
			_ = w.WriteByte(text[i])
		}
		i += n
	}
	_, err := w.Write(nil)
	return err
}
