package tree

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Table reads the table whose header line begins at at, the start of a line: an
// object for each row, its members named by the header. A table of two columns that
// has the names of form fields in the first one is one object. Of a table that names
// none, only the rows are returned that hold a callback which does not stand in text
// as it is: in a cell with doubled quotes, or wrapped over several lines.
//
// No other table begins between at and end, even if there are no rows: to stay linear,
// go on at end. It is at where no table begins.
func Table(text []byte, at int) (rows []*Node, end int) {
	head, next := lineOf(text, at)
	rule, after := lineOf(text, next)
	g := ruled(rule.in(text))
	if g == nil {
		if first, _ := utf8.DecodeRune(bytes.TrimLeft(head.in(text), " ")); !strings.ContainsRune("|│┃║", first) {
			return delimited(text, head, next)
		}
		g, after = &grid{bars: "|", framed: true}, next
	}
	return g.table(text, head, after)
}

const maxColumns = 1000

// span is a part of a text.
type span struct{ from, to int }

func (s span) in(text []byte) []byte { return text[s.from:s.to] }

func (s span) blank(text []byte) bool { return len(bytes.TrimSpace(s.in(text))) == 0 }

// lineOf returns the line that begins at at without its end, and where the next one begins.
func lineOf(text []byte, at int) (line span, next int) {
	next = len(text)
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		next = at + i + 1
	}
	s := bytes.TrimSuffix(bytes.TrimSuffix(text[at:next], []byte("\n")), []byte("\r"))
	return span{at, at + len(s)}, next
}

// marked reports whether a text holds a part of the names of which a table of callbacks has one.
func marked(text []byte) bool {
	return slices.ContainsFunc([]string{"oken", "tatus", "OKEN", "TATUS"}, func(part string) bool {
		return bytes.Contains(text, []byte(part))
	})
}

// bare returns the cell of a text without quotes.
func bare(text []byte, start, end int) Item {
	cell := &Node{Kind: Word, Text: text, Start: start, End: end}
	if t := string(text); t == "" || t == "NULL" || t == `\N` {
		cell.Kind, cell.Text = Null, nil
	}
	return Item{Value: cell}
}

func namesOf(cells []Item) (names []string) {
	for _, cell := range cells {
		names = append(names, string(bytes.Trim(cell.Value.Text, " `*")))
	}
	return names
}

// named reports whether names are those of a callback: two form fields or more, task_token or
// status among them, and none twice, since nobody knows which of the two is the callback's.
func named(names []string) bool {
	var known []string
	for _, name := range names {
		if field := FieldName([]byte(name)); slices.Contains(known, field) {
			return false
		} else if field != "" {
			known = append(known, field)
		}
	}
	return len(known) >= 2 && (slices.Contains(known, "task_token") || slices.Contains(known, "status"))
}

// useful returns the rows that can hold callbacks, as Table says, with their names.
func useful(names []string, rows []*Node) []*Node {
	var first, second []Item
	for _, row := range rows {
		name(row, names)
		if len(names) == 2 {
			first, second = append(first, row.Items[0]), append(second, row.Items[1])
		}
	}
	if named(names) || len(rows) == 0 {
		return rows
	}
	if fields := namesOf(first); named(fields) {
		row := &Node{Kind: Object, Items: second, Start: rows[0].Start, End: rows[len(rows)-1].End}
		name(row, fields)
		return []*Node{row}
	}
	return slices.DeleteFunc(rows, func(row *Node) bool {
		return !slices.ContainsFunc(row.Items, func(cell Item) bool {
			length := len(cell.Value.Text)
			if cell.Value.Kind == String {
				length += len(`""`)
			}
			stands := length == cell.Value.End-cell.Value.Start && bytes.IndexByte(cell.Value.Text, '\n') < 0
			return !stands && marked(cell.Value.Text)
		})
	})
}

// name names the cells of a row. What is lost of others than form fields is no loss.
func name(row *Node, names []string) {
	for i := range row.Items {
		row.Items[i].Name = names[i]
		if lost := row.Items[i].Value.Lost; lost != "" && FieldName([]byte(names[i])) != "" {
			row.Lost = lost
		}
	}
}

