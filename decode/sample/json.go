package sample

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// raw is a text that is JSON already.
type raw string

// object writes an object of names and values, in their order, as Python's
// json.dumps does. A value is a string, a number, nil, or raw.
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
		quoted, _ := jsontext.AppendQuote(nil, v) // The strings of this package are UTF-8.
		return raw(quoted)
	case int:
		return raw(strconv.Itoa(v))
	}
	return "null"
}
