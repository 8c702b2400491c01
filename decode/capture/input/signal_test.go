package input

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestSignal(t *testing.T) {
	const form = "event=saved&payload=%7B%22id%22%3A+17%7D&task_token=e2079274fc1c4d12af5cf14affc9ba4e&callback_type=task"
	tests := []struct {
		name, line string
		want       bool
	}{
		{"name", "task_token=t", true},
		{"name in capitals", "TASK_TOKEN=t", true},
		{"name with a dash", "Task-Token: t", true},
		{"name with a blank", "task token", true},
		{"name without a separator", "taskToken", true},
		{"escaped name", "task%255Ftoken", true},
		{"name with a tag in it", "<b>task</b>_token", true},
		{"token of something else", "access_token=t&task=1", false},
		{"token far from the task", "task 17 of the user has a token", false},
		{"type", "callback_type=task", true},
		{"type in capitals", "CALLBACK-TYPE", true},
		{"type in other words", "callbackType", true},
		{"callback alone", "POST /callback HTTP/1.1", false},
		{"event alone", "event=saved", false},

		{"status in form", "status=%7B%22", true},
		{"status in JSON", `"status": {"error"`, true},
		{"status in capitals", `STATUS={"error"`, true},
		{"status in a list", "status: [", true},
		{"status in a type", "status=string(", true},
		{"status in backslashes", `status\":\"x`, true},
		{"status in HTML", "status&quot;:", true},
		{"status in numbers of HTML", "status&#34;:", true},
		{"status in HTML in HTML", "status&amp;quot;:", true},
		{"status in quoted-printable", "status=3D", true},
		{"status after a comma", `"status", {`, true},
		{"status 16 bytes before", "status             | {", true},
		{"status 17 bytes before", "status              | {", false},
		{"status with a number", "status=200 {", false},
		{"status with a word, then an object", `"status": "ok", {`, false},
		{"status with a percentage", "status at the %", false},
		{"status of the next field", "status=ok&page=1", false},
		{"bracket before the status", `{"status"`, false},
		{"videos", `"videos": [{`, true},
		{"videos in words", "all videos were saved", false},
		{"status_url", `"status_url": "https://api.qencode.com/v1/status"`, true},

		{"base64", "body " + base64.StdEncoding.EncodeToString([]byte(form)), true},
		{"base64 after one character", "/" + base64.StdEncoding.EncodeToString([]byte(form)), true},
		{"base64 after two characters", "//" + base64.StdEncoding.EncodeToString([]byte(form)), true},
		{"base64 after three characters", "///" + base64.StdEncoding.EncodeToString([]byte(form)), true},
		{"base64 of a question", base64.StdEncoding.EncodeToString([]byte(strings.Repeat("is?", 15))), true},
		{"base64 for URLs", base64.URLEncoding.EncodeToString([]byte(strings.Repeat("is?is~", 8))), true},
		{"base64 after a path", strings.Repeat("/projects", 10) + base64.StdEncoding.EncodeToString([]byte(form)), true},
		{"line of 60", base64.StdEncoding.EncodeToString([]byte(form[:45])), true},
		{"less than a line", base64.StdEncoding.EncodeToString([]byte(form[:42])), false},
		{"base64 of bytes, the first of three", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("\xe9is"), 30)), false},
		{"base64 of bytes, the second of three", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("i\xe9s"), 30)), false},
		{"base64 of bytes, the third of three", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("is\xe9"), 30)), false},
		{"base64 after another run", strings.Repeat("/projects", 7) + "?" + base64.StdEncoding.EncodeToString([]byte(form[:45])), true},
		{"pairs that are no hex", strings.Repeat("z1", 40), false},
		{"hex", "x'" + hex.EncodeToString([]byte(form)) + "'", true},
		{"hex after 0x", "0x" + hex.EncodeToString([]byte(form)), true},
		{"hex after a digit", "7" + hex.EncodeToString([]byte(form)), true},
		{"hex in capitals", strings.ToUpper(hex.EncodeToString([]byte(form))), true},
		{"line of 60 in hex", hex.EncodeToString([]byte(form[:30])), true},
		{"hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", false},
		{"path", "/api/v1/accounts/123456/projects/media-library/folders/0f8fad5b-d9cb-469f/items", false},
		{"random token", "Zk9hQm8xWjJ5UTl4VjdrUHRMd0VjTn8KclNoR2ZEYVd4Q3ZCbk0xpqZ9XyWqqqq2", false},

		{"dump in pairs", "50 4f 53 54 20 2f 71 65", true},
		{"dump in words", "00000000: 504f 5354 202f 7165", true},
		{"dump of little words", "0000000 4f50 5453 2f20 6571 636e", true},
		{"dump of octal words", "0000000 047520 052123 027440 062561", true},
		{"dump of octal bytes", "0000000 163 164 141 164 165 163 075 045", true},
		{"dump of long words", "73746174 75733d25 37422532 32737461", true},
		{"dump in capitals", "50:4F:53:54:20:2F:71:65:6E", true},
		{"dump between lines", "|00000000| 50 4f 53 54 20 2f 63 62 20|POST", true},
		{"dump with tabs", "50\t4f\t53\t54\t20\t2f\t71\t65\t6e", true},
		{"array", "{0x50, 0x4f, 0x53, 0x54, 0x20, 0x2f, 0x71, 0x65}", true},
		{"escapes", `"\x50\x4f\x53\x54\x20\x2f\x71\x65"`, true},
		{"bytes in decimal", "[115 116 97 116 117 115 61 37]", true},
		{"bytes in a list", "[115,116,97,116,117,115,61,37]", true},
		{"numbers", "1732406400,4821,200,12,0,0,0,933,1024,55,0,7,4821,3600", false},
		{"small numbers", "1 0 0 2 0 0 5 0 1 0 0 3 1 0 0 0 1", false},
		{"large numbers", "300 116 997 116 417 115 361 116 617 116", false},
		{"seven pairs", "50 4f 53 54 20 2f 71    ", false},
		{"three words", "504f 5354 202f           ", false},
		{"words of three", "50f 5a4 20f 71a 65b 6c5 50f 5a4", false},
		{"words of different length", "504f 53 202f 71 656e 63 6f64 65 5354 50", false},
		{"hex in words", "dead beef faced a bad decade", false},
		{"addresses", "2001:db8:85a3:0:0:8a2e:370:7334", false},
	}
	for _, test := range tests {
		if got := Signal([]byte(test.line)); got != test.want {
			t.Errorf("%s: %q: %v, want %v", test.name, test.line, got, test.want)
		}
	}
}

