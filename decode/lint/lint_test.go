package lint

import (
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"qcb/decode"
	"qcb/decode/sample"
)

// lines returns the differences of a body, each on a line.
func lines(body []byte) string {
	c, _ := decode.Decode(body)
	var b strings.Builder
	for _, d := range Of(c) {
		b.WriteString(d.String() + "\n")
	}
	return b.String()
}

// TestFields checks each rule of the form fields.
func TestFields(t *testing.T) {
	const good = "task_token=e2079274fc1c4d12af5cf14affc9ba4e&event=error&callback_type=task&payload=1&error_code=1&error_message=x"
	const status = `&status={"status":"error","error":1}`
	if got := lines([]byte(good + status)); got != "" {
		t.Errorf("a good body: %s", got)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"token", "e2079274fc1c4d12af5cf14affc9ba4e", "E2079274FC1C4D12AF5CF14AFFC9BA4E", `task_token is "E2079274FC1C4D12AF5CF14AFFC9BA4E", but a token has 32 lower-case hexadecimal digits`},
		{"short token", "e2079274fc1c4d12af5cf14affc9ba4e", "1", `task_token is "1", but a token has 32 lower-case hexadecimal digits`},
		{"no token", "task_token=e2079274fc1c4d12af5cf14affc9ba4e&", "", "task_token is missing"},
		{"event", "event=error", "event=Error", "event is \"Error\", but Qencode sends one of: queued, saved, error, restarted, restart_failed\nevent is \"Error\", but error_code and error_message are only sent with the event error"},
		{"no event", "event=error&", "", "event is missing\nevent is \"\", but error_code and error_message are only sent with the event error"},
		{"type", "=task&", "=job&", `callback_type is "job", but Qencode sends one of: task, stream`},
		{"no type", "callback_type=task&", "", "callback_type is missing"},
		{"payload", "payload=1", "payload=" + strings.Repeat("é", 1001), "payload has 1001 characters, but the API allows 1000"},
		{"code", "error_code=1", "error_code=E1", `error_code is "E1", but a code is a number`},
		{"another field", "payload", "payloads", "payloads is not a field that Qencode sends"},
		{"a field twice", "payload=1", "payload=1&payload=1", "payload was sent twice"},
		{"no status", status, "", "status is missing"},
		{"another status", status, "&status=[]", "status is not a JSON object\nstatus is [], but Qencode sends an object"},
		{"an empty status", status, "&status=", "status is not a JSON object"},
	} {
		if got := lines([]byte(strings.Replace(good+status, test.old, test.new, 1))); got != test.want+"\n" {
			t.Errorf("%s:\n%swant\n%s", test.name, got, test.want)
		}
	}
}

