package render

import (
	"fmt"
	"strings"

	"github.com/fatih/color"

	"qcb/decode"
)

// tone says what a word is for: each has a colour.
type tone int

const (
	tonePlain  tone = iota
	toneStrong      // a heading
	toneGood        // completed
	toneBad         // failed
	toneWait        // pending or unknown
)

// toneOf returns the tone of an outcome.
func toneOf(o decode.Outcome) tone {
	switch o {
	case decode.OutcomeCompleted:
		return toneGood
	case decode.OutcomeFailed:
		return toneBad
	}
	return toneWait
}

// of returns the paint of a tone.
func (t theme) of(as tone) func(a ...any) string {
	return [...]func(a ...any) string{fmt.Sprint, t.strong, t.good, t.bad, t.wait}[as]
}

// outcome returns the name of an outcome in its colour.
func (t theme) outcome(name string) string {
	switch name {
	case decode.OutcomeCompleted.String():
		return t.good(name)
	case decode.OutcomeFailed.String():
		return t.bad(name)
	}
	return t.wait(name)
}

// theme holds the colours of a text. They only repeat what the words say, are
// of the sixteen that every terminal shows, and are readable on dark and light:
// bold green and any yellow would be too bright for white.
type theme struct {
	good, bad, wait, strong, name, faint func(a ...any) string

	links bool // for a terminal that makes links of URLs
}

func newTheme(on, links bool) theme {
	paint := func(attributes ...color.Attribute) func(a ...any) string {
		c := color.New(attributes...)
		// The package decides from standard output alone and for all streams:
		// say it for each colour instead.
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c.SprintFunc()
	}
	return theme{
		good:   paint(color.FgGreen),
		bad:    paint(color.FgRed, color.Bold),
		wait:   paint(color.FgMagenta),
		strong: paint(color.Bold),
		name:   paint(color.FgBlue, color.Bold), // of a member, as jq has it
		faint:  paint(color.Faint),
		links:  links,
	}
}

// longestLink is how long a URL is at most that terminals make a link of.
const longestLink = 2083

// link makes a text lead to a URL (OSC 8). A URL that is not of the web could do
// more than show a page, and one that is not printable ASCII could end the escape
// sequence.
func (t theme) link(url, text string) string {
	web := strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
	plain := strings.IndexFunc(url, func(r rune) bool { return r <= ' ' || '~' < r }) < 0
	masked := strings.Contains(url, "***") // It leads nowhere.
	if !t.links || !web || !plain || masked || len(url) > longestLink {
		return text
	}
	return "\x1b]8;;" + url + "\x1b\\" + text + "\x1b]8;;\x1b\\"
}
