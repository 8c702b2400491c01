package cmd

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recorder is a handler that keeps what it gets, and answers with the status that the query
// names.
type recorder struct {
	*httptest.Server
	mu  sync.Mutex
	got []string // of each request its method, URI, headers that are asked for, and body
}

func newRecorder(t *testing.T, headers ...string) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Error(err)
		}
		parts := []string{request.Method, request.RequestURI}
		for _, name := range headers {
			parts = append(parts, request.Header.Get(name))
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, strings.Join(append(parts, string(body)), " "))
		if request.URL.Path == "/refuse" {
			http.Error(w, "SyntaxError: Unexpected token 's'", http.StatusInternalServerError)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// hostileBodies are bodies of callbacks that are not plain lines.
var hostileBodies = []string{
	"task_token=a&event=queued",
	"task_token=b&event=queued&x=\n\ntask_token=c&event=saved\n",
	"task_token=d&event=saved&status=%7B%22error%22:0,\n%22videos%22:[]%7D\r\n",
	"task_token=e&event=saved&x=\x00\x1b[2J\x7f\u0085 'it''s' \\ %00 %zz $(id) `id` !x",
	"task_token=f&event=saved&x=\xff\xfe",
	"task_token=a&event=queued",
	"task_token=g&event=saved&x=" + strings.Repeat("y", 200_000),
	"task_token=h&event=error&x={\"time\":\"\",\"body\":\"task_token=i\"}",
}

// TestReplay posts what listen has kept to another server: it gets the same bodies in the
// same order, with the same queries.
func TestReplay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	first := newRecorder(t, "Content-Type", "X-Id")
	l := startListen(t, "--save", file, "--forward", first.URL+"/cb?token=1", "--until", "end")
	post := func(n int, body string) {
		request, err := http.NewRequest("POST", fmt.Sprintf("%s/any?id=%d&x=%%20é", l.url, n), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		request.Header.Set("X-Id", "7")
		request.Header.Set("Authorization", "Bearer SECRET")
		request.Header.Set("Cookie", "SECRET")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if status, answer := readAnswer(t, response); status != 200 {
			t.Errorf("%d %s", status, answer)
		}
	}
	for n, body := range hostileBodies {
		post(n, body)
	}
	post(99, "task_token=z&event=end")
	<-l.ended
	if stored, err := os.ReadFile(file); err != nil || strings.Contains(string(stored), "SECRET") {
		t.Errorf("a secret is kept, or %v", err)
	}

	second := newRecorder(t, "Content-Type", "X-Id")
	status, out, _ := run(nil, "replay", "--headers", second.URL+"/cb?token=1", file)
	var want, withoutID []string
	for n, body := range append(slices.Clone(hostileBodies), "task_token=z&event=end") {
		if n == len(hostileBodies) {
			n = 99
		}
		uri := fmt.Sprintf("POST /cb?token=1&id=%d&x=%%20%%C3%%A9 application/x-www-form-urlencoded; charset=utf-8 ", n)
		want = append(want, uri+"7 "+body)
		withoutID = append(withoutID, uri+" "+body)
	}
	if !slices.Equal(second.got, want) || status != exitInput { // One is damaged.
		t.Errorf("exit status %d\n%.2000q\nwant\n%.2000q", status, second.got, want)
	}
	if !slices.Equal(first.got, withoutID) {
		t.Errorf("forwarded\n%.2000q\nwant\n%.2000q", first.got, withoutID)
	}
	if n := strings.Count(out, ": 200 in "); n != len(want) {
		t.Errorf("%d reports in\n%s", n, out)
	}
}

// TestReplayRefused reports a refusal with its place and its reason, and passes over what is
// not selected.
func TestReplayRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(file, []byte("x\ntask_token=0123456789ab&event=saved\ntask_token=b&event=queued\ntask_token=c&event=saved\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	handler := newRecorder(t)
	status, out, errs := run(nil, "replay", "--event", "saved", "--delay", "1ms", "--rate", "500", handler.URL+"/refuse", file)
	out = regexp.MustCompile(`in \d+ ms`).ReplaceAllString(out, "in MS")
	errs = regexp.MustCompile(`qcb: .* without a callback.*\n`).ReplaceAllString(errs, "")
	wantOut := file + ":2 saved 01234567: 500 in MS: SyntaxError: Unexpected token 's'\n" + file + ":4 saved c: 500 in MS: SyntaxError: Unexpected token 's'\n"
	wantErrs := "hint: a callback is a form, not JSON: parse the form, then its field status as JSON; the payload is JSON only if the job was started with JSON\n" +
		"qcb: 2 callbacks posted: 0 accepted, 2 not\n"
	if status != exitNo || out != wantOut || errs != wantErrs || len(handler.got) != 2 {
		t.Errorf("exit status %d, output\n%s\nwant\n%s\nstandard error\n%s\nwant\n%s", status, out, wantOut, errs, wantErrs)
	}
}

// TestReplayDryRun runs the commands that --dry-run prints in a shell.
func TestReplayDryRun(t *testing.T) {
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	file := filepath.Join(t.TempDir(), "log")
	l := startListen(t, "--save", file, "--until", "end")
	for _, body := range hostileBodies {
		l.post(t, "/?a=1&b=%27", body)
	}
	l.post(t, "/", "task_token=z&event=end")
	<-l.ended
	handler := newRecorder(t, "Content-Type")
	_, commands, _ := run(nil, "-q", "replay", "--dry-run", handler.URL+"/it's?x=[1]{2}", file)
	if len(handler.got) > 0 {
		t.Error("something was posted")
	}
	if strings.ContainsFunc(commands, func(c rune) bool { return c < ' ' && c != '\n' || '~' < c }) || strings.Count(commands, "\n") != len(hostileBodies)+1 {
		t.Errorf("the commands are not plain lines:\n%.3000q", commands)
	}
	shell := exec.Command("sh")
	shell.Stdin = strings.NewReader(commands)
	if out, err := shell.CombinedOutput(); err != nil || string(out) != strings.Repeat(" 200\n", len(hostileBodies)+1) {
		t.Errorf("%v\n%s", err, out)
	}
	for n, body := range hostileBodies {
		if want := "POST /it's?x=[1]{2}&a=1&b=%27 application/x-www-form-urlencoded " + body; handler.got[n] != want {
			t.Errorf("%.300q\nwant\n%.300q", handler.got[n], want)
		}
	}
}

// TestReplayUsage refuses what makes no sense.
func TestReplayUsage(t *testing.T) {
	for _, test := range []struct{ args, errs string }{
		{"", "qcb: name the URL to post to\nhint: qcb replay localhost:3000/callback callbacks.log\n"},
		{"replay_test.go", "qcb: \"replay_test.go\" is not an http:// or https:// URL\nhint: the URL comes first: qcb replay localhost:3000/callback callbacks.log\n"},
		{"ftp://x y", "qcb: \"ftp://x\" is not an http:// or https:// URL\nhint: the URL comes first: qcb replay localhost:3000/callback callbacks.log\n"},
		{"localhost:1 --rate 0", "qcb: --rate must be at least 0.001\n"},
		{"localhost:1 --delay -1s", "qcb: --delay must not be less than 0\n"},
		{"localhost:1 --timeout 0s", "qcb: --timeout must be longer than 0\n"},
	} {
		if status, out, errs := run(nil, append([]string{"replay"}, strings.Fields(test.args)...)...); status != exitUsage || out != "" || errs != test.errs {
			t.Errorf("%q: exit status %d, output %q, standard error %q; want %q", test.args, status, out, errs, test.errs)
		}
	}
}