// delimiter is how a table is written whose cells have one character between them: CSV, TSV and the like.
type delimiter struct {
	between byte
	quotes  bool // a cell that begins with a quote is in quotes; without, only if it has to be
	escapes bool // no quotes, but backslashes
}

func delimited(text []byte, head span, next int) (rows []*Node, end int) {
	end = head.from
	line := head.in(text)
	first, _ := lineOf(text, next)
	for _, c := range []byte("\t,;|") {
		quoted := bytes.HasPrefix(first.in(text), []byte(`"`)) || bytes.Contains(first.in(text), []byte{c, '"'})
		if bytes.IndexByte(line, c) < 0 || !quoted && !marked(line) {
			continue
		}
		d := delimiter{between: c, quotes: c == ',' || c == ';' || line[0] == '"'}
		cells, _ := d.cells(text[:head.to], head.from, maxColumns)
		if names := namesOf(cells); len(names) > 1 && len(names) <= maxColumns && (quoted || named(names)) {
			if read, stop := d.rows(text, next, len(names)); len(read) > 0 {
				rows, end = useful(names, read), stop
			}
		}
		if len(rows) > 0 {
			break
		}
	}
	return rows, end
}

// rows reads the rows from at on, up to one that has other cells or is a header.
func (d delimiter) rows(text []byte, at, columns int) (rows []*Node, end int) {
	for end = at; end < len(text); {
		cells, next := d.cells(text, end, columns)
		if len(cells) != columns || named(namesOf(cells)) {
			break
		}
		rows = append(rows, &Node{Kind: Object, Items: cells, Start: end, End: next})
		end = next
	}
	if d.between == '\t' && !d.escapes && bytes.IndexByte(text[at:end], '\\') >= 0 {
		d.escapes = true
		escaped, _ := d.rows(text[:end], at, columns)
		rows = reading(rows, escaped, 0)
	}
	return rows, end
}

// cells reads the row at at, but not more cells than one over most; none if a quote is not closed.
func (d delimiter) cells(text []byte, at, most int) (cells []Item, next int) {
	for len(cells) <= most {
		cell, ok := d.cell(text, at)
		if !ok {
			return nil, at
		}
		cells = append(cells, cell)
		if at = cell.Value.End; at == len(text) || text[at] != d.between {
			break
		}
		at++
	}
	_, next = lineOf(text, at)
	return cells, next
}

func (d delimiter) cell(text []byte, at int) (cell Item, ok bool) {
	if !d.escapes && at < len(text) && text[at] == '"' {
		s, end, ok := inQuotes(text, at, false)
		rest := text[end:]
		ok = ok && (len(rest) == 0 || rest[0] == d.between || rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n")))
		if ok && (d.quotes || len(s) != end-at-2 || bytes.IndexByte(s, d.between) >= 0 || bytes.IndexByte(s, '\n') >= 0) {
			return Item{Value: &Node{Kind: String, Text: s, Start: at, End: end}}, true
		} else if d.quotes {
			return Item{}, false
		}
	}
	s := text[at:]
	if i := bytes.IndexAny(s, "\n"+string(rune(d.between))); i >= 0 && s[i] == '\n' {
		s = bytes.TrimSuffix(s[:i], []byte("\r"))
	} else if i >= 0 {
		s = s[:i]
	}
	cell = bare(s, at, at+len(s))
	if d.escapes && cell.Value.Kind == Word && bytes.IndexByte(s, '\\') >= 0 {
		inner, end, ok := inQuotes(slices.Concat([]byte{0}, s, []byte{0}), 0, true)
		cell.Value.Text = inner
		return cell, ok && end == len(s)+2
	}
	return cell, true
}

// inQuotes reads the text in the quotes that begin at at. The quote doubled is the quote; with
// escapes a backslash escapes, too, and what it escapes has to be known.
func inQuotes(text []byte, at int, escapes bool) (s []byte, end int, ok bool) {
	const names, values = `0bfnrtvZ\'"`, "\x00\b\f\n\r\t\v\x1a\\'\""
	quote, from := text[at], at+1
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && escapes:
			k := -1
			if i+1 < len(text) {
				k = strings.IndexByte(names, text[i+1])
			}
			if k < 0 {
				return nil, at, false
			}
			s = append(append(s, text[from:i]...), values[k])
			i++
			from = i + 1
		case c == quote && i+1 < len(text) && text[i+1] == quote:
			i++
			s = append(s, text[from:i]...)
			from = i + 1
		case c == quote && s == nil:
			return text[from:i], i + 1, true
		case c == quote:
			return append(s, text[from:i]...), i + 1, true
		}
	}
	return nil, at, false
}

