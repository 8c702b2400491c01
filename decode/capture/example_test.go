package capture_test

import (
	"fmt"
	"io"
	"strings"

	"qcb/decode"
	"qcb/decode/capture"
)

// A log with other lines in it, and the print of a program below them.
func ExampleReader() {
	log := `127.0.0.1 - - "GET / HTTP/1.1" 200
127.0.0.1 - - "POST /callback HTTP/1.1" 200 "task_token=1&event=queued"
form { task_token: 'e2079274fc1c4d12af5cf14affc9ba4e', event: 'saved', status: '{"error":0,"status":"completed"}' }
`
	r := capture.NewReader(strings.NewReader(log), int64(len(log)))
	for {
		body, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err) // There is no callback in it, or it cannot be read.
			return
		}
		callback, _ := decode.Decode(body.Bytes) // Damage would not keep it from being shown.
		fmt.Printf("line %d, %s: %v; encoded anew: %v\n", body.Line, body.Place, callback.Outcome(), body.Rebuilt)
	}
	// Output:
	// line 2, byte 45: pending; encoded anew: false
	// line 3, byte 5: completed; encoded anew: true
}

func ExampleNoCallbackError() {
	_, err := capture.NewReader(strings.NewReader("<html>502 Bad Gateway"), 0).Next()
	fmt.Println(err)
	// Output: no Qencode callback: it looks like HTML or XML: <html>502 Bad Gateway
}

// A request is kept on a line, and its body comes back byte for byte.
func ExampleRequest_AppendLine() {
	request := capture.Request{Method: "POST", Path: "/callback", Query: "id=7"}
	line := request.AppendLine(nil, nil, "", []byte("task_token=1&event=saved&payload=a\nb"))
	fmt.Printf("%s\n", line)
	again, err := capture.NewReader(strings.NewReader(string(line)+"\n"), 0).Next()
	fmt.Printf("%q %s %v\n", again.Bytes, again.Request.Query, err)
	// Output:
	// {"time":"","method":"POST","path":"/callback","query":"id=7","headers":{},"body":"task_token=1&event=saved&payload=a\nb"}
	// "task_token=1&event=saved&payload=a\nb" id=7 <nil>
}
