package tree

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

const tok = "e2079274fc1c4d12af5cf14affc9ba4e"

// printed is a node as JSON, and what is lost of it behind a " !".
func printed(n *Node, text string) string {
	if n == nil {
		return "nil"
	}
	s := string(n.AppendJSON(nil, []byte(text)))
	if n.Lost != "" {
		s += " !" + n.Lost
	}
	return s
}

func TestBlock(t *testing.T) {
	for _, tt := range []struct{ rule, in, want string }{
		// Separators.
		{"colon", "task_token: " + tok + "\nevent: saved\n", `{"task_token":"` + tok + `","event":"saved"}`},
		{"equals sign", "status=\nevent=saved\n", `{"status":"","event":"saved"}`},
		{"blanks around it", "status = x\nevent = saved\n", `{"status":"x","event":"saved"}`},
		{"fat arrow", "status => x\nevent => saved\n", `{"status":"x","event":"saved"}`},
		{"thin arrow", "status -> x\nevent -> saved\n", `{"status":"x","event":"saved"}`},
		{"Unicode arrow", "status → x\nevent → saved\n", `{"status":"x","event":"saved"}`},
		{"bar", "status | x\nevent  | saved\n", `{"status":"x","event":"saved"}`},
		{"box bar", "status │ x\nevent  │ saved\n", `{"status":"x","event":"saved"}`},
		{"tab", "status\tx\nevent\tsaved\n", `{"status":"x","event":"saved"}`},
		{"blank after a field", "status x\nevent saved\n", `{"status":"x","event":"saved"}`},
		{"blank after another name", "status x\nlevel info\n", `nil`},
		{"comparison", "status == x\nevent == saved\n", `nil`},
		{"URL", "status: x\nhttp://event: 7\n", `{"status":"x"}`},
		{"the end of a sentence", "Status of all\n", `nil`},

		// Names.
		{"quotes", "'status': 'it\\'s'\n'event': 'saved'\n", `{"status":"it's","event":"saved"}`},
		{"two words", "Task Token: x\nEvent: saved\n", `{"Task Token":"x","Event":"saved"}`},
		{"path", "req.body.status: x\nreq.body.event: saved\nreq.ip: 1\n", `{"status":"x","event":"saved"}`},
		{"other names", "id | 1\nstatus | x\nseen | 2\n", `{"id":1,"status":"x","seen":2}`},
		{"names in a column on their right", "   status: x\npayload: \n        event: saved\n", `{"status":"x"}`},
		{"aligned on the right", "  status: x\n payload: \n   event: saved\n", `{"status":"x","payload":"","event":"saved"}`},

		// Labels.
		{"sign", "+ status=x\n+ event=saved\nevent=b\n", `{"status":"x","event":"saved"}`},
		{"word", "POST status = x\nPOST event = saved\n", `{"status":"x","event":"saved"}`},
		{"numbers", "1# \"status\" => \"x\"\n2# \"event\" => \"saved\"\n", `{"status":"x","event":"saved"}`},
		{"another label", "a | status: x\na | event: saved\nb | payload: 1\n", `{"status":"x","event":"saved"}`},
		{"brackets", "form['status'] = x\nform['event'] = saved\n", `{"status":"x","event":"saved"}`},
		{"name before the field", "parameter=status=x\nparameter=event=saved\nstatus=200\n", `{"status":"x","event":"saved"}`},
		{"a part of a name", "my_event: a\nmy_status: b\n", `nil`},
		{"no other line", "Update status: x\n", `nil`},

		// The end of a record.
		{"blank line", "status: x\n\nevent: saved\n", `{"status":"x"}`},
		{"another shape", "status: x\nGET / 200\nevent: saved\n", `{"status":"x"}`},
		{"another separator", "status: x\nevent = saved\n", `{"status":"x"}`},
		{"another column", "status: x\n  event: saved\n", `{"status":"x"}`},
		{"written in another way", "task_token: x\nINFO: served\nstatus: y\n", `{"task_token":"x"}`},
		{"other blanks", "task_token: x\ninfo:    served\nstatus: y\n", `{"task_token":"x"}`},
		{"a record on one line", "task_token: x\nevent: saved, status: y\n", `{"task_token":"x"}`},
		{"a record in a value", "task_token: x\nbody: event=saved&status=y\n", `{"task_token":"x"}`},
		{"a name that repeats", "event: a\nstatus: x\nevent: b\nstatus: y\n", `[{"event":"a","status":"x"},{"event":"b","status":"y"}]`},
		{
			"a field of one of two records", "event: a\ntask_token: b\nstatus: x\nevent: c\ntask_token: d\n",
			`[{"event":"a","task_token":"b"},{"event":"c","task_token":"d"}] !status: of this record or of the one next to it`,
		},
		{"another name of one of two records", "status: a\nid: 1\nstatus: b\n", `[{"status":"a","id":1},{"status":"b"}]`},
		{"a command that goes on", "status=x \\\nevent=saved\n", `nil`},

		// Values.
		{"empty", "task_token: x\npayload: \nstatus: y\n", `{"task_token":"x","payload":"","status":"y"}`},
		{"exact", "status: x\npayload: a=b, 'c': d \n", `{"status":"x","payload":"a=b, 'c': d "}`},
		{"an empty one before it", "status:\npayload: y\n", `{"status":"","payload":"y"}`},
		{"values in a column", "task_token: x\npayload:    y\n", `{"task_token":"x","payload":"y"}`},
		{"blanks before a word", "status: x\ncallback_type:  y\n", `{"status":"x","callback_type":"y"}`},
		{"in a column", "status:  x\npayload: y\n", `{"status":"x","payload":"y"}`},
		{"CRLF", "status: x\r\nevent: saved\r\n", `{"status":"x","event":"saved"}`},
		{"JSON", "status: {\"a\": [1, 2]}\nevent: saved\n", `{"status":{"a": [1, 2]},"event":"saved"}`},
		{"JSON and more", "status: {\"a\": 1} b\n", `{"status":"{\"a\": 1} b"}`},
		{"container over lines", "status {\n  a: 1,\n  b: [\n    None\n  ]\n}\nevent saved\n", `{"status":{"a":1,"b":[null]},"event":"saved"}`},
		{"container that is not closed", "status: {\"a\": 1\nevent: saved\n", `{"status":{"a":1},"event":"saved"} !ends early`},
		{"nor in the lines after it", "status: {\"a\":\n   1,\nevent: saved\n", `{"status":{"a":1},"event":"saved"} !ends early`},
		{"free text in a bracket", "status: x\npayload: [draft\n", `{"status":"x","payload":"[draft"}`},
		{"a word before a bracket", "status: Status(a=1)\nerror_message: Error(a=1)\n", `{"status":{"a":1},"error_message":"Error(a=1)"}`},
		{"null", "status: null\nevent: None\n", `{"status":null,"event":null}`},
		{"wrapper", "status: x\npayload: Optional(\"y\")\n", `{"status":"x","payload":"y"}`},
		{"container whose names end in the column of its own", "name: {\n   b: None\n}\nstatus: x\n", `{"name":{"b":null},"status":"x"}`},
		{"one container", "status {\"a\": 1}\n", `{"status":{"a": 1}}`},
		{"wrapped JSON with other lines", "status : {\"a\": \"b\n          c\"}\n          d\nevent  : x\n", `{"status":{"a":"b"},"event":"x"} !ends early`},
		{"wrapped JSON", "status : {\"a\": \"b\n          c\"}\nevent  : x\n", `{"status":{"a":"b"},"event":"x"} !ends early`},
		{"printed list of R", "$status\n[1] \"x\"\n\n$event\n[1] \"saved\"\n\n$b\n", `{"status":"x","event":"saved"}`},
		{"commas", "status: x,\npayload: y,\nevent: z\n", `{"status":"x","payload":"y","event":"z"}`},
		{"the same end of all lines", "status: {}, client: ::1, host: \"a\"\nevent: saved, client: ::1, host: \"a\"\n", `{"status":{},"event":"saved"}`},
		{"a comma of its own", "status: x\npayload: y,\n", `{"status":"x","payload":"y,"}`},

		{"the same end of JSON", "status: {\"a\": 1, \"b\": 0}\npayload: {\"c\": 1, \"b\": 0}\n", `{"status":{"a": 1, "b": 0},"payload":{"c": 1, "b": 0}}`},

		// YAML.
		{"nested", "status:\n  a:\n    b: ~\n  c:\nevent: saved\n", `{"status":{"a":{"b":null},"c":null},"event":"saved"}`},
		{"nothing nested", "status:\nevent: saved\n", `{"status":"","event":"saved"}`},
		{"list", "status:\n  a:\n  - b: 1\n    c: 2\n  -\n    b: 3\n  - - 4\nevent: x\n", `{"status":{"a":[{"b":1,"c":2},{"b":3},[4]]},"event":"x"}`},
		{"list of records", "- event: a\n  status: x\n- status: y\n", `[{"event":"a","status":"x"},{"status":"y"}]`},
		{"names and values", "p:\n  - name: status\n    value: 'x'\n", `{"p":[{"name":"status","value":"x"}]}`},
		{"single quotes", "status: 'it''s \\ '\n", `{"status":"it's \\ "}`},
		{"folded in quotes", "status: 'a\n  b\n\n  c'\nevent: x\n", `{"status":"a b\nc","event":"x"}`},
		{"folded in double quotes", "status: \"a\\\n  \\ b\n  \\\"c\"\nevent: x\n", `{"status":"a b \"c","event":"x"}`},
		{"quotes that go on in no line", "status: 'a\nb'\n", `{"status":"a"} !ends early`},
		{"folded", "status: " + strings.Repeat("a", 60) + "\n  b\nevent: x\n", `{"status":"` + strings.Repeat("a", 60) + ` b","event":"x"}`},
		{"folded by a table", "status : " + strings.Repeat("a", 60) + "\n  b\n", `{"status":"` + strings.Repeat("a", 60) + `"}`},
		{"an assignment", "status=" + strings.Repeat("a", 60) + "\n  b\n", `{"status":"` + strings.Repeat("a", 60) + `"}`},
		{"blanks at the end of a line", "status: 'a  \n  b'\n", `{"status":"a b"}`},
		{"an escaped backslash at the end of a line", "status: \"a\\\\\n  b\"\n", `{"status":"a\\ b"}`},
		{"lines of Windows", "status: |-\r\n  a\r\n  b\r\n", `{"status":"a\nb"}`},
		{"a sentence in a list", "- Status of all\n- event: x, status: y\n", `["Status of all","event: x, status: y"]`},
		{"lines below a short value", "event: saved\n    at f (x.js)\nstatus: x\n", `{"event":"saved"}`},
		{"a literal of lines", "status: |-\n  a\n   b\n\n  c\nevent: x\n", `{"status":"a\n b\n\nc","event":"x"}`},
		{"its last newline", "status: |\n  a\nevent: x\n", `{"status":"a\n","event":"x"}`},
		{"a folded one", "status: >-\n  a\n  b\nevent: x\n", `{"status":"a b","event":"x"}`},
		{"a text that speaks of fields", "id: 1\ntext: 'it''s {\"task_token\": 1}'\n", `{"id":1,"text":"it's {\"task_token\": 1}"}`},
		{"a payload that speaks of fields", "payload: a, event: x, status: y\nevent: saved\n", `{"payload":"a, event: x, status: y","event":"saved"}`},
		{"an error that does", "error_message: a, event: x, status: y\nevent: saved\n", `{"error_message":"a, event: x, status: y","event":"saved"}`},
		{"a word that speaks of them", "id: 1\ntext: no status\n", `nil`},
		{"another text", "id: 1\ntext: 'no token'\nn: task_token\n", `{"id":1,"text":"no token","n":"task_token"}`},

		// Numbered answers.
		{"numbers before values", "1) \"status\"\n2) \"x\"\n", `["status","x"]`},
		{"nested numbers", "1) 1) \"7-0\"\n   2)  1) \"status\"\n       2) \"x\"\n2) 1) \"8-0\"\n", `[["7-0",["status","x"]],["8-0"]]`},
	} {
		if got := printed(Block([]byte(tt.in), 0), tt.in); got != tt.want {
			t.Errorf("%s: %q:\n got %s\nwant %s", tt.rule, tt.in, got, tt.want)
		}
	}
}