// reading returns that of two readings of the same rows which is right: backslashes as they
// stand, or as escapes. It is the one with more rows, then with less broken JSON; then the quotes of
// the names in a statement tell, which one dialect has or the other. What is left is ambiguous:
// in a JSON text a backslash is escaped, any other text is as it stands, and says so.
func reading(asIs, escaped []*Node, quote byte) []*Node {
	a, e := brokenJSON(asIs), brokenJSON(escaped)
	switch {
	case len(asIs) > len(escaped), len(asIs) == len(escaped) && a < e:
		return asIs
	case len(asIs) < len(escaped), a > e, quote == '`':
		return escaped
	case quote != 0:
		return asIs
	}
	for i, row := range asIs {
		for k := range row.Items {
			cell, other := &row.Items[k].Value, escaped[i].Items[k].Value
			if looksJSON(other) && !bytes.Contains((*cell).Text, []byte(`\\\\`)) {
				*cell = other
			} else if !bytes.Equal((*cell).Text, other.Text) {
				(*cell).Lost = "its backslashes may be escapes"
			}
		}
	}
	return asIs
}

func looksJSON(cell *Node) bool {
	return len(cell.Text) > 0 && (cell.Text[0] == '{' || cell.Text[0] == '[')
}

func brokenJSON(rows []*Node) (n int) {
	for _, row := range rows {
		for _, cell := range row.Items {
			if looksJSON(cell.Value) && !jsontext.Value(cell.Value.Text).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
				n++
			}
		}
	}
	return n
}

// grid is a table whose cells stand under each other. Places and widths are counted in characters.
type grid struct {
	bars   string // what stands between the cells; "" if they stand under the dashes of the rule
	framed bool   // each line begins with a bar
	widths []int  // of the columns, without the blank on the left between bars; nil without a rule
	edges  []int  // where the bars are in the rule; without bars, the blanks before the columns
	quotes string // those that are no part of a cell
}

// ruled returns the grid of the rule in line, nil if it is no rule.
func ruled(line []byte) *grid {
	g := &grid{}
	var starts, bars []int
	for n, inside := 0, false; len(line) > 0; n++ {
		r, size := utf8.DecodeRune(line)
		line = line[size:]
		dash := strings.ContainsRune("-=:─━═", r)
		switch {
		case dash && inside:
			g.widths[len(starts)-1]++
		case dash:
			starts, g.widths = append(starts, n), append(g.widths, 1)
		case r == '+' || r == '|' || '─' <= r && r <= '╿':
			bars = append(bars, n)
			if r == '|' {
				g.quotes = "`"
			}
			if g.bars = "|"; r > '─' {
				g.bars = "│┃║"
			}
		case r != ' ':
			return nil
		}
		inside = dash
	}
	if len(starts) == 0 || len(starts) == 1 && len(bars) == 0 && g.widths[0] < len("---") {
		return nil
	}
	if len(starts) == 1 || len(bars) > 0 {
		for i := range g.widths {
			g.widths[i]--
		}
	}
	if g.edges = bars; len(bars) == 0 {
		for _, start := range starts[1:] {
			g.edges = append(g.edges, start-1)
		}
		return g
	}
	more := len(bars) - len(starts)
	if g.framed = bars[0] < starts[0]; g.framed && more != 0 && more != 1 || !g.framed && more != -1 {
		return nil
	}
	return g
}

