package tree

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

const token = "e2079274fc1c4d12af5cf14affc9ba4e"

// shown returns rows to compare: a line for each, a text in quotes in quotes, no value as ∅.
func shown(rows []*Node) string {
	var b strings.Builder
	for _, row := range rows {
		for i, item := range row.Items {
			if i > 0 {
				b.WriteString(" | ")
			}
			value := string(item.Value.Text)
			switch item.Value.Kind {
			case Null:
				value = "∅"
			case String:
				value = strconv.Quote(value)
			}
			fmt.Fprintf(&b, "%s=%s", item.Name, value)
			if item.Value.Lost != "" {
				fmt.Fprintf(&b, " (%s)", item.Value.Lost)
			}
		}
		if row.Lost != "" {
			fmt.Fprintf(&b, " LOST %s", row.Lost)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestTable(t *testing.T) {
	tests := []struct {
		name, text, rows, rest string // rest: what stands after the table
	}{
		{
			"csv",
			"status,task_token,event\n\"{\"\"error\"\":0}\",T,saved\n,U,queued\n",
			"status=\"{\\\"error\\\":0}\" | task_token=T | event=saved\nstatus=∅ | task_token=U | event=queued\n", "",
		},
		{"csv with CRLF, all in quotes", "\"Task Token\",\"event\"\r\n\"T\",\"saved\"\r\n", "Task Token=\"T\" | event=\"saved\"\n", ""},
		{"csv without a last newline", "status,event\n{},saved", "status={} | event=saved\n", ""},
		{"csv cell over lines", "status,event\n\"{\n}\n\n\",saved\nx\n", "status=\"{\\n}\\n\\n\" | event=saved\n", "x\n"},
		{"csv in capitals", "TASK_TOKEN,EVENT\nT,saved\n", "TASK_TOKEN=T | EVENT=saved\n", ""},
		{"csv in capitals, without a token", "STATUS,EVENT\n{},saved\n", "STATUS={} | EVENT=saved\n", ""},
		{"csv with semicolons", "status;event\n\"a;b\";saved\n", "status=\"a;b\" | event=saved\n", ""},
		{"csv empty is none, in quotes is empty", "status,event\n\"\",\n", "status=\"\" | event=∅\n", ""},
		{"csv backslashes stand", `status,event` + "\n" + `"{""a"":""\n""}",C:\new` + "\n", `status="{\"a\":\"\\n\"}" | event=C:\new` + "\n", ""},
		{"a row of other length ends it", "status,event\n{},saved\n{},saved,x\n{},queued\n", "status={} | event=saved\n", "{},saved,x\n{},queued\n"},
		{"an open quote ends it", "status,event\n{},saved\n\"{},queued\n", "status={} | event=saved\n", "\"{},queued\n"},
		{"a quote in the middle ends it", "status,event\n{},saved\n\"{\"a\"}\",queued\n", "status={} | event=saved\n", "\"{\"a\"}\",queued\n"},
		{"another header ends it", "status,event\n{},saved\nevent,status\nqueued,{}\n", "status={} | event=saved\n", "event,status\nqueued,{}\n"},
		{"one known name is no header", "status,at\nx,y\n", "", "status,at\nx,y\n"},
		{"neither status nor task_token is no header", "event,payload\nx,y\n", "", "event,payload\nx,y\n"},
		{"a token is no task_token", "event,payload,token\nx,y,z\n", "", "event,payload,token\nx,y,z\n"},
		{"a field twice is no header", "status,event,Status\nx,y,z\n", "", "status,event,Status\nx,y,z\n"},
		{"a header alone", "status,event\n", "", "status,event\n"},
		{"csv of names and values", "name,value\nevent,saved\nstatus,{}\n", "event=saved | status={}\n", ""},
		{"csv of names and values without a header", "event,saved\nstatus,{}\n", "event=saved | status={}\n", ""},
		{"a list of values with bars", "status|event\n{}|saved\n", "status={} | event=saved\n", ""},

		{
			"csv of messages", "\"t\",\"message\"\n\"1\",\"{\"\"task_token\"\":\"\"T\"\"}\"\n\"2\",\"{\"\"x\"\":1}\"\n",
			"t=\"1\" | message=\"{\\\"task_token\\\":\\\"T\\\"}\"\nt=\"2\" | message=\"{\\\"x\\\":1}\"\n", "",
		},
		{"csv of messages over lines", "t,message\n1,\"status\n{}\"\n", "t=1 | message=\"status\\n{}\"\n", ""},
		{"a header ends a csv of messages", "t,m\n1,\"\"\"status\"\n\"task_token\",\"event\"\nT,saved\n", "t=1 | m=\"\\\"status\"\n", "\"task_token\",\"event\"\nT,saved\n"},

		{"tsv", "task_token\tevent\tpayload\nT\tsaved\t{\"id\": \"a\"}\n", "task_token=T | event=saved | payload={\"id\": \"a\"}\n", ""},
		{"tsv in quotes if need be", "task_token\tpayload\nT\t\"a\"\"b\"\nU\t\"c\"\nV\t\"d\te\"\n", "task_token=T | payload=\"a\\\"b\"\ntask_token=U | payload=\"c\"\ntask_token=V | payload=\"d\\te\"\n", ""},
		{"tsv in quotes over lines", "task_token\tpayload\nT\t\"a\nb\"\n", "task_token=T | payload=\"a\\nb\"\n", ""},
		{"tsv in quotes by its header", "\"task_token\"\t\"event\"\n\"T\"\t\"saved\"\n", "task_token=\"T\" | event=\"saved\"\n", ""},
		{"tsv null", "task_token\tevent\nT\tNULL\nU\t\\N\n", "task_token=T | event=∅\ntask_token=U | event=∅\n", ""},
		{"tsv escapes, JSON tells", "task_token\tpayload\tstatus\nT\ta\\nb\t{\"a\":\"\\\\\"\\\\\"\"}\n", "task_token=T | payload=a\nb | status={\"a\":\"\\\"\\\"\"}\n", ""},
		{"tsv as it stands, JSON tells", "task_token\tpayload\tstatus\nT\ta\\nb\t{\"a\":\"\\\"\"}\n", "task_token=T | payload=a\\nb | status={\"a\":\"\\\"\"}\n", ""},
		{"tsv as it stands, no escape", "task_token\tpayload\nT\ta\\nb\nU\tc\\d\n", "task_token=T | payload=a\\nb\ntask_token=U | payload=c\\d\n", ""},
		{"tsv, nothing tells", "task_token\tpayload\nT\ta\\nb\n", "task_token=T | payload=a\\nb (its backslashes may be escapes) LOST its backslashes may be escapes\n", ""},
		{"tsv, nothing tells for JSON", "task_token\tstatus\nT\t{\"a\":\"\\\\u00e9\"}\n", "task_token=T | status={\"a\":\"\\u00e9\"}\n", ""},
		{"tsv, a share tells nothing", "task_token\tstatus\nT\t[\"\\\\\\\\a\"]\n", "task_token=T | status=[\"\\\\\\\\a\"] (its backslashes may be escapes) LOST its backslashes may be escapes\n", ""},

		{"psql aligned", " event | status \n-------+--------\n saved | {}\n       | x\n(2 rows)\n", "event=saved | status={}\nevent=∅ | status=x\n", "(2 rows)\n"},
		{"not aligned", "event | status\n--+--\nsaved | {\"a\": 1}\n", "event=saved | status={\"a\": 1}\n", ""},
		{"a bar in a cell", " status | event \n--------+-------\n {}     | saved\n a|b    | saved\n", "status={} | event=saved\n", " a|b    | saved\n"},
		{"a bar in a cell, nothing tells", "status | event\n--+--\na|b | saved\n", "", "a|b | saved\n"},
		{"psql newlines", " event |  status  \n-------+----------\n saved | {       +\n       |  \"a\":1  +\n       |         +\n       | }\n", "event=saved | status={\n \"a\":1\n\n}\n", ""},
		{"psql wrapped in boxes", "│ event │ status │\n├───────┼────────┤\n│ saved │ {\"a\": …│\n│       │…1}     │\n│ error │ x      │\n└───────┴────────┘\n", "event=saved | status={\"a\": … (truncated by the width of the table) LOST truncated by the width of the table\nevent=∅ | status=…1}\nevent=error | status=x\n", ""},
		{"psql JSON alone", "     j     \n-----------\n {\"a\": 1} \n(1 row)\n", "j={\"a\": 1}\n", "(1 row)\n"},
		{"psql JSON alone over lines", "       j        \n----------------\n {             +\n   \"status\": 1 +\n }\n x\n(2 rows)\n", "j={\n  \"status\": 1\n}\nj=x\n", "(2 rows)\n"},
		{"frame", "| event | status |\n+-------+--------+\n| saved | {}     |\n| error | NULL   |\n+-------+--------+\n2 rows\n", "event=saved | status={}\nevent=error | status=∅\n", "2 rows\n"},
		{"frame without a rule", "| event | status |\n| saved | {}     |\n\n", "event=saved | status={}\n", "\n"},
		{"frame without a rule or names", "| a | b |\n| saved | {}     |\n\n", "", "| a | b |\n| saved | {}     |\n\n"},
		{"box, heavy and light", "┃ event ┃ status ┃\n┡━━━━━━━╇━━━━━━━━┩\n│ a|b   │ {}     │\n", "event=a|b | status={}\n", ""},
		{"names and values without a header", "│ event │ saved │\n├─┼─┤\n│ status │ {} │\n└─┴─┘\n", "event=saved | status={}\n", ""},
		{"markdown", "| event | `status` |\n|:---|---:|\n| saved | `{\"a\"}` |\n", "event=saved | status=\"{\\\"a\\\"}\"\n", ""},
		{"markdown without the last bar", "| event | status\n|---|---\n| saved | {}\n", "event=saved | status={}\n", ""},
		{"a header ends a table", "| event | status |\n|---|---|\n| saved | {} |\n| status | event |\n|---|---|\n| {} | queued |\n", "event=saved | status={}\n", "| status | event |\n|---|---|\n| {} | queued |\n"},
		{"a line without a frame ends it", "| event | status |\n|---|---|\n| saved | {} |\nx | y | z |\n", "event=saved | status={}\n", "x | y | z |\n"},
		{"no newline within the column", " event | status \n-------+--------\n saved | a+\n       | b\n", "event=saved | status=a+\nevent=∅ | status=b\n", ""},
		{"a narrow column is not wrapped", "| event | status |\n|-------|--------|\n| saved | 123456 |\n|       | x      |\n", "event=saved | status=123456\nevent=∅ | status=x\n", ""},
		{"markdown of names and values", "| field | value |\n|---|---|\n| status | `{}` |\n| task_token | T |\n", "status=\"{}\" | task_token=T\n", ""},
		{"wrapped where a cell is full", "| event | status                 |\n+-------+------------------------+\n| saved | 12345678901234567890,  |\n|       | 12345678901234567890   |\n|       |  3                     |\n| error | x                      |\n", "event=saved | status=12345678901234567890, 12345678901234567890\nevent=∅ | status=3\nevent=error | status=x\n", ""},
		{"wrapped, the last character too", "| event | status                 |\n|-------|------------------------|\n| saved | 1234567890123456789012 |\n|       | 3                      |\n", "event=saved | status=12345678901234567890123\n", ""},
		{"a row without a cell is one", "| task_token                       | event |\n|----------------------------------|-------|\n| " + token + " | saved |\n| " + token + " |       |\n", "task_token=" + token + " | event=saved\ntask_token=" + token + " | event=∅\n", ""},
		{"what may be the rest of a row", "| task_token | payload |\n|------------|---------|\n| T          | some    |\n|            | words   |\n| U          | x       |\n", "task_token=T | payload=some LOST may continue on the next line\ntask_token=U | payload=x\n", ""},
		{"columns", "event  status\n-----  ------\nsaved  {\"a\": 1}\n       x\n\nerror\n\n\n", "event=saved | status={\"a\": 1}\nevent=∅ | status=x\nevent=error | status=∅\n", "\n"},
		{"columns wrapped", "event  status                \n-----  ----------------------\nsaved  1234567890123456789012\n       3                     \n\nerror  x                     \n", "event=saved | status=12345678901234567890123\nevent=error | status=x\n", ""},
		{"a line across the columns ends them", "event  status\n-----  ------\nsaved  {}\n12:00:00 it goes on\n", "event=saved | status={}\n", "12:00:00 it goes on\n"},
		{"cut by its width", "event status\n----- ------\nsaved {\"a...\nerror {\"b…\n", "event=saved | status={\"a... (truncated by the width of the table) LOST truncated by the width of the table\nevent=error | status={\"b… (truncated by the width of the table) LOST truncated by the width of the table\n", ""},
		{"what others lost does not count", "status event a\n------ ----- -\n{}     saved …\n", "status={} | event=saved | a=… (truncated by the width of the table)\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := []byte(test.text)
			rows, end := Table(text, 0)
			if got := shown(rows); got != test.rows {
				t.Errorf("rows:\n%s\nwant:\n%s", got, test.rows)
			}
			if rest := test.text[end:]; rest != test.rest {
				t.Errorf("rest: %q, want %q", rest, test.rest)
			}
			check(t, text, rows, end)
		})
	}
}

// check checks what is true of the rows of any text.
func check(t *testing.T, text []byte, rows []*Node, end int) {
	t.Helper()
	from := 0
	for _, row := range rows {
		if row.Kind != Object || row.Start < from || row.End < row.Start || row.End > end || end > len(text) {
			t.Errorf("a row is at %d to %d, after one that ends at %d, in %d of %d bytes", row.Start, row.End, from, end, len(text))
		}
		for _, item := range row.Items {
			if v := item.Value; v.Start < row.Start || v.End < v.Start || v.End > row.End {
				t.Errorf("a cell is at %d to %d in a row at %d to %d", v.Start, v.End, row.Start, row.End)
			}
		}
		from = row.End
	}
}

func TestInsert(t *testing.T) {
	tests := []struct{ name, text, rows, rest string }{
		{"insert", `INSERT INTO cb (task_token,event) VALUES ('T','saved');`, "task_token=\"T\" | event=\"saved\"\n", ";"},
		{
			"columns and constraints", "CREATE TABLE cb (status text, event text, PRIMARY KEY (a), UNIQUE (a), KEY k (a), INDEX i (a), CONSTRAINT c x, FOREIGN KEY (a), CHECK (a))\nINSERT INTO cb VALUES ('1','saved')",
			"status=\"1\" | event=\"saved\"\n", "",
		},
		{
			"several rows, over lines", "insert into public.cb (\n  \"task_token\", status\n) values\n  ('T', '{}'),\n  ('U', NULL)\nRETURNING id",
			"task_token=\"T\" | status=\"{}\"\ntask_token=\"U\" | status=∅\n", "\nRETURNING id",
		},
		{"replace", "REPLACE INTO `cb`(`task_token`,`event`)VALUES('T','saved')", "task_token=\"T\" | event=\"saved\"\n", ""},
		{"words", `INSERT INTO cb (task_token,event,status,payload) VALUES ('T',DEFAULT,-1.5e3,true)`, "task_token=\"T\" | event=∅ | status=-1.5e3 | payload=true\n", ""},
		{"a quote doubled", `INSERT INTO cb (task_token,payload) VALUES ('T','it''s')`, "task_token=\"T\" | payload=\"it's\"\n", ""},
		{"an escaped quote tells", `INSERT INTO cb (task_token,payload) VALUES ('T','it\'s')`, "task_token=\"T\" | payload=\"it's\"\n", ""},
		{"a backslash at the end tells", `INSERT INTO cb (task_token,payload) VALUES ('T','C:\'),('U','D:\n')`, "task_token=\"T\" | payload=\"C:\\\\\"\ntask_token=\"U\" | payload=\"D:\\\\n\"\n", ""},
		{"JSON tells, escaped", `INSERT INTO cb (status,payload) VALUES ('{\"a\":1}','a\nb')`, "status=\"{\\\"a\\\":1}\" | payload=\"a\\nb\"\n", ""},
		{"JSON tells, as it stands", `INSERT INTO cb (status,payload) VALUES ('{"a":"\""}','a\nb')`, "status=\"{\\\"a\\\":\\\"\\\\\\\"\\\"}\" | payload=\"a\\\\nb\"\n", ""},
		{"no escape tells", `INSERT INTO cb (status,payload) VALUES ('{"a":"\u00e9"}','a\nb')`, "status=\"{\\\"a\\\":\\\"\\\\u00e9\\\"}\" | payload=\"a\\\\nb\"\n", ""},
		{"quotes of names tell, escaped", "INSERT INTO cb (`status`,payload) VALUES ('1','a\\nb')", "status=\"1\" | payload=\"a\\nb\"\n", ""},
		{"quotes of names tell, as it stands", `INSERT INTO cb ("status",payload) VALUES ('1','a\nb')`, "status=\"1\" | payload=\"a\\\\nb\"\n", ""},
		{"nothing tells", `INSERT INTO cb (status,payload) VALUES ('1','a\nb')`, "status=\"1\" | payload=\"a\\\\nb\" (its backslashes may be escapes) LOST its backslashes may be escapes\n", ""},
		{"an expression", `INSERT INTO cb (status,payload,at) VALUES ('1',lower(1),now())`, "status=\"1\" | payload=lower(1) (is an expression) | at=now() (is an expression) LOST is an expression\n", ""},
		{"a text in an expression", `INSERT INTO cb (status,payload) VALUES ('1',lower('A'))`, "status=\"1\" | payload=lower('A') (is an expression) LOST is an expression\n", ""},
		{"a cast", `INSERT INTO cb (status,payload) VALUES ('1'::text,'a')`, "status=\"1\" | payload=\"a\"\n", ""},
		{"an expression of another column", `INSERT INTO cb (status,event,at) VALUES ('1','saved',now())`, "status=\"1\" | event=\"saved\" | at=now() (is an expression)\n", ""},
		{"a concatenation", `INSERT INTO cb (status,payload) VALUES ('1','a' || 'b')`, "", ""},
		{"fewer values than places", `INSERT INTO cb (status,event) VALUES (?,?); "saved"`, "", ""},
		{"more values than places", `INSERT INTO cb (status,event) VALUES (?,?); "1", "saved", "x"`, "", ""},
		{"a place for a value", `INSERT INTO cb (status,event) VALUES ('1', ?)`, "", ""},
		{"a numbered place", `INSERT INTO cb (status,event) VALUES ($1, $2)`, "", ""},
		{"too few places", `INSERT INTO "cb" ("status", "event") VALUES (?)  [["status", "{}"], ["event", "saved"]]`, "", ""},
		{"fewer values", `INSERT INTO cb (status,event) VALUES ('1','saved'),('2')`, "status=\"1\" | event=\"saved\"\n", ",('2')"},
		{"an open quote", `INSERT INTO cb (status,event) VALUES ('1','saved'),('2','queued`, "status=\"1\" | event=\"saved\"\n", ",('2','queued"},
		{"no names", `INSERT INTO cb VALUES ('1','saved')`, "", ""},
		{"a query", `INSERT INTO cb (status,event) SELECT (status,event) FROM x`, "", ""},
		{"a prefix", `INSERT INTO cb (task_token,payload,event) VALUES (N'T',E'a\nb''',_binary 'x')`, "task_token=\"T\" | payload=\"a\\nb'\" | event=\"x\"\n", ""},
		{"values after their places", `INSERT INTO cb (id,status,payload,event) VALUES (DEFAULT,?,$2,?); "{\"a\": 1}", null, "saved"`, "id=∅ | status=\"{\\\"a\\\": 1}\" | payload=∅ | event=\"saved\"\n", ""},
		{"copy", "COPY public.cb (id, task_token, event, payload) FROM stdin;\n1\tT\t\\N\t\"a\\\\nb\"\n2\tU\tsaved\tx\\ty\n\\.\n\n", "id=1 | task_token=T | event=∅ | payload=\"a\\nb\"\nid=2 | task_token=U | event=saved | payload=x\ty\n", "\\.\n\n"},
		{"copy of an unknown escape", "COPY cb (task_token, event) FROM stdin;\nT\tsaved\nU\t\\q\n\\.\n", "task_token=T | event=saved\n", "U\t\\q\n\\.\n"},
		{
			"create", "CREATE TABLE `cb` (\n  `id` decimal(10,2) DEFAULT '1,2',\n  `task_token` varchar(40),\n  `event` text,\n  PRIMARY KEY (`id`)\n) ENGINE=x;\nINSERT INTO `other` VALUES (1,'a','b');\nINSERT INTO `cb` (`event`,`id`,`task_token`) VALUES ('x',0,'X');\nINSERT INTO `cb` VALUES\n(1,'T','it\\'s'),\n(2,'U','saved');\nINSERT INTO `cb` VALUES (3,'V','error');\nCREATE TABLE `cb` (a int);\nINSERT INTO `cb` VALUES (4,'W','x');\n",
			"id=1 | task_token=\"T\" | event=\"it's\"\nid=2 | task_token=\"U\" | event=\"saved\"\nid=3 | task_token=\"V\" | event=\"error\"\n", ";\nCREATE TABLE `cb` (a int);\nINSERT INTO `cb` VALUES (4,'W','x');\n",
		},
		{"other names", `INSERT INTO log (id,body) VALUES (1,'status')`, "id=1 | body=\"status\"\n", ""},
		{"a body with doubled quotes", `INSERT INTO log (id,body) VALUES (1,'a status ''1''')`, "id=1 | body=\"a status '1'\"\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := []byte(test.text)
			rows, end := Insert(text, 0)
			if got := shown(rows); got != test.rows {
				t.Errorf("rows:\n%s\nwant:\n%s", got, test.rows)
			}
			if end == 0 {
				end = len(text)
				if test.rows != "" {
					t.Error("it ends where it begins")
				}
			}
			if rest := test.text[end:]; rest != test.rest {
				t.Errorf("rest: %q, want %q", rest, test.rest)
			}
			check(t, text, rows, end)
		})
	}
}

// scan reads all tables and statements of a text, as one who looks for them does.
func scan(t *testing.T, text []byte) {
	for at := 0; at < len(text); {
		rows, end := Table(text, at)
		check(t, text, rows, end)
		if end == at {
			_, end = lineOf(text, at)
		}
		for i := at; i < end; i++ {
			for _, word := range []string{"INSERT", "COPY", "CREATE"} {
				if bytes.HasPrefix(text[i:], []byte(word)) {
					rows, stop := Insert(text, i)
					check(t, text, rows, stop)
					i = max(i, stop-1)
				}
			}
		}
		at = end
	}
}

// TestExpression checks which values of SQL are not lost.
func TestExpression(t *testing.T) {
	for value, want := range map[string]string{
		"12": "", "-1.5": "", "NULL": "", "TRUE": "", "FALSE": "", "false ": "", "DEFAULT": "is an expression",
		"now()": "is an expression", "?": place, "$1": place,
	} {
		if got := expression([]byte(value)); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

func TestHostile(t *testing.T) {
	lines := []string{
		"a,b\n", "a,\"b\n", "a,\"\"\"\n", "a,\"\"\"\nb,c,d\n", "status,event\n", "status,event\n\"", "\"status\",\"event\"\n\"\"\"\n", "a\t\"status\\n\n",
		"task_token\tstatus\n{\\\\n\t[\\\\", "|", "| ", "-+", "-", "- ", "---\n", "x\n---\n", " x\n-----\n", "| status | event |\n", "| a | b |\n|---|---|\n",
		"status | event\n---+---\n x | y+\n", "status  event\n------  -----\nx       y\n\n", "│ ", "│\n┼─\n", "\xff|\xe2\x94\n",
		"INSERT INTO t (", "INSERT INTO t (a,", "INSERT INTO t (task_token,status) VALUES ", "INSERT INTO t (task_token,status) VALUES ('", "INSERT INTO t (task_token,status) VALUES ('\\",
		"INSERT INTO t (task_token,status) VALUES (('a',", "(1,2),", "''", "COPY t (task_token,status) FROM stdin;\n", "COPY t (a,b) FROM stdin;\na\tb\n", "CREATE TABLE t (a int, b int);\n", "create table t (a int, b int);\n", "CREATE TABLE t (", "CREATE TABLE (", "INSERT INTO t VALUES (1,2);\n",
	}
	starts := []string{
		"", "task_token,status\n", "a,b\n\"", "task_token\tstatus\n", "| task_token | payload |\n|---|---|\n", "task_token  status                  \n----------  ------------------------\n", " j \n-----\n",
		"INSERT INTO t (task_token,status) VALUES ", "INSERT INTO t (task_token,status) VALUES ('", "CREATE TABLE t (task_token text, status text);\n",
	}
	for _, start := range starts {
		for _, line := range lines {
			size := 1 << 17
			if start != "" {
				size = 1 << 14
			}
			if testing.Short() {
				size >>= 5 // The race detector makes it slow.
			}
			scan(t, append([]byte(start), bytes.Repeat([]byte(line), size/len(line))...))
		}
	}
}

func FuzzTable(f *testing.F) {
	for _, text := range []string{
		"status,event\n\"{\"\"a\"\":1}\",saved\n", "| a | status |\n|---|---|\n| x | y |\n", "status  event\n------  -----\nx       y\n",
		"INSERT INTO t (task_token,status) VALUES ('a\\'','b''')", "COPY t (task_token,status) FROM stdin;\na\tb\\n\n\\.\n", "CREATE TABLE t (a int, b int);\nINSERT INTO t VALUES (1,'status''');",
	} {
		f.Add(text, "a\"b", "c\nd")
	}
	f.Fuzz(func(t *testing.T, text, status, event string) {
		scan(t, []byte(text))

		// What is written as CSV is read back byte for byte.
		status, event = strings.ReplaceAll(status, "\r", ""), strings.ReplaceAll(event, "\r", "")
		if named([]string{status, event}) {
			return
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll([][]string{{"status", "event"}, {status, event}, {event, status}}); err != nil {
			t.Fatal(err)
		}
		rows, end := Table(b.Bytes(), 0)
		if len(rows) != 2 || end != b.Len() {
			t.Fatalf("%d rows up to %d of %q", len(rows), end, b.String())
		}
		for i, want := range []string{status, event, event, status} {
			cell := rows[i/2].Items[i%2].Value
			if got := string(cell.Text); got != want && (cell.Kind != Null || want != "" && want != "NULL" && want != `\N`) {
				t.Errorf("cell %d of %q is %q, want %q", i, b.String(), got, want)
			}
		}
	})
}
