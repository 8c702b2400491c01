package cmd

import (
	"bufio"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/render"
)

// urlsOptions are the flags of qcb urls.
type urlsOptions struct {
	render.URLOptions
	kinds   kindsFlag
	tag     string
	formats []string
}

func (a *app) urlsCommand() *cobra.Command {
	s, o := &selection{}, &urlsOptions{kinds: kindsFlag{kinds: []decode.OutputKind{decode.Video, decode.Audio}}}
	c := a.reads(&cobra.Command{
		Use:     "urls [FILE...]",
		Short:   "Print the URLs of the output videos and audios, one per line",
		GroupID: "data",
		Long: `Print the URLs of each callback's output videos, then of its audios, in the
order sent, one per line, as they were sent. --kind selects video, audio, image,
text or all; --format an output_format (hls) or the extension of a URL (m3u8).

Exit status: 0 a URL of a job that has not failed was printed; 1 none was, the
reason is on standard error; 2 wrong usage; 3 unreadable input, no callback in
it, or a damaged one, of which the URLs that arrived whole are printed.`,
		Example: `  qcb urls -0 body.form | xargs -0 -n 1 curl -fgO --proto =https --url
  qcb urls --tag 720p body.form
  qcb urls --kind image --format jpg callbacks.log
  qcb urls --with-tag body.form | while IFS=$'\t' read -r tag url; do …; done`,
	}, s, func(files []string) error { return a.urls(files, s, o) })
	c.Flags().Var(&o.kinds, "kind", "only outputs of these `KINDS`")
	c.Flags().StringVar(&o.tag, "tag", "", "only outputs whose tag or user tag matches this `GLOB`")
	c.Flags().StringSliceVar(&o.formats, "format", nil, "only outputs in these `FORMATS`: mp4, m3u8, …")
	c.Flags().BoolVarP(&o.Null, "null", "0", false, "end each URL with a NUL byte, for xargs -0")
	c.Flags().BoolVar(&o.WithTag, "with-tag", false, "print the user tag, or the tag, and a tab before it")
	return c
}

func (a *app) urls(files []string, s *selection, o *urlsOptions) error {
	if _, err := path.Match(o.tag, ""); err != nil {
		return &usageError{fmt.Sprintf("%q is no value for --tag", o.tag), `a [ in it begins a set of characters and needs its ]`}
	}
	var lack lacking
	good := 0 // URLs of jobs that have not failed
	_, err := a.each(files, s, work{do: func(f *found, w *bufio.Writer) func() {
		t := printURLs(f, w, o)
		broken := f.Status != nil && f.Status.Partial // which is reported as such
		reason, bad := t.bad(), true
		switch outcome := f.Outcome(); {
		case outcome == decode.Failed:
			reason = o.why(f.Callback, t)
		case t.printed == 0 && len(t.refused) == 0 && !broken:
			reason, bad = o.why(f.Callback, t), outcome != decode.Pending
		case t.printed == 0:
			reason = ""
		}
		failed := f.Outcome() == decode.Failed
		return func() {
			for _, message := range t.refused {
				a.fail(exitInput, message)
			}
			if !failed {
				good += t.printed
			}
			if reason != "" {
				lack.add(f, reason, bad)
			}
		}
	}})
	switch {
	case err != nil:
		return err
	case good == 0 && lack.callbacks > 0:
		a.fail(exitNo, lack.String())
	case lack.bad > 0:
		a.note(lack.String())
	}
	return nil
}

// tally is what became of the outputs of one callback.
type tally struct {
	listed, selected, printed int

	refused []string // what is wrong with URLs that were not printed

	firstBad string // an output that failed or has no URL, and what is wrong with it
	moreBad  int    // how many others there are
}

// bad says which outputs failed or have no URL, "" if none did.
func (t *tally) bad() string {
	if t.moreBad > 0 {
		return fmt.Sprintf("%s (and %d more)", t.firstBad, t.moreBad)
	}
	return t.firstBad
}

// printURLs prints the URLs of a callback's selected outputs.
func printURLs(f *found, w *bufio.Writer, o *urlsOptions) (t tally) {
	for output := range f.Status.Outputs() {
		t.listed++
		if !o.match(output) {
			continue
		}
		t.selected++
		switch bad := output.Failed() || output.URL == ""; {
		case bad && t.firstBad == "":
			t.firstBad = output.Name() + " " + complaint(output)
		case bad:
			t.moreBad++
		}
		switch {
		case output.URL == "":
		case !render.Safe(output.URL):
			t.refused = append(t.refused, fmt.Sprintf("%s: the URL of %s holds a control character and is not printed: %s", f.place(), output.Name(), output.URL))
		case strings.ContainsRune(output.URL, utf8.RuneError): // It stands for bytes that are none of UTF-8, too.
			t.refused = append(t.refused, fmt.Sprintf("%s: the URL of %s is damaged and is not printed: %s", f.place(), output.Name(), output.URL))
		case output.URL[0] == '-': // Whatever it is given to would take it for a flag.
			t.refused = append(t.refused, fmt.Sprintf("%s: the URL of %s begins like a flag and is not printed: %s", f.place(), output.Name(), output.URL))
		default:
			_ = render.URL(w, output, o.URLOptions) // The writer keeps its error.
			t.printed++
		}
	}
	return t
}

