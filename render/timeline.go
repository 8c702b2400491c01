package render

import (
	"bufio"
	"cmp"
	"slices"
	"strings"
	"time"

	"qcb/decode"
)

// Moment is a callback in the timeline of its job.
type Moment struct {
	Number  int       // in the order of all callbacks
	Time    time.Time // zero if it is not known
	Zoned   bool      // whether it was written with a zone
	Event   string
	Stream  bool // whether it is about one rendition
	Outcome decode.Outcome
	Place   Place
	Task    string
	Remarks []string // what it is to its job
}

// Timeline writes the callbacks of a job in their order, one line each, and then an empty
// line. severalTasks says that the job was tried again.
func Timeline(w *bufio.Writer, moments []Moment, severalTasks bool, o ShowOptions) error {
	slices.SortFunc(moments, func(a, b Moment) int { return cmp.Compare(a.Number, b.Number) })
	t := table{Columns: []column{
		{Name: "TIME", Rank: 2},
		{Name: "EVENT", Elastic: true},
		{Name: "OUTCOME", Outcome: true},
		{Name: "PLACE", Place: true, Elastic: true, Least: 16, Short: shortPlace, Rank: 3},
		{Name: "TASK", Elastic: true, Short: shortToken, Rank: 4},
		{Name: "REMARKS", Rank: 1},
	}}
	for _, m := range moments {
		event := m.Event
		if m.Stream {
			event = joined(" ", event, "(stream)")
		}
		if !severalTasks {
			m.Task = ""
		}
		t.Rows = append(t.Rows, []string{
			moment(m.Time, m.Zoned, true), event, m.Outcome.String(), m.Place.String(), m.Task, strings.Join(m.Remarks, ", "),
		})
	}
	p := newPage(w, o)
	if left := p.rows(t); len(left) > 0 {
		p.line(hiddenColumns(left))
	}
	p.line()
	_, err := w.Write(nil) // The writer keeps its first error.
	return err
}
