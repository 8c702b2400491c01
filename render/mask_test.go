package render

import "testing"

// TestMessage checks that a file with the name of a secret keeps its line, and that
// credentials are masked behind a place as anywhere else.
func TestMessage(t *testing.T) {
	for line, want := range map[string]string{
		"qcb: token:12: is truncated":                      "qcb: token:12: is truncated",
		"qcb: my-secret.log: no such file":                 "qcb: my-secret.log: no such file",
		"token:12":                                         "token:12",
		"qcb: token:12: password: hunter2":                 "qcb: token:12: password: ***",
		"qcb: a.log:1: https://u:p@a.example":              "qcb: a.log:1: https://***@a.example",
		"qcb: v.mp4?X-Amz-Signature=c0ffee: no such file":  "qcb: v.mp4?X-Amz-Signature=***: no such file",
		"hint: password: hunter2":                          "hint: password: ***",
		"nothing is known about password:123456":           "nothing is known about password:***",
		"qcb: a.log:2: the task with the password: hunter": "qcb: a.log:2: the task with the password: ***",
	} {
		if got := Message(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	if got := MaskNowhere.placed("a.log:1: password: hunter2"); got != "a.log:1: password: hunter2" {
		t.Errorf("%q", got)
	}
}
