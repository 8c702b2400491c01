package capture

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A body as it was posted, and a decoded one without its braces, with times that are their own.
const (
	plainBody   = "task_token=0123456789abcdef0123456789abcdef&event=saved&status=%7B%22status%22%3A%22completed%22%2C%22error%22%3A0%2C%22videos%22%3A%5B%7B%22storage%22%3A%7B%22timestamp%22%3A%222020-01-01T00%3A00%3A00Z%22%7D%7D%5D%7D"
	decodedBody = `"task_token": "0123456789abcdef0123456789abcdef", "event": "saved", "payload": "{\"time\": \"2020-01-02T00:00:00Z\", \"method\": \"GET\"}", "status": {"status": "completed", "error": 0, "videos": [{"url": "https://example.com/2020-01-01T00:00:00Z/1.mp4", "storage": {"timestamp": "2020-01-01T00:00:00Z"}}]}`
)

// tellAll returns what is told of each callback in a text.
func tellAll(input string) string {
	r := NewReader(strings.NewReader(input), 0)
	r.Clock = clock
	var list []string
	for body, err := r.Next(); err == nil; body, err = r.Next() {
		list = append(list, told(body.Request))
	}
	return strings.Join(list, "; ")
}

// clock says which year a time without one is of.
func clock() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) }

// told returns the time of a request in RFC 3339, without a zone if none is written, its method,
// its path and its query, "-" if nothing is told.
func told(q Request) string {
	one := fmt.Sprint(q.written(), " ", q.Method, " ", q.Path)
	if q.Query != "" {
		one += "?" + q.Query
	}
	if one == "  " {
		return "-"
	}
	return one
}

