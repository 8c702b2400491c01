package cmd

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"qcb/decode"
	"qcb/decode/explain"
	"qcb/decode/job"
	"qcb/render"
)

// outcomes is what became of the jobs of the callbacks that were selected, judged by all
// callbacks.
type outcomes struct {
	jobs     *job.Jobs
	selected []bool // by the index of a task: whether a callback of it was selected
}

func newOutcomes() *outcomes { return &outcomes{jobs: job.New()} }

// mark says whether a callback of a task was selected.
func (o *outcomes) mark(j *job.Job, selected bool) {
	for len(o.selected) <= j.Index {
		o.selected = append(o.selected, false)
	}
	o.selected[j.Index] = selected
}

// selects reports whether a callback of a task was selected.
func (o *outcomes) selects(j *job.Job) bool { return j.Index < len(o.selected) && o.selected[j.Index] }

// all returns the jobs, each by the first of its tasks.
func (o *outcomes) all() iter.Seq[*job.Job] {
	return func(yield func(*job.Job) bool) {
		for j := range o.jobs.All() {
			for _, link := range o.jobs.Chain(j) {
				if o.selects(link) {
					if !yield(j) {
						return
					}
					break
				}
			}
		}
	}
}

// count returns how many jobs have each outcome.
func (o *outcomes) count() (counts outcomeCounts) {
	for j := range o.all() {
		counts[o.jobs.Outcome(j)]++
	}
	return counts
}

// outcomeCounts is how many jobs have each decode.Outcome.
type outcomeCounts [4]int

// String says how many jobs there are, and what became of them.
func (n outcomeCounts) String() string {
	return fmt.Sprintf("%s: %d completed, %d failed, %d pending, %d unknown", render.Count(n[0]+n[1]+n[2]+n[3], "job"),
		n[decode.OutcomeCompleted], n[decode.OutcomeFailed], n[decode.OutcomePending], n[decode.OutcomeUnknown])
}

// amongOthers adds to the report of a callback what it is among the others of its job. It
// reports whether that is something. It is called in the turn of the callback.
func (f *found) amongOthers(r *explain.Report, ignore []string) bool {
	before := len(r.Findings)
	if end := f.added.Late; end != nil && !slices.Contains(ignore, "late") {
		r.Add("late", fmt.Sprintf("%s came after %s, %s", eventName(f.Event), eventName(end.Event), placeAt(end)))
	}
	if other := f.added.Contrary; other != nil && !slices.Contains(ignore, "contradiction") {
		r.Add("contradiction", fmt.Sprintf("%s says that the job %s, but %s at %s says that it %s",
			eventName(f.Event), became(f.Outcome()), eventName(other.Event), placeAt(other), became(other.Outcome)))
	}
	return len(r.Findings) > before
}

// eventName names a callback by its event. A status alone has none.
func eventName(event string) string { return cmp.Or(event, "a callback") }

func became(o decode.Outcome) string {
	if o == decode.OutcomeFailed {
		return "failed"
	}
	return "completed"
}

// placeAt says where another callback is.
func placeAt(m *job.Mark) string { return render.Place{File: m.Source, Line: m.Line}.String() }

// conclude makes the worst outcome of jobs the exit status, unless something is damaged.
func (a *app) conclude(n outcomeCounts) {
	switch {
	case a.status != 0:
	case n[decode.OutcomeFailed]+n[decode.OutcomeUnknown] > 0:
		a.status = exitNo
	case n[decode.OutcomePending] > 0:
		a.status = exitPending
	}
}
