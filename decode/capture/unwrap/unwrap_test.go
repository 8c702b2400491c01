package unwrap

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const token = "e2079274fc1c4d12af5cf14affc9ba4e"

// TestRows has the smallest disguise of each kind, and what is behind it.
func TestRows(t *testing.T) {
	long := strings.Repeat("status%3A", 5) // 45 bytes
	for _, tt := range []struct {
		row, name, text string
		want            []string
	}{
		{"coloured text", "colours", "\x1b[32mevent\x1b[0m: saved\x1b[K\n", []string{"event: saved\n"}},
		{"coloured text", "a link", "\x1b]8;;http://h\x1b\\text\x1b]8;;\x07\n", []string{"text\n"}},
		{"coloured text", "character sets, a reset, one that was cut", "a\x1b(Bb\x1b)0\x1bcd\x1b", []string{"abd"}},

		{"coloured text", "the bytes of packets", "\x00\x1b[3a", nil},

		{"lines with a prefix", "times on some lines", "2026-03-01 10:00:00,1 INFO app: x\n2026-03-01 10:00:00,1 INFO app: {\n a: 1\n}\n", []string{"x\n{\n a: 1\n}\n"}},
		{"lines with a prefix", "two services", "db-1   | x\nweb-1  | {\nweb-1  |   a\ndb-1   | y\nweb-1  | }\n", []string{"x\ny\n", "{\n  a\n}\n"}},
		{"lines with a prefix", "services and times", "web-1  | 2026-11-24T10:00:00.1Z {\nweb-1  | 2026-11-24T10:00:01.1Z   a\n", []string{"{\n  a\n"}},
		{"lines with a prefix", "an application and a router", strings.Repeat("2026-03-01T10:10:22.1+00:00 heroku[router]: at=1\n", 2) + "2026-03-01T10:10:22.2+00:00 app[web.1]: {\n2026-03-01T10:10:22.3+00:00 app[web.1]:   a\n", []string{"at=1\nat=1\n", "{\n  a\n"}},
		{"lines with a prefix", "pods", "[pod/a-1/app] {\n[pod/a-2/app] [\n[pod/a-1/app]   x\n[pod/a-2/app]   y\n", []string{"{\n  x\n", "[\n  y\n"}},
		{"lines with a prefix", "syslog", "Nov 24 03:55:07 web1 app[12]: {\nNov 24 03:55:08 web1 app[12]:   a\n", []string{"{\n  a\n"}},
		{"lines with a prefix", "syslog with a priority and a length", "27 <14>1 2026-03-01T10:10:22Z h app web.1 - {\n30 <14>1 2026-03-01T10:10:22Z h app web.1 -   a\n", []string{"{\n  a\n"}},
		{"lines with a prefix", "the days of a server", "[Tue Nov 24 22:57:40.445 2026] [php:notice] [pid 7] {\n[Tue Nov 24 22:57:41.445 2026] [php:notice] [pid 7]   a\n", []string{"{\n  a\n"}},
		{"lines with a prefix", "a container's lines, one in two parts", "2026-03-01T10:10:22Z stdout P ab\n2026-03-01T10:10:22Z stdout F c\n2026-03-01T10:10:22Z stderr F x\n2026-03-01T10:10:22Z stdout F\n", []string{"abc\n\n", "x\n"}},
		{"lines with a prefix", "lines in quotes", "[24-Nov-2026 10:00:00] WARNING: [pool www] child 7 said into stderr: \"Array\"\n[24-Nov-2026 10:00:00] WARNING: [pool www] child 7 said into stderr: \"(\"\n", []string{"Array\n(\n"}},
		{"lines with a prefix", "words of the text are none of the prefix", "10:00:00.1 [web] form: {\n10:00:00.1 [web]   a\n10:00:00.1 [web] }\n", []string{"form: {\n  a\n}\n"}},
		{"lines with a prefix", "a word with a colon that comes once", "10:00:00 percent: 1\n10:00:00 INFO x\n", []string{"percent: 1\nx\n"}},
		{"lines with a prefix", "a name is no level", "w | 10:00:00 {\nw | 10:00:00   error: 0\n", []string{"{\n  error: 0\n"}},
		{"lines with a prefix", "a list after a field is none of it", "10:00:00 status [a]\n10:00:00 event [b]\n", []string{"status [a]\nevent [b]\n"}},
		{"lines with a prefix", "numbers in brackets", "[0] a\n[1] b\n", nil},
		{"lines with a prefix", "a field is none of it", "10:00:00 event: saved\n10:00:00 status: {}\n", []string{"event: saved\nstatus: {}\n"}},
		{"lines with a prefix", "a bracket of the text is none of it", "10:00:00 [status] => {}\n10:00:00 [0] => a\n", []string{"[status] => {}\n[0] => a\n"}},
		{"lines with a prefix", "a version in brackets", "2026-11-24 10:00:00 default[2026t1]  {\n2026-11-24 10:00:01 default[2026t1]    videos: [\n", []string{"{\n  videos: [\n"}},
		{"lines with a prefix", "a logger", "I, [2026-11-24T10:00:00.1 #1]  INFO -- : {\nI, [2026-11-24T10:00:00.1 #1]  INFO -- :   a\n", []string{"{\n  a\n"}},
		{"lines with a prefix", "the least indentation", "10:00:00   a\n10:00:00 b\n", []string{"  a\nb\n"}},
		{"lines with a prefix", "a column after a level", "10:00:00 INFO app   name: x\n10:00:00 INFO y\n", []string{"app   name: x\ny\n"}},
		{"lines with a prefix", "words after a time in brackets", "[2026-11-24 10:00:00] form: {\n[2026-11-24 10:00:00]   a\n", []string{"form: {\n  a\n"}},
		{"lines with a prefix", "brackets of the text", "10:00:00 [status] {}\n10:00:00 ['a'] b\n10:00:00 [c]d e\n", []string{"[status] {}\n['a'] b\n[c]d e\n"}},
		{"lines with a prefix", "levels", strings.ReplaceAll(" TRACE debug info notice WARN: warning error fatal critical LOG: ", " ", " x\n10:00:00 ")[3:] + "\n", []string{strings.Repeat("x\n", 10) + "\n"}},
		{"lines with a prefix", "lines without one behind each", "10:00:00 app: x\n" + strings.Repeat("10:00:00 app: {\n  a\n", 2), []string{"x\n{\n  a\n{\n  a\n"}},
		{"lines with a prefix", "words of the text that come again", strings.Repeat("10:00:00 [web] form: {\n10:00:00 [web]   a\n", 2), []string{"form: {\n  a\nform: {\n  a\n"}},
		{"lines with a prefix", "tags are not a prefix", "<a> x\n<b> y\n", nil},
		{"lines with a prefix", "a request between tabs", strings.Repeat("2026-03-01T10:10:22.1Z\t914bad5e-1840-11e9-83f1-efc9a0398f00\tINFO\t{\n", 2) + "  a\n}\n", []string{"{\n{\n  a\n}\n"}},
		{"lines with a prefix", "numbers of lines", "     9\t{\n    10\t  a\n", []string{"{\n  a\n"}},
		{"lines with a prefix", "grep", "app.log:9:{\napp.log:10:  a\n", []string{"{\n  a\n"}},
		{"lines with a prefix", "grep of one file, with lines around", "9:{\n10-  a\n", []string{"{\n  a\n"}},
		{"lines with a prefix", "a pager's gutter, wrapped", "   1 + │ {\n   2   │   ab\n       │ c\n", []string{"{\n  abc\n"}},
		{"lines with a prefix", "two files", "==> a <==\n{\n==> b <==\n[\n==> a <==\n}\n", []string{"{\n}\n", "[\n"}},

		{"lines with a mark", "a quoted mail", "On Tue Dev wrote:\n> {\n>   a\n>\n", []string{"On Tue Dev wrote:\n", "{\n  a\n\n"}},
		{"lines with a mark", "a diff", "- {\n-  old\n+ {\n+  new\n", []string{"{\n old\n", "{\n new\n"}},
		{"lines with a mark", "an indented diff", "diff:\n  - {\n  -  old\n  + {\n  +  new\n", []string{"diff:\n", "{\n old\n", "{\n new\n"}},
		{"lines with a mark", "a name", "web-7d.9f app {\nweb-7d.9f app   a\n", []string{"{\n  a\n"}},
		{"lines with a mark", "words before a colon", "App 12 output: {\nApp 12 output:   a\n[ N 1 ]: b\n", []string{"{\n  a\n", "[ N 1 ]: b\n"}},
		{"lines with a mark", "a bar", "│ {\n│   a\n", []string{"{\n  a\n"}},
		{"lines with a mark", "other lines have nothing in common", "1 a b\n1 a c\n> {\n> x\n", []string{"1 a b\n1 a c\n", "{\nx\n"}},
		{"lines with a mark", "what the texts begin with", "web {\"a\": 1}\nweb {\"a\": 2}\n", []string{"{\"a\": 1}\n{\"a\": 2}\n"}},
		{"lines with a mark", "apart", "web {\nx: 1\nweb }\n", nil},
		{"lines with a mark", "fields are none", "event saved\nevent queued\n", nil},

		{"the lines of a log", "endings kept", `{"log":"{\n","stream":"stdout"}` + "\n" + `{"log":" a","stream":"stdout"}` + "\n" + `{"stream":"stderr","log":"x\n"}` + "\n" + `{"stream":"stdout","log":"b\n"}`, []string{"{\n ab\n", "x\n"}},
		{"the lines of a log", "no endings", "t\tdocker.web\t{\"log\": \"{\"}\nt\tdocker.web\t{\"log\": \"\\\"a\\\"\"}\n", []string{"{\n\"a\"\n"}},
		{"the lines of a log", "another arrow", `[0] app: [[1.0, {}], {"_p"=>"F", "log"=>"{"}]` + "\n" + `[1] app: [[1.1, {}], {"_p"=>"F", "log"=>"}"}]`, []string{"{\n}\n"}},
		{"the lines of a log", "an array", `{"events":[{"message":"{"},{"message":"}","level":[1]}]}`, []string{"{\n}\n"}},
		{"the lines of a log", "several sources in a document", "[\n{\"tag\":\"a\",\"msg\":\"1\"},\n{\"msg\":\"2\",\"tag\":\"b\",\"line\":7},\n{\"msg\":\"3\",\"tag\":\"a\"}]", []string{"1\n3\n", "2\n"}},
		{"the lines of a log", "streams of times and texts", `{"result":[{"stream":{"app":"web"},"values":[["1772300000000000000","{"],["1772300000000000001","}"]]},{"values":[["1772300000000000000","x"]]}]}`, []string{"{\n}\n", "x\n"}},
		{"the lines of a log", "a recorded terminal", "{\"version\": 2}\n[0.1, \"o\", \"sta\"]\n[0.2, \"o\", \"tus\"]\n", []string{"status"}},
		{"the lines of a log", "one text", `{"message":"a"}`, nil},

		{"a hex dump", "eight bytes apart from eight, without offsets", "  74 61 73 6b 5f 74 6f 6b    65 6e 3d 61 62 63 26 65    task_token=abc&e\n  76                         v\n", []string{"task_token=abc&ev"}},
		{"packets", "IPv4, sent twice", packetDump("", 1, "status") + packetDump("", 1, "status") + packetDump("", 7, "=1"), []string{"status=1"}},
		{"packets", "Ethernet", packetDump(strings.Repeat("x", 12)+"\x08\x00", 1, "status"), []string{"status"}},
		{"packets", "any interface of Linux", packetDump(strings.Repeat("x", 14)+"\x08\x00", 1, "status"), []string{"status"}},
		{"packets", "any interface of Linux, newer", packetDump("\x08\x00"+strings.Repeat("x", 18), 1, "status"), []string{"status"}},
		{"packets", "IPv6", packetDump(strings.Repeat("x", 12)+"\x86\xdd\x60\x00\x00\x00\x00\x1a\x06"+strings.Repeat("x", 33), 1, "status"), []string{"status"}},
		{"packets", "another protocol", packetDump("\x60\x00\x00\x00\x00\x1a\x11"+strings.Repeat("x", 33), 1, "status"), nil},
		{"packets", "a head that is longer than its packet", "45 00 00 28 " + strings.Repeat("00 ", 5) + "06 " + strings.Repeat("00 ", 22) + "f0" + strings.Repeat(" 00", 7), nil},
		{"packets", "a packet is missing", packetDump("", 1, "status") + packetDump("", 9, "=1"), []string{"status\n=1"}},
		{"packets", "two messages", packetDump("", 1, "POST /") + packetDump("", 7, "POST /"), []string{"POST /\nPOST /"}},
		{"packets", "printed as text, with a line like bytes", "61 62 63\n10:00:00.1 IP a.1 > b.2: Flags [P.], length 6\nE..4..POST /\n10:00:00.2 IP b.2 > a.1: Flags [P.], length 2\nE..4ok\n10:00:00.3 IP a.1 > b.2: Flags [P.], length 3\nE..4x=1\n10:00:00.4 IP a.1 > b.2: Flags [P.], length 6\nE..4POST /\n", []string{"POST /x=1\nPOST /", "ok"}},
		{"packets", "printed with a length that is not there", "10:00:00.1 IP a.1 > b.2: length 99\nx\n", nil},
		{"packets", "printed with two lines of head, a CR lost", "10:00:00.1 IP (tos 0x0)\n    a.1 > b.2: Flags [P.], length 8\nE..4POST /\n\n", []string{"POST /\n"}},

		{"a hex dump", "xxd", "00000000: 7374 6174 7573 3d25 3742 2537 4426 6576  status=%7B%7D&ev\n00000010: 656e 743d 62                             ent=b\n", []string{"status=%7B%7D&event=b"}},
		{"a hex dump", "hexdump -C, repeated rows, the length", "00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n*\n00000030  62                                                |b|\n00000031\n", []string{strings.Repeat("a", 48) + "b"}},
		{"a hex dump", "little-endian words, an odd length", "0000000 7473 7461 7375 253d 4237 3725 2644 7665\n0000010 0062\n0000011\n", []string{"status=%7B%7D&evb"}},
		{"a hex dump", "octal words, repeated rows", "0000000" + strings.Repeat(" 060541", 8) + "\n0000020" + strings.Repeat(" 060541", 8) + "\n*\n0000060 000142\n0000061\n", []string{strings.Repeat("a", 48) + "b"}},
		{"a hex dump", "text that looks like bytes, at the end", "0000: 61 61 61 61 61 61 61 61  aa\n0008: 62 62 62 62 62 62 62 62  bb\n", []string{"aaaaaaaabbbbbbbb"}},
		{"a hex dump", "text that looks like bytes, in short rows", "0000: 63    63\n0008: 64 64  64\n0010\n", []string{"cdd"}},
		{"a hex dump", "octal bytes", "0000000 163 164 141 164 165 163 075 045\n0000010 061\n0000011\n", []string{"status=%1"}},
		{"a hex dump", "bytes that are missing", "0000: 61 61\n0100: 62 62\n", []string{"aa\nbb"}},
		{"a hex dump", "a message in chunks, and its body", "0000: 43 68 75 6e 6b 65 64 0a 31 0a 61 0a 32 0a 62 63 0a 30 0a\n0000: 61 62 63\n0000: 62 61 63\n", []string{"Chunked\n1\na\n2\nbc\n0\nbac"}},
		{"a hex dump", "two messages and two bodies", "0000: 50 4f 53 54 20\n0000: 50 4f 53 54 20\n0000: 73 74 61 74 75 73 3d\n0000: 74 61 73 6b 5f 74 6f 6b 65 6e 3d\n", []string{"POST \nPOST \nstatus=\ntask_token="}},
		{"a hex dump", "octal words", "0000000 072163 072141 071565 022475 041067 033445 023104 073145\n0000020 000142\n0000021\n", []string{"status=%7B%7D&evb"}},
		{"a hex dump", "bars, a message after another", "|00000000| 50 4f 53 54 20 2f |POST /|\n+--+\n|00000000| 50 4f 53 54 20 2f |POST /|\n", []string{"POST /\nPOST /"}},
		{"a hex dump", "a body right after its head", "0000: 50 4f 53 54 20 0d 0a 0d 0a POST ....\n=> Send data\n0000: 73 74 61 74 75 73 3d status=\n", []string{"POST \r\n\r\nstatus="}},
		{"a hex dump", "text that looks like bytes", "0000: 61 be\n0001: 62 ad\n0002: 63 de fg\n0003\n", []string{"abc"}},
		{"a hex dump", "offsets of memory", "\t0x0000:  7374 6174\n\t0x0004:  7573 3d31\n", []string{"status=1"}},
		{"a hex dump", "without offsets, and more of each", "61 61 ... 2 more\n62 62 ... 2 more\n", nil},
		{"a hex dump", "without offsets, two directions", " 73 74 61  sta\n 74        t\n> x\n75733d\n\t31313131\n", []string{"status=1111"}},

		{"a trace", "lines and parts of lines", "=> Send\n0000: POST /\n0008: Host: h\n0011: \n=> Send\n0000: status=\n0007: %7B\n", []string{"=> Send\nPOST /\nHost: h\n\n=> Send\nstatus=%7B"}},

		{"counted lines", "of two connections, with times and places in a program", "10:00:00 w.c(58): [c 7] in: 6 bytes\n10:00:00 w.c(100): [c 7] in: a\\r\\n\n10:00:00 w.c(100): [c 7] in: =bc\n10:00:01 w.c(58): [c 8] in: 1 bytes\n10:00:01 w.c(100): [c 8] in: x\n10:00:01 w.c(58): [c 7] in: 1 bytes\n10:00:01 w.c(100): [c 7] in: d\n", []string{"a\r\n=bcd", "x"}},
		{"counted lines", "another number, none, another beginning", "in: 3 bytes\nin: ab\nin: 0 bytes\nin: bytes\n5 bytes\nabcde\nin: 2 bytes\nout: ab\nin: 9 bytes\nin: 1 bytes\nin: x\n", []string{"in: 3 bytes\nin: ab\nin: 0 bytes\nin: bytes\n5 bytes\nabcde\nin: 2 bytes\nout: ab\nin: 9 bytes\n", "x"}},
		{"a chunked body", "chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\nstatu\r\na\r\ns=1&\nevent\r\n0\r\n\r\nx\n", []string{"Transfer-Encoding: chunked\r\n\r\nstatus=1&\nevent\n\r\nx\n"}},
		{"a chunked body", "another length", "Chunked\n5\nstatus=1\n0\n", nil},
		{"a chunked body", "not said to be one", "5\nstatu\n3\ns=1\n0\n", nil},

		{"a followed connection", "parts of both ends", "Follow: tcp,ascii\n9\nstatu\r\na\n\n5\ns=1&\n\n\t3\nabc\n0\n", []string{"Follow: tcp,ascii\nstatu\r\na\ns=1&\nabc\n"}},
		{"a followed connection", "another length", "Follow: tcp,ascii\n5\nstatus\n", nil},

		{"counted strings", "a list", "*2\r\n$4\r\nHSET\r\n$8\r\nstatus\r\n\r\n+OK\r\n", []string{"[\"HSET\",\"status\\r\\n\"]\n+OK\r\n"}},
		{"counted strings", "a list that was cut, and another", "*3\n$1\na\n*1\n$1\nb\n", []string{"*3\n$1\na\n[\"b\"]\n"}},

		{"a form in parts", "two parts and a head", "--X\r\nContent-Disposition: form-data; name=\"status\"\r\nContent-Type: a\r\n\r\n{\r\n}\r\n--X\r\nContent-Disposition: form-data; name=\"event\"\r\n\r\nsaved\r\n--X--\r\nx\n", []string{"--X\r\n{\"status\":\"{\\r\\n}\",\"event\":\"saved\"}\nx\n"}},
		{"counted strings", "numbers that do not fit", "1\n$1\na\n*0\n*1\n1\na\n*1\n$9\na\n", nil},
		{"a form in parts", "two forms", strings.Repeat("x; form-data; name=\"event\"\n\nsaved\n--X--\n", 2), []string{"{\"event\":\"saved\"}\n{\"event\":\"saved\"}\n"}},
		{"a form in parts", "open at the end", "x; form-data; name=\"event\"\n\nsaved\n--X\n", []string{"{\"event\":\"saved\"}\n"}},
		{"a form in parts", "open before other text", "x; form-data; name=\"event\"\n\nsaved\n--X\nx\n", []string{"{\"event\":\"saved\"}\nx\n"}},
		{"a form in parts", "cut", "Content-Disposition: form-data; name=\"event\"\n\nsav", []string{"{\"event\":\"sav"}},

		{"HTML", "a row in a line", "<tr><td>event</td><td>saved</td></tr>\n<tr><td>status</td><td>{</td></tr>\n\n<tr><td>a</td></tr>\n", []string{"event\tsaved\nstatus\t{\n\na\n"}},
		{"HTML", "entities", "a=1&amp;b=&quot;&#39;", []string{`a=1&b="'`}},
		{"HTML", "one entity", "&lt;", []string{"<"}},
		{"HTML", "one entity", "&amp;", []string{"&"}},
		{"HTML", "one entity", "&quot;", []string{`"`}},
		{"HTML", "one entity", "&#39;", []string{`'`}},
		{"HTML", "tags within a line", "<p>" + tags("b", "i", "em", "strong", "a", "code", "font", "u", "small", "mark", "samp", "span") + "</p>", []string{strings.Repeat("x", 12)}},
		{"HTML", "tags between lines", "x" + tags("br", "p", "div", "pre", "li", "table", "body", "html", "tbody", "thead", "h1"), []string{strings.Repeat("x\n", 11) + "x"}},
		{"HTML", "a table", "<tr><td>event</td>\n<td><b>saved</b></td></tr><tr><td>status</td><td>{&quot;</td></tr>", []string{"event\tsaved\nstatus\t{\"\n"}},
		{"HTML", "a table in a cell", "<tr><td>a</td><td><table><tr><td>b</td></tr></table></td></tr>", []string{"a\t\nb\n"}},
		{"HTML", "an empty cell", "<tr><td>a</td><td></td><td>b</td></tr>", []string{"a\t\tb\n"}},
		{"HTML", "elements", "<c>\n  <event>saved</event>\n  <a:b-c.d>{}</a:b-c.d>\n</c>\n", []string{"c: \nevent: saved\na:b-c.d: {}\n"}},
		{"HTML", "names in attributes", `<f name="event">saved</f><f name="status">{}</f>`, []string{"event: saved\nstatus: {}"}},
		{"HTML", "text in brackets is not a tag", "<p>a < b <1> <a@b.c> </p><", []string{"a < b <1> <a@b.c>\n<"}},

		{"quoted-printable text", "escapes and a soft break", "status=3D%7B=\n%22&a=3D\n", []string{"status=%7B%22&a=\n"}},
		{"escaped text", "letters, numbers, surrogates", `a\n\"\x41\u00e4\ud83d\ude00\u{e4}\101\/\\` + "\\\t\\q", []string{"a\n\"Aä😀äA/\\\\\t\\q"}},
		{"escaped text", "what is no escape stays", `a\"\xzz\uzzzz\u{zzzzzzzzzzz}\9`, []string{`a"\xzz\uzzzz\u{zzzzzzzzzzz}\9`}},
		{"quoted-printable text", "a line with another character stays", "a=3D\nb=3D\x01c\n", []string{"a=\nb=3D\x01c\n"}},
		{"octal escapes", "one that was cut", "#012#01", []string{"\n#01"}},
		{"octal escapes", "newlines and tabs", "Array#012(#011a#1#999", []string{"Array\n(\ta#1#999"}},
		{"RTF", "text", "{\\rtf1\\ansi{\\fonttbl{\\f0 C;}}\\f0\\fs20 \\{\\par\na\\'e4\\\\b\\}}\\line\\li-5 x\\", []string{"C;{\na\xe4\\b}\nx"}},
		{"RTF", "no paragraphs", "{\\rtf1 a}", []string{"a"}},
		{"RTF", "a paragraph", "a\\par\nb", []string{"a\nb"}},
		{"RTF", "a paragraph, CRLF", "a\\par\r\nb", []string{"a\nb"}},
		{"RTF", "a last paragraph", "a\\par}", []string{"a\n"}},
		{"doubled quotes", "CSV", `"{""a"": 1}"`, []string{`"{"a": 1}"`}},
		{"quotes of a shell", "a quote", `'Ann'\''s'`, []string{`'Ann's'`}},
		{"a command of cmd.exe", "carets", "^\"a^%^7B^\"^\nb^\r\n", []string{"\"a%7B\"^\nb^\r\n"}},
		{"a command of cmd.exe", "a caret that escapes what ends the text", "a^%^7B^", []string{"a%7B"}},
		{"a command with quoted percent signs", "quotes", `a"%"7B`, []string{"a%7B"}},
		{"text encoded twice", "a body", "status%3D%257B%2522&%zz", []string{"status=%7B%22&%zz"}},
		{"text encoded twice", "a token", "task_token%3Da%26event%3Db", []string{"task_token=a&event=b"}},
		{"text encoded twice", "a part", "a%253Db", []string{"a%3Db"}},
		{`text with "+" for spaces`, "a status", `{"a":+"b+c"}`, []string{`{"a": "b c"}`}},
		{"links", "an address", "<https://h/x|h/x>", []string{"h/x"}},
		{"links", "quotes", "“a”", []string{`"a"`}},
		{"links", "single quotes", "‘b’", []string{"'b'"}},
		{"links", "addresses and quotes", "“a”: ‘b’ <https://h/x|h/x>, <https://h> <b> <http:\n<https://h|the address of h> <http", []string{"\"a\": 'b' h/x, https://h <b> <http:\nthe address of h <http"}},

		{"continued lines", "fields behind an ampersand", "POST /\n\nstatus=1\n  &event=saved\n&a=b\n&payload\n", []string{"POST /\n\nstatus=1&event=saved\n&a=b\n&payload\n"}},
		{"continued lines", "a backslash", "a=1\\\n  b\\\nc\n", []string{"a=1bc\n"}},
		{"continued lines", "a backslash before CR LF", "a=1\\\r\n  b\\\n", []string{"a=1b\\\n"}},
		{"continued lines", "a backslash by chance", "a\nb\nc\\\nd\ne\n", nil},
		{"continued lines", "a backslash, and the end of the line shown", "a=1\\\n  b$\n", []string{"a=1b\n"}},
		{"continued lines", "a value under its column", "status : {\"a\":\n          1}\nevent  : x\n", []string{"status : {\"a\": 1}\nevent  : x\n"}},
		{"continued lines", "words are not a name", "a word  b\n          c\n", nil},
		{"continued lines", "cells", "│ 1 │ sta…│\n│   │…tus…│\n│   │…=1  │\n│ 2 │ x   │\n", []string{"│ 1 │ status=1\n│ 2 │ x   │\n"}},
		{"continued lines", "cells with dots", "body | sta.\n     |.tus\n", []string{"body | status\n"}},

		{"wrapped lines", "one width", "x\n" + long + "\n" + long + "\nend\nx\n", []string{"x\n" + long + long + "end\nx\n"}},
		{"wrapped lines", "lines with heads", "10:00:00 " + long + "\n10:00:00 " + long + "\n10:00:01 x\n", nil},
		{"wrapped lines", "lines with a mark", "I/f (1): " + long + "\nI/f (1): " + long + "\n", nil},
		{"wrapped lines", "a blank lost", long + "\n" + long + "\n" + long[1:] + "\nend\n", []string{long + long + long[1:] + " end\n"}},
		{"wrapped lines", "padded", long + "  \n" + long + "  \nend\n", nil},
		{"wrapped lines", "indented, the end padded", "x\n  " + long + "\n  " + long + "\n  end" + strings.Repeat(" ", 42) + "\nx\n", []string{"x\n  " + long + long + "end\nx\n"}},
		{"wrapped lines", "the end of a page", long + "\n" + long + "\n\n\f" + long + "\nend\n", []string{long + long + long + "end\n"}},
		{"wrapped lines", "another body", long + "\n" + long + "\nevent=x\n", []string{long + long + "\nevent=x\n"}},

		{"wrapped words", "words", strings.Repeat("word ", 9) + "word\nverylongword and\nnext\n", []string{strings.Repeat("word ", 9) + "word verylongword and\nnext\n"}},
		{"wrapped words", "a word over the width", "'url':\n" + long + "\n.mp4'\n", []string{"'url': " + long + ".mp4'\n"}},
		{"wrapped lines", "a break before a field", strings.Repeat(long[1:]+"&\n", 2) + "event=a\n", []string{long[1:] + "&" + long[1:] + "&event=a\n"}},
		{"wrapped words", "a column in the middle", "INFO " + long + " a    p.py:93\n     b" + long + "\n", []string{"INFO " + long + " a b" + long + "\n"}},
		{"wrapped words", "a body of its own", long + "\nevent=" + long[6:] + "\n", nil},

		{"wrapped words", "fields of their own", "event: " + long + "\nverylongword\nstatus: {}\n", nil},

		{"wrapped text", "fields of their own", "event: a\nstatus: {}\n", nil},
		{"wrapped words", "words broken after a hyphen", long + "\n" + long + "\n" + long[:40] + "-\n" + long + "\nend\n", []string{long + long + long[:40] + "-" + long + "end\n"}},

		{"wrapped text", "any lines", "error_cod\n  e=1\n", []string{"error_code=1"}},

		{"base64", "a run", "x c3RhdHVzPSU3QiU3RCZldmVudD1zYXZlZCZwYXlsb2FkPTEwMDUwMCZlPT8_Pw== y", []string{"status=%7B%7D&event=saved&payload=100500&e=???"}},
		{"base64", "another alphabet", "c3RhdHVzPSU3QiU3RCZldmVudD1zYXZlZCZwYXlsb2FkPTEwMDUwMCZlPT8/Pw", []string{"status=%7B%7D&event=saved&payload=100500&e=???"}},
		{"base64", "wrapped", "c3RhdHVzPSU3QiU3RCZldmVudD1zYXZlZCZwYXlsb2FkPTEwMDUwMDEwMDUw\r\nMDEwMDUwMA==\n", []string{"status=%7B%7D&event=saved&payload=100500100500100500"}},
		{"base64", "bytes that are not text", strings.Repeat("AAAA", 20), nil},
		{"base64", "an end", strings.Repeat("YWFh", 20) + "=" + strings.Repeat("YmJi", 13), []string{strings.Repeat("aaa", 20)}},
		{"base64", "a longer line is another", strings.Repeat("YWFh", 15) + "\n" + strings.Repeat("YmJi", 20), []string{strings.Repeat("aaa", 15), strings.Repeat("bbb", 20)}},
		{"base64", "a hyphen", strings.Repeat("fn5-", 14), []string{strings.Repeat("~~~", 14)}},
		{"base64", "a plus", strings.Repeat("fn5+", 14), []string{strings.Repeat("~~~", 14)}},
		{"base64", "wrapped and indented, and another", strings.Repeat(strings.Repeat("YWFh", 15)+"\n  ", 2) + "YWFh\n" + strings.Repeat("YmJi", 15), []string{strings.Repeat("aaa", 31), strings.Repeat("bbb", 15)}},
		{"base64", "a line of a log after it", strings.Repeat("YWFh", 20) + "\nINFO: x\n", []string{strings.Repeat("aaa", 20)}},
		{"base64", "a long word", strings.Repeat("word", 20), nil},

		{"bytes as numbers", "decimal", "[" + numbers("%d ", "status=%7B%7D&event=saved&payload=100500") + "]", []string{"status=%7B%7D&event=saved&payload=100500"}},
		{"bytes as numbers", "and others behind them", "1 999 " + numbers("%d ", "status=%7B%7D&event=saved&payload=100500") + "999 1", []string{"status=%7B%7D&event=saved&payload=100500"}},
		{"bytes as numbers", "hexadecimal, with nothing but digits", numbers("%02x ", strings.Repeat("2345", 10)), []string{strings.Repeat("2345", 10)}},
		{"bytes as numbers", "hexadecimal", "<Buffer " + numbers("%02x ", "status=%7B%7D&event=saved&payload=100500") + ">", []string{"status=%7B%7D&event=saved&payload=100500"}},
		{"bytes as numbers", "and more of them", "<Buffer " + numbers("%02x ", "status=%7B%7D&event=saved&payload=100500") + "... 239 more bytes>", []string{"status=%7B%7D&event=saved&payload=100500 [truncated]"}},
		{"bytes as numbers", "an array of C", "{\n" + numbers("0x%02X,\n", "status=%7B%7D&event=saved&payload=100500") + "}", []string{"status=%7B%7D&event=saved&payload=100500"}},
		{"bytes as numbers", "escapes", `"` + numbers(`\x%02x`, "status=%7B%7D&event=saved&payload=100500") + `"`, []string{"status=%7B%7D&event=saved&payload=100500"}},
		{"bytes as numbers", "digits alone", `\\x` + numbers("%02x", "status=%7B%7D&event=saved&payload=100500") + " z", []string{"status=%7B%7D&event=saved&payload=100500"}},
	} {
		t.Run(tt.row+"/"+tt.name, func(t *testing.T) {
			var got []string
			for _, text := range undo(t, tt.row, tt.text) {
				got = append(got, string(text.Bytes))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q gives\n  %q, want\n  %q", tt.text, got, tt.want)
			}
		})
	}
}

