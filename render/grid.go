package render

import (
	"bufio"
	"slices"
	"strings"
	"time"
)

// rowFormat is a format in which each row is written at once, whatever the others
// are. A table is not one: its layout depends on its rows.
type rowFormat interface {
	head(columns []column) string // what comes before the first row
	write(w *bufio.Writer, columns []column, row []string) error
}

// formats are the formats of a Grid.
var formats = [...]struct {
	name    string
	rows    rowFormat // nil for a table
	readers readers
}{
	{"table", nil, people},
	{"markdown", markdownRows{}, people},
	{"csv", csvRows{}, programs},
	{"tsv", tsvRows{}, programs},
	{"json", jsonRows{}, programs},
}

// readers says who reads a format, or a column unless columns are chosen.
type readers int

const (
	everybody readers = iota
	people
	programs
)

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
	Format   string   // one of Formats
	Columns  []string // the names of the columns to write, in this order; nil for those of the format
	NoHeader bool     // do not write the line of names; JSON has none
	Screen   Screen   // of tables only
	Masking  Masking
}

// Grid writes rows of cells under named columns: as a table for people, on a terminal
// that is too narrow without some columns; as Markdown; as CSV or TSV with a line of
// names; or as JSON, an object per line, in which numbers are numbers and empty cells
// null. A cell without a value is empty.
type Grid struct {
	options GridOptions
	rows    rowFormat // nil for a table
	readers readers
	masks   bool     // whether credentials are masked
	columns []column // those that are written
	cells   []int    // the index of each in a row
	w       *bufio.Writer
	paint   theme
	added   int        // rows so far
	held    [][]string // of a table, until there are enough to lay it out
	layout  *layout    // of a table, when it is known
	left    []string   // columns that did not fit
}

// newGrid returns a Grid whose rows have a cell for each of the columns, of which it writes
// those that the options choose, or else those of the format.
func newGrid(w *bufio.Writer, o GridOptions, columns []column) *Grid {
	g := &Grid{options: o, w: w, paint: newTheme(o.Screen.Color, o.Screen.Links)}
	for _, f := range formats {
		if f.name == o.Format {
			g.rows, g.readers = f.rows, f.readers
		}
	}
	g.masks = o.Masking == MaskEverywhere || o.Masking == MaskForPeople && g.readers == people
	for i, c := range columns {
		if len(o.Columns) == 0 && (c.For == everybody || c.For == g.readers) {
			g.columns, g.cells = append(g.columns, c), append(g.cells, i)
		}
	}
	for _, name := range o.Columns {
		i := slices.IndexFunc(columns, func(c column) bool { return c.Name == name })
		c := columns[i]
		c.Rank, c.Optional = 0, false // It was asked for.
		g.columns, g.cells = append(g.columns, c), append(g.cells, i)
	}
	return g
}

// chosen returns the cells of a row that are written. They are in the room behind the row,
// if it has some.
func (g *Grid) chosen(row []string) []string {
	all := len(row)
	for _, cell := range g.cells {
		row = append(row, row[cell])
	}
	return row[all:]
}

// Moment returns the cell of a point in time, empty if that is zero. zoned says whether it
// was written with a zone.
func (g *Grid) Moment(t time.Time, zoned bool) string { return moment(t, zoned, g.readers == people) }

// Len returns the number of rows.
func (g *Grid) Len() int { return g.added }

// Head returns what comes before the first row, in any format but a table.
func (g *Grid) Head() string {
	if g.rows == nil || g.options.NoHeader {
		return ""
	}
	return g.rows.head(g.columns)
}

// Add writes a row below those before, or keeps it for a while.
func (g *Grid) Add(row []string) error {
	g.added++
	if g.rows == nil {
		row = g.chosen(row)
		g.mask(row)
		escape(row)
		return g.addToTable(row)
	}
	if g.added == 1 {
		_, _ = g.w.WriteString(g.Head()) // The writer keeps its error.
	}
	return g.Write(g.w, row)
}

// Write writes one row to w, in any format but a table. It may be called for several
// rows at a time.
func (g *Grid) Write(w *bufio.Writer, row []string) error {
	row = g.chosen(row)
	g.mask(row)
	return g.rows.write(w, g.columns, row)
}

// mask masks the cells of a row, if the options say so.
func (g *Grid) mask(row []string) {
	if !g.masks {
		return
	}
	for i := range row {
		row[i] = g.columns[i].masked(MaskEverywhere, row[i])
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
	_, err := g.w.WriteString(g.paint.faint(strings.Join(wrap(hiddenColumns(g.left), g.options.Screen.Width), "\n")) + "\n")
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
	t := table{Columns: g.columns, Rows: g.held, NoHeader: g.options.NoHeader}
	fitted, left := t.fit(g.options.Screen.Width, more)
	g.layout, g.left, g.held = &fitted, left, nil
	return fitted.write(g.w, g.paint)
}
