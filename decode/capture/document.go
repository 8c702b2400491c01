package capture

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// searchDocument searches JSON documents.
func searchDocument(text []byte) []Body {
	s := newSearcher(text)
	var found []Body
	d := jsontext.NewDecoder(bytes.NewBuffer(text), lenient...)
	for d.PeekKind() != 0 {
		n, err := s.walk(d, text, "")
		if err != nil {
			break
		}
		found = append(found, n.found...)
	}
	return found
}

// node is a JSON value that was searched.
type node struct {
	raw    jsontext.Value
	found  []Body
	length int // a Content-Length in it that belongs to none of found
}

// walk searches the next JSON value of d, whose text is src. path is the place
// of the value in the document.
func (s *searcher) walk(d *jsontext.Decoder, src []byte, path string) (n node, err error) {
	start := int(d.InputOffset())
	switch kind := d.PeekKind(); {
	case kind == '{' && d.StackDepth() < deepest:
		n, err = s.object(d, src, path)
	case kind == '[' && d.StackDepth() < deepest:
		n, err = s.array(d, src, path)
	case kind == '"':
		var v jsontext.Value
		if v, err = d.ReadValue(); err == nil {
			text, _ := jsontext.AppendUnquote(nil, v) // It is a valid string.
			n.found = in(path, s.search(text))
		}
	default:
		err = d.SkipValue()
	}
	n.raw = bytes.TrimLeft(src[start:d.InputOffset()], ":, \t\r\n")
	return n, err
}

