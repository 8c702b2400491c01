package cmd

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/decode/job"
	"qcb/render"
)

// jobsOptions are the flags of qcb jobs.
type jobsOptions struct {
	grid       gridOptions
	sort       sortFlag
	exitStatus bool
	noSummary  bool
}

func (a *app) jobsCommand() *cobra.Command {
	s, o := &selection{}, &jobsOptions{grid: gridOptions{format: "table"}}
	c := a.reads(&cobra.Command{
		Use:     "jobs [FILE...]",
		Short:   "List the jobs of a log, one row each",
		GroupID: "jobs",
		Long: `List the jobs, one row each, the oldest first: the task token, what became of
the job, when its first callback came (empty if that ended the job), when it
ended, how long that took, how many callbacks of each event came, and what the
deciding callback says. A job that Qencode retried as another task shares one
row with it.

The columns are task, outcome, state, begun, ended, took, age, deliveries,
retried_as, outputs, payload, error. CSV, TSV and JSON also have file, line and
where (the place of the deciding callback), and give took and age in seconds.
The age of a pending job is the time from its first callback to the last one in
the input. --sort takes the name of a column; with a - before it, the largest
value comes first.

A job is listed if one of its callbacks is selected. -n and --last select rows,
not callbacks.

Exit status: 0 listed, whatever became of the jobs, or with -e that of qcb
check; 1 no job was selected; 2 wrong usage; 3 unreadable input, no callback in
it, or a damaged one.`,
		Example: `  qcb jobs callbacks.log
  qcb jobs --failed --since 2h callbacks.log
  qcb jobs --pending --sort -age callbacks.log     # which are stuck?
  qcb jobs --sort -took -n 10 callbacks.log        # the slowest ten
  qcb jobs -o json callbacks.log | jq -r .task`,
	}, s, func(files []string) error { return a.jobs(files, s, o) })
	o.grid.flags(c, render.JobColumns())
	c.Flags().Var(&o.sort, "sort", "sort by `COLUMN`, or by -COLUMN with the largest first")
	c.Flags().BoolVarP(&o.exitStatus, "exit-status", "e", false, exitStatusUsage)
	c.Flags().BoolVar(&o.noSummary, "no-summary", false, noSummaryUsage)
	return c
}

// sortFlag is the flag --sort: the name of a column, with a "-" for a descending order.
type sortFlag string

func (s *sortFlag) Type() string   { return "column" }
func (s *sortFlag) String() string { return string(*s) }

func (s *sortFlag) Set(value string) error {
	if err := unknownColumn(strings.TrimPrefix(value, "-"), render.JobColumns()); err != nil && value != "" {
		return err
	}
	*s = sortFlag(value)
	return nil
}

// facts are what a list of jobs shows of one task.
type facts struct {
	history job.History
	details render.JobDetails // of the callback that decides
}

func (a *app) jobs(files []string, s *selection, o *jobsOptions) error {
	var (
		all       = newOutcomes()
		listed    outcomes // its jobs are those of all
		known     = map[*job.Job]*facts{}
		callbacks int
		unsure    = doubts{selected: s}
	)
	_, err := a.each(files, &selection{}, work{asks: all, do: func(f *found, _ *bufio.Writer) func() {
		fits := s.match(f)
		return func() {
			callbacks++
			j := f.added.Job
			unsure.count(f, fits)
			switch {
			case s.latest && f.added.Decides, fits == taken && !s.latest:
				listed.mark(j, fits == taken)
			}
			of := known[j]
			if of == nil {
				of = &facts{}
				known[j] = of
			}
			of.history.Add(f.delivery, f.added)
			switch {
			case f.added.Decides:
				d := render.NewJobDetails(f.at(), f.Callback)
				d.Payload = cmp.Or(d.Payload, of.details.Payload)
				if f.Outcome() == decode.OutcomeFailed {
					d.Error = cmp.Or(of.details.Error, d.Error) // Only the event error comes with a code.
				}
				of.details = d
			case of.details.Payload == "":
				of.details.Payload = strings.Clone(f.Payload)
			}
		}
	}})
	if err != nil {
		return err
	}
	all.selected = listed.selected
	ends := lastTimes(known)
	var rows []*render.JobRow
	matching, disagreeing, first := 0, 0, ""
	for j := range all.all() {
		matching++
		final := all.jobs.Final(j)
		if len(s.outcomes) == 0 || slices.Contains(s.outcomes, final.Deciding.Outcome) {
			rows = append(rows, jobRow(all.jobs.Chain(j), known, ends))
			if final.Disagree {
				disagreeing++
				first = cmp.Or(first, final.Token)
			}
		}
	}
	unsure.tell(a)
	if err := a.writeJobs(rows, s, o); err != nil {
		return err
	}
	switch {
	case callbacks == 0: // This was reported already.
	case matching == 0:
		a.none(s, callbacks)
	case len(rows) == 0:
		a.fail(exitNo, fmt.Sprintf("none of %s matches %s", render.Count(matching, "job"), s))
	case disagreeing > 0:
		a.note(fmt.Sprintf("%s ended with conflicting outcomes, first task %s: qcb show --task lists its callbacks", render.Count(disagreeing, "job"), first))
	}
	return nil
}

