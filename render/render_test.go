package render

import (
	"bufio"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
	"qcb/decode/explain"
)

var update = flag.Bool("update", false, "write the expected outputs in testdata anew")

// readBody reads a body of testdata.
func readBody(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("../testdata/bodies", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// written returns what is written.
func written(t testing.TB, write func(*bufio.Writer) error) string {
	t.Helper()
	var b strings.Builder
	w := bufio.NewWriter(&b)
	if err := errors.Join(write(w), w.Flush()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shown returns what Show writes.
func shown(t testing.TB, c *decode.Callback, o ShowOptions) string {
	t.Helper()
	return written(t, func(w *bufio.Writer) error { return Show(w, c, o) })
}

// decoded decodes a body, whatever is wrong with it.
func decoded(body []byte) *decode.Callback {
	c, _ := decode.Decode(body)
	return c
}

// TestShow compares show with the files in testdata/show, at the widths of
// terminals and without one, with and without colour.
func TestShow(t *testing.T) {
	for _, name := range []string{"saved", "error", "kinds", "cut_status"} {
		c := decoded(readBody(t, name+".form"))
		for _, width := range []int{0, 40, 60, 80, 120} {
			for _, color := range []bool{false, true} {
				file := fmt.Sprintf("../testdata/show/%s.%d.txt", name, width)
				if color {
					file = fmt.Sprintf("../testdata/show/%s.%d.color.txt", name, width)
				}
				got := shown(t, c, ShowOptions{Screen: Screen{Width: width, Color: color}})
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s:\n%s\nwant:\n%s", file, got, want)
				}
			}
		}
	}
}

// TestTableFits checks that no line of a table is wider than the terminal, and
// that colour changes nothing but colour.
func TestTableFits(t *testing.T) {
	c := decoded(readBody(t, "kinds.form"))
	for width := 40; width < 140; width++ {
		plain, color := shown(t, c, ShowOptions{Screen: Screen{Width: width}}), shown(t, c, ShowOptions{Screen: Screen{Width: width, Color: true}})
		_, outputs, _ := strings.Cut(plain, "\n#")
		outputs, _, _ = strings.Cut("#"+outputs, "\n\n")
		outputs, _, _ = strings.Cut(outputs, "\nhidden (")
		outputs, _, _ = strings.Cut(outputs, "\n"+sourceMark)
		for line := range strings.Lines(outputs) {
			if got := cells(strings.TrimSuffix(line, "\n")); got > width {
				t.Errorf("at width %d a line is %d wide: %s", width, got, line)
			}
		}
		if !strings.Contains(outputs, "video-0-0") {
			t.Errorf("at width %d the tag is gone:\n%s", width, outputs)
		}
		if got := withoutColor(color); got != plain {
			t.Errorf("at width %d in colour:\n%s\nwithout:\n%s", width, got, plain)
		}
	}
}

func withoutColor(s string) string {
	var b strings.Builder
	for {
		text, rest, found := strings.Cut(s, "\x1b[")
		b.WriteString(text)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(rest, "m")
	}
}

func TestTableGivesUp(t *testing.T) {
	narrow := table{Columns: []column{{Name: "A"}, {Name: "B", Rank: 1}}, Rows: [][]string{{"long", "longer"}}}
	l, left := narrow.fit(2, false)
	if fmt.Sprint(left) != "[B]" || l.width() != 4 {
		t.Errorf("left out %q, width %d", left, l.width())
	}
}

// TestListFits checks that a list of several files fits, and that the place of a
// callback and its error stay readable.
func TestListFits(t *testing.T) {
	for width := 40; width < 140; width++ {
		list := written(t, func(w *bufio.Writer) error {
			grid := NewList(w, GridOptions{Format: "table", Screen: Screen{Width: width}})
			for _, event := range []string{"restart_failed", "saved"} {
				c := &decode.Callback{Event: event, TaskToken: "e2079274fc1c4d12af5cf14affc9ba4e", Payload: strings.Repeat("p", 50), ErrorMessage: "Error downloading video: HTTP 403"}
				if err := grid.Add(NewListRow(Place{"callbacks/of/november/24.log", 1234, ".log.entries[3].body"}, c, explain.Of(c))); err != nil {
					return err
				}
			}
			return grid.Close()
		})
		for line := range strings.Lines(list) {
			if got := cells(strings.TrimSuffix(line, "\n")); got > width {
				t.Errorf("at width %d a line is %d wide: %s", width, got, line)
			}
		}
		if !strings.Contains(list, ".log:1234") || width >= 80 && !strings.Contains(list, "403") {
			t.Errorf("at width %d:\n%s", width, list)
		}
	}
}

// TestTableLinesUp checks that columns line up whatever the characters in them are
// made of: wide ones, combining marks, flags, families of emoji.
func TestTableLinesUp(t *testing.T) {
	names := table{Columns: []column{{Name: "TAG", Elastic: true}, {Name: "N", Right: true}, {Name: "ÜBER"}}, Rows: [][]string{
		{"plain", "1", "|"},
		{"日本語", "12", "|"},
		{"e\u0301\u0302", "𝟙", "|"},
		{"👨\u200d👩\u200d👧", "👍🏽", "|"},
		{"🇩🇪🇫🇷", "", "|"},
		{"नमस्ते", "", "|"},
		{"a very long 👨\u200d👩\u200d👧 👨\u200d👩\u200d👧 tag", "3", "|"},
	}}
	fitted, _ := names.fit(20, false)
	want := `TAG           N ÜBER
plain         1 |
日本語       12 |
é̂             𝟙 |
👨‍👩‍👧           👍🏽 |
🇩🇪🇫🇷            |
नमस्ते            |
a ver…👨‍👩‍👧 tag  3 |
`
	t.Setenv("LANG", "ja_JP.UTF-8")
	got := written(t, func(w *bufio.Writer) error { return fitted.write(w, theme{strong: fmt.Sprint}) })
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	again := written(t, func(w *bufio.Writer) (err error) {
		for _, row := range names.Rows {
			err = errors.Join(err, fitted.writeCells(w, row, theme{}))
		}
		return err
	})
	if _, rows, _ := strings.Cut(want, "\n"); again != rows {
		t.Errorf("row by row:\n%s\nwant\n%s", again, rows)
	}
}

// TestLinks checks which URLs are links, that they lead to the whole URL where the
// text is shortened, and that links change nothing but links.
func TestLinks(t *testing.T) {
	link := theme{links: true}.link
	for target, linked := range map[string]bool{
		"https://x.example/a?b=%20": true,
		"http://x.example":          true,
		"":                          false,
		"s3://bucket/key":           false,
		"file:///etc/passwd":        false,
		"javascript:alert(1)":       false,
		"https://x.example/a b":     false,
		"https://x.example/ü":       false,
		"https://x.example/\x1b\\":  false,
		"https://x.example/" + strings.Repeat("a", longestLink-len("https://x.example/")): true,
		"https://x.example/" + strings.Repeat("a", longestLink):                           false,
	} {
		want := "text"
		if linked {
			want = "\x1b]8;;" + target + "\x1b\\text\x1b]8;;\x1b\\"
		}
		if got := link(target, "text"); got != want {
			t.Errorf("the link of %.40q is %.60q", target, got)
		}
	}
	c := decoded(readBody(t, "saved.form"))
	target := c.Status.Videos[0].URL
	for name, write := range map[string]func(links bool) string{
		"show": func(links bool) string { return shown(t, c, ShowOptions{Screen: Screen{Width: 60, Links: links}}) },
		"outputs": func(links bool) string {
			return written(t, func(w *bufio.Writer) error {
				return writeOutputs(w, c, GridOptions{Format: "table", Screen: Screen{Width: 60, Links: links}})
			})
		},
	} {
		plain, linked := write(false), write(true)
		if strings.Contains(plain, "\x1b") || !strings.Contains(linked, "\x1b]8;;"+target+"\x1b\\http") {
			t.Errorf("%s:\n%q\nwith links:\n%q", name, plain, linked)
		}
		if got := regexp.MustCompile("\x1b]8;;[^\x1b]*\x1b\\\\").ReplaceAllString(linked, ""); got != plain {
			t.Errorf("%s with links:\n%s\nwithout:\n%s", name, got, plain)
		}
	}
	if got := shown(t, c, ShowOptions{Screen: Screen{Links: true}, Markdown: true}); strings.Contains(got, "\x1b") {
		t.Errorf("Markdown with links: %q", got)
	}
}

func TestElide(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcdef", 5, "ab…ef"},
		{"abcdef", 4, "ab…f"},
		{"abcdef", 1, "…"},
		{"日本語の動画", 8, "日本…画"},
		{"日本語の動画", 9, "日本…動画"},
		{"e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301…e\u0301"},
		{strings.Repeat("a", 1e6), 3, "a…a"},
	}
	for _, test := range tests {
		if got := Elide(test.text, test.width); got != test.want {
			t.Errorf("Elide(%.20q, %d) = %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

// TestShortCells checks what stays of cells that are not shortened in their middle.
func TestShortCells(t *testing.T) {
	for _, test := range []struct {
		short func(string, int) string
		cell  string
		width int
		want  string
	}{
		{shortToken, "e2079274fc1c4d12af5cf14affc9ba4e", 32, "e2079274fc1c4d12af5cf14affc9ba4e"},
		{shortToken, "e2079274fc1c4d12af5cf14affc9ba4e", 31, "e2079274fc1c4d12af5cf14affc9b …"},
		{shortToken, "e2079274fc1c4d12af5cf14affc9ba4e", 12, "e2079274fc …"},
		{shortToken, "日本語の動画", 6, "日本 …"},
		{shortPlace, "dir/app.log:12: .log.entries[3].body", 36, "dir/app.log:12: .log.entries[3].body"},
		{shortPlace, "dir/app.log:12: .log.entries[3].body", 24, "dir/app.log:12: .log.en…"},
		{shortPlace, "dir/app.log:12: .log.entries[3].body", 21, "dir/app.log:12"},
		{shortPlace, "dir/app.log:12: .log.entries[3].body", 12, "…/app.log:12"},
		{shortPlace, "dir/app.log:12", 12, "…/app.log:12"},
		{shortPlace, "dir/app.log:12: .a", 18, "dir/app.log:12: .a"},
		{shortEnd, "no-url,shared-url,temporary", 12, "no-url,shar…"},
	} {
		if got := test.short(test.cell, test.width); got != test.want {
			t.Errorf("%q in %d cells is %q, want %q", test.cell, test.width, got, test.want)
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"ab cd ef", 5, []string{"ab cd", "ef"}},
		{"ab  cd", 6, []string{"ab  cd"}},
		{"see https://x.example/a.mp4 there", 8, []string{"see", "https://x.example/a.mp4", "there"}},
		{"日本 語の 動画", 9, []string{"日本 語の", "動画"}},
		{"ab cd ef", 0, []string{"ab cd ef"}},
	}
	for _, test := range tests {
		if got := wrap(test.text, test.width); !slices.Equal(got, test.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

func TestEscape(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"plain é 日本語 🎬 100 %", "plain é 日本語 🎬 100 %"},
		{"👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"},
		{"a\r\n\tb", `a\r\n\tb`},
		{"\x1b]0;x\x07\x00\x7f", `\x1b]0;x\x07\x00\x7f`},
		{"\u009b1m\u0085", `\u009b1m\u0085`},
		{"\u202ea\u2066\u061c\u200f", `\u202ea\u2066\u061c\u200f`},
		{"\u2028\u2029\ufeff\u00ad", `\u2028\u2029\ufeff\u00ad`},
		{"\U000e0041", `\U000e0041`},
		{"a\xffb\xc3", `a\xffb\xc3`},
		{"\ufffd", "\ufffd"},
		{`back\slash`, `back\slash`},
	}
	for _, test := range tests {
		if got := Escape(test.text); got != test.want {
			t.Errorf("Escape(%q) = %q, want %q", test.text, got, test.want)
		}
		if got, want := Safe(test.text), test.text == test.want; got != want {
			t.Errorf("Safe(%q) = %v", test.text, got)
		}
	}
}

func TestUnits(t *testing.T) {
	tests := []struct {
		unit func(decode.Number) string
		text decode.Number
		want string
	}{
		{seconds, "10.077", "10.08 s"},
		{seconds, "0", "0.00 s"},
		{seconds, "59.994", "59.99 s"},
		{seconds, "59.999", "1:00"},
		{seconds, "60", "1:00"},
		{seconds, "3599.6", "1:00:00"},
		{seconds, "5025.5", "1:23:46"},
		{seconds, "", ""},
		{seconds, "-5", "-5"},
		{seconds, "N/A", "N/A"},
		{seconds, "1e300", "1e300"},
		{seconds, "\x1b", "\x1b"},
		{seconds, "a text that is much too long", "a text tha… too long"},
		{megabytes, "0.179412", "0.18 MB"},
		{megabytes, "0.01", "0.01 MB"},
		{megabytes, "0.009", "9000 B"},
		{megabytes, "0", "0 B"},
		{megabytes, "999.994", "999.99 MB"},
		{megabytes, "999.999", "1.00 GB"},
		{megabytes, "1433.2", "1.43 GB"},
		{kilobits, "142", "142 kb/s"},
		{kilobits, "0.4", "0 kb/s"},
		{percent, "37.99", "37 %"},
		{percent, "100.0", "100 %"},
		{percent, "many", "many"},
	}
	for _, test := range tests {
		if got := test.unit(test.text); got != test.want {
			t.Errorf("%q is written %q, want %q", test.text, got, test.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	for body, want := range map[string]string{
		`event=saved&status={"status":"completed","error":0}`: "completed",
		`event=saved&status={"status":"completed","error":1}`: "FAILED",
		`event=queued`: "pending",

		`event=saved&callback_type=stream&status={"status":"completed","error":0}`: "pending",
		`event=error&callback_type=stream&status={"status":"error","error":1}`:     "pending",

		`status={"status":"encoding","percent":37.6}`:   "pending: encoding 37 %",
		`status={"status":"encoding"}`:                  "pending: encoding",
		`status={"status":"saving","percent":100}`:      "pending: saving",
		"status={\"status\":\"a\\u001bb\"}":             "unknown: the state is a\x1bb",
		`event=saved`:                                   "unknown: it came without a status",
		`event=saved&status=`:                           "unknown: it came without a status",
		`event=saved&status=hello`:                      "unknown: its status cannot be read",
		`event=saved&status={}`:                         "unknown: its status does not name a state",
		`event=saved&status={"status":"cancelled"}`:     "unknown: the event is saved, but the state is cancelled",
		`event=saved&status={"status":"encoding"}`:      "unknown: the event is saved, but the state is encoding",
		`event=saved&status=[]`:                         "unknown: its status is not a JSON object",
		`event=saved&status={"error":0,"x":NaN}`:        "unknown: its status does not name a state",
		`event=saved&status={"status":"completed","vid`: "unknown: its status is damaged before the error flag",
	} {
		c := decoded([]byte(body))
		word, more := outcome(c, explain.Of(c))
		if got := joined(": ", word, more); got != want {
			t.Errorf("the outcome of %s is %q, want %q", body, got, want)
		}
	}
}

// preserving are the options with which JSON stays as it was sent.
var preserving = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), jsontext.PreserveRawStrings(true)}

// asJSON returns what JSON writes of a callback.
func asJSON(t testing.TB, o JSONOptions, c *decode.Callback) string {
	t.Helper()
	return written(t, func(w *bufio.Writer) error { return JSON(w, c, o) })
}

func TestJSON(t *testing.T) {
	tests := []struct{ body, want string }{
		{``, `{}`},
		{`b=1&a=2`, `{"b":"1","a":"2"}`},
		{`status={"b":1.10,"a":[1,{}],"a":12345678901234567890,"u":"\u0026%26\/"}&payload={"x":+1}`, `{"status":{"b":1.10,"a":[1,{}],"a":12345678901234567890,"u":"\u0026&\/"},"payload":{"x":1}}`},
		{`status=&payload=`, `{"status":"","payload":""}`},
		{`status=5&payload=5`, `{"status":5,"payload":"5"}`},
		{`status=hello`, `{"status":"hello"}`},
		{`status={"a":1,"b`, `{"status":{"a":1}}`},
		{`status={"a":1}&status={"b":2}&status=x`, `{"status":{"a":1},"status":{"b":2},"status":"x"}`},
		{`status={"a":1}&status={"b":2,"c`, `{"status":{"a":1},"status":{"b":2}}`},
		{`a=%00%1b%7f%c2%9b%e2%80%ae%e2%80%a8%22%5c<%26>`, `{"a":"\u0000\u001b\u007f\u009b\u202e` + "\u2028" + `\"\\<&>"}`},
		{`status={"a%7f":"%c2%9b%e2%81%a6"}`, `{"status":{"a\u007f":"\u009b\u2066"}}`},
		{`a=%ff&%ff=1&status={"%ff":"x%ff%ff"}`, "{\"a\":\"\ufffd\",\"\ufffd\":\"1\",\"status\":{\"\ufffd\":\"x\ufffd\"}}"},
		{`status={"s":"\ud800"}`, `{"status":{"s":"\ud800"}}`},
	}
	for _, test := range tests {
		if got := asJSON(t, JSONOptions{Compact: true}, decoded([]byte(test.body))); got != test.want+"\n" {
			t.Errorf("%s is written\n%s\nwant\n%s", test.body, got, test.want)
		}
	}
	c := decoded([]byte(`a=1&status={ "b" : [ 1 , {} , [ ] , { "c" : null } ] }`))
	for options, want := range map[JSONOptions]string{
		{}:                           "{\n  \"a\": \"1\",\n  \"status\": {\n    \"b\": [\n      1,\n      {},\n      [],\n      {\n        \"c\": null\n      }\n    ]\n  }\n}\n",
		{Compact: true}:              `{"a":"1","status":{"b":[1,{},[],{"c":null}]}}` + "\n",
		{Compact: true, Color: true}: "{\x1b[34;1m\"a\"\x1b[0;22m:\x1b[32m\"1\"\x1b[0m,\x1b[34;1m\"status\"\x1b[0;22m:{\x1b[34;1m\"b\"\x1b[0;22m:[1,{},[],{\x1b[34;1m\"c\"\x1b[0;22m:\x1b[2mnull\x1b[22m}]}}\n",
		{Compact: true, Array: true}: `{"a":"1","status":{"b":[1,{},[],{"c":null}]}}`,
		{Array: true}:                "{\n    \"a\": \"1\",\n    \"status\": {\n      \"b\": [\n        1,\n        {},\n        [],\n        {\n          \"c\": null\n        }\n      ]\n    }\n  }",
	} {
		if got := asJSON(t, options, c); got != want {
			t.Errorf("with %+v:\n%s\nwant\n%s", options, got, want)
		}
	}
}

// TestLargeJSON checks that a value that is written piece by piece is written
// as any other.
func TestLargeJSON(t *testing.T) {
	element := `{"a\u0026":[1.10,{"b":[[],{}]}],"k":1,"k":2,"s":"\ud800"}`
	status := `{"x":[` + element + strings.Repeat(","+element, longestPart*9/len(element)) + `],"y\/":{"z":[]},"":"` + "\xff" + `"}`
	c := decoded([]byte("status=" + url.QueryEscape(status)))
	want := `{"status":` + strings.ReplaceAll(status, "\xff", "\ufffd") + "}\n"
	if got := asJSON(t, JSONOptions{Compact: true}, c); got != want {
		t.Errorf("%d bytes became %d: %.200s … %.200s", len(want), len(got), got, got[len(got)-200:])
	}
	pretty := jsontext.Value(asJSON(t, JSONOptions{}, c))
	if err := pretty.Compact(preserving...); err != nil || want[:len(want)-1] != string(pretty) {
		t.Errorf("indented it is another value: %v", err)
	}
}

// writeURLs writes the URLs of all outputs.
func writeURLs(w *bufio.Writer, c *decode.Callback) error {
	URLs(w, c, URLOptions{Match: func(*decode.Output, string) bool { return true }})
	_, err := w.Write(nil)
	return err
}

func TestURLs(t *testing.T) {
	const sent = "https://x.example/a?b=1&c=münchen"
	c := &decode.Callback{Status: &decode.Status{Videos: []decode.Output{{Kind: decode.KindVideo, URL: sent, Tag: "video-0-0", UserTag: "a\tb"}, {Kind: decode.KindAudio, URL: "u", Tag: "audio-0-0"}}}}
	all := func(*decode.Output, string) bool { return true }
	for _, test := range []struct {
		options URLOptions
		want    string
	}{
		{URLOptions{Match: all}, sent + "\nu\n"},
		{URLOptions{Match: all, Null: true}, sent + "\x00u\x00"},
		{URLOptions{Match: all, WithTag: true}, `a\tb` + "\t" + sent + "\naudio-0-0\tu\n"},
		{URLOptions{Match: all, WithTag: true, Null: true}, `a\tb` + "\t" + sent + "\x00audio-0-0\tu\x00"},
		{URLOptions{Match: func(o *decode.Output, _ string) bool { return o.Kind == decode.KindAudio }}, "u\n"},
	} {
		if got := written(t, func(w *bufio.Writer) error { URLs(w, c, test.options); return nil }); got != test.want {
			t.Errorf("%+v: %q, want %q", test.options, got, test.want)
		}
	}
}

// TestRefusedURLs checks which URLs are not printed, and why.
func TestRefusedURLs(t *testing.T) {
	for sent, want := range map[string]string{
		"https://x.example/a\nb":      "the URL of v holds a control character and was not printed: https://x.example/a\nb",
		"https://x.example/\u202e":    "the URL of v holds a control character and was not printed: https://x.example/\u202e",
		"https://x.example/\ufffd":    "the URL of v is damaged and was not printed: https://x.example/\ufffd",
		"-o/etc/passwd":               "the URL of v starts like a flag or the name of a file and was not printed: -o/etc/passwd",
		"@/etc/passwd":                "the URL of v starts like a flag or the name of a file and was not printed: @/etc/passwd",
		"https://x.example/@a/-b.mp4": "",
		"":                            "",
	} {
		c := &decode.Callback{Status: &decode.Status{Videos: []decode.Output{{Kind: decode.KindVideo, URL: sent, Tag: "v"}}}}
		got := ""
		out := written(t, func(w *bufio.Writer) error {
			got = strings.Join(URLs(w, c, URLOptions{Match: func(*decode.Output, string) bool { return true }}).Refused, "\n")
			return nil
		})
		if got != want || (out != "") != (want == "" && sent != "") {
			t.Errorf("%q: %q, want %q; printed %q", sent, got, want, out)
		}
	}
}

// TestMarkdownIsInert checks that nothing that was sent begins or ends something in
// Markdown, and that only a URL of the web becomes a link.
func TestMarkdownIsInert(t *testing.T) {
	for text, want := range map[string]string{
		"<img src=x onerror=alert(1)>":  `\<img src=x onerror=alert(1)\>`,
		"[a](javascript:alert(1))":      `\[a\](javascript:alert(1))`,
		"![a](http://x/y.png)":          `\!\[a\](http:\//x/y.png)`,
		"@team #12 ~~a~~ __b__ &amp;":   `\@team \#12 \~\~a\~\~ \_\_b\_\_ \&amp;`,
		"a|b `c` *d* \\e www.x.example": `a\|b \` + "`c\\`" + ` \*d\* \\e www\.x.example`,
		"a\n\tb\x1b":                    `a\\n\\tb\\x1b`,
	} {
		if got := markdownText(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"# x": `\# x`, "> x": `\> x`, "1. x": `1\. x`, "12) x": `12\) x`, "~~~": `\~\~\~`, "- x": `\- x`, "+ x": `\+ x`, "=== x": `\=== x`, "    x": "x", "": "", "12": "12", "a - b": "a - b"} {
		if got := markdownItem(text); got != want {
			t.Errorf("the item %q becomes %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"https://x.example/a_b?c=1&d=@2#e": "<https://x.example/a_b?c=1&d=@2#e>",
		"http://x.example":                 "<http://x.example>",
		"https://x.example/a b":            `https:\//x.example/a b`,
		"https://x.example/a|b":            `https:\//x.example/a\|b`,
		"https://x.example/<a>":            `https:\//x.example/\<a\>`,
		"javascript://x%0aalert(1)":        `javascript:\//x%0aalert(1)`,
		"![a](http://evil/x.png)":          `\!\[a\](http:\//evil/x.png)`,
		"s3://bucket/key":                  `s3:\//bucket/key`,
		"https://x.example/?token=***":     `https:\//x.example/?token=\*\*\*`,
	} {
		if got := markdownURL(text); got != want {
			t.Errorf("the URL %q becomes %q, want %q", text, got, want)
		}
	}
	c := decoded([]byte("task_token=t&# x=1&event=[e](u)&status=" + url.QueryEscape(`{"status":"<b>","percent":"_5_","error":0,"videos":[{"tag":"@a","url":"javascript:x"}]}`)))
	const want = "**unknown**: the state is \\<b\\>\n\n- task: t\n- event: \\[e\\](u)\n- state: \\<b\\>\n\n### findings\n\n- unknown-event: Qencode does not document the event \"\\[e\\](u)\"\n\n### other fields\n\n- \\# x: 1\n\n| \\# | KIND | TAG | SIZE |\n| ---: | --- | --- | ---: |\n| 1 | video | \\@a |  |\n\n### URLs\n\n- 1: javascript:x\n"
	if got := shown(t, c, ShowOptions{Markdown: true}); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestMasking checks that every format for people masks without being asked, that
// none for programs does, and that an option turns either round.
func TestMasking(t *testing.T) {
	const secret = "hunter2"
	c := decoded([]byte("task_token=t&event=error&error_message=" + url.QueryEscape("cannot read https://user:"+secret+"@x.example/a") +
		"&payload=" + url.QueryEscape(`{"url":"https://x.example/a?password=`+secret+`"}`) + "&extra=" + url.QueryEscape("https://x.example/?password="+secret) + "&api_key=" + secret +
		"&status=" + url.QueryEscape(`{"error":1,"warnings":["see https://x.example/?password=`+secret+`"],"videos":[{"tag":"v","url":"https://x.example/a.mp4?password=`+secret+`"}]}`)))
	for name, write := range map[string]func(w *bufio.Writer, m Masking) error{
		"people show":          func(w *bufio.Writer, m Masking) error { return Show(w, c, ShowOptions{Masking: m}) },
		"people show markdown": func(w *bufio.Writer, m Masking) error { return Show(w, c, ShowOptions{Masking: m, Markdown: true}) },
		"data json":            func(w *bufio.Writer, m Masking) error { return JSON(w, c, JSONOptions{Masking: m}) },
		"people outputs": func(w *bufio.Writer, m Masking) error {
			return writeOutputs(w, c, GridOptions{Format: "table", Masking: m})
		},
		"people outputs markdown": func(w *bufio.Writer, m Masking) error {
			return writeOutputs(w, c, GridOptions{Format: "markdown", Masking: m})
		},
		"data outputs csv": func(w *bufio.Writer, m Masking) error {
			return writeOutputs(w, c, GridOptions{Format: "csv", Masking: m})
		},
		"data outputs tsv": func(w *bufio.Writer, m Masking) error {
			return writeOutputs(w, c, GridOptions{Format: "tsv", Masking: m})
		},
		"data outputs json": func(w *bufio.Writer, m Masking) error {
			return writeOutputs(w, c, GridOptions{Format: "json", Masking: m})
		},
		"people list": func(w *bufio.Writer, m Masking) error {
			return writeList(w, c, GridOptions{Format: "table", Masking: m})
		},
		"data list csv": func(w *bufio.Writer, m Masking) error { return writeList(w, c, GridOptions{Format: "csv", Masking: m}) },
	} {
		for m, masked := range map[Masking]bool{MaskForPeople: strings.HasPrefix(name, "people"), MaskEverywhere: true, MaskNowhere: false} {
			got := written(t, func(w *bufio.Writer) error { return write(w, m) })
			if strings.Contains(got, secret) == masked {
				t.Errorf("%s, masking %d:\n%s", name, m, got)
			}
			if strings.Contains(got, "***") != masked && !strings.Contains(got, `\*\*\*`) {
				t.Errorf("%s, masking %d, has the wrong mask:\n%s", name, m, got)
			}
		}
	}
	if got := Sentence(c, explain.Of(c)); strings.Contains(got, secret) {
		t.Errorf("the sentence is %s", got)
	}
}

// writeList writes the row of a callback.
func writeList(w *bufio.Writer, c *decode.Callback, o GridOptions) error {
	list := NewList(w, o)
	return errors.Join(list.Add(NewListRow(Place{File: "log", Line: 1}, c, explain.Of(c))), list.Close())
}

// failingWriter fails for good after some bytes.
type failingWriter struct{ left int }

var errFull = errors.New("full")

func (w *failingWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, errFull
	}
	w.left -= len(p)
	return len(p), nil
}

// TestFailingWriter checks that each format reports the writer's error,
// wherever it comes. A format sees bytes only through the buffer, so every 16th is enough.
func TestFailingWriter(t *testing.T) {
	c := decoded(readBody(t, "kinds.form"))
	writers := map[string]func(*bufio.Writer) error{
		"show":             func(w *bufio.Writer) error { return Show(w, c, ShowOptions{Screen: Screen{Width: 80}}) },
		"show -o markdown": func(w *bufio.Writer) error { return Show(w, c, ShowOptions{Markdown: true}) },
		"json":             func(w *bufio.Writer) error { return JSON(w, c, JSONOptions{}) },
		"urls":             func(w *bufio.Writer) error { return writeURLs(w, c) },
	}
	for _, format := range Formats() {
		writers["outputs -o "+format] = func(w *bufio.Writer) error { return writeOutputs(w, c, GridOptions{Format: format}) }
	}
	for name, write := range writers {
		whole := written(t, write)
		for n := 0; n < len(whole); n += 16 {
			w := bufio.NewWriter(&failingWriter{n})
			if err := errors.Join(write(w), w.Flush()); !errors.Is(err, errFull) {
				t.Fatalf("%s: with room for %d of %d bytes the error is %v", name, n, len(whole), err)
			}
		}
	}
}

// writeOutputs writes a row for each output of a callback.
func writeOutputs(w *bufio.Writer, c *decode.Callback, o GridOptions) error {
	grid := NewOutputs(w, o)
	if c.Status != nil {
		for o := range c.Status.Outputs() {
			if err := grid.Add(AppendOutput(append(Place{File: "log", Line: 1}.Cells(), ""), c.TaskToken, o, 0, o.URL)); err != nil {
				return err
			}
		}
	}
	return grid.Close()
}

// FuzzGrid checks that each format has a row for each output, that columns never
// shift, and that no control character comes out.
func FuzzGrid(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		c := decoded(body)
		outputs := 0
		if c.Status != nil {
			for range c.Status.Outputs() {
				outputs++
			}
		}
		for _, format := range Formats() {
			all := written(t, func(w *bufio.Writer) error { return writeOutputs(w, c, GridOptions{Format: format}) })
			for line := range strings.Lines(all) {
				text := strings.TrimSuffix(line, "\n")
				if !Safe(strings.ReplaceAll(text, "\t", "")) {
					t.Errorf("%s: %q", format, text)
				}
				if format == "markdown" && strings.Count(strings.ReplaceAll(strings.ReplaceAll(text, `\\`, ""), `\|`, ""), "|") != len(NewOutputs(nil, GridOptions{Format: format}).columns)+1 {
					t.Errorf("markdown has another number of cells: %q", text)
				}
				if format == "json" && !jsontext.Value(text).IsValid() {
					t.Errorf("no JSON: %q", text)
				}
			}
			var rows [][]string
			switch format {
			case "csv":
				var err error
				if rows, err = csv.NewReader(strings.NewReader(all)).ReadAll(); err != nil {
					t.Errorf("csv: %v", err)
				}
			case "tsv":
				for line := range strings.Lines(all) {
					rows = append(rows, strings.Split(line, "\t"))
				}
			default:
				continue
			}
			if len(rows) != min(outputs, 1)+outputs || slices.ContainsFunc(rows, func(row []string) bool { return len(row) != len(rows[0]) }) {
				t.Errorf("%s: %d outputs are %q", format, outputs, rows)
			}
		}
	})
}

// seeds adds the bodies of testdata and some hostile ones.
func seeds(f *testing.F) {
	bodies, err := filepath.Glob("../testdata/bodies/*.form")
	if err != nil || len(bodies) == 0 {
		f.Fatalf("no bodies: %v", err)
	}
	for _, name := range bodies {
		f.Add(readBody(f, filepath.Base(name)))
	}
	f.Add([]byte(`status={"videos":[{"url":"` + strings.Repeat("é", longestPart) + `"}]}`))
	f.Add([]byte("task_token=%1b[2J&x%0a=%c2%9b&status={\"videos\":[{\"url\":\"\\u0007\",\"tag\":\"\\u202e\",\"duration\":\"\\n\"}]}"))
}

// FuzzShow checks that no control character comes out of show, whatever went
// in, and that a table never makes it fail.
func FuzzShow(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		c := decoded(body)
		for _, width := range []int{0, 40, 80} {
			text := shown(t, c, ShowOptions{From: string(body), Screen: Screen{Width: width}})
			for _, r := range text {
				if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
					t.Fatalf("%q holds %q", text, r)
				}
			}
			if !utf8.ValidString(text) {
				t.Fatalf("%q is not UTF-8", text)
			}
		}
	})
}

// FuzzJSON checks that JSON is valid whatever went in, has a member for each
// field, and holds no character that could drive a terminal; and that the
// status of a callback that is not damaged has not changed.
func FuzzJSON(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _ := decode.Decode(body)
		compact := asJSON(t, JSONOptions{Compact: true}, c)
		pretty := asJSON(t, JSONOptions{}, c)
		if !utf8.ValidString(compact) {
			t.Fatalf("%q is not UTF-8", compact)
		}
		for _, r := range compact + pretty {
			if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q holds %q", pretty, r)
			}
		}
		again := jsontext.Value(pretty)
		if err := again.Compact(preserving...); err != nil || string(again)+"\n" != compact {
			t.Fatalf("pretty %q, compact %q: %v", again, compact, err)
		}
		d := jsontext.NewDecoder(strings.NewReader(compact), preserving...)
		if _, err := d.ReadToken(); err != nil {
			t.Fatal(err)
		}
		for i := range c.Form {
			name, err := d.ReadToken()
			if want := strings.ToValidUTF8(c.Form[i].Name, "\ufffd"); err != nil || len(c.Damage) == 0 && name.String() != want {
				t.Fatalf("member %d of %s is %v, %v; want %q", i, compact, name, err, want)
			}
			v, err := d.ReadValue()
			if err != nil {
				t.Fatal(err)
			}
			if v.Kind() != '"' {
				continue
			}
			if text, err := jsontext.AppendUnquote(nil, v); len(c.Damage) == 0 && c.Form[i].Name != "status" && (err != nil || string(text) != string(c.Form[i].Value)) {
				t.Fatalf("field %s became %q", c.Form[i].Name, text)
			}
		}
	})
}

// BenchmarkFormat writes what commands write for a callback.
func BenchmarkFormat(b *testing.B) {
	c := decoded(readBody(b, "saved.form"))
	for name, write := range map[string]func(*bufio.Writer) error{
		"json -c": func(w *bufio.Writer) error { return JSON(w, c, JSONOptions{Compact: true}) },
		"json":    func(w *bufio.Writer) error { return JSON(w, c, JSONOptions{}) },
		"urls":    func(w *bufio.Writer) error { return writeURLs(w, c) },
		"show":    func(w *bufio.Writer) error { return Show(w, c, ShowOptions{Screen: Screen{Width: 80}}) },
		"outputs": func(w *bufio.Writer) error { return writeOutputs(w, c, GridOptions{Format: "tsv"}) },
		"list": func(w *bufio.Writer) error {
			return NewList(w, GridOptions{Format: "tsv"}).Add(NewListRow(Place{File: "log", Line: 1}, c, explain.Of(c)))
		},
	} {
		b.Run(name, func(b *testing.B) {
			w := bufio.NewWriter(io.Discard)
			b.ReportAllocs()
			for b.Loop() {
				if err := write(w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestLongTable checks that the rows of a table that come after those by which it
// is laid out look like these, whether they are written one by one or not.
func TestLongTable(t *testing.T) {
	const period = 280 // of the rows
	rows := func(n int) [][]string {
		var rows [][]string
		for i := range n {
			kind := []string{"video", "音声", "e\u0301", ""}[i%4]
			rows = append(rows, AppendOutput(append(Place{File: "log", Line: 1 + i%period}.Cells(), ""), "t", &decode.Output{Kind: decode.OutputKind(kind), Size: decode.Number(fmt.Sprint(i % 7))}, 0, strings.Repeat("/x", i%40)))
		}
		return rows
	}
	for _, width := range []int{0, 60} {
		long := rows(longTable + 100)
		got := strings.Split(written(t, func(w *bufio.Writer) error {
			grid := NewOutputs(w, GridOptions{Format: "table", Screen: Screen{Width: width}})
			for _, row := range long {
				if err := grid.Add(row); err != nil {
					return err
				}
			}
			return grid.Close()
		}), "\n")
		if len(got) < 1+len(long) {
			t.Fatalf("width %d: %d lines of %d rows", width, len(got), len(long))
		}
		for i := longTable; i < len(long); i++ {
			if want := got[1+i-3*period]; got[1+i] != want {
				t.Fatalf("width %d: row %d is\n%q\nwant\n%q", width, i, got[1+i], want)
			}
		}
	}
	// The last lines of a log have more digits than the first ones.
	places := written(t, func(w *bufio.Writer) error {
		grid := NewOutputs(w, GridOptions{Format: "table", Columns: []string{"place", "kind"}, NoHeader: true})
		for i := range 2 * longTable {
			if err := grid.Add(AppendOutput(append(Place{File: "callbacks.log", Line: 1 + i*i}.Cells(), ""), "t", &decode.Output{Kind: "video"}, 0, "")); err != nil {
				return err
			}
		}
		return grid.Close()
	})
	if !strings.HasPrefix(places, "callbacks.log:1           video\n") || !strings.HasSuffix(places, "\ncallbacks.log:3996002     video\n") || strings.Count(places, "\n") != 2*longTable {
		t.Errorf("%.60q … %q", places, places[max(0, len(places)-60):])
	}
	// A cell that is wider than its column is not shortened if it is a number.
	l := layout{table: table{Columns: []column{{Name: "N", Right: true}, {Name: "TEXT", Elastic: true}}}, widths: []int{2, 5}, gap: 1}
	got := written(t, func(w *bufio.Writer) error {
		return errors.Join(l.writeCells(w, []string{"1", ""}, theme{}), l.writeCells(w, []string{"123456", "abcdefgh"}, theme{}))
	})
	if want := " 1\n123456 ab…gh\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestRanges checks how the outputs of one URL are named.
func TestRanges(t *testing.T) {
	for want, numbers := range map[string][]int{
		"":            nil,
		"4":           {4},
		"1-3, 5, 7-8": {1, 2, 3, 5, 7, 8},
	} {
		if got := ranges(numbers); got != want {
			t.Errorf("%v: %q, want %q", numbers, got, want)
		}
	}
}
