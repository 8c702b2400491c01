package explain

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"qcb/decode"
)

// callback decodes a callback with this event and status.
func callback(t *testing.T, event, status string) *decode.Callback {
	t.Helper()
	return fromFields(t, "event="+event+"&status="+url.QueryEscape(status))
}

// fromFields decodes a callback with these fields beside its task token.
func fromFields(t *testing.T, fields string) *decode.Callback {
	t.Helper()
	c, err := decode.Decode([]byte("task_token=t&" + fields))
	if err != nil {
		t.Fatalf("%s: %v", fields, err)
	}
	return c
}

// written writes findings one per line.
func written(list []Finding) string {
	var lines []string
	for _, f := range list {
		about := ""
		if f.Output != nil {
			about = " [" + f.Output.Name() + "]"
		}
		lines = append(lines, fmt.Sprintf("%s %s%s: %s", f.Severity, f.Name, about, f.Text))
	}
	return strings.Join(lines, "\n")
}

func TestFindings(t *testing.T) {
	tests := []struct{ event, status, want string }{
		{"saved", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, ""},
		{"saved", `{"status":"completed","error":0,"videos":[],"audios":null,"images":{}}`, "warning no-output: the job completed, but its status does not list an output"},
		{"saved", `{"status":"encoding","error":0,"videos":[]}`, ""},
		{"saved", `{"status":"completed","error":0,"videos":{"1":{"url":"u"}},"texts":"none"}`, "warning unread-outputs: videos is not a list, so its contents were skipped\nwarning unread-outputs: texts is not a list, so its contents were skipped"},
		{"error", `{"status":"completed","error":0}`, "error contradiction: the event is error, but the error flag of the status is 0"},
		{"error", `{"status":"completed","error":1}`, ""},
		{"saved", `{"status":"failed","error":false}`, "error contradiction: the state is failed, but the error flag of the status is false"},
		{"saved", `{"status":"completed","error":0,"error_description":"x","images":[{"url":"u"}]}`, "error contradiction: the status has an error description, but its error flag is 0"},
		{"saved", `{"status":"completed","error":0,"percent":99.5,"images":[{"url":"u"}]}`, "error contradiction: the state is completed at 99.5 percent"},
		{"saved", `{"status":"completed","error":0,"percent":100,"images":[{"url":"u"}]}`, ""},
		{"queued", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, "error contradiction: the event is queued, but the state is completed"},
		{"saved", `{"status":"completed","error":1,"error":0,"images":[{"url":"u"}]}`, "error duplicate-member: /error was sent twice with different values, the last one counts"},
		{"Error", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, `error failure-event: the event "Error" sounds like a failure, but Qencode does not document it`},
		{"job_failed", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, `error failure-event: the event "job_failed" sounds like a failure, but Qencode does not document it`},
		{"canceled", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, `error failure-event: the event "canceled" sounds like a failure, but Qencode does not document it`},
		{"aborted", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, `error failure-event: the event "aborted" sounds like a failure, but Qencode does not document it`},
		{"converted", `{"status":"completed","error":0,"images":[{"url":"u"}]}`, `info unknown-event: Qencode does not document the event "converted"`},
		{"restarted", `{}`, "info retried: the job was tried again as a new job, with another task token"},
		{"restarted", `{"warnings":[{"message":"Retry on error triggered.","details":"0123456789abcdef0123456789abcdef"}]}`, "warning warning: Retry on error triggered: 0123456789abcdef0123456789abcdef\ninfo retried: the job was tried again as task 0123456789abcdef0123456789abcdef"},
		{"saved", `{"warnings":[{"message":"Retry on error triggered.","details":"new job 0123456789abcdef0123456789abcdef"}]}`, "warning warning: Retry on error triggered: new job 0123456789abcdef0123456789abcdef\ninfo retried: the job was tried again as task 0123456789abcdef0123456789abcdef"},
		{"restart_failed", `{}`, "info retried: the job could not be tried again"},
		{"saved", `{"warnings":[{"message":"Retry on error triggered.","details":"new job 1"}]}`, "warning warning: Retry on error triggered: new job 1\ninfo retried: the job was tried again as a new job, with another task token (new job 1)"},
		{"saved", `{"warnings":[{"message":"An error occurred while processing your job. It will be automatically retried with the same parameters in a new job."}]}`, "warning warning: An error occurred while processing your job. It will be automatically retried with the same parameters in a new job.\ninfo retried: the job will be tried again as a new job, with another task token"},
		{"saved", `{"warnings":[{"message":"Retry on error failed."}]}`, "warning warning: Retry on error failed.\ninfo retried: the job could not be tried again"},
		{"saved", `{"warnings":[{"message":"Callback delivery error"}]}`, "warning warning: Callback delivery error\ninfo delivery: Qencode could not deliver an earlier callback of this job: the server did not answer with 2xx"},
		{"saved", `{"warnings":[{"message":"Callback delivery error","details":"Error sending callback to http://localhost:3000/cb 500"}]}`, "warning warning: Callback delivery error: Error sending callback to http://localhost:3000/cb 500\ninfo delivery: Qencode could not deliver an earlier callback of this job: its host localhost is private"},
		{"saved", `{"warnings":[{"tag":"a","details":"d"},{"tag":"x","message":"m."},{},""],"videos":[{"user_tag":"a","url":"u"}]}`, "warning warning [a]: a: d\nwarning warning: x: m."},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u","error":true}]}`, "error output-error [a]: a failed in a completed job"},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u","status":"failed"},{"tag":"b","url":"v","status":"error"}]}`, "error output-error [a]: a failed in a completed job\nerror output-error [b]: b failed in a completed job"},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":null}]}`, "warning no-url [a]: a has no URL"},
		{"saved", `{"status":"encoding","error":0,"videos":[{"tag":"a","url":null}]}`, ""},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u","size":"0.0"}]}`, "warning empty-output [a]: a is reported as 0 bytes"},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u"},{"tag":"b","url":"u"},{"tag":"c","url":"u"}]}`, "warning shared-url [a]: a and 2 other outputs have the same URL: one file has overwritten the other"},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u","output_format":"hls"},{"tag":"b","url":"u","output_format":"hls"}]}`, ""},
		{"saved", `{"status":"completed","error":0,"videos":[{"tag":"a","url":"u.m3u8?x"},{"tag":"b","url":"u.m3u8?x"}]}`, ""},
		{"saved", `{"status":"completed","error":0,"duration":"10","videos":[{"tag":"a","url":"u","duration":"4.9"}]}`, "info short-output [a]: a lasts 4.9 s, while the source lasts 10 s"},
		{"saved", `{"status":"completed","error":0,"duration":"10","videos":[{"tag":"a","url":"u","duration":"5"}],"images":[{"url":"i","duration":1}]}`, ""},
		{"saved", `{"videos":[{"tag":"a","url":"u","storage":{"type":"local"}}]}`, "info temporary [a]: a is in temporary storage, deleted about 24 hours after the job"},
		{"saved", `{"videos":[{"tag":"a","url":"s3://b/k1"},{"tag":"b","url":"s3://b/k2"}]}`, "info unlinkable-url: 2 outputs have a URL that browsers cannot open (s3://)"},
		{"saved", `{"videos":[{"tag":"a","url":"b2://b/k1"},{"url":"azblob://b/k2"},{"url":"ftp://b/k3"},{"url":"SFTP://b/k4"},{"url":"https://b/k5"},{"url":"HTTP://b/k6"},{"url":"x y://b"},{"url":"://b"},{"url":"/s3://b"}]}`, "info unlinkable-url: 4 outputs have a URL that browsers cannot open (b2://, azblob://, ftp://, sftp://)"},
		{"saved", `{"videos":[{"tag":"a","url":"ftps://b/k1"}]}`, "info unlinkable-url [a]: a has a URL that browsers cannot open (ftps://)"},
		{"saved", `{"texts":[{"tag":"a","url":"https://h.example/stt"},{"tag":"b","url":"https://h.example/a.srt?x=/"},{"tag":"c","url":"https://h.example/stt","storage":{"names":["a.txt"]}}]}`, "info folder-url [a]: a has the URL of a folder: the names of the files in it were not sent"},
		{"saved", `{"texts":[{"tag":"a","url":"u","storage":{"names":["a.txt","b.txt"]}},{"tag":"b","url":"u","storage":{"names":["b.txt","c.txt"]}}]}`, "warning shared-url [a]: a and 1 other output have the same URL: one file has overwritten the other"},
		{"saved", `{"status":"completed","error":0,"texts":[{"tag":"a","download_url":"https://h.example/stt","storage":{"names":["a.txt"]}},{"tag":"b","storage":{"names":["a.txt"]}}]}`, "warning no-url [b]: b has no URL"},
	}
	seen := map[string]bool{"payload-json": true, "rendition": true, "late": true} // which other tests see
	for _, test := range tests {
		r := Of(callback(t, test.event, test.status))
		if got := written(r.Findings); got != test.want {
			t.Errorf("%s %s:\n%s\nwant\n%s", test.event, test.status, got, test.want)
		}
		strict := strings.Contains("\n"+test.want, "\nwarning ") || strings.Contains("\n"+test.want, "\nerror ")
		if r.FailsStrict() != strict {
			t.Errorf("%s %s: fails strict: %v", test.event, test.status, r.FailsStrict())
		}
		for _, f := range r.Findings {
			seen[f.Name] = true
			if left := Of(callback(t, test.event, test.status), f.Name).Findings; slices.ContainsFunc(left, func(l Finding) bool { return l.Name == f.Name }) {
				t.Errorf("%s is not ignored: %s", f.Name, written(left))
			}
		}
	}
	for _, name := range FindingNames() {
		if !seen[name] {
			t.Errorf("no test finds %s", name)
		}
	}
}

