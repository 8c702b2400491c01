package capture

import (
	"bytes"
	"hash/maphash"
	"regexp"
	"slices"
	"sort"
	"sync"

	"qcb/decode"
	"qcb/decode/capture/input"
	"qcb/decode/capture/tree"
	"qcb/decode/capture/unwrap"
)

// reading is one way to read a text.
type reading struct {
	found   []find
	unread  []mention // the task tokens that are named outside of what was found
	tooMany bool      // more than mostBodies are in it
	tangled bool      // the work that a text may cost was done before it was read in all ways
}

// settled reports whether there is nothing more to read in the text.
func (r *reading) settled() bool {
	return len(r.unread) == 0 && len(r.found) > 0 && !slices.ContainsFunc(r.found, func(f find) bool { return f.quality < complete })
}

// weight ranks the readings of one text.
func (r *reading) weight() int {
	sum := 0
	for i := range r.found {
		sum += r.found[i].weight()
	}
	return 2*sum - len(r.unread)
}

// searcher searches a text, and what is behind its disguises, within a budget.
type searcher struct {
	left    int             // bytes that may still be searched: a hostile text unfolds into many
	outer   int             // how many texts the text is inside of
	depth   int             // the same for the text that is searched now
	seen    map[uint64]bool // hashes of the texts that were searched
	seed    maphash.Seed
	tangled bool
}

const (
	// deepestText is how many texts may be inside each other: the string of a JSON
	// log holds base64, which holds a form, is three.
	deepestText = 6
	// shortestText is the length in bytes of the shortest text in quotes that is searched.
	shortestText = 40
	// mostWork is how many bytes may be searched for each byte of a text.
	mostWork = 16
)

// search returns the best reading of a text.
func search(text []byte) reading { return searchInside(text, 0) }

// searchInside returns the best reading of a text that is inside so many others. It has a
// budget of its own: no text can spend that of the others beside it.
func searchInside(text []byte, depth int) reading {
	s := &searcher{left: mostWork*len(text) + 1, outer: depth, depth: depth, seen: map[uint64]bool{}, seed: maphash.MakeSeed()}
	best := s.search(text)
	best.tangled = best.tangled || s.tangled
	for i := range best.found {
		best.found[i].doubtStatus(text)
	}
	return best
}

// search undoes each disguise in turn, unless the text reads well as it is, and returns
// the reading with the most in it.
func (s *searcher) search(text []byte) reading {
	if s.left -= len(text); s.left < 0 {
		s.tangled = s.tangled || promising(text)
		return reading{}
	}
	if s.depth == deepestText {
		return reading{}
	}
	s.depth++
	defer func() { s.depth-- }()
	for _, row := range unwrap.Rows[:unwrap.Certain] {
		if behind := s.behind(text, &row); behind != nil {
			return *behind
		}
	}
	best := s.read(text)
	if best.settled() {
		return best
	}
	most := best.weight()
	for _, row := range unwrap.Rows[unwrap.Certain:] {
		behind := s.behind(text, &row)
		if behind == nil || len(behind.found) == 0 {
			continue
		}
		if weight := behind.weight(); weight > most {
			best, most = *behind, weight
			if best.settled() {
				break
			}
		}
	}
	return best
}

// promising reports whether a text shows that it holds a callback, plain or as bytes.
func promising(text []byte) bool {
	return len(unread(text, nil, nil)) > 0 || slices.ContainsFunc(unwrap.Rows[unwrap.Certain:unwrap.Bytes], func(row unwrap.Row) bool {
		return slices.ContainsFunc(row.Undo(text), func(plain unwrap.Text) bool { return input.Signal(plain.Bytes) })
	})
}

// behind returns the best reading of what is behind a disguise, nil if the text does not
// look so, or what is behind it was read before.
func (s *searcher) behind(text []byte, row *unwrap.Row) *reading {
	var r *reading
	read := map[uint64]reading{} // Several sources may have the same.
	for _, plain := range row.Undo(text) {
		hash := maphash.Bytes(s.seed, plain.Bytes)
		one, again := read[hash]
		if !again {
			if s.seen[hash] || bytes.Equal(plain.Bytes, text) || !input.Signal(plain.Bytes) {
				continue
			}
			s.seen[hash] = true
			one = s.search(plain.Bytes)
			read[hash] = one
		}
		one.found = slices.Clone(one.found)
		if r == nil {
			r = &reading{}
		}
		for i := range one.found {
			f := &one.found[i]
			f.shape = row.Name + " " + f.shape
			f.encoded = f.encoded || row.Name == "base64"
			f.packets = f.packets || row.Name == "packets"
			f.open = true
		}
		relocate(text, plain, one.found)
		tellLines(text, one.found)
		r.found = append(r.found, in(row.Name, one.found)...)
		r.unread = append(r.unread, one.unread...)
		r.tangled = r.tangled || one.tangled
	}
	if r != nil {
		slices.SortStableFunc(r.found, func(a, b find) int { return a.at - b.at })
	}
	return r
}

