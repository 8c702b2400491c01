package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readAll returns each body in r as described, and the error at its end.
func readAll(r *Reader) (list []string, err error) {
	for {
		body, err := r.Next()
		if err != nil {
			return list, err
		}
		list = append(list, describe(body))
	}
}

// describe returns "line, place: body", with a "~" before a body that was
// encoded anew.
func describe(b Body) string {
	place := fmt.Sprint(b.Line)
	if b.Place != "" {
		place += ", " + b.Place
	}
	if b.Rebuilt {
		return place + ": ~" + string(b.Bytes)
	}
	return place + ": " + string(b.Bytes)
}

func TestReader(t *testing.T) {
	tests := []struct {
		input string
		want  []string
		end   string
	}{
		{"", nil, "no Qencode callback: the input is empty"},
		{" \n\t\r\n", nil, "no Qencode callback: the input is only white space"},
		{"\ufeff\n", nil, "no Qencode callback: the input is only white space"},
		{"task_token=t", []string{"1: task_token=t"}, "EOF"},
		{"task_token=t\n", []string{"1: task_token=t"}, "EOF"},
		{"\ufefftask_token=t\r\n", []string{"1: task_token=t"}, "EOF"},
		{"\n\ntask_token=a\n\nx\nevent=b&task_token=b", []string{"3: task_token=a", "6: event=b&task_token=b"}, "EOF"},
		{"  ", nil, "no Qencode callback: the input is only white space"},
		{"\t task_token=t\n", []string{"1: task_token=t"}, "EOF"},
		{"status=%7B%22error", []string{"1: status=%7B%22error"}, "EOF"},
		{"status=+%7b+%22error%22", []string{"1: status=+%7b+%22error%22"}, "EOF"},
		{"event=e&status={\"sta", []string{"1: event=e&status={\"sta"}, "EOF"},
		{"status=%7Bx", nil, "no Qencode callback: it looks like the form of something else: status=%7Bx"},
		{"status=ok&event=e", nil, "no Qencode callback: it looks like the form of something else: status=ok&event=e"},
		{"status=%7", nil, "no Qencode callback: it looks like the form of something else: status=%7"},
		{"a task_token=t", nil, "no Qencode callback: it looks like text: a task_token=t"},
		{"see status={}", nil, "no Qencode callback: it looks like text: see status={}"},
		{"=task_token=", nil, "no Qencode callback: it looks like text: =task_token="},
		{"my_task_token=t", nil, "no Qencode callback: it looks like the form of something else: my_task_token=t"},
		{" <html>", nil, "no Qencode callback: it looks like HTML or XML: <html>"},
		{`{"a": "task_token=t"}`, nil, `no Qencode callback: it looks like JSON: {"a": "task_token=t"}`},
		{`[1]`, nil, `no Qencode callback: it looks like JSON: [1]`},
		{"a\x00b", nil, "no Qencode callback: it looks like binary data"},
		{"H4sIAAAAAAAA", nil, "no Qencode callback: it looks like gzip in base64: unpack it first, with base64 -d and zcat"},
		{"caf\xe9", nil, "no Qencode callback: it looks like binary data"},
		{strings.Repeat("é", 41), nil, "no Qencode callback: it looks like text: " + strings.Repeat("é", 40) + "…"},
		{strings.Repeat("QUFB", 40) + "==", nil, "no Qencode callback: it looks like text: " + strings.Repeat("QUFB", 10) + "…"},
	}
	for _, test := range tests {
		got, err := readAll(NewReader(strings.NewReader(test.input), 0))
		if !slices.Equal(got, test.want) || err.Error() != test.end {
			t.Errorf("%q has the bodies %q and ends with %q, want %q and %q", test.input, got, err, test.want, test.end)
		}
	}
}

func TestNoCallbackError(t *testing.T) {
	_, err := NewReader(strings.NewReader(""), 0).Next()
	var none *NoCallbackError
	if !errors.As(err, &none) {
		t.Errorf("%T is no *NoCallbackError", err)
	}
}

func TestSkipped(t *testing.T) {
	r := NewReader(strings.NewReader("\n# first\ntask_token=t\nsecond\n\n"), 0)
	if _, err := readAll(r); err != io.EOF {
		t.Fatal(err)
	}
	if want := (Skipped{Lines: 2, First: 2, Saw: "text: # first"}); r.Skipped != want {
		t.Errorf("skipped %+v, want %+v", r.Skipped, want)
	}
}