// TestErrorBesideSuccess checks that a callback with an error is never a success for
// whoever is strict, even if its status says so.
func TestErrorBesideSuccess(t *testing.T) {
	for _, fields := range []string{"error_code=7", "error_message=boom"} {
		r := Of(fromFields(t, fields+"&event=saved&status="+url.QueryEscape(`{"status":"completed","error":0,"images":[{"url":"u"}]}`)))
		const want = "error contradiction: the callback has an error code or message, but the job is completed"
		if got := written(r.Findings); got != want || !r.FailsStrict() || r.Outcome != decode.OutcomeCompleted {
			t.Errorf("%s: %s, %s", fields, r.Outcome, got)
		}
	}
}

// TestRendition checks that what happened to a rendition is not said of its job.
func TestRendition(t *testing.T) {
	const want = "info rendition: the callback is about one rendition: it does not tell what became of the job"
	for _, fields := range []string{
		`event=saved&status={"status":"completed","error":0}`,
		`event=error&error_code=7&error_message=boom&status={"status":"error","error":1}`,
	} {
		r := Of(fromFields(t, "callback_type=stream&"+fields))
		if got := written(r.Findings); got != want || r.Outcome != decode.OutcomePending {
			t.Errorf("%s: %s, %s", fields, r.Outcome, got)
		}
	}
}

