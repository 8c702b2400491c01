package capture

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// TestContinues checks which lines are one body that was wrapped.
func TestContinues(t *testing.T) {
	long := strings.Repeat("status%3D", 5)
	for _, test := range []struct {
		name, before, line string
		want               bool
	}{
		{"characters of a form", long + "\r\n", long + "\r\n", true},
		{"a slash", long + "/", long + "/", true},
		{"a blank before", long + " ", long, false},
		{"a blank in it", long, "a b", false},
		{"nothing", long, "\r\n", false},
		{"a longer one", long, long + "a", false},
		{"a short one before", "event", "a", false},
		{"a field", long, "event=a", false},
		{"a field after its separator", long + "&", "event=a", true},
	} {
		if got := continues([]byte(test.before), []byte(test.line)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// TestDoubt checks that a body whose token, event or type is not a word is not answered as it is.
func TestDoubt(t *testing.T) {
	for text, want := range map[string]quality{
		"task_token=t&event=saved":     complete,
		"task_token=&event=":           complete,
		"task_token=a%26b&event=saved": partial,
		"task_token=t&event=a%26b":     partial,
	} {
		if f, _, _, ok := form([]byte(text)); !ok || f.quality != want {
			t.Errorf("%s: %v, quality %d, want %d", text, ok, f.quality, want)
		}
	}
	for text, want := range map[string]quality{
		`{"task_token": "t", "event": "saved", "callback_type": "task"}`:                   complete,
		`{"task_token": "t", "event": "a b", "callback_type": "task"}`:                     partial,
		`{"task_token": "t", "event": "saved", "callback_type": "a b"}`:                    partial,
		`{"task_token": "t", "event": "saved", "callback_type": "task", "payload": "a b"}`: complete,
	} {
		if r := search([]byte(text)); len(r.found) != 1 || r.found[0].quality != want {
			t.Errorf("%s: %+v, want quality %d", text, r.found, want)
		}
	}
}

// counter counts the bytes that were read, and has not many at a time.
type counter struct {
	io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p[:min(len(p), 1<<10)])
	c.n += n
	return n, err
}

// TestLargeTable reads a table that is larger than a record: it is answered in parts, and all of them
// have its header.
func TestLargeTable(t *testing.T) {
	const rows = 4000
	for name, header := range map[string]string{"a line": "id,task_token,event,payload\n", "two lines": " id | task_token | event | payload\n----+------------+-------+---------\n"} {
		between, payload := ",", strings.Repeat("x", 70)
		if strings.Contains(header, "|") {
			between, payload = " | ", "task_token"+payload // Each row has a sign of a callback, too.
		}
		text := bytes.NewBufferString(header)
		for i := range rows {
			fmt.Fprintln(text, strings.Join([]string{fmt.Sprint(i), fmt.Sprintf("%032d", i), "queued", payload}, between))
		}
		in := &counter{Reader: text}
		r := NewReader(in, 0)
		for i := range rows {
			body, err := r.Next()
			if want := fmt.Sprintf("task_token=%032d&event=queued&payload=%s", i, payload); err != nil || string(body.Bytes) != want || body.Line != i+1+strings.Count(header, "\n") {
				t.Fatalf("%s: row %d is %s, %v; want %s", name, i, describe(body), err, want)
			}
			if i == 0 && in.n > largeRecord+2<<10 {
				t.Errorf("%s: the first row is answered after %d bytes", name, in.n)
			}
		}
		if body, err := r.Next(); err != io.EOF || r.Unread.Fields > 0 || r.Skipped.Lines > strings.Count(header, "\n") {
			t.Errorf("%s: at the end %s, %v, %+v, %+v", name, describe(body), err, r.Unread, r.Skipped)
		}
	}
}

// TestLargeRecord reads a text of many objects, of which one cannot be read: none is lost where it is
// answered in parts.
func TestLargeRecord(t *testing.T) {
	const objects = 6000
	text := bytes.NewBufferString("x task-token: 5f0c9e1a7b3d4c2e8a6b9d0f1e2c3a4b y\n")
	var want []string
	for i := range objects {
		fmt.Fprintf(text, "{\ntask_token: '%032d',\nevent: 'queued',\npayload: '%s'\n}\n", i, strings.Repeat("x", i%70+1))
		want = append(want, fmt.Sprintf("%d: ~task_token=%032d&event=queued&payload=%s", 2+5*i, i, strings.Repeat("x", i%70+1)))
	}
	r := NewReader(text, 0)
	got, err := readAll(r)
	if !slices.Equal(got, want) || err != io.EOF {
		t.Errorf("%d callbacks, %v, want %d", len(got), err, len(want))
	}
	if want := (Unread{Fields: 1, First: 1, Token: "5f0c9e1a7b3d4c2e8a6b9d0f1e2c3a4b", Lost: true}); r.Unread != want {
		t.Errorf("unread %+v, want %+v", r.Unread, want)
	}
}
