package render

import (
	"math"
	"strconv"
	"strings"

	"qcb/decode"
)

// Outputs is a Grid with a row for each output. The units are in the names of the
// columns; a bitrate is that of the whole file. Of an audio output Qencode sends
// codec and channels of the source's stream.
type Outputs struct{ Grid }

// NewOutputs returns Outputs without any.
func NewOutputs() *Outputs {
	return &Outputs{Grid{columns: []column{
		{Name: "task", Elastic: true, Rank: 10},
		{Name: "kind"},
		{Name: "tag", Elastic: true},
		{Name: "user_tag", Elastic: true, Rank: 1},
		{Name: "format", Elastic: true, Rank: 9},
		{Name: "codec", Elastic: true, Rank: 11},
		{Name: "width", Right: true, Rank: 5},
		{Name: "height", Right: true, Rank: 4},
		{Name: "framerate", Right: true, Rank: 12},
		{Name: "channels", Right: true, Rank: 13},
		{Name: "duration_s", Right: true, Rank: 7},
		{Name: "bitrate_kbps", Right: true, Rank: 8},
		{Name: "size_bytes", Right: true, Rank: 6},
		{Name: "error", Elastic: true, Rank: 3},
		{Name: "url", Elastic: true, Rank: 2},
	}}}
}

// Add adds an output of a task.
func (g *Outputs) Add(task string, o *decode.Output) {
	meta := o.Meta()
	width, height := meta.Width, meta.Height
	if width == "" && height == "" {
		width, height = meta.ResolutionWidth, meta.ResolutionHeight
	}
	problem := o.ErrorDescription
	if problem == "" && o.Failed() {
		problem = "error " + string(o.Error)
	}
	g.rows = append(g.rows, []string{
		task, string(o.Kind), o.Tag, o.UserTag, o.Format, meta.Codec,
		string(width), string(height), framesPerSecond(meta.Framerate), string(meta.Channels),
		string(o.Duration), string(o.Bitrate), bytesOf(o.Size), problem, o.URL,
	})
}

// Totals is a Grid with a row for each kind of output: how many there are, and
// their duration and size together.
type Totals struct {
	Grid
	sums map[decode.OutputKind]total
}

// total sums up the outputs of one kind.
type total struct {
	outputs            int
	seconds, megabytes float64
}

// NewTotals returns Totals of nothing.
func NewTotals() *Totals {
	return &Totals{
		Grid{columns: []column{{Name: "kind"}, {Name: "outputs", Right: true}, {Name: "duration_s", Right: true}, {Name: "size_bytes", Right: true}}},
		map[decode.OutputKind]total{},
	}
}

// Add adds an output.
func (g *Totals) Add(o *decode.Output) {
	t := g.sums[o.Kind]
	seconds, _ := o.Duration.Float()
	megabytes, _ := o.Size.Float()
	g.sums[o.Kind] = total{t.outputs + 1, t.seconds + seconds, t.megabytes + megabytes}
}

// Sum makes the rows.
func (g *Totals) Sum() {
	for _, kind := range decode.OutputKinds {
		if t := g.sums[kind]; t.outputs > 0 {
			g.rows = append(g.rows, []string{string(kind), strconv.Itoa(t.outputs), decimal(t.seconds, 3), decimal(t.megabytes*1e6, 0)})
		}
	}
}

// decimal writes a number with at most so many digits after the point.
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
func bytesOf(megabytes decode.Number) string {
	mb, ok := megabytes.Float()
	if !ok || math.Abs(mb) >= 1e12 {
		return string(megabytes)
	}
	return decimal(mb*1e6, 0)
}
