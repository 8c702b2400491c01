package cmd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"qcb/cmd/listen"
	"qcb/decode/sample"
)

// listening is a running qcb listen.
type listening struct {
	url    string
	out    bytes.Buffer // complete when it has ended
	errs   bytes.Buffer // the same, but for its first line
	ended  chan int     // receives the exit status
	reader chan struct{}
}

// startListen runs qcb listen in this process, on a port of its own.
func startListen(t *testing.T, args ...string) *listening {
	t.Helper()
	l := &listening{ended: make(chan int, 1)}
	errs, w := io.Pipe()
	go func() {
		status := Run(append([]string{"listen", "127.0.0.1:0"}, args...), Streams{Out: &l.out, Err: w, Getenv: func(string) string { return "" }})
		w.Close()
		<-l.reader
		l.ended <- status
	}()
	l.follow(t, errs)
	return l
}

// follow reads standard error: the address first.
func (l *listening) follow(t *testing.T, errs io.Reader) {
	t.Helper()
	r := bufio.NewReader(errs)
	line, err := r.ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "qcb: listening on ")
	if !ok {
		t.Fatalf("standard error begins with %q, %v", line, err)
	}
	l.url = address
	l.reader = make(chan struct{})
	go func() {
		_, _ = l.errs.ReadFrom(r)
		close(l.reader)
	}()
}

// messages returns what it said on standard error without the times, without how to try
// it, and without how many callbacks were still to be passed on.
func (l *listening) messages() string {
	text := regexp.MustCompile(`(?m)^qcb: \d\d:\d\d:\d\d(: |, )`).ReplaceAllString(l.errs.String(), "qcb: ")
	text = regexp.MustCompile(`(?m)^(hint: try it|hint: callbacks are not signed|qcb: still passing on).*\n`).ReplaceAllString(text, "")
	return regexp.MustCompile(`in \d+ ms`).ReplaceAllString(text, "in MS")
}

