package render

import (
	"bufio"
	"cmp"

	"qcb/decode"
)

// URLOptions are the options of URL.
type URLOptions struct {
	Null    bool // end each line with a NUL instead of a newline
	WithTag bool // put the output's user tag, or else its tag, and a tab before the URL
}

// URL writes the URL of an output, as it was sent, on a line. The URL must be
// Safe; the tag is escaped.
func URL(w *bufio.Writer, o *decode.Output, options URLOptions) error {
	if options.WithTag {
		_, _ = w.WriteString(Escape(cmp.Or(o.UserTag, o.Tag))) // The writer keeps its error.
		_ = w.WriteByte('\t')
	}
	_, _ = w.WriteString(o.URL)
	if options.Null {
		return w.WriteByte(0)
	}
	return w.WriteByte('\n')
}