// doubtStatus says that a status is lost if it is JSON, but not an object, in what several lines of a text
// were joined to: a number of some other kind may stand between them.
func (f *find) doubtStatus(text []byte) {
	if bytes.IndexByte(trimBody(text[f.at:f.end]), '\n') < 0 {
		return
	}
	status := f.summary().Form.Last("status")
	if status != nil && len(status.Value) > 0 && status.Value[0] != '{' && isJSON(status.Value) {
		f.quality, f.Lost = fragment, "status: it is not an object"
	}
}

// relocate puts finds to the lines of the source that they are from.
func relocate(text []byte, plain unwrap.Text, found []find) {
	var starts []int // of the lines of the source
	for at := 0; at < len(text); at = lineEnd(text, at) {
		starts = append(starts, at)
	}
	starts = append(starts, len(text))
	line, at := 0, 0
	lineOf := func(offset int) int { // the line that a byte is in
		offset = min(offset, len(plain.Bytes)-1)
		line += bytes.Count(plain.Bytes[at:max(at, offset)], newline)
		at = max(at, offset)
		return line
	}
	for i := range found {
		f := &found[i]
		f.at, f.end = starts[plain.Lines[lineOf(f.at)]], starts[plain.Ends[lineOf(f.end-1)]]
	}
}

// read reads a text as it is, and the texts in its strings. Each of those has a budget of its
// own, so that none can spend that of the others, unless the text itself was disguised.
func (s *searcher) read(text []byte) reading {
	scan := scanner{text: text, waste: 8*len(text) + 1<<10}
	scan.scan()
	r := reading{found: scan.found, tangled: scan.waste < 0, tooMany: len(scan.found) >= mostBodies}
	for _, t := range scan.texts {
		var one reading
		if s.depth == s.outer+1 {
			one = searchInside(t.text, s.depth)
		} else {
			one = s.search(t.text)
		}
		r.tangled = r.tangled || one.tangled
		for _, m := range one.unread {
			m.at, m.root, m.record = t.at, t.root, t.record
			r.unread = append(r.unread, m)
		}
		for _, f := range in(t.place, one.found) {
			if !f.status {
				if c := f.summary(); c.Event == "" && !isQencodeToken([]byte(c.TaskToken)) {
					continue // It is a text of some other kind.
				}
			}
			f.at, f.end, f.from, f.root, f.record = t.at, t.end, t.from, t.root, t.record
			f.shape = "text " + f.shape
			f.Request = f.Request.or(t.request)
			if f.Length == 0 && !f.Rebuilt {
				f.Length = t.length
			}
			r.found = append(r.found, f)
		}
	}
	slices.SortStableFunc(r.found, func(a, b find) int { return a.at - b.at })
	tell(text, r.found)
	r.unread = slices.DeleteFunc(r.unread, func(m mention) bool { return m.repeats(text, r.found) })
	r.unread = append(r.unread, unread(text, r.found, scan.texts)...)
	r.found = once(text, r.found)
	return r
}

// once leaves out what a record repeats: the same callback twice in it is one.
func once(text []byte, found []find) []find {
	const nearest = 16 // Comparing all with all would let a hostile text take its time.
	kept := found[:0]
next:
	for _, f := range found {
		for i := len(kept) - 1; i >= max(0, len(kept)-nearest); i-- {
			k := &kept[i]
			if k.from != f.from && oneRecord(text, k, &f) && k.same(&f) {
				at, request := k.at, k.Request.or(f.Request)
				kept[i] = better(*k, f)
				kept[i].at, kept[i].Request = at, request
				continue next
			}
		}
		kept = append(kept, f)
	}
	return kept
}