// TestSpilled checks which line says that nginx has put the body of a POST into a file.
func TestSpilled(t *testing.T) {
	for text, want := range map[string]int{
		`x "POST /cb HTTP/1.1" 200 "-"`:                                                     1,
		`x "GET /cb HTTP/1.1" 200 "-"`:                                                      0,
		`POST /cb 200 "-"`:                                                                  0,
		`x "POST /cb HTTP/1.1" 200 "a"`:                                                     0,
		`x "POST /cb HTTP/1.1" "-" 200`:                                                     0,
		`{"request":"POST /cb HTTP/1.1","request_body":""}`:                                 1,
		`{"request": "POST /cb HTTP/1.1", "request_body": ""}`:                              1,
		`{"request":"POST /cb HTTP/1.1","request_body":"-"}`:                                1,
		`{"request": "POST /cb HTTP/1.1", "request_body": "-"}`:                             1,
		"x \"GET / HTTP/1.1\" \"-\"\n" + strings.Repeat("x \"POST / HTTP/1.1\" \"-\"\n", 2): 2,
	} {
		r := NewReader(strings.NewReader(text), 0)
		if _, err := readAll(r); r.Skipped.Spilled != want {
			t.Errorf("%q: line %d, %v; want %d", text, r.Skipped.Spilled, err, want)
		}
	}
}

// TestStub checks what is told of lines that have something in the place of an object.
func TestStub(t *testing.T) {
	for text, want := range map[string]string{
		"a [object Object]\n":                       "[object Object]",
		"a [Ljava.lang.String;@1f\n":                "[Ljava.lang.String;@",
		"[object Object]\n[Ljava.lang.String;@1f\n": "[object Object]",
		"a [object Map]\n":                          "",
	} {
		r := NewReader(strings.NewReader(text), 0)
		if _, err := readAll(r); r.Skipped.Stub != want {
			t.Errorf("%q: %q, %v; want %q", text, r.Skipped.Stub, err, want)
		}
	}
}

// TestCutLines checks that a body that is cut off is answered when the next line
// begins another one.
func TestCutLines(t *testing.T) {
	text, w := io.Pipe()
	go func() {
		fmt.Fprintln(w, "status=%7B%22status%22%3A%22completed%22%2C%22videos%22%3A%5B")
		fmt.Fprintln(w, "status=%7B%22status%22%3A%22queued%22")
	}()
	got, err := NewReader(text, 0).Next()
	if want := "status=%7B%22status%22%3A%22completed%22%2C%22videos%22%3A%5B"; err != nil || string(got.Bytes) != want {
		t.Errorf("body %q and error %v, want %q", got.Bytes, err, want)
	}
}

// TestCutString checks that the status in a string of JSON keeps what arrived before
// the capture was cut off.
func TestCutString(t *testing.T) {
	text := `{"status":"{\"status\": \"completed\", \"videos\": [{\"url\": \"https://x/1\"}, {\"url\": \"ht`
	got, err := NewReader(strings.NewReader(text), 0).Next()
	if want := "status=" + url.QueryEscape(`{"status": "completed", "videos": [{"url": "https://x/1"}, {"url": "ht`); err != nil || string(got.Bytes) != want {
		t.Errorf("body %s and error %v, want %s", got.Bytes, err, want)
	}
}

// TestTooMany checks that what a hostile text unfolds into is bounded, and that it
// is said.
func TestTooMany(t *testing.T) {
	var many strings.Builder
	for i := range mostBodies + 2 {
		fmt.Fprintf(&many, "x event=a&task_token=%d ", i)
	}
	r := NewReader(strings.NewReader(many.String()), 0)
	n := 0
	_, err := r.Next()
	for ; err == nil; _, err = r.Next() {
		n++
	}
	const want = "only the first 262144 callbacks in one text were read: with one per line, all are read"
	if n != mostBodies || err.Error() != want {
		t.Errorf("%d bodies and error %q, want %d and %q", n, err, mostBodies, want)
	}
}

