package render

import (
	"bufio"
	"strings"

	"qcb/decode/mask"
)

// rowFormat is a format in which each row is written at once, whatever the others
// are. A table is not one: its layout depends on its rows.
type rowFormat interface {
	head(columns []column) string // what comes before the first row
	write(w *bufio.Writer, columns []column, row []string) error
}

// formats are the formats of a Grid.
var formats = [...]struct {
	name   string
	rows   rowFormat // nil for a table
	people bool      // whether people read it, not programs
}{
	{"table", nil, true},
	{"markdown", markdownRows{}, true},
	{"csv", csvRows{}, false},
	{"tsv", tsvRows{}, false},
	{"json", jsonRows{}, false},
}

// Formats returns the names of the formats of a Grid.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// GridOptions are the options of a Grid.
type GridOptions struct {
	Format  string // one of Formats
	Screen  Screen // of tables only
	Masking Masking
}

// Grid writes rows of cells under named columns, which are the same in each format:
// as a table for people, on a terminal without the columns that are empty or do not
// fit; as Markdown; as CSV or TSV with a line of names; or as JSON, an object per
// line, in which numbers are numbers and empty cells null. A cell without a value is
// empty.
type Grid struct {
	options GridOptions
	rows    rowFormat // nil for a table
	masks   bool      // whether credentials are masked
	columns []column
	w       *bufio.Writer
	paint   theme
	added   int        // rows so far
	held    [][]string // of a table, until there are enough to lay it out
	layout  *layout    // of a table, when it is known
	left    []string   // columns that did not fit
}

func newGrid(w *bufio.Writer, o GridOptions, columns []column) *Grid {
	g := &Grid{options: o, columns: columns, w: w, paint: newTheme(o.Screen.Color, o.Screen.Links)}
	for _, f := range formats {
		if f.name == o.Format {
			g.rows, g.masks = f.rows, o.Masking == MaskEverywhere || o.Masking == MaskForPeople && f.people
		}
	}
	return g
}

// Len returns the number of rows.
func (g *Grid) Len() int { return g.added }

// Head returns what comes before the first row, in any format but a table.
func (g *Grid) Head() string {
	if g.rows == nil {
		return ""
	}
	return g.rows.head(g.columns)
}

// Add writes a row below those before, or keeps it for a while. It takes the row
// over.
func (g *Grid) Add(row []string) error {
	g.added++
	if g.rows == nil {
		g.mask(row)
		escape(row)
		return g.addToTable(row)
	}
	if g.added == 1 {
		_, _ = g.w.WriteString(g.Head()) // The writer keeps its error.
	}
	return g.Write(g.w, row)
}

// Write writes one row to w, in any format but a table, and leaves its cells
// changed. It may be called for several rows at a time.
func (g *Grid) Write(w *bufio.Writer, row []string) error {
	g.mask(row)
	return g.rows.write(w, g.columns, row)
}

// mask masks the cells of a row, if the options say so.
func (g *Grid) mask(row []string) {
	if !g.masks {
		return
	}
	for i := range row {
		row[i] = string(mask.Value(g.columns[i].Name, []byte(row[i])))
	}
}

// escape makes the cells of a row safe to print.
func escape(row []string) {
	for i := range row {
		row[i] = Escape(row[i])
	}
}

// columnNames returns the names of columns.
func columnNames(columns []column) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}

// Close writes the rows that are not written yet.
func (g *Grid) Close() error {
	if len(g.held) > 0 {
		if err := g.writeTable(false); err != nil {
			return err
		}
	}
	if len(g.left) == 0 {
		return nil
	}
	_, err := g.w.WriteString(g.paint.faint(strings.Join(wrap(hidden(g.left), g.options.Screen.Width), "\n")) + "\n")
	return err
}

// addToTable keeps the first rows of a table: their cells tell its layout. More
// rows than that are written in the same layout.
func (g *Grid) addToTable(row []string) error {
	if g.layout == nil && len(g.held) < longTable {
		g.held = append(g.held, row)
		return nil
	}
	if g.layout == nil {
		if err := g.writeTable(true); err != nil {
			return err
		}
	}
	return g.layout.writeRow(g.w, row, g.paint)
}

// writeTable writes the rows that were kept. more says that others may follow.
func (g *Grid) writeTable(more bool) error {
	t := table{Rows: g.held}
	for _, c := range g.columns {
		c.Name = strings.ToUpper(strings.ReplaceAll(c.Name, "_", " "))
		if g.options.Screen.Width == 0 {
			c.Rank = 0 // Nobody looks at it: no column is left out.
		}
		t.Columns = append(t.Columns, c)
	}
	fitted, left := t.fit(g.options.Screen.Width, more)
	g.layout, g.left, g.held = &fitted, left, nil
	return fitted.write(g.w, g.paint)
}