// TestRecordNames joins two lines of a log that have their texts in a member of each name, and tells
// two sources apart by a member of each name, in an object of the record or not.
func TestRecordNames(t *testing.T) {
	for _, name := range []string{"log", "message", "msg", "MESSAGE", "textPayload", "line", "Message", "_raw"} {
		got := undo(t, "the lines of a log", fmt.Sprintf("{%q:\"a\"}\n{%[1]q:\"b\"}", name))
		if len(got) != 1 || string(got[0].Bytes) != "a\nb\n" {
			t.Errorf("%s gives %d texts, or others", name, len(got))
		}
	}
	for _, name := range []string{"stream", "source", "tag", "pod", "pod_name", "container_name", "logStreamName", "_PID", "SYSLOG_IDENTIFIER", "host", "hostname"} {
		got := undo(t, "the lines of a log", fmt.Sprintf(`{"log":"a","k":{%q:"1"}}{"log":"b","k":{%[1]q:"2"}}`, name))
		if len(got) != 2 {
			t.Errorf("%s gives %d texts, want 2", name, len(got))
		}
	}
}

// TestLines sees that a text knows where its lines are from.
func TestLines(t *testing.T) {
	for _, test := range []struct {
		row, text   string
		lines, ends []int
	}{
		{"base64", "x\n" + strings.Repeat("YWFh", 20), []int{1}, []int{2}},
		{"counted lines", "in: 2 bytes\nin: a\nin: b\n", []int{1}, []int{3}},
		{"counted strings", "*1\n$1\na\nx", []int{0, 3}, []int{3, 4}},
		{"packets", "x\n10:00:00.1 IP a.1 > b.2: length 1\na\nb\n", []int{1}, []int{4}},
		{"bytes as numbers", "x!\n" + strings.Repeat("0x61, 0x62,\n", 20), []int{1}, []int{21}},
	} {
		if got := undo(t, test.row, test.text); len(got) != 1 || !slices.Equal(got[0].Lines, test.lines) || !slices.Equal(got[0].Ends, test.ends) {
			t.Errorf("%s: %v, want %v and %v", test.row, got, test.lines, test.ends)
		}
	}
}

