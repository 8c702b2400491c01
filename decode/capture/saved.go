package capture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
	"qcb/decode/capture/stamp"
)

// IsCallback reports whether the body of a request is that of a callback with a task or an
// event. Its JSON may lack percent-encoding, as in what people post to try a handler. A
// Reader passes over lines in which task_token is not named in plain text.
func IsCallback(body []byte) bool {
	form := decode.ParseForm(body)
	token := form.Last("task_token")
	if token != nil && bytes.ContainsAny(body[token.ValueStart:token.End], " \t\"'") {
		return false // Its fields were written apart from each other, or in quotes.
	}
	if _, ok := bodyFind(body); ok {
		return true
	}
	names := decode.FieldNames()
	return token != nil && len(token.Value) > 0 && !bytes.ContainsAny(token.Value, "\r\n") &&
		bytes.Contains(body, []byte("task_token=")) && slices.Contains(names[:], form[0].Name)
}

// AppendLine appends a line, without its ending, from which a Reader reads the request and its
// body again byte for byte, whatever the lines around it are. It is a JSON object with the members
// time, method, path, query, headers and body, in this order. A body that is not UTF-8 is in
// base64, as bodyBase64. The values of a header that came several times are joined by commas.
//
// If the request was refused, the reason comes before the body, and a Reader passes over the line.
func (r Request) AppendLine(line []byte, headers map[string][]string, refused string, body []byte) []byte {
	member := func(before, name, value string) {
		line = append(line, before...)
		line, _ = jsontext.AppendQuote(line, name) // What is not UTF-8 becomes U+FFFD: bodies are in base64 then.
		line = append(line, ':')
		line, _ = jsontext.AppendQuote(line, value)
	}
	start := len(line)
	member("{", "time", r.written())
	member(",", "method", r.Method)
	member(",", "path", r.Path)
	member(",", "query", r.Query)
	line = append(line, `,"headers":{`...)
	for i, name := range slices.Sorted(maps.Keys(headers)) {
		member(",,"[:min(i, 1)], name, strings.Join(headers[name], ", "))
	}
	line = append(line, '}')
	if refused != "" {
		member(",", "refused", refused)
	}
	if utf8.Valid(body) {
		member(",", "body", string(body))
	} else {
		member(",", "bodyBase64", base64.StdEncoding.EncodeToString(body))
	}
	return append(escapeControls(line, start), '}')
}

// escapeControls escapes the control characters in JSON from a place on that JSON does not escape:
// they would make the file binary.
func escapeControls(line []byte, start int) []byte {
	control := func(r rune) bool { return 0x7f <= r && r < 0xa0 }
	if bytes.IndexFunc(line[start:], control) < 0 {
		return line
	}
	text := string(line[start:])
	line = line[:start]
	for _, r := range text {
		if control(r) {
			line = fmt.Appendf(line, `\u%04x`, r)
		} else {
			line = utf8.AppendRune(line, r)
		}
	}
	return line
}

// written returns the time in RFC 3339, without a zone where none was written; "" for none.
func (r Request) written() string {
	switch {
	case r.Time.IsZero():
		return ""
	case r.Zoned:
		return r.Time.Format(time.RFC3339Nano)
	}
	return r.Time.Format("2006-01-02T15:04:05.999999999")
}

// saved is what a line has that AppendLine has made.
type saved struct {
	request Request
	headers map[string]string
	refused bool
	body    []byte
}

// savedLine parses a line that AppendLine has made. isSaved is false for any other line.
func savedLine(line []byte) (s saved, isSaved bool) {
	if !bytes.HasPrefix(line, []byte(`{"time":"`)) {
		return s, false
	}
	d, failed := jsontext.NewDecoder(bytes.NewBuffer(line)), false // Strict: what is not exact is not a saved line.
	token := func(kind jsontext.Kind) string {
		t, err := d.ReadToken()
		if failed = failed || err != nil || t.Kind() != kind; failed {
			return ""
		}
		return t.String()
	}
	token('{')
	var values [4]string
	for i, want := range []string{"time", "method", "path", "query"} {
		failed = token('"') != want || failed
		values[i] = token('"')
	}
	failed = token('"') != "headers" || failed
	token('{')
	s.headers = map[string]string{}
	for !failed && d.PeekKind() == '"' {
		name := token('"')
		s.headers[name] = token('"')
	}
	token('}')
	name, text := token('"'), token('"')
	if s.refused = name == "refused"; s.refused {
		name, text = token('"'), token('"')
	}
	if token('}'); failed || len(bytes.TrimSpace(line[d.InputOffset():])) > 0 {
		return s, false
	}
	s.body = []byte(text)
	if name == "bodyBase64" {
		var err error
		s.body, err = base64.StdEncoding.DecodeString(text)
		failed = err != nil
	}
	s.request = Request{Method: values[1], Path: values[2], Query: values[3]}
	s.request.at(stamp.Value([]byte(values[0])))
	return s, !failed && (name == "body" || name == "bodyBase64")
}

// saved takes a line that AppendLine has made, and reports whether it is one. It ends the record
// before it, and is answered at once.
func (r *Reader) saved(line []byte, number int) bool {
	s, isSaved := savedLine(line)
	if !isSaved {
		return false
	}
	r.release()
	f, _ := bodyFind(s.body)
	r.from = number + 1
	switch {
	case s.refused:
		r.skip(line, number)
	case !IsCallback(s.body): // Another program writes such lines.
		r.take(search(line), line, number)
		r.from = number + 1
	default:
		f.Bytes, f.Line, f.Request, f.Headers, f.encoded = s.body, number, s.request, s.headers, true
		r.found, r.requests = true, append(r.requests, request{find: f})
	}
	return true
}
