package cmd

import (
	"github.com/spf13/cobra"

	"qcb/render"
)

func (a *app) outputsCommand() *cobra.Command {
	s, format, total := &selection{}, "table", false
	c := a.reads(&cobra.Command{
		Use:   "outputs [FILE...]",
		Short: "List the output files, one row each, numbers in stated units",
		Long: `List the output files of each callback, one row each: videos, audios, images,
texts. The columns are the same in every format: task, kind, tag, user_tag,
format, codec, width, height, framerate, channels, duration_s, bitrate_kbps,
size_bytes, error, url. A cell without a value is empty.

Of an audio Qencode sends codec and channels of the source's stream.`,
		Example: `  qcb outputs body.form
  qcb outputs --event saved -o csv callbacks.log > outputs.csv
  qcb outputs --total -o csv --latest callbacks.log
  qcb outputs -o json body.form | jq -r 'select(.height == 720).url'`,
	}, s, func(files []string) error { return a.outputs(files, s, format, total) })
	a.formatFlag(c, &format)
	c.Flags().BoolVar(&total, "total", false, "list the sums instead, a row for each kind")
	s.redactFlag(c)
	return c
}

func (a *app) outputs(files []string, s *selection, format string, total bool) error {
	outputs, totals := render.NewOutputs(), render.NewTotals()
	err := a.each(files, s, func(f *found) error {
		if f.Status != nil {
			for o := range f.Status.Outputs() {
				if total {
					totals.Add(o)
				} else {
					outputs.Add(f.TaskToken, o)
				}
			}
		}
		return nil
	})
	grid := &outputs.Grid
	if total {
		totals.Sum()
		grid = &totals.Grid
	}
	switch {
	case err != nil:
		return err
	case grid.Len() > 0:
		if err := grid.Write(a.out, a.grid(format)); err != nil {
			return &outputError{err}
		}
	case a.status == 0:
		a.fail(exitNo, "no callback lists an output")
	}
	return nil
}