// post posts a body as Qencode does, and returns the answer.
func (l *listening) post(t testing.TB, path, body string) (status int, answer string) {
	t.Helper()
	response, err := http.Post(l.url+path, "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return readAnswer(t, response)
}

func readAnswer(t testing.TB, response *http.Response) (status int, answer string) {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(text)
}

// clock matches the time before what is shown, and the date before the first one of a day.
var clock = regexp.MustCompile(`(?m)^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d `)

// savedLine is a line of the file of --save.
type savedLine struct {
	Time, Method, Path, Query, Refused, Body string
	BodyBase64                               []byte
	Headers                                  map[string]string
}

// records parses the file of --save.
func records(t *testing.T, file []byte) []savedLine {
	t.Helper()
	var all []savedLine
	for line := range bytes.Lines(file) {
		var r savedLine
		if err := json.Unmarshal(line, &r); err != nil || !bytes.HasSuffix(line, []byte("}\n")) {
			t.Fatalf("%v: %q", err, line)
		}
		all = append(all, r)
	}
	return all
}

// TestListen sends what an endpoint gets, and ends with the callback waited for.
func TestListen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(file, []byte("task_token=old&event=queued\nhalf a li"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := startListen(t, "--save", file, "--until", "saved", "--max-body", "3000")
	const queued = "task_token=a&event=queued&payload=%1b%5b2J"
	for _, test := range []struct {
		path, body, want string
	}{
		{"/", queued, "200 Callback received"},
		{"/any/path?id=1", queued, "200 Callback received"},
		{"/", "a=b", "400 no Qencode callback: it looks like the form of something else: a=b\n"},
		{"/", "", "400 no Qencode callback: the input is empty\n"},
		{"/", "task_token=a&event=queued&x=" + strings.Repeat("x", 3000), "413 the body is longer than 3000 bytes\n"},
		{"/", "task_token=cut&event=saved_&status=%7B%22error%22%3A0%2C%22vid", "200 Callback received"},
		{"/", "task_token=b&event=queued&status=%7B%22error%22%3A0,\n%22status%22:%22queued%22%7D\n", "200 Callback received"},
	} {
		status, answer := l.post(t, test.path, test.body)
		if got := fmt.Sprintf("%d %s", status, answer); got != test.want {
			t.Errorf("%s is answered with %q, want %q", test.body, got, test.want)
		}
	}
	response, err := http.Get(l.url)
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := readAnswer(t, response); status != 405 || response.Header.Get("Allow") != "POST" || answer != "the method is GET, but a callback is a POST\n" {
		t.Errorf("GET is answered with %d, %v, %q", status, response.Header, answer)
	}
	if response, err = http.Post(l.url, "application/json", strings.NewReader("{}")); err != nil {
		t.Fatal(err)
	}
	if status, _ := readAnswer(t, response); status != 415 {
		t.Errorf("JSON is answered with %d", status)
	}
	saved := string(sample.NewJob(rand.New(rand.NewPCG(1, 0))).Body("failed"))
	if status, _ := l.post(t, "/", saved); status != 200 {
		t.Errorf("the last one is answered with %d", status)
	}
	if status := <-l.ended; status != exitNo {
		t.Errorf("exit status %d, want that of check for a failed job", status)
	}
	wantOut := `pending, event queued, task a
pending, event queued, task a, sent 2 times
unknown: its status does not name a state, event saved_, task cut, unknown-event
pending: queued, event queued, task b
FAILED: Error downloading video: HTTP 403, event saved, task 9927a129abed290316d0078c4a605356
`
	if got := clock.ReplaceAllString(l.out.String(), ""); got != wantOut {
		t.Errorf("output\n%s\nwant\n%s", got, wantOut)
	}
	wantErrs := `qcb: refused with 400: no Qencode callback: it looks like the form of something else: a=b
qcb: refused with 400: no Qencode callback: the input is empty
qcb: refused with 413: the body is longer than 3000 bytes
qcb: status is truncated (byte 62 of the body)
hint: only what was complete is used; check for a length limit where the body was captured
qcb: refused with 405: the method is GET, but a callback is a POST
qcb: refused with 415: the content type is "application/json", but that of a callback is application/x-www-form-urlencoded
`
	if got := l.messages(); got != wantErrs {
		t.Errorf("standard error\n%s\nwant\n%s", got, wantErrs)
	}
	if mode, err := os.Stat(file); err != nil || mode.Size() == 0 {
		t.Error(err)
	}
	_, out, _ := run(nil, "-q", "list", "-o", "tsv", "--columns", "task", file)
	if want := "task\nold\na\ncut\nb\n9927a129abed290316d0078c4a605356\n"; out != want {
		t.Errorf("the file has the tasks\n%swant\n%s", out, want)
	}
}

// TestListenJSON prints JSON for a pipe, and serves one path.
func TestListenJSON(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	l := startListen(t, "--json", "--path", "/cb/SECRET", "--until", "done", "--save", file, "--save-invalid")
	for _, test := range []struct{ path, body, want string }{
		{"/", "task_token=a&event=queued", "404 not the path of callbacks\n"},
		{"/cb/SECRE", "task_token=a&event=queued", "404 not the path of callbacks\n"},
		{"/cb/SECRET", "a=b", "400 no Qencode callback: it looks like the form of something else: a=b\n"},
		{"/cb/SECRET", "a=b\nc", "400 no Qencode callback: it looks like the form of something else: a=b\n"},
		{"/cb/SECRET", "task_token=done7&event=error", "200 Callback received"},
	} {
		status, answer := l.post(t, test.path, test.body)
		if got := fmt.Sprintf("%d %s", status, answer); got != test.want {
			t.Errorf("%s is answered with %q, want %q", test.path, got, test.want)
		}
	}
	if status := <-l.ended; status != exitNo || l.out.String() != `{"task_token":"done7","event":"error"}`+"\n" || strings.Contains(l.url+l.errs.String(), "SECRET") {
		t.Errorf("exit status %d, output %q, standard error %q", status, &l.out, &l.errs)
	}
	stored, err := os.ReadFile(file)
	var bodies []string
	for _, r := range records(t, stored) {
		bodies = append(bodies, r.Body+r.Refused[:min(20, len(r.Refused))])
	}
	if want := []string{"a=bno Qencode callback:", "a=b\ncno Qencode callback:", "task_token=done7&event=error"}; err != nil || !slices.Equal(bodies, want) {
		t.Errorf("stored %q, %v; want %q", bodies, err, want)
	}
}

// TestListenVerbose shows a callback as show does.
func TestListenVerbose(t *testing.T) {
	l := startListen(t, "-v", "--until", "queued")
	l.post(t, "/", "task_token=a&event=queued")
	if status := <-l.ended; status != exitPending || regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`).ReplaceAllString(l.out.String(), "DATE TIME") != "pending\nfrom     DATE TIME\ntask     a\nevent    queued\n\n" {
		t.Errorf("exit status %d, output\n%s", status, &l.out)
	}
}

// TestListenForward passes callbacks on to a handler, and to one that is not there.
func TestListenForward(t *testing.T) {
	var got []string
	handler := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		got = append(got, fmt.Sprintf("%s %s %s %v", r.Method, r.Header.Get("Content-Type"), body, err))
		http.Error(w, "no\x1b[2J", http.StatusTeapot)
	}))
	l := startListen(t, "--forward", handler.URL+"/cb?token=secret", "--until", "saved")
	l.post(t, "/", "task_token=a&event=queued&x=%zz")
	l.post(t, "/", "task_token=a&event=saved")
	<-l.ended
	handler.Close()
	if want := []string{"POST application/x-www-form-urlencoded task_token=a&event=queued&x=%zz <nil>", "POST application/x-www-form-urlencoded task_token=a&event=saved <nil>"}; !slices.Equal(got, want) {
		t.Errorf("forwarded %q, want %q", got, want)
	}
	report := regexp.MustCompile(`(?m)^qcb: \d\d:\d\d:\d\d, task a: forwarded to http://127\.0\.0\.1:\d+/cb\?token=\*\*\* and got 418 in \d+ ms: no\\x1b\[2J$`)
	if n := len(report.FindAllString(l.errs.String(), -1)); n != 2 {
		t.Errorf("%d reports in\n%s", n, &l.errs)
	}
	l = startListen(t, "--forward", handler.URL, "--until", "saved")
	if status, answer := l.post(t, "/", "task_token=a&event=saved"); status != 200 {
		t.Errorf("%d %s", status, answer)
	}
	<-l.ended
	if got, want := l.messages(), "qcb: task a: forwarded to "+handler.URL+" and got no answer: connection refused\nhint: nothing listens there: is the handler running, and on this port?\n"; got != want {
		t.Errorf("standard error %q, want %q", got, want)
	}
}

// TestListenQuiet checks that failures of a handler are reported with --quiet, too, and what
// it accepts is not.
func TestListenQuiet(t *testing.T) {
	var errs bytes.Buffer
	a := &app{Streams: Streams{Out: io.Discard, Err: &errs, Getenv: getenv("")}, quiet: true, hinted: map[string]bool{}}
	a.out = bufio.NewWriter(a.Out)
	l := &listener{app: a, listenOptions: &listenOptions{}, printer: listen.NewRelay(), broken: make(chan error, 1), jobs: newOutcomes()}
	results := []passed{{"forwarded", "", true}, {"refused", "try again", false}}
	l.passes = []pass{{"forward", listen.NewRelay(), func(listen.Event, *found) passed {
		result := results[0]
		results = results[1:]
		return result
	}}}
	for range 2 {
		l.take(listen.Event{Body: []byte("task_token=a&event=queued")})
	}
	l.closeRelays()
	if got, want := errs.String(), "qcb: 00:00:00, task a: refused\n"; got != want || a.status != 0 {
		t.Errorf("exit status %d, standard error %q, want %q", a.status, got, want)
	}
}

// TestListenLoop forwards callbacks to where they come back: they are not passed on
// again.
func TestListenLoop(t *testing.T) {
	var l *listening
	back := make(chan bool, 2)
	around := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Add("Via", "1.1 other")
		target, err := url.Parse(l.url)
		if err != nil {
			t.Error(err)
		}
		proxy := httputil.NewSingleHostReverseProxy(target)
		proxy.ErrorLog = log.New(io.Discard, "", 0) // The last one is not let in any more.
		proxy.ServeHTTP(w, r)
		back <- true
	}))
	defer around.Close()
	l = startListen(t, "--forward", around.URL, "--until", "saved")
	l.post(t, "/", "task_token=a&event=queued")
	<-back
	l.post(t, "/", "task_token=b&event=saved")
	<-l.ended
	for _, want := range []string{"qcb: refused with 508: it was already forwarded from here\n", " and got 508 in MS: it was already forwarded from here\n"} {
		if !strings.Contains(l.messages(), want) {
			t.Errorf("standard error %q, want %q in it", l.messages(), want)
		}
	}
}

