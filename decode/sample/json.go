package sample

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/go-json-experiment/json/jsontext"
)

// raw is a text that is JSON already.
type raw string

// object writes an object of names and values, in their order, as Python's
// json.dumps does. A value is a string, an integer, nil, or raw.
func object(members ...any) raw {
	var list []raw
	for i := 0; i < len(members); i += 2 {
		list = append(list, value(members[i])+": "+value(members[i+1]))
	}
	return "{" + joined(list) + "}"
}

func array(elements ...raw) raw { return "[" + joined(elements) + "]" }

func joined(list []raw) raw {
	var b strings.Builder
	for i, text := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(text))
	}
	return raw(b.String())
}

func value(v any) raw {
	switch v := v.(type) {
	case raw:
		return v
	case string:
		quoted, _ := jsontext.AppendQuote(nil, v) // What is not UTF-8 becomes U+FFFD.
		var b []byte
		for _, r := range string(quoted) {
			switch {
			case r < 0x80:
				b = append(b, byte(r))
			case r < 0x10000:
				b = fmt.Appendf(b, `\u%04x`, r)
			default:
				high, low := utf16.EncodeRune(r)
				b = fmt.Appendf(b, `\u%04x\u%04x`, high, low)
			}
		}
		return raw(b)
	case int:
		return raw(strconv.Itoa(v))
	}
	return "null"
}
