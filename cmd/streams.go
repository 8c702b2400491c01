package cmd

import (
	"io"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/term"

	"qcb/cmd/errno"
)

// Streams is the environment of one run: standard streams, properties of the terminal,
// environment variables and the clock.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer

	InTerminal  bool // whether In is a terminal, so that nothing is piped in
	OutTerminal bool
	ErrTerminal bool
	Width       int // of the terminal at Out in cells, 0 for no limit
	Height      int // of the terminal at Out in lines, 0 if that is not known

	// ProgressAfter is how long a command reads before it shows its progress on
	// Err, or 0 if Err is not a terminal.
	ProgressAfter time.Duration

	Getenv func(string) string
	Now    func() time.Time
}

// System returns the streams of this process.
func System() Streams {
	s := Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Getenv:      os.Getenv,
		Now:         time.Now,
	}
	if s.ErrTerminal {
		s.ProgressAfter = time.Second
	}
	if s.OutTerminal {
		// A terminal that does not know its size says 0, or nothing.
		s.Width, s.Height, _ = term.GetSize(int(os.Stdout.Fd()))
	}
	return s
}

// brokenPipe reports whether err says that nobody reads the output any more.
func brokenPipe(err error) bool { return errno.Of(err) == syscall.EPIPE }

// colored decides whether a stream is written in colour: the flag --color first, then the
// variables that many programs know, then whether the stream is a terminal.
func (s Streams) colored(flag string, terminal bool) bool {
	switch {
	case flag != "auto":
		return flag == "always"
	case s.Getenv("NO_COLOR") != "":
		return false
	case forced(s.Getenv("CLICOLOR_FORCE")), forced(s.Getenv("FORCE_COLOR")):
		return true
	case s.Getenv("TERM") == "dumb":
		return false
	}
	return terminal
}

// linked decides whether URLs on Out are links, which not every terminal knows:
// some would print the escape sequences. FORCE_HYPERLINK is what other programs go
// by, too.
func (s Streams) linked(flag string) bool {
	if !s.OutTerminal || !s.colored(flag, true) {
		return false
	}
	if force := s.Getenv("FORCE_HYPERLINK"); force != "" {
		return forced(force)
	}
	vte, _ := strconv.Atoi(s.Getenv("VTE_VERSION")) // of GNOME's terminal and its like
	return vte > 5000 || s.Getenv("WT_SESSION") != "" || s.Getenv("KONSOLE_VERSION") != "" ||
		slices.Contains([]string{"iTerm.app", "WezTerm", "vscode", "ghostty", "zed", "Hyper", "tmux"}, s.Getenv("TERM_PROGRAM")) ||
		slices.Contains([]string{"xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm"}, s.Getenv("TERM"))
}

func forced(value string) bool { return value != "" && value != "0" }