// TestBlockLost: where two records share a line, both say so.
func TestBlockLost(t *testing.T) {
	n := Block([]byte("event: a\ntask_token: b\nstatus: x\nevent: c\ntask_token: d\nevent: e\ntask_token: f\n"), 0)
	if len(n.Items) != 3 || n.Items[0].Value.Lost == "" || n.Items[1].Value.Lost == "" || n.Items[2].Value.Lost != "" {
		t.Error(n)
	}
}

func TestPairs(t *testing.T) {
	for _, tt := range []struct{ rule, in, want string }{
		{"equals sign", "event=saved ms=12 status=x", `{"event":"saved","ms":12,"status":"x"}`},
		{"colon", "event: saved status: x", `{"event":"saved","status":"x"}`},
		{"arrow", "event => saved status => x", `{"event":"saved","status":"x"}`},
		{"blank", "event saved status x", `{"event":"saved","status":"x"}`},
		{"two words of a sentence", "event loop", `nil`},
		{"name of no field", "ms=12 event=saved", `nil`},
		{"no separator", "event", `nil`},
		{"a bar", "event | saved", `nil`},
		{"a box bar", "event │ saved", `nil`},
		{"tabs", "event\tsaved\tms\t12\tstatus\tx", `{"event":"saved","status":"x"}`},
		{"a number is not a name", "payload=a 1=b", `{"payload":"a 1=b"}`},
		{"braces around words", "status {{\"a\": 1}} event saved", `{"status":[{"a": 1}],"event":"saved"}`},
		{"in brackets", "[@event, saved], [status, {\"a\": 1}]", `{"event":"saved","status":{"a": 1}}`},
		{"each in brackets", "[@event, saved], [payload, a, b]", `{"event":"saved","payload":"a, b"}`},
		{"in parentheses", "(@event: \"saved\", payload: a (b) c), status: x", `{"event":"saved","payload":"a (b) c"}`},
		{"in quotes", "\"@event=saved payload=a b\" status=x", `{"event":"saved","payload":"a b"}`},
		{"names in quotes", "\"@event\": \"saved\", \"status\": \"x\"", `{"event":"saved","status":"x"}`},
		{"two words of a name", "Error Code: 1 Error Message: x", `{"Error Code":1,"Error Message":"x"}`},
		{"two words of a text", "payload=an error code=1", `{"payload":"an error","code":1}`},
		{"path", "req.event=saved req.status=x", `{"event":"saved","status":"x"}`},
		{"end of the line", "event=saved\nstatus=x", `{"event":"saved"}`},
		{"another separator", "event=saved and status: x", `{"event":"saved"}`},

		{"one word", "event=saved for job status=x", `{"event":"saved","status":"x"}`},
		{"text up to a name", "payload=a b c=d", `{"payload":"a b","c":"d"}`},
		{"text up to the end", "payload=a b: c ", `{"payload":"a b: c "}`},
		{"text up to the separator of all pairs", "event: saved | payload: a b: c | status: x", `{"event":"saved","payload":"a b: c","status":"x"}`},
		{"a comma after blanks", "event=saved ms=1, status=x", `{"event":"saved","ms":1,"status":"x"}`},
		{"a status that is a text", "status=not json event=saved", `{"status":"not json","event":"saved"}`},
		{"CRLF", "payload=a\r\n", `{"payload":"a"}`},
		{"text between commas", "event=saved, payload=a b=c, status=x", `{"event":"saved","payload":"a b=c","status":"x"}`},
		{"text between tabs", "event:saved\tpayload:a status:b\tstatus:x", `{"event":"saved","payload":"a status:b","status":"x"}`},
		{"text that may go on", "error_message: in video: 403 event: error", `{"error_message":"in","video":403,"event":"error"} !may continue with video`},
		{"text that does not go on", "event: a | payload: b | ms: 1", `{"event":"a","payload":"b","ms":1}`},
		{"another text that may go on", "event: x ms: a b: c", `{"event":"x","ms":"a","b":"c"}`},
		{"empty", "payload= ms= event=saved", `{"payload":"","ms":"","event":"saved"}`},
		{"empty before a field", "payload:  event: saved", `{"payload":"","event":"saved"}`},
		{"a text with a colon", "payload: ms: 12", `{"payload":"ms: 12"}`},
		{"container in a word", "status={\"a\": \"b c=d\"}x event=saved", `{"status":"{\"a\": \"b c=d\"}x","event":"saved"}`},
		{"container", "status={\"a\": \"b c=d\"} event=saved", `{"status":{"a": "b c=d"},"event":"saved"}`},
		{"container that is not closed", "status={\"a\": 1 event=saved", `{"status":{"a":"1 event=saved"}} !ends early`},
		{"quotes that are not closed", "payload=\"a event=saved", `{"payload":"\"a event=saved"} !ends early`},
		{"a bracket in a text", "payload={a} b event=saved", `{"payload":"{a} b","event":"saved"}`},

		{"another record", "event=a status=x event=b", `{"event":"a","status":"x"}`},
		{"the same again", "event=a status=x event=a payload=y", `{"event":"a","status":"x"}`},

		{"raw options of curl", "curl --data-urlencode '@event=a%20b c' --data-urlencode 'payload=it'\\''s' http://x", `{"event":"a%20b c","payload":"it's"}`},
		{"options of curl behind an empty one, and behind one in quotes", "curl -F @payload= -F 'status={\"a\": 1}' -F event=a", `{"payload":"","status":"{\"a\": 1}","event":"a"}`},
		{"arguments in quotes and without", "http :8000 '@status={\"a\": \"it'\"'\"'s\"}' payload= 'error_message=a b' event=c", `{"status":"{\"a\": \"it's\"}","payload":"","error_message":"a b","event":"c"}`},
		{"other fields of curl", "curl -F '@event=a' -F x=y -F payload= -F \"error_message=a b\"", `{"event":"a","x":"y","payload":"","error_message":"a b"}`},
		{"an argument of one word in quotes", "http '@event=a' payload=b", `{"event":"a","payload":"b"}`},
		{"a field in the quotes of a payload", "@event=a payload='status=b' error_code=1", `{"event":"a","payload":"status=b","error_code":1}`},
		{"escaped options of curl", "curl -d \"@event=a%20b+c\" -d 'payload=\\x' -X POST", `{"event":"a b c","payload":"\\x"}`},
		{"a form of curl", "curl -F '@event=a b' --form \"payload=a \\\"b\\\"\" x=y", `{"event":"a b","payload":"a \"b\""}`},
		{"JSON before the next line of a command", "payload={\"a\": \"b\"} \\\n  status=\"{\"c\": 1}\" \\\n event=x", `{"payload":{"a": "b"},"status":"{\"c\": 1}","event":"x"}`},
		{"a container in a line that is deeper than the next", "  @status: {\"a\": 1\n  event: b", `{"status":{"a":1}} !ends early`},
		{"the next line of a command", "event='a' \\\n  payload='it'\\''s'", `{"event":"a","payload":"it's"}`},
		{"backslashes of JSON", "payload='{\"a\": \"\\\"\"}' event=a", `{"payload":"{\"a\": \"\\\"\"}","event":"a"}`},
	} {
		at := max(strings.IndexByte(tt.in, '@'), 0)
		in := strings.Replace(tt.in, "@", "", 1)
		if got := printed(Pairs([]byte(in), at), in); got != tt.want {
			t.Errorf("%s: %q:\n got %s\nwant %s", tt.rule, in, got, tt.want)
		}
	}
}