// table reads the table with the header head and the lines from at on; without a rule, only one that
// names form fields.
func (g *grid) table(text []byte, head span, at int) (rows []*Node, end int) {
	if g.bars != "" && bytes.ContainsAny(head.in(text), "│┃║") {
		g.bars = "│┃║"
	}
	cells := g.split(text, head)
	if len(cells) == 0 || len(cells) > maxColumns {
		return nil, head.from
	}
	names := namesOf(g.cells(text, cells))
	if g.widths == nil && !named(names) {
		return nil, head.from
	}
	if names[0] == "(index)" {
		g.quotes = "'\""
	}
	lines, end := g.lines(text, at, len(names))
	token := slices.IndexFunc(names, func(name string) bool { return FieldName([]byte(name)) == "task_token" })
	for i := 0; i < len(lines); {
		j := i + 1
		if lines[i] == nil {
			i = j
			continue
		}
		for j < len(lines) && g.goesOn(text, names, lines[j-1], lines[j]) {
			j++
		}
		row := &Node{Kind: Object, Start: lines[i][0].from, End: lines[j-1][len(names)-1].to}
		for c := range names {
			row.Items = append(row.Items, g.cell(text, lines[i:j], c))
		}
		for ; token >= 0 && j < len(lines) && lines[j] != nil && lines[j][token].blank(text); j++ {
			row.Lost = "may go on in the next line"
		}
		rows = append(rows, row)
		i = j
	}
	return useful(names, rows), end
}

// lines returns the cells of each line of the table from at on, nil for a rule or a blank line between rows.
func (g *grid) lines(text []byte, at, columns int) (lines [][]span, end int) {
	for end = at; end < len(text); {
		line, next := lineOf(text, end)
		rule, cells := ruled(line.in(text)), g.split(text, line)
		switch {
		case g.bars != "" && rule != nil && rule.bars != "",
			g.bars == "" && columns > 1 && line.blank(text) && len(lines) > 0 && lines[len(lines)-1] != nil:
			cells = nil
		case len(cells) != columns, line.blank(text), columns == 1 && (rule != nil || !bytes.HasPrefix(line.in(text), []byte(" "))),
			marked(line.in(text)) && named(namesOf(g.cells(text, cells))):
			return lines, end
		}
		lines = append(lines, cells)
		end = next
	}
	return lines, end
}

// split cuts a line into its cells, nil if it does not stand as the table does: at the bars of the
// rule, or where the line has other places for as many bars. The blank after a bar is no part of a cell.
func (g *grid) split(text []byte, line span) []span {
	isBar := func(r rune) bool { return strings.ContainsRune(g.bars, r) || g.bars == "" && r == ' ' }
	cells := cut(text, line, func(n int, r rune) bool {
		_, edge := slices.BinarySearch(g.edges, n)
		return edge && isBar(r)
	})
	if g.bars != "" && (g.edges == nil || len(cells) != len(g.edges)+1) {
		cells = cut(text, line, func(_ int, r rune) bool { return isBar(r) })
	}
	if g.bars == "" {
		if within, _ := slices.BinarySearch(g.edges, utf8.RuneCount(line.in(text))); len(cells) != within+1 {
			return nil
		}
		for len(cells) < len(g.widths) {
			cells = append(cells, span{line.to, line.to})
		}
	}
	if g.framed {
		if !cells[0].blank(text) || len(cells) == 1 {
			return nil
		}
		if cells = cells[1:]; cells[len(cells)-1].blank(text) {
			cells = cells[:len(cells)-1]
		}
	}
	for i, cell := range cells {
		if (g.bars != "" || len(g.widths) == 1) && bytes.HasPrefix(cell.in(text), []byte(" ")) {
			cells[i].from++
		}
	}
	return cells
}