// undo undoes a row by its name.
func undo(t *testing.T, name, text string) []Text {
	t.Helper()
	for _, row := range Rows {
		if row.Name == name {
			return row.Undo([]byte(text))
		}
	}
	t.Fatalf("there is no row %q", name)
	return nil
}

// tags returns elements with these names, each with a text.
func tags(names ...string) string {
	var s strings.Builder
	for _, name := range names {
		fmt.Fprintf(&s, "<%s a=1>x</%[1]s>", name)
	}
	return s.String()
}

// numbers prints the bytes of a text one by one.
func numbers(format, text string) string {
	var s strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&s, format, c)
	}
	return s.String()
}

// packetDump returns the dump of a packet of TCP, with the head of Ethernet or IPv6 before it.
func packetDump(head string, number byte, payload string) string {
	p := []byte(head)
	if len(head) < 40 {
		p = append(p, 0x45, 0, 0, byte(40+len(payload)), 0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1)
	}
	p = append(p, 0xe7, 0x7a, 0x1f, 0xa5, 0, 0, 0, number, 0, 0, 0, 0, 0x50, 0x18, 0, 64, 0, 0, 0, 0)
	p = append(p, payload...)
	s := "x\n"
	for at := 0; at < len(p); at += 16 {
		s += fmt.Sprintf("\t0x%04x:  % x\n", at, p[at:min(len(p), at+16)])
	}
	return s
}

