// Package capture finds the bodies of callbacks in what people have captured:
// a body in a file, a log, a dump of HTTP requests, a HAR, the output of a
// program. An input becomes bodies in five steps, each a wall: none calls back into
// one before it.
//
//  1. open (packages open and input): what is packed is unpacked, and what it holds becomes
//     whole lines of UTF-8 text. Lines that cannot hold a part of a callback are passed over.
//  2. segment (capture.go): lines become records. What is whole on one line is answered
//     at once; else the lines around it are searched as one text.
//  3. unwrap (package unwrap): a table of disguises, each undone from text to text.
//  4. parse (package tree) and recognise (posted.go, recognise.go): a form body that
//     stands whole is what decode.ParseForm says it is. All else becomes one tree of
//     objects, lists and scalars, and one function says which of its objects are callbacks.
//  5. rank and merge (search.go, body.go): of several readings of a text the one with the
//     most in it wins; a callback that one request left in two ways is one.
package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode/capture/input"
)

// maxText is how much of an input is searched as one text, in bytes.
const maxText = 64 << 20

// Reader reads the bodies in one input.
//
// A line that holds a callback is answered at once, and so is a JSON document when
// it ends. Other lines are held until what they are part of has ended. A callback
// without a status is held until the next one, or some lines, have come: the same
// request may have left one with its status.
type Reader struct {
	Skipped Skipped // so far
	Unread  Unread  // so far

	// Clock tells the year of times that are written without one. Without it they are left out.
	Clock func() time.Time

	in      *input.Input
	maxText int
	queue   []Body // found
	given   int    // how many of them were returned
	found   bool
	saw     string // what the first line that is not blank looks like

	counted  int    // the last line that Skipped or a callback counts
	from     int    // the first line that no record before has taken
	held     []byte // the lines of a record that has not ended
	heldLine int    // the number of the first of them
	tried    int    // how much of it was searched
	sign     int    // where its last line with a sign of a callback ends
	named    bool   // whether a line of it names a field
	header   []byte // of the table that the lines are rows of, with which the record then begins
	tooLong  bool   // whether it has been too long to be searched as one text
	tooMany  bool   // whether more than mostBodies were found at a time

	requests []request // the last ones, the newest last
	waiting  *Body     // without a status
}

// Unread tells of what could not be read.
type Unread struct {
	Fields  int    // how many task tokens and statuses stand where no callback could be read
	First   int    // the number of the line of the first one, from 1
	Token   string // the first one, "" if that is a status
	Lost    bool   // beside one of them stand more fields of a callback
	Tangled int    // the first line of a text that was too tangled to be read in all ways, 0 if none was
}

// NoCallbackError is the error of an input that holds no callback.
type NoCallbackError struct {
	Saw string // what the input is instead
}

func (e *NoCallbackError) Error() string { return "no Qencode callback: " + e.Saw }

// LongLineError is the error of an input with a line that is too long to be read.
type LongLineError = input.LongLineError

// NewReader returns a Reader of the bodies in r. It asks r for more only when
// Next needs more, so that a line that came slowly is answered at once. size is
// the length of the input in bytes, or 0 where that is not known: with it, a
// body of a hundred megabytes does not take twice its size while it grows.
func NewReader(r io.Reader, size int64) *Reader {
	return &Reader{in: input.New(r, size), maxText: maxText, from: 1}
}

// Next returns the next body. After the last one the error is io.EOF, or a
// *NoCallbackError if there was none. Any other error is one of the input.
func (r *Reader) Next() (Body, error) {
	if r.given == len(r.queue) {
		r.queue, r.given = r.queue[:0], 0
	}
	for len(r.queue) == 0 {
		if !r.step() {
			r.release()
			r.answer()
			if len(r.queue) == 0 {
				return Body{}, r.end()
			}
			break
		}
	}
	r.given++
	return r.queue[r.given-1], nil
}

// end returns the error at the end of the input.
func (r *Reader) end() error {
	err := r.in.Err()
	switch {
	case err == io.EOF && r.tooMany:
		return fmt.Errorf("only the first %d callbacks of those in one text were read: more of them need a line each", mostBodies)
	case err != io.EOF || r.found:
		return err
	case r.tooLong:
		return fmt.Errorf("no line holds a callback, and no more than %d MiB are searched as one text", r.maxText>>20)
	case r.in.Number == 0:
		return &NoCallbackError{"the input is empty"}
	case r.saw == "":
		return &NoCallbackError{"the input is only white space"}
	}
	return &NoCallbackError{"it looks like " + r.saw}
}

