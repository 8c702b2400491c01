package unwrap

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

var (
	// messageNames are the names of the members in which logs keep what was printed.
	messageNames = []string{"log", "message", "msg", "MESSAGE", "textPayload", "line", "Message", "_raw"}
	// sourceNames are those of members that tell the sources of a log apart.
	sourceNames = []string{"stream", "source", "tag", "pod", "pod_name", "container_name", "logStreamName", "_PID", "SYSLOG_IDENTIFIER", "host", "hostname"}
)

// records joins the texts in the records of a log that has a record for each line, or
// part of a line, that a program printed: objects, whatever is between them, or arrays
// of a time and a text. A log keeps the line's ending in the text and has none where the
// line goes on, or has no endings at all.
func records(text []byte) []Text {
	if !hasAny(text, messageNames) && !bytes.Contains(text, []byte(`"o", "`)) && !bytes.Contains(text, []byte(`"values"`)) {
		return nil
	}
	type message struct {
		text   []byte
		source string
		line   int
	}
	var (
		list     []message
		members  [][]byte // of the record, that tell of its source
		open     = -1     // the depth of the object that the last message is in
		depth    int
		line     int
		name     []byte // of the member that is read
		before   []byte // the string before in an array
		recorded bool   // from a terminal
		strands  int    // how many arrays of texts there were
	)
	for at := 0; at < len(text); {
		switch c := text[at]; c {
		case '\n':
			if line++; depth <= 1 {
				depth, members, open = 0, nil, -1 // A line that is no JSON may have brackets.
			}
		case '\\':
			at++ // what is escaped opens no string
		case '{', '[':
			depth++
			name, before = nil, nil
		case '}', ']':
			if depth == open {
				list[len(list)-1].source, members, open = sourceOf(members), nil, -1
			}
			depth = max(0, depth-1)
			name, before = nil, nil
		case '"':
			end := stringEnd(text[at:])
			value := text[at : at+end]
			rest := at + end + leading(text[at+end:], isBlank)
			switch {
			case bytes.HasPrefix(text[rest:], []byte(":")) || bytes.HasPrefix(text[rest:], []byte("=>")):
				name = bytes.Trim(value, `"`)
				if string(name) == "values" {
					strands++
				}
			case len(name) > 0 && slices.Contains(messageNames, string(name)) && open < 0:
				plain, err := jsontext.AppendUnquote(nil, value)
				if err != nil {
					break
				}
				list = append(list, message{text: plain, line: line})
				open = depth
				name = nil
			case len(name) > 0:
				if slices.Contains(sourceNames, string(name)) {
					members = append(members, append(append(bytes.Clone(name), '='), value...))
				}
				name = nil
			default:
				if string(before) == `"o"` || leading(bytes.Trim(before, `"`), isDigit) >= 10 && strands > 0 {
					if plain, err := jsontext.AppendUnquote(nil, value); err == nil {
						recorded = string(before) == `"o"`
						list = append(list, message{plain, string(rune(strands)), line})
					}
				}
				before = value
			}
			line += bytes.Count(value, []byte("\n"))
			at += end - 1
		}
		at++
	}
	if open >= 0 {
		list[len(list)-1].source = sourceOf(members)
	}
	const fewest = 2
	if len(list) < fewest {
		return nil
	}
	ended := recorded || slices.ContainsFunc(list, func(m message) bool { return bytes.HasSuffix(m.text, []byte("\n")) })
	var all sources
	for _, m := range list {
		w := all.of([]byte(m.source))
		if w.add(m.text, m.line); !ended {
			w.add([]byte("\n"), m.line)
		}
	}
	return all.texts(text)
}

// sourceOf returns the name of the source of a record, whatever the order of its members.
func sourceOf(members [][]byte) string {
	slices.SortFunc(members, bytes.Compare)
	return string(bytes.Join(members, nil))
}

// hasAny reports whether one of the names stands in quotes in a text.
func hasAny(text []byte, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return bytes.Contains(text, []byte(`"`+name+`"`)) })
}

// stringEnd returns the length of the JSON string that text begins with. One without an
// end is a quote alone.
func stringEnd(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		case '\n':
			return 1
		}
	}
	return 1
}
