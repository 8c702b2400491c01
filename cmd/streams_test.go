package cmd

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestColored covers the precedence of the flag, the variables and the terminal.
func TestColored(t *testing.T) {
	tests := []struct {
		flag     string
		env      string // NAME=value, separated by spaces
		terminal bool
		want     bool
	}{
		{"auto", "", true, true},
		{"auto", "", false, false},
		{"always", "NO_COLOR=1 TERM=dumb", false, true},
		{"never", "FORCE_COLOR=1", true, false},
		{"auto", "NO_COLOR=1 FORCE_COLOR=1", true, false},
		{"auto", "NO_COLOR=", true, true},
		{"auto", "FORCE_COLOR=1 TERM=dumb", false, true},
		{"auto", "CLICOLOR_FORCE=1", false, true},
		{"auto", "CLICOLOR_FORCE=0 FORCE_COLOR=0", false, false},
		{"auto", "TERM=dumb", true, false},
	}
	for _, test := range tests {
		if got := (&app{color: test.flag, Streams: Streams{Getenv: getenv(test.env)}}).colored(test.terminal); got != test.want {
			t.Errorf("--color %s, %s, terminal %v: %v", test.flag, test.env, test.terminal, got)
		}
	}
}

// getenv knows the variables in a text: NAME=value, separated by spaces.
func getenv(variables string) func(name string) string {
	return func(name string) string {
		for variable := range strings.FieldsSeq(variables) {
			if value, ok := strings.CutPrefix(variable, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// TestLinked covers which terminals get links.
func TestLinked(t *testing.T) {
	tests := []struct {
		flag     string
		env      string
		terminal bool
		want     bool
	}{
		{"auto", "TERM=xterm-256color", true, false},
		{"auto", "TERM=xterm-kitty", true, true},
		{"auto", "TERM_PROGRAM=WezTerm", true, true},
		{"auto", "VTE_VERSION=7006", true, true},
		{"auto", "VTE_VERSION=5000", true, false}, // It crashed.
		{"auto", "WT_SESSION=1", true, true},
		{"auto", "TERM=xterm-kitty", false, false},
		{"always", "FORCE_HYPERLINK=1", false, false},
		{"auto", "FORCE_HYPERLINK=1", true, true},
		{"auto", "FORCE_HYPERLINK=0 TERM=xterm-kitty", true, false},
		{"auto", "NO_COLOR=1 TERM=xterm-kitty", true, false},
		{"never", "FORCE_HYPERLINK=1", true, false},
	}
	for _, test := range tests {
		a := &app{color: test.flag, Streams: Streams{OutTerminal: test.terminal, Getenv: getenv(test.env)}}
		if got := a.linked(); got != test.want {
			t.Errorf("--color %s, %s, terminal %v: %v", test.flag, test.env, test.terminal, got)
		}
	}
}

// TestErrorColor checks that errors begin in colour on a terminal, and other messages do not.
func TestErrorColor(t *testing.T) {
	for _, test := range []struct {
		terminal bool
		want     string
	}{
		{false, "qcb: missing: no such file\nqcb: stdin:2: 1 line without a callback: text: x\n"},
		{true, "\x1b[31;1mqcb:\x1b[0;22m missing: no such file\nqcb: stdin:2: 1 line without a callback: text: x\n"},
	} {
		var errs bytes.Buffer
		Run([]string{"raw", "missing", "-"}, Streams{
			In: strings.NewReader("task_token=a&event=saved\nx\n"), Out: io.Discard, Err: &errs, ErrTerminal: test.terminal,
			Getenv: func(string) string { return "" },
		})
		if errs.String() != test.want {
			t.Errorf("terminal %v: %q", test.terminal, &errs)
		}
	}
}

// TestTerminal runs show as on a terminal of 60 cells.
func TestTerminal(t *testing.T) {
	var out, errs bytes.Buffer
	status := Run([]string{"show", "../testdata/bodies/kinds.form"}, Streams{
		In: strings.NewReader(""), Out: &out, Err: &errs,
		InTerminal: true, OutTerminal: true, Width: 60,
		Getenv: func(string) string { return "" },
	})
	if status != 0 || errs.Len() > 0 {
		t.Errorf("exit status %d, standard error %q", status, &errs)
	}
	if !strings.HasPrefix(out.String(), "\x1b[32mcompleted\x1b[") || !strings.Contains(out.String(), "hidden (terminal too narrow): cost, detected language,") {
		t.Errorf("output:\n%s", &out)
	}
}

// TestTyped pastes long lines into a terminal, which drops what is more than it can hold.
func TestTyped(t *testing.T) {
	const short = "task_token=a&event=saved&payload="
	for _, test := range []struct {
		in       string
		terminal bool
		want     string
	}{
		{short + strings.Repeat("x", 4094-len(short)) + "\n", true, ""},
		{short + strings.Repeat("x", 4095-len(short)) + "\n", false, ""},
		{short + strings.Repeat("x", 4095-len(short)) + "\n", true, "qcb: stdin:1: the line may be truncated: a terminal passes on at most 4095 bytes of a line\nhint: save it to a file, or pipe it in: pbpaste | qcb show, xclip -o | qcb show\n"},
		{short + "\n" + short + strings.Repeat("x", 4095-len(short)), true, "qcb: stdin:2: the line may be truncated: a terminal passes on at most 4095 bytes of a line\nhint: save it to a file, or pipe it in: pbpaste | qcb show, xclip -o | qcb show\n"},
	} {
		var out, errs bytes.Buffer
		status := Run([]string{"raw", "-"}, Streams{
			In: strings.NewReader(test.in), Out: &out, Err: &errs, InTerminal: test.terminal,
			Getenv: func(string) string { return "" },
		})
		if want := map[bool]int{true: 0, false: exitInput}[test.want == ""]; errs.String() != test.want || status != want {
			t.Errorf("exit status %d, standard error\n%swant\n%s", status, &errs, test.want)
		}
		if !strings.HasPrefix(out.String(), short) {
			t.Errorf("output %.80q", &out)
		}
	}
}

// TestCheckAnswers runs check as on a terminal, where it says in a line what became of the
// jobs, and elsewhere, where it says nothing.
func TestCheckAnswers(t *testing.T) {
	const (
		completed = "task_token=a&event=saved&status={\"status\":\"completed\",\"error\":0,\"videos\":[]}\n"
		failed    = "task_token=b&event=error&error_message=no\n"
	)
	for _, test := range []struct {
		args, in string
		terminal bool
		want     string
	}{
		{"check", completed, true, "completed, event saved, task a, no-output\n"},
		{"check", "task_token=a&event=queued\n" + completed, true, "completed, event saved, task a, no-output\n"},
		{"check", completed, false, ""},
		{"check -q", completed, true, ""},
		{"check", failed, true, "FAILED: no, event error, task b\n"},
		{"check --strict", completed, true, "failed by --strict: completed, event saved, task a, no-output\n"},
		{"check", completed + failed, true, "2 jobs: 1 completed, 1 failed, 0 pending, 0 unknown\n"},
		{"check --strict", completed + failed, true, "2 jobs: 1 completed, 1 failed, 0 pending, 0 unknown; 1 failed by --strict\n"},
		{"check -v", failed, true, "stdin:1: FAILED: no, event error, task b\n"},
		{"check", "nothing\n", true, ""},
		{"check --lint", failed, true, "stdin:1: task_token is \"b\", but a token has 32 lower-case hexadecimal digits\nstdin:1: callback_type is missing\nstdin:1: status is missing\n"},
		{"check --lint", "task_token=e2079274fc1c4d12af5cf14affc9ba4e&event=queued&callback_type=task&status={\"status\":\"queued\",\"error\":0}\n", true, "1 callback: no difference from what Qencode sends\n"},
	} {
		var out bytes.Buffer
		Run(strings.Fields(test.args+" --color=never"), Streams{
			In: strings.NewReader(test.in), Out: &out, Err: io.Discard, OutTerminal: test.terminal,
			Getenv: func(string) string { return "" },
		})
		if out.String() != test.want {
			t.Errorf("%s, terminal %v:\n%swant\n%s", test.args, test.terminal, &out, test.want)
		}
	}
}

// TestAnswersAtOnce pipes callbacks in one by one: each is answered before the
// next one is sent.
func TestAnswersAtOnce(t *testing.T) {
	for _, command := range []string{"show --all", "json", "urls", "raw", "check -v", "outputs -o tsv"} {
		in, send := io.Pipe()
		receive, out := io.Pipe()
		done := make(chan int)
		go func() {
			done <- Run(strings.Fields(command), Streams{In: in, Out: out, Err: io.Discard, Getenv: func(string) string { return "" }})
		}()
		buf := make([]byte, 64<<10)
		for range 3 {
			if _, err := io.WriteString(send, "task_token=t&status={\"status\":\"completed\",\"videos\":[{\"url\":\"https://x.example/a\"}]}\n"); err != nil {
				t.Fatal(err)
			}
			if n, err := receive.Read(buf); err != nil || n == 0 {
				t.Fatalf("%s: %d bytes, %v", command, n, err)
			}
		}
		go func() { _, _ = io.Copy(io.Discard, receive) }() // raw ends the last line of several.
		send.Close()
		if status := <-done; status != 0 {
			t.Errorf("%s: exit status %d", command, status)
		}
	}
}
