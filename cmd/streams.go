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
	"qcb/render"
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

// screen returns what standard output is laid out for.
func (a *app) screen() render.Screen {
	return render.Screen{Width: a.Width, Color: a.colored(a.OutTerminal), Links: a.linked()}
}

// colored decides whether a stream is written in colour: the flag --color first, then the
// variables that many programs know, then whether the stream is a terminal.
func (a *app) colored(terminal bool) bool {
	switch {
	case a.color != "auto":
		return a.color == "always"
	case a.Getenv("NO_COLOR") != "":
		return false
	case forced(a.Getenv("CLICOLOR_FORCE")), forced(a.Getenv("FORCE_COLOR")):
		return true
	case a.Getenv("TERM") == "dumb":
		return false
	}
	return terminal
}

// linked decides whether URLs on Out are links, which not every terminal knows:
// some would print the escape sequences. FORCE_HYPERLINK is what other programs go
// by, too.
func (a *app) linked() bool {
	if !a.OutTerminal || !a.colored(true) {
		return false
	}
	if force := a.Getenv("FORCE_HYPERLINK"); force != "" {
		return forced(force)
	}
	vte, _ := strconv.Atoi(a.Getenv("VTE_VERSION")) // of GNOME's terminal and its like
	return vte > 5000 || a.Getenv("WT_SESSION") != "" || a.Getenv("KONSOLE_VERSION") != "" ||
		slices.Contains([]string{"iTerm.app", "WezTerm", "vscode", "ghostty", "zed", "Hyper", "tmux"}, a.Getenv("TERM_PROGRAM")) ||
		slices.Contains([]string{"xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm"}, a.Getenv("TERM"))
}

func forced(value string) bool { return value != "" && value != "0" }
