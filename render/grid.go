package render

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
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
}

// Grid is rows of cells under named columns, which are the same in each format.
// A cell without a value is empty.
type Grid struct {
	columns []column
	rows    [][]string
}

// Len returns the number of rows.
func (g *Grid) Len() int { return len(g.rows) }

// Write writes the rows: as a table for people, on a terminal without the
// columns that are empty or do not fit; as Markdown; as CSV or TSV with a
// line of names, control characters escaped; or as JSON, an object a line, in
// which numbers are numbers and empty cells null.
func (g *Grid) Write(w io.Writer, o GridOptions) error {
	switch o.Format {
	case "markdown":
		return g.writeMarkdown(w)
	case "csv":
		return g.writeSeparated(w, ',')
	case "tsv":
		return g.writeSeparated(w, '\t')
	case "json":
		return g.writeJSON(w)
	}
	t := table{}
	for _, c := range g.columns {
		c.Name = strings.ToUpper(strings.ReplaceAll(c.Name, "_", " "))
		if o.Width == 0 {
			c.Rank = 0 // Nobody looks at it: no column is left out.
		}
		t.Columns = append(t.Columns, c)
	}
	for _, row := range g.rows {
		t.Rows = append(t.Rows, escaped(row))
	}
	fitted, left := t.fit(o.Width)
	paint := newTheme(o.Color)
	if err := fitted.write(w, paint); err != nil || len(left) == 0 {
		return err
	}
	_, err := fmt.Fprintln(w, paint.faint(leftOut(left)))
	return err
}

func escaped(row []string) []string {
	cells := slices.Clone(row)
	for i := range cells {
		cells[i] = Escape(cells[i])
	}
	return cells
}

// names returns the names of the columns.
func (g *Grid) names() []string {
	var names []string
	for _, c := range g.columns {
		names = append(names, c.Name)
	}
	return names
}

func (g *Grid) writeSeparated(w io.Writer, comma rune) error {
	c := csv.NewWriter(w)
	c.Comma = comma
	_ = c.Write(g.names()) // The writer keeps its error for Flush.
	for _, row := range g.rows {
		_ = c.Write(escaped(row))
	}
	c.Flush()
	return c.Error()
}

func (g *Grid) writeJSON(w io.Writer) error {
	var line []byte
	for _, row := range g.rows {
		line = line[:0]
		for i, cell := range row {
			separator := byte(',')
			if i == 0 {
				separator = '{'
			}
			line = append(append(append(line, separator, '"'), g.columns[i].Name...), '"', ':')
			switch number := jsontext.Value(cell); {
			case cell == "":
				line = append(line, "null"...)
			case g.columns[i].Right && number.Kind() == '0' && number.IsValid():
				line = append(line, cell...)
			default:
				quoted, _ := jsontext.AppendQuote(nil, strings.ToValidUTF8(cell, "\uFFFD")) // It fails only for what is not UTF-8.
				line = append(line, escapeJSON(quoted)...)
			}
		}
		if _, err := w.Write(append(line, '}', '\n')); err != nil {
			return err
		}
	}
	return nil
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

func (g *Grid) writeMarkdown(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("| " + strings.Join(g.names(), " | ") + " |\n|")
	for _, c := range g.columns {
		if c.Right {
			b.WriteString(" ---: |")
		} else {
			b.WriteString(" --- |")
		}
	}
	b.WriteByte('\n')
	for _, row := range g.rows {
		b.WriteByte('|')
		for _, cell := range row {
			b.WriteString(" " + MarkdownText(cell) + " |")
		}
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}
