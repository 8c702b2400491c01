package render

import (
	"io"

	"qcb/decode"
)

// URLOptions are the options of URL.
type URLOptions struct {
	Null    bool // end each line with a NUL instead of a newline
	WithTag bool // put the output's user tag, or else its tag, and a tab before the URL
}

// URL writes the URL of an output, as it was sent, on a line. The URL must be
// Safe; the tag is escaped.
func URL(w io.Writer, o *decode.Output, options URLOptions) error {
	line, end := o.URL, "\n"
	if options.WithTag {
		tag := o.UserTag
		if tag == "" {
			tag = o.Tag
		}
		line = Escape(tag) + "\t" + line
	}
	if options.Null {
		end = "\x00"
	}
	_, err := io.WriteString(w, line+end)
	return err
}