// writeJobs writes the rows of jobs, and sums them up.
func (a *app) writeJobs(rows []*render.JobRow, s *selection, o *jobsOptions) error {
	var counts outcomeCounts
	for _, r := range rows {
		counts[r.Outcome]++
	}
	switch by := string(o.sort); {
	case by != "":
		render.SortJobs(rows, by)
	case !slices.ContainsFunc(rows, func(r *render.JobRow) bool { return r.Begun.IsZero() && r.Ended.IsZero() }):
		slices.SortStableFunc(rows, func(x, y *render.JobRow) int { return oldest(x).Compare(oldest(y)) })
	}
	listed := rows
	switch n := len(rows); {
	case s.first > 0:
		listed = rows[:min(n, int(s.first))]
	case s.last > 0:
		listed = rows[max(0, n-int(s.last)):]
	}
	if err := render.WriteJobs(a.out, listed, a.grid(o.grid)); err != nil {
		return &outputError{err}
	}
	if len(rows) == 0 {
		return nil
	}
	sum := counts.String()
	if len(listed) < len(rows) {
		sum += fmt.Sprintf("; %d listed", len(listed))
	}
	if !o.noSummary {
		a.note(sum)
	}
	if o.exitStatus {
		a.conclude(counts)
	}
	return nil
}

// oldest returns when the first callback of a job came.
func oldest(r *render.JobRow) time.Time {
	if r.Begun.IsZero() {
		return r.Ended
	}
	return r.Begun
}

// lastTimes returns the time of the last callback, separately for times with and without a
// zone.
func lastTimes(known map[*job.Job]*facts) map[job.Zones]time.Time {
	last := map[job.Zones]time.Time{}
	for _, task := range known {
		if h := &task.history; h.Last.After(last[h.Zones]) {
			last[h.Zones] = h.Last
		}
	}
	return last
}

// jobRow returns the row of the job that these tasks are of.
func jobRow(tasks []*job.Job, known map[*job.Job]*facts, last map[job.Zones]time.Time) *render.JobRow {
	first, final := tasks[0], tasks[len(tasks)-1]
	r := &render.JobRow{Task: first.Token, Outcome: final.Deciding.Outcome, JobDetails: known[final].details, Deliveries: eventCounts(tasks, known)}
	var retries []string
	for _, task := range tasks[1:] {
		retries = append(retries, task.Token)
	}
	if final.RetriedAs != "" {
		retries = append(retries, final.RetriedAs)
	}
	r.RetriedAs = strings.Join(retries, ",")
	for _, task := range tasks {
		r.Payload = cmp.Or(r.Payload, known[task].details.Payload)
	}

	zones, begun := known[first].history.Zones, known[first].history.First
	for _, task := range tasks {
		if known[task].history.Zones != zones {
			zones = job.MixZones
		}
	}
	r.Zoned = zones == job.Zoned
	r.Ended = final.End.Time
	// If the first callback is the end itself, the capture does not have the beginning.
	if first.End.Number == 0 || begun.Before(first.End.Time) {
		r.Begun = begun
	}
	switch {
	case r.Begun.IsZero() || zones == job.MixZones:
	case !r.Ended.IsZero() && !r.Ended.Before(r.Begun):
		r.Took = render.Span{Known: true, Duration: r.Ended.Sub(r.Begun)}
	case r.Outcome == decode.OutcomePending:
		r.Age = render.Span{Known: true, Duration: last[zones].Sub(r.Begun)}
	}
	return r
}

// eventCounts counts the callbacks of each event of a job: "queued, saved ×2".
func eventCounts(tasks []*job.Job, known map[*job.Job]*facts) string {
	var events []job.Event
	for _, task := range tasks {
		for _, e := range known[task].history.Events {
			i := slices.IndexFunc(events, func(before job.Event) bool { return before.Name == e.Name && before.Stream == e.Stream })
			if i < 0 {
				events = append(events, e)
				continue
			}
			events[i].Deliveries += e.Deliveries
			events[i].Late += e.Late
		}
	}
	var list []string
	for _, e := range events {
		text := cmp.Or(e.Name, "status") // Without an event it is a status alone.
		if e.Stream {
			text += " (stream)"
		}
		if e.Deliveries > 1 {
			text += fmt.Sprintf(" ×%d", e.Deliveries)
		}
		if e.Late > 0 {
			text += fmt.Sprintf(" (%d late)", e.Late)
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}
