// Package listen receives callbacks over HTTP, like the endpoint in Qencode's tutorial,
// stores them, and passes them on.
package listen

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"qcb/decode/capture"
)

// Bounds of a request.
const (
	longestHead     = 16 << 10        // bytes
	longestHeadWait = 5 * time.Second // for the head of a request
	longestIdle     = 2 * time.Minute
)

// LongestRequest is how long a client has for a request.
const LongestRequest = 30 * time.Second

// Server receives callbacks. Its fields must not change once it serves.
type Server struct {
	Path        string        // the only path that is served, compared in constant time; "" for any
	MaxBody     int64         // the longest body, in bytes
	Timeout     time.Duration // for a request and its answer
	Store       *Store        // nil to keep nothing
	SaveInvalid bool          // store what is not a callback, too
	Origins     []string      // the web pages that may send callbacks: https://example.com
	Answer      int           // the status that a callback is answered with, 0 for 200

	// Events receives what was answered. The server waits until it is taken.
	Events chan Event

	name     string // of this server among those that a request has passed
	handlers sync.WaitGroup
}

// Event is a request that was answered.
type Event struct {
	Time    time.Time
	Method  string
	Path    string // as it came, percent-encoded
	Query   string
	Header  http.Header
	Via     string // the servers that it has passed, with this one
	Body    []byte
	Status  int    // of the answer
	Refused string // why it was not taken as a callback
}

// connectionKey is the key of a request's connection in its context.
type connectionKey struct{}

// Serve accepts connections on l until the returned server is shut down. broken receives
// the error if l fails before that.
func (s *Server) Serve(l net.Listener) (server *http.Server, broken <-chan error) {
	s.name = "qcb-" + rand.Text()
	server = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: min(s.Timeout, longestHeadWait),
		ReadTimeout:       s.Timeout,
		WriteTimeout:      s.Timeout,
		IdleTimeout:       longestIdle,
		MaxHeaderBytes:    longestHead,
		ErrorLog:          log.New(io.Discard, "", 0), // Clients that give up are not news.
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, c)
		},
	}
	failed := make(chan error, 1)
	go func() {
		if err := server.Serve(newConnections(l, max(mostHeld, s.MaxBody))); err != http.ErrServerClosed {
			failed <- err
		}
	}()
	return server, failed
}

// Finish closes Events when all that was received has been taken. All connections must
// be closed.
func (s *Server) Finish() {
	s.handlers.Wait()
	close(s.Events)
}

// refusal is an answer other than 200.
type refusal struct {
	status int
	reason string
}

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// ServeHTTP receives a callback: it answers 200 when it is stored.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handlers.Add(1)
	defer s.handlers.Done()
	c := r.Context().Value(connectionKey{}).(*connection)
	defer c.wait()
	e := Event{
		Time: now(), Method: r.Method, Path: r.URL.EscapedPath(), Query: encodeBytes(r.URL.RawQuery),
		Header: r.Header, Via: strings.Join(append(r.Header.Values("Via"), "1.1 "+s.name), ", "),
		Status: cmp.Or(s.Answer, http.StatusOK),
	}
	no := s.receive(w, r, c, &e)
	c.work() // also where it was refused before its body was read
	switch {
	case no != nil:
		e.Status, e.Refused = no.status, no.reason
		if no.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", http.MethodPost)
		}
		http.Error(w, no.reason, no.status)
	case s.Answer != 0:
		http.Error(w, fmt.Sprintf("Callback received, and answered with %d", s.Answer), s.Answer)
	default:
		const answer = "Callback received"
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = io.WriteString(w, answer) // What a client that has gone sent is stored all the same.
	}
	_ = http.NewResponseController(w).Flush() // The answer does not wait for whoever takes the event.
	s.Events <- e
}

