package render

import (
	"bufio"
	"strconv"
	"strings"

	"qcb/decode"
)

// NewList returns a Grid with a row for each callback, of [ListRow].
func NewList(w *bufio.Writer, o GridOptions) *Grid {
	return newGrid(w, o, []column{
		{Name: "place", Elastic: true, Least: 24, Tail: true},
		{Name: "event", Elastic: true},
		{Name: "outcome"}, // completed, failed, pending or unknown
		{Name: "state", Elastic: true, Rank: 5},
		{Name: "percent", Right: true, Rank: 3},
		{Name: "outputs", Right: true, Rank: 6},
		{Name: "warnings", Right: true, Rank: 7},
		{Name: "notes", Right: true, Rank: 8},
		{Name: "times", Right: true, Rank: 9},
		{Name: "task", Elastic: true, Rank: 2},
		{Name: "payload", Elastic: true, Rank: 4},
		{Name: "error", Elastic: true, Least: 16, Rank: 1},
	})
}

// Times is the index of the cell in a row of a list that counts how often the
// callback was sent.
const Times = 8

// ListRow returns the row of a callback that was found in a place, was sent so
// far once, and has so many findings. Credentials in its texts are masked.
func ListRow(place string, c *decode.Callback, findings int) []string {
	var state, percent, outputs, warnings string
	if s := c.Status; s != nil {
		state, percent = s.State, string(s.Percent)
		if share, ok := s.Percent.Float(); ok && share < 1e6 {
			percent = decimal(share, 2)
		}
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
	return []string{
		place, c.Event, c.Outcome().String(), state, percent, outputs, warnings, strconv.Itoa(findings), "1",
		c.TaskToken, decode.Redact(c.Payload), decode.Redact(strings.TrimSpace(problem)),
	}
}
