// Package render writes decoded callbacks for people and for programs: each
// function takes a value and a writer, escapes what came from outside, and
// returns nothing but the writer's error.
package render

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"qcb/decode"
)

// ShowOptions are the options of Show.
type ShowOptions struct {
	From  string // where the callback was found, if that should be said
	Width int    // of the terminal in cells, 0 for no limit
	Color bool
	Links bool // make links of URLs, for a terminal that can

	Markdown bool     // for a ticket; Width, Color and Links do not matter
	Ignore   []string // the names of findings to leave out
}

// Show writes what happened to a job, for a person: the verdict first, then
// what the job is, its errors in full and what they seem to be about, a table of
// its outputs, its warnings, what else is worth knowing, and the URLs of the
// outputs, each on a line of its own.
func Show(w *bufio.Writer, c *decode.Callback, o ShowOptions) error {
	s := show{w: w, paint: newTheme(o.Color && !o.Markdown, o.Links && !o.Markdown), width: o.Width, markdown: o.Markdown}
	s.verdict(c)
	s.summary(c, o.From)
	s.failures(c.Failures())
	if c.Status != nil {
		s.outputs(c.Status)
		s.warnings(c.Status.Warnings)
	}
	s.findings(c.Findings(), o.Ignore)
	s.others(c.Form)
	if c.Status != nil {
		s.urls(c.Status)
	}
	return s.err
}

// show writes the parts of Show. After an error of the writer it writes
// nothing more.
type show struct {
	w     *bufio.Writer
	err   error
	paint theme
	width int

	markdown bool
}

func (s *show) line(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, format+"\n", args...)
	}
}

// section begins a part with a title, apart from what is above it.
func (s *show) section(title string) {
	s.line("")
	if s.markdown {
		s.line("### %s", title)
		s.line("")
		return
	}
	s.line("%s", title)
}

// item writes a line of a part, in which text from outside is escaped.
func (s *show) item(text string) {
	if s.markdown {
		s.line("- %s", MarkdownText(text))
		return
	}
	s.line("  %s", strings.Join(wrap(Escape(text), s.width-4), "\n    "))
}

// remark writes a line below the table.
func (s *show) remark(text string) {
	s.line("%s", s.paint.faint(strings.Join(wrap(text, s.width), "\n")))
}

// verdict writes the outcome in a word, and where that is not plain, why.
func (s *show) verdict(c *decode.Callback) {
	word, why := Verdict(c)
	switch c.Outcome() {
	case decode.Completed:
		word = s.paint.good(word)
	case decode.Failed:
		word = s.paint.bad(word)
	default:
		word = s.paint.wait(word)
	}
	if s.markdown {
		word = "**" + word + "**"
	}
	if why != "" {
		word += ": " + why
	}
	s.line("%s", word)
	if s.markdown {
		s.line("")
	}
}

// Verdict names the outcome of a callback in a word or two, safe to print. why
// says what an unknown outcome is for want of.
func Verdict(c *decode.Callback) (word, why string) {
	state := ""
	if c.Status != nil {
		state = Escape(c.Status.State)
	}
	switch c.Outcome() {
	case decode.Completed:
		return "completed", ""
	case decode.Failed:
		return "FAILED", ""
	case decode.Pending:
		if state == "encoding" && c.Status.Percent != "" {
			return state + " " + percent(c.Status.Percent), ""
		}
		if state == "" {
			return Escape(c.Event), ""
		}
		return state, ""
	}
	switch {
	case c.Status == nil && strings.TrimSpace(c.Form.Text("status")) != "":
		return "unknown", "its status cannot be read"
	case c.Status == nil:
		return "unknown", "no status came with it"
	case c.Status.Raw.Kind() != '{':
		return "unknown", "its status is not a JSON object"
	case c.Status.Partial && c.Status.Error == "":
		return "unknown", "the status is damaged before its error flag"
	case state == "":
		return "unknown", "the status names no state"
	}
	return "unknown", "the state is " + state
}

func (s *show) summary(c *decode.Callback, from string) {
	fields := [][2]string{
		{"from", from},
		{"task", c.TaskToken},
		{"event", c.Event},
		{"type", c.Type},
	}
	if c.Status != nil {
		if word, _ := Verdict(c); !strings.HasPrefix(word, Escape(c.Status.State)) {
			fields = append(fields, [2]string{"status", c.Status.State})
		}
		fields = append(fields, [2]string{"source", joined(", ", seconds(c.Status.Duration), megabytes(c.Status.SourceSize))})
	}
	fields = append(fields, [2]string{"payload", c.Payload})
	for _, f := range fields {
		switch {
		case f[1] == "":
		case s.markdown:
			s.line("- %s: %s", f[0], MarkdownText(f[1]))
		default:
			s.line("%s  %s", s.paint.faint(fmt.Sprintf("%-7s", f[0])), Escape(f[1]))
		}
	}
}

// others writes the fields that Qencode does not document, apart from those
// above: their names could be anything.
func (s *show) others(form decode.Form) {
	titled := false
	for i := range form {
		f := &form[i]
		if f.Known() {
			continue
		}
		if !titled {
			s.section(s.paint.strong("other fields"))
			titled = true
		}
		s.item(f.Name + ": " + string(f.Value))
	}
}

// failures writes each error in full.
func (s *show) failures(list []decode.Failure) {
	if len(list) == 0 {
		return
	}
	s.section(s.paint.bad("errors"))
	for _, f := range list {
		s.item(f.Source + ": " + f.String())
	}
	s.causes(list)
}