// receive reads and stores a body. It returns nil when that is done.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, c *connection, e *Event) *refusal {
	if s.Path != "" && !equal(r.URL.Path, s.Path) && !equal(r.URL.EscapedPath(), s.Path) {
		return refuse(http.StatusNotFound, "not the path of callbacks")
	}
	if r.Method != http.MethodPost {
		return refuse(http.StatusMethodNotAllowed, "the method is %s, but a callback is a POST", r.Method)
	}
	if no := s.refusePage(w, r); no != nil {
		return no
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return refuse(http.StatusUnsupportedMediaType, "the content encoding is %q, but a callback has none", encoding)
	}
	contentType := r.Header.Get("Content-Type")
	if kind, _, err := mime.ParseMediaType(contentType); err != nil || kind != "application/x-www-form-urlencoded" {
		return refuse(http.StatusUnsupportedMediaType, "the content type is %q, but that of a callback is application/x-www-form-urlencoded", contentType)
	}
	if strings.Count(e.Via, s.name) > 1 {
		return refuse(http.StatusLoopDetected, "it was already forwarded from here")
	}
	if r.ContentLength > s.MaxBody {
		return refuse(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", s.MaxBody)
	}
	var err error
	if e.Body, err = io.ReadAll(counted{http.MaxBytesReader(w, r.Body, s.MaxBody), c}); err != nil {
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			return refuse(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", s.MaxBody)
		case errors.Is(err, errNoRoom):
			return refuse(http.StatusServiceUnavailable, "too many callbacks at once")
		}
		// Without an answer of our own it would be 200. The client may be gone.
		return refuse(http.StatusRequestTimeout, "only %d bytes of the body arrived", len(e.Body))
	}
	c.work()
	var no *refusal
	if !capture.IsCallback(e.Body) {
		no = refuse(http.StatusBadRequest, "%s", notCallback(e.Body))
		e.Refused = no.reason
	}
	if s.Store != nil && (no == nil || s.SaveInvalid) {
		if err := s.Store.Append(e.line()); err != nil {
			return refuse(http.StatusServiceUnavailable, "it cannot be stored: %s", Reason(err))
		}
	}
	return no
}

// refusePage refuses requests that a web page made a browser send. Browsers send Origin or
// Sec-Fetch-Site with every POST to another site; servers send neither, not even an empty one.
func (s *Server) refusePage(w http.ResponseWriter, r *http.Request) *refusal {
	origins, sites := r.Header.Values("Origin"), r.Header.Values("Sec-Fetch-Site")
	switch {
	case len(origins) == 1 && slices.Contains(s.Origins, origins[0]):
		w.Header().Set("Access-Control-Allow-Origin", origins[0])
	case len(origins) > 0:
		return refuse(http.StatusForbidden, "it comes from a web page (Origin: %s), not from a server", strings.Join(origins, ", "))
	case len(sites) > 0 && !slices.Equal(sites, []string{"none"}):
		return refuse(http.StatusForbidden, "it comes from a web page (Sec-Fetch-Site: %s), not from a server", strings.Join(sites, ", "))
	}
	return nil
}

// errNoRoom is the error of a body that does not fit beside those of others.
var errNoRoom = errors.New("too much at once")

// counted counts a body as it comes.
type counted struct {
	body io.Reader
	c    *connection
}

func (r counted) Read(b []byte) (int, error) {
	n, err := r.body.Read(b)
	if !r.c.hold(int64(n)) {
		return n, errNoRoom
	}
	return n, err
}

// equal compares a path with a secret one in constant time.
func equal(path, secret string) bool {
	a, b := sha256.Sum256([]byte(path)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// notCallback says what a body is if it is not a callback. It reads only the beginning, so
// that other bodies do not keep the server busy.
func notCallback(body []byte) string {
	const enough = 4 << 10 // bytes
	_, err := capture.NewReader(bytes.NewReader(body[:min(len(body), enough)]), 0).Next()
	var none *capture.NoCallbackError
	if errors.As(err, &none) {
		return none.Error()
	}
	return "not the whole form body of a callback with a task or an event"
}