// TestLinesHostile has texts on which work that is done again at each line or name
// would take minutes.
func TestLinesHostile(t *testing.T) {
	var stairs, right strings.Builder
	for i := range 1400 {
		fmt.Fprintf(&stairs, "%*sstatus: {\n", i, "")
		fmt.Fprintf(&right, "%*sx: status\n", i%60, "")
	}
	for _, line := range []string{
		"status: {\n", "status: '\n", "status: \"\n", "status: {x ", "status:\"{x ", "status=[ event=( ", "payload='x ", "payload=it's ",
		"x: status\n", "x: no status\n", "x: 'task_token\n", "status:\n", "- ", "- - status: x\n", "1) ", "1) \"status\"\n", "event: a\n", "event=1 event:2 event=3 ",
		"payload=" + strings.Repeat(" ", 200), "(event=x ", "(a=x ", "status: x\n\n\n\n", "$status\n[1] \"x\"\n", "a.status: x\n", "x status: {\n",
		"status: |\n  x\n", "status: x, a: 1\n", "status: , , , , ,\n", "payload={ ", "event: saved, status: x\n", "'", "event='a' \\\n", "-d 'event=a' ",
		stairs.String(), right.String(), "status: {x: " + strings.Repeat("[", 300) + "\n",
	} {
		size := 1 << 17
		if testing.Short() {
			size = 1 << 15 // The race detector makes it slow.
		}
		text := []byte(strings.Repeat(line, size/len(line)))
		for at := 0; at < len(text); {
			n := Block(text, at)
			if n == nil {
				l, _ := lineOf(text, at)
				for at < l.to {
					if at == 0 || !isNameByte(text[at-1]) {
						n = Pairs(text, at)
					}
					if at++; n != nil {
						at = max(at, n.End)
					}
				}
			}
			if n != nil {
				at = max(at, n.End)
			}
			_, at = lineOf(text, at)
		}
	}
	for i := range 200 { // and so deep
		text := []byte(strings.Repeat("- ", i) + "status: x")
		if n := Block(text, 0); (n == nil) != (i > maxDepth) {
			t.Fatal(i, printed(n, string(text)))
		}
	}
}