// TestListenChosen shows, passes on and waits for the callbacks that are chosen, keeps all,
// and answers with another status.
func TestListenChosen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	handler := newRecorder(t)
	l := startListen(t, "--save", file, "--event", "saved,error", "--type", "task", "--answer", "503", "--forward", handler.URL+"?a=1", "--no-query", "--color", "always", "--until", "saved")
	for _, body := range []string{
		"task_token=a&event=queued",
		"task_token=a&event=saved&callback_type=stream",
		"task_token=a&event=error",
		"task_token=a&event=saved&status={\"status\":\"completed\",\"error\":0}",
	} {
		if status, answer := l.post(t, "/?secret", body); status != 503 || answer != "Callback received, and answered with 503\n" {
			t.Errorf("%d %s", status, answer)
		}
	}
	if status := <-l.ended; status != 0 {
		t.Errorf("exit status %d", status)
	}
	if got, want := clock.ReplaceAllString(l.out.String(), ""), "\x1b[31;1mFAILED\x1b[0;22m: no message was sent, event error, task a\n\x1b[32mcompleted\x1b[0m, event saved, task a, no-output\n"; got != want {
		t.Errorf("output %q, want %q", got, want)
	}
	if want := []string{"POST /?a=1 task_token=a&event=error", "POST /?a=1 task_token=a&event=saved&status={\"status\":\"completed\",\"error\":0}"}; !slices.Equal(handler.got, want) {
		t.Errorf("passed on %q, want %q", handler.got, want)
	}
	if stored, err := os.ReadFile(file); err != nil || len(records(t, stored)) != 4 || records(t, stored)[0].Query != "secret" {
		t.Errorf("kept %s, %v", stored, err)
	}
}