// TestPlain sees that no row takes plain text for a disguise, nor a body, nor what a
// program prints: what it returns there is nothing.
func TestPlain(t *testing.T) {
	for _, text := range []string{
		"", "\n", "status=%7B%22error%22%3A+0%7D&task_token=" + token + "&event=saved", "Hello, world. This is a text.\n",
		`{"task_token": "` + token + `", "event": "saved"}`, "event: saved\n",
	} {
		for _, row := range Rows {
			if got := row.Undo([]byte(text)); got != nil {
				t.Errorf("%s: %q gives %q", row.Name, text, got[0].Bytes)
			}
		}
	}
}

// hostile are the parts of long texts that a row could lose its time in.
var hostile = []string{
	"\x1b", "\x1b]8;;", "<a", "<td>", "</", "<http", "&amp;", "\\", "\\\"", "\"\\", "{", "[{\"log\":\"", `{"log":"a\n"}`, `"log":"a",`,
	"00000000  61 61\n*\n", "*\n", "0000: 61\n", "0000: 6161\n000f: \n", "61 ", "61\n", "0x61,", "1,", "%", "=3D", "#012", "{\\rtf", "^%^", "> \n", "> > ",
	"a |\n", "[a] \n", "10:00:00 ", "10:00:00 a\n", "Nov 1 10:00:00 ", "Nov 1 ", "10:00:00 a b: c\n10:00:01 d\n", "==> a <==\n", "a : b\n     c\n", "\\\n", "…│\n│…", ".\n|.",
	"aaaaaaaa", strings.Repeat("a", 60) + "\n", strings.Repeat("a", 60) + " \n", "10:00:00 IP a > b: length 1\n", "\n0000: a", "│ ", "   │ a\n", "1:", "1 ", "\n", "\x00",
	"E  x\n", "chunked\n1\na\n", "*9\n$1\na\n", "*9\n$9\n", "in: 999999999 bytes\n", "form-data; name=\"", "form-data; name=\"a\"\n\n", "form-data; name=\"a\"\n\nb\n--\n", "“", `"values"[["1772300000000000000","`,
}