// TestAdd checks that a finding that is added comes behind those that are as bad.
func TestAdd(t *testing.T) {
	for name, want := range map[string]string{
		"late":          "warning warning: w\ninfo unknown-event: Qencode does not document the event \"e\"\ninfo late: text %s",
		"contradiction": "error contradiction: text %s\nwarning warning: w\ninfo unknown-event: Qencode does not document the event \"e\"",
	} {
		r := Of(callback(t, "e", `{"warnings":[{"message":"w"}]}`))
		if r.Add(name, "text %s"); written(r.Findings) != want {
			t.Errorf("%s\nwant\n%s", written(r.Findings), want)
		}
	}
}

func TestPayloadFinding(t *testing.T) {
	for payload, want := range map[string]string{
		`{"a":1}`: "", `{"a":1`: "info payload-json: the payload looks like JSON but is not valid",
		"[x]": "info payload-json: the payload looks like JSON but is not valid", "100500": "", "": "", "a{": "",
	} {
		if got := written(Of(fromFields(t, "payload="+url.QueryEscape(payload))).Findings); got != want {
			t.Errorf("payload %q: %q, want %q", payload, got, want)
		}
	}
}

// TestWhy checks the reason for each unknown outcome, and that others have none.
func TestWhy(t *testing.T) {
	for fields, want := range map[string]string{
		"event=queued": "",
		"event=saved":  "it came without a status",
		"status=hello": "its status cannot be read",
		"status=5":     "its status is not a JSON object",
		`status={"status":"completed","videos":[`:       "its status is damaged before the error flag",
		`status={"error":0}`:                            "its status does not name a state",
		`status={"status":"odd","error":0}`:             "the state is odd",
		`status={"status":"completed","error":0}`:       "",
		`event=error&status={"status":"odd","error":0}`: "",
	} {
		if got := Of(fromFields(t, fields)).Why; got != want {
			t.Errorf("%s: %q, want %q", fields, got, want)
		}
	}
}

