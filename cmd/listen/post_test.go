package listen

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"qcb/cmd/errno"
)

// TestHints gives what handlers answer a callback with that they do not take.
func TestHints(t *testing.T) {
	for _, test := range []struct {
		status     int
		body, hint string
	}{
		// Handlers that parse JSON.
		{400, `SyntaxError: Unexpected token 's', &quot;status=%7B&quot;... is not valid JSON`, "a callback is a form, not JSON"},                 // Express
		{500, `SyntaxError: Unexpected token s in JSON at position 0`, "a callback is a form, not JSON"},                                          // Node.js 18
		{500, `SyntaxError: "[object Object]" is not valid JSON`, "a callback is a form, not JSON"},                                               // Node.js 20
		{400, "invalid character 's' looking for beginning of value\n", "a callback is a form, not JSON"},                                         // Go
		{500, "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)", "a callback is a form, not JSON"},                        // Python
		{415, "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.", "a callback is a form, not JSON"}, // Flask
		{422, `{"detail":[{"type":"json_invalid","loc":["body",0],"msg":"JSON decode error"}]}`, "a callback is a form, not JSON"},                // FastAPI
		{422, `{"detail":[{"msg":"Input should be a valid dictionary or object to extract fields from"}]}`, "a callback is a form, not JSON"},     // FastAPI
		{400, `JSON parse error: Unrecognized token 'status': was expecting (JSON String, Number, …)`, "a callback is a form, not JSON"},          // Spring
		{500, `System.Text.Json.JsonException: 's' is an invalid start of a value. Path: $ | LineNumber: 0`, "a callback is a form, not JSON"},    // ASP.NET
		{500, `Unexpected character encountered while parsing value: s. Path '', line 0, position 0.`, "a callback is a form, not JSON"},          // ASP.NET
		{500, "PHP Fatal error:  Uncaught JsonException: Syntax error in /srv/callback.php:3", "a callback is a form, not JSON"},                  // PHP
		{200, "<b>Fatal error</b>:  Uncaught JsonException: Syntax error in <b>/srv/callback.php</b>", "a callback is a form, not JSON"},          // PHP, with display_errors
		{500, "JSON::ParserError (unexpected token at 'status=%7B'):", "a callback is a form, not JSON"},                                          // Ruby
		{500, "JSON::ParserError (unexpected character: 'status=%7B' at line 1 column 1):", "a callback is a form, not JSON"},                     // Ruby, json 2.10
		{400, "Failed to parse the request body as JSON: expected value at line 1 column 1", "a callback is a form, not JSON"},                    // Rust
		{415, `{"title":"Unsupported Media Type","status":415}`, "the handler does not take forms"},                                               // ASP.NET
		{415, `Content-Type 'application/x-www-form-urlencoded' is not supported`, "the handler does not take forms"},                             // Spring

		{413, "", "the handler, or a proxy before it, has a limit for the length of a body"},
		{500, "PayloadTooLargeError: request entity too large", "the handler, or a proxy before it, has a limit for the length of a body"},
		{403, "CSRF verification failed. Request aborted.", "the handler wants a CSRF token"}, // Django
		{419, "Page Expired", "the handler wants a CSRF token"},                               // Laravel
		{422, "ActionController::InvalidAuthenticityToken", "the handler wants a CSRF token"}, // Rails
		{404, "Cannot POST /callback", "the handler does not know this path"},                 // Express
		{404, "tried these URL patterns: csrf", "the handler does not know this path"},        // Django, with DEBUG
		{405, "", "the handler does not take POST on this path"},                              //
		{501, "Unsupported method ('POST')", "the handler does not take POST on this path"},   // Python, http.server
		{308, "", "redirects are not followed"},                                               //
		{500, "database is locked", ""},
		{500, "dateutil.parser._parser.ParserError: Unknown string format: soon", ""}, // Python, of a date
		{400, "no", ""},
		{403, "no", ""},
		{200, "ok", ""},
		{200, "Unexpected token", ""},
		{204, "", ""}, //
	} {
		got := Answer{Status: test.status, body: []byte(test.body)}.Hint()
		if test.hint == "" && got != "" || !strings.HasPrefix(got, test.hint) {
			t.Errorf("%d %s: the hint is %q, want %q", test.status, test.body, got, test.hint)
		}
	}
}

// TestAnswer shows a page as a browser does.
func TestAnswer(t *testing.T) {
	a := Answer{Status: 500, body: []byte("<!DOCTYPE html>\n<html><head><title>Error</title><style>a { b }</style></head><body>\n<pre>SyntaxError: &quot;x&quot; is <b>not</b> valid JSON<br> &nbsp; at JSON.parse</pre>")}
	if got, want := a.String(), "500 in 0 ms: SyntaxError: \"x\" is not valid JSON at JSON.parse"; got != want || a.Hint() != formHint {
		t.Errorf("%q, hint %q; want %q", got, a.Hint(), want)
	}
}

// TestPost posts to handlers that are there, late, and gone.
func TestPost(t *testing.T) {
	release := make(chan struct{})
	handler := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/late":
			<-release
		case "/moved":
			http.Redirect(w, r, "/", http.StatusMovedPermanently)
		default:
			fmt.Fprint(w, r.URL.RawQuery, " ", r.Header.Get("Content-Type"))
		}
	}))
	defer handler.Close()
	defer close(release)
	post := func(address, query string, within time.Duration) Answer {
		t.Helper()
		u, err := ParseTarget(address)
		if err != nil {
			t.Fatal(err)
		}
		a := (&Target{URL: u, Timeout: within}).Post(context.Background(), query, http.Header{"Content-Type": {"a/b"}}, []byte("x"))
		a.took = 0
		return a
	}
	if a := post(handler.URL+"/cb?token=1", "id=7 8\n#&x=%zz\xff", LongestRequest); !a.Accepted() || a.String() != "200 in 0 ms: token=1&id=7%208%0A%23&x=%zz%FF a/b" || a.Hint() != "" {
		t.Errorf("%s, hint %s", a, a.Hint())
	}
	if a := post(strings.TrimPrefix(handler.URL, "http://"), "", LongestRequest); a.String() != "200 in 0 ms: a/b" {
		t.Error(a)
	}
	if a := post(handler.URL+"/moved", "", LongestRequest); a.Accepted() || a.String() != "301 in 0 ms" || !strings.HasPrefix(a.Hint(), "redirects are not") {
		t.Errorf("%s, hint %s", a, a.Hint())
	}
	if a := post(handler.URL+"/late", "", time.Millisecond); a.Accepted() || a.String() != "no answer in 1ms" || a.Hint() != "a handler should answer first, and then do its work" {
		t.Errorf("%s, hint %s", a, a.Hint())
	}
	if a := post(strings.Replace(handler.URL, "http:", "https:", 1), "", LongestRequest); a.String() != "no answer: it does not speak TLS: use http://" {
		t.Error(a)
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	if a := post(secure.URL, "", LongestRequest); a.String() != "no answer: its certificate is not trusted" {
		t.Error(a)
	}
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	if a := post(gone.Addr().String(), "", LongestRequest); a.Accepted() || errno.Of(a.err) != syscall.ECONNREFUSED || a.String() != "no answer: connection refused" || !strings.HasPrefix(a.Hint(), "nothing listens there") {
		t.Errorf("%s, hint %s", a, a.Hint())
	}
	for _, address := range []string{"", "ftp://x/", "http://", "http://:80", "%", "a b"} {
		if u, err := ParseTarget(address); err == nil {
			t.Errorf("%q is the URL %s", address, u)
		}
	}
}
