package decode_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"qcb/decode"
)

// callback decodes a callback with this event and status.
func callback(t *testing.T, event, status string) *decode.Callback {
	t.Helper()
	c, err := decode.Decode([]byte("task_token=t&event=" + event + "&status=" + url.QueryEscape(status)))
	if err != nil {
		t.Fatalf("%s: %v", status, err)
	}
	return c
}

func TestFindings(t *testing.T) {
	tests := []struct{ event, status, want string }{
		{"saved", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, ""},
		{"saved", `{"status":"completed","error":0,"videos":[],"audios":null,"images":{}}`, "no-output: the job completed, and its status lists no output"},
		{"saved", `{"status":"encoding","error":0,"videos":[]}`, ""},
		{"saved", `{"status":"completed","error":0,"videos":{"1":{"url":"u"}},"texts":"none"}`, "unread-outputs: videos is no list: what is in it is not read\nunread-outputs: texts is no list: what is in it is not read"},
		{"error", `{"status":"completed","error":0}`, "contradiction: the event is error, and the error flag of the status is 0"},
		{"error", `{"status":"completed","error":1}`, ""},
		{"saved", `{"status":"failed","error":false}`, "contradiction: the status is failed, and its error flag is false"},
		{"saved", `{"status":"completed","error":0,"error_description":"x","images":[{"url":"u"}]}`, "contradiction: the status has an error description, and its error flag is 0"},
		{"saved", `{"status":"completed","error":0,"percent":99.5,"images":[{"url":"u"}]}`, "contradiction: the status is completed at 99.5 percent"},
		{"saved", `{"status":"completed","error":0,"percent":100,"images":[{"url":"u"}]}`, ""},
		{"queued", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, "contradiction: the event is queued, and the status is completed"},
		{"restarted", `{}`, "retried: the job was tried again as a new job, with another task token"},
		{"restart_failed", `{}`, "retried: the job could not be tried again"},
		{"saved", `{"warnings":[{"message":"Retry on error triggered.","details":"new job 1"}]}`, "retried: the job was tried again as a new job, with another task token (new job 1)"},
		{"saved", `{"warnings":[{"message":"An error occurred while processing your job. It will be automatically retried with the same parameters in a new job."}]}`, "retried: the job will be tried again as a new job, with another task token"},
		{"saved", `{"warnings":[{"message":"Retry on error failed."}]}`, "retried: the job could not be tried again"},
		{"saved", `{"warnings":[{"message":"Callback delivery error"}]}`, "delivery: Qencode could not deliver an earlier callback of this job: its server did not answer with 2xx"},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u","error":true}]}`, "output-error: a failed in a completed job"},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":null}]}`, "no-url: a has no URL"},
		{"saved", `{"status":"encoding","error":0,"videos":[{"tag":"a","url":null}]}`, ""},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u","size":"0.0"}]}`, "empty-output: a is said to have 0 bytes"},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u"},{"tag":"b","url":"u"},{"tag":"c","url":"u"}]}`, "shared-url: a and 2 other outputs have one URL: one file was written over the other"},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u","output_format":"hls"},{"tag":"b","url":"u","output_format":"hls"}]}`, ""},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u.m3u8?x"},{"tag":"b","url":"u.m3u8?x"}]}`, ""},
		{"saved", `{"status":"completed","error":0,"duration":"10","videos":[{"tag":"a","url":"u","duration":"4.9"}]}`, "short-output: a lasts 4.9 s of the source's 10 s"},
		{"saved", `{"status":"completed","error":0,"duration":"10","videos":[{"tag":"a","url":"u","duration":"5"}],"images":[{"url":"i","duration":1}]}`, ""},
		{"saved", `{"videos":[{"tag":"a","url":"u","storage":{"type":"local"}}]}`, "temporary: a is in temporary storage, deleted about 24 hours after the job"},
		{"saved", `{"videos":[{"tag":"a","url":"s3://b/k1"},{"tag":"b","url":"s3://b/k2"}]}`, "s3-url: 2 outputs are at an s3:// URL, which is an address for S3 clients and no link"},
	}
	seen := map[string]bool{"payload-json": true} // which TestPayloadFinding sees
	for _, test := range tests {
		got := ""
		for i, f := range callback(t, test.event, test.status).Findings() {
			if i > 0 {
				got += "\n"
			}
			got += fmt.Sprintf("%s: %s", f.Name, f.Text)
			seen[f.Name] = true
		}
		if got != test.want {
			t.Errorf("%s %s:\n%s\nwant\n%s", test.event, test.status, got, test.want)
		}
	}
	for _, name := range decode.FindingNames {
		if !seen[name] {
			t.Errorf("no test finds %s", name)
		}
	}
	for name := range seen {
		if !slices.Contains(decode.FindingNames, name) {
			t.Errorf("%s is not in FindingNames", name)
		}
	}
}

func TestPayloadFinding(t *testing.T) {
	for payload, want := range map[string]int{`{"a":1}`: 0, `{"a":1`: 1, "[x]": 1, "100500": 0, "": 0, "a{": 0} {
		c, err := decode.Decode([]byte("task_token=t&payload=" + url.QueryEscape(payload)))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Findings(); len(got) != want || want > 0 && got[0].Name != "payload-json" {
			t.Errorf("payload %q: %+v", payload, got)
		}
	}
}

func TestCause(t *testing.T) {
	for message, want := range map[string]string{
		"Error downloading video: HTTP 403":                 "source download, download",
		"failed to save output to S3 bucket 'source-files'": "destination upload, s3",
		"HTTP 404":                           "source download, http",
		"Invalid input: moov atom not found": "source format, invalid input",
		"Killed":                             "resources, killed",
		"Highly skilled task 9as31f":         "",
		"9as31f: s3 said no":                 "destination upload, s3",
		"cannot stitch":                      "stitch, stitch",
		"Widevine key server":                "DRM, widevine",
		"Service is suspended":               "account or quota, suspended",
		"Video join v2 error":                "",
		"":                                   "",
	} {
		cause, ok := decode.Failure{Message: message}.Cause()
		got := ""
		if ok {
			got = cause.Kind + ", " + cause.Word
		}
		if got != want || ok && cause.Check == "" {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
	for code, want := range map[string]string{"1": "ERROR_SERVER_INTERNAL", "14": "ERROR_FIELD_REQUIRED", "19": "", "x": "", "": "", "-1": ""} {
		if got := (decode.Failure{Code: code}).CodeName(); got != want {
			t.Errorf("code %q: %q, want %q", code, got, want)
		}
	}
}
