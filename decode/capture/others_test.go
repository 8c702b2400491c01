package capture

import (
	"strings"
	"testing"
)

// TestLeftOut checks what is said of members beside those of a callback.
func TestLeftOut(t *testing.T) {
	for members, want := range map[string]string{
		``:             "",
		`,"foo":"bar"`: "was found beside members that are left out: foo",
		`,"level":30,"a":{},"b":[1],"c":null,"d":1,"e":2,"f":3`: "was found beside members that are left out: level, a, b, c, d, 2 more",
		`,"` + strings.Repeat("x", 50) + `":1`:                  "was found beside members that are left out: " + strings.Repeat("x", 40) + "…",
		`,"req":{"body":{"x":1}}`:                               "was found beside members that are left out: req",
	} {
		for _, event := range []string{"saved", "error"} {
			r := NewReader(strings.NewReader(`{"task_token":"0123456789abcdef0123456789abcdef","event":"`+event+`","status":{"status":"queued","error":0}`+members+`}`), 0)
			want := want
			if event == "error" {
				want = strings.TrimSuffix("was found without error_code and error_message; it "+want, "; it ")
			}
			if body, err := r.Next(); err != nil || body.Remark != want || strings.Contains(string(body.Bytes), "foo") {
				t.Errorf("%s: %q, want %q, %s, %v", members, body.Remark, want, body.Bytes, err)
			}
		}
	}
	r := NewReader(strings.NewReader("level=info task_token=0123456789abcdef0123456789abcdef event=queued status={\"status\":\"queued\",\"error\":0} foo=bar\n"), 0)
	if body, err := r.Next(); err != nil || body.Remark != "" {
		t.Errorf("words on a line: %q, %v", body.Remark, err)
	}
}
