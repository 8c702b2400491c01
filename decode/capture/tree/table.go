package tree

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Table reads the table whose header line begins at at, the start of a line: an
// object for each row, its members named by the header. A table of two columns that
// has the names of form fields in the first one is one object.
//
// No other table begins between at and end, even if there are no rows: to stay linear,
// continue at end. end is at if no table begins there.
func Table(text []byte, at int) (rows []*Node, end int) {
	head, next := lineOf(text, at)
	rule, after := lineOf(text, next)
	g := ruled(rule.in(text))
	if g == nil {
		first, _ := utf8.DecodeRune(bytes.TrimLeft(head.in(text), " "))
		if !strings.ContainsRune(bars, first) {
			return delimited(text, head, next)
		}
		g, after = &grid{bars: bars, framed: true}, next
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
	end := lineEnd(text, at)
	return span{at, at + len(bytes.TrimSuffix(text[at:end], []byte("\r")))}, min(end+1, len(text))
}

// NamesFields reports whether a text has a part of the names of fields that every callback has, whatever
// they are escaped with.
func NamesFields(text []byte) bool {
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

// headless returns the first row of a table, if it is a field and its value, and no header.
func headless(first *Node) []*Node {
	if len(first.Items) == 2 && FieldName(first.Items[0].Value.Text) != "" && FieldName(first.Items[1].Value.Text) == "" {
		return []*Node{first}
	}
	return nil
}

// useful returns the rows with their names, or the one object that two columns are.
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
	return rows
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

// A dialect says how the cells of a row follow each other: in CSV, in TSV, in the values of SQL.
type dialect struct {
	between byte // two cells
	end     byte // of a row: '\n', or ')' after '('
	quote   byte // around a cell
	always  bool // a cell that begins with a quote is in quotes; without, only if it has to be
	escapes bool // backslashes escape
	names   byte // the quote of the names of columns

	ambiguous bool // whether backslashes escape is not known
}

func delimited(text []byte, head span, next int) (rows []*Node, end int) {
	end = head.from
	line := head.in(text)
	first, _ := lineOf(text, next)
	for _, c := range []byte("\t,;|") {
		quoted := bytes.HasPrefix(first.in(text), []byte(`"`)) || bytes.Contains(first.in(text), []byte{c, '"'})
		below, _, _ := bytes.Cut(first.in(text), []byte{c})
		field := c != '|' && FieldName(below) != "" // in the first column, with its value in the second one
		if bytes.IndexByte(line, c) < 0 || !quoted && !field && !NamesFields(line) {
			continue
		}
		d := dialect{between: c, end: '\n', quote: '"', always: c == ',' || c == ';' || line[0] == '"', ambiguous: c == '\t'}
		cells, _ := d.cells(text[:head.to], head.from, maxColumns)
		if names := namesOf(cells); len(names) > 1 && len(names) <= maxColumns && (quoted || field && len(names) == 2 || named(names)) {
			if read, stop := d.rows(text, next, len(names)); len(read) > 0 {
				header := &Node{Kind: Object, Items: cells, Start: head.from, End: head.to}
				rows, end = useful(names, append(headless(header), read...)), stop
			}
		}
		if len(rows) > 0 {
			break
		}
	}
	return rows, end
}

// Insert reads the rows of the SQL statement at at, an object for each: of an INSERT that names its
// columns; of a COPY from the lines after it; of a CREATE TABLE the rows of the INSERTs into that table
// after it that name none. end is where the last row ends, or at without rows.
func Insert(text []byte, at int) (rows []*Node, end int) {
	const near = 4 << 10 // bytes of the columns
	d := dialect{between: ',', end: ')', quote: '\'', always: true, ambiguous: true}
	open := at + bytes.IndexByte(text[at:min(len(text), at+200)], '(')
	if open < at {
		return nil, at
	}
	columns, next := d.cells(text[:min(len(text), at+near)], open+1, maxColumns)
	var names []string
	for _, column := range columns {
		name, _, typed := strings.Cut(string(column.Value.Text), " ")
		if typed && slices.Contains([]string{"PRIMARY", "UNIQUE", "KEY", "INDEX", "CONSTRAINT", "FOREIGN", "CHECK"}, name) {
			continue
		}
		if bare := strings.Trim(name, "`\"[]"); bare != name {
			name, d.names = bare, name[0]
		}
		names = append(names, name)
	}
	create, isCreate := bytes.CutPrefix(text[at:open], []byte("CREATE TABLE "))
	if words := bytes.Fields(create); isCreate && len(words) > 0 {
		table := words[len(words)-1]
		rest, _, _ := bytes.Cut(text[next:], []byte("CREATE TABLE "))
		if quoted := slices.Concat([]byte(`"`), table, []byte(`"`)); bytes.Contains(rest, slices.Concat([]byte("INSERT INTO "), quoted)) { // as Python dumps it
			table = quoted
		}
		insert := slices.Concat([]byte("INSERT INTO "), table, []byte(" VALUES"))
		for text := text[:next+len(rest)]; ; {
			i := bytes.Index(text[next:], insert)
			if i < 0 {
				break
			}
			var more []*Node
			more, next = d.rows(text, next+i+len(insert), len(names))
			rows = append(rows, more...)
		}
	} else if bytes.HasPrefix(text[at:open], []byte("COPY ")) && hasPrefix(text, next, " FROM stdin;\n") {
		rows, _ = dialect{between: '\t', end: '\n', escapes: true}.rows(text, lineEnd(text, next)+1, len(names))
	} else if next = space(text, next); bytes.EqualFold(text[next:min(len(text), next+len("VALUES"))], []byte("VALUES")) {
		rows, _ = d.rows(text, next+len("VALUES"), len(names))
	}
	if len(rows) == 0 {
		return nil, at
	}
	end = rows[len(rows)-1].End
	return useful(names, rows), end
}

// place is what is lost where a statement has a place for a value: (DEFAULT, ?, $2).
const place = "is a placeholder for a value"

// bound puts the values that stand after a row into its places, and returns where they end; ok is
// false if there are not as many: (?, ?); "a", "b", or a list of them on the same line or the next one.
func bound(text []byte, at int, cells []Item) (end int, ok bool) {
	var places []int
	for i := range cells {
		if cells[i].Value.Lost == place {
			places = append(places, i)
		}
	}
	end = at
	var values []Item
	for range places {
		value := Value(text[:lineEnd(text, at)], skip(text, end, " ,;"))
		if value == nil || value.Kind != String && value.Kind != Null {
			break
		}
		values, end = append(values, Item{Value: value}), value.End
	}
	if ok = len(values) == len(places) && (end == at || !hasPrefix(text, end, ",")); !ok {
		const near, most = 300, 4 // bytes before the list, and lists to try
		_, next := lineOf(text, at)
		stop := lineEnd(text, next)
		for tries := 0; end < min(stop, at+near) && tries < most && !ok; end++ {
			if closerOf(text[end]) == 0 {
				continue
			}
			tries++
			list := Value(text[:stop], end)
			if list == nil || list.Kind != List || len(list.Items) != len(places) || slices.ContainsFunc(list.Items, func(item Item) bool { return item.Value.Kind >= Object }) {
				continue // What has names is read by itself.
			}
			values, end, ok = list.Items, list.End-1, list.Lost == ""
		}
	}
	for i := range values {
		if ok {
			cells[places[i]].Value = values[i].Value
		}
	}
	return end, ok
}

// rows reads the rows from at on, up to one that has other cells or is a header. Where it is not
// said whether backslashes escape, both readings are compared.
func (d dialect) rows(text []byte, at, columns int) (rows []*Node, end int) {
	for end = at; end < len(text); {
		start, from := end, end
		if d.end == ')' {
			start = between(text, end)
			if from = start + 1; !hasPrefix(text, start, "(") {
				break
			}
		}
		cells, next := d.cells(text, from, columns)
		if len(cells) != columns || named(namesOf(cells)) {
			break
		}
		if d.end == ')' {
			var ok bool
			if next, ok = bound(text, next, cells); !ok {
				break
			}
		}
		rows = append(rows, &Node{Kind: Object, Items: cells, Start: start, End: next})
		end = next
	}
	if d.ambiguous && (d.end == ')' || bytes.IndexByte(text[at:end], '\\') >= 0) {
		d.ambiguous, d.escapes = false, true
		escaped, stop := d.rows(text, at, columns)
		if rows = d.reading(rows, escaped); len(escaped) > 0 && len(rows) == len(escaped) {
			end = stop
		}
	}
	return rows, end
}

// cells reads the row at at, but not more cells than one over most; none if one cannot be read.
func (d dialect) cells(text []byte, at, most int) (cells []Item, next int) {
	for len(cells) <= most {
		cell := d.cell(text, at)
		if cell.Value == nil {
			return nil, at
		}
		cells = append(cells, cell)
		if at = cell.Value.End; d.end == ')' {
			at = space(text, at)
		}
		if at == len(text) || text[at] != d.between {
			break
		}
		at++
	}
	if d.end != ')' {
		_, at = lineOf(text, at)
	} else if !hasPrefix(text, at, ")") {
		return nil, at
	} else {
		at++
	}
	return cells, at
}

func (d dialect) cell(text []byte, at int) Item {
	if d.end == ')' {
		at = space(text, at)
		for _, prefix := range []string{"N", "E", "_binary "} {
			if hasPrefix(text, at, prefix+"'") {
				at += len(prefix)
				d.escapes = d.escapes || prefix == "E"
				break
			}
		}
	}
	if at < len(text) && text[at] == d.quote && (d.always || !d.escapes) {
		s, end, ok := inQuotes(text, at, d.escapes)
		after := end
		if d.end == ')' {
			if hasPrefix(text, after, "::") { // a cast
				after += 2 + bytes.IndexAny(text[after+2:min(len(text), after+20)], ",) ")
			}
			after = space(text, after)
		}
		ok = ok && (after == len(text) || text[after] == d.between || text[after] == d.end || hasPrefix(text, after, "\r\n"))
		if ok && (d.always || len(s) != end-at-2 || bytes.IndexByte(s, d.between) >= 0 || bytes.IndexByte(s, '\n') >= 0) {
			return Item{Value: &Node{Kind: String, Text: s, Start: at, End: after}}
		} else if d.always {
			return Item{}
		}
	}
	const longest = 1000 // in brackets
	end, depth := at, 0
	if d.end == '\n' {
		end = lineEnd(text, at)
		if i := bytes.IndexByte(text[at:end], d.between); i >= 0 {
			end = at + i
		}
	}
	for ; d.end == ')' && end < len(text) && text[end] != '\n' && (depth == 0 && text[end] != ',' && text[end] != ')' || 0 < depth && end < at+longest); end++ {
		switch text[end] {
		case '(':
			depth++
		case ')':
			depth--
		case d.quote:
			_, after, ok := inQuotes(text, end, d.escapes)
			if !ok {
				return Item{}
			}
			end = after - 1
		}
	}
	s := bytes.TrimSuffix(text[at:end], []byte("\r"))
	cell := bare(s, at, at+len(s))
	switch {
	case d.end == ')' && len(s) == 0:
		return Item{}
	case d.end == ')':
		cell.Value.Lost = expression(s)
		if strings.EqualFold(string(s), "DEFAULT") {
			cell.Value = &Node{Kind: Null, Start: at, End: at + len(s)}
		}
	case d.escapes && bytes.IndexByte(s, '\\') >= 0 && cell.Value.Kind == Word:
		inner, end, ok := inQuotes(slices.Concat([]byte{0}, s, []byte{0}), 0, true)
		if !ok || end != len(s)+2 {
			return Item{}
		}
		cell.Value.Text = inner
	}
	return cell
}

// expression returns what is lost of a value of SQL without quotes if that is not a number or a word for one.
func expression(s []byte) (lost string) {
	word := string(bytes.TrimSpace(s))
	switch {
	case !isWord(s[0]) && s[0] != '-':
		return place
	case !isDigit(s[len(s)-1]) && !slices.ContainsFunc([]string{"NULL", "TRUE", "FALSE"}, func(known string) bool { return strings.EqualFold(word, known) }):
		return "is an expression"
	}
	return ""
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
		case c == quote:
			return append(s, text[from:i]...), i + 1, true
		}
	}
	return nil, at, false
}

