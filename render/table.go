package render

import (
	"bufio"
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// column is a column of a table.
type column struct {
	Name string
	// For says who gets the column unless columns are chosen.
	For readers
	// Right is for numbers: they line up at their right edge.
	Right bool
	// Elastic cells may be shortened to fit a terminal, but not to fewer than Least
	// cells, 0 for leastWidth, while a column can be left out.
	Elastic bool
	Least   int
	// Grow is how much wider elastic cells further down a long table may well be.
	Grow int
	// Short is how they are shortened: Elide, if it is nil.
	Short func(cell string, width int) string
	// Optional says that a table leaves the column out if no row has it, however wide.
	Optional bool
	// Link is for URLs: whole or shortened, they lead to where they lead.
	Link bool
	// Place is for places.
	Place bool
	// Outcome is for the names of outcomes: each has its colour.
	Outcome bool
	// Rank says which column is narrowed first, and goes first, where the terminal is
	// too narrow: the highest rank. A column of rank 0 stays, even if it is empty.
	Rank int
}

// title returns the name as the header of a table has it.
func (c *column) title() string { return strings.ToUpper(strings.ReplaceAll(c.Name, "_", " ")) }

// masked returns a cell of the column as a person may see it.
func (c *column) masked(m Masking, cell string) string {
	if c.Place {
		return m.placed(cell)
	}
	return m.person(c.Name, cell)
}

// least returns how narrow an elastic column may get.
func (c *column) least() int { return cmp.Or(c.Least, leastWidth) }

// table is columns and rows, apart from how they are laid out. Each row has a
// cell for each column, safe to print.
type table struct {
	Columns  []column
	Rows     [][]string
	NoHeader bool
}

// Widths of a laid out table, in terminal cells.
const (
	widestGap  = 2   // between columns
	mostWidth  = 200 // of an elastic column: one long cell must not widen a thousand rows
	leastWidth = 12  // of most elastic columns that are shortened: any tag of the system fits
)

// longTable is the number of rows from which a table is laid out by its first
// ones: its layout must not need all rows in memory, and tablewriter takes 30 µs
// for each.
const longTable = 1000

// layout is a table with the width of each column and of the gaps between them.
type layout struct {
	table  table
	kept   []int // the indices of its columns in a row of the whole table
	widths []int
	gap    int
}

// fit lays the table out in lines of at most width cells, or of any width if that is 0. If it
// is wider, columns without any content are left out first, and then, the highest rank
// first, those that do not fit: it returns their names. more says that other rows may
// follow, and that no column can be said to be empty.
func (t table) fit(width int, more bool) (_ layout, left []string) {
	whole := t.Columns
	for i, c := range slices.Backward(t.Columns) {
		if c.Optional && !more && t.isEmpty(i) {
			t = t.without(i)
		}
	}
	if natural := t.natural(more); width > 0 && natural.width() > width && !more {
		t = t.withoutEmpty()
	}
	for {
		l := t.natural(more)
		last := t.leastNeeded()
		if width <= 0 || l.squeeze(width, last < 0) || last < 0 {
			for _, c := range l.table.Columns {
				l.kept = append(l.kept, slices.IndexFunc(whole, func(w column) bool { return w.Name == c.Name }))
			}
			return l, left
		}
		left = append(left, t.Columns[last].Name)
		t = t.without(last)
	}
}

// natural returns the layout in which nothing is shortened. With more rows to
// come an elastic column has at least the room that one is shortened to.
func (t table) natural(more bool) layout {
	l := layout{table: t, widths: make([]int, len(t.Columns)), gap: widestGap}
	for i, c := range t.Columns {
		if !t.NoHeader {
			l.widths[i] = cells(c.title())
		}
		for _, row := range t.Rows {
			l.widths[i] = max(l.widths[i], cells(row[i]))
		}
		if c.Elastic {
			l.widths[i] = min(l.widths[i], mostWidth)
			if more {
				l.widths[i] = max(l.widths[i]+c.Grow, leastWidth)
			}
		}
	}
	return l
}

// leastNeeded returns the index of the column to leave out first, or -1.
func (t table) leastNeeded() int {
	least := -1
	for i, c := range t.Columns {
		if c.Rank > 0 && (least < 0 || c.Rank > t.Columns[least].Rank) {
			least = i
		}
	}
	return least
}

func (t table) without(i int) table {
	rows := make([][]string, len(t.Rows))
	for n, row := range t.Rows {
		rows[n] = slices.Delete(slices.Clone(row), i, i+1)
	}
	t.Columns, t.Rows = slices.Delete(slices.Clone(t.Columns), i, i+1), rows
	return t
}

// isEmpty reports whether no row has anything in a column.
func (t table) isEmpty(i int) bool {
	return !slices.ContainsFunc(t.Rows, func(row []string) bool { return row[i] != "" })
}

// withoutEmpty returns the table without the columns that have no content, but for those
// that stay.
func (t table) withoutEmpty() table {
	for i, c := range slices.Backward(t.Columns) {
		if c.Rank > 0 && t.isEmpty(i) {
			t = t.without(i)
		}
	}
	return t
}

// squeeze narrows the gaps, and then the elastic columns, the highest rank first and
// of those the widest, until all fits. It reports whether it does. hard says that no
// column is left that could be left out instead.
func (l *layout) squeeze(width int, hard bool) bool {
	if l.width() > width {
		l.gap = 1
	}
	for l.width() > width {
		next := -1
		for i, c := range l.table.Columns {
			least := c.least()
			if hard {
				least = leastWidth
			}
			if c.Elastic && l.widths[i] > least && (next < 0 || cmp.Or(cmp.Compare(c.Rank, l.table.Columns[next].Rank), cmp.Compare(l.widths[i], l.widths[next])) > 0) {
				next = i
			}
		}
		if next < 0 {
			return false
		}
		l.widths[next]--
	}
	return true
}

// width returns the width of a line.
func (l *layout) width() int {
	sum := l.gap * (len(l.widths) - 1)
	for _, w := range l.widths {
		sum += w
	}
	return sum
}

// write writes the table.
func (l *layout) write(w *bufio.Writer, paint theme) error {
	rows := l.table.Rows
	if !l.table.NoHeader {
		first := min(len(rows), longTable)
		if err := l.writeFirst(w, rows[:first], paint); err != nil {
			return err
		}
		rows = rows[first:]
	}
	for _, row := range rows {
		if err := l.writeCells(w, row, paint); err != nil {
			return err
		}
	}
	return nil
}

// writeFirst writes the header and the first rows.
func (l *layout) writeFirst(w *bufio.Writer, rows [][]string, paint theme) error {
	var (
		header []string
		hidden standIns
	)
	for i, c := range l.table.Columns {
		header = append(header, hidden.standIn(l.padded(i, paint.strong(c.title()), cells(c.title()))))
	}
	// The table is written to memory first: tablewriter hides write errors.
	var buf bytes.Buffer
	tabular := tablewriter.NewTable(
		&buf,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbols(tw.StyleNone),
			Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
		})),
		tablewriter.WithAlignment(tw.MakeAlign(len(l.widths), tw.AlignLeft)),
		tablewriter.WithPadding(tw.Padding{Right: strings.Repeat(" ", l.gap), Overwrite: true}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
	)
	tabular.Header(header)
	for _, row := range rows {
		fitted := make([]string, len(row))
		for i, cell := range row {
			text, width := l.fitted(i, cell, paint)
			fitted[i] = hidden.standIn(l.padded(i, text, width))
		}
		if err := tabular.Append(fitted); err != nil {
			return err
		}
	}
	if err := tabular.Render(); err != nil {
		return err
	}
	for line := range bytes.Lines(buf.Bytes()) {
		line = bytes.TrimRight(hidden.reveal(bytes.TrimRight(line, " \n")), " ")
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// padded returns a text of that width with the spaces that put it at its side of column
// i, and its new width. tablewriter pads only with what is between columns, and knows only
// of the rows that it gets.
func (l *layout) padded(i int, text string, width int) (padded string, of int) {
	spaces := strings.Repeat(" ", max(0, l.widths[i]-width))
	if l.table.Columns[i].Right {
		return spaces + text, width + len(spaces)
	}
	return text + spaces, width + len(spaces)
}

// fitted returns the text of a cell as it is printed in column i, and its width.
func (l *layout) fitted(i int, cell string, paint theme) (text string, width int) {
	text = cell
	switch c := l.table.Columns[i]; {
	case c.Elastic && c.Short != nil:
		text = c.Short(cell, l.widths[i])
	case c.Elastic:
		text = Elide(cell, l.widths[i])
	}
	width = cells(text)
	switch c := l.table.Columns[i]; {
	case c.Link:
		text = paint.link(cell, text)
	case c.Outcome:
		text = paint.outcome(text)
	}
	return text, width
}

// standIns are texts that tablewriter gets others of the same width for: it counts
// the code points of a character one by one, and a family of emoji as three wide
// ones; and it counts by LANG. They come out in the order in which they went in.
type standIns []standIn

type standIn struct {
	text  string
	width int
}

// standInMark begins what tablewriter gets. It has no width, and no text that is
// safe to print has it.
const standInMark = 0

// standIn returns what tablewriter gets for a text of this width in cells.
func (s *standIns) standIn(text string, width int) string {
	if len(text) == width {
		return text // It is ASCII.
	}
	*s = append(*s, standIn{text, width})
	return string(rune(standInMark)) + strings.Repeat("x", width)
}

// reveal puts the texts back into a line.
func (s *standIns) reveal(line []byte) []byte {
	var revealed []byte
	for {
		before, after, found := bytes.Cut(line, []byte{standInMark})
		revealed = append(revealed, before...)
		if !found {
			return revealed
		}
		first := (*s)[0]
		*s = (*s)[1:]
		revealed = append(revealed, first.text...)
		line = after[first.width:]
	}
}

// writeRow writes a row of the whole table below those that are written.
func (l *layout) writeRow(w *bufio.Writer, whole []string, paint theme) error {
	row := make([]string, len(l.kept))
	for i, k := range l.kept {
		row[i] = whole[k]
	}
	return l.writeCells(w, row, paint)
}

// writeCells writes a row as tablewriter does. A cell that is not elastic may be
// wider than its column, where the layout was made by other rows.
func (l *layout) writeCells(w *bufio.Writer, row []string, paint theme) error {
	space := 0 // before what comes next
	for i, cell := range row {
		text, width := l.fitted(i, cell, paint)
		pad := max(0, l.widths[i]-width)
		if l.table.Columns[i].Right {
			space += pad
			pad = 0
		}
		if cell != "" {
			_, _ = w.WriteString(strings.Repeat(" ", space) + text) // The writer keeps its error.
			space = 0
		}
		space += pad + l.gap
	}
	return w.WriteByte('\n')
}

// cells returns the width of a text in terminal cells. A flag or a family of emoji
// is as wide as one emoji; each letter of an Indic conjunct has its own cell.
func cells(s string) int {
	if sound([]byte(s)) {
		return len(s)
	}
	sum := 0
	for graphemes := displaywidth.StringGraphemes(s); graphemes.Next(); {
		width := graphemes.Width()
		if width == 1 {
			width = 0
			for _, r := range graphemes.Value() {
				width += displaywidth.Rune(r)
			}
		}
		sum += width
	}
	return sum
}

// Elide shortens a text to at most width cells by leaving out its middle. It
// takes no character apart that is made of several.
func Elide(s string, width int) string { return elide(s, width, bothEnds) }

// ends says which ends of a text that is shortened are kept.
type ends int

const (
	bothEnds ends = iota
	onlyHead
	onlyTail
)

// shortToken shortens a task token to a prefix that selects it. The sign that it was
// shortened is a separate word, so that a double click does not take it, too.
func shortToken(token string, width int) string {
	if cells(token) <= width {
		return token
	}
	return strings.TrimSuffix(elide(token, width-1, onlyHead), "…") + " …"
}

// shortPlace shortens a place: first what comes after file and line, of which the end
// goes, and then the beginning of the file's name.
func shortPlace(place string, width int) string {
	const least = 6 // of less nobody can make anything
	at, where, _ := strings.Cut(place, ": ")
	if room := width - cells(at) - len(": "); where != "" && room >= min(least, cells(where)) {
		return at + ": " + elide(where, room, onlyHead)
	}
	return elide(at, width, onlyTail)
}

// shortEnd shortens a text that tells most in its beginning.
func shortEnd(text string, width int) string { return elide(text, width, onlyHead) }

// elide shortens a text to at most width cells, and keeps these ends of it.
func elide(s string, width int, keep ends) string {
	if len(s) <= width {
		return s // No character takes more cells than bytes.
	}
	// Of a text of megabytes only the ends are worth taking apart.
	if most := 64 * (width + 1); len(s) > 2*most {
		s = strings.ToValidUTF8(s[:most], "") + "…" + strings.ToValidUTF8(s[len(s)-most:], "")
	}
	if cells(s) <= width {
		return s
	}
	var clusters []string
	for graphemes := displaywidth.StringGraphemes(s); graphemes.Next(); {
		clusters = append(clusters, graphemes.Value())
	}
	// Take clusters from both ends in turn, or from one, while they fit beside the "…".
	head, tail, room := 0, len(clusters), width-1
	for fromHead := keep != onlyTail; head < tail; fromHead = keep == onlyHead || keep == bothEnds && !fromHead {
		next := tail - 1
		if fromHead {
			next = head
		}
		if room -= cells(clusters[next]); room < 0 {
			break
		}
		if fromHead {
			head++
		} else {
			tail--
		}
	}
	return strings.Join(clusters[:head], "") + "…" + strings.Join(clusters[tail:], "")
}

// wrap breaks a text between its words into lines of at most width cells, unless
// that is not positive. A longer word, like a URL, has its own line.
func wrap(text string, width int) []string {
	if width <= 0 {
		return []string{text}
	}
	var lines []string
	room := 0 // in the last line
	for word := range strings.SplitSeq(text, " ") {
		if room -= 1 + cells(word); len(lines) == 0 || room < 0 {
			lines = append(lines, word)
			room = width - cells(word)
			continue
		}
		lines[len(lines)-1] += " " + word
	}
	return lines
}
