package sample_test

import (
	"fmt"
	"math/rand/v2"

	"qcb/decode"
	"qcb/decode/sample"
)

// The callbacks of a job, as a handler gets them.
func ExampleJob_Body() {
	job := sample.NewJob(rand.New(rand.NewPCG(1, 1)))
	job.Payload = "order 7"
	for _, kind := range []string{"queued", "saved"} {
		callback, err := decode.Decode(job.Body(kind))
		fmt.Println(callback.Event, callback.Outcome(), callback.Payload, err)
	}
	// Output:
	// queued pending order 7 <nil>
	// saved completed order 7 <nil>
}