// TestHostile has long texts that a row could lose its time in.
func TestHostile(t *testing.T) {
	size := 1 << 18
	if testing.Short() {
		size = 1 << 16
	}
	for _, part := range hostile {
		text := []byte(strings.Repeat(part, size/len(part)))
		for _, row := range Rows {
			check(t, &row, text)
		}
	}
}

// check sees that what a row returns is in proportion to its source, is something else
// than that, and knows where its lines are from.
func check(t *testing.T, row *Row, text []byte) {
	t.Helper()
	const most = 16
	length := 0
	for _, plain := range row.Undo(text) {
		length += len(plain.Bytes)
		lines := bytes.Count(plain.Bytes, []byte("\n"))
		if !bytes.HasSuffix(plain.Bytes, []byte("\n")) {
			lines++
		}
		last := bytes.Count(text, []byte("\n"))
		switch {
		case len(plain.Bytes) == 0 || bytes.Equal(plain.Bytes, text):
			t.Errorf("%s: %.100q gives nothing else", row.Name, text)
		case len(plain.Lines) != lines || !slices.IsSorted(plain.Lines) || plain.Lines[0] < 0 || plain.Lines[lines-1] > last:
			t.Errorf("%s: %.100q: the %d lines of %.100q are from %.100v", row.Name, text, lines, plain.Bytes, plain.Lines)
		case len(plain.Ends) != lines || slices.Max(plain.Ends) > last+1:
			t.Errorf("%s: %.100q: the %d lines of %.100q end before %.100v", row.Name, text, lines, plain.Bytes, plain.Ends)
		}
	}
	if length > most*len(text)+most {
		t.Errorf("%s: %.100q of %d bytes gives %d", row.Name, text, len(text), length)
	}
}

func FuzzUnwrap(f *testing.F) {
	for _, text := range []string{
		"\x1b[1ma\x1b]8;;u\x07", "a | {\na |   b\n10:00:00 x[1]: c\n", "> a\n> b", `{"log":"a\n"}` + "\n" + `{"log":"b"}`, "0000: 61 62  ab\n0002\n", packetDump("", 1, "status"),
		"<tr><td>a</td></tr>&amp;", "=3D=\n", `\n\x41\u00e4`, "#012", "{\\rtf1\\par}", `""`, `'\''`, "^%^", "%253D", `":+`, "<http://a|b>", "a\\\nb", "a…│\n│…b│", numbers("%d,", token+token),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, row := range Rows {
			check(t, &row, text)
		}
	})
}
