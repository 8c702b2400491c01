//go:build unix

package cmd

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestListenFullDisk limits the size of files: what does not fit is answered with
// 503, leaves no half line, and does not stand in the way of what fits.
func TestListenFullDisk(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	command := exec.Command("sh", "-c", `ulimit -f 16 && exec "$0" "$@"`, program(t), "listen", "127.0.0.1:0", "--save", file, "--until", "end")
	l := startProcess(t, command)
	var want []string
	refused := 0
	for n := range 40 {
		body := fmt.Sprintf("task_token=%d&event=saved&x=%s", n, strings.Repeat("y", 1000))
		switch status, answer := l.post(t, "/", body); {
		case status == 200:
			want = append(want, body)
		case status == 503 && answer == "it cannot be stored: file too large\n":
			refused++
		default:
			t.Errorf("%d %s", status, answer)
		}
	}
	if len(want) == 0 || refused == 0 {
		t.Errorf("%d bodies stored, %d refused", len(want), refused)
	}
	if status, answer := l.post(t, "/", "task_token=t&event=end"); status != 200 {
		t.Errorf("%d %s", status, answer)
	}
	want = append(want, "task_token=t&event=end")
	<-l.ended
	stored, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range records(t, stored) {
		got = append(got, r.Body)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d bodies in the file, want %d", len(got), len(want))
	}
}

// TestListenSignal ends the process with a signal: quietly, and with 1 if it was
// to wait for a callback.
func TestListenSignal(t *testing.T) {
	for _, test := range []struct {
		args   []string
		status int
		errs   string
	}{
		{nil, 0, ""},
		{[]string{"--until", "saved"}, exitNo, "qcb: interrupted before saved came\n"},
	} {
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
			command := exec.Command(program(t), append([]string{"listen", "127.0.0.1:0"}, test.args...)...)
			l := startProcess(t, command)
			l.post(t, "/", "task_token=a&event=queued")
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if status := <-l.ended; status != test.status || l.messages() != test.errs || clock.ReplaceAllString(l.out.String(), "") != "queued, event queued, task a\n" {
				t.Errorf("%v: exit status %d, output %q, standard error %q", signal, status, &l.out, &l.errs)
			}
		}
	}
}

// TestListenExec runs a program for a callback: its words in the environment and
// its JSON on standard input, and no shell sees either.
func TestListenExec(t *testing.T) {
	script := filepath.Join(t.TempDir(), "notify")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nprintf '%s|%s|%s|%s|' \"$1\" \"$QCB_TASK\" \"$QCB_EVENT\" \"$QCB_OUTCOME\"\ncat\nexit 7\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	l := startListen(t, "--exec", script+" $HOME", "--until", "saved")
	l.post(t, "/", "task_token=$(id)%00&event=saved&status={\"status\":\"completed\",\"error\":0}")
	<-l.ended
	prefix, rest, _ := strings.Cut(strings.TrimSuffix(l.messages(), "\n"), " in ")
	output, _ := strings.CutPrefix(rest, "MS: exit status 7: ")
	if want := `$HOME|$(id)|saved|completed|{"task_token":"$(id)\u0000","event":"saved","status":{"status":"completed","error":0}}`; prefix != "qcb: task $(id)\\x00: ran "+script || output != want {
		t.Errorf("standard error %q, want the output %q", &l.errs, want)
	}
	l = startListen(t, "--exec", script, "--until", "saved")
	if err := os.Remove(script); err != nil {
		t.Fatal(err)
	}
	l.post(t, "/", "task_token=a&event=saved")
	<-l.ended
	if got, want := l.messages(), "qcb: task a: cannot run "+script+": no such file or directory\n"; got != want {
		t.Errorf("standard error %q, want %q", got, want)
	}
}

// TestListenExecInterrupted presses Ctrl-C while a program runs: it comes to its end,
// and of what it prints only the beginning is kept.
func TestListenExecInterrupted(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "notify")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ncd "+dir+"\necho > started\nread line < go\nprintf '%0300d' 7\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"started", "go"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(program(t), "listen", "127.0.0.1:0", "--exec", script)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	errs := bufio.NewReader(pipe)
	line := func() string {
		text, _ := errs.ReadString('\n') // Nothing is there after an error.
		return text
	}
	l := &listening{url: strings.TrimSpace(strings.TrimPrefix(line(), "qcb: listening on "))}
	line() // how to try it
	line() // that callbacks are not signed
	l.post(t, "/", "task_token=a&event=saved")
	if _, err := os.ReadFile(filepath.Join(dir, "started")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if got, want := line(), "qcb: still passing on 1 callback; press Ctrl-C again to stop now\n"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	release, err := os.OpenFile(filepath.Join(dir, "go"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer release.Close()
	fmt.Fprintln(release)
	if got, want := line(), ": done: "+strings.Repeat("0", 200)+"\n"; !strings.HasSuffix(got, want) {
		t.Errorf("it says %q, want %q at its end", got, want)
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
}