// TestFind checks that what stands in the next or the last line is of no account.
func TestFind(t *testing.T) {
	tests := []struct {
		text string
		want int
	}{
		{"a\nb\n", 4},
		{"a\ntask_token\nb\n", 9},
		{"a\ncallback_type\nb\n", 9},
		{"status={\ntask_token\n", 4},
		{"task\n_token\n", 12},
		{"callback\n_type\n", 15},
		{"status=\n{\n", 10},
		{strings.Repeat("QUJD", 14) + "\n" + strings.Repeat("QUJD", 14), 113},
		{"50 4f 53 54\n 20 2f 71 65\n 6e 63 6f 64", 37},
	}
	for _, test := range tests {
		if got := find([]byte(test.text)); got != test.want {
			t.Errorf("%q: %d, want %d", test.text, got, test.want)
		}
	}
}

// TestCaptures checks that in each capture the lines that name a field or begin a
// status have a signal, and that there is one.
func TestCaptures(t *testing.T) {
	names := regexp.MustCompile(`(?i)task.{0,12}token|status.{0,3}[=:].{0,6}(\{|%7B|\\x7b)`)
	for _, kind := range []string{"saved", "hard", "log"} {
		files, err := filepath.Glob(filepath.Join("../../../testdata/captures", kind, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no captures in %s: %v", kind, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			in := New(bytes.NewReader(text), int64(len(text)))
			signals := 0
			for line := in.Line(); len(line) > 0; line = in.Line() {
				switch {
				case Signal(line):
					signals++
				case names.Match(line):
					t.Errorf("%s:%d: no signal in %.200q", file, in.Number, line)
				}
			}
			if signals == 0 || in.Binary() {
				t.Errorf("%s: %d lines have a signal; binary: %v", file, signals, in.Binary())
			}
		}
	}
}

// TestDumps checks that each line of an encoded body has a signal, but the last one.
func TestDumps(t *testing.T) {
	tests := []struct {
		file string
		line *regexp.Regexp
		want int // how many lines there are
	}{
		{"saved/base64_76_body.txt", regexp.MustCompile(`^[\w+/]{76}$`), 44},
		{"saved/xxd_p_body.txt", regexp.MustCompile(`^[0-9a-f]{60}$`), 84},
		{"saved/xxd_request.txt", regexp.MustCompile(`^[0-9a-f]{8}: (?:[0-9a-f]{4} ){8}`), 172},
		{"saved/hexdump_C_request.txt", regexp.MustCompile(`^[0-9a-f]{8}  (?:[0-9a-f]{2} +){16}`), 172},
		{"saved/tcpdump_X.txt", regexp.MustCompile(`^\t0x[0-9a-f]{4}:  (?:[0-9a-f]{4} ){8}`), 214},
		{"saved/curl_trace.txt", regexp.MustCompile(`^[0-9a-f]{4}: (?:[0-9a-f]{2} ){16}`), 176},
	}
	for _, test := range tests {
		text, err := os.ReadFile(filepath.Join("../../../testdata/captures", test.file))
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for line := range bytes.Lines(text) {
			if line = bytes.TrimRight(line, "\r\n"); test.line.Match(line) {
				if got++; !Signal(line) {
					t.Errorf("%s: no signal in %q", test.file, line)
				}
			}
		}
		if got != test.want {
			t.Errorf("%s: %d lines of a dump, want %d", test.file, got, test.want)
		}
	}
}

// TestHostile takes long texts of what could be slow.
func TestHostile(t *testing.T) {
	for _, part := range []string{
		"k", "kuv", "token", "tasktoken\n", "callback", "callback\n", "status", "tatus,", "videos", "\n", "a\n", "task_token\n", "x\ntask_token\n",
		"a", "A", "0", "z", "/", "abcdefghi/", strings.Repeat("z", 59) + " ", strings.Repeat("z", 61) + "\n", "5 ", "50 ", "1732406400 ", "0x", " ",
		strings.Repeat("50 ", 7) + "1 ", strings.Repeat("50 ", 9) + "\n", "\xef\xbb\xbf", "\xff\xfe", "\x00",
	} {
		in := New(strings.NewReader(strings.Repeat(part, 1<<17/len(part))), 0)
		for line := "-"; line != ""; {
			_, line = next(in)
			in.Before(1)
		}
	}
}