// complaint says what is wrong with an output without a URL or with an error.
func complaint(output *decode.Output) string {
	if output.ErrorDescription != "" {
		return "failed: " + output.ErrorDescription
	}
	if output.Failed() {
		return "failed"
	}
	return "has no URL"
}

// selection names the flags that select outputs, as they were typed.
func (o *urlsOptions) selection() string {
	flags := "--kind " + o.kinds.String()
	if o.tag != "" {
		flags += " --tag " + o.tag
	}
	if len(o.formats) > 0 {
		flags += " --format " + strings.Join(o.formats, ",")
	}
	return flags
}

// match reports whether the flags select an output.
func (o *urlsOptions) match(output *decode.Output) bool {
	return slices.Contains(o.kinds.kinds, output.Kind) &&
		(o.tag == "" || glob(o.tag, output.Tag) || glob(o.tag, output.UserTag)) &&
		(len(o.formats) == 0 || slices.ContainsFunc(o.formats, func(format string) bool { return hasFormat(output, format) }))
}

// glob matches a tag, in which a slash is a character like any other.
func glob(pattern, tag string) bool {
	noSlash := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
	ok, _ := path.Match(noSlash(pattern), noSlash(tag))
	return ok && tag != ""
}

// hasFormat reports whether an output has a format, by its name or by the
// extension of its URL.
func hasFormat(output *decode.Output, format string) bool {
	format = strings.TrimPrefix(format, ".")
	if strings.EqualFold(output.Format, format) {
		return true
	}
	where := output.URL
	if end := strings.IndexAny(where, "?#"); end >= 0 {
		where = where[:end]
	}
	return strings.EqualFold(path.Ext(where), "."+format)
}

// lacking collects the callbacks that gave no URL, or fewer than they list.
type lacking struct {
	callbacks int
	bad       int    // of jobs that are not merely queued or running
	example   string // place and reason of the first bad one, or else of the first
}

func (l *lacking) add(f *found, reason string, bad bool) {
	l.callbacks++
	if bad {
		l.bad++
	}
	if l.callbacks == 1 || bad && l.bad == 1 {
		l.example = f.place() + ": " + reason
	}
}

// String says it in one line.
func (l *lacking) String() string {
	switch {
	case l.callbacks == 1 || l.bad == 1:
		return l.example
	case l.bad == 0:
		return fmt.Sprintf("%d callbacks gave no URL; %s", l.callbacks, l.example)
	}
	return fmt.Sprintf("%d callbacks failed or lack a URL; the first is %s", l.bad, l.example)
}

// why says why a callback gave no URL, or that its job failed.
func (o *urlsOptions) why(c *decode.Callback, t tally) string {
	word, missing := render.Verdict(c)
	switch outcome := c.Outcome(); {
	case outcome == decode.Failed:
		failures := c.Failures()
		if len(failures) == 0 {
			return "the job failed: its event is " + c.Event
		}
		told := slices.IndexFunc(failures, func(f decode.Failure) bool { return f.Message != "" })
		return "the job failed: " + failures[max(told, 0)].String()
	case outcome == decode.Pending:
		return "no URL yet: the job is " + word
	case outcome == decode.Unknown && t.listed == 0:
		return "no URL: " + missing
	case t.listed == 0 && len(c.Status.Unread) > 0:
		return "no URL: " + strings.Join(c.Status.Unread, ", ") + " of the status is no list"
	case t.listed == 0:
		return "no URL: the status lists no output"
	case t.selected == 0:
		return fmt.Sprintf("no URL: none of %s is selected by %s", count(t.listed, "output"), o.selection())
	}
	return "no URL: " + t.bad()
}

// kindNames are the values of --kind.
var kindNames = []string{"video", "audio", "image", "text", "all"}

// kindsFlag is the flag --kind.
type kindsFlag struct {
	kinds []decode.OutputKind
	set   bool
}

func (k *kindsFlag) Type() string { return "KINDS" }

func (k *kindsFlag) String() string {
	var names []string
	for _, kind := range k.kinds {
		names = append(names, string(kind))
	}
	return strings.Join(names, ",")
}

func (k *kindsFlag) Set(value string) error {
	if !k.set {
		k.kinds, k.set = nil, true
	}
	for name := range strings.SplitSeq(value, ",") {
		kind := decode.OutputKind(name)
		switch {
		case name == "all":
			k.kinds = append(k.kinds, decode.OutputKinds...)
		case slices.Contains(decode.OutputKinds, kind):
			k.kinds = append(k.kinds, kind)
		default:
			return &usageError{hint: meant(name, kindNames)}
		}
	}
	return nil
}
