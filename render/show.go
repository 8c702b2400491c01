// Package render writes decoded callbacks for people and for programs. Each function
// takes a value and a writer. It escapes and masks what was sent, and returns only
// the writer's error.
package render

import (
	"bufio"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"qcb/decode"
	"qcb/decode/explain"
)

// Screen is what a text is laid out for.
type Screen struct {
	Width int // of the terminal in cells, 0 for no limit
	Color bool
	Links bool // make links of URLs, for a terminal that can
}

// ShowOptions are the options of Show.
type ShowOptions struct {
	From     string // where the callback was found; "" to leave it out
	Received string // when it came, and with which request, if that is known
	Screen   Screen
	Markdown bool // for a ticket; Screen does not matter then
	Masking  Masking
	Ignore   []string // the names of findings to leave out

	// Among has the findings that the callback has among the others of its job.
	Among []explain.Finding
}

// page is a medium that a callback is shown in. It masks and escapes all texts that
// it gets, and lays them out.
type page interface {
	outcome(as tone, word, more string)
	field(name, value string)
	place(name, value string) // a field
	section(as tone, title string)
	item(as tone, label, text string) // of the section; its label in the tone
	rows(t table) (left []string)     // a table that begins the page; returns the columns that do not fit
	table(t table, source bool)       // source says that a cell is about the source's stream
	line(parts ...string)             // as it is; an empty one without a part
	urls(label string, urls []string) // an item that leads somewhere
}

func newPage(w *bufio.Writer, o ShowOptions) page {
	if o.Markdown {
		return &markdownPage{w: w, masking: o.Masking}
	}
	return newTextPage(w, o)
}

// Show writes what happened to a job, for a person: the outcome first, then what the
// job is, its errors in full and what they seem to be about, its findings, a table of its
// outputs, and their URLs, each on its own line. What is long comes last.
func Show(w *bufio.Writer, c *decode.Callback, o ShowOptions) error {
	r := explain.Of(c, o.Ignore...)
	for _, f := range o.Among {
		r.Add(f.Name, f.Text)
	}
	p := newPage(w, o)
	word, more := outcome(c, r)
	p.outcome(toneOf(r.Outcome), word, more)
	showFields(p, c, o, word, more)
	showFailures(p, r.Failures)
	showFindings(p, r.Findings)
	showOthers(p, c.Form)
	if c.Status != nil {
		showOutputs(p, c.Status)
		showURLs(p, c.Status)
	}
	_, err := w.Write(nil) // The writer keeps its first error.
	return err
}

func showFields(p page, c *decode.Callback, o ShowOptions, word, more string) {
	if o.From != "" {
		p.place("from", o.From)
	}
	p.field("received", o.Received)
	p.field("task", c.TaskToken)
	p.field("event", c.Event)
	p.field("type", c.Type)
	if s := c.Status; s != nil {
		if s.State != word && !strings.HasPrefix(more, s.State) {
			p.field("state", s.State)
		}
		p.field("source", joined(", ", seconds(s.Duration), megabytes(s.SourceSize)))
	}
	p.field("payload", c.Payload)
}

// showFailures shows each error in full, then what the errors seem to be about.
func showFailures(p page, list []explain.Failure) {
	if len(list) == 0 {
		return
	}
	p.section(toneBad, "errors")
	for _, f := range list {
		p.item(tonePlain, f.Source, f.String())
	}
	if lines := causes(list); len(lines) > 0 {
		p.section(toneStrong, "likely cause")
		for _, line := range lines {
			p.item(tonePlain, "", line)
		}
	}
}

// showFindings shows what is easy to miss, each with its name.
func showFindings(p page, list []explain.Finding) {
	if len(list) == 0 {
		return
	}
	p.section(toneStrong, "findings")
	for _, f := range list {
		severity := [...]tone{explain.SeverityInfo: toneStrong, explain.SeverityWarning: toneWait, explain.SeverityError: toneBad}[f.Severity]
		p.item(severity, f.Name, f.Text)
	}
}

// showOthers shows the fields that Qencode does not document, apart from the others:
// their names could be anything.
func showOthers(p page, form decode.Form) {
	titled := false
	for i := range form {
		f := &form[i]
		if f.Known() {
			continue
		}
		if !titled {
			p.section(toneStrong, "other fields")
			titled = true
		}
		p.item(tonePlain, f.Name, string(f.Value))
	}
}

// sourceMark marks a cell that describes the stream of the source.
const (
	sourceMark = "*"
	sourceNote = sourceMark + " of the source's stream: Qencode does not send the output's own"
)

var outputColumns = []column{
	{Name: "#", Right: true}, // The list of URLs below names outputs by their number.
	{Name: "KIND"},
	{Name: "TAG", Elastic: true},
	{Name: "USER TAG", Elastic: true, Rank: 1},
	{Name: "FORMAT", Elastic: true, Rank: 4},
	{Name: "CODEC", Elastic: true, Rank: 6},
	{Name: "RESOLUTION", Rank: 2},
	{Name: "DURATION", Right: true, Rank: 3},
	{Name: "BITRATE", Right: true, Rank: 5},
	{Name: "SIZE", Right: true},
	{Name: "DETECTED LANGUAGE", Rank: 7},
	{Name: "COST", Right: true, Rank: 8},
}

func showOutputs(p page, status *decode.Status) {
	t := table{Columns: outputColumns}
	source := false
	for o := range status.Outputs() {
		meta := o.Meta()
		source = source || o.Kind == decode.KindAudio && (meta.Codec != "" || meta.Channels != "")
		t.Rows = append(t.Rows, append([]string{strconv.Itoa(len(t.Rows) + 1)}, outputRow(o, meta)...))
	}
	if len(t.Rows) > 0 {
		p.table(t, source)
	}
}

