package render

import (
	"bufio"
	"math"
	"slices"
	"strconv"
	"strings"

	"qcb/decode"
)

// NewOutputs returns a Grid with a row for each file, of [AppendOutput]. The units
// are in the names of the columns; a bitrate is that of the whole file. Of an
// audio output Qencode sends codec and channels of the source's stream.
func NewOutputs(w *bufio.Writer, o GridOptions) *Grid {
	return newGrid(w, o, outputsColumns())
}

// OutputColumns returns the names of the columns of [NewOutputs].
func OutputColumns() []string { return columnNames(outputsColumns()) }

func outputsColumns() []column {
	return append(placeColumns(14),
		column{Name: "time", Optional: true, Rank: 17},
		column{Name: "task", Elastic: true, Short: shortToken, Rank: 10},
		column{Name: "kind"},
		column{Name: "tag", Elastic: true},
		column{Name: "user_tag", Elastic: true, Rank: 1},
		column{Name: "format", Elastic: true, Rank: 9},
		column{Name: "codec", Elastic: true, Rank: 11},
		column{Name: "width", Right: true, Rank: 5},
		column{Name: "height", Right: true, Rank: 4},
		column{Name: "framerate", Right: true, Rank: 12},
		column{Name: "channels", Right: true, Rank: 13},
		column{Name: "duration_s", Right: true, Rank: 7},
		column{Name: "bitrate_kbps", Right: true, Rank: 8},
		column{Name: "size_bytes", Right: true, Rank: 6},
		column{Name: "error", Elastic: true, Rank: 3},
		column{Name: "url", Elastic: true, Least: 30, Link: true, Rank: 2},
		column{Name: "detected_language", Rank: 15},
		column{Name: "cost", Right: true, Rank: 16},
	)
}

// AppendOutput appends the cells of the nth of an output's Files to a row that has those of
// the callback's place and time. What there is once of an output is in the first one, so that sums
// are right.
func AppendOutput(row []string, task string, o *decode.Output, n int, url string) []string {
	meta, once := o.Meta(), *o
	if n > 0 {
		once.Duration, once.Bitrate, once.Size, once.Cost = "", "", "", ""
	}
	problem := o.ErrorDescription
	switch {
	case problem != "" || !o.Failed():
	case o.Error.IsSet():
		problem = "error " + string(o.Error)
	default:
		problem = "state " + o.State
	}
	return append(row,
		task, string(o.Kind), o.Tag, o.UserTag, o.Format, meta.Codec,
		string(meta.Width), string(meta.Height), framesPerSecond(meta.Framerate), string(meta.Channels),
		string(once.Duration), string(once.Bitrate), bytesOf(once.Size), problem, url, o.DetectedLanguage, string(once.Cost),
	)
}

// NewTotals returns a Grid with a row for each kind of output, of the Rows of
// [Totals].
func NewTotals(w *bufio.Writer, o GridOptions) *Grid {
	return newGrid(w, o, totalColumns())
}

// TotalColumns returns the names of the columns of [NewTotals].
func TotalColumns() []string { return columnNames(totalColumns()) }

func totalColumns() []column {
	return []column{{Name: "kind"}, {Name: "outputs", Right: true}, {Name: "duration_s", Right: true}, {Name: "size_bytes", Right: true}}
}

// Totals counts the files of each kind, and sums up their durations and sizes.
// The zero value is ready.
type Totals [4]struct {
	outputs            int
	seconds, megabytes float64
	timed, sized       bool // whether Qencode sent any
}

// Add adds an output.
func (t *Totals) Add(o *decode.Output) {
	kinds := decode.OutputKinds()
	sum := &t[slices.Index(kinds[:], o.Kind)]
	duration, timed := o.Duration.Float()
	size, sized := o.Size.Float()
	for range o.Files() {
		sum.outputs++
	}
	sum.seconds += duration
	sum.megabytes += size
	sum.timed = sum.timed || timed
	sum.sized = sum.sized || sized
}

// Merge adds what others have counted.
func (t *Totals) Merge(others *Totals) {
	for i := range t {
		t[i].outputs += others[i].outputs
		t[i].seconds += others[i].seconds
		t[i].megabytes += others[i].megabytes
		t[i].timed = t[i].timed || others[i].timed
		t[i].sized = t[i].sized || others[i].sized
	}
}

// Rows returns a row for each kind of which there is an output.
func (t *Totals) Rows() [][]string {
	var rows [][]string
	for i, sum := range t {
		if sum.outputs == 0 {
			continue
		}
		row := []string{string(decode.OutputKinds()[i]), strconv.Itoa(sum.outputs), "", ""}
		if sum.timed {
			row[2] = decimal(sum.seconds, 3)
		}
		if sum.sized {
			row[3] = decimal(sum.megabytes*1e6, 0)
		}
		rows = append(rows, row)
	}
	return rows
}

// decimal writes a number with at most the given number of digits after the point.
func decimal(value float64, digits int) string {
	scale := math.Pow10(digits)
	return strconv.FormatFloat(math.Round(value*scale)/scale, 'f', -1, 64)
}

// framesPerSecond writes a rate that was sent as a fraction ("30000/1001") in
// decimal, with three digits at most.
func framesPerSecond(fraction string) string {
	above, below, ok := strings.Cut(fraction, "/")
	if !ok {
		return fraction
	}
	n, okN := decode.Number(above).Float()
	d, okD := decode.Number(below).Float()
	if !okN || !okD || d == 0 {
		return fraction
	}
	return decimal(n/d, 3)
}

// bytesOf writes a size that was sent in megabytes of 10^6 bytes.
func bytesOf(size decode.Number) string {
	mb, ok := size.Float()
	if !ok || math.Abs(mb) >= 1e12 {
		return string(size)
	}
	return decimal(mb*1e6, 0)
}