// step takes the next lines that can hold nothing, or the next line. It reports
// whether there was one.
func (r *Reader) step() bool {
	if r.waiting != nil && r.in.Number > r.waiting.Line+mostBetween {
		r.answer()
	}
	if r.saw == "" {
		return r.first()
	}
	if len(r.held) == 0 && len(r.header) == 0 {
		first := r.in.Number + 1
		if text := r.in.Skip(); len(text) > 0 {
			r.skip(text, first)
			return true
		}
	}
	line := r.in.Line()
	if len(line) == 0 {
		return false
	}
	r.line(line, r.in.Number)
	return true
}

var newline = []byte("\n")

// first takes the first line that is not blank. With it a JSON document may begin that
// has a callback far behind.
func (r *Reader) first() bool {
	line := r.in.Line()
	text := bytes.TrimSpace(line)
	if len(text) > 0 {
		r.saw = looksLike(text)
		r.line(line, r.in.Number)
	}
	return len(line) > 0
}

// skip passes over lines that hold nothing, the first of which has this number. Those that
// were passed over before are not counted again.
func (r *Reader) skip(text []byte, first int) {
	at := 0
	for ; first <= r.counted && at < len(text); first++ {
		at = lineEnd(text, at)
	}
	if at < len(text) {
		r.Skipped.add(text[at:], first)
		r.counted = first + bytes.Count(text[at:len(text)-1], newline)
	}
}

// line takes a line. What stands whole in it as it was posted ends the record before it,
// whatever that is.
func (r *Reader) line(line []byte, number int) {
	if r.in.Binary() {
		r.binary(line, number)
		return
	}
	if r.saved(line, number) || r.body(line, number) {
		return
	}
	if text := bytes.TrimSpace(line); len(r.held) == 0 && len(text) > 0 {
		if text[0] == '{' || text[0] == '[' {
			r.document(line, number)
			return
		}
		if text[0] == '"' && input.Signal(line) { // a member of an object
			before, first := r.before(number)
			if at := opener(before); at >= 0 {
				r.document(slices.Concat(before[at:], line), first+bytes.Count(before[:at], newline))
				return
			}
		}
	}
	r.text(line, number)
}

// opener returns where the last line of a text begins that is a bracket alone, with which a
// JSON document may begin; negative if there is none.
func opener(text []byte) int {
	at := max(bytes.LastIndex(text, []byte("\n{\n")), bytes.LastIndex(text, []byte("\n[\n")))
	switch {
	case at >= 0:
		return at + 1
	case bytes.HasPrefix(text, []byte("{\n")), bytes.HasPrefix(text, []byte("[\n")):
		return 0
	}
	return -1
}

// binary takes a line of something that is not text: bodies as they were posted may be in
// it, with the length that stands in the head of their request before them.
func (r *Reader) binary(line []byte, number int) {
	text := bytes.Clone(line)
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && n == 1 {
			text[i] = 0 // It is of no body.
		}
		i += n
	}
	found := posted(text)
	if len(found) == 0 {
		r.skip(line, number)
	}
	for _, f := range found {
		f.Place, f.shape, f.Held = byteAt(f.at), "run", len(line)
		before := line[:f.at]
		if len(before) < mostDull {
			before, _ = r.in.Before(1)
			before = before[:len(before)-len(line)+f.at]
		}
		if n := nearestLength(before); 0 < n && n <= len(f.Bytes) {
			f.Length, f.Bytes = n, f.Bytes[:n]
		}
		r.add(f, number)
	}
}

// text takes a line that is not a body.
func (r *Reader) text(line []byte, number int) {
	switch {
	case len(r.held) > 0:
		r.hold(line)
	case len(r.header) > 0:
		r.begin(line, number)
	case input.Signal(line):
		r.alone(line, number)
	default:
		r.skip(line, number)
	}
}

