package render

import (
	"bufio"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonRows is an object per line, with a member for each column.
type jsonRows struct{}

func (jsonRows) head([]column) string { return "" }

func (jsonRows) write(w *bufio.Writer, columns []column, row []string) error {
	j := jsonWriter{w: w, line: w.AvailableBuffer()}
	for i, cell := range row {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		j.line = append(append(append(j.line, separator, '"'), columns[i].Name...), '"', ':')
		switch number := jsontext.Value(cell); {
		case cell == "":
			j.line = append(j.line, "null"...)
		case columns[i].Right && number.Kind() == '0' && number.IsValid():
			j.line = append(j.line, cell...)
		default:
			j.text([]byte(cell))
		}
	}
	_, err := w.Write(append(j.line, '}', '\n'))
	return err
}
