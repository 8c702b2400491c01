package cmd

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

// pager holds the output until it is longer than the terminal; from then on a program shows
// it page by page. Messages wait for the end of the output: between pages they would be lost.
type pager struct {
	a       *app
	command []string
	held    []byte         // what was printed, while it fits the terminal
	rows    int            // how many rows of the terminal it takes
	to      io.WriteCloser // the running program's standard input, nil before it runs
	program *exec.Cmd
}

// startPager sets up a pager, unless an input is a pipe or a terminal: that may be slow, and
// output is shown as it comes.
func (a *app) startPager(files []string) {
	if !a.OutTerminal || a.Height < 2 || a.noPager || a.Getenv("TERM") == "dumb" {
		return
	}
	for _, name := range files {
		if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
			return
		}
	}
	command := strings.Fields(cmp.Or(a.Getenv("QCB_PAGER"), a.Getenv("PAGER"), "less -FRX"))
	if len(command) == 0 || command[0] == "cat" {
		return
	}
	if _, err := exec.LookPath(command[0]); err == nil {
		a.pager = &pager{a: a, command: command}
	}
}

func (p *pager) Write(text []byte) (int, error) {
	if p.to != nil {
		return p.to.Write(text)
	}
	p.held = append(p.held, text...)
	for line := range bytes.Lines(text) {
		p.rows += 1 + len(line)/max(1, p.a.Width)
	}
	if p.rows < p.a.Height {
		return len(text), nil
	}
	if err := p.start(); err != nil {
		p.end() // It is printed without one.
		return len(text), nil
	}
	_, err := p.to.Write(p.held)
	return len(text), err
}

// start starts the program.
func (p *pager) start() (err error) {
	p.program = exec.Command(p.command[0], p.command[1:]...)
	p.program.Stdout, p.program.Stderr = p.a.Out, p.a.Err
	p.program.Env = os.Environ()
	if p.a.Getenv("LESS") == "" {
		p.program.Env = append(p.program.Env, "LESS=FRX") // It shows colours, and nothing if a page is enough.
	}
	to, err := p.program.StdinPipe()
	if err != nil {
		return err
	}
	if err := p.program.Start(); err != nil {
		return err
	}
	signal.Ignore(os.Interrupt) // It is for the program, which has the terminal.
	p.to = to
	return nil
}

// end shows what is left, waits for the program, and prints the messages.
func (p *pager) end() {
	if p == nil {
		return
	}
	if p.to != nil {
		_ = p.to.Close()
		_ = p.program.Wait() // How it ended is between it and its user.
		signal.Reset(os.Interrupt)
	} else {
		_, _ = p.a.Out.Write(p.held) // A terminal that is gone needs no message.
	}
	p.a.pager = nil
	p.a.release()
}
