package render

import (
	"bytes"
	"io"
	"slices"

	"github.com/clipperhouse/displaywidth"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Column is a column of a table.
type Column struct {
	Name string
	// Right is for numbers: they line up at their right edge.
	Right bool
	// Elastic cells may be shortened in their middle to fit a terminal.
	Elastic bool
	// Rank says which column goes first where the terminal is too narrow: the
	// highest rank. Rank 0 stays.
	Rank int
}

// Table is columns and rows, apart from how they are laid out. Each row has a
// cell for each column, safe to print.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Widths of a laid out table, in terminal cells.
const (
	widestGap  = 2
	leastWidth = 8 // of an elastic column
)

// write lays the table out in lines of at most width cells, where 0 is no
// limit, and returns the names of the columns that did not fit. Columns
// without any content are left out.
func (t Table) write(w io.Writer, width int, paint theme) (left []string, err error) {
	for i, c := range slices.Backward(t.Columns) {
		if c.Rank > 0 && !slices.ContainsFunc(t.Rows, func(row []string) bool { return row[i] != "" }) {
			t = t.without(i)
		}
	}
	widths, gap := t.widths(), widestGap
	for width > 0 && !fit(widths, &gap, width, t.Columns) {
		last := t.leastNeeded()
		if last < 0 {
			break
		}
		left = append(left, t.Columns[last].Name)
		t = t.without(last)
		widths, gap = t.widths(), widestGap
	}
	return left, t.layOut(w, widths, gap, paint)
}

// fit narrows the gaps, and then the elastic columns, until all fits.
func fit(widths []int, gap *int, width int, columns []Column) bool {
	total := func() int {
		sum := *gap * (len(widths) - 1)
		for _, w := range widths {
			sum += w
		}
		return sum
	}
	if total() > width {
		*gap = 1
	}
	for total() > width {
		widest := -1
		for i, c := range columns {
			if c.Elastic && widths[i] > leastWidth && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
	return true
}

// widths returns the width that each column needs.
func (t Table) widths() []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = displaywidth.String(c.Name)
		for _, row := range t.Rows {
			widths[i] = max(widths[i], displaywidth.String(row[i]))
		}
	}
	return widths
}

// leastNeeded returns the index of the column to leave out first, or -1.
func (t Table) leastNeeded() int {
	least := -1
	for i, c := range t.Columns {
		if c.Rank > 0 && (least < 0 || c.Rank > t.Columns[least].Rank) {
			least = i
		}
	}
	return least
}

func (t Table) without(i int) Table {
	rows := make([][]string, len(t.Rows))
	for n, row := range t.Rows {
		rows[n] = slices.Delete(slices.Clone(row), i, i+1)
	}
	return Table{Columns: slices.Delete(slices.Clone(t.Columns), i, i+1), Rows: rows}
}

func (t Table) layOut(w io.Writer, widths []int, gap int, paint theme) error {
	var (
		names []string
		align tw.Alignment
	)
	for _, c := range t.Columns {
		names = append(names, paint.strong(c.Name))
		if c.Right {
			align = append(align, tw.AlignRight)
		} else {
			align = append(align, tw.AlignLeft)
		}
	}
	// The table is written to memory first: tablewriter hides write errors.
	var buf bytes.Buffer
	table := tablewriter.NewTable(
		&buf,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbols(tw.StyleNone),
			Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
		})),
		tablewriter.WithAlignment(align),
		tablewriter.WithPadding(tw.Padding{Right: "  "[:gap], Overwrite: true}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off), // or the layout would depend on LANG
	)
	table.Header(names)
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = elide(cell, widths[i])
		}
		if err := table.Append(cells); err != nil {
			return err
		}
	}
	if err := table.Render(); err != nil {
		return err
	}
	for line := range bytes.Lines(buf.Bytes()) {
		line = append(bytes.TrimRight(line, " \n"), '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// elide shortens a text to at most width cells by leaving out its middle.
func elide(s string, width int) string {
	if displaywidth.String(s) <= width {
		return s
	}
	var clusters []string
	for graphemes := displaywidth.StringGraphemes(s); graphemes.Next(); {
		clusters = append(clusters, graphemes.Value())
	}
	// Take clusters from both ends in turn while they fit beside the "…".
	head, tail, room := 0, len(clusters), width-1
	for fromHead := true; head < tail; fromHead = !fromHead {
		next := tail - 1
		if fromHead {
			next = head
		}
		if room -= displaywidth.String(clusters[next]); room < 0 {
			break
		}
		if fromHead {
			head++
		} else {
			tail--
		}
	}
	var b bytes.Buffer
	for _, c := range clusters[:head] {
		b.WriteString(c)
	}
	b.WriteString("…")
	for _, c := range clusters[tail:] {
		b.WriteString(c)
	}
	return b.String()
}
