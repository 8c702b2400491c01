package listen

import (
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestProgramLeavesNothing runs a program, which is this test, that starts another one. The
// other one is killed when the first one ends, and when that is killed.
func TestProgramLeavesNothing(t *testing.T) {
	b := make([]byte, 1)
	if address := os.Getenv("CONNECT"); address != "" { // the other one
		c, err := net.Dial("tcp", address)
		if err != nil {
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString("connected")
		_, _ = c.Read(b) // It waits to be killed.
		os.Exit(0)
	}
	if address := os.Getenv("START"); address != "" { // the first one
		other := exec.Command(os.Args[0], os.Args[1:]...)
		other.Env = append(os.Environ(), "CONNECT="+address)
		output, err := other.StdoutPipe()
		if err != nil || other.Start() != nil {
			os.Exit(1)
		}
		_, _ = output.Read(b)
		if os.Getenv("THEN") == "wait" {
			for err == nil {
				_, err = output.Read(b)
			}
		}
		os.Exit(0)
	}
	for _, then := range []string{"end", "wait"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		p := &Program{Args: []string{os.Args[0], "-test.run=^TestProgramLeavesNothing$"}, Timeout: time.Minute}
		connected := make(chan net.Conn, 1)
		go func() {
			c, err := listener.Accept()
			if err == nil && then == "wait" {
				p.Kill()
			}
			connected <- c
		}()
		report, done := p.Run(nil, []string{"START=" + listener.Addr().String(), "THEN=" + then})
		if done != (then == "end") {
			t.Errorf("then %s: %s", then, report)
		}
		c := <-connected
		if n, err := c.Read(b); n > 0 || err == nil { // It ends when the other one does.
			t.Errorf("then %s: %d bytes came", then, n)
		}
		c.Close()
	}
}

// TestProgramKilled starts no program after Kill: it would outlive qcb.
func TestProgramKilled(t *testing.T) {
	p := &Program{Args: []string{os.Args[0], "-test.run=^$"}, Timeout: time.Minute}
	if report, done := p.Run(nil, nil); !done {
		t.Error(report)
	}
	p.Kill()
	if report, done := p.Run(nil, nil); done || report != "cannot run "+os.Args[0]+": interrupted" {
		t.Errorf("after Kill: %s", report)
	}
}
