package cmd

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

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
		Use:   "urls [FILE...]",
		Short: "Print the URLs of the output videos and audios, one per line",
		Long: `Print the URLs of each callback's output videos, then of its audios, in the order
sent, one per line, as they were sent.

Exit status 1 says that there was nothing to print, or that what was printed
came from failed jobs only; the reason is on standard error.`,
		Example: `  qcb urls body.form | xargs -n 1 curl -O
  qcb urls --tag 720p body.form
  qcb urls --kind image --format jpg callbacks.log
  qcb urls --with-tag body.form | while IFS=$'\t' read -r tag url; do …; done`,
	}, s, func(files []string) error { return a.urls(files, s, o) })
	c.Flags().Var(&o.kinds, "kind", "of these `KINDS` of outputs: video, audio, image, text, all")
	c.Flags().StringVar(&o.tag, "tag", "", "of outputs whose tag or user tag matches this `GLOB`")
	c.Flags().StringSliceVar(&o.formats, "format", nil, "of outputs in these `FORMATS`: an output_format (mp4, hls), or a URL's extension (m3u8)")
	c.Flags().BoolVarP(&o.Null, "null", "0", false, "end each URL with a NUL byte, for xargs -0")
	c.Flags().BoolVar(&o.WithTag, "with-tag", false, "print the user tag, or else the tag, and a tab before each URL")
	return c
}

func (a *app) urls(files []string, s *selection, o *urlsOptions) error {
	if _, err := path.Match(o.tag, ""); err != nil {
		return &usageError{fmt.Sprintf("%q is no value for --tag", o.tag), `a [ in it begins a set of characters and needs its ]`}
	}
	var none missing
	good := 0 // URLs of jobs that have not failed
	err := a.each(files, s, func(f *found) error {
		printed := 0
		if f.Status != nil {
			for output := range f.Status.Outputs() {
				if output.URL == "" || !o.match(output) {
					continue
				}
				if !render.Safe(output.URL) {
					a.fail(exitInput, fmt.Sprintf("%s: the URL of %s holds a control character and is not printed: %s", f.place(), output.Name(), output.URL))
					continue
				}
				if err := render.URL(a.out, output, o.URLOptions); err != nil {
					return err
				}
				printed++
			}
		}
		failed := f.Outcome() == decode.Failed
		if !failed {
			good += printed
		}
		broken := f.Status != nil && f.Status.Partial // which is reported as such
		if printed == 0 && !broken || failed {
			none.add(f, o)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if good == 0 && none.callbacks > 0 {
		a.fail(exitNo, none.String())
	} else if none.callbacks > 0 {
		a.note(none.String())
	}
	return nil
}

// match reports whether the flags select an output.
func (o *urlsOptions) match(output *decode.Output) bool {
	return slices.Contains(o.kinds.kinds, output.Kind) &&
		(o.tag == "" || glob(o.tag, output.Tag) || glob(o.tag, output.UserTag)) &&
		(len(o.formats) == 0 || slices.ContainsFunc(o.formats, func(format string) bool { return hasFormat(output, format) }))
}

// glob matches a tag, in which a slash is a character like any other.
func glob(pattern, tag string) bool {
	noSlash := strings.NewReplacer("/", "\x00")
	ok, _ := path.Match(noSlash.Replace(pattern), noSlash.Replace(tag))
	return ok && tag != ""
}

// hasFormat reports whether an output has a format, by its name or by the
// extension of its URL.
func hasFormat(output *decode.Output, format string) bool {
	format = strings.TrimPrefix(format, ".")
	if strings.EqualFold(output.Format, format) {
		return true
	}
	u, err := url.Parse(output.URL)
	return err == nil && strings.EqualFold(path.Ext(u.Path), "."+format)
}

// missing collects the callbacks that gave no URL, or whose job failed.
type missing struct {
	callbacks, failed int
	example           string // place and reason of the first failed one, or else of the first
}

func (m *missing) add(f *found, o *urlsOptions) {
	m.callbacks++
	failed := f.Outcome() == decode.Failed
	if failed {
		m.failed++
	}
	if m.callbacks == 1 || failed && m.failed == 1 {
		m.example = f.place() + ": " + o.why(f.Callback)
	}
}

// String says it in one line.
func (m *missing) String() string {
	switch {
	case m.callbacks == 1:
		return m.example
	case m.failed == 0:
		return fmt.Sprintf("%d callbacks gave no URL; %s", m.callbacks, m.example)
	}
	return fmt.Sprintf("%d callbacks gave no URL or failed (%d failed); %s", m.callbacks, m.failed, m.example)
}

// why says why a callback gave no URL.
func (o *urlsOptions) why(c *decode.Callback) string {
	switch c.Outcome() {
	case decode.Failed:
		if failures := c.Failures(); len(failures) > 0 {
			return "the job failed: " + failures[0].String()
		}
		return "the job failed"
	case decode.Pending:
		word, _ := render.Verdict(c)
		return "no URL yet: the job is " + word
	}
	if c.Status == nil {
		_, missing := render.Verdict(c)
		return "no URL: " + missing
	}
	outputs, selected := 0, 0
	for output := range c.Status.Outputs() {
		outputs++
		if o.match(output) {
			selected++
		}
	}
	switch {
	case outputs == 0:
		return "no URL: the status lists no output"
	case selected == 0:
		return fmt.Sprintf("no URL: of %s none is selected by --kind %s and the other flags", count(outputs, "output"), &o.kinds)
	}
	return fmt.Sprintf("no URL: %s came without one", count(selected, "output"))
}

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
			return &usageError{hint: "one or more of: video, audio, image, text, all"}
		}
	}
	return nil
}
