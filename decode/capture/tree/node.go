// Package tree parses what programs print, whatever they print it in, into one
// kind of tree: JSON, the literals of languages, blocks of "name: value" lines and
// tables all become objects, lists and scalars. It knows no product, and of a
// callback only the names of its form fields.
package tree

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

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

// lenient takes the JSON that servers send: names may repeat, and text may be cut
// inside a character.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// jsonLen is the length of the JSON value that text begins with; ok is false if
// there is none, and then the length is how far it is JSON.
func jsonLen(text []byte) (length int, ok bool) {
	d := jsontext.NewDecoder(bytes.NewBuffer(text), lenient...)
	_, err := d.ReadValue()
	if fault, ok := errors.AsType[*jsontext.SyntacticError](err); ok && !errors.Is(err, io.ErrUnexpectedEOF) {
		return int(fault.ByteOffset), false
	} else if err != nil {
		return len(text), false
	}
	return int(d.InputOffset()), true
}

// AppendJSON appends n as JSON. If the text of n is JSON, and n is whole and says no more
// than its text, the text is appended as it is: numbers, escapes, the order of names, names
// that repeat, and blanks stay. All else is translated.
func (n *Node) AppendJSON(dst, text []byte) []byte {
	raw := text[n.Start:n.End]
	switch {
	case n.Kind == Null:
		return append(dst, "null"...)
	case n.Kind == Word:
		return appendWord(dst, n.Text)
	case n.Kind == String:
		if len(raw) > 1 && raw[0] == '"' && jsontext.Value(raw).IsValid(lenient...) {
			if text, _ := jsontext.AppendUnquote(nil, raw); bytes.Equal(text, n.Text) {
				return append(dst, raw...)
			}
		}
		return appendQuoted(dst, n.Text)
	case n.Lost == "" && !n.undone && n.Type == "" && jsontext.Value(raw).IsValid(lenient...):
		return append(dst, raw...)
	}
	brackets := "[]"
	if n.Kind == Object {
		brackets = "{}"
	}
	dst = append(dst, brackets[0])
	for i, item := range n.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if n.Kind == Object {
			dst = append(appendQuoted(dst, []byte(item.Name)), ':')
		}
		dst = item.Value.AppendJSON(dst, text)
	}
	return append(dst, brackets[1])
}

// appendWord appends a word without quotes as JSON: as it is if it is a number,
// true and false in any case, else as a string.
func appendWord(dst, word []byte) []byte {
	switch string(word) {
	case "true", "True", "TRUE":
		return append(dst, "true"...)
	case "false", "False", "FALSE":
		return append(dst, "false"...)
	}
	if len(word) > 0 && (word[0] == '-' || word[0] >= '0' && word[0] <= '9') && jsontext.Value(word).IsValid() {
		return append(dst, word...)
	}
	return appendQuoted(dst, word)
}

// appendQuoted appends text as a JSON string; bytes that are no UTF-8 become U+FFFD.
func appendQuoted(dst, text []byte) []byte {
	dst, _ = jsontext.AppendQuote(dst, text)
	return dst
}

// plain names the members by which databases and protocols say the type of a value:
// {"S": "saved"}. What they hold is of the kind that is named here.
var plain = map[string]Kind{
	"S": String, "N": String, "BOOL": Word, "NULL": Word, "M": Object, "L": List, "SS": List, "NS": List,
	"stringValue": String, "integerValue": String, "doubleValue": Word, "booleanValue": Word, "nullValue": Null,
	"mapValue": Object, "arrayValue": Object, "intValue": String, "boolValue": Word,
	"$numberInt": String, "$numberLong": String, "$numberDouble": String, "$numberDecimal": String,
	"$oid": String, "$date": String,
}

// Plain undoes the wrappers that say the type of a value, {"S": "saved"}, everywhere
// in n: it returns n itself if it has none. The nodes it makes have the place of
// the ones they replace.
func (n *Node) Plain() *Node {
	if inner := n.wrapped(); inner != nil {
		made := *inner.Plain()
		made.Start, made.End, made.undone = n.Start, n.End, true
		if made.Lost == "" {
			made.Lost = n.Lost
		}
		return &made
	}
	var items []Item
	for i, item := range n.Items {
		if value := item.Value.Plain(); value != item.Value {
			if items == nil {
				items = append(items, n.Items...)
			}
			items[i].Value = value
		}
	}
	if items == nil {
		return n
	}
	made := *n
	made.Items, made.undone = items, true
	return &made
}

// wrapped returns what is in a wrapper, nil if n is none.
func (n *Node) wrapped() *Node {
	if len(n.Items) != 1 {
		return nil
	}
	name, value := n.Items[0].Name, n.Items[0].Value
	if kind, ok := plain[name]; !ok || kind != value.Kind && name != "$date" && !(kind == String && value.Kind == Word) {
		return nil
	}
	switch name {
	case "N", "integerValue", "intValue", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal":
		if _, err := strconv.ParseFloat(string(value.Text), 64); err != nil {
			return nil
		}
		number := *value
		number.Kind = Word
		return &number
	case "NULL":
		return &Node{Kind: Null}
	case "mapValue":
		return value.only("fields", Object)
	case "arrayValue":
		return value.only("values", List)
	}
	return value
}

// only returns the member of n with this name and kind if it has no other member;
// an empty n is an empty member.
func (n *Node) only(name string, kind Kind) *Node {
	switch {
	case len(n.Items) == 0:
		return &Node{Kind: kind}
	case len(n.Items) == 1 && n.Items[0].Name == name && n.Items[0].Value.Kind == kind:
		return n.Items[0].Value
	}
	return nil
}
