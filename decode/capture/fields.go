package capture

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// field is one field of a callback that was captured decoded.
type field struct {
	name  string
	value []byte
}

// fields are the fields of one callback, in the order captured.
type fields []field

// get returns the value of a field, nil if there is none.
func (f fields) get(name string) []byte {
	for _, one := range f {
		if one.name == name {
			return one.value
		}
	}
	return nil
}

// isCallback reports whether the fields are those of a callback: a status of
// Qencode's shape, or a task token together with an event.
func (f fields) isCallback() bool {
	status := f.get("status")
	if likeStatus(status) {
		return true
	}
	return isToken().Match(f.get("task_token")) && (isEvent().Match(f.get("event")) || beginsStatus(status))
}

// isToken matches a task token. Qencode's have 32 hexadecimal digits; what
// people make up for a test has others.
var isToken = pattern(`^[0-9A-Za-z][\w-]{0,63}$`)

// isQencodeToken matches a task token as Qencode makes them.
var isQencodeToken = pattern(`^[0-9a-f]{32}$`)

// isEvent matches the name of an event.
var isEvent = pattern(`^[a-z][a-z_]{0,31}$`)

// body encodes the fields as Qencode does, for a body of which the rest is known.
func (f fields) body(known Body) Body {
	if i := slices.IndexFunc(f, func(one field) bool { return one.name == "status" }); i >= 0 && !jsontext.Value(f[i].value).IsValid(lenient...) {
		// What was cut off comes last, as in a body that was.
		f = append(slices.Delete(slices.Clone(f), i, i+1), f[i])
	}
	var b strings.Builder
	for i, one := range f {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(one.name) + "=" + url.QueryEscape(string(one.value)))
	}
	known.Bytes = []byte(b.String())
	known.Rebuilt = true
	known.hasStatus = f.get("status") != nil
	return known
}

// plainNames are the names of the form fields without their underscores: people
// print them in other ways, too, as "Task Token" or taskToken.
var plainNames = func() map[string]string {
	names := map[string]string{}
	for _, name := range decode.FieldNames {
		names[strings.ReplaceAll(name, "_", "")] = name
	}
	return names
}()

// fieldName returns the name of a form field of Qencode, "" for other names.
func fieldName(name []byte) string {
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

// statusMembers are the names that Qencode gives the members of a status, with
// the kind of their value where it is always the same.
var statusMembers = map[string]jsontext.Kind{
	"status": '"', "percent": 0, "error": 0, "error_description": 0, "warnings": '[', "status_url": '"',
	"videos": '[', "audios": '[', "images": '[', "texts": '[',
	"duration": 0, "source_size": 0, "api_version": 0,
}

// likeStatus reports whether a text is the JSON of a status: an object with
// the members of one, or, where the text is cut off, the beginning of one.
func likeStatus(text []byte) bool {
	if !beginsStatus(text) {
		return false
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(text), lenient...)
	_, _ = d.ReadToken()
	var shape statusShape
	for {
		name, err := d.ReadToken()
		if err == nil && name.Kind() != '"' {
			return shape.ok()
		}
		var v jsontext.Value
		if err == nil {
			member := name.String()
			if v, err = d.ReadValue(); err == nil {
				shape.add(member, v.Kind())
			}
		}
		if err != nil {
			cut := errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF
			return (cut || shape.known > 0) && !shape.unlike
		}
	}
}

// statusShape counts what tells a status from the objects of other services.
type statusShape struct {
	known, unknown int  // members with names that a status has, and others
	telling        bool // one of them is seldom found elsewhere
	unlike         bool // one of them is of another kind than in a status
}

// add counts a member by its name and the kind of its value.
func (s *statusShape) add(name string, kind jsontext.Kind) {
	want, known := statusMembers[name]
	if !known {
		s.unknown++
		return
	}
	s.known++
	s.telling = s.telling || name == "error" || name == "error_description" || name == "status_url"
	s.unlike = s.unlike || want != 0 && kind != want && kind != 'n'
}

// ok reports whether the members are those of a status: at least three, one of
// them telling, and at most half as many others, which may be new ones.
func (s *statusShape) ok() bool {
	return s.known >= 3 && s.telling && !s.unlike && s.unknown <= s.known/2
}

// beginsStatus reports whether a text begins like the JSON of a status: its
// first member has a name that a status has.
func beginsStatus(text []byte) bool {
	name, ok := bytes.CutPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{"))
	if !ok {
		return false
	}
	name = bytes.TrimLeft(name, " \t\r\n")
	if len(name) == 0 {
		return true
	}
	if name, ok = bytes.CutPrefix(name, []byte(`"`)); !ok {
		return false
	}
	whole, _, ended := bytes.Cut(name[:min(len(name), 100)], []byte(`"`))
	if ended || len(name) >= 100 {
		_, known := statusMembers[string(whole)]
		return known
	}
	for known := range statusMembers {
		if strings.HasPrefix(known, string(name)) {
			return true // The text ends within the name.
		}
	}
	return false
}

// lenient are the options with which JSON is read as it was sent.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// sameCallback reports whether two bodies are of one callback, captured in two
// ways: they agree in every field that both have, and in a task or a status.
func sameCallback(a, b []byte) bool {
	one, _ := decode.Decode(a)
	two, _ := decode.Decode(b)
	agree := func(x, y string) bool { return x == "" || y == "" || x == y }
	if !agree(one.TaskToken, two.TaskToken) || !agree(one.Event, two.Event) || !agree(one.Payload, two.Payload) {
		return false
	}
	if one.Status == nil || two.Status == nil {
		return one.TaskToken != "" && one.TaskToken == two.TaskToken
	}
	return bytes.Equal(canonical(one.Status.Raw), canonical(two.Status.Raw))
}

func canonical(v jsontext.Value) jsontext.Value {
	v = slices.Clone(v)
	_ = v.Canonicalize(lenient...) // It is valid JSON.
	return v
}