func TestFailures(t *testing.T) {
	r := Of(fromFields(t, `event=error&error_code=7&error_message=m&status=`+url.QueryEscape(`{"error": 1, "videos": [
		{"tag": "video-0-0", "user_tag": "720p", "error": true, "error_description": "disk"}, {"tag": "ok", "error": 0},
		{"user_tag": "u", "error": "no space"}, {"error": "1"}, {"tag": "t", "error_description": "only words"}]}`)))
	var got []string
	for _, f := range r.Failures {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s | %s | %v %s", f.Source, f, f.Output != nil, f.Cause.Kind)))
	}
	want := []string{
		"callback | code 7: m | false", "status | no message was sent | false", "video-0-0 720p | disk | true",
		"u | no space | true resources", "video | no message was sent | true", "t | only words | true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("failures\n%q\nwant\n%q", got, want)
	}
	if r := Of(fromFields(t, "event=saved")); r.Failures != nil {
		t.Errorf("failures of a sound callback: %v", r.Failures)
	}
}

// TestWorstFirst checks the order of findings.
func TestWorstFirst(t *testing.T) {
	r := Of(callback(t, "saved", `{"status":"completed","error":0,"duration":10,"videos":[
		{"tag":"a","url":"s3://b/k","duration":1},{"tag":"b"},{"tag":"c","url":"u","error":1},{"tag":"d"}],"warnings":["w"]}`))
	var names []string
	for _, f := range r.Findings {
		names = append(names, f.Name)
	}
	if want := []string{"output-error", "warning", "no-url", "no-url", "short-output", "unlinkable-url"}; !slices.Equal(names, want) {
		t.Errorf("findings %q, want %q", names, want)
	}
}

func TestSeverityString(t *testing.T) {
	for severity, want := range map[Severity]string{SeverityInfo: "info", SeverityWarning: "warning", SeverityError: "error"} {
		if got := severity.String(); got != want {
			t.Errorf("severity %d is %q, want %q", severity, got, want)
		}
	}
}

