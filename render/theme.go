package render

import "github.com/fatih/color"

// theme holds the colours of a text. They only repeat what the words say, are
// of the sixteen that every terminal shows, and are readable on dark and light.
type theme struct {
	good, bad, wait, strong, faint func(a ...any) string
}

func newTheme(on bool) theme {
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
		good:   paint(color.FgGreen, color.Bold),
		bad:    paint(color.FgRed, color.Bold),
		wait:   paint(color.FgYellow, color.Bold),
		strong: paint(color.Bold),
		faint:  paint(color.Faint),
	}
}
