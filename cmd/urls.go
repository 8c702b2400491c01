package cmd

import (
	"bufio"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/decode/job"
	"qcb/render"
)

// urlsOptions are the flags of qcb urls.
type urlsOptions struct {
	null    bool
	withTag bool
	kinds   kindsFlag
	tag     string
	formats []string
}

func (a *app) urlsCommand() *cobra.Command {
	s, o := &selection{}, &urlsOptions{kinds: kindsFlag{kinds: []decode.OutputKind{decode.KindVideo, decode.KindAudio}}}
	c := a.reads(&cobra.Command{
		Use:     "urls [FILE...]",
		Short:   "Print the URLs of the output videos and audios, one per line",
		GroupID: "data",
		Long: `Print the URLs of each callback's output videos, then those of its audios, one
per line, in the order and exactly as they were sent. --kind selects video,
audio, image, text or all; --format an output_format (hls) or the extension of a
URL (m3u8). For a text Qencode sends the URL of a folder: the URLs of the files
in it are built from the names in storage.names.

Exit status: 0 a URL of a job that has not failed was printed; 1 none was, and
standard error says why; 2 wrong usage; 3 unreadable input, no callback in it,
or a damaged one (the URLs that arrived whole are printed).`,
		Example: `  qcb urls -0 body.form | xargs -0 -n 1 curl -fgO --proto '=https' --url
  qcb urls --tag 720p body.form
  qcb urls --kind image --format jpg callbacks.log
  qcb urls --with-tag body.form > urls.tsv`,
	}, s, func(files []string) error { return a.urls(files, s, o) })
	c.Flags().Var(&o.kinds, "kind", "only outputs of these `KINDS`")
	c.Flags().StringVar(&o.tag, "tag", "", "only outputs whose tag or user tag matches this `GLOB`")
	c.Flags().StringSliceVar(&o.formats, "format", nil, "only outputs in these `FORMATS`: mp4, m3u8, …")
	c.Flags().BoolVarP(&o.null, "null", "0", false, "end each URL with a NUL byte, for xargs -0")
	c.Flags().BoolVar(&o.withTag, "with-tag", false, "before each URL, print its user tag (or tag) and a tab")
	return c
}

func (a *app) urls(files []string, s *selection, o *urlsOptions) error {
	if _, err := path.Match(o.tag, ""); err != nil {
		return &usageError{fmt.Sprintf("invalid value %q for --tag", o.tag), badGlob}
	}
	options := render.URLOptions{Null: o.null, WithTag: o.withTag, Match: o.match, Selection: o.selection()}
	jobs := newOutcomes()
	var printed []int // URLs, by the index of a task
	lacks := map[*job.Job]*lacking{}
	_, err := a.each(files, s, work{asks: jobs, do: func(f *found, w *bufio.Writer) func() {
		t := render.URLs(w, f.Callback, options)
		outcome := f.Outcome()
		failed := outcome == decode.OutcomeFailed
		partial := f.Status != nil && f.Status.Partial // which is reported as such
		reason := ""
		switch {
		case failed, t.Printed == 0 && len(t.Refused) == 0 && !partial:
			reason = t.Why(f.Callback, options)
		case t.Printed > 0:
			reason = t.Bad()
		}
		bad := outcome != decode.OutcomePending || t.Printed > 0
		return func() {
			for _, fault := range t.Refused {
				a.fail(exitInput, f.place()+": "+fault)
			}
			task := f.added.Job
			for len(printed) <= task.Index {
				printed = append(printed, 0)
			}
			printed[task.Index] += t.Printed
			if reason == "" {
				return
			}
			if lacks[task] == nil {
				lacks[task] = &lacking{}
			}
			lacks[task].add(f.place()+": "+reason, bad)
		}
	}})
	var lack lacking
	good := 0 // URLs of jobs that have not failed
	for j := range jobs.all() {
		final := jobs.jobs.Final(j)
		failed := final.Deciding.Outcome == decode.OutcomeFailed
		for _, task := range jobs.jobs.Chain(j) {
			if !jobs.selects(task) {
				continue
			}
			if !failed {
				good += printed[task.Index]
			}
			if lacks[task] != nil && (task == final || !jobs.selects(final)) {
				lack.join(lacks[task]) // Missing URLs of a task that was retried do not matter.
			}
			if end := final.Deciding; failed && printed[task.Index] > 0 && lacks[task] == nil {
				lack.add(fmt.Sprintf("the job failed (event %s at %s)", eventName(end.Event), placeAt(end)), true)
			}
		}
	}
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

// match reports whether the flags select a file of an output.
func (o *urlsOptions) match(output *decode.Output, url string) bool {
	return slices.Contains(o.kinds.kinds, output.Kind) &&
		(o.tag == "" || glob(o.tag, output.Tag) || glob(o.tag, output.UserTag)) &&
		(len(o.formats) == 0 || slices.ContainsFunc(o.formats, func(format string) bool { return hasFormat(output, url, format) }))
}

// glob matches a tag, in which a slash is a character like any other.
func glob(pattern, tag string) bool {
	noSlash := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
	ok, _ := path.Match(noSlash(pattern), noSlash(tag))
	return ok && tag != ""
}

// hasFormat reports whether a file of an output has a format, by its name or by the
// extension of its URL.
func hasFormat(output *decode.Output, url, format string) bool {
	format = strings.TrimPrefix(format, ".")
	if strings.EqualFold(output.Format, format) {
		return true
	}
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		url = url[:end]
	}
	return strings.EqualFold(path.Ext(url), "."+format)
}

// lacking collects the callbacks that gave no URL, or fewer than they list.
type lacking struct {
	callbacks int
	bad       int    // of jobs that are not merely queued or running
	example   string // place and reason of the first bad one, or else of the first
}

func (l *lacking) add(reason string, bad bool) {
	one := lacking{callbacks: 1, example: reason}
	if bad {
		one.bad = 1
	}
	l.join(&one)
}

// join adds what came later.
func (l *lacking) join(later *lacking) {
	if l.callbacks == 0 || l.bad == 0 && later.bad > 0 {
		l.example = later.example
	}
	l.callbacks += later.callbacks
	l.bad += later.bad
}

// String says it in one line.
func (l *lacking) String() string {
	switch {
	case l.callbacks == 1 || l.bad == 1:
		return l.example
	case l.bad == 0:
		return fmt.Sprintf("%s (the first of %d callbacks that gave no URL)", l.example, l.callbacks)
	}
	return fmt.Sprintf("%s (the first of %d callbacks that failed or lack a URL)", l.example, l.bad)
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
	all := decode.OutputKinds()
	for name := range strings.SplitSeq(value, ",") {
		name = strings.TrimSpace(name)
		kind := decode.OutputKind(name)
		switch {
		case name == "all":
			k.kinds = append(k.kinds, all[:]...)
		case slices.Contains(all[:], kind):
			k.kinds = append(k.kinds, kind)
		default:
			return &usageError{hint: meant(name, kindNames)}
		}
	}
	return nil
}
