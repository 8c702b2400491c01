package render

import "qcb/decode/mask"

// Masking says where credentials are masked.
type Masking int

// The zero value masks what people read. What programs read is as it was sent.
const (
	MaskForPeople  Masking = iota // in text, Markdown, tables and messages
	MaskEverywhere                // in data, too: JSON, CSV, TSV, bodies
	MaskNowhere
)

// person returns the value of a field or member as a person may see it.
func (m Masking) person(name, value string) string {
	if m == MaskNowhere {
		return value
	}
	return string(mask.Value(name, []byte(value)))
}

// data returns the value of a field or member as a program gets it.
func (m Masking) data(name string, value []byte) []byte {
	if m != MaskEverywhere {
		return value
	}
	return mask.Value(name, value)
}

// Body returns a form body as a program gets it.
func (m Masking) Body(body []byte) []byte {
	if m != MaskEverywhere {
		return body
	}
	return mask.Body(body)
}

// longestMessage is how much of a message is printed, in terminal cells.
const longestMessage = 4000

// Message makes a line for people safe to print: it masks credentials, escapes what
// could drive a terminal, and shortens what is far too long.
func Message(line string) string {
	return Elide(Escape(mask.Text(line)), longestMessage)
}