// TestListenUntil waits for the end of a job: not of a rendition, and not of a job that is
// tried again.
func TestListenUntil(t *testing.T) {
	story := []string{
		"event=queued",
		"event=saved&callback_type=stream",
		"event=saved&status=" + url.QueryEscape(`{"error":1,"warnings":[{"message":"Retry on error triggered.","details":"fedcba9876543210fedcba9876543210"}]}`),
	}
	for _, until := range []string{"saved", "0123"} {
		l := startListen(t, "--until", until)
		for _, body := range story {
			if status, answer := l.post(t, "/", "task_token=0123456789abcdef0123456789abcdef&"+body); status != 200 {
				t.Fatalf("%d %s", status, answer)
			}
		}
		l.post(t, "/", `task_token=fedcba9876543210fedcba9876543210&event=saved&status={"status":"completed","error":0}`)
		if status := <-l.ended; status != 0 {
			t.Errorf("--until %s: exit status %d", until, status)
		}
	}
}

// TestListenHalfBody hangs up in the middle of a body: nothing is stored.
func TestListenHalfBody(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	l := startListen(t, "--save", file, "--until", "saved")
	connection, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(connection, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ntask_token=half&event=saved")
	_ = connection.(*net.TCPConn).CloseWrite() // What was stored tells.
	_, _ = io.ReadAll(connection)              // Its answer comes before the end of the run.
	connection.Close()
	l.post(t, "/", "task_token=whole&event=saved")
	<-l.ended
	if stored, err := os.ReadFile(file); err != nil || len(records(t, stored)) != 1 || records(t, stored)[0].Body != "task_token=whole&event=saved" || l.messages() != "qcb: refused with 408: only 27 bytes of the body arrived\n" {
		t.Errorf("stored %q, %v; standard error %q", stored, err, &l.errs)
	}
}

// TestListenLoad posts from many clients at one time: each body that was answered
// is in the file once, and is shown.
func TestListenLoad(t *testing.T) {
	const clients, posts = 64, 20
	file := filepath.Join(t.TempDir(), "log")
	l := startListen(t, "--save", file, "--until", "end")
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for n := range posts {
				if status, answer := l.post(t, "/", fmt.Sprintf("task_token=%dx%d&event=saved&x=%s", client, n, strings.Repeat("y", client*n))); status != 200 {
					t.Errorf("%d %s", status, answer)
				}
			}
		})
	}
	all.Wait()
	l.post(t, "/", "task_token=t&event=end")
	<-l.ended
	stored, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, r := range records(t, stored) {
		bodies = append(bodies, r.Body)
	}
	slices.Sort(bodies)
	want := []string{"task_token=t&event=end"}
	for client := range clients {
		for n := range posts {
			want = append(want, fmt.Sprintf("task_token=%dx%d&event=saved&x=%s", client, n, strings.Repeat("y", client*n)))
		}
	}
	slices.Sort(want)
	if !slices.Equal(bodies, want) || strings.Count(l.out.String(), "\n") != clients*posts+1 {
		t.Errorf("%d lines stored, %d shown, %d posted", len(bodies), strings.Count(l.out.String(), "\n"), len(want))
	}
}

