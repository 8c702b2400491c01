package capture

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"qcb/decode"
)

// around are lines that may stand around a body in a log, each of which once led a
// search astray.
var around = []string{
	"", "INFO upstream answered content-length: 20", "POST /callback HTTP/1.1", "Content-Length: 20", "HTTP/1.1 200 OK", "Host: x",
	"{", "}", "[", "]", "Array", "(", ")", `{"a":`, `"`, `'`, "status: {", "event: saved", "payload: ", "status=", "- event: saved",
	"  \"status\": {", "2026-11-24 10:00:00 INFO [web] ok", "web-1  | {", "task_token,event,payload,status", "-----", "> ", "0000: ",
}

// rawValue returns a value as a careless client posts it: with anything in it but what separates
// fields and lines, and control characters, which make a capture binary.
func rawValue(value string) string {
	return strings.Map(func(r rune) rune {
		if r == '&' || r < ' ' || r == 0x7f {
			return '.'
		}
		return r
	}, value)
}

// FuzzInviolable checks that a body that stands whole on its line comes out byte for
// byte, whatever its values are and whatever the lines around it hold; and that nothing
// comes out that was not put in, nor a value of one body in another.
func FuzzInviolable(f *testing.F) {
	f.Add(uint64(0), "https://x/?event=1", "x")
	f.Add(uint64(1<<20+3), `{"status":"x","error":1}`, "event=queued&")
	f.Add(uint64(77), "task_token: 0123456789abcdef0123456789abcdef", "POST / HTTP/1.1")
	f.Add(uint64(1<<40+99), "event=saved task_token=0123456789abcdef0123456789abcdef", "'\"{[(")
	f.Fuzz(func(t *testing.T, pick uint64, a, b string) {
		choose := func(n uint64) int {
			at := pick % n
			pick = pick/n*31 + at*17 + pick%7
			return int(at)
		}
		names := []string{"payload", "error_message", "error_code", "foo", "note[x]"}
		var input bytes.Buffer
		var want []string
		for n := range 1 + choose(4) {
			for range choose(3) {
				fmt.Fprintln(&input, around[choose(uint64(len(around)))])
			}
			fields := []string{fmt.Sprintf("task_token=%032x", pick^uint64(n)), "event=" + []string{"saved", "queued", "error"}[choose(3)]}
			for range choose(7) {
				value := a
				if choose(2) == 0 {
					value = b
				}
				if choose(2) == 0 {
					value = url.QueryEscape(value)
				}
				fields = append(fields, names[choose(uint64(len(names)))]+"="+rawValue(value))
			}
			for i := range fields {
				j := choose(uint64(len(fields)))
				fields[i], fields[j] = fields[j], fields[i]
			}
			if name, _, _ := strings.Cut(fields[0], "="); name == "foo" || name == "note[x]" {
				fields = append(fields, "callback_type=task")
				slices.Reverse(fields) // "foo=event=saved" is how a log begins.
			}
			body := strings.Join(fields, "&")
			if strings.HasSuffix(body, `\`) {
				body += "." // A backslash says that the line goes on in the next one.
			}
			want = append(want, body)
			fmt.Fprintln(&input, body)
		}
		for range choose(3) {
			fmt.Fprintln(&input, around[choose(uint64(len(around)))])
		}
		var got []string
		r := NewReader(bytes.NewReader(input.Bytes()), 0)
		for {
			body, err := r.Next()
			if err != nil {
				break
			}
			got = append(got, string(body.Bytes))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q from %q", got, input.String())
		}
		for i := range got {
			if form := decode.ParseForm([]byte(got[i])); form.Text("task_token") == "" {
				t.Errorf("no task token in %q", got[i])
			}
		}
	})
}
