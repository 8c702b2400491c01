package unwrap

import (
	"bytes"
	"slices"
	"strings"

	"qcb/decode/capture/tree"
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
// line continues, or has no endings at all.
func records(text []byte) []Text {
	if !hasAny(text, messageNames) && !bytes.Contains(text, []byte(`"o", "`)) && !bytes.Contains(text, []byte(`"values"`)) {
		return nil
	}
	l := messages{text: text}
	for at := 0; at < len(text); at++ {
		if c := text[at]; c != '{' && c != '[' {
			continue
		}
		switch n := tree.Value(text, at); {
		case n == nil || n.Kind < tree.Object:
		default:
			l.walk(n, "")
			at = n.End - 1
		}
	}
	const fewest = 2
	if len(l.list) < fewest {
		return nil
	}
	ended := l.recorded || slices.ContainsFunc(l.list, func(m message) bool { return bytes.HasSuffix(m.text, []byte("\n")) })
	var all sources
	for _, m := range l.list {
		w := all.of([]byte(m.source))
		if w.add(m.text, m.line); !ended {
			w.add([]byte("\n"), m.line)
		}
	}
	return all.texts(text)
}

// message is a text in a record.
type message struct {
	text   []byte
	source string
	line   int
}

// messages gathers the messages in the values of a text.
type messages struct {
	text     []byte
	list     []message
	at, line int    // how far its lines were counted
	strand   string // the name of the list of texts that is read
	recorded bool   // from a terminal
}

func (l *messages) add(n *tree.Node, source string) {
	l.line += bytes.Count(l.text[l.at:max(l.at, n.Start)], []byte("\n"))
	l.at = max(l.at, n.Start)
	l.list = append(l.list, message{n.Text, source, l.line})
}

// walk gathers the messages in a value, the member of an object with this name.
func (l *messages) walk(n *tree.Node, name string) {
	if n.Kind == tree.List && name == "values" {
		l.strand += "+"
	}
	for i, item := range n.Items {
		before := ""
		if n.Kind == tree.List && i > 0 {
			before = string(n.Items[i-1].Value.Text)
		}
		switch value := item.Value; {
		case value.Kind >= tree.Object:
			l.walk(value, item.Name)
		case value.Kind != tree.String:
		case slices.Contains(messageNames, item.Name):
			l.add(value, sourceOf(n))
		case before == "o":
			l.recorded = true
			l.add(value, "")
		case l.strand != "" && leading([]byte(before), isDigit) >= 10:
			l.add(value, l.strand)
		}
	}
}

// sourceOf returns the name of the source of a record, whatever the order of its members.
func sourceOf(record *tree.Node) string {
	var members []string
	for _, item := range record.Items {
		if item.Value.Kind >= tree.Object {
			members = append(members, sourceOf(item.Value))
		} else if slices.Contains(sourceNames, item.Name) {
			members = append(members, item.Name+"="+string(item.Value.Text))
		}
	}
	slices.Sort(members)
	return strings.Join(members, " ")
}

// hasAny reports whether one of the names stands in quotes in a text.
func hasAny(text []byte, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return bytes.Contains(text, []byte(`"`+name+`"`)) })
}