// startProcess runs qcb listen in a process of its own.
func startProcess(t *testing.T, command *exec.Cmd) *listening {
	t.Helper()
	l := &listening{ended: make(chan int, 1)}
	command.Stdout = &l.out
	errs, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	l.follow(t, errs)
	go func() {
		<-l.reader
		_ = command.Wait() // Its status tells.
		l.ended <- command.ProcessState.ExitCode()
	}()
	return l
}

// loadPosts is how many callbacks TestListenKilled posts: go test ./cmd -run Killed -load 50000.
var loadPosts = flag.Int("load", 3000, "how many callbacks the load test posts")

// TestListenKilled kills the process while many clients post, and starts it again: what
// was answered is in the file byte for byte, and half a line hides nothing.
func TestListenKilled(t *testing.T) {
	const clients = 64
	file := filepath.Join(t.TempDir(), "log")
	start := func(address string) (*listening, *exec.Cmd) {
		command := exec.Command("qcb", "listen", address, "--save", file, "--until", "last")
		return startProcess(t, command), command
	}
	l, command := start("127.0.0.1:0")
	client := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	killAfter := int64(*loadPosts/4 + rand.IntN(*loadPosts/2))
	var posted, answered, failed atomic.Int64
	bodyOf := func(n int64) string {
		ends := []string{strings.Repeat("y", 5000), "%00", "\n", "\x00\xff", "é\u0085\"}", "\\n&status={\"error\":0}"}
		return fmt.Sprintf("task_token=%d&event=saved&x=%s", n, ends[n%int64(len(ends))])
	}
	restarted := make(chan struct{})
	go func() {
		<-l.ended
		l.url = strings.TrimPrefix(l.url, "http://")
		l, command = start(l.url)
		close(restarted)
	}()
	endpoint := l.url
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for n := posted.Add(1); n <= int64(*loadPosts); n = posted.Add(1) {
				for tries := 0; ; tries++ {
					response, err := client.Post(endpoint, "application/x-www-form-urlencoded", strings.NewReader(bodyOf(n)))
					if err == nil && response.StatusCode == 200 {
						_, _ = io.Copy(io.Discard, response.Body)
						response.Body.Close()
						break
					}
					failed.Add(1)
					if err == nil || tries > 10 {
						t.Errorf("%d is not answered with 200: %v, %v", n, response, err)
						return
					}
					<-restarted // The process was killed.
				}
				if answered.Add(1) == killAfter {
					_ = command.Process.Kill()
				}
			}
		})
	}
	all.Wait()
	<-restarted
	l.post(t, "/", `task_token=last&event=saved&status={"status":"completed"}`)
	if status := <-l.ended; status != 0 {
		t.Errorf("exit status %d", status)
	}
	stored, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	half := 0
	for line := range bytes.Lines(stored) {
		var r savedLine
		if json.Unmarshal(line, &r) != nil {
			half++
		}
		times[r.Body+string(r.BodyBase64)]++
	}
	lost, again := 0, 0
	for n := range int64(*loadPosts) {
		switch times[bodyOf(n+1)] {
		case 0:
			lost++
		case 1:
		default:
			again++
		}
	}
	if lost > 0 || half > 1 || again > clients {
		t.Errorf("%d of %d are lost, %d are there twice, %d half lines", lost, *loadPosts, again, half)
	}
	_, out, _ := run(nil, "-q", "list", "-o", "tsv", file)
	if rows := strings.Count(out, "\n") - 1; rows < *loadPosts {
		t.Errorf("list finds %d callbacks of %d", rows, *loadPosts)
	}
	t.Logf("killed after %d of %d answers: %d posts failed and were sent again; %d lost, %d stored twice, %d half lines", killAfter, *loadPosts, failed.Load(), lost, again, half)
}

