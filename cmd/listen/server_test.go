package listen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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
	if e := <-s.Events; e.Status != 408 || e.Refused != "only 12 bytes of the body arrived" {
		t.Errorf("first event %+v", e)
	}
	if e := <-s.Events; e.Status != 200 || string(e.Body) != "task_token=a&event=queued" || len(s.Events) != 0 {
		t.Errorf("second event %+v, and %d more", e, len(s.Events))
	}
}

// serve starts a server that takes whatever comes, and returns its address.
func serve(t *testing.T, s *Server) string {
	t.Helper()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Timeout, s.Events = LongestRequest, make(chan Event)
	go func() {
		for range s.Events {
		}
	}()
	server, _ := s.Serve(socket)
	t.Cleanup(func() {
		_ = server.Close()
		s.Finish()
	})
	return socket.Addr().String()
}

// postAccepted posts a callback, and fails if it is not answered with 200 within a time in
// which slow clients are not cut off yet.
func postAccepted(t *testing.T, address string) {
	t.Helper()
	client := http.Client{Timeout: longestHeadWait * 9 / 10}
	response, err := client.Post("http://"+address, formType, strings.NewReader("task_token=a&event=queued"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		t.Error(response.Status)
	}
}

const formType = "application/x-www-form-urlencoded"

// dial opens a connection and begins a request on it.
func dial(t *testing.T, address, begin string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprint(c, begin)
	return c
}

// TestSlowClients announces long bodies on many connections: what counts is what came.
func TestSlowClients(t *testing.T) {
	address := serve(t, &Server{MaxBody: 10 << 20})
	for range 40 {
		dial(t, address, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: "+formType+"\r\nContent-Length: 10485760\r\n\r\nt")
	}
	for range 40 {
		dial(t, address, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: "+formType+"\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nt\r\n")
	}
	postAccepted(t, address)
}

// TestIdleClients keeps as many connections open as there may be: the one that waits
// longest makes room.
func TestIdleClients(t *testing.T) {
	address := serve(t, &Server{MaxBody: 1000})
	for range mostConnections {
		dial(t, address, "")
	}
	postAccepted(t, address)
}

// TestTooMuch closes the connection whose client is slowest where others need its room,
// and refuses a body where only quicker ones are there.
func TestTooMuch(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	all := newConnections(socket, 100)
	defer all.Close()
	open := func() *connection {
		dial(t, socket.Addr().String(), "")
		c, err := all.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return c.(*connection)
	}
	first, second, third := open(), open(), open()
	if !first.hold(60) || !second.hold(40) {
		t.Error("100 bytes do not fit")
	}
	if !second.hold(1) || first.hold(1) || all.held != 41 || all.open != 2 {
		t.Errorf("%d bytes of %d connections are held", all.held, all.open)
	}
	if second.hold(70) {
		t.Error("the slowest client gets the room of a quicker one")
	}
	second.wait()
	if !third.hold(100) || third.hold(1) {
		t.Error("what was answered is still held, or there is too much room")
	}
	third.work()
	if second.hold(1) {
		t.Error("there is room beside a body that is being stored")
	}
	third.wait()
	if _ = third.Close(); all.held != 1 || all.open != 1 {
		t.Errorf("%d bytes of %d connections are held at the end", all.held, all.open)
	}
}

// TestQuickToRefuse posts bodies that once took minutes: what a server does for a body is
// linear in its length.
func TestQuickToRefuse(t *testing.T) {
	address := serve(t, &Server{MaxBody: 10 << 20})
	for name, body := range map[string]string{
		"signs":    strings.Repeat("=", 5<<20) + strings.Repeat("&", 5<<20),
		"payload":  "task_token=t&event=//x/" + strings.Repeat("a=/", 3<<20),
		"disguise": strings.Repeat("status token &amp;amp;amp; =3D3D3D \\\\\" ^%^^^ \"\"%\"\"\"%\" task_token%252525253D\x1b[0m\n", 100),
	} {
		response, err := (&http.Client{Timeout: LongestRequest}).Post("http://"+address, formType, strings.NewReader(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		response.Body.Close()
		if name == "payload" != (response.StatusCode == 200) {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
}

// TestPages refuses what web pages make browsers send.
func TestPages(t *testing.T) {
	address := serve(t, &Server{MaxBody: 1000, Path: "/a b", Origins: []string{"https://tool.example"}})
	for _, test := range []struct {
		name   string
		values []string
		status int
	}{
		{"Accept", []string{"*/*"}, 200},
		{"Sec-Fetch-Site", []string{"none"}, 200},
		{"Sec-Fetch-Site", []string{"cross-site"}, 403},
		{"Sec-Fetch-Site", []string{"same-origin"}, 403}, // after DNS rebinding
		{"Sec-Fetch-Site", []string{""}, 403},
		{"Sec-Fetch-Site", []string{"none", "cross-site"}, 403},
		{"Origin", []string{"https://evil.example"}, 403},
		{"Origin", []string{"null"}, 403},
		{"Origin", []string{""}, 403},
		{"Origin", []string{"https://tool.example"}, 200},
		{"Origin", []string{"https://tool.example", "https://evil.example"}, 403},
		{"Content-Encoding", []string{"identity"}, 200},
		{"Content-Encoding", []string{"gzip"}, 415},
	} {
		request, err := http.NewRequest("POST", "http://"+address+"/a%20b", strings.NewReader("task_token=a&event=queued"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", formType)
		request.Header[test.name] = test.values
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != test.status {
			t.Errorf("%s: %q is answered with %s", test.name, test.values, response.Status)
		}
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

// TestStoreLocked opens a file twice: the second one would cut off what the first one has
// written when a disk is full.
func TestStoreLocked(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	store, err := OpenStore(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenStore(name); !errors.Is(err, errInUse) {
		t.Errorf("the error is %v", err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	again, err := OpenStore(name)
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Close()
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