// body takes a line that is a whole body, and reports whether it is one.
func (r *Reader) body(line []byte, number int) bool {
	f, ok := bodyFind(trimBody(line))
	if before := bytes.TrimLeft(lastLine(r.held), " \t"); ok && beginsField(line) && isRun(line) && isRun(before) && bytes.HasPrefix(before, line[:bytes.IndexByte(line, '=')+1]) {
		r.release() // The body before it does not go on in this line.
	}
	if !ok || f.quality < complete || continues(lastLine(r.held), line) {
		return false
	}
	r.release()
	before, first := r.before(number)
	f.claimLength(before, f.Bytes)
	f.Request = above(before, first == 1)
	f.shape = "body"
	r.add(f, number)
	r.from = number + 1
	return true
}

// lastLine returns the last line of a text.
func lastLine(text []byte) []byte {
	text = bytes.TrimSuffix(text, newline)
	return text[bytes.LastIndexByte(text, '\n')+1:]
}

// before returns the lines before one that no record has taken, and the number of the
// first of them.
func (r *Reader) before(number int) (text []byte, first int) {
	text, first = r.in.Before(r.from)
	end := 0
	for range number - first {
		end = lineEnd(text, end)
	}
	return text[:end], first
}

// alone takes a line, or a JSON document, that nothing is held before. It is answered
// if it can be read whole without the lines around it.
func (r *Reader) alone(text []byte, number int) {
	reading := search(text)
	if len(reading.found) > 0 && reading.found[0].at == 0 && !reading.found[0].Rebuilt {
		before, _ := r.before(number)
		reading.found[0].claimLength(before, text)
	}
	switch {
	case reading.settled() && !slices.ContainsFunc(reading.found, func(f find) bool { return f.open }):
		r.tellAbove(text, number, reading.found)
		r.take(reading, text, number)
		r.from = r.in.Number + 1
	case len(reading.found) == 0 && !input.Signal(text):
		r.skip(text, number)
	default:
		r.begin(text, number)
	}
}

// begin begins a record with some lines, and with those before them if they are near.
func (r *Reader) begin(text []byte, number int) {
	if len(r.header) > 0 {
		r.held, r.heldLine = append(append(r.held[:0], r.header...), text...), number-bytes.Count(r.header, newline)
	} else {
		before, first := r.before(number)
		r.held, r.heldLine = append(append(r.held[:0], before...), text...), first
	}
	r.tried, r.sign, r.named = len(r.held), len(r.held), namesFields(text)
}

// Bounds of a record of several lines, in bytes.
const (
	mostDull    = 32 << 10  // without a sign of a callback
	mostUnnamed = 1 << 10   // the same, in a record that names no field
	largeRecord = 256 << 10 // from here on a record is answered in parts
)

// hold adds a line to the record.
func (r *Reader) hold(line []byte) {
	r.held = append(r.held, line...)
	if input.Signal(line) {
		r.sign = len(r.held)
	}
	r.named = r.named || namesFields(line)
	dull := len(r.held) - r.sign
	switch {
	case dull > mostDull || dull > mostUnnamed && !r.named:
		r.release()
	case len(r.held) > r.maxText:
		r.tooLong = true
		r.release()
	case len(r.held) >= 2*r.tried && (ends(line) || len(r.held) >= largeRecord && line[0] != ' ' && line[0] != '\t'):
		r.try()
	}
}

// ends reports whether a record may end with a line: it is blank, or begins with
// what closes a structure.
func ends(line []byte) bool {
	text := bytes.TrimSpace(line)
	return len(text) == 0 || bytes.IndexByte([]byte("})]"), text[0]) >= 0 || len(text) < len(line) && line[0] != ' ' && line[0] != '\t' && bytes.IndexByte([]byte("})],;>\"'"), text[len(text)-1]) >= 0
}