// oneRecord reports whether two finds in a text are in one record: in one line, or in
// one structure and not in two elements of a list.
func oneRecord(text []byte, a, b *find) bool {
	if a.root == b.root {
		i := 0
		for i < len(a.record) && i < len(b.record) && a.record[i] == b.record[i] {
			i++
		}
		for i > 0 && '0' <= a.record[i-1] && a.record[i-1] <= '9' {
			i--
		}
		return i == 0 || a.record[i-1] != '[' // else they are two elements of one list
	}
	return bytes.IndexByte(text[min(a.at, b.at):max(a.at, b.at)], '\n') < 0
}

// mention is a field of a callback that is named in a text: a task token, or a status.
type mention struct {
	at    int
	token string // "" for a status
	lost  bool   // there are more fields beside it

	root   int    // where the structure begins that it is in a text of
	record string // which record in it
}

// repeats reports whether a mention is only the task token of a callback that was found near
// it in its record.
func (m *mention) repeats(text []byte, found []find) bool {
	const nearest = 8
	if m.lost || m.token == "" {
		return false
	}
	i := sort.Search(len(found), func(i int) bool { return found[i].at >= m.at })
	for i, last := max(0, i-nearest), min(len(found), i+nearest); i < last; i++ {
		if f := &found[i]; f.root == m.root && f.summary().TaskToken == m.token && oneRecord(text, f, &find{root: m.root, record: m.record}) {
			return true
		}
	}
	return false
}

// unread returns the fields that are named outside of what was found.
func unread(text []byte, found []find, texts []scanned) (list []mention) {
	read := spans(found, texts)
	isRead := func(at, end int) bool {
		i := sort.Search(len(read), func(i int) bool { return read[i].end > at })
		return i < len(read) && read[i].at < end
	}
	for _, part := range []string{"oken", "OKEN"} {
		for at := 0; ; {
			i := bytes.Index(text[at:], []byte(part))
			if i < 0 {
				break
			}
			at += i + len(part)
			if isRead(at, at+1) {
				continue
			}
			start := max(0, at-len("task_token"))
			near := text[start:min(len(text), at+reach)]
			if m := namedToken().FindSubmatchIndex(near); m != nil && !isRead(start+m[2], start+m[3]) { // A table's header stands before what was read.
				list = append(list, mention{at: at, token: string(near[m[2]:m[3]]), lost: hasOtherField(text, at)})
			}
		}
	}
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte("tatus"))
		if i < 0 {
			break
		}
		at += i + len("tatus")
		if !isRead(at, at+1) && statusAfter(text, at) {
			list = append(list, mention{at: at, lost: true})
		}
	}
	for _, f := range found {
		if f.open { // The lines beside it may be of it.
			start, end := lineBefore(text, f.at), lineEnd(text, max(f.end, 1)-1)
			for _, at := range []int{lineBefore(text, max(start-1, 0)), end} {
				if at == len(text) || f.at <= at && at < f.end || at < start && len(f.header) > 0 {
					continue
				}
				if end := lineEnd(text, at); namesField(text[at:min(end, at+longestLine)]) && !isRead(at, end) {
					list = append(list, mention{at: at, lost: true})
				}
			}
		}
	}
	return list
}

// span is a part of a text.
type span struct{ at, end int }

// spans returns the parts of a text that were read, in their order and without overlaps.
func spans(found []find, texts []scanned) (merged []span) {
	var all []span
	for _, f := range found {
		all = append(all, span{f.at, f.end})
	}
	for _, t := range texts {
		all = append(all, span{t.at, t.end})
	}
	slices.SortFunc(all, func(a, b span) int { return a.at - b.at })
	for _, one := range all {
		if n := len(merged); n > 0 && one.at <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, one.end)
		} else {
			merged = append(merged, one)
		}
	}
	return merged
}

// longestLine is how much of a line is looked through for a line beside it, in bytes.
const longestLine = 4 << 10

// lineBefore returns where the line begins that a place is in, or some place in a long one.
func lineBefore(text []byte, at int) int {
	floor := max(0, at-longestLine)
	return floor + bytes.LastIndexByte(text[floor:at], '\n') + 1
}

// namesField reports whether a line has the name of a form field and a separator after it.
func namesField(line []byte) bool {
	for _, name := range decode.FieldNames() {
		i := bytes.Index(line, []byte(name))
		if i < 0 || name == "status" || i > 0 && isWord(line[i-1]) {
			continue
		}
		rest := bytes.TrimLeft(line[i+len(name):], "\"'`] ")
		if len(rest) > 0 && bytes.IndexByte([]byte(":=|"), rest[0]) >= 0 {
			return true
		}
	}
	return false
}

