package capture

import (
	"slices"
	"strings"
	"testing"
)

// TestPrints checks rules for what programs print, one in each row. What is lost, or remarked,
// stands behind the body.
func TestPrints(t *testing.T) {
	const (
		json   = `{"status": "queued", "videos": [], "error": 0}`
		token  = "5f0c9e1a7b3d4c2e8a6b9d0f1e2c3a4b"
		status = "status=%7B%22status%22%3A+%22queued%22%2C+%22videos%22%3A+%5B%5D%2C+%22error%22%3A+0%7D"
	)
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"pairs in brackets", "x [status, " + json + "], [task_token, " + token + "], [event, queued]\n", []string{"1, byte 3: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"an open bracket at the end", "task_token: [", nil},
		{"a type's values without their names", "got: {" + json + " task " + token + " queued}\n", []string{"1, byte 6: ~" + status + ", lost: the names of its fields"}},
		{"a text of YAML that is JSON", "---\nstatus: >-\n  {\"status\": \"queued\", \"videos\": [],\n  \"error\": 0}\ntask_token: " + token + "\nevent: queued\n", []string{"2: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"a status far from the token", "callback_type: task\nevent: saved\nstatus:\n  error: 0\n  videos:\n" + strings.Repeat("  - url: https://x/1\n", 80) + "task_token: " + token + "\n", []string{"1: ~callback_type=task&event=saved&status=%7B%22error%22%3A0%2C%22videos%22%3A%5B" + strings.Repeat("%7B%22url%22%3A%22https%3A%2F%2Fx%2F1%22%7D%2C", 79) + "%7B%22url%22%3A%22https%3A%2F%2Fx%2F1%22%7D%5D%7D&task_token=" + token}},
		{"another name for the event", "INFO evt=queued status=" + json + " task_token=" + token + "\n", []string{"1, byte 5: ~event=queued&" + status + "&task_token=" + token}},
		{"values with how they are matched", `{"status": [{"matcher": "exact", "value": ` + json + `}], "task_token": [{"matcher": "exact", "value": "` + token + `"}], "event": [{"matcher": "exact", "value": "queued"}]}`, []string{"1: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"names and values after some other word", `["XADD", "s", "1-0", "status", ` + json + `, "task_token", "` + token + `", "event", "queued"]`, []string{"1: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"a text of YAML in quotes over two lines", "id: 1\ntext: 'got {''task_token'':\n  ''" + token + "'', ''event'': ''queued''}'\n", []string{"2, .text, byte 4: ~task_token=" + token + "&event=queued"}},
		{"a status that was cut off beside the whole one", "a {\"status\": " + json + ", \"task_token\": \"" + token + "\", \"event\": \"queued\"}\n#<Callback status: \"{\\\"status\\\": \\\"que...\", task_token: \"" + token + "\", event: \"queued\">\n", []string{"1, byte 2: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"a body in brackets, as it was posted", "200 {" + status + "&task_token=" + token + "&event=queued} x\n", []string{"1, byte 5: " + status + "&task_token=" + token + "&event=queued"}},
		{"a body that goes on after backslashes", status + "\\\n&task_token=" + token + "&event=queued&payload=%7B%\\\n7D$\n", []string{"1, lines that go on after a mark: " + status + "&task_token=" + token + "&event=queued&payload=%7B%7D"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			r := NewReader(strings.NewReader(tt.text), 0)
			for body, err := r.Next(); err == nil; body, err = r.Next() {
				one := describe(body)
				if body.Lost != "" {
					one += ", lost: " + body.Lost
				}
				got = append(got, one)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q gives\n  %q, want\n  %q", tt.text, got, tt.want)
			}
		})
	}
}
