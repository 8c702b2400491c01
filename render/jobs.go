package render

import (
	"bufio"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"qcb/decode"
	"qcb/decode/explain"
)

// JobRow is a job in a list of jobs.
type JobRow struct {
	Task    string // the token of the first task
	Outcome decode.Outcome

	Begun, Ended time.Time // when callbacks came; zero if that is not known
	Zoned        bool      // whether these times were written with a zone
	Took         Span      // from the first callback to the end
	Age          Span      // of a pending job, from its first callback to the last one in the input

	Deliveries string // how many callbacks of each event
	RetriedAs  string // the tokens of the tasks that were started in its place

	JobDetails // of the callback that decides
}

// JobDetails is what a list of jobs shows of one callback.
type JobDetails struct {
	Place          Place
	State, Payload string
	Outputs        string // how many; empty without a status
	Error          string
}

// NewJobDetails returns what a list of jobs shows of a callback that was found in a place.
func NewJobDetails(place Place, c *decode.Callback) JobDetails {
	d := JobDetails{Place: place, Payload: strings.Clone(c.Payload), Error: strings.Clone(firstProblem(explain.Of(c)))}
	if s := c.Status; s != nil {
		if !c.IsStream() {
			d.State = strings.Clone(s.State)
		}
		d.Outputs = strconv.Itoa(len(s.Videos) + len(s.Audios) + len(s.Images) + len(s.Texts))
	}
	return d
}

// Span is how long something took. The zero Span is not known.
type Span struct {
	Known bool
	time.Duration
}

// jobColumn is a column of a list of jobs.
type jobColumn struct {
	column
	cell    func(r *JobRow, forPeople bool) string
	compare func(a, b *JobRow) int // nil to compare the cells
}

// jobColumns are the columns of a list of jobs.
func jobColumns() []jobColumn {
	return []jobColumn{
		{column{Name: "file", For: programs}, func(r *JobRow, _ bool) string { return r.Place.File }, nil},
		{column{Name: "line", For: programs, Right: true}, func(r *JobRow, _ bool) string { return r.Place.Cells()[2] }, func(a, b *JobRow) int { return cmp.Compare(a.Place.Line, b.Place.Line) }},
		{column{Name: "where", For: programs}, func(r *JobRow, _ bool) string { return r.Place.Where }, nil},
		{column{Name: "task", Elastic: true, Short: shortToken}, func(r *JobRow, _ bool) string { return r.Task }, nil},
		{column{Name: "outcome", Outcome: true}, func(r *JobRow, _ bool) string { return r.Outcome.String() }, nil},
		{column{Name: "state", Elastic: true, Rank: 8}, func(r *JobRow, _ bool) string { return r.State }, nil},
		{column{Name: "begun", Optional: true, Rank: 3}, func(r *JobRow, forPeople bool) string { return moment(r.Begun, r.Zoned, forPeople) }, func(a, b *JobRow) int { return a.Begun.Compare(b.Begun) }},
		{column{Name: "ended", Optional: true, Rank: 10}, func(r *JobRow, forPeople bool) string { return moment(r.Ended, r.Zoned, forPeople) }, func(a, b *JobRow) int { return a.Ended.Compare(b.Ended) }},
		{column{Name: "took", Optional: true, Right: true, Rank: 2}, func(r *JobRow, forPeople bool) string { return r.Took.text(forPeople) }, func(a, b *JobRow) int { return cmp.Compare(a.Took.Duration, b.Took.Duration) }},
		{column{Name: "age", Optional: true, Right: true, Rank: 4}, func(r *JobRow, forPeople bool) string { return r.Age.text(forPeople) }, func(a, b *JobRow) int { return cmp.Compare(a.Age.Duration, b.Age.Duration) }},
		{column{Name: "deliveries", Elastic: true, Least: 16, Short: shortEnd, Rank: 5}, func(r *JobRow, _ bool) string { return r.Deliveries }, nil},
		{column{Name: "retried_as", Optional: true, Elastic: true, Short: shortToken, Rank: 6}, func(r *JobRow, _ bool) string { return r.RetriedAs }, nil},
		{column{Name: "outputs", Right: true, Rank: 9}, func(r *JobRow, _ bool) string { return r.Outputs }, func(a, b *JobRow) int { return cmp.Compare(numberOf(a.Outputs), numberOf(b.Outputs)) }},
		{column{Name: "payload", Elastic: true, Short: shortEnd, Rank: 7}, func(r *JobRow, _ bool) string { return r.Payload }, nil},
		{column{Name: "error", Elastic: true, Least: 16, Rank: 1}, func(r *JobRow, _ bool) string { return r.Error }, nil},
	}
}