// cut cuts a line at each character, with its number in the line, that ends a cell.
func cut(text []byte, line span, ends func(n int, r rune) bool) (cells []span) {
	from := line.from
	for i, n := line.from, 0; i < line.to; n++ {
		r, size := utf8.DecodeRune(text[i:line.to])
		if i += size; ends(n, r) {
			cells = append(cells, span{from, i - size})
			from = i
		}
	}
	return append(cells, span{from, line.to})
}

// cells returns the cells of a line that is a row.
func (g *grid) cells(text []byte, line []span) (cells []Item) {
	for c := range line {
		cells = append(cells, g.cell(text, [][]span{line}, c))
	}
	return cells
}

// joint reports whether a cell goes on in the one below it, and how: what stands between the two, and
// how many bytes at the end of the one are a mark for it, and of the same at the beginning of the other
// where glue is "". Without marks, a cell goes on if it fills its column, which is not a narrow one; its
// last character may be a blank.
func (g *grid) joint(c int, above, below []byte) (glue string, mark int, ok bool) {
	const narrow = 20
	if g.widths == nil {
		return "", 0, false
	}
	last, size := utf8.DecodeLastRune(above)
	first, _ := utf8.DecodeRune(below)
	missing := g.widths[c] - utf8.RuneCount(bytes.TrimRight(above, " "))
	if g.bars != "" {
		missing-- // the blank before the next bar
	}
	switch {
	case last == first && (last == '…' || last == '.'):
		return "", size, true
	case (last == '+' || last == '↵') && utf8.RuneCount(above) >= g.widths[c]:
		return "\n", size, true
	case g.widths[c] < narrow || missing < 0 || missing > 1 || len(g.widths) == 1 || len(bytes.TrimSpace(below)) == 0:
		return "", 0, false
	}
	return " "[:missing], 0, true
}

// goesOn reports whether the row of a line goes on in the next one: each cell that is not blank there
// goes on one above it, and none without a mark is of a field that is always short.
func (g *grid) goesOn(text []byte, names []string, line, next []span) (goes bool) {
	short := []string{"task_token", "event", "callback_type", "error_code"}
	for c, below := range next {
		_, mark, ok := g.joint(c, line[c].in(text), below.in(text))
		if !ok && !below.blank(text) || ok && mark == 0 && slices.Contains(short, FieldName([]byte(names[c]))) {
			return false
		}
		goes = goes || ok
	}
	return goes
}

// cell returns the cell in the column c of the row in lines.
func (g *grid) cell(text []byte, lines [][]span, c int) Item {
	var s []byte
	for k, skip := 0, 0; k < len(lines); k++ {
		piece := lines[k][c].in(text)[skip:]
		if skip = 0; k+1 == len(lines) {
			s = append(s, piece...)
			break
		}
		glue, mark, ok := g.joint(c, lines[k][c].in(text), lines[k+1][c].in(text))
		if piece = piece[:max(0, len(piece)-mark)]; glue == "" && mark > 0 {
			skip = mark
		} else {
			piece = bytes.TrimRight(piece, " ")
		}
		if s = append(append(s, piece...), glue...); !ok {
			lines = lines[:k+1]
		}
	}
	s = bytes.TrimSpace(s)
	start, end := lines[0][c].from, lines[len(lines)-1][c].to
	if len(lines) == 1 {
		start += bytes.Index(text[start:end], s)
		end = start + len(s)
	}
	if len(s) > 1 && strings.IndexByte(g.quotes, s[0]) >= 0 {
		if inner, stop, ok := inQuotes(s, 0, g.quotes != "`"); ok && stop == len(s) {
			return Item{Value: &Node{Kind: String, Text: inner, Start: start, End: end}}
		}
	}
	cell := bare(s, start, end)
	if bytes.HasSuffix(s, []byte("…")) || g.bars == "" && bytes.HasSuffix(s, []byte("...")) {
		cell.Value.Lost = "cut by the width of the table"
	}
	return cell
}

