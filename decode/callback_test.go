package decode

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// readBody reads a body of testdata.
func readBody(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("../testdata/bodies", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// isJSON reports whether a value is JSON, as lenient as Decode is.
func isJSON(v RawJSON) bool { return jsontext.Value(v).IsValid(lenient...) }

// decodeStatusText decodes a callback with this status, which must be sound.
func decodeStatusText(t *testing.T, status string) *Status {
	t.Helper()
	c, err := Decode([]byte("task_token=t&status=" + url.QueryEscape(status)))
	if err != nil {
		t.Fatalf("%s: %v", status, err)
	}
	return c.Status
}

// TestDecode compares each field of the tutorial's callback.
func TestDecode(t *testing.T) {
	c, err := Decode(readBody(t, "saved.form"))
	if err != nil {
		t.Fatal(err)
	}
	const token = "e2079274fc1c4d12af5cf14affc9ba4e"
	if c.TaskToken != token || c.Event != "saved" || c.Type != "task" || c.Payload != `{"fileName": "bbb_30s.mp4"}` || c.ErrorCode != "" || c.ErrorMessage != "" {
		t.Errorf("callback %+v", c)
	}
	var names []string
	for i := range c.Form {
		names = append(names, c.Form[i].Name)
	}
	if want := []string{"status", "callback_type", "task_token", "event", "payload"}; !slices.Equal(names, want) {
		t.Errorf("fields %q, want %q", names, want)
	}

	s := *c.Status
	if !isJSON(s.Raw) || s.Partial {
		t.Errorf("raw status %s, partial %v", s.Raw, s.Partial)
	}
	video, audio := s.Videos[0], s.Audios[0]
	if got, want := video.Meta(), (Meta{
		Raw:   video.Meta().Raw,
		Width: "256", Height: "144", Framerate: "30000/1001", Bitrate: "78946", Codec: "h264",
	}); !reflect.DeepEqual(got, want) {
		t.Errorf("meta of the video:\n%+v\nwant\n%+v", got, want)
	}
	if got, want := audio.Meta(), (Meta{
		Raw:     audio.Meta().Raw,
		Bitrate: "320000", Codec: "ac3", Channels: "6",
	}); !reflect.DeepEqual(got, want) {
		t.Errorf("meta of the audio:\n%+v\nwant\n%+v", got, want)
	}
	if got, want := video.Storage(), (Storage{
		Raw:  video.Storage().Raw,
		Type: "local",
	}); !reflect.DeepEqual(got, want) {
		t.Errorf("storage of the video:\n%+v\nwant\n%+v", got, want)
	}
	for _, o := range []*Output{&video, &audio} {
		if !isJSON(o.Raw) || !o.Raw.IsObject() {
			t.Errorf("raw output %s", o.Raw)
		}
		o.Raw, o.meta, o.storage = nil, nil, nil
	}
	s.Raw, s.Videos, s.Audios = nil, nil, nil
	if want := (Status{
		State: "completed", Percent: "100", Error: "0",
		StatusURL: "https://api.qencode.com/v1/status", Duration: "30.017", SourceSize: "16.6585",
	}); !reflect.DeepEqual(s, want) {
		t.Errorf("status:\n%+v\nwant\n%+v", s, want)
	}
	if want := (Output{
		Kind: KindVideo, URL: "https://storage.qencode.com/" + token + "/mp4/1/00f056d030fc11ebb4f46a9cb6debba1.mp4",
		Tag: "video-0-0", UserTag: "144p", Format: "mp4", Bitrate: "142", Size: "0.179412", Duration: "10.077",
	}); !reflect.DeepEqual(video, want) {
		t.Errorf("video:\n%+v\nwant\n%+v", video, want)
	}
	if want := (Output{
		Kind: KindAudio, URL: "https://storage.qencode.com/" + token + "/mp3/1/00be24b230fc11ebbe666a9cb6debba1.mp3",
		Tag: "audio-1-0", UserTag: "audio", Format: "mp3", Bitrate: "122", Size: "0.459226", Duration: "30.0669",
	}); !reflect.DeepEqual(audio, want) {
		t.Errorf("audio:\n%+v\nwant\n%+v", audio, want)
	}
}

// TestVariants covers the types in which a member is known to come, and some
// in which none ever came.
func TestVariants(t *testing.T) {
	s := decodeStatusText(t, `{
		"status": null, "percent": "100.0", "error": false, "error_description": ["a"], "duration": 30.0170, "source_size": 12345678901234567890,
		"api_version": "v1", "status_url": 7, "warnings": [{"message": "m", "details": "d", "tag": "t", "x": 1}, "text", null, {"message": {"a": 1}}],
		"videos": [
			{"url": null, "bitrate": "142", "size": 1.10, "duration": 10, "error": true, "percent": "50", "status": "completed", "profile": "p"},
			{"url": {"a": 1}, "tag": 5, "user_tag": null, "error": "1", "error_description": "e", "meta": "{\"width\": \"1920\"}"},
			{"u\u0072l": "escaped key", "unknown": [[{}]], "meta": "none", "storage": "none"},
			null, "text", []
		],
		"audios": {"0": {}}, "images": [{"storage_info": {"type": "local", "zip": 5}}], "images": [], "images": [{"tag": "last"}],
		"texts": [{"detected_language": "en", "download_url": "https://x.example/d", "cost": 0.02, "storage": {"names": ["a.srt"]},
			"meta": {"mode": "m", "model": "n", "entropy_threshold": 2.4, "beam_size": 5, "language": "en", "translate_languages": ["de"]}}],
		"unknown": {"deep": [{}]}
	}`)
	first := s.Videos[0]
	got := []string{
		s.State, string(s.Percent), string(s.Error), s.ErrorDescription, string(s.Duration), string(s.SourceSize), s.APIVersion, s.StatusURL,
		first.URL, string(first.Bitrate), string(first.Size), string(first.Duration), string(first.Error), string(first.Percent), first.State, first.Profile,
		s.Videos[1].URL, s.Videos[1].Tag, s.Videos[1].UserTag, string(s.Videos[1].Error), s.Videos[1].ErrorDescription, string(s.Videos[1].Meta().Width),
		s.Videos[2].URL, string(s.Videos[2].Meta().Raw), string(s.Videos[2].Storage().Raw), string(s.Videos[3].Raw), string(s.Videos[4].Raw), string(s.Videos[5].Raw),
		s.Images[0].Tag, s.Texts[0].DetectedLanguage, s.Texts[0].DownloadURL, string(s.Texts[0].Cost), string(s.Texts[0].Storage().Names),
	}
	want := []string{
		"", "100.0", "false", `["a"]`, "30.0170", "12345678901234567890", "v1", "7",
		"", "142", "1.10", "10", "true", "50", "completed", "p",
		"", "5", "", "1", "e", "1920",
		"escaped key", `"none"`, `"none"`, "null", `"text"`, "[]",
		"last", "en", "https://x.example/d", "0.02", `["a.srt"]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if want := []Warning{{"m", "d", "t"}, {Message: "text"}, {}, {Message: `{"a": 1}`}}; !slices.Equal(s.Warnings, want) {
		t.Errorf("warnings %+v, want %+v", s.Warnings, want)
	}
	if len(s.Videos) != 6 || len(s.Audios) != 0 || len(s.Images) != 1 || len(s.Texts) != 1 {
		t.Errorf("%d videos, %d audios, %d images, %d texts", len(s.Videos), len(s.Audios), len(s.Images), len(s.Texts))
	}
	if want := []string{"/images"}; !slices.Equal(s.Repeated, want) {
		t.Errorf("repeated %q, want %q", s.Repeated, want)
	}
}

// TestMetaAndStorage covers the members that the tutorial's callback lacks.
func TestMetaAndStorage(t *testing.T) {
	s := decodeStatusText(t, `{"images": [
		{"meta": {"resolution_width": 1280, "resolution_height": "720", "x": 1}, "storage": {"type": "amazon_s3", "bucket": "b"}},
		{"meta": {"width": 1, "resolution_width": 2, "resolution_height": 3}, "storage": {"type": 5}},
		{}
	]}`)
	first, second, third := s.Images[0], s.Images[1], s.Images[2]
	if got, want := first.Meta(), (Meta{Raw: first.meta, Width: "1280", Height: "720"}); !reflect.DeepEqual(got, want) {
		t.Errorf("meta:\n%+v\nwant\n%+v", got, want)
	}
	if got, want := second.Meta(), (Meta{Raw: second.meta, Width: "1"}); !reflect.DeepEqual(got, want) {
		t.Errorf("meta:\n%+v\nwant\n%+v", got, want)
	}
	if got, want := first.Storage(), (Storage{Raw: first.storage, Type: "amazon_s3"}); !reflect.DeepEqual(got, want) {
		t.Errorf("storage:\n%+v\nwant\n%+v", got, want)
	}
	if got, want := second.Storage(), (Storage{Raw: second.storage}); !reflect.DeepEqual(got, want) {
		t.Errorf("storage:\n%+v\nwant\n%+v", got, want)
	}
	if got := third.Meta(); !reflect.DeepEqual(got, Meta{}) {
		t.Errorf("absent meta: %+v", got)
	}
}

// TestRepeated names the members that were sent twice with different values.
func TestRepeated(t *testing.T) {
	for status, want := range map[string][]string{
		`{"error": 1, "error": 0}`:    {"/error"},
		`{"error": 1, "error": null}`: {"/error"},
		`{"error": 0, "error": 0, "error_description": null, "unknown": 1, "unknown": 2}`: nil,
		`{"videos": [{"url": "a", "url": "b"}, {"url": "a", "url": 5}]}`:                  {"/videos/0/url", "/videos/1/url"},
		`{"videos": [{"meta": {"a": 1}, "meta": {"a": 2}}]}`:                              {"/videos/0/meta"},
		`{"videos": [{"meta": {"width": 1, "width": 2}}]}`:                                nil,
		`{"videos": [{"url": "a"}], "videos": [{"url": "b"}]}`:                            {"/videos"},
		`{"videos": [{"url": "a"}], "videos": {}}`:                                        {"/videos"},
		`{"videos": [{"url": "a"}], "videos": [{"url": "a"}]}`:                            nil,
		`{"warnings": ["a"], "warnings": ["b"], "status": "a", "status": "b"}`:            {"/warnings", "/status"},
		`{"warnings": ["", {"message": "a", "message": "b"}], "status": "a"}`:             {"/warnings/1/message"},
		`{` + strings.Repeat(`"status": "a", "status": "b", `, 20) + `"error": 0}`:        {"/status"},
	} {
		if got := decodeStatusText(t, status).Repeated; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", status, got, want)
		}
	}
	many := decodeStatusText(t, `{"videos": [`+strings.Repeat(`{"url": "a", "url": "b"},`, 20)+`0]}`).Repeated
	if len(many) != mostRepeated {
		t.Errorf("%d members are named, want %d", len(many), mostRepeated)
	}
}

// TestShapes decodes statuses of shapes that were never seen.
func TestShapes(t *testing.T) {
	for _, status := range []string{`[]`, `"text"`, `5`, `null`, `{}`, `{"status": {}}`, ` {"videos": 5} `} {
		if s := decodeStatusText(t, status); string(s.Raw) != status || s.Partial {
			t.Errorf("status %s has the raw form %s", status, s.Raw)
		}
	}
	for _, body := range []string{"task_token=t", "task_token=t&status=", "task_token=t&status=%20%0A"} {
		if c, err := Decode([]byte(body)); err != nil || c.Status != nil {
			t.Errorf("Decode(%q) = %+v, %v; want no status and no error", body, c, err)
		}
	}
}

// TestDamage compares the errors of damaged bodies, and what is left of them.
func TestDamage(t *testing.T) {
	tests := []struct {
		body   string
		errors []string
		raw    string // of the status
	}{
		{`status={"a":[1,{"url":"htt`, []string{"status is truncated (byte 26 of the body, in /a/1/url)"}, `{}`},
		{`status={"status":"x","videos":[{"url":"1"},{"url":"2`, []string{"status is truncated (byte 52 of the body, in /videos/1/url)"}, `{"status":"x","videos":[{"url":"1"}]}`},
		{`status={"videos":[{"url":"1"}`, []string{"status is truncated (byte 29 of the body, in /videos)"}, `{"videos":[{"url":"1"}]}`},
		{`status={"videos":[{"url":"1"}]`, []string{"status is truncated (byte 30 of the body)"}, `{"videos":[{"url":"1"}]}`},
		{`status={"error":0,"percent":1`, []string{"status is truncated (byte 29 of the body)"}, `{"error":0,"percent":1}`},
		{`status=%7B%22error%22%3A0%2C%2`, []string{"status is truncated (byte 30 of the body)"}, `{"error":0}`},
		{"status=%7B%22error%22%3A0%2C%2\r\n", []string{"status is truncated (byte 30 of the body)"}, `{"error":0}`},
		{`status={`, []string{"status is truncated (byte 8 of the body)"}, `{}`},
		{`status=tr`, []string{"status is truncated (byte 9 of the body)"}, ``},
		{`status={"a":"b&event=saved`, []string{`status is not valid JSON: it ends too early, at an "&" (byte 14 of the body, in /a)`}, `{}`},
		{`status=%7B%22a%22:x%7D`, []string{`status is not valid JSON: unexpected 'x' (byte 18 of the body, in /a)`}, `{}`},
		{`status={"a":1}+x`, []string{`status is not valid JSON: unexpected 'x' (byte 15 of the body)`}, `{"a":1}`},
		{`status={}{}`, []string{`status is not valid JSON: unexpected '{' (byte 9 of the body)`}, `{}`},
		{`status=00`, []string{`status is not valid JSON: unexpected '0' (byte 8 of the body)`}, ``},
		{`status=hello`, []string{`status is not valid JSON: unexpected 'h' (byte 7 of the body)`}, ``},
		{`status={"a":"%ff"}`, []string{`status is not UTF-8: 0xff (byte 13 of the body)`}, "{\"a\":\"\xff\"}"},
		{`status={%ff}`, []string{`status is not valid JSON: unexpected byte 0xff (byte 8 of the body)`, `status is not UTF-8: 0xff (byte 8 of the body)`}, `{}`},
		{`status={"a":%ZZ}`, []string{`status is not valid JSON: unexpected '%' (byte 12 of the body, in /a)`, `status has a bad percent escape: "%ZZ" (byte 12 of the body)`}, `{}`},
		{`status={"a":"%ff","b`, []string{`status is not UTF-8: 0xff (byte 13 of the body)`, `status is truncated (byte 20 of the body)`}, "{\"a\":\"\xff\"}"},
		{`status={x,%2`, []string{`status is not valid JSON: unexpected 'x' (byte 8 of the body)`, `status is truncated (byte 12 of the body)`}, `{}`},
		{`status={{`, []string{`status is not valid JSON: unexpected '{' (byte 8 of the body)`}, `{}`},
		{`status={{"a":1}}`, []string{`status is not valid JSON: unexpected '{' (byte 8 of the body)`}, `{}`},
		{`a=%&status={}&b=%&c=%f`, []string{`a has a bad percent escape: "%" (byte 2 of the body)`, `b has a bad percent escape: "%" (byte 16 of the body)`, `c is truncated (byte 22 of the body)`}, `{}`},
		{`status={"x":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`, []string{"status is nested deeper than 512 levels (byte 523 of the body, in /x" + strings.Repeat("/0", 19) + "…" + strings.Repeat("/0", 20) + ")"}, `{}`},
		{`status=` + strings.Repeat("[", 100_000), []string{"status is nested deeper than 512 levels (byte 519 of the body, in " + strings.Repeat("/0", 20) + "…" + strings.Repeat("/0", 20) + ")"}, ``},
		{`status={}&status={"a":1}&event=a&event=a&event=b&x=1&x=2`, []string{
			"status was sent twice with different values, the last one counts (byte 10 of the body)",
			"event was sent twice with different values, the last one counts (byte 41 of the body)",
		}, `{"a":1}`},
	}
	for _, test := range tests {
		c, _ := Decode([]byte(test.body))
		var got []string
		for _, damage := range c.Damage {
			got = append(got, damage.String())
		}
		if !slices.Equal(got, test.errors) {
			t.Errorf("Decode(%.80q) has the damage\n%q\nwant\n%q", test.body, got, test.errors)
		}
		raw := ""
		if c.Status != nil {
			raw = string(c.Status.Raw)
		}
		if raw != test.raw {
			t.Errorf("Decode(%.80q) has the status %q, want %q", test.body, raw, test.raw)
		}
	}
}

func TestOutputsAreBounded(t *testing.T) {
	c, err := Decode([]byte(`status={"videos":[` + strings.Repeat("0,", maxOutputs) + `0]}`))
	want := "status holds too much: 131072 outputs and warnings are read (byte 262162 of the body, in /videos/131072)"
	if err != nil || len(c.Damage) != 1 || c.Damage[0].String() != want {
		t.Errorf("damage %v, want %s (%v)", c.Damage, want, err)
	}
	if got := len(c.Status.Videos); got != maxOutputs {
		t.Errorf("%d videos, want %d", got, maxOutputs)
	}
}

// TestCutAnywhere cuts the tutorial's body at every byte: the outputs that are
// whole are there, none that is not, and the error names a byte of the body.
func TestCutAnywhere(t *testing.T) {
	body := readBody(t, "saved.form")
	whole, _ := Decode(body)
	urls := func(c *Callback) (list []string) {
		if c.Status != nil {
			for o := range c.Status.Outputs() {
				list = append(list, o.URL)
			}
		}
		return list
	}
	wantURLs := urls(whole)
	ends := []int{strings.Index(string(body), "%7D%5D%2C+%22status_url"), strings.Index(string(body), "%7D%5D%2C+%22duration")}
	statusEnd := strings.IndexByte(string(body), '&')
	for n := range body {
		c, _ := Decode(body[:n])
		arrived := 0
		for _, end := range ends {
			if n >= end+len("%7D") {
				arrived++
			}
		}
		if got := urls(c); !slices.Equal(got, wantURLs[:arrived]) {
			t.Fatalf("cut at byte %d: outputs %q, want %d", n, got, arrived)
		}
		truncated := len(c.Damage) == 1 && c.Damage[0].Kind == Truncated && c.Damage[0].Offset == n
		switch {
		case n > len("status=") && n < statusEnd:
			if !truncated || c.Damage[0].Field != "status" {
				t.Fatalf("cut at byte %d: %v", n, c.Damage)
			}
			if c.Status != nil && (!c.Status.Partial || !isJSON(c.Status.Raw)) {
				t.Fatalf("cut at byte %d: partial %v, raw %s", n, c.Status.Partial, c.Status.Raw)
			}
			if got := c.Outcome(); got != OutcomeUnknown && (c.Status.Error == "" || got != OutcomeCompleted) {
				t.Fatalf("cut at byte %d: outcome %d", n, got)
			}
		case len(c.Damage) > 0 && !truncated:
			t.Fatalf("cut at byte %d: %v", n, c.Damage)
		}
	}
}

// TestErrNotCallback checks what is a callback, and what is said of anything else.
func TestErrNotCallback(t *testing.T) {
	const not = "not the form body of a Qencode callback: "
	for body, want := range map[string]string{
		"task_token=t":                      "",
		"event=restarted":                   "",
		"status=%7B":                        "",
		"a=1&status={\"error\":0}":          "",
		"":                                  not + "it is empty",
		"\ufeff\r\n":                        not + "it is empty",
		`{"task_token":"t"}`:                not + "it starts like JSON",
		` ["task_token"]`:                   not + "it starts like JSON",
		"<!DOCTYPE html>":                   not + "it starts like HTML or XML",
		"a=1&event=click&status=ok":         not + "it has no task_token, no known event and no JSON object as its status",
		"task_token=&event=&status=&a=b":    not + "it has no task_token, no known event and no JSON object as its status",
		"status=5":                          not + "it has no task_token, no known event and no JSON object as its status",
		"username=a&password=b&remember=on": not + "it has no task_token, no known event and no JSON object as its status",
	} {
		c, err := Decode([]byte(body))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want || (want != "") != errors.Is(err, ErrNotCallback) || c == nil {
			t.Errorf("Decode(%q): %v, want %q", body, err, want)
		}
	}
}

// TestDamageKinds checks that each kind has words of its own.
func TestDamageKinds(t *testing.T) {
	if got := Outcome(99).String(); got != "unknown" {
		t.Errorf("an outcome that does not exist: %q", got)
	}
	seen := map[string]bool{"": true}
	for kind := Truncated; kind <= Repeated+1; kind++ { // The last one does not exist.
		if seen[kind.String()] {
			t.Errorf("kind %d is %q", kind, kind)
		}
		seen[kind.String()] = true
	}
}

func TestRawJSON(t *testing.T) {
	for value, want := range map[string]string{`{"b":1.10,"a":1}`: `{"b":1.10,"a":1}`, "": "null"} {
		if got, err := RawJSON(value).MarshalJSON(); err != nil || string(got) != want {
			t.Errorf("%q marshals as %q, %v", value, got, err)
		}
	}
}

func TestNumber(t *testing.T) {
	tests := []struct {
		text  Number
		value float64
		ok    bool
	}{
		{"142", 142, true},
		{"1.10", 1.1, true},
		{"-1e3", -1000, true},
		{"10.077", 10.077, true},
		{"", 0, false},
		{"N/A", 0, false},
		{"0x10", 0, false},
		{"inf", 0, false},
		{"NaN", 0, false},
		{"1e999", 0, false},
		{"1_0", 0, false},
		{"1 2", 0, false},
	}
	for _, test := range tests {
		if value, ok := test.text.Float(); ok != test.ok || ok && value != test.value {
			t.Errorf("Number(%q).Float() = %v, %v; want %v, %v", test.text, value, ok, test.value, test.ok)
		}
	}
}

func TestFlag(t *testing.T) {
	for flag, want := range map[Flag]bool{
		"": false, "0": false, "0.0": false, "false": false, "False": false,
		"1": true, "2": true, "true": true, "yes": true, "{}": true,
	} {
		if got := flag.IsSet(); got != want {
			t.Errorf("Flag(%q).IsSet() = %v", flag, got)
		}
	}
}

func TestOutcome(t *testing.T) {
	tests := []struct {
		event, status string
		want          Outcome
	}{
		{"saved", `{"status": "completed", "error": 0}`, OutcomeCompleted},
		{"saved", `{"status": "completed"}`, OutcomeCompleted},
		{"saved", `{"status": "saved", "error": false}`, OutcomeCompleted},
		{"queued", `{"status": "completed", "error": 0}`, OutcomeCompleted},
		{"", `{"status": "completed", "error": "0"}`, OutcomeCompleted},
		{"saved", `{"status": "completed", "error": 1}`, OutcomeFailed},
		{"saved", `{"status": "completed", "error": true}`, OutcomeFailed},
		{"saved", `{"status": "error", "error": 0}`, OutcomeFailed},
		{"saved", `{"status": "failed"}`, OutcomeFailed},
		{"saved", `{"error": "1"}`, OutcomeFailed},
		{"error", ``, OutcomeFailed},
		{"error", `{"status": "completed", "error": 0}`, OutcomeFailed},
		{"queued", ``, OutcomePending},
		{"queued", `{"status": "queued", "error": 0}`, OutcomePending},
		{"saved", `{"status": "encoding", "percent": 5}`, OutcomeUnknown}, // The job is over.
		{"saved&callback_type=stream", `{"status": "completed", "error": 0}`, OutcomePending},
		{"error&callback_type=stream", `{"status": "error", "error": 1}`, OutcomePending},
		{"saved&callback_type=task", `{"status": "completed", "error": 0}`, OutcomeCompleted},
		{"", `{"status": "never seen"}`, OutcomeUnknown},
		{"", `{"status": "saving", "error": 0}`, OutcomePending},
		{"saved", ``, OutcomeUnknown},
		{"saved", `{}`, OutcomeUnknown},
		{"", ``, OutcomeUnknown},
		{"saved", `{"status": "completed", "vid`, OutcomeUnknown},
		{"saved", `{"status": "completed", "error": 0, "vid`, OutcomeCompleted},
		{"saved", `{"status": "completed", "error": 1, "vid`, OutcomeFailed},
		{"error", `{"status": "comp`, OutcomeFailed},
	}
	for _, test := range tests {
		c, _ := Decode([]byte("task_token=t&event=" + test.event + "&status=" + url.QueryEscape(test.status)))
		if got := c.Outcome(); got != test.want {
			t.Errorf("event %q, status %s: outcome %d, want %d", test.event, test.status, got, test.want)
		}
		ends := test.want == OutcomeCompleted || test.want == OutcomeFailed || test.event == "saved"
		if got := c.Ends(); got != ends {
			t.Errorf("event %q, status %s: ends %v, want %v", test.event, test.status, got, ends)
		}
	}
}

// TestRetriedAs covers where the token of a new job may be.
func TestRetriedAs(t *testing.T) {
	const token, other = "0123456789abcdef0123456789ABCDEF", "ffffffffffffffffffffffffffffffff"
	for warning, want := range map[string]string{
		`{"message":"Retry on error triggered.","details":"` + token + `"}`:                       token,
		`{"message":"Retry on error triggered.","details":"New job: ` + token + `."}`:             token,
		`{"message":"Retry on error triggered. New task ` + token + `"}`:                          token,
		`{"message":"Retry on error triggered.","details":"` + other + ` -> ` + token + `"}`:      token, // The other one is this task.
		`{"message":"Retry on error triggered.","details":"x` + token + ` ` + token[1:] + `"}`:    "",
		`{"message":"Retry on error triggered.","details":"new job 17"}`:                          "",
		`{"message":"Retry on error failed.","details":"` + token + `"}`:                          "",
		`{"message":"Source media decode error","details":"https://a.example/` + token + `.mp4"}`: "",
		`{"message":"x"},{"message":"Retry on error triggered.","details":"` + token + `"}`:       token,
	} {
		c, _ := Decode([]byte("task_token=" + other + "&status=" + url.QueryEscape(`{"warnings":[`+warning+`]}`)))
		if got := c.RetriedAs(); got != want {
			t.Errorf("%s: %q, want %q", warning, got, want)
		}
	}
	if got := new(Callback).RetriedAs(); got != "" {
		t.Errorf("without a status: %q", got)
	}
}

// FuzzDecode checks what holds for every body: the offsets of errors are in
// it, what is kept of a status is valid JSON, and a body that was not damaged
// keeps its status as it was sent.
func FuzzDecode(f *testing.F) {
	bodies, err := filepath.Glob("../testdata/bodies/*.form")
	if err != nil || len(bodies) == 0 {
		f.Fatalf("no bodies: %v", err)
	}
	for _, name := range bodies {
		f.Add(readBody(f, filepath.Base(name)))
	}
	f.Add([]byte(`status={"videos":[{"meta":"{\"width\":1","storage":{"zip":{}}}],"warnings":["",{}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := Decode(body)
		for _, damage := range c.Damage {
			if damage.Offset < 0 || damage.Offset > len(body) || damage.Kind == 0 || damage.Field == "" && damage.Kind != BadEscape && damage.Kind != BadUTF8 && damage.Kind != Truncated {
				t.Fatalf("damage %#v in %d bytes", damage, len(body))
			}
		}
		if err != nil && (c.TaskToken != "" || !errors.Is(err, ErrNotCallback)) {
			t.Fatalf("error %v of %q", err, body)
		}
		c.Outcome()
		s := c.Status
		if s == nil {
			return
		}
		if !isJSON(s.Raw) {
			t.Fatalf("the status became %q", s.Raw)
		}
		if !s.Partial && string(s.Raw) != c.Form.Text("status") {
			t.Fatalf("the status %q became %q", c.Form.Text("status"), s.Raw)
		}
		for o := range s.Outputs() {
			o.Meta()
			o.Storage()
			if !isJSON(o.Raw) {
				t.Fatalf("an output became %q", o.Raw)
			}
		}
	})
}

// BenchmarkDecode decodes a body on its own; BenchmarkDecoder decodes many in the
// same memory.
func BenchmarkDecode(b *testing.B) {
	body := benchmarkBody(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecoder(b *testing.B) {
	body := benchmarkBody(b)
	var d Decoder
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		d.Reset()
		if _, err := d.Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDecoder decodes callbacks in the memory of others, and checks that each is
// what it is on its own, and that strings outlive them.
func TestDecoder(t *testing.T) {
	names, err := filepath.Glob("../testdata/bodies/*.form")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d bodies: %v", len(names), err)
	}
	var d Decoder
	var kept, want []string
	for range 3 {
		d.Reset()
		var callbacks, alone []*Callback
		for _, name := range names {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c, errs := d.Decode(body)
			single, singleErrs := Decode(body)
			if !reflect.DeepEqual(errs, singleErrs) {
				t.Errorf("%s: %v, want %v", name, errs, singleErrs)
			}
			callbacks, alone = append(callbacks, c), append(alone, single)
			kept = append(kept, c.TaskToken, c.Event, c.Payload)
			want = append(want, strings.Clone(c.TaskToken), strings.Clone(c.Event), strings.Clone(c.Payload))
		}
		for i, c := range callbacks {
			if !reflect.DeepEqual(c, alone[i]) {
				t.Errorf("%s: %+v, want %+v", names[i], c, alone[i])
			}
		}
	}
	if !slices.Equal(kept, want) {
		t.Errorf("the strings are %q, and were %q", kept, want)
	}
}