func numberOf(cell string) int {
	n, _ := strconv.Atoi(cell)
	return n
}

// JobColumns returns the names of the columns of a list of jobs.
func JobColumns() []string {
	var names []string
	for _, c := range jobColumns() {
		names = append(names, c.Name)
	}
	return names
}

// SortJobs sorts jobs by a column, one of JobColumns, or with a "-" before it from the last
// to the first. Those without a value come last in any case.
func SortJobs(rows []*JobRow, by string) {
	name, descending := strings.CutPrefix(by, "-")
	columns := jobColumns()
	c := columns[slices.IndexFunc(columns, func(c jobColumn) bool { return c.Name == name })]
	compare := c.compare
	if compare == nil {
		compare = func(a, b *JobRow) int { return cmp.Compare(c.cell(a, false), c.cell(b, false)) }
	}
	slices.SortStableFunc(rows, func(a, b *JobRow) int {
		order := compare(a, b)
		if descending {
			order = -order
		}
		switch without, others := c.cell(a, false) == "", c.cell(b, false) == ""; {
		case without != others && without:
			return 1
		case without != others:
			return -1
		}
		return order
	})
}

// WriteJobs writes a row for each job. On a terminal each duration has a bar beside it,
// against the longest one.
func WriteJobs(w *bufio.Writer, rows []*JobRow, o GridOptions) error {
	var plain []column
	columns := jobColumns()
	for _, c := range columns {
		plain = append(plain, c.column)
	}
	grid := newGrid(w, o, plain)
	forPeople := grid.readers == people
	bars := o.Screen.Width > 0 && o.Format == "table"
	longest, widest := time.Duration(0), 0
	if bars {
		for _, r := range rows {
			longest, widest = max(longest, r.Took.Duration), max(widest, cells(r.Took.text(true)))
		}
	}
	for _, r := range rows {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = c.cell(r, forPeople)
			if c.Name == "took" && bars && longest > 0 && row[i] != "" {
				row[i] = bar(float64(r.Took.Duration)/float64(longest)) + " " + strings.Repeat(" ", widest-cells(row[i])) + row[i]
			}
		}
		if err := grid.Add(row); err != nil {
			return err
		}
	}
	if grid.Len() == 0 {
		_, _ = w.WriteString(grid.Head()) // The writer keeps its error.
	}
	return grid.Close()
}

// barWidth is the width of the longest bar, in cells.
const barWidth = 8

// bar returns a bar for a share of the longest one, padded to the same width.
func bar(share float64) string {
	eighths := max(1, int(math.Round(share*barWidth*8)))
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune(" ▏▎▍▌▋▊▉")[rest])
	}
	return text + strings.Repeat(" ", barWidth-(eighths+7)/8)
}

// moment writes a point in time: for programs in RFC 3339, without a zone if none is known.
func moment(t time.Time, zoned, forPeople bool) string {
	switch {
	case t.IsZero():
		return ""
	case forPeople && zoned:
		return t.Format(time.DateTime + "Z07:00")
	case forPeople:
		return t.Format(time.DateTime)
	case zoned:
		return t.Format(time.RFC3339Nano)
	}
	return t.Format("2006-01-02T15:04:05.999999999")
}

// text writes how long something took: for programs in seconds.
func (s Span) text(forPeople bool) string {
	whole := int64(math.Round(s.Seconds()))
	switch {
	case !s.Known:
		return ""
	case !forPeople:
		return strconv.FormatFloat(s.Seconds(), 'f', -1, 64)
	case s.Duration < time.Minute-time.Second/200:
		return decimal(s.Seconds(), 2) + " s"
	case whole < 3600:
		return fmt.Sprintf("%d:%02d", whole/60, whole%60)
	case whole < 24*3600:
		return fmt.Sprintf("%d:%02d:%02d", whole/3600, whole/60%60, whole%60)
	}
	return fmt.Sprintf("%d d %d h", whole/(24*3600), whole/3600%24)
}
