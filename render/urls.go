package render

import (
	"bufio"
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"qcb/decode"
	"qcb/decode/explain"
)

// URLOptions are the options of URLs.
type URLOptions struct {
	Null      bool                                    // end each line with a NUL instead of a newline
	WithTag   bool                                    // put the output's user tag, or else its tag, and a tab before the URL
	Match     func(o *decode.Output, url string) bool // which files of outputs are selected
	Selection string                                  // the flags that Match applies, as they were typed
}

// Tally is what became of the outputs of one callback.
type Tally struct {
	Listed, Selected, Printed int

	Refused  []string // what is wrong with each URL that was not printed
	firstBad string   // what is wrong with the first output that failed or has no URL
	moreBad  int      // how many others there are
}

// URLs writes the URL of each selected file of an output, as it was sent, on a line. It
// refuses a URL that could do harm where it goes next.
func URLs(w *bufio.Writer, c *decode.Callback, o URLOptions) (t Tally) {
	for output := range c.Status.Outputs() {
		t.Listed++
		selected := false
		for _, url := range output.Files() {
			if !o.Match(output, url) {
				continue
			}
			if !selected {
				t.selectOutput(output, url)
			}
			selected = true
			switch fault := faultOf(url); {
			case fault != "":
				t.Refused = append(t.Refused, fmt.Sprintf("the URL of %s %s and was not printed: %s", output.Name(), fault, url))
			case url != "":
				writeURL(w, output, url, o)
				t.Printed++
			}
		}
	}
	return t
}

// selectOutput counts an output that is selected, with the URL of its first file.
func (t *Tally) selectOutput(output *decode.Output, url string) {
	t.Selected++
	switch bad := output.Failed() || url == ""; {
	case bad && t.firstBad == "":
		t.firstBad = output.Name() + " " + complaint(output)
	case bad:
		t.moreBad++
	}
}

// faultOf says why a URL is not printed, or "".
func faultOf(url string) string {
	switch {
	case !Safe(url):
		return "holds a control character"
	case !utf8.ValidString(url), strings.Contains(url, "\uFFFD"): // The latter replaces bytes that were not UTF-8.
		return "is damaged"
	case strings.HasPrefix(url, "-"), strings.HasPrefix(url, "@"):
		return "starts like a flag or the name of a file" // for curl, which reads URLs from @FILE
	}
	return ""
}

func writeURL(w *bufio.Writer, output *decode.Output, url string, o URLOptions) {
	if o.WithTag {
		_, _ = w.WriteString(Escape(cmp.Or(output.UserTag, output.Tag))) // The writer keeps its error.
		_ = w.WriteByte('\t')
	}
	_, _ = w.WriteString(url)
	end := byte('\n')
	if o.Null {
		end = 0
	}
	_ = w.WriteByte(end)
}

// Bad says which outputs failed or have no URL, "" if none did.
func (t *Tally) Bad() string {
	if t.moreBad > 0 {
		return fmt.Sprintf("%s (and %d more)", t.firstBad, t.moreBad)
	}
	return t.firstBad
}

// Why says why a callback gave no URL, or that its job failed.
func (t *Tally) Why(c *decode.Callback, o URLOptions) string {
	r := explain.Of(c)
	switch word, more := outcome(c, r); {
	case r.Outcome == decode.OutcomeFailed && len(r.Failures) == 0:
		return "the job failed: its event is " + c.Event
	case r.Outcome == decode.OutcomeFailed:
		return "the job failed: " + firstTold(r.Failures)
	case r.Outcome == decode.OutcomePending:
		return "no URL yet: the job is " + cmp.Or(more, word)
	case r.Outcome == decode.OutcomeUnknown && t.Listed == 0:
		return "no URL: " + more
	case t.Listed == 0 && len(c.Status.Unread) > 0:
		return "no URL: " + strings.Join(c.Status.Unread, ", ") + " of the status is not a list"
	case t.Listed == 0:
		return "no URL: the status does not list an output"
	case t.Selected == 0:
		return fmt.Sprintf("no URL: none of %s is selected by %s", Count(t.Listed, "output"), o.Selection)
	}
	return "no URL: " + t.Bad()
}