// reading returns that of two readings of the same rows which is right: backslashes as they
// are, or as escapes. It is the one with more rows, then with less damaged JSON; then the quotes
// of the names tell, which one database uses or the other. What is left is ambiguous: in JSON a
// backslash is escaped, any other text is as it is, and says so.
func (d dialect) reading(asIs, escaped []*Node) []*Node {
	a, e := damagedJSON(asIs), damagedJSON(escaped)
	switch {
	case len(asIs) > len(escaped), len(asIs) == len(escaped) && a < e:
		return asIs
	case len(asIs) < len(escaped), a > e, d.names == '`':
		return escaped
	case d.names != 0:
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

func damagedJSON(rows []*Node) (n int) {
	for _, row := range rows {
		for _, cell := range row.Items {
			if looksJSON(cell.Value) && !jsontext.Value(cell.Value.Text).IsValid(lenient...) {
				n++
			}
		}
	}
	return n
}

// bars can be between the cells of a grid, and at its left.
const bars = "|│┃║"

// grid is a table whose cells are in columns: between bars, or under the dashes of a rule. Places
// and widths are counted in characters.
type grid struct {
	bars   string // that are between cells, "" for blanks
	framed bool   // each line begins with a bar
	widths []int  // of the columns, nil without a rule
	gaps   []int  // the places of the blanks between columns
}

// ruled returns the grid of the rule in line, nil if it is no rule.
func ruled(line []byte) *grid {
	g := &grid{}
	corners, inside, n := 0, false, 0
	for _, r := range string(line) {
		dash := strings.ContainsRune("-=:─━═", r)
		switch {
		case dash && inside:
			g.widths[len(g.widths)-1]++
		case dash:
			g.widths, g.gaps = append(g.widths, 1), append(g.gaps, n-1)
		case strings.ContainsRune("+|", r) || '─' <= r && r <= '╿':
			g.framed = g.framed || len(g.widths) == 0
			corners++
			if g.bars = "|"; r > '|' {
				g.bars = bars[1:]
			}
		case r != ' ':
			return nil
		}
		inside = dash
		n++
	}
	columns := len(g.widths)
	if columns == 0 || columns == 1 && g.widths[0] < len("---") || corners > 0 && (corners < columns-1 || corners > columns+1) {
		return nil
	}
	g.gaps = g.gaps[1:]
	return g
}

// table reads the table with the header head and the lines from at on; without a rule, only one that
// names form fields.
func (g *grid) table(text []byte, head span, at int) (rows []*Node, end int) {
	columns := g.split(text, head)
	if len(columns) == 0 || len(columns) > maxColumns {
		return nil, head.from
	}
	header := g.row(text, [][]span{columns})
	names := namesOf(header.Items)
	if g.widths == nil && !named(names) {
		return nil, head.from
	}
	rows = headless(header)
	lines, end := g.lines(text, at, len(names))
	token := slices.IndexFunc(names, func(name string) bool { return FieldName([]byte(name)) == "task_token" })
	for len(lines) > 0 {
		if lines[0] == nil {
			lines = lines[1:]
			continue
		}
		n := 1
		for n < len(lines) && g.goesOn(text, names, lines[n-1], lines[n]) {
			n++
		}
		row := g.row(text, lines[:n])
		for ; token >= 0 && n < len(lines) && lines[n] != nil && lines[n][token].blank(text); n++ {
			row.Lost = "may continue on the next line"
		}
		rows, lines = append(rows, row), lines[n:]
	}
	return useful(names, rows), end
}

// lines returns the cells of each line of the table from at on, nil for a rule or a blank line between rows.
func (g *grid) lines(text []byte, at, columns int) (lines [][]span, end int) {
	for end = at; end < len(text); {
		line, next := lineOf(text, end)
		rule, cells := ruled(line.in(text)), g.split(text, line)
		switch {
		case g.bars != "" && rule != nil && rule.bars != "", g.bars == "" && columns > 1 && line.blank(text) && len(lines) > 0 && lines[len(lines)-1] != nil:
			cells = nil
		case len(cells) != columns, line.blank(text), columns == 1 && (rule != nil || !bytes.HasPrefix(line.in(text), []byte(" "))),
			NamesFields(line.in(text)) && named(namesOf(g.row(text, [][]span{cells}).Items)):
			return lines, end
		}
		lines = append(lines, cells)
		end = next
	}
	return lines, end
}

// split cuts a line into its cells at the bars, or at the gaps if all of them are blank; nil if the
// line is not one of the table.
func (g *grid) split(text []byte, line span) (cells []span) {
	from, n := line.from, 0
	for i, r := range string(line.in(text)) {
		_, gap := slices.BinarySearch(g.gaps, n)
		if g.bars != "" && strings.ContainsRune(g.bars, r) || g.bars == "" && gap && r == ' ' {
			cells = append(cells, span{from, line.from + i})
			from = line.from + i + utf8.RuneLen(r)
		} else if g.bars == "" && gap {
			return nil
		}
		n++
	}
	cells = append(cells, span{from, line.to})
	for g.bars == "" && len(cells) < len(g.widths) {
		cells = append(cells, span{line.to, line.to})
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

// goesOn reports whether the row of a line continues in the next one: each cell that is not blank there
// continues one above it, and none of a field that is always short.
func (g *grid) goesOn(text []byte, names []string, line, next []span) (goes bool) {
	short := []string{"task_token", "event", "callback_type", "error_code"}
	for c, below := range next {
		_, ok := g.joint(c, line[c].in(text), below.in(text))
		if !ok && !below.blank(text) || ok && slices.Contains(short, FieldName([]byte(names[c]))) {
			return false
		}
		goes = goes || ok
	}
	return goes
}

// joint reports whether a cell continues in the one below it, and what is between the two: a newline,
// for which the last character is a mark; or, if it fills its column, which is not a narrow one,
// nothing or a blank.
func (g *grid) joint(c int, above, below []byte) (glue string, ok bool) {
	const narrow = 20
	if g.widths == nil || c >= len(g.widths) {
		return "", false
	}
	width := g.widths[c]
	if g.bars != "" || len(g.widths) == 1 {
		width-- // the blank after the bar
	}
	if bytes.HasSuffix(above, []byte("+")) && utf8.RuneCount(above) >= width {
		return "\n", true
	}
	missing := width - utf8.RuneCount(bytes.TrimRight(above, " "))
	if g.bars != "" {
		missing-- // the blank before the next bar
	}
	if width < narrow || missing < 0 || missing > 1 || len(g.widths) == 1 || len(bytes.TrimSpace(below)) == 0 {
		return "", false
	}
	return " "[:missing], true
}

// row returns the row in lines.
func (g *grid) row(text []byte, lines [][]span) *Node {
	row := &Node{Kind: Object, Start: lines[0][0].from}
	for c, first := range lines[0] {
		s := first.in(text)
		start, end := first.from, first.to
		for k := 1; k < len(lines); k++ {
			glue, ok := g.joint(c, lines[k-1][c].in(text), lines[k][c].in(text))
			if !ok {
				break
			}
			if glue == "\n" {
				s = bytes.TrimSuffix(bytes.TrimRight(s, " "), []byte("+"))
			}
			s = slices.Concat(bytes.TrimRight(s, " "), []byte(glue), lines[k][c].in(text))
			end = lines[k][c].to
		}
		s = bytes.TrimSpace(s)
		if end == first.to {
			start += bytes.Index(text[start:end], s)
			end = start + len(s)
		}
		cell := bare(s, start, end)
		if n := len(s); n > 1 && s[0] == '`' && s[n-1] == '`' && g.bars != "" {
			cell.Value.Kind, cell.Value.Text = String, s[1:n-1]
		}
		if bytes.HasSuffix(s, []byte("…")) || g.bars == "" && bytes.HasSuffix(s, []byte("...")) {
			cell.Value.Lost = "truncated by the width of the table"
		}
		row.Items = append(row.Items, cell)
		row.End = max(row.End, lines[len(lines)-1][c].to)
	}
	return row
}
