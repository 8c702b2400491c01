package cmd

import (
	"bufio"
	"cmp"

	"github.com/spf13/cobra"

	"qcb/render"
)

func (a *app) outputsCommand() *cobra.Command {
	s, format, total := &selection{}, "table", false
	c := a.reads(&cobra.Command{
		Use:     "outputs [FILE...]",
		Short:   "List the output files, one row each, numbers in stated units",
		GroupID: "data",
		Long: `List the output files of each callback, one row each: videos, audios, images,
texts. The columns are the same in every format: task, kind, tag, user_tag,
format, codec, width, height, framerate, channels, duration_s, bitrate_kbps,
size_bytes, error, url. A cell without a value is empty.

Of an audio Qencode sends codec and channels of the source's stream.

Exit status: 0 listed; 1 no callback was selected, or none lists an output;
2 wrong usage; 3 unreadable input, no callback in it, or a damaged one, of which
the outputs that arrived whole are listed.`,
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
	var (
		totals render.Totals
		failed error
	)
	grid := render.NewOutputs(a.out, a.grid(format))
	w := work{}
	switch {
	case total:
		grid = render.NewTotals(a.out, a.grid(format))
		w.do = func(f *found, _ *bufio.Writer) func() {
			var sums render.Totals
			for o := range f.Status.Outputs() {
				sums.Add(o)
			}
			return func() { totals.Merge(&sums) }
		}
	case format == "table":
		w.do = func(f *found, _ *bufio.Writer) func() {
			var rows [][]string
			for o := range f.Status.Outputs() {
				rows = append(rows, render.AppendOutput(nil, f.TaskToken, o))
			}
			return func() {
				for _, row := range rows {
					failed = cmp.Or(failed, grid.Add(row))
				}
			}
		}
	default:
		w.head = grid.Head()
		w.do = func(f *found, w *bufio.Writer) func() {
			var row []string
			for o := range f.Status.Outputs() {
				row = render.AppendOutput(row[:0], f.TaskToken, o)
				_ = grid.Row(w, row) // The writer keeps its error.
			}
			return nil
		}
	}
	printed, err := a.each(files, s, w)
	if err != nil {
		return err
	}
	for _, row := range totals.Rows() {
		failed = cmp.Or(failed, grid.Add(row))
	}
	none := printed+grid.Len() == 0
	if none {
		_, _ = a.out.WriteString(grid.Head()) // Run reports its error.
	}
	if failed = cmp.Or(failed, grid.Close()); failed != nil {
		return &outputError{failed}
	}
	if none && a.status == 0 {
		a.fail(exitNo, "no callback lists an output")
	}
	return nil
}
