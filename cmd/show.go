package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"qcb/render"
)

func (a *app) showCommand() *cobra.Command {
	s := &selection{}
	return a.reads(&cobra.Command{
		Use:   "show [FILE...]",
		Short: "Show what happened to a job: verdict, errors, outputs, URLs",
		Long: `Show what happened to a job, for a person: the verdict first, then the task, the
source and the payload, the errors in full, a table of the outputs, the
warnings, and the URL of each output on a line of its own.

The verdict is one of: completed; FAILED; the state of a job that is not done,
like queued or encoding 37 %; unknown, and what is missing to tell.`,
		Example: `  qcb show body.form
  qcb show --event error callbacks.log
  pbpaste | qcb show`,
	}, s, func(files []string) error { return a.show(files, s) })
}

func (a *app) show(files []string, s *selection) error {
	options := render.ShowOptions{Width: a.Width, Color: a.colored(a.color)}
	first := true
	return a.each(files, s, func(f *found) error {
		if !first {
			fmt.Fprintln(a.out)
		}
		first = false
		options.From = ""
		if f.several || f.body.Line > 1 || f.body.Place != "" {
			options.From = f.place()
		}
		return render.Show(a.out, f.Callback, options)
	})
}
