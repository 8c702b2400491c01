package cmd

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/decode/explain"
	"qcb/decode/job"
	"qcb/render"
)

func (a *app) showCommand() *cobra.Command {
	s, o := &selection{}, &showOptions{format: "text"}
	c := a.reads(&cobra.Command{
		Use:     "show [FILE...]",
		Short:   "Show what happened to a job: outcome, errors, outputs, URLs",
		GroupID: "jobs",
		Long: `Show what happened to a job, for a person: first the outcome; then when the
callback was received (if the capture says so), the task, the source and the
payload; the errors in full, and their likely cause; the findings; a table of
the outputs; and their URLs, by their numbers in the table. Credentials are
masked.

If a job has several callbacks, its timeline comes first, one line per callback;
then the callback that decides is shown in full. A callback that came after the
end of the job is late.

The outcome is completed, FAILED, pending with the state of the job (pending:
encoding 37 %), or unknown with the reason.

Exit status: 0 shown, whatever became of the job, or with -e that of qcb check;
1 no callback was selected; 2 wrong usage; 3 unreadable input, no callback in
it, or a damaged one (what arrived whole is shown).`,
		Example: `  qcb show body.form
  qcb show --event error callbacks.log
  pbpaste | qcb show
  qcb show -o markdown body.form   # for a ticket`,
	}, s, func(files []string) error { return a.show(files, s, o) })
	c.Flags().VarP(&choice{&o.format, []string{"text", "markdown"}}, "output", "o", "the `FORMAT`: text, markdown")
	c.Flags().Var(&o.ignore, "ignore", "leave out the findings with these `NAMES`")
	c.Flags().BoolVar(&o.all, "all", false, "show each callback in full, as soon as it is found")
	c.Flags().BoolVarP(&o.exitStatus, "exit-status", "e", false, exitStatusUsage)
	addRedact(c, &o.masking)
	return c
}

// showOptions are the flags of qcb show.
type showOptions struct {
	format     string
	ignore     ignoreFlag
	all        bool
	exitStatus bool
	masking    render.Masking
}

func (a *app) show(files []string, s *selection, o *showOptions) error {
	options := render.ShowOptions{Screen: a.screen(), Markdown: o.format == "markdown", Masking: o.masking, Ignore: o.ignore}
	jobs := newOutcomes()
	lines := timelines{shown: job.New(), jobs: map[*job.Job]*timeline{}}
	a.holding = !o.all
	_, err := a.each(files, s, work{asks: jobs, between: "\n", do: func(f *found, _ *bufio.Writer) func() {
		return func() {
			if !o.all {
				lines.add(f, o.ignore)
				return
			}
			w := bufio.NewWriter(f.print)
			_ = render.Show(w, f.Callback, f.options(options)) // The writer keeps its error.
			_ = w.Flush()
		}
	}})
	if err == nil {
		lines.write(a, jobs, options)
	}
	if a.release(); err == nil && o.exitStatus {
		a.conclude(jobs.count())
	}
	return err
}

// options returns the options to show a callback with, in its turn.
func (f *found) options(o render.ShowOptions) render.ShowOptions {
	var among explain.Report
	f.amongOthers(&among, o.Ignore)
	o.From, o.Received, o.Among = f.place(), received(f.body.Request), among.Findings
	return o
}

// timelines is the callbacks that are shown, by the job that they are of.
type timelines struct {
	shown *job.Jobs // of these callbacks alone
	jobs  map[*job.Job]*timeline
}

// timeline is the callbacks of one task.
type timeline struct {
	moments  []render.Moment
	decides  *found // the callback that is shown in full; its bytes are kept
	deciding int    // its index
}

// add takes the next callback.
func (t *timelines) add(f *found, ignore []string) {
	added := t.shown.Add(f.delivery)
	line := t.jobs[added.Job]
	if line == nil {
		line = &timeline{}
		t.jobs[added.Job] = line
	}
	at := f.body.Request
	m := render.Moment{Number: added.Number, Time: at.Time, Zoned: at.Zoned, Event: strings.Clone(f.Event), Stream: f.IsStream(), Outcome: f.Outcome(), Place: f.at(), Task: added.Job.Token}
	if f.added.Resend() {
		m.Remarks = append(m.Remarks, "sent again")
	}
	var among explain.Report
	f.amongOthers(&among, ignore)
	for _, finding := range among.Findings {
		m.Remarks = append(m.Remarks, finding.Name)
	}
	if added.Decides {
		line.decides, line.deciding = f.kept(), len(line.moments)
	}
	line.moments = append(line.moments, m)
}

// write shows each job: its callbacks, if several are selected, and the one of them that
// decides. If one that is not selected decides another outcome, a message says so.
func (t *timelines) write(a *app, all *outcomes, o render.ShowOptions) {
	w := a.out
	var decoder decode.Decoder
	first := true
	for j := range t.shown.All() {
		if !first {
			_ = w.WriteByte('\n') // The writer keeps its error.
		}
		first = false
		tasks := t.shown.Chain(j)
		final := t.jobs[t.shown.Final(j)]
		f := final.decides
		if end := all.jobs.Final(f.added.Job).Deciding; end.Number == f.added.Number {
			remarks := &final.moments[final.deciding].Remarks
			*remarks = append(*remarks, "decides")
		} else if final.moments[final.deciding].Outcome != end.Outcome {
			a.note(fmt.Sprintf("%s: the outcome of the job is %s (event %s at %s)", f.place(), end.Outcome, eventName(end.Event), placeAt(end)))
		}
		var moments []render.Moment
		for _, task := range tasks {
			moments = append(moments, t.jobs[task].moments...)
		}
		if len(moments) > 1 {
			_ = render.Timeline(w, moments, len(tasks) > 1, o)
		}
		decoder.Reset()
		f.Callback, _ = decoder.Decode(f.body.Bytes)
		_ = render.Show(w, f.Callback, f.options(o))
	}
}