func checkNode(t *testing.T, n *Node, text []byte) {
	if n.Start < 0 || n.End > len(text) || n.Start > n.End {
		t.Fatalf("%q: node from %d to %d", text, n.Start, n.End)
	}
	for _, it := range n.Items {
		checkNode(t, it.Value, text)
	}
}

// FuzzLines puts a block of fields and a line of pairs between any lines: they come
// out as they are, and nothing else stands in them.
func FuzzLines(f *testing.F) {
	f.Add("status: x\nevent: y", "task_token: z", "a", "b c")
	f.Add("- status:\n  - x: |\n  y", "1) \"status\"\n2) 'a", "{\"a\": 1}", "\"x\" y")
	f.Add("curl -d 'status=x' \\\n", "event=(a, status=b", "'", "a=b")
	f.Fuzz(func(t *testing.T, before, after, one, two string) {
		raw := []byte(before + "\n" + after)
		for at := range raw {
			for _, n := range []*Node{Block(raw, at), Pairs(raw, at)} {
				if n != nil {
					checkNode(t, n, raw)
				}
			}
		}
		plain := func(s string) string {
			s = strings.Map(func(r rune) rune {
				if r < ' ' || r == utf8.RuneError || strings.ContainsRune("\\'\"`{[(<|>!=:,;&~→│", r) || r >= 0x80 {
					return -1
				}
				return r
			}, s)
			return strings.TrimSpace(s[:min(len(s), 40)])
		}
		one, two = "a"+plain(one), "b"+plain(two)
		block := "status: " + one + "\npayload: " + two + "\nevent: saved\n"
		text := []byte(before + "\n\n" + block + "\n" + after)
		n := Block(text, len(before)+2)
		if n == nil || n.Kind != Object || n.Lost != "" || len(n.Items) != 3 || string(n.Items[0].Value.Text) != one ||
			string(n.Items[1].Value.Text) != two || string(n.Items[2].Value.Text) != "saved" || n.End != len(before)+2+len(block)-1 {
			t.Fatalf("%q: %s", text, printed(n, string(text)))
		}
		if n := Block(text, 0); n != nil && before == "" {
			t.Fatalf("%q: %s", text, printed(n, string(text)))
		}
		text = []byte(before + "\nstatus=" + one + " event=saved payload=" + two + "\n" + after)
		n = Pairs(text, len(before)+1)
		if n == nil || n.Lost != "" || len(n.Items) != 3 || string(n.Items[0].Value.Text) != one || string(n.Items[2].Value.Text) != two ||
			!bytes.HasPrefix(text[n.End:], []byte("\n"+after)) {
			t.Fatalf("%q: %s", text, printed(n, string(text)))
		}
	})
}
