package listen

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"qcb/cmd/errno"
)

// Target is a handler that callbacks are posted to.
type Target struct {
	URL     *url.URL
	NoQuery bool // leave out the query that a callback came with
	Timeout time.Duration
}

// ParseTarget parses an http:// or https:// URL. Without a scheme it is http://.
func ParseTarget(text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("not an http:// or https:// URL")
	}
	u.Fragment = ""
	return u, nil
}

// With returns the URL for a callback that came with a query, which is added to the
// target's own.
func (t *Target) With(query string) *url.URL {
	u := *t.URL
	if query = encodeBytes(query); query != "" && !t.NoQuery {
		if u.RawQuery != "" {
			query = u.RawQuery + "&" + query
		}
		u.RawQuery = query
	}
	return &u
}

// Answer is what a handler answered.
type Answer struct {
	Status int    // 0 if it did not answer
	body   []byte // its beginning
	took   time.Duration
	err    error
	within time.Duration // how long it had
}

// longestRead is how much of an answer is read, in bytes.
const longestRead = 64 << 10

// Post posts a body and returns the answer. It never posts twice, and does not follow
// redirects.
func (t *Target) Post(ctx context.Context, query string, header http.Header, body []byte) (a Answer) {
	a.within = t.Timeout
	begun := time.Now()
	defer func() { a.took = time.Since(begun) }()
	ctx, cancel := context.WithTimeout(ctx, t.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.With(query).String(), bytes.NewReader(body))
	if err != nil {
		a.err = err
		return a
	}
	request.Header = header.Clone()
	// Each request has a new connection: on an old one, it may be sent twice.
	client := http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		a.err = err
		return a
	}
	defer response.Body.Close()
	a.body, _ = io.ReadAll(io.LimitReader(response.Body, longestRead)) // What came is shown.
	a.Status = response.StatusCode
	return a
}

// Accepted reports whether the handler has taken the callback, as Qencode sees it.
func (a Answer) Accepted() bool { return a.Status/100 == 2 }

// String says what the answer was: "500 in 3 ms: what it said".
func (a Answer) String() string {
	switch {
	case errors.Is(a.err, context.Canceled):
		return "interrupted before the answer"
	case timedOut(a.err):
		return fmt.Sprintf("no answer in %v", a.within)
	case a.err != nil:
		return "no answer: " + Reason(a.err)
	}
	return fmt.Sprintf("%d in %s%s", a.Status, milliseconds(a.took), after(": ", []byte(a.text())))
}

// markup matches what a browser does not show of a page.
var markup = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)<(style|script|title)\b.*?</(style|script|title)>|<[^>]*>`)
})

// text returns what the handler said, as a browser would show it.
func (a Answer) text() string {
	text := strings.TrimSpace(string(a.body))
	if !strings.HasPrefix(text, "<") {
		return text
	}
	return strings.Join(strings.Fields(html.UnescapeString(markup().ReplaceAllString(text, " "))), " ")
}

func timedOut(err error) bool {
	var late net.Error
	return errors.As(err, &late) && late.Timeout()
}

// Reason says in a few words why an address, a connection or a program could not be used.
func Reason(err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		plain       tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &certificate):
		return "its certificate is not trusted"
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not speak TLS: use http://"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed"
	case errno.Of(err) != 0:
		return errno.Of(err).Error()
	case errors.As(err, &dns):
		return "no such host"
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}
