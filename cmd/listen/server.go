// Package listen receives callbacks over HTTP, as an endpoint of Qencode's tutorial
// does, and keeps them.
package listen

import (
	"bytes"
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
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"qcb/decode/capture"
)

// Bounds of what clients can make the server do.
const (
	mostConnections = 1000
	mostInFlight    = 256 << 20       // bytes of bodies that are received at one time
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
	SaveInvalid bool          // store what is no callback, too

	// Events receives what was answered. The server waits until it is taken.
	Events chan Event

	name     string // of this server among those that a request has passed
	inFlight atomic.Int64
	handlers sync.WaitGroup
}

// Event is a request that was answered.
type Event struct {
	Body        []byte
	ContentType string
	Via         string // the servers that the request has passed, with this one
	Status      int    // of the answer
	Refused     string // why the answer was not 200
}

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
		ErrorLog:          log.New(io.Discard, "", 0), // Clients that give up are no news.
	}
	failed := make(chan error, 1)
	go func() {
		if err := server.Serve(netutil.LimitListener(l, mostConnections)); err != http.ErrServerClosed {
			failed <- err
		}
	}()
	return server, failed
}

// Finish closes Events when all that was received has been taken. No connection must
// be open any more.
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
	passed := append(r.Header.Values("Via"), "1.1 "+s.name)
	e := Event{ContentType: r.Header.Get("Content-Type"), Via: strings.Join(passed, ", "), Status: http.StatusOK}
	no := s.receive(w, r, &e)
	switch {
	case no == nil:
		const answer = "Callback received"
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = io.WriteString(w, answer) // What a client that has gone sent is stored all the same.
	default:
		e.Status, e.Refused = no.status, no.reason
		if no.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", http.MethodPost)
		}
		http.Error(w, no.reason, no.status)
	}
	_ = http.NewResponseController(w).Flush() // The answer does not wait for whoever takes the event.
	s.Events <- e
}

// receive reads and stores a body. It returns nil when that is done.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, e *Event) *refusal {
	if s.Path != "" && !equal(r.URL.Path, s.Path) {
		return refuse(http.StatusNotFound, "not the path of callbacks")
	}
	if r.Method != http.MethodPost {
		return refuse(http.StatusMethodNotAllowed, "the method is %s, and a callback comes with POST", r.Method)
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" {
		return refuse(http.StatusUnsupportedMediaType, "the content encoding is %q, and a callback comes without one", encoding)
	}
	if kind, _, err := mime.ParseMediaType(e.ContentType); err != nil || kind != "application/x-www-form-urlencoded" {
		return refuse(http.StatusUnsupportedMediaType, "the content type is %q, and a callback comes as application/x-www-form-urlencoded", e.ContentType)
	}
	if strings.Count(e.Via, s.name) > 1 {
		return refuse(http.StatusLoopDetected, "it was forwarded from here")
	}
	size := r.ContentLength
	if size > s.MaxBody {
		return refuse(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", s.MaxBody)
	}
	if size < 0 {
		size = s.MaxBody
	}
	defer s.inFlight.Add(-size)
	if s.inFlight.Add(size) > max(mostInFlight, s.MaxBody) {
		return refuse(http.StatusServiceUnavailable, "too many callbacks at one time")
	}
	var err error
	if e.Body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, s.MaxBody)); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return refuse(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", s.MaxBody)
		}
		// Without an answer of our own it would be 200. The client may be gone.
		return refuse(http.StatusRequestTimeout, "only %d bytes of the body came", len(e.Body))
	}
	line, ok := capture.Line(e.Body)
	if s.Store != nil && (ok || s.SaveInvalid) {
		if err := s.Store.Append(line); err != nil {
			return refuse(http.StatusServiceUnavailable, "it cannot be stored: %s", Reason(err))
		}
	}
	if !ok {
		return refuse(http.StatusBadRequest, "%s", notCallback(e.Body))
	}
	return nil
}

// equal compares a path with a secret one in constant time.
func equal(path, secret string) bool {
	a, b := sha256.Sum256([]byte(path)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// notCallback says what a body is instead of a callback's, by its beginning: who
// sends what is none should not keep the server busy.
func notCallback(body []byte) string {
	const enough = 4 << 10 // bytes
	_, err := capture.NewReader(bytes.NewReader(body[:min(len(body), enough)]), 0).Next()
	var none *capture.NoCallbackError
	if errors.As(err, &none) {
		return none.Error()
	}
	return "not the whole form body of a callback with a task or an event"
}
