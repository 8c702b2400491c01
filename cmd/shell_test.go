package cmd

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestShellWord quotes what a shell reads something in, and nothing else.
func TestShellWord(t *testing.T) {
	for text, want := range map[string]string{
		"logs/é-1.log": "logs/é-1.log", "http://127.0.0.1:8080": "http://127.0.0.1:8080", "saved,error": "saved,error",
		"a b": "'a b'", "a&b": "'a&b'", "it's": `'it'\''s'`, "a*": "'a*'", "~": "'~'", "a\nb": "'a\nb'", "…": "'…'", "http://[::1]:8080": "'http://[::1]:8080'",
	} {
		if got := shellWord(text); got != want {
			t.Errorf("%q becomes %s, want %s", text, got, want)
		}
	}
}

// TestSuggestedCommands checks that the commands in hints can be pasted into a shell.
func TestSuggestedCommands(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string][]byte{"my log": []byte("text"), "my log.lz4": []byte("\x04\x22\x4d\x18"), filepath.Join("a folder", "log"): nil} {
		_ = os.MkdirAll(filepath.Dir(name), 0o700) // WriteFile reports what is wrong with it.
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for hint, args := range map[string][]string{
		"did you mean: qcb show 'my log'":      {"my log"},
		"name the files in it: 'a folder'/*":   {"show", "a folder"},
		"name the file itself: 'my log'":       {"show", "my log/body"},
		"use --event 'a b,saved'":              {"listen", "--until", "saved", "--event", "a b"},
		"try: lz4 -dc 'my log.lz4' | qcb show": {"show", "my log.lz4"},
	} {
		if _, _, errs := run(nil, args...); !strings.Contains(errs, "hint: "+hint+"\n") {
			t.Errorf("qcb %q does not hint %q:\n%s", args, hint, errs)
		}
	}
	for _, test := range []struct{ host, path, want string }{
		{"127.0.0.1", "", "try it: qcb sample | qcb replay http://127.0.0.1:80\n"},
		{"0.0.0.0", "", "try it: qcb sample | qcb replay http://localhost:80\n"},
		{"::1", "", "try it: qcb sample | qcb replay 'http://[::1]:80'\n"},
		{"127.0.0.1", "/a&b c", "try it: qcb sample | qcb replay 'http://127.0.0.1:80/…', with the path of --path\n"},
	} {
		var errs bytes.Buffer
		a := &app{Streams: Streams{Err: &errs, Getenv: func(string) string { return "" }}, out: bufio.NewWriter(io.Discard), hinted: map[string]bool{}}
		a.greet(&net.TCPAddr{IP: net.ParseIP(test.host), Port: 80}, &listenOptions{path: test.path})
		if _, hint, _ := strings.Cut(errs.String(), "hint: "); hint != test.want {
			t.Errorf("%s %s: %q, want %q", test.host, test.path, hint, test.want)
		}
	}
}
