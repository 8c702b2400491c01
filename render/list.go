package render

import (
	"bufio"
	"slices"
	"strconv"
	"strings"
	"time"

	"qcb/decode"
	"qcb/decode/explain"
)

// List is a Grid with a row for each callback.
type List struct{ grid *Grid }

// ListRow is a callback in a list.
type ListRow struct {
	Times int       // how often it was sent so far
	Time  time.Time // when it came first; zero if that is not known
	Zoned bool      // whether its time was written with a zone

	place Place

	findings []string // their names, the worst first

	event, outcome, state, percent, outputs, task, payload, problem string
}

// AddFindings adds the findings of the same callback when it was sent again.
func (r *ListRow) AddFindings(again *ListRow) {
	r.findings = slices.DeleteFunc(explain.FindingNames(), func(name string) bool {
		return !slices.Contains(r.findings, name) && !slices.Contains(again.findings, name)
	})
}

// NewList returns an empty List.
func NewList(w *bufio.Writer, o GridOptions) *List {
	return &List{newGrid(w, o, listColumns())}
}

// ListColumns returns the names of a List's columns.
func ListColumns() []string { return columnNames(listColumns()) }

func listColumns() []column {
	return append(placeColumns(0),
		column{Name: "time", Optional: true, Rank: 3},
		column{Name: "event", Elastic: true},
		column{Name: "outcome", Outcome: true}, // completed, failed, pending or unknown
		column{Name: "state", Elastic: true, Rank: 8},
		column{Name: "percent", Right: true, Rank: 7},
		column{Name: "outputs", Right: true, Rank: 6},
		column{Name: "findings", Elastic: true, Least: 17, Short: shortEnd, Rank: 5}, // at least the worst one, whole
		column{Name: "times", Right: true, Rank: 9},
		column{Name: "task", Elastic: true, Short: shortToken, Rank: 2},
		column{Name: "payload", Elastic: true, Short: shortEnd, Rank: 4},
		column{Name: "error", Elastic: true, Least: 16, Rank: 1},
	)
}

// NewListRow returns the row of a callback that was found in a place and was sent
// once so far. The report is of the callback.
func NewListRow(place Place, c *decode.Callback, r explain.Report) *ListRow {
	row := &ListRow{
		Times: 1, place: place, event: c.Event, outcome: r.Outcome.String(),
		findings: findingNames(r), task: c.TaskToken, payload: c.Payload, problem: firstProblem(r),
	}
	if s := c.Status; s != nil {
		row.state, row.percent = s.State, string(s.Percent)
		if share, ok := s.Percent.Float(); ok && share < 1e6 {
			row.percent = decimal(share, 2)
		}
		row.outputs = strconv.Itoa(len(s.Videos) + len(s.Audios) + len(s.Images) + len(s.Texts))
	}
	return row
}

// Add writes a row below those before, or keeps it for a while.
func (l *List) Add(r *ListRow) error {
	return l.grid.Add(append(r.place.Cells(),
		l.grid.Moment(r.Time, r.Zoned), r.event, r.outcome, r.state, r.percent, r.outputs, strings.Join(r.findings, ","), strconv.Itoa(r.Times), r.task, r.payload, r.problem,
	))
}

// Len returns the number of rows.
func (l *List) Len() int { return l.grid.Len() }

// Close writes the rows that are not written yet; of an empty list the head.
func (l *List) Close() error {
	if l.Len() == 0 {
		_, _ = l.grid.w.WriteString(l.grid.Head()) // The writer keeps its error.
	}
	return l.grid.Close()
}