// try searches the record, and answers it if it reads well. What a large one begins
// with is answered in any case.
func (r *Reader) try() {
	r.tried = len(r.held)
	reading := search(r.held)
	if reading.settled() && !r.goesOn(reading) {
		r.close(reading)
		return
	}
	if len(r.held) < largeRecord {
		return
	}
	const tail = largeRecord / 4
	cut := len(r.held) - tail
	for _, f := range reading.found {
		if f.end > cut {
			if f.at < len(r.held)/2 {
				return // It may go on.
			}
			cut = min(cut, f.at)
		}
	}
	cut = bytes.LastIndexByte(r.held[:cut], '\n') + 1
	for i, lowest := cut, cut-tail; i > lowest; i = bytes.LastIndexByte(r.held[:i-1], '\n') + 1 {
		if c := r.held[i]; c != ' ' && c != '\t' {
			cut = i // What is indented goes on: a packet, a structure.
			break
		}
	}
	reading.found = slices.DeleteFunc(reading.found, func(f find) bool { return f.at >= cut })
	reading.unread = slices.DeleteFunc(reading.unread, func(m mention) bool { return m.at >= cut })
	r.take(reading, r.held[:cut], r.heldLine)
	r.heldLine += bytes.Count(r.held[:cut], newline)
	r.held = slices.Clone(r.held[cut:])
	r.sign = max(0, r.sign-cut)
	r.tried = len(r.held)
}

// goesOn reports whether the next line may belong to what was found in the record.
func (r *Reader) goesOn(reading reading) bool {
	return slices.ContainsFunc(reading.found, func(f find) bool {
		return f.packets || len(f.header) > 0 && len(r.held) < largeRecord/4 || f.open && lineEnd(r.held, max(f.end, 1)-1) == len(r.held)
	})
}

// close answers the record, and begins the next one with the lines after what was found in
// it. The rows of a table go on with its header.
func (r *Reader) close(reading reading) {
	end := 0
	var header []byte
	for _, f := range reading.found {
		if f.end > end {
			end, header = lineEnd(r.held, f.end-1), slices.Clone(f.header)
		}
	}
	r.take(reading, r.held[:end], r.heldLine)
	number, tail := r.heldLine+bytes.Count(r.held[:end], newline), slices.Clone(r.held[end:])
	r.drop()
	r.from, r.header = number, header
	for line := range bytes.Lines(tail) {
		r.text(line, number)
		number++
	}
}

// release searches the record, and forgets it.
func (r *Reader) release() {
	if len(r.held) == 0 {
		return
	}
	reading := search(r.held)
	r.take(reading, r.held, r.heldLine)
	r.header = nil
	if n := len(reading.found); n > 0 && reading.found[n-1].end == len(r.held) {
		r.header = slices.Clone(reading.found[n-1].header)
	}
	r.drop()
}

// drop forgets the record. The bodies in it are still to be returned.
func (r *Reader) drop() {
	r.held, r.tried, r.sign, r.named = nil, 0, 0, false
	r.from = r.in.Number + 1
}

// take takes what was found in a text that begins with the line of this number.
func (r *Reader) take(reading reading, text []byte, number int) {
	line, start, counted, read := number, 0, 0, 0
	for _, f := range reading.found {
		between := text[counted:max(counted, f.at)]
		line += bytes.Count(between, newline)
		if i := bytes.LastIndexByte(between, '\n'); i >= 0 {
			start = counted + i + 1
		}
		counted += len(between)
		if start > read {
			r.skip(text[read:start], number+bytes.Count(text[:read], newline))
		}
		if f.Place == byteAt(f.at) {
			f.Place = byteAt(f.at - start)
		}
		r.add(f, line)
		if f.end > read {
			read = lineEnd(text, f.end-1) // It is in a later line than that of the find before it.
			r.counted = max(r.counted, number+bytes.Count(text[:read-1], newline))
		}
	}
	if read < len(text) {
		r.skip(text[read:], number+bytes.Count(text[:read], newline))
	}
	for _, m := range reading.unread {
		if r.Unread.Fields == 0 {
			r.Unread.First = number + bytes.Count(text[:min(m.at, len(text))], newline)
			r.Unread.Token = m.token
		}
		r.Unread.Fields++
		r.Unread.Lost = r.Unread.Lost || m.lost
	}
	r.tooMany = r.tooMany || reading.tooMany
	if reading.tangled && (len(reading.unread) > 0 || len(reading.found) == 0) && r.Unread.Tangled == 0 {
		r.Unread.Tangled = number
	}
}

// mostBodies is how many bodies in one text are kept until they are asked for: a text
// can hold millions of beginnings, each of which takes a hundred bytes.
const mostBodies = 1 << 18

// mostBetween is how many lines may be between two traces of one request.
const mostBetween = 100

