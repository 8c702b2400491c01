package render

import "strconv"

// Place is where a callback was found.
type Place struct {
	File  string // as it was named, with the name of the file in an archive; "stdin"
	Line  int    // from 1; 0 for a callback that is not on a line, such as one in a packet
	Where string // inside the line or file: a path, a byte, "packet 17"; "" for a whole line
}

// String writes a place as grep and compilers do, what is inside the line last:
// "callbacks.log:12: .entries[3].body".
func (p Place) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	if p.Where != "" {
		s += ": " + p.Where
	}
	return s
}

// placeColumns are the columns of a place, as in each list of rows: one for people, three
// for programs. rank is that of a column that may be left out on a narrow terminal.
func placeColumns(rank int) []column {
	return []column{
		{Name: "place", Place: true, For: people, Elastic: true, Least: 24, Grow: 4, Short: shortPlace, Rank: rank}, // lines get more digits
		{Name: "file", For: programs},
		{Name: "line", For: programs, Right: true},
		{Name: "where", For: programs},
	}
}

// Cells returns the cells of a place's columns, with which rows begin.
func (p Place) Cells() []string {
	line := ""
	if p.Line > 0 {
		line = strconv.Itoa(p.Line)
	}
	return []string{p.String(), p.File, line, p.Where}
}
