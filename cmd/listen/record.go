package listen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// record is a request as it is kept: JSON on a line, so that jq -r .body gives the
// body, and all commands read it.
type record struct {
	Time       string            `json:"time"`
	Method     string            `json:"method"`
	Path       string            `json:"path"`
	Query      string            `json:"query,omitempty"`
	Headers    map[string]string `json:"headers"`
	Refused    string            `json:"refused,omitempty"`
	Body       string            `json:"body,omitempty"`
	BodyBase64 []byte            `json:"bodyBase64,omitempty"` // of a body that is not UTF-8
}

// secrets are headers that are not kept.
var secrets = []string{"Authorization", "Cookie", "Proxy-Authorization"}

// line returns a request as a line, without its ending.
func (e *Event) line() []byte {
	r := record{
		Time: e.Time.Format("2006-01-02T15:04:05.000Z07:00"), Method: e.Method, Path: e.Path, Query: e.Query,
		Headers: map[string]string{}, Refused: e.Refused,
	}
	for name, values := range e.Header {
		if !slices.Contains(secrets, http.CanonicalHeaderKey(name)) {
			r.Headers[name] = strings.Join(values, ", ")
		}
	}
	if utf8.Valid(e.Body) {
		r.Body = string(e.Body)
	} else {
		r.BodyBase64 = e.Body
	}
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	_ = w.Encode(r) // Strings can always be encoded.
	return escapeControls(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// escapeControls escapes the control characters that JSON may have as they are: with
// them, programs take a file for a binary one.
func escapeControls(text []byte) []byte {
	control := func(r rune) bool { return 0x7f <= r && r < 0xa0 }
	if bytes.IndexFunc(text, control) < 0 {
		return text
	}
	var b []byte
	for _, r := range string(text) {
		if control(r) {
			b = fmt.Appendf(b, `\u%04x`, r)
		} else {
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// encodeBytes percent-encodes what would end or break a query: spaces, control
// characters, "#", and bytes that are not UTF-8.
func encodeBytes(query string) string {
	var b strings.Builder
	for i := 0; i < len(query); {
		r, n := utf8.DecodeRuneInString(query[i:])
		if r <= ' ' || r == 0x7f || r == '#' || r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, "%%%02X", query[i])
		} else {
			b.WriteString(query[i : i+n])
		}
		i += n
	}
	return b.String()
}

// now returns the time of a request, to the millisecond: what is kept is what is shown.
func now() time.Time { return time.Now().Truncate(time.Millisecond) }
