package cmd

import (
	"bufio"
	"cmp"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/decode/explain"
	"qcb/render"
)

// listOptions are the flags of qcb list.
type listOptions struct {
	grid       gridOptions
	failed     bool
	ignore     ignoreFlag
	exitStatus bool
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
of place, as in qcb outputs: rows with the same ones are of the same callback.
--columns takes all of these names in every format.

The time is when the callback was received, if its capture tells; a table has
the column if any does. CSV, TSV and JSON have it in RFC 3339, without a zone if
none was written.

A callback that was sent again, with the same content in the same input, is
counted in the row of the first one.

A line on standard error sums up: the callbacks, how many tasks failed or are
pending by their last one, and how many there are of each event.

Exit status: 0 listed, whatever became of the jobs, or with -e that of qcb
check; 1 no callback was selected; 2 wrong usage; 3 unreadable input, no
callback in it, or a damaged one.`,
		Example: `  qcb list callbacks.log
  qcb list --failed --latest callbacks.log
  qcb list -o csv callbacks.log
  qcb list --no-header -o tsv --columns task,outcome callbacks.log`,
	}, s, func(files []string) error { return a.list(files, s, o) })
	a.gridFlags(c, &o.grid, render.ListColumns())
	c.Flags().BoolVar(&o.failed, "failed", false, "only callbacks of failed jobs")
	c.Flags().Var(&o.ignore, "ignore", "leave out the findings with these `NAMES`")
	c.Flags().BoolVarP(&o.exitStatus, "exit-status", "e", false, exitStatusUsage)
	return c
}

// screen returns what standard output is laid out for.
func (a *app) screen() render.Screen {
	return render.Screen{Width: a.Width, Color: a.colored(a.color), Links: a.linked(a.color)}
}

func (a *app) list(files []string, s *selection, o *listOptions) error {
	rows := listRows{list: render.NewList(a.out, a.grid(o.grid)), callbacks: map[uint64]*listing{}}
	seed := maphash.MakeSeed()
	var (
		tasks  judge
		sum    summary
		failed error
	)
	w := work{meet: func(f *found) func() {
		content := contentOf(f, seed)
		return func() { rows.count(content) }
	}}
	w.do = func(f *found, _ *bufio.Writer) func() {
		task, event, outcome, verdict := f.TaskToken, f.Event, f.Outcome(), func() {}
		if o.exitStatus {
			verdict = tasks.verdict(task, statusFor(outcome))
		}
		count := func() {
			verdict()
			sum.add(task, event, outcome)
		}
		if o.failed && outcome != decode.OutcomeFailed {
			return count
		}
		row, content := render.NewListRow(f.at(), f.Callback, explain.Of(f.Callback, o.ignore...)), contentOf(f, seed)
		row.Time = rfc3339(f.body.Request)
		return func() {
			count()
			if !s.latest {
				rows.count(content)
			}
			failed = cmp.Or(failed, rows.add(row, content))
		}
	}
	_, err := a.each(files, s, w)
	if err != nil {
		return err
	}
	if failed = cmp.Or(failed, rows.close()); failed != nil {
		return &outputError{failed}
	}
	if o.failed && rows.list.Len() == 0 && sum.callbacks > 0 {
		a.fail(exitNo, fmt.Sprintf("none of %s is of a failed job", render.Count(sum.callbacks, "callback")))
	}
	if sum.callbacks > 0 {
		a.note(sum.String())
	}
	if o.exitStatus {
		a.answer(&tasks)
	}
	return nil
}

// contentOf returns a hash of the input of a callback and of its fields, in the
// order sent: what two files hold was not sent twice.
func contentOf(c *found, seed maphash.Seed) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	_, _ = h.WriteString(c.input) // It never fails.
	for i := range c.Form {
		f := &c.Form[i]
		maphash.WriteComparable(&h, [2]int{len(f.Name), len(f.Value)})
		_, _ = h.WriteString(f.Name)
		_, _ = h.Write(f.Value)
	}
	return h.Sum64()
}

// listRows passes rows on to a grid, and keeps the last of them for a while: a
// callback that is sent again is counted in the row of the first one. Where that
// is gone it has a row of its own, that goes on counting.
type listRows struct {
	list      *render.List
	callbacks map[uint64]*listing // by their contents
	kept      []*listing
}

// listing is a callback in a list.
type listing struct {
	times int
	row   *render.ListRow // nil when the row is written
}

// keptRows is how many rows are kept.
const keptRows = 1000

// count takes the hash of the content of the next callback.
func (r *listRows) count(content uint64) {
	if r.callbacks[content] == nil {
		r.callbacks[content] = &listing{}
	}
	r.callbacks[content].times++
}

// add takes the row of a callback that was counted.
func (r *listRows) add(row *render.ListRow, content uint64) error {
	l := r.callbacks[content]
	if l.row != nil {
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
		l.row = nil
	}
	r.kept = r.kept[n:]
	return err
}

func (r *listRows) close() error { return cmp.Or(r.passOn(len(r.kept)), r.list.Close()) }

// summary counts callbacks, tasks by their last one, and events.
type summary struct {
	callbacks int
	tasks     map[task]decode.Outcome
	events    map[string]int
}

func (s *summary) add(token, event string, outcome decode.Outcome) {
	if s.tasks == nil {
		s.tasks, s.events = map[task]decode.Outcome{}, map[string]int{}
	}
	s.callbacks++
	s.events[cmp.Or(event, "without one")]++
	s.tasks[taskOf(token, s.callbacks)] = outcome
}

// String says it in one line.
func (s *summary) String() string {
	failed, pending := 0, 0
	for _, outcome := range s.tasks {
		switch outcome {
		case decode.OutcomeFailed:
			failed++
		case decode.OutcomePending:
			pending++
		}
	}
	const most = 10 // More kinds of events than Qencode has are noise.
	var events []string
	for _, name := range slices.Sorted(maps.Keys(s.events))[:min(most, len(s.events))] {
		events = append(events, fmt.Sprintf("%d %s", s.events[name], name))
	}
	return fmt.Sprintf("%s of %s: %d failed, %d pending; events: %s",
		render.Count(s.callbacks, "callback"), render.Count(len(s.tasks), "task"), failed, pending, strings.Join(events, ", "))
}
