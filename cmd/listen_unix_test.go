//go:build unix

package cmd

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
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
	command := exec.Command("sh", "-c", `ulimit -f 16 && exec "$0" "$@"`, "qcb", "listen", "127.0.0.1:0", "--save", file, "--until", "end")
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
			command := exec.Command("qcb", append([]string{"listen", "127.0.0.1:0"}, test.args...)...)
			l := startProcess(t, command)
			l.post(t, "/", "task_token=a&event=queued")
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if status := <-l.ended; status != test.status || l.messages() != test.errs || clock.ReplaceAllString(l.out.String(), "") != "pending, event queued, task a\n" {
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
	output, _ := strings.CutPrefix(rest, "MS: exit status 7; output: ")
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
	command := exec.Command("qcb", "listen", "127.0.0.1:0", "--exec", script)
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
	if got, want := line(), ": done; output: "+strings.Repeat("0", 200)+"\n"; !strings.HasSuffix(got, want) {
		t.Errorf("it says %q, want %q at its end", got, want)
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
}

// TestListenUnread posts more than a pipe holds, and reads nothing of what is shown: every
// callback is answered and kept all the same, and the second signal ends the process.
func TestListenUnread(t *testing.T) {
	const posts = 300
	file := filepath.Join(t.TempDir(), "log")
	command := exec.Command("qcb", "listen", "127.0.0.1:0", "--json", "--save", file)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	command.Stdout = writer
	l := &listening{ended: make(chan int, 1)}
	errs, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	l.follow(t, errs)
	for n := range posts {
		if status, answer := l.post(t, "/", fmt.Sprintf("task_token=%d&event=saved&payload=%s", n, strings.Repeat("y", 1000))); status != 200 {
			t.Fatalf("%d: %d %s", n, status, answer)
		}
	}
	for range 2 {
		if err := command.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		l.refused(t) // It has taken the first signal when it lets nobody in any more.
	}
	<-l.reader
	if err := command.Wait(); err == nil || command.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v", err)
	}
	if stored, err := os.ReadFile(file); err != nil || len(records(t, stored)) != posts {
		t.Errorf("%d of %d are kept, %v", len(records(t, stored)), posts, err)
	}
}

// refused waits until the server does not accept connections any more.
func (l *listening) refused(t *testing.T) {
	t.Helper()
	for {
		c, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://"))
		if err != nil {
			return
		}
		c.Close()
	}
}

// TestListenSecondSignal interrupts a command that does not end: it does not outlive the
// process. It holds a pipe open, whose end tells.
func TestListenSecondSignal(t *testing.T) {
	dir := t.TempDir()
	script, pipe := filepath.Join(dir, "script"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nsleep 1000 > "+pipe+" & sleep 1000 > "+pipe+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("qcb", "listen", "127.0.0.1:0", "--exec", script)
	l := startProcess(t, command)
	l.post(t, "/", "task_token=a&event=saved")
	running, err := os.Open(pipe) // when the command runs
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	for range 2 {
		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		l.refused(t)
	}
	<-l.ended
	if _, err := io.ReadAll(running); err != nil { // It ends with the last process that has it.
		t.Error(err)
	}
}

// TestReplayInterrupted presses Ctrl-C while an answer is waited for: nothing more is posted,
// and what was left is counted.
func TestReplayInterrupted(t *testing.T) {
	asked, hold := make(chan bool), make(chan bool)
	handler := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- true
		<-hold
	}))
	defer handler.Close()
	defer close(hold)
	command := exec.Command("qcb", "replay", handler.URL)
	command.Stdin = strings.NewReader(strings.Repeat("task_token=a&event=queued\n", 10))
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // Its status tells.
	if status := command.ProcessState.ExitCode(); status != exitNo || !strings.HasSuffix(out.String(), " queued a: interrupted before the answer\n") || errs.String() != "qcb: interrupted: 9 callbacks were not posted\n" {
		t.Errorf("exit status %d, output %q, standard error %q", status, &out, &errs)
	}
}