// Insert reads the rows of the SQL statement at at, an object for each: of an INSERT or a REPLACE that
// names its columns and has values, not places for them; of a COPY from the lines after it; of a
// CREATE TABLE the rows of the INSERTs into that table after it which name no columns. end is where
// the last row ends, at if there is none.
func Insert(text []byte, at int) (rows []*Node, end int) {
	s := &statement{text: text, at: at}
	verb, table, names := s.head()
	switch {
	case len(names) == 0:
	case verb == "COPY":
		_, next := lineOf(text, s.at)
		rows, _ = delimiter{between: '\t', escapes: true}.rows(text, next, len(names))
	case bytes.HasPrefix(text[at:], []byte("CREATE TABLE")):
		rest, _, _ := bytes.Cut(text[s.at:], []byte("CREATE TABLE"))
		for text, i := text[:s.at+len(rest)], 0; i >= 0; i = bytes.Index(text[s.at:], []byte("INSERT INTO")) {
			insert := &statement{text: text, at: s.at + i}
			s.at = min(insert.at+1, len(text))
			if verb, into, columns := insert.head(); verb == "INSERT" && into == table && columns == nil {
				rows = append(rows, insert.rows(len(names))...)
				s.at = max(s.at, insert.at)
			}
		}
	case verb != "CREATE":
		if rows = s.rows(len(names)); len(rows) == 0 {
			rows = s.bound(len(names))
		}
	}
	if len(rows) == 0 {
		return nil, at
	}
	end = rows[len(rows)-1].End
	return useful(names, rows), end
}

// statement is a place in the text of an SQL statement.
type statement struct {
	text  []byte
	at    int
	quote byte // of the names
}

// is reports whether c comes next after white space, and passes over both.
func (s *statement) is(c byte) bool {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
	if s.at == len(s.text) || s.text[s.at] != c {
		return false
	}
	s.at++
	return true
}

// words passes over the words up to the next parenthesis or semicolon, which has to be near, and returns them.
func (s *statement) words() []string {
	near := s.text[s.at:min(s.at+200, len(s.text))]
	near = near[:max(0, bytes.IndexAny(near, "(;"))]
	s.at += len(near)
	return strings.Fields(string(near))
}

// head reads a statement up to its values: its verb, "" if it is none of those of Insert, its table, and
// the names of its columns, if it has them.
func (s *statement) head() (verb, table string, names []string) {
	last := map[string]string{"INSERT": "VALUES", "REPLACE": "VALUES", "COPY": "stdin", "CREATE": ""}
	words := s.words()
	if len(words) < 2 {
		return "", "", nil
	}
	verb, table = strings.ToUpper(words[0]), words[len(words)-1]
	end, known := last[verb]
	if !known || strings.EqualFold(table, "VALUES") {
		return verb, words[len(words)-2], nil
	}
	for more := s.is('('); more; more = s.is(',') {
		column, _ := s.expression(false)
		name, _, typed := strings.Cut(string(column), " ")
		if !typed || !slices.Contains([]string{"PRIMARY", "UNIQUE", "KEY", "INDEX", "FULLTEXT", "CONSTRAINT", "FOREIGN", "CHECK"}, name) {
			names = append(names, strings.Trim(name, "`\"[]"))
		}
		if i := strings.IndexAny(name, "`\"["); i == 0 {
			s.quote = name[0]
		}
	}
	ok := s.is(')')
	if ok && end != "" {
		words = s.words()
		ok = len(words) > 0 && strings.EqualFold(words[len(words)-1], end)
	}
	if !ok {
		return "", "", nil
	}
	return verb, table, names
}

// rows reads the rows of values that follow, with backslashes read as is right, and goes to their end.
func (s *statement) rows(columns int) []*Node {
	escaped, start := *s, s.at
	rows := s.tuples(columns, false)
	if bytes.IndexByte(s.text[start:s.at], '\\') >= 0 {
		rows = reading(rows, escaped.tuples(columns, true), s.quote)
	}
	if s.at = start; len(rows) > 0 {
		s.at = rows[len(rows)-1].End
	}
	return rows
}