// statusAfter reports whether a text continues at a place with an object of a status, after its
// name and whatever separates and escapes both.
func statusAfter(text []byte, at int) bool {
	const farthest = 80
	near := text[at:min(len(text), at+farthest)]
	i := bytes.IndexAny(near, "{[(")
	if i < 0 || bytes.ContainsAny(near[:i], ",;&?") || !bytes.Contains(near[:i], []byte("Array")) && (i > 24 || bytes.IndexByte(near[:i], '\n') >= 0) {
		return false
	}
	inner := bytes.TrimLeft(text[at+i+1:], " \t\r")
	if len(inner) > 0 && inner[0] == '\n' { // Each line may have a prefix.
		inner = inner[1:]
		for line := text[bytes.LastIndexByte(text[:at], '\n')+1:]; len(inner) > 0 && len(line) > 0 && inner[0] == line[0]; inner = inner[1:] {
			line = line[1:]
		}
	}
	inner = bytes.TrimLeft(inner[:min(len(inner), 80)], " \t\r\n\\\"'`:&{[(|")
	inner = bytes.TrimPrefix(inner, []byte("quot;"))
	for end := range inner {
		if !isWord(inner[end]) {
			_, known := statusMembers[snake(string(inner[:end]))]
			return known
		}
	}
	return false
}

