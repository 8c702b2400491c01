package decode_test

import (
	"errors"
	"fmt"

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