// TestListenAddress completes and refuses addresses and flags.
func TestListenAddress(t *testing.T) {
	for arg, want := range map[string]string{
		"9000": "127.0.0.1:9000", ":9000": "127.0.0.1:9000", "0.0.0.0:80": "0.0.0.0:80", "localhost:0": "localhost:0", "[::1]:8080": "[::1]:8080",
	} {
		if got, err := listenAddress(arg); err != nil || got != want {
			t.Errorf("%s is %s, %v; want %s", arg, got, err, want)
		}
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for _, test := range []struct {
		args   []string
		status int
		errs   string
	}{
		{[]string{"localhost"}, exitUsage, "qcb: invalid address \"localhost\"\nhint: use HOST:PORT, or a port from 0 to 65535\n"},
		{[]string{"1", "2"}, exitUsage, "qcb: unexpected argument \"2\"\nhint: qcb listen takes one ADDR\n"},
		{[]string{"--path", "x"}, exitUsage, "qcb: --path must start with /\n"},
		{[]string{"--save-invalid"}, exitUsage, "qcb: --save-invalid needs --save\n"},
		{[]string{"--max-body", "0"}, exitUsage, "qcb: --max-body must be at least 1\n"},
		{[]string{"-v", "--json"}, exitUsage, "qcb: --verbose and --json cannot be used together\n"},
		{[]string{"--forward", "ftp://localhost:3000"}, exitUsage, "qcb: --forward needs an http:// or https:// URL\n"},
		{[]string{"--no-query"}, exitUsage, "qcb: --no-query needs --forward\n"},
		{[]string{"--save", "-"}, exitUsage, "qcb: --save needs a file\nhint: qcb listen --json prints each callback on standard output\n"},
		{[]string{"--save", "a", "--save", "b"}, exitUsage, "qcb: --save was given twice\n"},
		{[]string{"-v", "-v"}, exitUsage, "qcb: --verbose was given twice\n"},
		{[]string{"--redact", "--redact=false"}, exitUsage, "qcb: --redact was given twice\n"},
		{[]string{"--answer", "0"}, exitUsage, "qcb: --answer must be a status from 200 to 599\n"},
		{[]string{"--answer", "100"}, exitUsage, "qcb: --answer must be a status from 200 to 599\n"},
		{[]string{"--timeout", "0s"}, exitUsage, "qcb: --timeout must be longer than 0\n"},
		{[]string{"--type", "video"}, exitUsage, "qcb: invalid value \"video\" for --type\nhint: one of: task, stream\n"},
		{[]string{"--allow-origin", "example.com"}, exitUsage, "qcb: invalid value \"example.com\" for --allow-origin\nhint: give an origin without a path, for example https://example.com\n"},
		{[]string{"--allow-origin", "https://example.com/page"}, exitUsage, "qcb: invalid value \"https://example.com/page\" for --allow-origin\nhint: give an origin without a path, for example https://example.com\n"},
		{[]string{"--until", "saved", "--event", "queued,error"}, exitUsage, "qcb: --until saved can never be met: --event leaves that event out\nhint: use --event queued,error,saved\n"},
		{[]string{"--until", "0123", "--type", "stream"}, exitUsage, "qcb: --until can never be met: --type leaves out every callback that could end it\nhint: add task to --type\n"},
		{[]string{"--exec", " "}, exitUsage, "qcb: --exec is empty\n"},
		{[]string{"--exec", "sh -c 'a b'"}, exitUsage, "qcb: --exec takes no quotes: it is split at spaces\nhint: put the command into a script\n"},
		{[]string{"--save", filepath.Join("no", "folder", "log")}, exitInput, "qcb: " + filepath.Join("no", "folder", "log") + ": no such file\n"},
		{[]string{busy.Addr().String()}, exitInput, "qcb: cannot listen on " + busy.Addr().String() + ": address already in use\n"},
	} {
		if status, out, errs := run(nil, append([]string{"listen"}, test.args...)...); status != test.status || out != "" || errs != test.errs {
			t.Errorf("%q: exit status %d, output %q, standard error %q; want %d and %q", test.args, status, out, errs, test.status, test.errs)
		}
	}
}

// TestOrigin writes origins as browsers send them, and refuses what they never send.
func TestOrigin(t *testing.T) {
	for text, want := range map[string]string{
		"https://T.example": "https://t.example", "HTTPS://t.example/": "https://t.example",
		"https://t.example:443": "https://t.example", "http://t.example:80": "http://t.example", "http://[::1]:80": "http://[::1]",
		"http://t.example:443": "http://t.example:443", "https://t.example:80": "https://t.example:80", "http://localhost:3000": "http://localhost:3000",
		"chrome-extension://abc": "chrome-extension://abc",
		"https://t.example/path": "", "https://t.example//": "", "https://t.example?q": "", "https://t.example#f": "", "https://u@t.example": "",
		"t.example": "", "//t.example": "", "null": "", "https://": "", "https:///": "", "https://:443": "", "https://bücher.example": "", "https://a b": "",
	} {
		if got, ok := originOf(text); got != want || ok != (want != "") {
			t.Errorf("%s is the origin %q, %v; want %q", text, got, ok, want)
		}
	}
}
