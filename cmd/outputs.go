package cmd

import (
	"bufio"
	"cmp"

	"github.com/spf13/cobra"

	"qcb/render"
)

func (a *app) outputsCommand() *cobra.Command {
	s, o, total := &selection{}, gridOptions{format: "table"}, false
	c := a.reads(&cobra.Command{
		Use:     "outputs [FILE...]",
		Short:   "List output files, one per row",
		GroupID: "data",
		Long: `List the output files of each callback, one per row: videos, audios, images,
texts. The columns are place, time, task, kind, tag, user_tag, format, codec,
width, height, framerate, channels, duration_s, bitrate_kbps, size_bytes, error,
url, detected_language, cost. CSV, TSV and JSON have file, line and where
instead of place; qcb list has the same three columns, so that rows of both can
be joined. --columns takes any of these names, in every format. A cell without a
value is empty. A text has one row per file in its folder; the first has its
cost.

Numbers are in the units that the columns name. For an audio output Qencode
sends the codec and the channels of the source stream, not of the output.
Credentials are masked in tables and Markdown.

Exit status: 0 listed; 1 no callback was selected, or none lists an output;
2 wrong usage; 3 unreadable input, no callback in it, or a damaged one (the
outputs that arrived whole are listed).`,
		Example: `  qcb outputs body.form
  qcb outputs --event saved -o csv callbacks.log > outputs.csv
  qcb outputs --total -o csv --latest callbacks.log
  qcb outputs --no-header -o tsv --columns task,url callbacks.log
  qcb outputs -o json body.form | jq -r 'select(.height == 720).url'`,
	}, s, func(files []string) error { return a.outputs(files, s, o, total) })
	o.flags(c, append(render.OutputColumns(), "outputs")) // which is one of --total
	c.Flags().BoolVar(&total, "total", false, "list totals instead, one row per kind")
	return c
}

func (a *app) outputs(files []string, s *selection, o gridOptions, total bool) error {
	var (
		totals render.Totals
		failed error
	)
	columns, newGrid := render.OutputColumns(), render.NewOutputs
	if total {
		columns, newGrid = render.TotalColumns(), render.NewTotals
	}
	for _, name := range o.columns.names {
		if err := unknownColumn(name, columns); err != nil {
			return err
		}
	}
	grid, w := newGrid(a.out, a.grid(o)), work{}
	switch {
	case total:
		w.do = func(f *found, _ *bufio.Writer) func() {
			var sums render.Totals
			for o := range f.Status.Outputs() {
				sums.Add(o)
			}
			return func() { totals.Merge(&sums) }
		}
	case o.format == "table":
		w.do = func(f *found, _ *bufio.Writer) func() {
			var rows [][]string
			for o := range f.Status.Outputs() {
				for n, url := range o.Files() {
					rows = append(rows, render.AppendOutput(f.origin(grid), f.TaskToken, o, n, url))
				}
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
			place, row := f.origin(grid), make([]string, 0, 40) // with room for the columns that are chosen
			for o := range f.Status.Outputs() {
				for n, url := range o.Files() {
					row = render.AppendOutput(append(row[:0], place...), f.TaskToken, o, n, url)
					_ = grid.Write(w, row) // The writer keeps its error.
				}
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

// origin returns the cells of a callback's place and time.
func (f *found) origin(grid *render.Grid) []string {
	return append(f.at().Cells(), grid.Moment(f.body.Request.Time, f.body.Request.Zoned))
}
