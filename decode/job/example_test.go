package job_test

import (
	"fmt"
	"time"

	"qcb/decode"
	"qcb/decode/job"
)

// A handler asks after each callback whether the job is over. A callback that was sent
// again or comes late, and one that is about a rendition, do not change the answer.
func Example() {
	jobs := job.New()
	for _, body := range []string{
		`task_token=1&event=queued&status={"status":"queued","error":0}`,
		`task_token=1&event=saved&callback_type=stream&status={"status":"completed","error":0}`,
		`task_token=1&event=saved&callback_type=task&status={"status":"completed","error":0}`,
		`task_token=1&event=queued&status={"status":"queued","error":0}`,
	} {
		callback, err := decode.Decode([]byte(body))
		if err != nil {
			fmt.Println(err)
			continue
		}
		delivery := jobs.Delivery(callback)
		delivery.Time = time.Now()
		added := jobs.Add(delivery)
		fmt.Print(callback.Event, ": ", jobs.Outcome(added.Job))
		if added.Late != nil {
			fmt.Print(", late: it came after ", added.Late.Event)
		}
		fmt.Println()
	}
	// Output:
	// queued: pending
	// saved: pending
	// saved: completed
	// queued: completed, late: it came after saved
}

// A job that Qencode tried again has another task token, and is the same job: the retry
// decides.
func ExampleJobs_Outcome() {
	jobs := job.New()
	for _, body := range []string{
		`task_token=d48279d04ead11e8b730aa831f35b3f7&event=error&status={"error":1,"warnings":[{"message":"Retry on error triggered.","details":"e2079274fc1c4d12af5cf14affc9ba4e"}]}`,
		`task_token=e2079274fc1c4d12af5cf14affc9ba4e&event=saved&status={"status":"completed","error":0}`,
	} {
		callback, _ := decode.Decode([]byte(body)) // Both are callbacks.
		jobs.Add(jobs.Delivery(callback))
	}
	for j := range jobs.All() {
		fmt.Println(len(jobs.Chain(j)), "tasks:", jobs.Outcome(j))
	}
	// Output: 2 tasks: completed
}