func TestRequest(t *testing.T) {
	for _, test := range []struct{ input, want string }{
		{"BODY", "-"},
		{"{DECODED}", "-"},

		// The line of a log.
		{"2026-11-24T10:00:03Z POST /cb body=BODY", "2026-11-24T10:00:03Z POST /cb"},
		{"2026-11-24 10:00:03,123 INFO got {DECODED}", "2026-11-24T10:00:03.123  "},
		{"2026-11-24T10:00:01Z started 2026-11-24T10:00:02Z BODY", "2026-11-24T10:00:02Z  "},
		{`10.0.0.1 - - [24/Nov/2026:10:00:03 +0100] "POST /cb?video=17 HTTP/1.1" 200 17 "BODY"`, "2026-11-24T10:00:03+01:00 POST /cb?video=17"},
		{`2026/11/24 10:00:03 [info] body: "BODY", client: 10.0.0.1, request: "POST /cb HTTP/1.1", host: "x"`, "2026-11-24T10:00:03 POST /cb"},
		{`time="2026-11-24T10:00:03Z" level=info method=POST path="/cb?a=b" body="BODY"`, "2026-11-24T10:00:03Z POST /cb?a=b"},
		{"Nov 24 10:00:03 web node[7]: BODY", "2026-11-24T10:00:03  "},
		{"Dec 24 10:00:03 web node[7]: BODY", "2025-12-24T10:00:03  "},
		{"[24-Nov-2026 10:00:03 UTC] BODY", "2026-11-24T10:00:03Z  "},
		{"1764000000.123456 [0 10.0.0.1:4000] \"LPUSH\" \"cb\" \"BODY\"", "2025-11-24T16:00:00.123456Z  "},
		{"POST https://example.com?a=b BODY", " POST /?a=b"},
		{"body: \"BODY\", body: \"OTHER\", request: \"POST /b HTTP/1.1\"", "-;  POST /b"},
		{"2026-11-24T10:00:03Z BODY and OTHER", "2026-11-24T10:00:03Z  ; 2026-11-24T10:00:03Z  "},
		{"2026-11-24T10:00:03Z one BODY 2026-11-24T10:00:04Z two OTHER", "2026-11-24T10:00:03Z  ; 2026-11-24T10:00:04Z  "},
		{"2026-11-24T10:00:03Z a BODY\nBODY\n2026-11-24T10:00:05Z b BODY", "2026-11-24T10:00:03Z  ; -; 2026-11-24T10:00:05Z  "},
		{"2026-11-24T10:00:03Z web  | {\n2026-11-24T10:00:03Z web  |   event: 'saved',\n2026-11-24T10:00:03Z web  |   task_token: '0123456789abcdef0123456789abcdef'\n2026-11-24T10:00:03Z web  | }\n", "2026-11-24T10:00:03Z  "},

		// What stands in the body, or after it, says nothing.
		{"BODY 2026-11-24T10:00:03Z", "-"},
		{"x=" + "BODY&payload=2026-11-24T10:00:03Z", "-"},
		{"10:00:03 INFO BODY", "-"},
		{"job 1764000000: BODY", "-"},
		{"https://example.com/2026-11-24T10:00:03Z?since=2026-11-24T10:00:04Z BODY", "-"},
		{"2026-11-24T10:00:03Z BODY", "2026-11-24T10:00:03Z  "},

		// A message of HTTP.
		{"POST /cb?video=17 HTTP/1.1\r\nHost: x\r\nDate: Tue, 24 Nov 2026 10:00:03 GMT\r\n\r\nBODY", "2026-11-24T10:00:03Z POST /cb?video=17"},
		{"2026-11-24T10:00:03.5Z\nPOST /cb HTTP/1.1\nHost: x\n\nBODY", "2026-11-24T10:00:03.5Z POST /cb"},
		{"> POST /cb HTTP/1.1\n> Host: x\n> \n> BODY", " POST /cb"},
		{"--> POST http://example.com/cb?a=b\nHost: x\n\nBODY", " POST /cb?a=b"},
		{"10:00:03.1 IP a > b\nE..P....POST /cb HTTP/1.1\nHost: x\n\nBODY", " POST /cb"},
		{"2026-11-24 10:00:03.1 IP a > b\nE..P....POST /cb HTTP/1.1\nHost: x\n\nBODY", "2026-11-24T10:00:03.1 POST /cb"},
		{"\x1b[32mPOST\x1b[0m /cb HTTP/1.1\nHost: x\n\nBODY", " POST /cb"},
		{"--a-A--\n[24/Nov/2026:10:00:03 +0000] x\n--a-B--\nPOST /cb HTTP/1.1\nHost: x\n\n--a-C--\nBODY", "2026-11-24T10:00:03Z POST /cb"},
		{"Started POST \"/cb\" for 10.0.0.1 at 2026-11-24 10:00:03 +0000\nProcessing by X#create as */*\n  Parameters: {DECODED}", "2026-11-24T10:00:03Z POST /cb"},
		{"HTTP/1.1 200 OK\nDate: Tue, 24 Nov 2026 10:00:03 GMT\n\nBODY", "-"},
		{"2026-11-24T10:00:03Z 200 OK\nPOST /cb HTTP/1.1\nHost: x\n\nBODY", " POST /cb"},
		{"2026-11-24T10:00:03Z \"POST /a HTTP/1.1\"\nPOST /cb HTTP/1.1\nHost: x\n\nBODY", " POST /cb"},

		{"2026-11-24T10:00:03Z x\nthe next request:\nPOST /cb HTTP/1.1\nHost: x\n\nBODY", " POST /cb"},
		{"REPOST /cb BODY", "-"},
		{"method=save path=/cb BODY", "-"},

		// Lines before the body.
		{"2026-11-24T10:00:03Z the callback:\nBODY", "2026-11-24T10:00:03Z  "},
		{"2026-11-24T10:00:03Z\nBODY", "2026-11-24T10:00:03Z  "},
		{"2026-11-24T10:00:03Z got {\nDECODED\n}\n", "2026-11-24T10:00:03Z  "},
		{"received_at: 2026-11-24 10:00:03\nbody: BODY\n", "2026-11-24T10:00:03  "},
		{"-[ RECORD 1 ]\nid          | 1\nreceived_at | 2026-11-24 10:00:03\nbody        | BODY\n-[ RECORD 2 ]\nid          | 2\nreceived_at | 2026-11-24 10:00:04\nbody        | BODY\n", "2026-11-24T10:00:03  ; 2026-11-24T10:00:04  "},
		{"__CURSOR=a\n__REALTIME_TIMESTAMP=1764000000000001\nMESSAGE=BODY\n_PID=7\n\n", "2025-11-24T16:00:00.000001Z  "},
		{"2026-11-24T10:00:03Z the server started\nBODY", "-"},
		{"2026-11-24T10:00:03Z handled a callback\nBODY", "-"},
		{"10.0.0.1 - - [24/Nov/2026:10:00:03 +0000] \"POST /cb HTTP/1.1\" 200 17\nBODY", "-"},
		{"POST /cb 200 12 - 1.234 ms\nBODY", "-"},
		{"BODY\ntime: 2026-11-24T10:00:03Z\nBODY\ntime: 2026-11-24T10:00:04Z\n", "-; -"},

		// Members of an object, of the nearest one that has them.
		{`{"time": "2026-11-24T10:00:03Z", "body": "BODY"}`, "2026-11-24T10:00:03Z  "},
		{`{"body": "BODY", "@timestamp": "2026-11-24T10:00:03.123Z"}`, "2026-11-24T10:00:03.123Z  "},
		{`{"ts": 1764000000.5, "time": "2026-11-24T10:00:03Z", "body": "BODY"}`, "2025-11-24T16:00:00.5Z  "},
		{`{"created_at": 1764000000123, "form": {DECODED}}`, "2025-11-24T16:00:00.123Z  "},
		{`{"@timestamp": "2026-11-24T10:00:03Z", DECODED}`, "2026-11-24T10:00:03Z  "},
		{`{"time": "2026-11-24T10:00:03Z", "log": "2026-11-24 10:00:02 BODY\n"}`, "2026-11-24T10:00:02  "},
		{`{"__REALTIME_TIMESTAMP": "1764000000123456", "MESSAGE": "BODY"}`, "2025-11-24T16:00:00.123456Z  "},
		{`{"receivedAt": {"$date": "2026-11-24T10:00:03Z"}, DECODED}`, "2026-11-24T10:00:03Z  "},
		{`[{"time": "2026-11-24T10:00:03Z", "body": "BODY"}, {"body": "BODY"}]`, "2026-11-24T10:00:03Z  ; -"},
		{`{"expires_at": "2026-11-24T10:00:03Z", "id": 1764000000, "date": "2026-11-24", "time": 12, "body": "BODY"}`, "-"},
		{`{"a": {"time": "2026-11-24T10:00:03Z"}, "body": "BODY"}`, "-"},
		{`{"statuses": {"0123456789abcdef0123456789abcdef": {"status": "completed", "error": 0, "videos": [], "time": "2020-01-01T00:00:00Z"}}}`, "-"},
		{`{"status": "completed", "error": 0, "videos": [], "time": "2020-01-01T00:00:00Z"}`, "-"},
		{"INSERT INTO raw VALUES (1,'2026-11-24 10:00:03','BODY');", "2026-11-24T10:00:03  "},
		{`[0] app: [[1764000000.5, {}], {DECODED}]`, "2025-11-24T16:00:00.5Z  "},
		{`{"values": [["1764000000123456789", "BODY"]]}`, "2025-11-24T16:00:00.123456789Z  "},
		{"id,received_at,task_token,event\n1,2026-11-24 10:00:03,0123456789abcdef0123456789abcdef,saved\n", "2026-11-24T10:00:03  "},

		{`{"method": "POST", "url": "http://example.com/cb?a=b#c", "body": "BODY"}`, " POST /cb?a=b"},
		{`{"httpMethod": "POST", "path": "/cb", "queryStringParameters": {"video": "17", "name": "a b&"}, "body": "BODY"}`, " POST /cb?video=17&name=a+b%26"},
		{`{"rawPath": "/cb", "rawQueryString": "video=17", "requestContext": {"time": "24/Nov/2026:10:00:03 +0000", "http": {"method": "POST", "path": "/no"}}, "body": "BODY", "isBase64Encoded": false}`, "2026-11-24T10:00:03Z POST /cb?video=17"},
		{`{"startedDateTime": "2026-11-24T10:00:03Z", "request": {"method": "POST", "url": "https://example.com/cb?x=1", "queryString": [{"name": "x", "value": "1"}], "postData": {"text": "BODY"}}, "response": {}}`, "2026-11-24T10:00:03Z POST /cb?x=1"},
		{`{"httpRequest": {"requestMethod": "POST", "requestUrl": "https://example.com/cb"}, "timestamp": "2026-11-24T10:00:03Z", "textPayload": "BODY"}`, "2026-11-24T10:00:03Z POST /cb"},
		{`{"request": "POST /cb?a=b HTTP/1.1", "body": "BODY"}`, " POST /cb?a=b"},
		{`{"req": {"method": "POST", "url": "/cb", "query": {"a": ["b", "c"]}}, "body": "BODY"}`, " POST /cb?a=b&a=c"},
		{`{"path": "/var/log/app.log", "message": "BODY"}`, "-"},
		{`{"method": "save", "url": "https://example.com/video.mp4", "body": "BODY"}`, "-"},
		{`{"method": "POST", "query": "select 1", "path": "relative", "body": "BODY"}`, " POST "},
	} {
		input := strings.ReplaceAll(test.input, "DECODED", decodedBody)
		input = strings.ReplaceAll(input, "BODY", plainBody)
		input = strings.ReplaceAll(input, "OTHER", strings.ReplaceAll(plainBody, "01234", "56789"))
		if got := tellAll(input); got != test.want {
			t.Errorf("%s\nis told %q, want %q", test.input, got, test.want)
		}
	}
}

