package render

import (
	"strconv"
	"strings"

	"qcb/decode"
)

// List is a Grid with a row for each callback.
type List struct{ Grid }

// NewList returns a List without any.
func NewList() *List {
	return &List{Grid{columns: []column{
		{Name: "place", Elastic: true},
		{Name: "event", Elastic: true},
		{Name: "outcome"}, // completed, failed, pending or unknown
		{Name: "state", Elastic: true, Rank: 5},
		{Name: "percent", Right: true, Rank: 3},
		{Name: "outputs", Right: true, Rank: 6},
		{Name: "warnings", Right: true, Rank: 7},
		{Name: "notes", Right: true, Rank: 8},
		{Name: "times", Right: true, Rank: 9},
		{Name: "task", Elastic: true, Rank: 1},
		{Name: "payload", Elastic: true, Rank: 4},
		{Name: "error", Elastic: true, Rank: 2},
	}}}
}

// Add adds a callback, that was found in a place and has so many findings.
// Credentials in its texts are masked.
func (g *List) Add(place string, c *decode.Callback, findings int) {
	outcome := map[decode.Outcome]string{
		decode.Completed: "completed", decode.Failed: "failed", decode.Pending: "pending", decode.Unknown: "unknown",
	}[c.Outcome()]
	var state, percent, outputs, warnings string
	if s := c.Status; s != nil {
		state, percent = s.State, string(s.Percent)
		n := 0
		for range s.Outputs() {
			n++
		}
		outputs, warnings = strconv.Itoa(n), strconv.Itoa(len(s.Warnings))
	}
	problem := ""
	if failures := c.Failures(); len(failures) > 0 {
		problem = failures[0].String()
		if failures[0].Source != "callback" && failures[0].Source != "status" {
			problem = failures[0].Source + ": " + problem
		}
	}
	g.rows = append(g.rows, []string{
		place, c.Event, outcome, state, percent, outputs, warnings, strconv.Itoa(findings), "1",
		c.TaskToken, decode.Redact(c.Payload), decode.Redact(strings.TrimSpace(problem)),
	})
}

// Repeat counts a callback that was sent again, by the row of the first one.
func (g *List) Repeat(row int) {
	const times = 8 // the column
	n, _ := strconv.Atoi(g.rows[row][times])
	g.rows[row][times] = strconv.Itoa(n + 1)
}
