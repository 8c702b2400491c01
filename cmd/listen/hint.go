package listen

import (
	"net/http"
	"strings"
	"syscall"

	"qcb/cmd/errno"
)

// parsedJSON are parts of the errors of handlers that parse a callback as JSON, in lower case.
var parsedJSON = []string{
	"is not valid json",                   // Node.js 20
	"unexpected token",                    // Node.js, Ruby
	"invalid character '",                 // Go
	"looking for beginning of value",      // Go
	"jsondecodeerror",                     // Python
	"expecting value: line 1",             // Python
	"failed to decode json",               // Flask
	"did not attempt to load json",        // Flask
	"json decode error",                   // FastAPI
	"input should be a valid dictionary",  // FastAPI
	"json parse error",                    // Spring, Django REST framework
	"unrecognized token",                  // Jackson
	"jsonexception",                       // PHP, System.Text.Json
	"is an invalid start of a value",      // System.Text.Json
	"unexpected character encountered",    // Newtonsoft
	"json::parsererror",                   // Ruby
	"expected value at line 1",            // Rust
	"failed to parse the request body as", // Rust, axum
}

// formHint is also right if the handler failed to parse the payload.
const formHint = "a callback is a form, not JSON: parse the form, then its field status as JSON; the payload is JSON only if the job was started with JSON"

// hints say why a handler may have refused a callback. The first one that applies is shown.
var hints = []struct {
	applies func(a Answer, said string) bool
	hint    string
}{
	{
		func(a Answer, _ string) bool { return errno.Of(a.err) == syscall.ECONNREFUSED },
		"nothing listens there: is the handler running, and on this port?",
	},
	{
		func(a Answer, _ string) bool { return timedOut(a.err) },
		"a handler should answer first, and then do its work",
	},
	{
		func(_ Answer, said string) bool { return containsAny(said, parsedJSON...) },
		formHint,
	},
	{
		func(a Answer, said string) bool {
			return a.Status == http.StatusUnsupportedMediaType && !strings.Contains(said, "encoding")
		},
		"the handler does not take forms (application/x-www-form-urlencoded); a callback is one",
	},
	{
		func(a Answer, said string) bool {
			return a.Status == http.StatusRequestEntityTooLarge || containsAny(said, "payloadtoolarge", "entity too large")
		},
		"the handler, or a proxy before it, has a limit for the length of a body: raise it",
	},
	{
		func(a Answer, _ string) bool { return a.Status == http.StatusNotFound },
		"the handler does not know this path: is the path of the URL right?",
	},
	{
		func(a Answer, _ string) bool { // Python's http.server answers with 501.
			return a.Status == http.StatusMethodNotAllowed || a.Status == http.StatusNotImplemented
		},
		"the handler does not take POST on this path: is the path of the URL right?",
	},
	{
		func(a Answer, said string) bool {
			return a.Status == 419 || a.Status/100 == 4 && containsAny(said, "csrf", "xsrf", "invalidauthenticitytoken")
		},
		"the handler wants a CSRF token, which a callback does not have: exempt this path",
	},
	{
		func(a Answer, _ string) bool { return a.Status/100 == 3 },
		"redirects are not followed: name the URL that answers with 2xx",
	},
}

// Hint says what can be done if the handler did not take the callback, or "" if the answer
// does not tell.
func (a Answer) Hint() string {
	said := strings.ToLower(a.text())
	if a.Accepted() {
		if strings.Contains(said, "uncaught jsonexception") { // PHP may answer 200 with an error.
			return formHint
		}
		return ""
	}
	for _, h := range hints {
		if h.applies(a, said) {
			return h.hint
		}
	}
	return ""
}

func containsAny(text string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
