package capture

import (
	"bytes"
	"fmt"
	"strings"

	"qcb/decode/capture/tree"
)

// isForm reports whether a line begins with a form, which somebody may have decoded.
func isForm(text []byte) bool {
	line := text[:lineEnd(text, 0)]
	return firstName(line) != nil && bytes.IndexByte(line, '&') > 0
}

// leftOut says which members of an object that is a callback are not fields of one, ""
// if all are. Nearly always they are of a logger or a database, so that they do not
// become fields; but Qencode may send a field that is not known yet.
func leftOut(n *tree.Node, text []byte) string {
	const most = 5
	if n.Start >= len(text) || n.Type == "" && text[n.Start] != '{' && !isForm(text[n.Start:]) {
		return "" // Lines, or words, are of no object.
	}
	var names []string
	for _, item := range n.Items {
		other := item.Name != "" && fieldOf(item.Name) == ""
		if other && !strings.EqualFold(item.Name, "token") && item.Name != "evt" { // which may stand for a field
			names = append(names, excerpt([]byte(item.Name)))
		}
	}
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", more))
	}
	if len(names) == 0 {
		return ""
	}
	return "was found beside members that are left out: " + strings.Join(names, ", ")
}
