package decode_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"qcb/decode"
)

func ExampleDecode() {
	body := []byte(`task_token=e2079274fc1c4d12af5cf14affc9ba4e&event=saved&status=%7B%22status%22%3A+%22completed%22%2C+%22error%22%3A+0%2C+` +
		`%22videos%22%3A+%5B%7B%22url%22%3A+%22https%3A%2F%2Fcdn.example%2Fa.mp4%22%2C+%22size%22%3A+%220.179412%22%7D%5D%7D`)
	callback, err := decode.Decode(body)
	if err != nil {
		fmt.Println("the body is damaged:", err)
	}
	if callback.Outcome() == decode.Completed {
		for _, video := range callback.Status.Videos {
			fmt.Println(video.URL, video.Size, "MB")
		}
	}
	// Output: https://cdn.example/a.mp4 0.179412 MB
}

// A body that was cut off still gives what arrived whole.
func ExampleErrors() {
	body := []byte(`event=saved&status={"status":"completed","videos":[{"url":"https://cdn.example/a.mp4"},{"url":"https://cdn`)
	callback, err := decode.Decode(body)
	var damages decode.Errors
	if errors.As(err, &damages) {
		for _, damage := range damages {
			fmt.Println(damage.Kind == decode.Cut, damage.Field, damage.Offset, damage.Pointer)
		}
	}
	fmt.Println(callback.Outcome() == decode.Completed, callback.Status.Videos[0].URL)
	// Output:
	// true status 106 /videos/1/url
	// false https://cdn.example/a.mp4
}

// The endpoint of a server that receives callbacks. It answers at once, and works on
// a callback that it has not seen.
func Example_server() {
	var seen sync.Map
	handler := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10<<20))
		if err != nil {
			http.Error(w, "too long", http.StatusRequestEntityTooLarge)
			return
		}
		callback, damage := decode.Decode(body)
		if callback.TaskToken == "" {
			http.Error(w, "not the body of a callback", http.StatusBadRequest)
			return
		}
		if damage != nil {
			log.Printf("%q", damage.Error()) // What could be read is there all the same.
		}
		fmt.Fprint(w, "Callback received")
		if damage == nil {
			if _, again := seen.LoadOrStore(callback.TaskToken+" "+callback.Event, true); again {
				return // Qencode may send a callback more than once.
			}
		}
		switch callback.Outcome() {
		case decode.Completed:
			for output := range callback.Status.Outputs() {
				fmt.Println(output.Kind, output.Name(), output.URL)
			}
		case decode.Failed:
			fmt.Println("failed:", callback.Failures()[0])
		}
	}

	server := httptest.NewServer(http.HandlerFunc(handler))
	defer server.Close()
	for _, body := range []string{
		`task_token=1&event=queued&status={"status":"queued","error":0}`,
		`task_token=1&event=saved&status={"status":"completed","error":0,"videos":[{"user_tag":"720p","url":"https://cdn.example/a.mp4"}]}`,
		`task_token=2&event=saved&status={"status":"completed","error":1,"error_description":"no+such+file"}`,
	} {
		response, err := http.Post(server.URL, "application/x-www-form-urlencoded", strings.NewReader(body))
		if err != nil {
			fmt.Println(err)
			return
		}
		response.Body.Close()
	}
	// Output:
	// video 720p https://cdn.example/a.mp4
	// failed: no such file
}

// A log, with a body on each line, is decoded in memory that is used again.
func ExampleDecoder() {
	log := "task_token=1&event=queued\ntask_token=1&event=saved\n"
	var decoder decode.Decoder
	for lines := bufio.NewScanner(strings.NewReader(log)); lines.Scan(); decoder.Reset() {
		callback, err := decoder.Decode(lines.Bytes())
		fmt.Println(callback.TaskToken, callback.Event, err)
	}
	// Output:
	// 1 queued <nil>
	// 1 saved <nil>
}

// The fields of a body come in the order in which they were sent, each with its
// place.
func ExampleParseForm() {
	for _, field := range decode.ParseForm([]byte("event=saved&payload=a%26b&payload=%zz")) {
		fmt.Printf("%s=%q from byte %d to %d, %v\n", field.Name, field.Value, field.Start, field.End, field.Err)
	}
	// Output:
	// event="saved" from byte 0 to 11, <nil>
	// payload="a&b" from byte 12 to 25, <nil>
	// payload="%zz" from byte 26 to 37, payload has a bad percent escape: "%zz" (byte 34 of the body)
}

func ExampleRedact() {
	fmt.Println(decode.Redact("cannot save to s3://KEY:SECRET@bucket/a.mp4"))
	// Output: cannot save to s3://***@bucket/a.mp4
}

// What stays is still the body of a callback.
func ExampleRedactBody() {
	fmt.Printf("%s\n", decode.RedactBody([]byte("event=saved&payload=https://user:password@cdn.example/a.mp4")))
	// Output: event=saved&payload=https%3A%2F%2F%2A%2A%2A%40cdn.example%2Fa.mp4
}

// A failure is text from Qencode: what it seems to be about is a guess from a word.
func ExampleCallback_Failures() {
	callback, _ := decode.Decode([]byte("event=error&error_code=1&error_message=Error+downloading+video:+HTTP+403"))
	for _, failure := range callback.Failures() {
		cause, known := failure.Cause()
		fmt.Println(failure.Source, "–", failure)
		fmt.Println(cause.Kind, known, failure.CodeName())
	}
	// Output:
	// callback – code 1: Error downloading video: HTTP 403
	// source download true ERROR_SERVER_INTERNAL
}

func ExampleCallback_Findings() {
	callback, _ := decode.Decode([]byte(`event=saved&status={"status":"completed","error":0,"videos":[{"tag":"video-0-0","url":"s3://bucket/a.mp4"}]}`))
	for _, finding := range callback.Findings() {
		fmt.Println(finding.Name+":", finding.Text)
	}
	// Output: s3-url: video-0-0 is at an s3:// URL, which is an address for S3 clients and no link
}
