package capture

import (
	"slices"
	"strings"
	"testing"
)

// TestAnswer checks what is an answer of Qencode's API.
func TestAnswer(t *testing.T) {
	const a, b = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	for _, test := range []struct{ input, code, message, unknown string }{
		{`{"error":6,"message":"Service is suspended"}`, "6", "Service is suspended", ""},
		{"no error here\n{\n  \"message\": \"Please specify Token! \\n\",\n  \"error\": 14\n}\n", "14", "Please specify Token!", ""},
		{"answer: {'error': 19, 'message': 'no'}\n", "19", "no", ""},
		{"{\"error\":6,\"message\":\"a\"}\n{\"error\":7,\"message\":\"b\"}\n", "6", "a", ""},
		{`{"error":0,"message":"ok"}`, "", "", ""},
		{`{"error":"6","message":"a"}`, "", "", ""},
		{`{"error":6}`, "", "", ""},
		{`{"error":6,"message":""}`, "", "", ""},
		{`{"error":6.5,"message":"a"}`, "", "", ""},
		{`{"error":6,"message":"a","b":1,"c":2,"d":3}`, "", "", ""},
		{`{"a":{"error":6,"message":"a"}}`, "6", "a", ""},
		{`{"error":0,"statuses":{"` + a + `":null}}`, "", "", a},
		{`{'error': 0, 'statuses': {'` + a + `': None, '` + b + `': None, '` + a + `': None}}`, "", "", b + " " + a},
		{`{"body":"{\"statuses\":{\"` + a + `\": null}}"}`, "", "", a},
		{`{"statuses":{"` + a + `":null,"` + b + `":{"status":"queued","error":0,"videos":[]}}}`, "", "", a},
		{`{"statuses":{"0` + a + `":null,"x":null,"` + a + `":[null]}}`, "", "", ""},
		{`{"tokens":{"` + a + `":null}}`, "", "", ""},
	} {
		r := NewReader(strings.NewReader(test.input), 0)
		for _, err := r.Next(); err == nil; _, err = r.Next() {
		}
		got := slices.Sorted(slices.Values(r.Answer.Unknown))
		want := slices.Sorted(strings.FieldsSeq(test.unknown))
		if r.Answer.Code != test.code || r.Answer.Message != test.message || !slices.Equal(got, want) {
			t.Errorf("%s: %+v", test.input, r.Answer)
		}
	}
}
