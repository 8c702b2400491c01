// Package tree parses what programs print, whatever they print it in, into one
// kind of tree: JSON, the literals of languages, blocks of "name: value" lines and
// tables all become objects, lists and scalars. It knows no product, and of a
// callback only the names of its form fields.
package tree

import (
	"bytes"
	"strings"

	"qcb/decode"
)

// Kind says what a node is.
type Kind uint8

// The kinds of nodes.
const (
	Null   Kind = iota // a word for no value: null, None, nil, undef, <nil>
	Word               // a number, true, or any text without quotes
	String             // a text in quotes
	Object
	List
)

// Node is a value in a text.
type Node struct {
	Kind  Kind
	Text  []byte // of a Word or a String: its text, unescaped
	Items []Item // of an Object its members, in their order; of a List its elements
	Type  string // what stands before the bracket: "Optional", "map", "Video"; "" for none

	Start, End int    // where it is in the text that was parsed, in bytes
	Lost       string // what is missing of it or of what is in it, "" if it is whole

	undone bool // by Plain: its text says more than it does
}

// Item is a member of an object, or an element of a list.
type Item struct {
	Name  string // "" in a list
	Value *Node
}

// plainNames are the names of the form fields without their underscores: people
// print them in other ways, too, as "Task Token" or taskToken.
var plainNames = func() map[string]string {
	names := map[string]string{}
	for _, name := range decode.FieldNames() {
		names[strings.ReplaceAll(name, "_", "")] = name
	}
	return names
}()

// FieldName returns the name of the form field of Qencode that a name stands for,
// whatever its case and with or without "_", "-" and blanks; "" for other names.
func FieldName(name []byte) string {
	const longest = 20
	if len(name) > longest {
		return ""
	}
	plain := make([]byte, 0, longest)
	for _, c := range bytes.ToLower(name) {
		if c != '_' && c != '-' && c != ' ' {
			plain = append(plain, c)
		}
	}
	return plainNames[string(plain)]
}
