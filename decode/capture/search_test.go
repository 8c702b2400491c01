package capture

import (
	"fmt"
	"strings"
	"testing"
)

// TestOnce counts the callbacks in records that have one of them twice.
func TestOnce(t *testing.T) {
	callback := func(token string) string { return `{"event": "queued", "task_token": "` + token + `"}` }
	others := func(n int) (list string) {
		for i := range n {
			list += callback(fmt.Sprint("t-", i)) + " "
		}
		return list
	}
	for _, test := range []struct {
		name, text string
		want       int
	}{
		{"in one line", "got " + callback("a-1") + " again " + callback("a-1"), 1},
		{"in two lines", "got " + callback("a-1") + "\nagain " + callback("a-1"), 2},
		{"in two elements of a list", "[" + callback("a-1") + ", " + callback("a-1") + "]", 2},
		{"in two elements whose numbers begin with the same digit", "[" + strings.Repeat("0, ", 10) + callback("a-1") + ", " + callback("a-1") + "]", 2},
		{"in two members of an element", `[{"a": ` + callback("a-1") + `, "b": ` + callback("a-1") + "}]", 1},
		{"in an element, and in a list in it", `[{"event": "queued", "task_token": "a-1", "log": [{"event": "queued", "task_token": "a-1"}]}]`, 1},
		{"not behind more than 15 others", "got " + callback("a-1") + " " + others(15) + callback("a-1"), 16},
		{"behind 16 others", "got " + callback("a-1") + " " + others(16) + callback("a-1"), 18},
	} {
		if got, err := readAll(NewReader(strings.NewReader(test.text), 0)); len(got) != test.want {
			t.Errorf("%s: %d callbacks %q, %v; want %d", test.name, len(got), got, err, test.want)
		}
	}
}
