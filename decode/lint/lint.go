// Package lint says where a callback differs from those that Qencode is known to send:
// for tests of a handler whose bodies were written by hand.
//
// What is known comes from Qencode's tutorial on receiving callbacks, its API reference,
// and captured bodies. Qencode may send more than that one day: a difference is a question,
// not a proof.
package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// Difference is one way in which a callback differs.
type Difference struct {
	Field   string // name of the form field
	Pointer string // RFC 6901 JSON Pointer inside the field; "" if it is the whole field
	Text    string // what differs, in a few words, as they follow the name of a field
}

// String says what differs and where, in one line. It quotes what was sent: escape it
// before it goes to a terminal.
func (d Difference) String() string { return d.Field + d.Pointer + " " + d.Text }

// longestPayload is how many characters the API reference allows for the payload of a job.
const longestPayload = 1000

// Of returns the differences of a callback: those of its form fields first, then those of
// its status, in the order sent. Damage is not among them.
func Of(c *decode.Callback) []Difference {
	var l list
	fields, seen := checks(), map[string]bool{}
	for i := range c.Form {
		f := &c.Form[i]
		switch check, known := fields[f.Name]; {
		case !known:
			l.add(f.Name, "", "is not a field that Qencode sends")
		case seen[f.Name]:
			l.add(f.Name, "", "was sent twice")
		default:
			l.value(f.Name, "", check(string(f.Value)))
		}
		seen[f.Name] = true
	}
	// What is missing in a truncated body may have been sent.
	if !slices.ContainsFunc(c.Damage, func(d decode.Damage) bool { return d.Kind == decode.Truncated }) {
		for _, name := range []string{"task_token", "event", "callback_type", "status"} {
			if !seen[name] {
				l.add(name, "", "is missing")
			}
		}
	}
	if c.Event != "error" && (seen["error_code"] || seen["error_message"]) {
		l.add("event", "", fmt.Sprintf("is %q, but error_code and error_message are only sent with the event error", c.Event))
	}
	if c.Status != nil {
		r := reader{
			in:    jsontext.NewDecoder(bytes.NewReader(c.Status.Raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
			list:  &l,
			whole: !c.Status.Partial,
		}
		r.read(statusMembers(), "")
	}
	return l
}

// checks returns the checks of the values of the form fields. A check returns what is wrong,
// or "".
func checks() map[string]func(value string) string {
	return map[string]func(value string) string{
		"task_token": func(value string) string {
			if len(value) != 32 || strings.Trim(value, "0123456789abcdef") != "" {
				return fmt.Sprintf("is %q, but a token has 32 lower-case hexadecimal digits", value)
			}
			return ""
		},
		"event":         oneOf(decode.Events()...),
		"callback_type": oneOf("task", "stream"),
		"payload": func(value string) string {
			if n := utf8.RuneCountInString(value); n > longestPayload {
				return fmt.Sprintf("has %d characters, but the API allows %d", n, longestPayload)
			}
			return ""
		},
		"error_code": func(value string) string {
			if strings.Trim(value, "0123456789") != "" || value == "" {
				return fmt.Sprintf("is %q, but a code is a number", value)
			}
			return ""
		},
		"error_message": func(string) string { return "" },
		"status": func(value string) string {
			if start := strings.TrimLeft(value, " \t\r\n"); !strings.HasPrefix(start, "{") {
				return "is not a JSON object"
			}
			return ""
		},
	}
}

// oneOf returns the check that a value is one of the known ones.
func oneOf(known ...string) func(value string) string {
	return func(value string) string {
		if slices.Contains(known, value) {
			return ""
		}
		return fmt.Sprintf("is %q, but Qencode sends one of: %s", value, strings.Join(known, ", "))
	}
}

// list collects differences.
type list []Difference

func (l *list) add(field, pointer, text string) { *l = append(*l, Difference{field, pointer, text}) }

// value adds what a check has returned.
func (l *list) value(field, pointer, text string) {
	if text != "" {
		l.add(field, pointer, text)
	}
}

// member is what is known of a member of an object.
type member struct {
	needed bool
	check  func(value jsontext.Value) string // of a member that is not a list; nil for any value
	each   members                           // of a list: the members of each of its objects
}

type members map[string]member

// statusMembers returns the members of a status.
func statusMembers() members {
	text, number := member{check: isText}, member{check: isNumber}
	return members{
		// saved, started and others appear only in third-party clients.
		"status":            {needed: true, check: textOf(oneOf("queued", "downloading", "encoding", "saving", "completed", "error", "failed"))},
		"percent":           {check: isPercent},
		"error":             {needed: true, check: isFlag},
		"error_description": text,
		"warnings":          {each: members{"message": {needed: true, check: isText}, "details": text, "tag": text}},
		"status_url":        {check: isURL},
		"duration":          number,
		"source_size":       number,
		"api_version":       text,
		"videos":            {each: outputMembers()},
		"audios":            {each: outputMembers()},
		"images":            {each: outputMembers()},
		"texts":             {each: outputMembers("detected_language", "download_url", "cost")},
	}
}

// outputMembers returns the members of an output, with those that only some have. An output
// that failed may have come without a URL.
func outputMembers(others ...string) members {
	text, number := member{check: isText}, member{check: isNumber}
	all := members{
		"url": {check: isURL}, "tag": {needed: true, check: isText}, "user_tag": text, "profile": text, "output_format": text,
		"bitrate": number, "size": number, "duration": number,
		"status": text, "percent": {check: isPercent}, "error": {check: isFlag}, "error_description": text,
		"meta": {}, "storage": {}, "storage_info": {},
	}
	for _, name := range others {
		all[name] = member{}
	}
	return all
}

func isText(value jsontext.Value) string {
	if kind := value.Kind(); kind != '"' && kind != 'n' {
		return fmt.Sprintf("is %s, but Qencode sends a string or null", excerpt(value))
	}
	return ""
}

// textOf returns the check of a string.
func textOf(check func(value string) string) func(jsontext.Value) string {
	return func(value jsontext.Value) string {
		if value.Kind() != '"' {
			return fmt.Sprintf("is %s, but Qencode sends a string", excerpt(value))
		}
		return check(unquoted(value))
	}
}

// isNumber takes numbers within strings, too: Qencode sends both.
func isNumber(value jsontext.Value) string {
	if _, ok := decode.Number(unquoted(value)).Float(); !ok && value.Kind() != 'n' {
		return fmt.Sprintf("is %s, but Qencode sends a number", excerpt(value))
	}
	return ""
}

func isPercent(value jsontext.Value) string {
	if wrong := isNumber(value); wrong != "" {
		return wrong
	}
	if share, _ := decode.Number(unquoted(value)).Float(); share < 0 || share > 100 {
		return fmt.Sprintf("is %s, but a percentage is from 0 to 100", excerpt(value))
	}
	return ""
}

func isFlag(value jsontext.Value) string {
	if !slices.Contains([]string{"0", "1", "true", "false"}, unquoted(value)) {
		return fmt.Sprintf("is %s, but an error flag is 0 or 1", excerpt(value))
	}
	return ""
}

func isURL(value jsontext.Value) string {
	url := unquoted(value)
	switch scheme, rest, found := strings.Cut(url, "://"); {
	case value.Kind() != '"':
		return fmt.Sprintf("is %s, but Qencode sends a URL", excerpt(value))
	case !found || scheme == "" || rest == "":
		return fmt.Sprintf("is %s, which is not a URL", excerpt(value))
	case strings.IndexFunc(url, func(r rune) bool { return r <= ' ' || r == 0x7f }) >= 0:
		return "has a blank or a control character, which a URL cannot have"
	}
	return ""
}

// unquoted returns the text of a string, and any other value as it is.
func unquoted(value jsontext.Value) string {
	if value.Kind() != '"' {
		return string(value)
	}
	text, _ := jsontext.AppendUnquote(nil, value) // What is not UTF-8 is replaced.
	return string(text)
}

// excerpt returns a value, or its beginning.
func excerpt(value jsontext.Value) string {
	const most = 40
	if len(value) <= most {
		return string(value)
	}
	return strings.ToValidUTF8(string(value[:most]), "") + "…"
}

// reader reads a status. What it reads is valid JSON.
type reader struct {
	in    *jsontext.Decoder
	list  *list
	whole bool // whether the status is complete, so that an unread member is missing
}

// opens reads the bracket of an object or a list, or tells that something else was sent.
func (r reader) opens(bracket jsontext.Kind, what, pointer string) bool {
	if r.in.PeekKind() == bracket {
		_, _ = r.in.ReadToken()
		return true
	}
	value, _ := r.in.ReadValue()
	r.list.add("status", pointer, fmt.Sprintf("is %s, but Qencode sends %s", excerpt(value), what))
	return false
}

// read reads an object with these members, or tells that it is something else.
func (r reader) read(known members, pointer string) {
	if !r.opens('{', "an object", pointer) {
		return
	}
	seen := map[string]bool{}
	for r.in.PeekKind() == '"' {
		token, _ := r.in.ReadToken()
		name := token.String()
		at := string(r.in.StackPointer())
		m, found := known[name]
		switch {
		case !found:
			r.list.add("status", at, "is not a member that Qencode sends")
			_ = r.in.SkipValue()
		case seen[name]:
			r.list.add("status", at, "was sent twice")
			_ = r.in.SkipValue()
		case m.each != nil:
			r.readList(m.each, at)
		default:
			value, _ := r.in.ReadValue()
			if m.check != nil {
				r.list.value("status", at, m.check(value))
			}
		}
		seen[name] = true
	}
	_, _ = r.in.ReadToken()
	if !r.whole {
		return
	}
	var missing []string
	for name, m := range known {
		if m.needed && !seen[name] {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	for _, name := range missing {
		r.list.add("status", pointer+"/"+name, "is missing")
	}
}

// readList reads a list of objects with these members.
func (r reader) readList(each members, pointer string) {
	if !r.opens('[', "a list", pointer) {
		return
	}
	for i := 0; r.in.PeekKind() != ']' && r.in.PeekKind() != 0; i++ {
		r.read(each, fmt.Sprintf("%s/%d", pointer, i))
	}
	_, _ = r.in.ReadToken()
}
