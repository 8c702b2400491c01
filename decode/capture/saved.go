package capture

import (
	"bytes"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode/capture/stamp"
)

// AppendLine appends a line, without its ending, from which a Reader reads the request and its
// body again byte for byte, whatever the lines around it are. It is a JSON object with the members
// time, method, path, query, headers and body, in this order. A body that is not plain text is in
// base64, as bodyBase64. The values of a header that came several times are joined by commas.
//
// ok is false for what is not the body of a callback with a task or an event: a Reader passes over
// its line.
func (r Request) AppendLine(line []byte, headers map[string][]string, body []byte) (_ []byte, ok bool) {
	_, ok = bodyFind(body)
	member := func(before, name, value string) {
		line = append(line, before...)
		line, _ = jsontext.AppendQuote(line, name) // What is not UTF-8 becomes U+FFFD: bodies are in base64 then.
		line = append(line, ':')
		line, _ = jsontext.AppendQuote(line, value)
	}
	member("{", "time", r.written())
	member(",", "method", r.Method)
	member(",", "path", r.Path)
	member(",", "query", r.Query)
	line = append(line, `,"headers":{`...)
	for i, name := range slices.Sorted(maps.Keys(headers)) {
		member(",,"[:min(i, 1)], name, strings.Join(headers[name], ", "))
	}
	line = append(line, '}')
	if utf8.Valid(body) && bytes.IndexFunc(body, unicode.IsControl) < 0 {
		member(",", "body", string(body))
	} else {
		member(",", "bodyBase64", base64.StdEncoding.EncodeToString(body))
	}
	const del = "\x7f" // It would make the file binary; JSON does not escape it.
	return append(bytes.ReplaceAll(line, []byte(del), []byte(`\u007f`)), '}'), ok
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

// savedLine returns the request and the body in a line that AppendLine has made, and the name of
// the body. isSaved is false for any other line.
func savedLine(line []byte) (r Request, body []byte, name string, isSaved bool) {
	if !bytes.HasPrefix(line, []byte(`{"time":"`)) {
		return r, nil, "", false
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
	failed = token('"') != "headers" || d.PeekKind() != '{' || d.SkipValue() != nil || failed
	name, text := token('"'), token('"')
	if token('}'); failed || len(bytes.TrimSpace(line[d.InputOffset():])) > 0 {
		return r, nil, "", false
	}
	body = []byte(text)
	if name == "bodyBase64" {
		var err error
		body, err = base64.StdEncoding.DecodeString(text)
		failed = err != nil
	}
	r = Request{Method: values[1], Path: values[2], Query: values[3]}
	r.at(stamp.Value([]byte(values[0])))
	return r, body, name, !failed && (name == "body" || name == "bodyBase64")
}

// saved takes a line that AppendLine has made, and reports whether it is one. It ends the record
// before it, and is answered at once.
func (r *Reader) saved(line []byte, number int) bool {
	request, body, name, isSaved := savedLine(line)
	if !isSaved {
		return false
	}
	r.release()
	r.answer()
	f, ok := bodyFind(body)
	if !ok { // It was kept all the same, or another program writes such lines.
		r.take(search(line), line, number)
		r.from = number + 1
		return true
	}
	f.Bytes, f.Line, f.Place, f.Length, f.Request = body, number, "."+name, len(body), request
	if name == "bodyBase64" {
		f.Place += ", base64"
	}
	r.found, r.queue, r.from = true, append(r.queue, f.Body), number+1
	return true
}
