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
	"qcb/decode/job"
)

func ExampleDecode() {
	body := []byte(`task_token=e2079274fc1c4d12af5cf14affc9ba4e&event=saved&status=%7B%22status%22%3A+%22completed%22%2C+%22error%22%3A+0%2C+` +
		`%22videos%22%3A+%5B%7B%22url%22%3A+%22https%3A%2F%2Fcdn.example%2Fa.mp4%22%2C+%22size%22%3A+%220.179412%22%7D%5D%7D`)
	callback, err := decode.Decode(body)
	if err != nil {
		fmt.Println(err)
		return
	}
	if callback.Outcome() == decode.OutcomeCompleted {
		for _, video := range callback.Status.Videos {
			fmt.Println(video.URL, video.Size, "MB")
		}
	}
	// Output: https://cdn.example/a.mp4 0.179412 MB
}

// The only error is that a body is not a callback. A truncated body is a callback: it
// gives what arrived whole, and says where it ends.
func ExampleDecode_damaged() {
	_, err := decode.Decode([]byte(`{"hello": "world"}`))
	fmt.Println(errors.Is(err, decode.ErrNotCallback))

	callback, err := decode.Decode([]byte(`event=saved&status={"status":"completed","videos":[{"url":"https://cdn.example/a.mp4"},{"url":"https://cdn`))
	fmt.Println(err, callback.Outcome(), callback.Status.Videos[0].URL)
	for _, damage := range callback.Damage {
		fmt.Println(damage.Kind == decode.Truncated, damage.Field, damage.Offset, damage.Pointer)
	}
	// Output:
	// true
	// <nil> unknown https://cdn.example/a.mp4
	// true status 106 /videos/1/url
}

// A server that receives callbacks. It answers 200 at once, to a callback that was sent
// again, too, and works once on the end of each job: a callback of type stream, or one
// that comes late, does not end it.
func Example_server() {
	var mutex sync.Mutex
	jobs := job.New()
	handler := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10<<20))
		if err != nil {
			http.Error(w, "too long", http.StatusRequestEntityTooLarge)
			return
		}
		callback, err := decode.Decode(body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprint(w, "Callback received")
		for _, damage := range callback.Damage {
			log.Printf("%q", damage) // The rest of the callback is there all the same.
		}
		mutex.Lock()
		defer mutex.Unlock()
		added := jobs.Add(jobs.Delivery(callback))
		if added.Resend() || !added.Changed {
			return // The same body came before, or it does not change what became of the job.
		}
		switch jobs.Outcome(added.Job) {
		case decode.OutcomeCompleted:
			for output := range callback.Status.Outputs() {
				fmt.Println(output.Kind, output.Name(), output.URL)
			}
		case decode.OutcomeFailed:
			fmt.Println("failed: task", callback.TaskToken)
		}
	}

	server := httptest.NewServer(http.HandlerFunc(handler))
	defer server.Close()
	const saved = `task_token=1&event=saved&status={"status":"completed","error":0,"videos":[{"user_tag":"720p","url":"https://cdn.example/a.mp4"}]}`
	for _, body := range []string{
		`task_token=1&event=queued&status={"status":"queued","error":0}`,
		`task_token=1&event=saved&callback_type=stream&status={"status":"completed","error":0}`,
		saved,
		saved,
		`task_token=1&event=queued&status={"status":"encoding","error":0}`,
		`task_token=2&event=error&error_message=no+such+file&status={"status":"error","error":1}`,
		`task_token=2&event=saved&status={"status":"completed","error":1,"error_description":"no+such+file"}`,
		`<p>hello</p>`,
	} {
		response, err := http.Post(server.URL, "application/x-www-form-urlencoded", strings.NewReader(body))
		if err != nil {
			fmt.Println(err)
			return
		}
		response.Body.Close()
		fmt.Println(response.StatusCode)
	}
	// Output:
	// 200
	// 200
	// video 720p https://cdn.example/a.mp4
	// 200
	// 200
	// 200
	// failed: task 2
	// 200
	// 200
	// 400
}

// A log with a body on each line is decoded in memory that is reused.
func ExampleDecoder() {
	bodies := "task_token=1&event=queued\ntask_token=1&event=saved\n"
	var decoder decode.Decoder
	for lines := bufio.NewScanner(strings.NewReader(bodies)); lines.Scan(); decoder.Reset() {
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
		fmt.Printf("%s=%q from byte %d to %d, damage: %v\n", field.Name, field.Value, field.Start, field.End, field.Damage)
	}
	// Output:
	// event="saved" from byte 0 to 11, damage: <nil>
	// payload="a&b" from byte 12 to 25, damage: <nil>
	// payload="%zz" from byte 26 to 37, damage: payload has a bad percent escape: "%zz" (byte 34 of the body)
}
