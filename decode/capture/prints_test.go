package capture

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"qcb/decode/capture/tree"
)

// TestMarks checks each event, each type and each state that is a mark of Qencode, and each member by
// which a status is told.
func TestMarks(t *testing.T) {
	for _, mark := range []string{
		`"event": "queued"`, `"event": "saved"`, `"event": "error"`, `"event": "restarted"`, `"event": "restart_failed"`, `"event": "completed"`,
		`"event": "encoding"`, `"event": "converting"`, `"event": "converted"`, `"event": "saving"`, `"event": "progress"`,
		`"callback_type": "task"`, `"callback_type": "stream"`,
		`"status": {"status": "x"}`, `"status": {"percent": 1}`, `"status": {"error": 0}`, `"status": {"error_description": null}`, `"status": {"warnings": []}`,
		`"status": {"status_url": "x"}`, `"status": {"videos": []}`, `"status": {"audios": []}`, `"status": {"images": []}`, `"status": {"texts": []}`,
		`"status": {"duration": 1}`, `"status": {"source_size": 1}`, `"status": {"api_version": 1}`,
	} {
		for text, want := range map[string]bool{`{"task_token": "t", ` + mark + `}`: true, `{"task_token": "t", ` + strings.Replace(mark, `"`, `"x`, 1) + `}`: false} {
			if _, err := NewReader(strings.NewReader(text), 0).Next(); (err == nil) != want {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	for _, state := range []string{"downloading", "queued", "encoding", "saving", "completed", "error", "failed", "saved", "started", "processing", "created", "new", "pending"} {
		if _, err := NewReader(strings.NewReader(`{"status": {"status": "`+state+`", "videos": []}}`), 0).Next(); err != nil {
			t.Errorf("%s: %v", state, err)
		}
	}
	for _, name := range []string{"Map", "Object", "Array", "Hash", "Dict", "OrderedDict", "HashMap", "OpenStruct"} {
		if isStruct(&tree.Node{Kind: tree.Object, Type: "a." + name}) {
			t.Errorf("%s is a type that somebody has written", name)
		}
	}
}

// TestPrints checks rules for what programs print, one in each row. What is lost, or remarked,
// stands behind the body.
func TestPrints(t *testing.T) {
	const (
		json   = `{"status": "queued", "videos": [], "error": 0}`
		token  = "5f0c9e1a7b3d4c2e8a6b9d0f1e2c3a4b"
		status = "status=%7B%22status%22%3A+%22queued%22%2C+%22videos%22%3A+%5B%5D%2C+%22error%22%3A+0%7D"
	)
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"pairs in brackets", "x [status, " + json + "], [task_token, " + token + "], [event, queued]\n", []string{"1, byte 3: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"a bracket in a word", "\xf2{\x17\x8etask_token=" + token + "&event=queued&" + status + "\n", []string{"1, byte 4: task_token=" + token + "&event=queued&" + status}},
		{"an open bracket at the end", "task_token: [", nil},
		{"a type's values without their names", "got: {" + json + " task " + token + " queued}\n", []string{"1, byte 6: ~" + status + ", lost: the names of its fields, remark: was found without task_token and event"}},
		{"a text of YAML that is JSON", "---\nstatus: >-\n  {\"status\": \"queued\", \"videos\": [],\n  \"error\": 0}\ntask_token: " + token + "\nevent: queued\n", []string{"2: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"a status far from the token", "callback_type: task\nevent: saved\nstatus:\n  error: 0\n  videos:\n" + strings.Repeat("  - url: https://x/1\n", 80) + "task_token: " + token + "\n", []string{"1: ~callback_type=task&event=saved&status=%7B%22error%22%3A0%2C%22videos%22%3A%5B" + strings.Repeat("%7B%22url%22%3A%22https%3A%2F%2Fx%2F1%22%7D%2C", 79) + "%7B%22url%22%3A%22https%3A%2F%2Fx%2F1%22%7D%5D%7D&task_token=" + token + ", remark: was printed without quotes: numbers and texts cannot be told apart"}},
		{"an event beside the message of the logger", "task_token='" + token + "' cb_event='queued' status='" + json + "' event='received'\n", []string{"1: ~task_token=" + token + "&" + status + "&event=queued"}},
		{"a member of another record", "{\"task_token\": \"" + token + "\", \"last_event\": \"queued\"}\n", nil},
		{"another name for the event", "INFO evt=queued status=" + json + " task_token=" + token + "\n", []string{"1, byte 5: ~event=queued&" + status + "&task_token=" + token}},
		{"values with how they are matched", `{"status": [{"matcher": "exact", "value": ` + json + `}], "task_token": [{"matcher": "exact", "value": "` + token + `"}], "event": [{"matcher": "exact", "value": "queued"}]}`, []string{"1: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"names and values after some other word", `["XADD", "s", "1-0", "status", ` + json + `, "task_token", "` + token + `", "event", "queued"]`, []string{"1: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"a text of YAML in quotes over two lines", "id: 1\ntext: 'got {''task_token'':\n  ''" + token + "'', ''event'': ''queued''}'\n", []string{"2, .text, byte 4: ~task_token=" + token + "&event=queued"}},
		{"a status that was cut off beside the whole one", "a {\"status\": " + json + ", \"task_token\": \"" + token + "\", \"event\": \"queued\"}\n#<Callback status: \"{\\\"status\\\": \\\"que...\", task_token: \"" + token + "\", event: \"queued\">\n", []string{"1, byte 2: ~" + status + "&task_token=" + token + "&event=queued"}},
		{"another name for the token", `{"event": "queued", "token": "` + token + `", "status": ` + json + "}", []string{"1: ~event=queued&task_token=" + token + "&" + status}},
		{"a token that was masked", `{"event": "queued", "task_token": "[FILTERED]", "status": ` + json + "}", []string{"1: ~event=queued&" + status + ", remark: has its task token masked in the capture"}},
		{"a token that somebody made up", `{"event": "queued", "task_token": "t-1"}`, []string{"1: ~event=queued&task_token=t-1"}},
		{"a word is not a made-up token", "{event: queued, task_token: string}", nil},
		{"prose is not a token", `{"event": "queued", "task_token": "the token of", "status": {"error": 0}}`, nil},
		{"a status of something else", `{"event": "queued", "status": {"foo": 1}}`, nil},
		{"a status with another kind of videos", `{"status": {"status": "queued", "videos": 1, "error": 0}}`, nil},
		{"a status that a language has printed into a text", `{"event": "queued", "task_token": "` + token + `", "status": "{'status': 'queued', 'videos': [], 'error': 0}"}`, []string{"1: ~event=queued&task_token=" + token + "&" + strings.ReplaceAll(status, "+", "")}},
		{"a status text that says undef", `{"event": "queued", "task_token": "` + token + `", "status": "{\"status\": \"undef\"}"}`, []string{"1: ~event=queued&task_token=" + token + "&status=%7B%22status%22%3A+%22undef%22%7D"}},
		{"a member that is not a field was lost", "{ event: 'queued', task_token: '" + token + "', req: [Object] }", []string{"1: ~event=queued&task_token=" + token + ", remark: was found beside members that are left out: req"}},
		{"a member without a name", `{"": {"b": "task_token=` + token + `&event=queued"}}`, []string{"1, .[\"?\"].b: task_token=" + token + "&event=queued"}},
		{"a member with a long name", `{"` + strings.Repeat("x", 90) + `": "task_token=` + token + `&event=queued"}`, []string{"1, .[\"" + strings.Repeat("x", 80) + "…\"]: task_token=" + token + "&event=queued"}},
		{"a payload that continues in the next line", "INFO " + status + "&task_token=" + token + "&event=queued&payload=%7B%22a%22%3A\n1%7D\n", []string{"1, wrapped text, byte 5: " + status + "&task_token=" + token + "&event=queued&payload=%7B%22a%22%3A1%7D"}},
		{"a payload that was decoded", "INFO task_token=" + token + "&event=saved&payload={\"a\": 1}&callback_type=task y\n", []string{"1, byte 5: ~task_token=" + token + "&event=saved&payload=%7B%22a%22%3A+1%7D&callback_type=task"}},
		{"the end of a sentence", "INFO task_token=" + token + "&event=queued.\n", []string{"1, byte 5: task_token=" + token + "&event=queued"}},
		{"a body that begins within a field", "x a b&task_token=" + token + "&event=queued\n", []string{"1, byte 6: task_token=" + token + "&event=queued, lost: the text before task_token could not be read"}},
		{"a body without its token", "event=queued&" + status + "\n", []string{"1: event=queued&" + status + ", remark: was found without task_token"}},
		{"a body without its event", status + "&task_token=" + token + "\n", []string{"1: " + status + "&task_token=" + token + ", remark: was found without event"}},
		{"bodies on lines of RTF", "task_token=" + token + "&event=queued&payload=a\\par\ntask_token=" + token + "&event=queued&payload=b\\par\r\ntask_token=" + token + "&event=queued&payload=c\\par}\n", []string{
			"1, RTF: task_token=" + token + "&event=queued&payload=a", "2, RTF: task_token=" + token + "&event=queued&payload=b", "3, RTF: task_token=" + token + "&event=queued&payload=c",
		}},
		{"a body that was truncated, as it was posted", status[:len(status)-12] + "\nevent=queued\n", []string{"1: " + status[:len(status)-12]}},
		{"fields on lines, not as they were posted", "task_token=" + token + "\nevent=queued\nstatus=" + json + "\n", []string{"1: ~task_token=" + token + "&event=queued&" + status}},
		{"JSON on two lines with a percent sign", `status={"status": "5%", "videos": [],` + "\n \"error\": 0}\ntask_token=" + token + "\nevent=queued\n", []string{"1: ~status=%7B%22status%22%3A+%225%25%22%2C+%22videos%22%3A+%5B%5D%2C%0A+%22error%22%3A+0%7D&task_token=" + token + "&event=queued"}},
		{"a table of two columns whose first rows could be all", "name,value\ntask_token,\"" + token + "\"\nevent,\"queued\"\npayload,\"" + strings.Repeat("x", 70) + "\"\nstatus,\"" + strings.ReplaceAll(json, `"`, `""`) + "\"\n", []string{"2: ~task_token=" + token + "&event=queued&payload=" + strings.Repeat("x", 70) + "&" + status}},
		{"lines of fields whose first ones could be all", "event: 'queued'\ntask_token: '" + token + "'\npayload: '" + strings.Repeat("x", 70) + "'\nstatus: '" + json + "'\n", []string{"1: ~event=queued&task_token=" + token + "&payload=" + strings.Repeat("x", 70) + "&" + status}},
		{"a table with blank lines between its rows", "event   task_token                        payload\n------  --------------------------------  -------\nqueued  " + token + "  a\n\nsaved   " + token + "  b\n", []string{"3: ~event=queued&task_token=" + token + "&payload=a", "5: ~event=saved&task_token=" + token + "&payload=b"}},
		{"a body in brackets, as it was posted", "200 {" + status + "&task_token=" + token + "&event=queued} x\n", []string{"1, byte 5: " + status + "&task_token=" + token + "&event=queued"}},
		{"a quoted body that was wrapped before its status", "> task_token=" + token + "&event=queu\n> ed&" + status + "\n", []string{"1, lines with a mark, wrapped text: task_token=" + token + "&event=queued&" + status}},
		{"a body that was wrapped before its status, and other lines", "INFO task_token=" + token + "&event=saved&\npayload=1\n\n", []string{"1, wrapped text, byte 5: task_token=" + token + "&event=saved&payload=1"}},
		{"a body without a status before a name and a value", "INFO task_token=" + token + "&event=saved&payload=1\nevent: saved\n", []string{"1, byte 5: task_token=" + token + "&event=saved&payload=1"}},
		{"quoted-printable text without a status", "task_token=3D" + token + "&event=3Dqueued\n", []string{"1, quoted-printable text: task_token=" + token + "&event=queued"}},
		{"an entity that quoted-printable text has wrapped", "<p>task_token=3D" + token + "&amp=\n;event=3Dqueued</p>\n", []string{"1, quoted-printable text, HTML: task_token=" + token + "&event=queued"}},
		{"a chunk that ends before its status", "Transfer-Encoding: chunked\n\n" + "40\ntask_token=" + token + "&event=queued&status=\n" + fmt.Sprintf("%x", len(status)-len("status=")) + "\n" + status[len("status="):] + "\n0\n", []string{"3, a chunked body: task_token=" + token + "&event=queued&" + status}},
		{"a body between the fields of a log", "level=info event=http_request status=200 body=task_token=" + token + "&event=queued&" + status + " error_code=0 callback_type=http\n", []string{"1, byte 46: task_token=" + token + "&event=queued&" + status}},
		{"a scanner's query", "1.2.3.4 - - \"GET /?task_token=1&event=%7B%7D&status=%7B HTTP/1.1\" 404 0\n", nil},
		{"a body in chunks, and as one", "Transfer-Encoding: chunked\n\n" + "40\ntask_token=" + token + "&event=queued&status=\n" + fmt.Sprintf("%x", len(status)-len("status=")) + "\n" + status[len("status="):] + "\n0\n\ntask_token=" + token + "&event=queued&" + status + "\n", []string{"3, a chunked body: task_token=" + token + "&event=queued&" + status}},
		{"a body on two lines whose status is a number", "> task_token=" + token + "&event=queued&\n> status=195\n", []string{"1, lines with a mark, wrapped text: task_token=" + token + "&event=queued&status=195, lost: status: it is not an object"}},
		{"a body whose status is a number", "INFO task_token=" + token + "&event=queued&status=195\n", []string{"1, byte 5: task_token=" + token + "&event=queued&status=195"}},
		{"a body that was broken before its status", "task_token=" + token + "&event=queued&status=\n", []string{"1: task_token=" + token + "&event=queued&status=, remark: ends with an empty status: it may continue in a later line"}},
		{"fields as the names of members beside bytes", fmt.Sprintf("{\"a\": [\"%[1]x\"], \"b\": [\"%[1]x\"], \"Form item: \\\"task_token\\\" = \\\"%s\\\"\": {\"event\": 1}}", "task_token="+token+"&event=queued&"+status, token), []string{"1, .a[0], a hex dump: task_token=" + token + "&event=queued&" + status}},
		{"arrays as PHP exports them", "array (\n  'task_token' => '" + token + "',\n  'status' => \n  array (\n    'status' => 'queued',\n    'videos' => \n    array (\n    ),\n  ),\n)\n", []string{
			"1, byte 6: ~task_token=" + token + "&status=%7B%22status%22%3A%22queued%22%2C%22videos%22%3A%5B%5D%7D, remark: was found without event",
		}},
		{"an object of PHP", "Cb Object\n(\n    [task_token] => " + token + "\n    [status:Cb:private] => " + json + "\n    [event:protected] => queued\n)\n", []string{"1: ~task_token=" + token + "&" + status + "&event=queued"}},
		{"any values of Go", "x map[event:queued status:map[audios:[] error:0 images:[] status:queued videos:[map[a:[1] b:2]]] task_token:" + token + "]\n", []string{"1, byte 2: ~event=queued&status=%7B%22audios%22%3A%5B%5D%2C%22error%22%3A0%2C%22images%22%3A%5B%5D%2C%22status%22%3A%22queued%22%2C%22videos%22%3A%5B%7B%22a%22%3A%5B1%5D%2C%22b%22%3A2%7D%5D%7D&task_token=" + token + ", remark: was printed without quotes: numbers and texts cannot be told apart"}},
		{"a map of Go with commas and semicolons", "x map[event:queued payload:a=b; mode: live, c: d task_token:" + token + "]\n", []string{"1, byte 2: ~event=queued&payload=a%3Db%3B+mode%3A+live%2C+c%3A+d&task_token=" + token}},
		{"values of Go with commas and brackets", "x map[error_message:[No, really] event:[error] payload:[it's [1, 2}]] task_token:[" + token + "]] {Form:map[event:[queued] payload:[[\"a\"]] task_token:[" + token + "]] Close:false}\n", []string{
			"1, byte 2: ~error_message=No%2C+really&event=error&payload=it%27s+%5B1%2C+2%7D%5D&task_token=" + token, "1, byte 123: ~event=queued&payload=%5B%22a%22%5D&task_token=" + token,
		}},
		{"values of Go on lines", "error_message [No, really: a]\nevent [error]\ntask_token [" + token + "]\n", []string{"1: ~error_message=No%2C+really%3A+a&event=error&task_token=" + token}},
		{"empty members of Go", "x {ID: TaskToken:" + token + " Event:queued Payload:a; b: c ErrorCode: ErrorMessage: Status:" + json + "}\ny map[error_code: error_message: event:saved task_token:" + token + "]\n", []string{
			"1, byte 2: ~task_token=" + token + "&event=queued&payload=a%3B+b%3A+c&error_code=&error_message=&" + status + ", remark: was found beside members that are left out: ID", "2, byte 2: ~error_code=&error_message=&event=saved&task_token=" + token,
		}},
		{"an object in angles", "<{task_token=[" + token + "], event=[queued]},[Host:\"x\"]>\n", []string{"1, byte 1: ~task_token=" + token + "&event=queued"}},
		{"other members of a type", "Callback(task_token=" + token + ", payload=it's, a=b, event=queued)\n", []string{"1: ~task_token=" + token + "&payload=it%27s&event=queued, remark: was found beside members that are left out: a"}},
		{"values in quotes in a table", "│ (index) │ event │ task_token │ payload │\n├─┼─┼─┼─┤\n│ 0 │ 'queued' │ '" + token + "' │ \"it's\" │\n", []string{"3, byte 4: ~event=queued&task_token=" + token + "&payload=it%27s"}},
		{"values in quotes in quotes", `{"event": "'queued'", "task_token": "'` + token + `'", "payload": "'a\\'b'"}`, []string{"1: ~event=queued&task_token=" + token + "&payload=a%27b"}},
		{"a payload with separators in a row", "event:queued;task_token:" + token + ";payload:a=b; mode: c;callback_type:task\n", []string{"1: ~event=queued&task_token=" + token + "&payload=a%3Db&callback_type=task, lost: payload: may continue with mode"}},
		{"members below a colon and a blank", "event: queued\ntask_token: " + token + "\nstatus: \n  status: queued\n  error:  0\n  videos: \n    - \n      url: x\n  audios: \n    (empty array)\n", []string{"1: ~event=queued&task_token=" + token + "&status=%7B%22status%22%3A%22queued%22%2C%22error%22%3A0%2C%22videos%22%3A%5B%7B%22url%22%3A%22x%22%7D%5D%2C%22audios%22%3A%5B%5D%7D, remark: was printed without quotes: numbers and texts cannot be told apart"}},
		{"values of a statement in a list", "INFO INSERT INTO t (task_token, event) VALUES (?, ?)\nINFO [generated in 0.1s] ('" + token + "', 'queued')\nINSERT INTO t(event, task_token) VALUES ($1, $2) -- PARAMETERS: [\"saved\",\"" + token + "\"]\n", []string{
			"1, byte 46: ~task_token=" + token + "&event=queued", "3, byte 40: ~event=saved&task_token=" + token,
		}},
		{"a dump with its table in quotes", "CREATE TABLE t (task_token text, event text);\nINSERT INTO \"t\" VALUES('" + token + "','queued');\n", []string{"2, byte 22: ~task_token=" + token + "&event=queued"}},
		{"a form with entities between its fields", "event=queued&amp;task_token=" + token + "&amp;payload=a%3B+b&amp;" + status + "\n", []string{"1: ~event=queued&task_token=" + token + "&payload=a%3B+b&" + status}},
		{"quotes in a text in quotes", "'error_message' => 'It's \"it\"'\n'event' => 'error'\n'task_token' => '" + token + "'\n", []string{"1: ~error_message=It%27s+%22it%22&event=error&task_token=" + token}},
		{"a text below its name", "event:\n  queued\ntask_token:\n  " + token + "\npayload:\n  a=b; c: d\n", []string{"1: ~event=queued&task_token=" + token + "&payload=a%3Db%3B+c%3A+d"}},
		{"quotes of a shell on lines", "error_message='It'\\''s C:\\new'\nevent='error'\ntask_token='" + token + "'\n", []string{"1: ~error_message=It%27s+C%3A%5Cnew&event=error&task_token=" + token}},
		{"fields in a row that begin like a form", "task_token=" + token + ", event=queued, status=" + json + "\ntask_token='" + token + "' event='queued' status='" + json + "'\n", []string{
			"1: ~task_token=" + token + "&event=queued&" + status, "2: ~task_token=" + token + "&event=queued&" + status,
		}},
		{"a body that goes on after backslashes", status + "\\\n&task_token=" + token + "&event=queued&payload=%7B%\\\n7D$\n", []string{"1, continued lines: " + status + "&task_token=" + token + "&event=queued&payload=%7B%7D"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			r := NewReader(strings.NewReader(tt.text), 0)
			for body, err := r.Next(); err == nil; body, err = r.Next() {
				one := describe(body)
				if body.Lost != "" {
					one += ", lost: " + body.Lost
				}
				if body.Remark != "" {
					one += ", remark: " + body.Remark
				}
				got = append(got, one)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q gives\n  %q, want\n  %q", tt.text, got, tt.want)
			}
		})
	}
}