// namedToken matches the name of a task token with the 32 hexadecimal digits that stand soon after it.
var namedToken = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)^.?(?i:task.?token).{0,9}[^&]{0,15}?([0-9a-f]{32})(?:[^0-9a-f]|$)`)
})

// reach is how much of a text after the name of a field is looked through for its value.
const reach = 60

// hasOtherField reports whether the line that a place is in, or one beside it, names the
// status or the event: not if it is in an object with a plain word for a status and without an event,
// as handlers answer.
func hasOtherField(text []byte, at int) bool {
	const around = 400
	start := max(0, at-around)
	near := text[start:min(len(text), at+around)]
	if i := bytes.LastIndexByte(near[:at-start], '{'); i >= 0 {
		n := tree.Value(near, i)
		if n != nil && n.Kind == tree.Object && n.Lost == "" && start+n.End > at && !slices.ContainsFunc(n.Items, func(item tree.Item) bool {
			return fieldOf(item.Name) == "event" || fieldOf(item.Name) == "status" && !isToken(scalar(item.Value))
		}) {
			return false
		}
	}
	return bytes.Contains(near, []byte("status")) || bytes.Contains(near, []byte("event"))
}

// scanner goes through a text once, and gathers the callbacks in it.
type scanner struct {
	text  []byte
	found []find
	texts []scanned
	vain  int // how many structures turned out to hold nothing
	waste int // bytes that may still be read of structures that turn out to hold nothing
	from  int // the number of the structure

	tables     int // no table begins before
	statements int // no statement of SQL begins before
}

// scanned is a text in a structure.
type scanned struct {
	inside
	from, root int
}

// take takes what was recognised in a structure of some shape, and reports whether that was
// anything.
func (s *scanner) take(root *tree.Node, shape string) bool {
	found, texts := recognise(s.text, root)
	for _, f := range found {
		s.from++
		f.from, f.root, f.Held = s.from, root.Start, len(s.text)
		f.open = shape == "block" || shape == "table" || shape == "pairs" && !f.status
		if !f.encoded {
			f.shape = shape + string(s.text[f.at:min(f.end, f.at+3)])
		}
		s.found = append(s.found, f)
	}
	for _, t := range texts {
		s.from++
		s.texts = append(s.texts, scanned{t, s.from, root.Start})
	}
	return len(found)+len(texts) > 0
}

// scan goes through the text line by line.
func (s *scanner) scan() {
	runs := posted(s.text)
	for at := 0; at < len(s.text) && len(s.found) < mostBodies; {
		end := lineEnd(s.text, at)
		line := s.text[at:end]
		for len(runs) > 0 && runs[0].at < at {
			runs = runs[1:]
		}
		body, isBody := bodyAfter(s.text[:at], line)
		isBody = isBody && !continues(lastLine(s.text[:at]), line)
		if !isBody || body.quality < complete && !(isRun(body.Bytes) && bytes.IndexByte(body.Bytes, '%') >= 0) {
			if next := s.structure(at); next > at {
				at = next
				continue
			}
		}
		if !isBody {
			at = s.line(at, end, &runs)
			continue
		}
		s.from++
		body.at, body.end, body.from, body.root = at, end, s.from, at
		s.found = append(s.found, body)
		at = end
	}
}

// triedInVain is what it costs to try to read fields where there are none, in bytes.
const triedInVain = 64

// inVain counts the bytes that were read of a structure that turned out to hold nothing. A text
// full of such beginnings is not what a program prints: each costs a little more than the one
// before it.
func (s *scanner) inVain(n int) {
	s.vain++
	s.waste -= n * (1 + s.vain/16)
}

// lineEnd returns where the line ends that a place is in, with its line ending.
func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// trimBody returns a line without its indentation and its ending: a payload may end
// with blanks.
func trimBody(line []byte) []byte {
	return bytes.TrimRight(bytes.TrimLeft(line, " \t\r\n"), "\r\n")
}

// structure reads what begins at the start of a line and continues in several: a table, a
// block of lines, an SQL statement. It returns where that ends, at if nothing of it holds a
// callback.
func (s *scanner) structure(at int) int {
	if at >= s.tables {
		rows, end := tree.Table(s.text, at)
		s.tables = end
		if first := len(s.found); s.rows(rows) {
			for i := range s.found[first:] {
				s.found[first+i].header = s.text[at:max(at, rows[0].Start)]
			}
			return end
		}
	}
	if s.waste <= 0 {
		return at
	}
	if block := tree.Block(s.text, at); block != nil {
		found, texts := recognise(s.text, block)
		weight := 0
		for i := range found {
			weight += found[i].weight()
		}
		folded := slices.ContainsFunc(texts, func(t inside) bool { // a text in quotes that continues in more lines
			return bytes.IndexByte(s.text[max(0, t.at-1):t.at+1], '\'') >= 0 && bytes.IndexByte(s.text[t.at:t.end], '\n') >= 0
		})
		if folded || weight > 0 && weight >= s.inline(at) {
			s.take(block, "block")
			return block.End
		}
		s.inVain(block.End - block.Start)
	}
	return at
}

// rows takes what was recognised in the rows of a table, and reports whether that was anything.
func (s *scanner) rows(rows []*tree.Node) (took bool) {
	for _, row := range rows {
		took = s.take(row, "table") || took
	}
	return took
}

// runsBefore returns the first runs, those that begin before a place.
func runsBefore(runs []find, end int) []find {
	i := sort.Search(len(runs), func(i int) bool { return runs[i].at >= end })
	return runs[:i]
}

// inline returns the weight of the fields that stand on the line at a place.
func (s *scanner) inline(at int) int {
	for end := lineEnd(s.text, at); at < end; at++ {
		if !s.beginsName(at) {
			continue
		}
		n := tree.Pairs(s.text, at)
		if n == nil {
			continue
		}
		found, _ := recognise(s.text, n)
		weight := 0
		for i := range found {
			weight += found[i].weight()
		}
		return weight
	}
	return 0
}

// beginsName reports whether the name of a form field may begin at a place.
func (s *scanner) beginsName(at int) bool {
	if at == len(s.text) || bytes.IndexByte([]byte("secptSECPT"), s.text[at]) < 0 || at > 0 && isWord(s.text[at-1]) {
		return false
	}
	end := at
	for end < len(s.text) && end < at+20 && (isWord(s.text[end]) || s.text[end] == '-') {
		end++
	}
	if name := string(s.text[at:end]); tree.FieldName([]byte(name)) != "" || name == "evt" {
		return true
	}
	for end < len(s.text) && end < at+20 && (isWord(s.text[end]) || s.text[end] == ' ') {
		end++
	}
	return tree.FieldName(s.text[at:end]) != ""
}

// line reads what stands in a line from at on: structures in brackets, texts in quotes,
// names and values, bodies as they were posted. It returns where it stopped, which may be in
// a later line.
func (s *scanner) line(at, end int, runs *[]find) int {
	start := at
	for at < end && len(s.found) < mostBodies {
		c := s.text[at]
		if len(*runs) > 0 && (*runs)[0].at == at {
			f := (*runs)[0]
			*runs = (*runs)[1:]
			s.from++
			f.from, f.root = s.from, at
			f.claimLength(s.text[:at], s.text[at:])
			s.found = append(s.found, f)
			at = f.end
			continue
		}
		var n *tree.Node
		shape := "structure"
		switch {
		case at >= s.statements && s.beginsStatement(at):
			rows, last := tree.Insert(s.text, at)
			s.statements = last
			if s.rows(rows) {
				at = last
				if at >= end {
					return at
				}
				continue
			}
		case bytes.IndexByte([]byte("{[(<"), c) >= 0:
			if s.waste > 0 {
				n = tree.Value(s.text, s.typeStart(at, start))
				if n != nil && n.Kind == tree.Word { // The bracket is only one of its characters.
					n = nil
				} else if n != nil && n.Kind == tree.List && s.beginsName(at+1) { // [event, saved], [payload, 12]
					if pairs := s.quotedPairs(n); pairs != nil {
						n, shape = pairs, "pairs"
					}
				}
			}
		case bytes.IndexByte([]byte("\"'`"), c) >= 0:
			if s.waste > 0 && (at == start || !isWord(s.text[at-1])) {
				if n = tree.Value(s.text, at); n != nil && (n.Kind != tree.String || n.Lost != "" || len(n.Text) < shortestText) {
					s.waste -= n.End - n.Start
					n = nil
				} else if pairs := s.quotedPairs(n); pairs != nil {
					n, shape = pairs, "pairs"
				}
			}
		case s.waste > 0 && s.beginsName(at):
			n, shape = tree.Pairs(s.text, at), "pairs"
			if n != nil && slices.ContainsFunc(runsBefore(*runs, n.End), func(f find) bool { return f.isWhole() }) {
				n = nil // The fields of a log stand around a body.
			}
		}
		if n == nil || n.End <= at {
			if shape == "pairs" {
				s.inVain(triedInVain)
			}
			at++
			continue
		}
		if s.take(n, shape) {
			at = n.End
		} else if input.Signal(s.text[n.Start:n.End]) {
			s.inVain(n.End - n.Start)
			at++
		} else {
			at = n.End
		}
		for len(*runs) > 0 && (*runs)[0].at < at {
			*runs = (*runs)[1:]
		}
		if at >= end {
			return at
		}
	}
	return end
}