// causes writes what the failures seem to be about, each kind once, and what is
// published about their codes.
func (s *show) causes(list []decode.Failure) {
	var lines []string
	for _, f := range list {
		if cause, ok := f.Cause(); ok {
			lines = append(lines, fmt.Sprintf("%s, for the message says %q", cause.Kind, cause.Word), "check "+cause.Check)
		}
		switch name := f.CodeName(); {
		case name != "":
			lines = append(lines, fmt.Sprintf("code %s is %s where a method of the API sends it", f.Code, name))
		case f.Code != "":
			lines = append(lines, fmt.Sprintf("code %s is not in the published table", f.Code))
		}
	}
	if len(lines) == 0 {
		return
	}
	s.section(s.paint.strong("likely cause"))
	written := map[string]bool{}
	for _, line := range lines {
		if !written[line] {
			s.item(line)
		}
		written[line] = true
	}
}

// findings writes what else is worth knowing, each with its name.
func (s *show) findings(list []decode.Finding, ignore []string) {
	list = slices.DeleteFunc(list, func(f decode.Finding) bool { return slices.Contains(ignore, f.Name) })
	if len(list) == 0 {
		return
	}
	s.section(s.paint.strong("notes"))
	for _, f := range list {
		s.item(f.Name + ": " + f.Text)
	}
}

// sourceMark marks a cell that describes the stream of the source.
const (
	sourceMark = "*"
	sourceNote = sourceMark + " of the source's stream: Qencode does not send the output's own"
)

var outputColumns = []column{
	{Name: "KIND"},
	{Name: "TAG", Elastic: true},
	{Name: "USER TAG", Elastic: true, Rank: 1},
	{Name: "FORMAT", Elastic: true, Rank: 4},
	{Name: "CODEC", Elastic: true, Rank: 6},
	{Name: "RESOLUTION", Rank: 2},
	{Name: "DURATION", Right: true, Rank: 3},
	{Name: "BITRATE", Right: true, Rank: 5},
	{Name: "SIZE", Right: true},
}

// outputs writes the table of the outputs.
func (s *show) outputs(status *decode.Status) {
	t := table{Columns: outputColumns}
	marked := false
	for o := range status.Outputs() {
		meta := o.Meta()
		marked = marked || o.Kind == decode.Audio && (meta.Codec != "" || meta.Channels != "")
		t.Rows = append(t.Rows, outputRow(o, meta))
	}
	if len(t.Rows) == 0 || s.err != nil {
		return
	}
	s.line("")
	if s.markdown {
		fitted, _ := t.fit(0, false)
		g := newGrid(s.w, GridOptions{Format: "markdown"}, fitted.Columns)
		for _, row := range fitted.Rows {
			s.err = cmp.Or(s.err, g.Add(row))
		}
		if marked {
			s.line("")
			s.line("%s", MarkdownText(sourceNote))
		}
		return
	}
	fitted, left := t.fit(s.width, false)
	if s.err == nil {
		s.err = fitted.write(s.w, s.paint)
	}
	if marked && !(slices.Contains(left, "CODEC") && slices.Contains(left, "RESOLUTION")) {
		s.remark(sourceNote)
	}
	if len(left) > 0 {
		s.remark(leftOut(left))
	}
}

func outputRow(o *decode.Output, meta decode.Meta) []string {
	codec, shape := Escape(meta.Codec), ""
	switch {
	case o.Kind == decode.Audio:
		if codec != "" {
			codec += sourceMark
		}
		if meta.Channels != "" {
			shape = cell(string(meta.Channels)) + " ch" + sourceMark
		}
	case meta.Width != "" && meta.Height != "":
		shape = cell(string(meta.Width + "x" + meta.Height))
	case meta.ResolutionWidth != "" && meta.ResolutionHeight != "":
		shape = cell(string(meta.ResolutionWidth + "x" + meta.ResolutionHeight))
	}
	return []string{
		string(o.Kind),
		Escape(o.Tag),
		Escape(o.UserTag),
		Escape(o.Format),
		codec,
		shape,
		seconds(o.Duration),
		kilobits(o.Bitrate),
		megabytes(o.Size),
	}
}

func (s *show) warnings(list []decode.Warning) {
	list = slices.DeleteFunc(slices.Clone(list), func(w decode.Warning) bool { return w == decode.Warning{} })
	if len(list) == 0 {
		return
	}
	s.section(s.paint.wait("warnings"))
	for _, w := range list {
		message := w.Message
		if w.Details != "" {
			message = strings.TrimSuffix(message, ".")
		}
		s.item(joined(": ", w.Tag, message, w.Details))
	}
}

// urls writes each URL once, below the outputs that are found there: the
// renditions of a playlist share one.
func (s *show) urls(status *decode.Status) {
	var urls []string
	names := map[string][]string{}
	for o := range status.Outputs() {
		if names[o.URL] == nil {
			urls = append(urls, o.URL)
		}
		names[o.URL] = append(names[o.URL], o.Name())
	}
	if len(urls) == 0 {
		return
	}
	s.section(s.paint.strong("URLs"))
	for _, url := range urls {
		title := strings.Join(names[url], ", ") + ":"
		if s.markdown {
			s.line("- %s %s", MarkdownText(title), markdownLink(url))
			continue
		}
		s.line("%s", s.paint.faint(Escape(title)))
		if url == "" {
			s.line("  no URL was sent")
			continue
		}
		s.line("  %s", s.paint.link(url, Escape(url)))
	}
}
