package render

import (
	"strings"

	"qcb/decode/mask"
)

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

// placed masks a text that begins with a place, or is one: the name of a file, a line, and
// what comes after ": ". A file may be named like a secret, and what comes after its name is
// not the value of that.
func (m Masking) placed(text string) string {
	if m == MaskNowhere {
		return text
	}
	at, rest, found := strings.Cut(text, ": ")
	line := ""
	if i := strings.LastIndexByte(at, ':'); i > 0 && strings.Trim(at[i+1:], "0123456789") == "" && !strings.Contains(at, " ") {
		at, line = at[:i], at[i:]
	}
	text = mask.Text(at) + line
	if found {
		text += ": " + mask.Text(rest)
	}
	return text
}

// longestMessage is how much of a message is printed, in terminal cells.
const longestMessage = 4000

// Message makes a line for people safe to print: it masks credentials, escapes what
// could drive a terminal, and shortens what is far too long. The line may begin with a
// place, or with "qcb: " and a place.
func Message(line string) string {
	line, ours := strings.CutPrefix(line, "qcb: ")
	line = MaskForPeople.placed(line)
	if ours {
		line = "qcb: " + line
	}
	return Elide(Escape(line), longestMessage)
}