// object searches an object. It is a callback itself if it has the members of
// one, or is a status; else its members are searched, and an answer of
// /v1/status is one in which statuses have task tokens for names.
func (s *searcher) object(d *jsontext.Decoder, src []byte, path string) (n node, err error) {
	start := int(d.InputOffset())
	if _, err := d.ReadToken(); err != nil {
		return n, err
	}
	var (
		form   fields
		shape  statusShape
		state  bool   // whether there is a string named status
		header string // the value of a member called name
		beside []Body // found in members that are no fields
		event  gatewayEvent
	)
	for d.PeekKind() != '}' {
		token, err := d.ReadToken()
		if err != nil {
			return n, err
		}
		name := token.String()
		m, err := s.walk(d, src, member(path, name))
		if err != nil {
			return n, err
		}
		shape.add(name, m.raw.Kind())
		state = state || name == "status" && m.raw.Kind() == '"'
		value := text(m.raw)
		event.add(name, m.raw, value)
		if known := fieldName([]byte(name)); known != "" && value != nil && len(form) < decode.MaxFields {
			form = append(form, field{known, value})
		}
		if isQencodeToken().MatchString(name) && len(m.found) == 1 && m.found[0].bare {
			m.found[0] = fields{{"task_token", []byte(name)}, {"status", m.raw}}.body(Body{Place: m.found[0].Place, sure: true})
		}
		switch {
		case strings.EqualFold(name, "content-length"):
			n.length, _ = strconv.Atoi(string(value))
		case name == "name":
			header = string(value)
		case name == "value" && strings.EqualFold(header, "content-length"):
			n.length, _ = strconv.Atoi(string(value))
		case m.length > 0 && n.length == 0 && !strings.HasPrefix(name, "res"):
			n.length = m.length // but not that of a response
		}
		n.found = merged(n.found, m.found)
		if fieldName([]byte(name)) == "" {
			beside = merged(beside, m.found)
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return n, err
	}
	switch body, ok := event.posted(path); {
	case ok:
		n.found = []Body{body}
	case form.isCallback():
		n.found = merged(beside, []Body{form.body(Body{Place: path, sure: true})})
	case state && shape.ok():
		status := bytes.TrimLeft(src[start:d.InputOffset()], ":, \t\r\n")
		n.found = []Body{fields{{"status", status}}.body(Body{Place: path, sure: true, bare: true})}
	}
	n.claimLength()
	return n, nil
}

// gatewayEvent is what an event of a gateway tells of the body that was posted to
// it: all of the body, with its newlines, where it is in base64.
type gatewayEvent struct {
	encoded bool
	body    []byte
}

func (e *gatewayEvent) add(name string, raw jsontext.Value, value []byte) {
	switch name {
	case "isBase64Encoded":
		e.encoded = string(raw) == "true"
	case "body":
		e.body = value
	}
}

// posted returns the body, if it is that of a callback. path is the place of the
// event.
func (e *gatewayEvent) posted(path string) (b Body, ok bool) {
	if !e.encoded {
		return b, false
	}
	body, err := base64.StdEncoding.DecodeString(string(e.body))
	if callback, _ := isBody(body); err != nil || !callback {
		return b, false
	}
	if b, ok = formIn(body); !ok || len(b.Bytes) != len(body) {
		return b, false
	}
	b.Place, b.Held, b.at, b.sure = member(path, "body")+", base64", len(body), 0, true
	return b, true
}

// array searches the elements of an array. Pairs of names and values are a
// form, as HAR and Python's parse_qsl have it.
func (s *searcher) array(d *jsontext.Decoder, src []byte, path string) (n node, err error) {
	if _, err := d.ReadToken(); err != nil {
		return n, err
	}
	var form fields
	for i := 0; d.PeekKind() != ']'; i++ {
		m, err := s.walk(d, src, cmp.Or(path, ".")+"["+strconv.Itoa(i)+"]")
		if err != nil {
			return n, err
		}
		n.length = max(n.length, m.length)
		if len(n.found) <= mostBodies {
			n.found = append(n.found, m.found...)
		}
		if name, value := pair(m.raw); isField(name) && len(form) < decode.MaxFields {
			form = append(form, field{name, value})
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return n, err
	}
	if form = form.unescaped(); form.isCallback() {
		n.found = []Body{form.body(Body{Place: path, sure: true})}
	}
	n.claimLength()
	return n, nil
}

// claimLength gives the Content-Length of a request to its body.
func (n *node) claimLength() {
	if n.length == 0 || len(n.found) == 0 {
		return
	}
	for i := range n.found {
		if b := &n.found[i]; b.Length == 0 && !b.Rebuilt {
			b.Length = n.length
		}
	}
	n.length = 0
}

// pair reads {"name": …, "value": …}, {"key": …, "value": …} and [name, value].
func pair(raw jsontext.Value) (name string, value []byte) {
	d := jsontext.NewDecoder(bytes.NewBuffer(raw), lenient...)
	kind := d.PeekKind()
	if kind != '{' && kind != '[' {
		return "", nil
	}
	_, _ = d.ReadToken()
	for n := 0; d.PeekKind() != '}' && d.PeekKind() != ']'; n++ {
		key := []string{"name", "value", ""}[min(n, 2)]
		if kind == '{' {
			token, err := d.ReadToken()
			if err != nil {
				return "", nil
			}
			key = token.String()
		}
		v, err := d.ReadValue()
		if err != nil || n == 10 { // A pair may have a comment or a type, too.
			return "", nil
		}
		switch key {
		case "name", "key":
			name = string(text(v))
		case "value":
			value = slices.Clone(text(v))
		}
	}
	return name, value
}

// text returns the text that a JSON value is for a form field: a string's, that
// of the only element of an array, the JSON of anything else; nil for null.
func text(v jsontext.Value) []byte {
	switch v.Kind() {
	case 'n':
		return nil
	case '"':
		s, _ := jsontext.AppendUnquote(nil, v) // It is valid.
		return s
	case '[':
		if only := bytes.TrimSpace(v[1 : len(v)-1]); len(only) > 0 && only[0] == '"' {
			d := jsontext.NewDecoder(bytes.NewBuffer(only), lenient...)
			if s, err := d.ReadValue(); err == nil && int(d.InputOffset()) == len(only) {
				return text(s)
			}
		}
	}
	return v
}

// unescaped decodes the values of fields that still have their escapes, as some
// browsers put them into a HAR.
func (f fields) unescaped() fields {
	if status := bytes.TrimLeft(f.get("status"), " "); !beginsJSON(status) || status[0] == '{' {
		return f
	}
	for i := range f {
		f[i].value = unescapedForm(f[i].value)
	}
	return f
}

// unescapedForm decodes the value of a form field. A bad escape leaves it as it
// is.
func unescapedForm(value []byte) []byte {
	plain, err := url.QueryUnescape(string(value))
	if err != nil {
		return value
	}
	return []byte(plain)
}

// plainMember matches a name that stands in a path as it is.
var plainMember = pattern(`^[A-Za-z_][\w-]*$`)

// member returns the path of a member of the object at path, as jq has it.
func member(path, name string) string {
	if !plainMember().MatchString(name) {
		return fmt.Sprintf("%s[%q]", cmp.Or(path, "."), name)
	}
	return path + "." + name
}
