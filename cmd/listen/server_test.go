package listen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSlowClient leaves a request unfinished: the server hangs up, and goes on.
func TestSlowClient(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{MaxBody: 1000, Timeout: 50 * time.Millisecond, Events: make(chan Event, 10)}
	server, _ := s.Serve(socket)
	for _, half := range []string{"POST / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ntask_token=a"} {
		client, err := net.Dial("tcp", socket.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(client, half)
		if answer, err := io.ReadAll(client); err != nil || strings.Contains(string(answer), "200") {
			t.Errorf("%q is answered with %q, %v", half, answer, err)
		}
	}
	response, err := http.Post("http://"+socket.Addr().String(), "application/x-www-form-urlencoded", strings.NewReader("task_token=a&event=queued"))
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("%v, %v", response, err)
	}
	response.Body.Close()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	s.Finish()
	if e := <-s.Events; e.Status != 408 || e.Refused != "only 12 bytes of the body came" {
		t.Errorf("first event %+v", e)
	}
	if e := <-s.Events; e.Status != 200 || string(e.Body) != "task_token=a&event=queued" || len(s.Events) != 0 {
		t.Errorf("second event %+v, and %d more", e, len(s.Events))
	}
}

// TestTooMuch refuses a body where others take all the room.
func TestTooMuch(t *testing.T) {
	s := &Server{MaxBody: 1000, Events: make(chan Event, 1), name: "qcb-1"}
	s.inFlight.Store(mostInFlight)
	r := httptest.NewRequest("POST", "/", strings.NewReader("task_token=a&event=queued"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 503 || w.Body.String() != "too many callbacks at one time\n" || s.inFlight.Load() != mostInFlight {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestRelay keeps the order, and takes no more than there is room for.
func TestRelay(t *testing.T) {
	relay := NewRelay()
	hold, started := make(chan struct{}), make(chan struct{})
	relay.Add(1, func() { close(started); <-hold })
	<-started
	var done []int
	for n := range mostQueued {
		if !relay.Add(1, func() { done = append(done, n) }) {
			t.Fatalf("number %d is refused", n)
		}
	}
	if relay.Add(1, func() {}) {
		t.Error("there is room for more")
	}
	close(hold)
	relay.Close()
	if len(done) != mostQueued || done[0] != 0 || done[mostQueued-1] != mostQueued-1 {
		t.Errorf("%d done", len(done))
	}

	relay = NewRelay()
	hold, started = make(chan struct{}), make(chan struct{})
	relay.Add(mostQueuedBytes, func() { close(started); <-hold })
	<-started
	if relay.Add(1, func() {}) {
		t.Error("there is room for more bytes")
	}
	close(hold)
	relay.Close()
}

// TestStore appends behind half a line, and flushes what comes together.
func TestStore(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := OpenStore(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"a", "b"} {
		if err := store.Append([]byte(line)); err != nil {
			t.Error(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, []byte("half\na\nb\n")) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := OpenStore(filepath.Join(name, "no")); err == nil {
		t.Error("a file below a file is opened")
	}
}

// TestBrokenListener closes the socket behind the server's back.
func TestBrokenListener(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, broken := (&Server{MaxBody: 1000, Timeout: time.Second, Events: make(chan Event)}).Serve(socket)
	defer server.Close()
	socket.Close()
	if err := <-broken; !errors.Is(err, net.ErrClosed) {
		t.Errorf("the error is %v", err)
	}
}
