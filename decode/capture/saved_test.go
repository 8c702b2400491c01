package capture

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func TestAppendLine(t *testing.T) {
	came := time.Date(2026, 11, 24, 10, 0, 3, 5e8, time.FixedZone("", 3600))
	const body = "task_token=0123456789abcdef0123456789abcdef&event=queued&payload=17"
	headers := map[string][]string{"Host": {"example.com"}, "Accept": {"a/b", "c/d"}}
	for _, test := range []struct {
		request Request
		headers map[string][]string
		body    string
		want    string
	}{
		{
			Request{came, true, "POST", "/callback", "video=17&a=%22"},
			headers, body,
			`{"time":"2026-11-24T10:00:03.5+01:00","method":"POST","path":"/callback","query":"video=17&a=%22","headers":{"Accept":"a/b, c/d","Host":"example.com"},"body":"` + body + `"}`,
		},
		{
			Request{came.UTC(), false, "POST", "/", ""},
			nil, body + `&status={"error":0}`,
			`{"time":"2026-11-24T09:00:03.5","method":"POST","path":"/","query":"","headers":{},"body":"` + body + `&status={\"error\":0}"}`,
		},
		{
			Request{},
			nil, "event=saved&task_token=t\n\x00\x7f\u0085",
			`{"time":"","method":"","path":"","query":"","headers":{},"body":"event=saved&task_token=t\n\u0000\u007f\u0085"}`,
		},
		{
			Request{},
			nil, `task_token=t&status={"error": 0, "videos": []}`,
			`{"time":"","method":"","path":"","query":"","headers":{},"body":"task_token=t&status={\"error\": 0, \"videos\": []}"}`,
		},
		{
			Request{},
			nil, "event=saved&task_token=\xff",
			`{"time":"","method":"","path":"","query":"","headers":{},"bodyBase64":"ZXZlbnQ9c2F2ZWQmdGFza190b2tlbj3/"}`,
		},
	} {
		line := test.request.AppendLine(nil, test.headers, "", []byte(test.body))
		if !IsCallback([]byte(test.body)) || string(line) != test.want {
			t.Errorf("%s\nwant %s", line, test.want)
		}
		for _, input := range []string{string(line), "{\n" + string(line) + "\n}\n", "status: {\n \"a\":\n" + string(line) + "\r\n"} {
			r := NewReader(strings.NewReader(input), 0)
			got, err := r.Next()
			if err != nil || string(got.Bytes) != test.body || got.Place != "" || got.Rebuilt || len(got.Headers) != len(test.headers) || got.Headers["Accept"] != strings.Join(test.headers["Accept"], ", ") ||
				!got.Request.Time.Equal(test.request.Time) || got.Request.written() != test.request.written() || got.Request.Path != test.request.Path || got.Request.Query != test.request.Query || got.Request.Method != test.request.Method {
				t.Errorf("%q gives %+v, %v", input, got, err)
			}
		}
	}
	for _, body := range []string{"task_token=a+b&event=queued", "task_token=a%20b&event=queued&status=%7B%22status%22%3A+%22queued%22%7D"} {
		if !IsCallback([]byte(body)) {
			t.Errorf("%q is not the body of a callback", body)
		}
	}
	for _, body := range []string{"", "x", "a=b&c=d", "\x00\xff", "task_token=a event=saved", `{"url":"https://x/?a=b&task_token=c&event=saved"}`} {
		if IsCallback([]byte(body)) {
			t.Errorf("%q is the body of a callback", body)
		}
	}
}

// TestSavedRefused passes over what was refused, whatever is in it.
func TestSavedRefused(t *testing.T) {
	line := Request{}.AppendLine(nil, nil, "it is JSON", []byte(`{"task_token":"0123456789abcdef0123456789abcdef","event":"saved","status":{"error":0}}`))
	r := NewReader(strings.NewReader(string(line)+"\ntask_token=a&event=queued\n"), 0)
	if got, err := r.Next(); err != nil || string(got.Bytes) != "task_token=a&event=queued" || got.Line != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := r.Next(); err != io.EOF || r.Skipped.Lines != 1 || r.Unread.Fields != 0 {
		t.Errorf("%v, skipped %+v, unread %+v", err, r.Skipped, r.Unread)
	}
}

// TestSavedAtOnce checks that a line that was kept is answered before the next one comes, also if
// its callback has no status.
func TestSavedAtOnce(t *testing.T) {
	in, out := io.Pipe()
	r := NewReader(in, 0)
	for n := range 3 {
		body := fmt.Sprintf("task_token=%032d&event=queued", n)
		line := Request{}.AppendLine(nil, nil, "", []byte(body))
		go func() { _, _ = out.Write(append(line, '\n')) }()
		if got, err := r.Next(); err != nil || string(got.Bytes) != body || got.Line != n+1 {
			t.Fatalf("%+v, %v", got, err)
		}
	}
}

