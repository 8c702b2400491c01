package render

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Formats are the formats of a Grid.
var Formats = []string{"table", "markdown", "csv", "tsv", "json"}

// GridOptions are the options of a Grid.
type GridOptions struct {
	Format string // one of Formats
	Width  int    // of the terminal in cells, 0 for no limit; of tables only
	Color  bool
	Links  bool // make links of URLs, for a terminal that can; in tables only
}

// Grid writes rows of cells under named columns, which are the same in each
// format: as a table for people, on a terminal without the columns that are
// empty or do not fit; as Markdown; as CSV or TSV with a line of names, control
// characters escaped; or as JSON, an object a line, in which numbers are numbers
// and empty cells null. A cell without a value is empty.
type Grid struct {
	GridOptions
	columns []column
	w       *bufio.Writer
	paint   theme
	rows    int        // added so far
	held    [][]string // of a table, until there are enough to lay it out
	layout  *layout    // of a table, when it is known
	left    []string   // columns that did not fit
}

func newGrid(w *bufio.Writer, o GridOptions, columns []column) *Grid {
	return &Grid{GridOptions: o, columns: columns, w: w, paint: newTheme(o.Color, o.Links)}
}

// Len returns the number of rows.
func (g *Grid) Len() int { return g.rows }

// Add writes a row below those before, or keeps it for a while. It takes the row
// over.
func (g *Grid) Add(row []string) error {
	if g.rows++; g.Format == "table" {
		escape(row)
		return g.addToTable(row)
	}
	if g.rows == 1 {
		_, _ = g.w.WriteString(g.Head()) // The writer keeps its error.
	}
	return g.Row(g.w, row)
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
	_, err := fmt.Fprintln(g.w, g.paint.faint(strings.Join(wrap(leftOut(g.left), g.Width), "\n")))
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
		if g.Width == 0 {
			c.Rank = 0 // Nobody looks at it: no column is left out.
		}
		t.Columns = append(t.Columns, c)
	}
	fitted, left := t.fit(g.Width, more)
	g.layout, g.left, g.held = &fitted, left, nil
	return fitted.write(g.w, g.paint)
}

// Head returns what comes before the first row, in any format but a table.
func (g *Grid) Head() string {
	switch g.Format {
	case "csv":
		return strings.Join(g.names(), ",") + "\n"
	case "tsv":
		return strings.Join(g.names(), "\t") + "\n"
	case "markdown":
		head := "| " + strings.Join(g.names(), " | ") + " |\n|"
		for _, c := range g.columns {
			if c.Right {
				head += " ---: |"
			} else {
				head += " --- |"
			}
		}
		return head + "\n"
	}
	return ""
}

// Row writes one row, in any format but a table, and leaves its cells changed. It
// may be called for several rows at a time.
func (g *Grid) Row(w *bufio.Writer, row []string) error {
	switch g.Format {
	case "csv":
		// The csv.Writer is not flushed: it has no buffer of its own where w has one that
		// is not smaller than the default.
		escape(row)
		return csv.NewWriter(w).Write(row)
	case "tsv":
		escape(row) // No tab or line ending is left that would need quotes.
		_, err := w.WriteString(strings.Join(row, "\t") + "\n")
		return err
	case "json":
		return g.writeJSON(w, row)
	}
	_ = w.WriteByte('|') // The writer keeps its error.
	for _, cell := range row {
		_, _ = w.WriteString(" " + MarkdownText(cell) + " |")
	}
	return w.WriteByte('\n')
}

// escape makes the cells of a row safe to print.
func escape(row []string) {
	for i := range row {
		row[i] = Escape(row[i])
	}
}

// names returns the names of the columns.
func (g *Grid) names() []string {
	var names []string
	for _, c := range g.columns {
		names = append(names, c.Name)
	}
	return names
}

func (g *Grid) writeJSON(w *bufio.Writer, row []string) error {
	j := jsonWriter{w: w, line: w.AvailableBuffer()}
	for i, cell := range row {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		j.line = append(append(append(j.line, separator, '"'), g.columns[i].Name...), '"', ':')
		switch number := jsontext.Value(cell); {
		case cell == "":
			j.line = append(j.line, "null"...)
		case g.columns[i].Right && number.Kind() == '0' && number.IsValid():
			j.line = append(j.line, cell...)
		default:
			j.text([]byte(cell))
		}
	}
	_, err := w.Write(append(j.line, '}', '\n'))
	return err
}

// markdownSigns are the characters that would end a cell or begin something else
// in it.
var markdownSigns = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", `\<`, "*", `\*`, "`", "\\`", "[", `\[`)

// MarkdownText makes a text from outside safe within a line of Markdown.
func MarkdownText(s string) string { return markdownSigns.Replace(Escape(s)) }

// markdownLink writes a URL as a link, or as a text where it cannot be one.
func markdownLink(url string) string {
	switch {
	case url == "":
		return "no URL was sent"
	case !Safe(url) || strings.ContainsAny(url, "<> ") || !strings.Contains(url, "://"):
		return MarkdownText(url)
	}
	return "<" + url + ">"
}