// TestReadError checks that the error of the input comes after the line before
// it, stays, and is not taken for the end.
func TestReadError(t *testing.T) {
	broken := errors.New("broken")
	r := NewReader(io.MultiReader(strings.NewReader("task_token=a\ntask_token=b"), iotest.ErrReader(broken)), 0)
	got, err := readAll(r)
	if want := []string{"1: task_token=a", "2: task_token=b"}; !slices.Equal(got, want) || err != broken {
		t.Errorf("bodies %q and error %v, want %q and %v", got, err, want, broken)
	}
	if _, err := r.Next(); err != broken {
		t.Errorf("the next error is %v, want %v", err, broken)
	}
	if _, err := readAll(NewReader(iotest.ErrReader(broken), 0)); err != broken {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// TestLongLines reads lines around the sizes of buffers.
func TestLongLines(t *testing.T) {
	var input strings.Builder
	var want []string
	for i, n := range []int{1, 256<<10 - 22, 256<<10 - 21, 256<<10 - 20, 1 << 20, 5} {
		body := "event=e&task_token=t" + strings.Repeat("x", n)
		input.WriteString(body + "\n")
		want = append(want, fmt.Sprintf("%d: %s", i+1, body))
	}
	for _, size := range []int64{0, int64(input.Len())} {
		got, err := readAll(NewReader(strings.NewReader(input.String()), size))
		if !slices.Equal(got, want) || err != io.EOF {
			t.Errorf("with size %d, the lines are not what went in: %v", size, err)
		}
	}
}

// TestAnswersAtOnce checks that what a line, or a JSON document, holds is
// returned before more input is asked for.
func TestAnswersAtOnce(t *testing.T) {
	token := func(n int) string { return fmt.Sprintf("%032d", n) }
	const status = "&status=%7B%22error%22%3A0%7D"
	tests := []struct{ input, want string }{
		{"event=e&task_token=t" + status + "\n", "1: event=e&task_token=t" + status},
		{`1.2.3.4 "POST /" "event=e&task_token=` + token(1) + status + "\"\n", "2, byte 18: event=e&task_token=" + token(1) + status},
		{`{"time": 1, "body": "event=e&task_token=` + token(2) + status + "\"}\n", "3, .body: event=e&task_token=" + token(2) + status},
		{"{\n\"form\": {\"event\": \"saved\", \"task_token\": \"" + token(3) + "\", \"status\": {\"error\":0}}\n}\n", "5, .form: ~event=saved&task_token=" + token(3) + status},
		{"INFO got {'event': 'e', 'task_token': '" + token(4) + "', 'status': '{\"error\": 0}'}\n", "7, byte 9: ~event=e&task_token=" + token(4) + "&status=%7B%22error%22%3A+0%7D"},
	}
	in, out := io.Pipe()
	r := NewReader(in, 0)
	for _, test := range tests {
		go func() { _, _ = io.WriteString(out, test.input) }()
		body, err := r.Next()
		if err != nil || describe(body) != test.want {
			t.Fatalf("%q: %q, %v; want %q", test.input, describe(body), err, test.want)
		}
	}
}

// TestTooMuchText checks that text without a callback is searched in bounded
// pieces, and that a line with one is found all the same.
func TestTooMuchText(t *testing.T) {
	for _, line := range []string{"a status: {\n", "[\n", "{\"a\": [1,\n", "some text\n"} {
		text := strings.Repeat(line, 1000)
		r := NewReader(strings.NewReader(text), 0)
		r.maxText = 1000
		_, err := readAll(r)
		want := "no Qencode callback: it looks like " + looksLike([]byte(line))
		if line == "a status: {\n" {
			want = "no callback on any line, and the input is too large (over 0 MiB) to search as a whole"
		}
		if err.Error() != want {
			t.Errorf("%q: error %q, want %q", line, err, want)
		}
		r = NewReader(strings.NewReader(text+"event=e&task_token=t\n"+text), 0)
		r.maxText = 1000
		if list, err := readAll(r); err != io.EOF || !slices.Equal(list, []string{"1001: event=e&task_token=t"}) {
			t.Errorf("%q: bodies %q, error %v", line, list, err)
		}
		if cap(r.held) > 10*r.maxText {
			t.Errorf("%q: %d bytes are held", line, cap(r.held))
		}
	}
}

// TestDullText checks that a log of other things is passed over in little memory,
// that its lines are counted, and that the head of a request before a body counts.
func TestDullText(t *testing.T) {
	const lines = 20_000
	text := strings.Repeat("2026-11-24 10:00:00 INFO GET /api/v1/things 200 12 ms agent=curl\n", lines)
	head := "POST /callback HTTP/1.1\nContent-Length: 30\n\n"
	r := NewReader(strings.NewReader(text+head+"event=e&task_token=t\n"+text), 0)
	b, err := r.Next()
	if err != nil || b.Line != lines+4 || b.Length != 30 {
		t.Errorf("%+v, %v", b, err)
	}
	if _, err := r.Next(); err != io.EOF || r.Skipped.Lines != 2*lines || r.Skipped.First != 1 {
		t.Errorf("%v, skipped %+v", err, r.Skipped)
	}
	if cap(r.held) > 8*mostDull {
		t.Errorf("%d bytes are held", cap(r.held))
	}
}

// TestUnread checks what is said of fields that no callback could be read from.
func TestUnread(t *testing.T) {
	const token = "5f0c9e1a7b3d4c2e8a6b9d0f1e2c3a4b"
	members := func(n int) (list string) {
		for i := range n {
			list += fmt.Sprintf(`"m%d": {"event": "queued", "task_token": "%032d"}, `, i, i)
		}
		return list
	}
	for text, want := range map[string]Unread{
		"X TASK_TOKEN: " + token + " y\n":                                                                                        {Fields: 1, First: 1, Token: token},
		"X TASK_TOKEN: " + token + " token: y\n":                                                                                 {Fields: 1, First: 1, Token: token},
		"x task-token: " + token + " y\n":                                                                                        {Fields: 1, First: 1, Token: token},
		"x task_token: " + token + " event\n":                                                                                    {Fields: 1, First: 1, Token: token, Lost: true},
		"payload = 5\nevent: queued\ntask_token: " + token + "\n":                                                                {Fields: 1, First: 1, Lost: true},
		"event: queued\ntask_token: " + token + "\npayload = 5\n":                                                                {Fields: 1, First: 3, Lost: true},
		"< 200 {\"status\": \"ok\", \"task_token\": \"" + token + "\"}\n":                                                        {Fields: 1, First: 1, Token: token},
		"< 200 {\"status\": {}, \"task_token\": \"" + token + "\"}\n":                                                            {Fields: 1, First: 1, Token: token, Lost: true},
		"< 200 {\"event\": \"ok\", \"task_token\": \"" + token + "\"}\n":                                                         {Fields: 1, First: 1, Token: token, Lost: true},
		"status={} {\"status\": \"ok\"} task_token: " + token + "\n":                                                             {Fields: 1, First: 1, Token: token, Lost: true},
		"< 200 {\"status\": \"ok\", \"task_token\": \"" + token + "\"\n":                                                         {Fields: 1, First: 1, Token: token, Lost: true},
		`[{"event": "queued", "task_token": "` + token + `"}, {"message": "of the task_token: ` + token + ` nothing is known"}]`: {Fields: 1, First: 1, Token: token},
		`[{"event": "queued", "task_token": "` + token + `", "message": "of the task_token: ` + token + ` nothing is known"}]`:   {},
		`{"event": "queued", "message": "of the task_token: ` + token + ` nothing is known", "task_token": "` + token + `"}`:     {},
		"| task_token | event |\n|---|---|\n| " + token + " | queued |\n":                                                        {},
		"payload|task_token|event\na|" + token + "|queued\n":                                                                     {},
		"{" + members(7) + `"message": "of the task_token: 00000000000000000000000000000000 nothing is known"}`:                  {},
		"{" + members(9) + `"message": "of the task_token: 00000000000000000000000000000000 nothing is known"}`:                  {Fields: 1, First: 1, Token: "00000000000000000000000000000000"},
	} {
		r := NewReader(strings.NewReader(text), 0)
		if _, err := readAll(r); r.Unread != want {
			t.Errorf("%q: %+v, %v; want %+v", text, r.Unread, err, want)
		}
	}
}

// TestContentLength checks that the length of a body is that of its own request.
func TestContentLength(t *testing.T) {
	const body = "event=e&task_token=t"
	tests := []struct {
		input        string
		length, size int // wanted: of the request, of the body
	}{
		{"POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n" + body, 20, 20},
		{"POST / HTTP/1.1\r\ncontent-length: 30\r\n\r\n" + body, 30, 20},
		{"POST / HTTP/1.1\nContent-Length: 18\n\n" + body, 18, 20},
		{"POST / HTTP/1.1\nContent-Length: 20\n\n" + body + "POST / HTTP/1.1", 20, 20},
		{"Content-Length: 18\n" + body, 0, 20},
		{"Content-Length: 18\nHost: x\n" + body, 0, 20},
		{"Content-Length: 18\nsome text\n\n" + body, 0, 20},
		{"HTTP/1.1 200 OK\nContent-Length: 2\n\nok\n" + body, 0, 20},
		{"POST / HTTP/1.1\nContent-Length: 2\n\nok\nPOST / HTTP/1.1\n\n" + body, 0, 20},
		{`{"headers": {"Content-Length": "25"}, "body": "` + body + `"}`, 25, 20},
		{`{"headers": [{"name": "content-length", "value": "25"}], "body": "` + body + `"}`, 25, 20},
		{`{"request": {"body": "` + body + `"}, "response": {"headers": {"content-length": 7}}}`, 0, 20},
	}
	for _, test := range tests {
		b, err := NewReader(strings.NewReader(test.input), 0).Next()
		if err != nil || b.Length != test.length || len(b.Bytes) != test.size {
			t.Errorf("%q: %+v, %v; want length %d and %d bytes", test.input, b, err, test.length, test.size)
		}
	}
}

// BenchmarkReader splits a log of plain bodies into them.
func BenchmarkReader(b *testing.B) {
	log := plainLog(b)
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		r := NewReader(bytes.NewReader(log), int64(len(log)))
		for {
			_, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// plainLog returns a log with a body on each line.
func plainLog(b *testing.B) []byte {
	body, err := os.ReadFile("../../testdata/bodies/saved.form")
	if err != nil {
		b.Fatal(err)
	}
	return bytes.Repeat(append(body, '\n'), 1000)
}

// seeds adds the captures in testdata to a fuzz target.
func seeds(f *testing.F) {
	captures, err := filepath.Glob("../../testdata/captures/*/*.*")
	if err != nil || len(captures) < 100 {
		f.Fatalf("%d captures: %v", len(captures), err)
	}
	for _, name := range captures {
		capture, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(capture) < 4<<10 { // Small ones are changed faster.
			f.Add(capture)
		}
	}
}

// FuzzReader checks that it does not matter in which pieces the input arrives,
// that a body that is said to be as it was posted and a whole line is a piece
// of that line, and that a body that was encoded anew reads as it was encoded.
func FuzzReader(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, input []byte) {
		r := NewReader(iotest.OneByteReader(bytes.NewReader(input)), 0)
		r.Clock = clock
		var pieces []string
		body, pieceErr := r.Next()
		for ; pieceErr == nil; body, pieceErr = r.Next() {
			pieces = append(pieces, told(body.Request)+" "+describe(body))
		}
		var whole []string
		r = NewReader(bytes.NewReader(input), int64(len(input)))
		r.Clock = clock
		lines := slices.Collect(bytes.Lines(input))
		utf16 := bytes.HasPrefix(input, []byte("\xff\xfe")) || bytes.HasPrefix(input, []byte("\xfe\xff"))
		for {
			body, err := r.Next()
			if err != nil {
				if !slices.Equal(whole, pieces) || err.Error() != pieceErr.Error() {
					t.Fatalf("in one piece %q, %v; byte by byte %q, %v", whole, err, pieces, pieceErr)
				}
				return
			}
			whole = append(whole, told(body.Request)+" "+describe(body))
			if !body.Rebuilt && body.Place == "" && !utf16 && !bytes.Contains(lines[body.Line-1], body.Bytes) {
				t.Errorf("body %q is not in line %d", body.Bytes, body.Line)
			}
			if body.Rebuilt && bytes.ContainsAny(body.Bytes, " \r\n{\"") {
				t.Errorf("body %q is not encoded", body.Bytes)
			}
		}
	})
}

// FuzzNothingLost checks that a posted body on a line of its own is found,
// whatever is before and after it.
func FuzzNothingLost(f *testing.F) {
	seeds(f)
	body := []byte("callback_type=task&task_token=00000000000000000000000000000001&event=saved&status=%7B%22status%22%3A+%22completed%22%2C+%22error%22%3A+0%7D")
	f.Fuzz(func(t *testing.T, noise []byte) {
		if bytes.HasPrefix(noise, []byte("\xff\xfe")) || bytes.HasPrefix(noise, []byte("\xfe\xff")) {
			return // It says that the text is UTF-16.
		}
		input := slices.Concat(noise, []byte("\n"), body, []byte("\n"), noise)
		r := NewReader(bytes.NewReader(input), 0)
		for {
			found, err := r.Next()
			if err != nil {
				t.Fatalf("the body was not found: %v", err)
			}
			if bytes.Equal(found.Bytes, body) {
				return
			}
		}
	})
}

// TestRepetition reads texts of nothing but beginnings. Where one of them made the
// search begin anew at each of them and read to the end in vain, it would take the
// test's whole time.
func TestRepetition(t *testing.T) {
	for _, beginning := range []string{"{\"status\":\n", "task_token: [", "{'status': '{", "status=\"{", "payload: [[", "[event, a], ", "Array ( [status] => ", "Array\n(\n[task_token] => x\n"} {
		size := 1 << 17
		if testing.Short() {
			size = 1 << 13 // The race detector makes it slow.
		}
		text := strings.Repeat(beginning, size/len(beginning))
		r := NewReader(strings.NewReader(text), 0)
		var err error
		for err == nil {
			_, err = r.Next()
		}
		var none *NoCallbackError
		if err != io.EOF && !errors.As(err, &none) {
			t.Errorf("%q: %v", beginning, err)
		}
	}
}
