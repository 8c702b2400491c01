package cmd

import (
	"bufio"

	"github.com/spf13/cobra"

	"qcb/render"
)

func (a *app) showCommand() *cobra.Command {
	s, o := &selection{}, &showOptions{format: "text"}
	c := a.reads(&cobra.Command{
		Use:     "show [FILE...]",
		Short:   "Show what happened to a job: verdict, errors, outputs, URLs",
		GroupID: "jobs",
		Long: `Show what happened to a job, for a person: the verdict first, then the task, the
source and the payload, the errors in full and what they seem to be about, a
table of the outputs, the findings, and the URL of each output on a line of its
own. Credentials are masked.

The verdict is one of: completed; FAILED; the state of a job that is not done,
like queued or encoding 37 %; unknown, and what is missing to tell.

Exit status: 0 shown, whatever became of the job, or with -e that of qcb check;
1 no callback was selected; 2 wrong usage; 3 unreadable input, no callback in
it, or a damaged one, of which what arrived whole is shown.`,
		Example: `  qcb show body.form
  qcb show --event error callbacks.log
  pbpaste | qcb show
  qcb show -o markdown body.form   for a ticket`,
	}, s, func(files []string) error { return a.show(files, s, o) })
	c.Flags().VarP(&choice{&o.format, []string{"text", "markdown"}}, "output", "o", "the `FORMAT`: text, markdown")
	c.Flags().Var(&o.ignore, "ignore", "leave out the findings with these `NAMES`")
	c.Flags().BoolVarP(&o.exitStatus, "exit-status", "e", false, exitStatusUsage)
	addRedact(c, &o.masking)
	return c
}

// showOptions are the flags of qcb show.
type showOptions struct {
	format     string
	ignore     ignoreFlag
	exitStatus bool
	masking    render.Masking
}

func (a *app) show(files []string, s *selection, o *showOptions) error {
	options := render.ShowOptions{Screen: a.screen(), Markdown: o.format == "markdown", Masking: o.masking, Ignore: o.ignore}
	jobs := newOutcomes()
	_, err := a.each(files, s, work{asks: jobs, between: "\n", do: func(f *found, w *bufio.Writer) func() {
		options := options
		if f.several || f.body.Line > 1 || f.body.Place != "" {
			options.From = f.place()
		}
		_ = render.Show(w, f.Callback, options) // The writer keeps its error.
		return nil
	}})
	if err == nil && o.exitStatus {
		a.answer(jobs)
	}
	return err
}
