package mask_test

import (
	"fmt"

	"qcb/decode/mask"
)

func ExampleText() {
	fmt.Println(mask.Text("cannot save to s3://KEY:SECRET@bucket/a.mp4"))
	// Output: cannot save to s3://***@bucket/a.mp4
}

// What stays is still the body of a callback.
func ExampleBody() {
	fmt.Printf("%s\n", mask.Body([]byte("event=saved&payload=https://user:password@cdn.example/a.mp4")))
	// Output: event=saved&payload=https%3A%2F%2F%2A%2A%2A%40cdn.example%2Fa.mp4
}
