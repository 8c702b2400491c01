package listen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Program is a program that is run for each callback, one after the other.
type Program struct {
	Args    []string
	Timeout time.Duration // for one run; then it is killed

	mu      sync.Mutex
	running *os.Process
	killed  bool // nothing is started any more
}

// waitForOutput is how long processes that a program has started may keep its output open
// after the program has ended.
const waitForOutput = 200 * time.Millisecond

// Run runs the program with a text on its standard input, and returns a sentence about the
// result, and whether it succeeded. It kills every process that the program has left running.
func (p *Program) Run(stdin []byte, environment []string) (report string, done bool) {
	limit, cancel := context.WithTimeout(context.Background(), p.Timeout)
	defer cancel()
	begun := time.Now()
	command := exec.CommandContext(limit, p.Args[0], p.Args[1:]...)
	command.Stdin = bytes.NewReader(stdin)
	command.Env = append(os.Environ(), environment...)
	command.WaitDelay = waitForOutput
	command.Cancel = func() error { return killGroup(command.Process) }
	var output beginning
	command.Stdout, command.Stderr = &output, &output
	end, err := p.start(command)
	if err != nil {
		return fmt.Sprintf("cannot run %s: %s", p.Args[0], Reason(err)), false
	}
	err = command.Wait()
	p.forget()
	end()
	result := "done"
	var exit *exec.ExitError
	switch {
	case limit.Err() != nil:
		result = fmt.Sprintf("killed: it took longer than %v", p.Timeout)
	case errors.As(err, &exit):
		result = exit.String()
	case errors.Is(err, exec.ErrWaitDelay):
		result = "done; killed what it had left running"
	case err != nil:
		result = Reason(err)
	}
	done = err == nil || errors.Is(err, exec.ErrWaitDelay) && limit.Err() == nil
	return fmt.Sprintf("ran %s in %s: %s%s", p.Args[0], milliseconds(time.Since(begun)), result, after("; output: ", output)), done
}

// start starts a command, unless Kill was called. Kill waits for it: a process that was
// started and is not known yet would outlive it.
func (p *Program) start(command *exec.Cmd) (end func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.killed {
		return nil, errKilled
	}
	if end, err = start(command); err == nil {
		p.running = command.Process
	}
	return end, err
}

// errKilled is the error of a program that would start after Kill.
var errKilled = errors.New("interrupted")

func (p *Program) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = nil
}

// Kill kills the program if it is running, and all that it has started: on Windows that
// ends with Run, or with qcb. Run starts nothing after that.
func (p *Program) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	if p.running != nil {
		_ = killGroup(p.running) // It may have ended.
	}
}

// longestAnswer is how much of an answer, or of the output of a program, is shown, in
// bytes.
const longestAnswer = 200

// beginning keeps the beginning of what is written.
type beginning []byte

func (b *beginning) Write(text []byte) (int, error) {
	*b = append(*b, text[:min(len(text), longestAnswer-len(*b))]...)
	return len(text), nil
}

// after returns the beginning of a text behind what introduces it, or "" without a text.
func after(introduction string, text []byte) string {
	if text = bytes.TrimSpace(text[:min(len(text), longestAnswer)]); len(text) == 0 {
		return ""
	}
	return introduction + string(text)
}

// milliseconds writes how long something took.
func milliseconds(took time.Duration) string {
	if took < 10*time.Second {
		return fmt.Sprintf("%d ms", took.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", took.Seconds())
}
