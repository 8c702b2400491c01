package cmd

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode/explain"
	"qcb/render"
)

// listOptions are the flags of qcb list.
type listOptions struct {
	grid       gridOptions
	ignore     ignoreFlag
	exitStatus bool
	noSummary  bool
}

func (a *app) listCommand() *cobra.Command {
	s, o := &selection{}, &listOptions{grid: gridOptions{format: "table"}}
	c := a.reads(&cobra.Command{
		Use:     "list [FILE...]",
		Short:   "List the callbacks of a log, one row each",
		GroupID: "jobs",
		Long: `List the callbacks, one row each. The columns are place, time, event, outcome,
state, percent, outputs (how many), findings (their names, the worst first),
times, task, payload, error. CSV, TSV and JSON have file, line and where instead
of place; qcb outputs has the same three columns, so that rows of both can be
joined. --columns takes any of these names, in every format.

The time is when the callback was received, if its capture says so; a short
table leaves this column out if no callback has a time. CSV, TSV and JSON give
it in RFC 3339, without a zone if none was written.

A callback that was sent again, with the same content in the same input, gets
another row only if 1000 rows or more lie between them; otherwise the column
times of the earlier row counts it.

The last line on standard error counts the listed callbacks, their jobs by
outcome, and the callbacks of each event.

Exit status: 0 listed, whatever became of the jobs, or with -e that of qcb
check; 1 no callback was selected; 2 wrong usage; 3 unreadable input, no
callback in it, or a damaged one.`,
		Example: `  qcb list callbacks.log
  qcb list --failed --latest callbacks.log
  qcb list -o csv callbacks.log
  qcb list --no-header -o tsv --columns task,outcome callbacks.log`,
	}, s, func(files []string) error { return a.list(files, s, o) })
	o.grid.flags(c, render.ListColumns())
	c.Flags().Var(&o.ignore, "ignore", "leave out the findings with these `NAMES`")
	c.Flags().BoolVarP(&o.exitStatus, "exit-status", "e", false, exitStatusUsage)
	c.Flags().BoolVar(&o.noSummary, "no-summary", false, noSummaryUsage)
	return c
}

func (a *app) list(files []string, s *selection, o *listOptions) error {
	rows := listRows{list: render.NewList(a.out, a.grid(o.grid)), callbacks: map[int]*listing{}}
	var failed error
	jobs, events, callbacks := newOutcomes(), map[string]int{}, 0
	w := work{asks: jobs, meet: func(f *found) func() {
		return func() { rows.count(f) }
	}}
	w.do = func(f *found, _ *bufio.Writer) func() {
		report := explain.Of(f.Callback, o.ignore...)
		at, zoned := f.body.Request.Time, f.body.Request.Zoned
		row := render.NewListRow(f.at(), f.Callback, report)
		return func() {
			callbacks++
			events[cmp.Or(strings.Clone(f.Event), "without an event")]++
			listed := rows.count(f)
			if f.amongOthers(&report, o.ignore) {
				row = render.NewListRow(f.at(), f.Callback, report)
			}
			row.Time, row.Zoned = at, zoned
			failed = cmp.Or(failed, rows.add(row, listed))
		}
	}
	_, err := a.each(files, s, w)
	if err != nil {
		return err
	}
	if failed = cmp.Or(failed, rows.close()); failed != nil {
		return &outputError{failed}
	}
	counts := jobs.count()
	if callbacks > 0 && !o.noSummary {
		a.note(summary(callbacks, counts, events))
	}
	if o.exitStatus {
		a.conclude(counts)
	}
	return nil
}

// listRows passes rows on to a grid, and keeps the last of them for a while: a callback that
// is sent again is counted in the row that it has there. After that it gets another row.
type listRows struct {
	list      *render.List
	callbacks map[int]*listing // by the number of their first delivery
	kept      []*listing
}

// listing is a callback in a list.
type listing struct {
	first int             // the number of its first delivery
	times int             // how often it was sent since its last row was written
	row   *render.ListRow // nil before it has one
}

// keptRows is how many rows are kept.
const keptRows = 1000

// count counts a callback.
func (r *listRows) count(f *found) *listing {
	l := r.callbacks[f.added.First]
	if l == nil {
		l = &listing{first: f.added.First}
		r.callbacks[f.added.First] = l
	}
	l.times++
	return l
}

// add takes the row of a callback that was counted. If it was sent again, its findings are added
// to the row that it has.
func (r *listRows) add(row *render.ListRow, l *listing) error {
	if l.row != nil {
		l.row.AddFindings(row)
		return nil
	}
	l.row = row
	if r.kept = append(r.kept, l); len(r.kept) <= keptRows {
		return nil
	}
	return r.passOn(1)
}

// passOn passes the first n rows on.
func (r *listRows) passOn(n int) (err error) {
	for _, l := range r.kept[:n] {
		l.row.Times = l.times
		err = cmp.Or(err, r.list.Add(l.row))
		delete(r.callbacks, l.first)
	}
	r.kept = r.kept[n:]
	return err
}

func (r *listRows) close() error { return cmp.Or(r.passOn(len(r.kept)), r.list.Close()) }

// summary says in one line how many callbacks there are, what became of their jobs, and how
// many callbacks there are of each event.
func summary(callbacks int, jobs outcomeCounts, events map[string]int) string {
	const most = 10 // Qencode has fewer kinds of events.
	var list []string
	for _, name := range slices.Sorted(maps.Keys(events))[:min(most, len(events))] {
		list = append(list, fmt.Sprintf("%d %s", events[name], name))
	}
	return fmt.Sprintf("%s of %s; events: %s", render.Count(callbacks, "callback"), jobs, strings.Join(list, ", "))
}