// request is a callback that was found, and the ways in which its request was.
type request struct {
	find
	shapes []string
	line   int
}

// add takes a callback that was found, unless it is one of the last ones found in another
// way: two of one way are two requests.
func (r *Reader) add(f find, number int) {
	if len(r.queue) == mostBodies {
		r.tooMany = true
		return
	}
	f.Line = number
	f.Request = f.Request.dated(r.Clock)
	for i := len(r.requests) - 1; i >= 0; i-- {
		last := &r.requests[i]
		if number-last.line > mostBetween {
			break
		}
		if slices.Contains(last.shapes, f.shape) || f.encoded || last.encoded || !f.Rebuilt && !last.Rebuilt && f.isText() == last.isText() || !last.same(&f) {
			continue
		}
		last.shapes = append(last.shapes, f.shape)
		if r.waiting != nil && i == len(r.requests)-1 {
			b := better(last.find, f).Body
			b.Line, b.Bytes, b.Request = last.Line, bytes.Clone(b.Bytes), last.Request.or(f.Request)
			r.waiting = &b
			if f.status {
				r.answer()
			}
		}
		return
	}
	r.answer()
	r.remember(f, number)
	if f.status {
		r.found = true
		r.queue = append(r.queue, f.Body)
		return
	}
	b := f.Body
	b.Bytes = bytes.Clone(b.Bytes)
	r.waiting = &b
}

// answer answers the callback that waits for its status.
func (r *Reader) answer() {
	if r.waiting != nil {
		r.found = true
		r.queue = append(r.queue, *r.waiting)
		r.waiting = nil
	}
}

// remember keeps a callback, to know it if its request was captured in another way, too.
func (r *Reader) remember(f find, number int) {
	const (
		most    = 4
		longest = 1 << 20
	)
	if len(r.requests) < most {
		r.requests = append(r.requests, request{})
	} else {
		first := r.requests[0]
		copy(r.requests, r.requests[1:])
		r.requests[most-1] = first
	}
	last := &r.requests[len(r.requests)-1]
	body, shapes := last.Bytes[:0], last.shapes[:0]
	if len(f.Bytes) > longest {
		f.Bytes = nil
	}
	last.find, last.line = f, number
	last.Bytes, last.shapes = append(body, f.Bytes...), append(shapes, f.shape)
}

// document takes lines with which a JSON document may begin, the first of which has this
// number, and those that it goes on in. If it is not one, they are lines of text.
func (r *Reader) document(line []byte, number int) {
	doc := &document{in: r.in, text: slices.Clone(line), max: r.maxText}
	switch isJSON := doc.isJSON(); {
	case isJSON && (r.in.Number == number || line[0] == ' '): // It may be the text of a name in the line before.
		r.alone(doc.text, number)
	case isJSON:
		reading := search(doc.text)
		r.tellAbove(doc.text, number, reading.found)
		r.take(reading, doc.text, number)
		r.from = r.in.Number + 1
	default:
		for line := range bytes.Lines(doc.text) {
			if !r.saved(line, number) && !r.body(line, number) {
				r.text(line, number)
			}
			number++
		}
	}
}

// document is a JSON document, or several, in whole lines of an input.
type document struct {
	in    *input.Input
	text  []byte // what was read of it
	max   int    // bytes that the text may be
	given int    // bytes of the text that the decoder has
}

// isJSON reads lines until the document ends or turns out to be none.
func (d *document) isJSON() bool {
	decoder := jsontext.NewDecoder(d, lenient...)
	for {
		if k := decoder.PeekKind(); k != '{' && k != '[' || decoder.SkipValue() != nil {
			return false
		}
		if len(bytes.TrimSpace(d.text[decoder.InputOffset():])) == 0 {
			return true
		}
	}
}

// Read gives the decoder the next line.
func (d *document) Read(p []byte) (int, error) {
	if d.given == len(d.text) {
		if len(d.text) > d.max {
			return 0, errors.New("too long")
		}
		line := d.in.Line()
		if len(line) == 0 {
			return 0, io.EOF
		}
		d.text = append(d.text, line...)
		if _, isSaved := savedLine(line); isSaved {
			return 0, errors.New("not a document")
		}
	}
	n := copy(p, d.text[d.given:])
	d.given += n
	return n, nil
}