// bound reads the row of which the statement has places for all values or some, as in "(DEFAULT, ?, $2)":
// the values stand after it, in quotes, as many as there are places.
func (s *statement) bound(columns int) []*Node {
	if !s.is('(') {
		return nil
	}
	row := &Node{Kind: Object, Start: s.at}
	var places []int
	for more := true; more; more = s.is(',') {
		place, ok := s.expression(false)
		if !ok || len(place) == 0 {
			return nil
		}
		if strings.IndexByte("?$:@", place[0]) >= 0 {
			places = append(places, len(row.Items))
		}
		row.Items = append(row.Items, Item{Value: &Node{Kind: Null, Start: s.at, End: s.at}})
	}
	if len(row.Items) != columns || len(places) == 0 || !s.is(')') {
		return nil
	}
	p := parser{text: s.text}
	separator := byte(';')
	for _, place := range places {
		at := blanks(s.text, s.at)
		if at == len(s.text) || s.text[at] != separator {
			return nil
		}
		at = blanks(s.text, at+1)
		value := p.piece(at, 0)
		if hasPrefix(s.text, at, "null") {
			value = &Node{Kind: Null, Start: at, End: at + len("null")}
		}
		if value == nil || value.Lost != "" {
			return nil
		}
		row.Items[place].Value, row.End, s.at, separator = value, value.End, value.End, ','
	}
	if at := blanks(s.text, s.at); at < len(s.text) && s.text[at] == ',' {
		return nil // More values than places.
	}
	return []*Node{row}
}

// tuples reads the rows of values that follow, up to one that cannot be read.
func (s *statement) tuples(columns int, escapes bool) (rows []*Node) {
	for more := true; more && s.is('('); more = s.is(',') {
		row := &Node{Kind: Object, Start: s.at - 1}
		for more := true; more; more = s.is(',') {
			cell := s.value(escapes)
			if cell == nil {
				return rows
			}
			row.Items = append(row.Items, Item{Value: cell})
		}
		if len(row.Items) != columns || !s.is(')') {
			return rows
		}
		row.End = s.at
		rows = append(rows, row)
	}
	return rows
}

// value reads a value; nil if there is none, but a place for one, or a text that is not closed.
func (s *statement) value(escapes bool) *Node {
	s.is(' ') // passes over white space
	at := s.at
	text, ok := s.expression(escapes)
	if !ok || len(text) == 0 {
		return nil
	}
	for _, prefix := range []string{"_binary ", "N", "E"} {
		if rest, found := bytes.CutPrefix(text, []byte(prefix)); found && bytes.HasPrefix(rest, []byte("'")) {
			at, text, escapes = at+len(prefix), rest, escapes || prefix == "E"
		}
	}
	cell := bare(text, at, at+len(text)).Value
	first := rune(text[0])
	switch word := strings.ToUpper(string(text)); {
	case first == '\'' || first == '"':
		inner, end, ok := inQuotes(text, 0, escapes)
		if cast := text[end:]; !ok || len(cast) > 0 && !bytes.HasPrefix(cast, []byte("::")) {
			return nil
		}
		return &Node{Kind: String, Text: inner, Start: at, End: at + end}
	case word == "NULL" || word == "DEFAULT":
		cell.Kind, cell.Text = Null, nil
	case word == "TRUE" || word == "FALSE" || strings.ContainsRune("0123456789+-.", first):
	case unicode.IsLetter(first):
		cell.Lost = "is an expression"
	default:
		return nil
	}
	return cell
}

// expression passes over what there is up to the "," or ")" after it, and returns it.
func (s *statement) expression(escapes bool) (text []byte, ok bool) {
	const longest = 1000 // without what is in quotes
	depth := 0
	for i, n := s.at, 0; i < len(s.text) && n < longest; i, n = i+1, n+1 {
		switch c := s.text[i]; {
		case depth == 0 && (c == ',' || c == ')'):
			text, s.at = s.text[s.at:i], i
			return bytes.TrimSpace(text), true
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '\'' || c == '"' || c == '`':
			_, end, closed := inQuotes(s.text, i, escapes)
			if !closed {
				s.at = len(s.text)
				return nil, false
			}
			i = end - 1
		}
	}
	return nil, false
}