func outputRow(o *decode.Output, meta decode.Meta) []string {
	codec, shape := meta.Codec, ""
	switch {
	case o.Kind == decode.KindAudio:
		if codec != "" {
			codec += sourceMark
		}
		if meta.Channels != "" {
			shape = short(string(meta.Channels)) + " ch" + sourceMark
		}
	case meta.Width != "" && meta.Height != "":
		shape = short(string(meta.Width + "x" + meta.Height))
	}
	return []string{string(o.Kind), o.Tag, o.UserTag, o.Format, codec, shape, seconds(o.Duration), kilobits(o.Bitrate), megabytes(o.Size), short(o.DetectedLanguage), short(string(o.Cost))}
}

// showURLs shows each URL once, beside the numbers of the outputs that are found there: the
// renditions of a playlist share one, and a text has several.
func showURLs(p page, status *decode.Status) {
	type group struct {
		outputs []int
		label   string
		urls    []string
	}
	var groups []*group
	known := map[string]*group{}
	number, widest := 0, 0
	for o := range status.Outputs() {
		number++
		var urls []string
		for _, url := range o.Files() {
			urls = append(urls, url)
		}
		key := strings.Join(urls, "\n")
		g := known[key]
		if g == nil {
			g = &group{urls: urls}
			known[key] = g
			groups = append(groups, g)
		}
		g.outputs = append(g.outputs, number)
	}
	if len(groups) == 0 {
		return
	}
	for _, g := range groups {
		g.label = ranges(g.outputs)
		widest = max(widest, len(g.label))
	}
	p.section(toneStrong, "URLs")
	for _, g := range groups {
		p.urls(strings.Repeat(" ", widest-len(g.label))+g.label, g.urls)
	}
}

// ranges writes ascending numbers: "1-7, 9".
func ranges(numbers []int) string {
	var parts []string
	for first := 0; first < len(numbers); {
		last := first
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		part := strconv.Itoa(numbers[first])
		if last > first {
			part += "-" + strconv.Itoa(numbers[last])
		}
		parts = append(parts, part)
		first = last + 1
	}
	return strings.Join(parts, ", ")
}

// noURL is shown in the place of a URL.
const noURL = "no URL was sent"

// textPage is a terminal, or a file that is read like one.
type textPage struct {
	w       *bufio.Writer // keeps its error
	paint   theme
	width   int
	masking Masking
}

func newTextPage(w *bufio.Writer, o ShowOptions) *textPage {
	return &textPage{w: w, paint: newTheme(o.Screen.Color, o.Screen.Links), width: o.Screen.Width, masking: o.Masking}
}

// safe returns the value of a field or member, masked and escaped.
func (p *textPage) safe(name, value string) string { return Escape(p.masking.person(name, value)) }

func (p *textPage) line(parts ...string) { writeLine(p.w, parts) }

// writeLine writes a line in parts. The writer keeps its error.
func writeLine(w *bufio.Writer, parts []string) {
	for _, part := range parts {
		_, _ = w.WriteString(part)
	}
	_ = w.WriteByte('\n')
}

func (p *textPage) outcome(as tone, word, more string) {
	word = p.paint.of(as)(p.safe("", word))
	p.line(joined(": ", word, p.safe("", more)))
}

func (p *textPage) field(name, value string) {
	if value != "" {
		p.labelled(name, p.safe(name, value))
	}
}

func (p *textPage) place(name, value string) { p.labelled(name, Escape(p.masking.placed(value))) }

// labelled writes a text that is safe to print, and what it is.
func (p *textPage) labelled(name, text string) {
	const widest = "received"
	label := name + strings.Repeat(" ", len(widest)-1-min(len(name), len(widest)-1))
	p.line(p.paint.faint(label), strings.Repeat(" ", len(widest)+1-len(label)), text)
}

func (p *textPage) section(as tone, title string) {
	p.line()
	p.line(p.paint.of(as)(title))
}

func (p *textPage) item(as tone, label, text string) {
	label = p.safe("", label)
	text = joined(": ", label, p.safe(label, text))
	lines := wrap(text, p.width-4)
	if rest, ok := strings.CutPrefix(lines[0], label+":"); ok && label != "" && as != tonePlain {
		lines[0] = p.paint.of(as)(label) + ":" + rest
	}
	p.line("  ", strings.Join(lines, "\n    "))
}

func (p *textPage) table(t table, source bool) {
	p.line()
	left := p.rows(t)
	if source && !(slices.Contains(left, "CODEC") && slices.Contains(left, "RESOLUTION")) {
		p.remark(sourceNote)
	}
	if len(left) > 0 {
		p.remark(hiddenColumns(left))
	}
}

func (p *textPage) rows(t table) (left []string) {
	for _, row := range t.Rows {
		for i := range row {
			row[i] = Escape(t.Columns[i].masked(p.masking, row[i]))
		}
	}
	fitted, left := t.withoutEmpty().fit(p.width, false)
	_ = fitted.write(p.w, p.paint)
	return left
}

// remark writes a line below the table.
func (p *textPage) remark(text string) {
	p.line(p.paint.faint(strings.Join(wrap(text, p.width), "\n")))
}

func (p *textPage) urls(label string, urls []string) {
	for _, url := range urls {
		url = p.masking.person("", url)
		p.line("  ", p.paint.faint(label), "  ", p.paint.link(url, cmp.Or(Escape(url), noURL)))
		label = strings.Repeat(" ", len(label))
	}
}