// quotedPairs returns the fields of which the first is in quotes, as in a command of a shell, or
// in brackets; nil if the quotes are around a whole body, or another text.
func (s *scanner) quotedPairs(quoted *tree.Node) *tree.Node {
	if body, ok := bodyFind(quoted.Text); ok && body.quality == complete || !s.beginsName(quoted.Start+1) {
		return nil
	}
	pairs := tree.Pairs(s.text, quoted.Start+1)
	if pairs == nil || pairs.End <= quoted.End {
		return nil
	}
	if found, _ := recognise(s.text, pairs); len(found) == 0 {
		s.waste -= pairs.End - pairs.Start
		return nil
	}
	return pairs
}

// beginsStatement reports whether a statement of SQL may begin at a place.
func (s *scanner) beginsStatement(at int) bool {
	if bytes.IndexByte([]byte("IRCirc"), s.text[at]) < 0 || at > 0 && isWord(s.text[at-1]) {
		return false
	}
	for _, verb := range []string{"INSERT ", "REPLACE ", "COPY ", "CREATE "} {
		if len(s.text)-at > len(verb) && bytes.EqualFold(s.text[at:at+len(verb)], []byte(verb)) {
			return true
		}
	}
	return false
}

// typeStart returns where the type begins that stands before a bracket.
func (s *scanner) typeStart(at, floor int) int {
	const longest = 60
	if word := bytes.TrimRight(s.text[max(0, at-longest):at], " \t\r\n"); s.text[at] == '(' && len(word) < at && (bytes.HasSuffix(word, []byte("Array")) || bytes.HasSuffix(word, []byte(" Object"))) {
		at = max(0, at-longest) + len(bytes.TrimSuffix(word, []byte(" Object"))) // "Array" or "Status Object", and the bracket in the next line
		floor = 0
	}
	floor = max(floor, at-longest)
	for at > floor && (isWord(s.text[at-1]) || bytes.IndexByte([]byte(`\.:*&@%#`), s.text[at-1]) >= 0) {
		at--
	}
	return at
}
