package explain_test

import (
	"fmt"

	"qcb/decode"
	"qcb/decode/explain"
)

// A failure is text from Qencode. What it seems to be about is guessed from a word.
func ExampleOf() {
	callback, err := decode.Decode([]byte("event=error&error_code=1&error_message=Error+downloading+video:+HTTP+403"))
	if err != nil {
		fmt.Println(err)
		return
	}
	report := explain.Of(callback)
	fmt.Println(report.Outcome)
	for _, failure := range report.Failures {
		fmt.Println(failure.Source, "–", failure)
		fmt.Println(failure.Cause.Kind+":", "check", failure.Cause.Check)
		fmt.Println(explain.CodeOf(failure.Code).Name)
	}
	// Output:
	// failed
	// callback – code 1: Error downloading video: HTTP 403
	// source download: check that the source URL can be fetched from outside, is not expired, and needs no login
	// ERROR_SERVER_INTERNAL
}

func ExampleReport_FailsStrict() {
	callback, err := decode.Decode([]byte(`event=saved&status={"status":"completed","error":0,"videos":[{"tag":"video-0-0"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	report := explain.Of(callback)
	for _, finding := range report.Findings {
		fmt.Println(finding.Severity, finding.Name+":", finding.Text)
	}
	fmt.Println(report.Outcome, report.FailsStrict())
	// Output:
	// warning no-url: video-0-0 has no URL
	// completed true
}