func TestCause(t *testing.T) {
	for message, want := range map[string]string{
		"Error downloading video: HTTP 403":                 "source download, download",
		"failed to save output to S3 bucket 'source-files'": "destination upload, s3",
		"HTTP 404":                           "",
		"Invalid input: moov atom not found": "source format, invalid input",
		"Killed":                             "resources, killed",
		"Highly skilled task 9as31f":         "",
		"9as31f: s3 said no":                 "destination upload, s3",
		"cannot stitch":                      "stitch, stitch",
		"Widevine key server":                "DRM, widevine",
		"Service is suspended":               "account or quota, suspended",
		"Video join v2 error":                "stitch, video join",
		"":                                   "",
	} {
		cause := CauseOf(message)
		got := ""
		if cause.Kind != "" {
			got = cause.Kind + ", " + cause.Word
		}
		if got != want || got != "" && cause.Check == "" {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
}

// TestPublishedMessages checks the kind of each message that is published or was seen.
func TestPublishedMessages(t *testing.T) {
	for message, want := range map[string]string{
		"Video join v2 error":                               "stitch",
		"failed to save output to S3 bucket 'source-files'": "destination upload",
		"Source media decode error":                         "source format",
		"Callback delivery error":                           "callback delivery",
		"Error sending callback to https://a.example 500: Internal Server Error.":                                              "callback delivery",
		"An error occurred while processing your job. It will be automatically retried with the same parameters in a new job.": "retry",
		"Retry on error triggered.":                       "retry",
		"Retry on error failed.":                          "retry",
		"query field is required":                         "request",
		"Field destination URL must not end with a slash": "request",
		"Service is suspended":                            "account or quota",
		"Please specify Token! \n":                        "request",
	} {
		if cause := CauseOf(message); cause.Kind != want || cause.Check == "" {
			t.Errorf("%q: %+v, want %s", message, cause, want)
		}
	}
}

// TestMisreadings checks that words which tell nothing give no cause.
func TestMisreadings(t *testing.T) {
	for _, message := range []string{
		"HTTP 404", "http error", "download limit exceeded", "Download limit reached",
		"timeout of https://cdn.example/download/source/upload.mp4",
	} {
		if cause := CauseOf(message); cause.Kind != "" {
			t.Errorf("%q: %+v", message, cause)
		}
	}
}

// TestPrivateHost checks which hosts are private, and what is said of them.
func TestPrivateHost(t *testing.T) {
	for text, private := range map[string]string{
		"http://localhost:8000/a.mp4": "localhost", "https://user:pw@10.1.2.3/a?b": "10.1.2.3", "http://192.168.0.7": "192.168.0.7",
		"http://172.16.0.1/": "172.16.0.1", "http://127.0.0.1": "127.0.0.1", "http://[::1]:80/": "::1", "http://[fd00::1]/": "fd00::1",
		"http://169.254.1.1/": "169.254.1.1", "http://nas.local/a": "nas.local", "http://host.docker.internal/a": "host.docker.internal",
		"http://Minio:9000/a": "Minio", "sftp://files.lan/a": "files.lan", "ftp://0.0.0.0/": "0.0.0.0", "HTTPS://LOCALHOST": "LOCALHOST",
		"https://cdn.example/a": "", "http://172.32.0.1/": "", "http://8.8.8.8/": "", "s3://bucket/key": "", "https://***/a": "",
		"https://user:pw@cdn.example/localhost": "", "https://local.example.com": "", "https://…": "", "http://": "", "http:///a": "", "file://localhost/a": "",
	} {
		want := Cause{}
		if private != "" {
			want = Cause{"private host", private, "the URL in the message: its host " + private + " is private, so Qencode cannot reach it"}
		}
		if text == "s3://bucket/key" {
			want = Cause{"destination upload", "s3", causes[5].check}
		}
		for _, message := range []string{text, "cannot open '" + text + "'", "cannot open (" + text + "), twice", "see https://a.example, " + text} {
			if got := CauseOf(message); got != want {
				t.Errorf("%s: %+v, want %+v", message, got, want)
			}
		}
	}
	const message = "Error downloading http://localhost/a.mp4 and http://10.0.0.1/"
	if got, want := CauseOf(message), (Cause{"source download", "download", "the URL in the message: its host localhost is private, so Qencode cannot reach it"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestCodes(t *testing.T) {
	for code, want := range map[string]string{"0": "ERROR_OK", "1": "ERROR_SERVER_INTERNAL", "14": "ERROR_FIELD_REQUIRED", "15": "", "19": "", "x": "", "": "", "-1": "", "+1": "", "99999999999999999999": ""} {
		if got := CodeOf(code).Name; got != want {
			t.Errorf("code %q: %q, want %q", code, got, want)
		}
	}
	for n, code := range codes() {
		if code.Meaning == "" || code.Check == "" && n != 0 {
			t.Errorf("code %d: %+v", n, code)
		}
	}
}

// TestParseFailure checks what of a text is the code and what the message.
func TestParseFailure(t *testing.T) {
	for text, want := range map[string]Failure{
		"6": {Code: "6"}, " 014 ": {Code: "014"}, "code 1": {Code: "1"}, "Code 1: boom": {Code: "1", Message: "boom"}, "error_system_busy": {Code: "8"},
		"error 19: no query": {Code: "19", Message: "no query"}, "7: boom": {Code: "7", Message: "boom"},
		"code": {Message: "code"}, "error": {Message: "error"}, "404 not found": {Message: "404 not found"}, "-1": {Message: "-1"}, "error: boom": {Message: "error: boom"}, "": {}, ":": {Message: ":"},
	} {
		if got := ParseFailure(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
	for _, f := range []Failure{{Code: "1", Message: "boom"}, {Message: "Killed", Cause: CauseOf("Killed")}} {
		if got := ParseFailure(f.String()); got != f {
			t.Errorf("%s: %+v, want %+v", f, got, f)
		}
	}
	for text, want := range map[string]bool{"6": true, "19": true, "20": false, "Killed": true, "boom": false, "20: Killed": true, "1: boom": true, "": false} {
		if got := ParseFailure(text).Known(); got != want {
			t.Errorf("%q: known %v", text, got)
		}
	}
}