// TestRequestNames checks each name that a member with the method, the target or the query of a
// request has, and each method.
func TestRequestNames(t *testing.T) {
	for name, members := range map[string]string{
		"method httpMethod requestMethod verb": `"%s": "PUT", "path": "/cb?a=b"`,
		"request url path raw rawPath requestPath uri requestUri requestUrl originalUrl rawUrl fullUrl requestLine":          `"method": "PUT", "%s": "/cb?a=b"`,
		"query queryString rawQueryString queryStringParameters multiValueQueryStringParameters queryParams queryParameters": `"method": "PUT", "path": "/cb", "%s": {"a": ["b"]}`,
		"http httpRequest req requestContext": `"%s": {"method": "PUT", "url": "/cb?a=b"}`,
	} {
		for one := range strings.FieldsSeq(name) {
			if got := tellAll("{" + fmt.Sprintf(members, one) + `, "body": "` + plainBody + `"}`); got != " PUT /cb?a=b" {
				t.Errorf("%s: %q", one, got)
			}
		}
	}
	for _, name := range []string{"path", "uri", "url", "request_uri"} {
		if got := tellAll("method=PATCH " + name + "=/cb " + plainBody); got != " PATCH /cb" {
			t.Errorf("%s=: %q", name, got)
		}
	}
}

// TestRequestWithoutClock checks that a time without a year is left out where no clock tells it.
func TestRequestWithoutClock(t *testing.T) {
	r := NewReader(strings.NewReader("Nov 24 10:00:03 web "+plainBody), 0)
	if body, err := r.Next(); err != nil || !body.Request.Time.IsZero() {
		t.Errorf("%+v, %v", body.Request, err)
	}
}
