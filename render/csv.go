package render

import (
	"bufio"
	"encoding/csv"
	"strings"
)

// csvRows is CSV with a line of names (RFC 4180), control characters escaped.
type csvRows struct{}

func (csvRows) head(columns []column) string { return strings.Join(columnNames(columns), ",") + "\n" }

func (csvRows) write(w *bufio.Writer, _ []column, row []string) error {
	escape(row)
	// The csv.Writer is not flushed: it has no second buffer if w has one that is
	// not smaller than the default.
	return csv.NewWriter(w).Write(row)
}

// tsvRows is TSV with a line of names. Tabs and line endings in cells are escaped.
type tsvRows struct{}

func (tsvRows) head(columns []column) string { return strings.Join(columnNames(columns), "\t") + "\n" }

func (tsvRows) write(w *bufio.Writer, _ []column, row []string) error {
	for i, cell := range row {
		if i > 0 {
			_ = w.WriteByte('\t') // The writer keeps its error.
		}
		_, _ = w.WriteString(Escape(cell))
	}
	return w.WriteByte('\n')
}
