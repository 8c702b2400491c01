package capture

import (
	"slices"
	"strings"
	"testing"
)

// TestPolls checks which statuses get the task token of the job that a log names.
func TestPolls(t *testing.T) {
	const (
		a       = "0123456789abcdef0123456789abcdef"
		b       = "fedcba9876543210fedcba9876543210"
		running = `{"status": "encoding", "error": 0, "videos": []}`
		done    = `{"status": "completed", "error": 0, "videos": []}`
		pretty  = "{\n  \"error\": 0,\n  \"status\": \"encoding\",\n  \"videos\": []\n}"
		far     = "-----\nstill waiting\n"
	)
	for _, test := range []struct{ name, input, want string }{
		{"on the line above", "Job " + a + " status:\n" + pretty, "A"},
		{"on the line", "Job " + a + " status: " + running, "A"},
		{"before a structure on its line", "Job " + a + " status: " + pretty, "A"},
		{"each its own", "job " + a + ": " + running + "\ntask " + b + ": " + running + "\njob " + a + ": " + running, "A B A"},
		{"each its own, above", "job " + a + "\n" + pretty + "\ntask id=" + b + "\n" + pretty, "A B"},
		{"with a prefix", "web  | Job " + a + ":\nweb  | " + strings.ReplaceAll(pretty, "\n", "\nweb  | "), "A"},
		{"in a string", `{"log":"Task: ` + a + ` status: {\"status\":\"encoding\",\"error\":0,\"videos\":[]}\n"}`, "A"},
		{"in an object of tokens", `{"statuses":{"` + a + `":` + running + `}}`, "A"},
		{"far above, alone", "Start encode. Task: " + a + "\n" + far + running + "\n" + far + running, "A~ A~"},
		{"of two jobs", "Task: " + a + "\nTask: " + b + "\n" + far + running, "?"},
		{"after the end of the other job", "Task: " + a + "\n" + far + done + "\nTask: " + b + "\n" + far + running, "A~ B~"},
		{"after the end, which is named again", "Task: " + a + "\n" + far + done + "\nJob " + a + " finished\nTask: " + b + "\n" + far + running, "A~ B~"},
		{"after the end", "Task: " + a + "\n" + far + done + "\n" + far + running, "A~ ?"},
		{"named later", running + "\nTask: " + a + "\n", "?"},
		{"among callbacks", "Task: " + a + "\ntask_token=" + b + "&event=queued&status={}\n" + far + running, "B ?"},
		{"printed beside what was posted", "job " + a + "\ntask_token=" + b + "&event=queued&status=" + strings.ReplaceAll(running, " ", "+") + "\njob " + a + "\n" + running, "B"},
		{"of another id", "request " + a + "\n" + running, "?"},
		{"of a longer id", "job " + a + "00\n" + running, "?"},
		{"of a word", "mask " + a + "\n" + running, "?"},
		{"as it was posted", "job " + a + "\nstatus=%7B%22status%22%3A%22encoding%22%2C%22error%22%3A0%2C%22videos%22%3A%5B%5D%7D", "?"},
	} {
		r := NewReader(strings.NewReader(test.input), 0)
		var got []string
		for body, err := r.Next(); err == nil; body, err = r.Next() {
			text := string(body.Bytes)
			switch {
			case strings.HasPrefix(text, "task_token="+a):
				text = "A"
			case strings.HasPrefix(text, "task_token="+b):
				text = "B"
			default:
				text = "?"
			}
			if strings.HasSuffix(body.Remark, "some lines before it") {
				text += "~"
			}
			got = append(got, text)
		}
		if !slices.Equal(got, strings.Fields(test.want)) {
			t.Errorf("%s: %q, want %s\n%s", test.name, got, test.want, test.input)
		}
	}
}