// TestSavedLookalikes checks that a line that is not exactly as AppendLine makes it is read like
// any other, and loses nothing.
func TestSavedLookalikes(t *testing.T) {
	const body = "task_token=0123456789abcdef0123456789abcdef&event=saved&status=%7B%22error%22%3A0%7D"
	for _, line := range []string{
		`{"time":"2026-11-24T10:00:03Z","method":"POST","path":"/cb","query":"","body":"` + body + `"}`,
		`{"time":"2026-11-24T10:00:03Z","method":"POST","path":"/cb","query":null,"headers":{},"body":"` + body + `"}`,
		`{"time":"2026-11-24T10:00:03Z","method":"POST","path":"/cb","query":"","headers":{},"body":"` + body + `","status":200}`,
		`{"time":"2026-11-24T10:00:03Z","method":"POST","path":"/cb","query":"","headers":{},"body":"form: ` + body + `"}`,
		`{"time":"2026-11-24T10:00:03Z","method":"POST","path":"/cb","query":"","headers":[],"body":"` + body + `"}`,
		`{"body":"` + body + `","time":"2026-11-24T10:00:03Z","method":"POST","path":"/cb"}`,
		`{"time":"2026-11-24T10:00:03Z","method":"POST","path":"/cb","query":"","headers":{},"bodyBase64":"` + body + `"}`,
	} {
		got, err := NewReader(strings.NewReader(line), 0).Next()
		if err != nil || string(got.Bytes) != body || got.Request.written() != "2026-11-24T10:00:03Z" || got.Request.Method != "POST" || got.Request.Path != "/cb" {
			t.Errorf("%s gives %+v, %v", line, got, err)
		}
	}
}

// FuzzAppendLine checks that what AppendLine has kept comes back byte for byte and in order, each
// with its request, whatever the bodies are and whatever stands between them.
func FuzzAppendLine(f *testing.F) {
	f.Add([]byte("task_token=a&event=queued"), []byte("task_token=b&event=saved&status={\"error\":0,\n\"status\":\"x\"}\n"), []byte("{\"a\":"), "/cb", "a=b", int64(1764000000))
	f.Add([]byte("event=saved&task_token=%0a"), []byte(" task_token=b&event=saved&status={\"videos\":[ "), []byte("status="), "", "", int64(0))
	f.Add([]byte("status=%7B%22error%22%3A0%7D&event=x"), []byte("event=error&status=%7B%22error%22%3A0"), []byte("\xff\x00"), "/\"\\", "\xff", int64(-1))
	f.Add([]byte("task_token=a&event=\xff"), []byte("task_token=0123456789abcdef0123456789abcdef&event=saved&status={\"error\":0,\"videos\":[]}"), []byte("task_token,event\n"), "/?#", "\u2028", int64(4e9))
	f.Fuzz(func(t *testing.T, a, b, other []byte, path, query string, second int64) {
		var log []byte
		var want []Body
		for i, body := range [][]byte{a, b, a, a, b} {
			request := Request{Time: time.Unix(1.5e9+second%1e9, int64(i)).UTC(), Zoned: i%2 == 0, Method: "POST", Path: path, Query: query}
			line := request.AppendLine(nil, map[string][]string{path: {query, ""}}, "", body)
			if bytes.IndexByte(line, '\n') >= 0 {
				t.Fatalf("%q is more than a line: %q", body, line)
			}
			if !IsCallback(body) {
				continue
			}
			request.Path, request.Query = strings.ToValidUTF8(path, "\ufffd"), strings.ToValidUTF8(query, "\ufffd")
			want = append(want, Body{Bytes: body, Request: request})
			log = append(append(log, line...), '\n')
			if between := bytes.ReplaceAll(other, []byte("task"), nil); !bytes.HasPrefix(between, []byte("\xff\xfe")) && !bytes.HasPrefix(between, []byte("\xfe\xff")) {
				log = append(append(log, between...), '\n')
			}
		}
		r := NewReader(bytes.NewReader(log), 0)
		for found := 0; found < len(want); {
			got, err := r.Next()
			if err != nil {
				t.Fatalf("%q does not come back from\n%s", want[found].Bytes, log)
			}
			w := want[found]
			if got.Headers != nil && bytes.Equal(got.Bytes, w.Bytes) {
				if got.Request.written() != w.Request.written() || got.Request.Method != "POST" || !equalRunes(got.Request.Path, w.Request.Path) || !equalRunes(got.Request.Query, w.Request.Query) {
					t.Errorf("%+v comes back as %+v", w.Request, got.Request)
				}
				found++
			}
		}
	})
}

// equalRunes compares two texts, of which one had bytes that are not UTF-8.
func equalRunes(a, b string) bool {
	replaced := func(s string) string { return strings.ReplaceAll(s, "\ufffd", "") }
	return replaced(a) == replaced(b)
}