// TestStatus checks each rule of the members of a status.
func TestStatus(t *testing.T) {
	const good = `{"status":"completed","percent":"100.0","error":0,"error_description":null,"warnings":[{"message":"m","details":"d","tag":"t"}],` +
		`"status_url":"https://a.example/1","duration":"30.017","source_size":16.6,"api_version":"v1",` +
		`"videos":[{"url":"s3://a/b","tag":"video-0-0","user_tag":null,"bitrate":142,"error":false,"meta":[1],"storage":{}}],"audios":[],"images":[],` +
		`"texts":[{"url":"https://a.example/","tag":"text-0","cost":"0.1","download_url":null}]}`
	form := func(status string) []byte {
		return []byte("task_token=e2079274fc1c4d12af5cf14affc9ba4e&event=saved&callback_type=task&status=" + url.QueryEscape(status))
	}
	if got := lines(form(good)); got != "" {
		t.Errorf("a good status: %s", got)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"state", `"completed"`, `"done"`, `status/status is "done", but Qencode sends one of: queued, downloading, encoding, saving, completed, error, failed`},
		{"a state that is not a string", `"completed"`, `1`, `status/status is 1, but Qencode sends a string`},
		{"no state", `"status":"completed",`, ``, `status/status is missing`},
		{"percentage", `"100.0"`, `"all"`, `status/percent is "all", but Qencode sends a number`},
		{"a large percentage", `"100.0"`, `101`, `status/percent is 101, but a percentage is from 0 to 100`},
		{"a small percentage", `"100.0"`, `-1`, `status/percent is -1, but a percentage is from 0 to 100`},
		{"flag", `"error":0`, `"error":5`, `status/error is 5, but an error flag is 0 or 1`},
		{"no flag", `"error":0,`, ``, `status/error is missing`},
		{"text", `"error_description":null`, `"error_description":{}`, `status/error_description is {}, but Qencode sends a string or null`},
		{"number", `"duration":"30.017"`, `"duration":"30 s"`, `status/duration is "30 s", but Qencode sends a number`},
		{"an unknown member", `"api_version"`, `"apiVersion"`, `status/apiVersion is not a member that Qencode sends`},
		{"a member twice", `"api_version":"v1"`, `"api_version":"v1","api_version":"v1"`, `status/api_version was sent twice`},
		{"a list", `"audios":[]`, `"audios":{"0":1}`, `status/audios is {"0":1}, but Qencode sends a list`},
		{"an entry", `"audios":[]`, `"audios":["a"]`, `status/audios/0 is "a", but Qencode sends an object`},
		{"a warning without a message", `"message":"m",`, ``, `status/warnings/0/message is missing`},
		{"URL", `"s3://a/b"`, `"/a/b"`, `status/videos/0/url is "/a/b", which is not a URL`},
		{"a URL without a scheme", `"s3://a/b"`, `"://b"`, `status/videos/0/url is "://b", which is not a URL`},
		{"a URL of a scheme alone", `"s3://a/b"`, `"s3://"`, `status/videos/0/url is "s3://", which is not a URL`},
		{"a URL that is not a string", `"s3://a/b"`, `null`, `status/videos/0/url is null, but Qencode sends a URL`},
		{"a blank in a URL", `"s3://a/b"`, `"s3://a/b c"`, `status/videos/0/url has a blank or a control character, which a URL cannot have`},
		{"no tag", `"tag":"video-0-0",`, ``, `status/videos/0/tag is missing`},
		{"a member of another kind of output", `"bitrate":142`, `"cost":"1"`, `status/videos/0/cost is not a member that Qencode sends`},
		{"a long value", `"bitrate":142`, `"bitrate":"` + strings.Repeat("é", 30) + `"`, `status/videos/0/bitrate is "` + strings.Repeat("é", 19) + `…, but Qencode sends a number`},
	} {
		if got := lines(form(strings.Replace(good, test.old, test.new, 1))); got != test.want+"\n" {
			t.Errorf("%s:\n%swant\n%s", test.name, got, test.want)
		}
	}

	// What is missing in a truncated body may have been sent.
	body := []byte("status=" + url.QueryEscape(good))
	c, _ := decode.Decode(body[:len(body)-200])
	if got := Of(c); len(c.Damage) != 1 || len(got) != 0 {
		t.Errorf("damage %v, differences %v", c.Damage, got)
	}
}

// TestKnown checks bodies that Qencode sent, and samples.
func TestKnown(t *testing.T) {
	for file, want := range map[string]string{
		"saved.form":       "",
		"queued_2018.form": "callback_type is missing\n",
	} {
		body, err := os.ReadFile("../../testdata/bodies/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(body); got != want {
			t.Errorf("%s: %s", file, got)
		}
	}
	for _, kind := range sample.KindNames() {
		if got := lines(sample.NewJob(rand.New(rand.NewPCG(1, 1))).Body(kind)); got != "" {
			t.Errorf("sample %s: %s", kind, got)
		}
	}
}

// FuzzOf checks that every body has an answer, and that one without a difference or damage has
// what each callback has.
func FuzzOf(f *testing.F) {
	f.Add([]byte(`task_token=1&status={"videos":[[1],{"url":"\ud800"}],"videos":{},"warnings":[{}]}`))
	f.Add([]byte("task_token=e2079274fc1c4d12af5cf14affc9ba4e&event=queued&callback_type=task&status={\"status\":\"queued\",\"error\":0}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _ := decode.Decode(body)
		got := Of(c)
		for _, d := range got {
			if d.Text == "" {
				t.Errorf("a difference without a text: %+v", d)
			}
		}
		if len(got) == 0 && len(c.Damage) == 0 && (len(c.TaskToken) != 32 || !slices.Contains(decode.Events(), c.Event) || c.Status == nil || c.Status.State == "" || c.Status.Error == "") {
			t.Errorf("no difference in %q", body)
		}
	})
}
