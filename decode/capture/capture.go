// Package capture finds the bodies of callbacks in captures: a body in a file, a log,
// captured HTTP requests, a HAR, program output. An input becomes bodies in five steps,
// none of which calls back into an earlier one.
//
//  1. open (packages open and input): what is packed is unpacked, and what it holds becomes
//     whole lines of UTF-8 text. Lines that cannot hold a part of a callback are passed over.
//  2. segment (capture.go): lines become records. A callback that is whole on one line is
//     returned at once; other lines are searched together, as one text.
//  3. unwrap (package unwrap): a table of disguises, each undone from text to text.
//  4. parse (package tree) and recognise (posted.go, recognise.go): a whole form body is
//     what decode.ParseForm says it is. All else becomes one tree of objects, lists and
//     scalars, and one function says which of its objects are callbacks.
//  5. rank and merge (search.go, body.go): of several readings of a text the one with the
//     most in it wins; a callback that one request left in two forms counts as one.
package capture

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode/capture/input"
	"qcb/decode/capture/tree"
)

// maxText is how much of an input is searched as one text, in bytes.
const maxText = 64 << 20

// Reader reads the bodies in one input.
//
// A line with a whole callback is returned immediately, and a JSON document when it
// ends. Other lines are held until the record that they are part of has ended. A callback
// without a status is held until the next callback or some more lines have come, because
// the same request may have left its status in them.
type Reader struct {
	Skipped Skipped // so far
	Unread  Unread  // so far
	Answer  Answer  // so far

	// Clock tells the year of times that are written without one. Without a Clock, such
	// times are left out.
	Clock func() time.Time

	in      *input.Input
	maxText int
	found   bool
	saw     string // what the first line that is not blank looks like

	counted  int    // the last line that Skipped or a callback counts
	from     int    // the first line that no record before has taken
	held     []byte // the lines of a record that has not ended
	heldLine int    // the number of the first of them
	tried    int    // how much of it was searched
	sign     int    // where its last line with a sign of a callback ends
	named    bool   // whether a line of it names a field
	wraps    bool   // whether it is a body without a status, and lines in which that may continue
	tooLong  bool   // whether it has been too long to be searched as one text
	tooMany  bool   // whether more than mostBodies were found at a time

	polls    polls
	requests []request // the last ones that were returned, and those that are still to be
	given    int       // how many of them were returned
	room     [][]byte  // of copies that are not needed any more
}

// Unread tells of what could not be read.
type Unread struct {
	Fields  int    // how many task tokens and statuses are in places where no callback could be read
	First   int    // the number of the line of the first one, from 1
	Token   string // the first one, "" if that is a status
	Lost    bool   // whether more fields of a callback are beside one of them
	Tangled int    // the first line of a text that is encoded in too many ways to be searched, or 0
}

// NoCallbackError is the error of an input that holds no callback.
type NoCallbackError struct {
	Saw string // what the input is instead
}

func (e *NoCallbackError) Error() string { return "no Qencode callback: " + e.Saw }

// LongLineError is the error of an input with a line that is too long to be read.
type LongLineError = input.LongLineError

// NewReader returns a Reader of the bodies in r. It asks r for more only when
// Next needs more, so that a line that came slowly is returned immediately. size is
// the length of the input in bytes, or 0 if that is not known: with it, a body of a
// hundred megabytes does not take twice its size while it grows.
func NewReader(r io.Reader, size int64) *Reader {
	return &Reader{in: input.New(r, size), maxText: maxText, from: 1}
}

// Next returns the next body. After the last one the error is io.EOF, or a
// *NoCallbackError if there was none. Any other error is one of the input.
func (r *Reader) Next() (Body, error) {
	for !r.ready() {
		r.keep()
		if !r.step() {
			r.release()
			if r.given == len(r.requests) {
				return Body{}, r.end()
			}
			break
		}
	}
	r.given++
	return r.requests[r.given-1].Body, nil
}

// ready reports whether the next body can be returned. One without a status waits for it: the
// same request may have left it, too, until another one comes or some lines have.
func (r *Reader) ready() bool {
	if r.given == len(r.requests) {
		return false
	}
	next := &r.requests[r.given]
	return next.status || next.encoded || r.given+1 < len(r.requests) || r.in.Number > next.Line+mostBetween
}

// end returns the error at the end of the input.
func (r *Reader) end() error {
	err := r.in.Err()
	switch {
	case err == io.EOF && r.tooMany:
		return fmt.Errorf("only the first %d callbacks in one text were read: with one per line, all are read", mostBodies)
	case err != io.EOF || r.found:
		return err
	case r.tooLong:
		return fmt.Errorf("no callback on any line, and the input is too large (over %d MiB) to search as a whole", r.maxText>>20)
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
	if r.saw != "" && len(r.held) == 0 { // With the first line a JSON document may begin that has a callback far behind.
		first := r.in.Number + 1
		if text := r.in.Skip(); len(text) > 0 {
			r.skip(text, first)
			return true
		}
	}
	line := r.in.Line()
	for r.saw == "" && len(line) > 0 && len(bytes.TrimSpace(line)) == 0 {
		line = r.in.Line() // An input may begin with any number of empty lines.
	}
	if text := bytes.TrimSpace(line); r.saw == "" && len(text) > 0 {
		r.saw = looksLike(text)
	}
	if len(line) > 0 {
		r.line(line, r.in.Number)
	}
	return len(line) > 0
}

var newline = []byte("\n")

// skip passes over lines that hold nothing, the first of which has this number. Those that
// were passed over before are not counted again.
func (r *Reader) skip(text []byte, number int) {
	for ; number <= r.counted && len(text) > 0; number++ {
		text = text[lineEnd(text, 0):]
	}
	if len(text) > 0 {
		r.polls.see(text, number)
		if !r.found {
			r.Answer.seeError(text, number)
		}
		r.counted = r.Skipped.add(text, number)
	}
}

// line takes a line. What stands whole in it as it was posted ends the record before it,
// whatever that is.
func (r *Reader) line(line []byte, number int) {
	if r.in.Binary() {
		r.take(reading{found: posted(clean(line))}, line, number)
		return
	}
	if r.saved(line, number) || r.body(line, number) {
		return
	}
	if text := bytes.TrimSpace(line); len(r.held) == 0 && len(text) > 0 {
		before, first := line[:0], number
		if text[0] == '"' && input.Signal(line) { // A member of an object: the line of its bracket was passed over.
			before, first = r.before(number)
			at := max(bytes.LastIndex(before, []byte("\n{\n")), bytes.LastIndex(before, []byte("\n[\n"))) + 1
			first += bytes.Count(before[:at], newline)
			before = before[at:]
			text = before
		}
		if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
			r.document(slices.Concat(before, line), first)
			return
		}
	}
	r.text(line, number)
}

// clean returns a line of something that is not text without its bytes that are not of a text.
func clean(line []byte) []byte {
	return bytes.Map(func(c rune) rune {
		if c == utf8.RuneError || unicode.IsControl(c) && c != '\n' && c != '\r' {
			return 0
		}
		return c
	}, line)
}

// text takes a line that is not a body, or a JSON document. It is answered if it can be read whole
// without the lines around it; else they are a record with it.
func (r *Reader) text(text []byte, number int) {
	if r.wraps && !mayContinue(r.held, text) {
		r.release()
	}
	if len(r.held) > 0 {
		r.hold(text)
		return
	}
	if !input.Signal(text) {
		r.skip(text, number)
		return
	}
	reading := search(text)
	whole := reading.settled() && !slices.ContainsFunc(reading.found, func(f find) bool { return f.open })
	wraps := whole && endsWithoutStatus(text, reading.found)
	if whole && !wraps {
		r.tellAbove(text, number, reading.found)
		r.take(reading, text, number)
		return
	}
	before, first := r.before(number)
	r.begin(slices.Concat(before, text), first)
	r.wraps = wraps
}

// endsWithoutStatus reports whether the last find in a line is a body as it was posted that ends with
// the line before any status: that may be in the next line, if the line was wrapped.
func endsWithoutStatus(line []byte, found []find) bool {
	last := found[len(found)-1]
	return !last.status && !last.Rebuilt && len(line) > shortestWrap && len(bytes.TrimSpace(line[last.end:])) == 0
}

// mayContinue reports whether a line may continue the body that the lines before it end with: it has
// only characters of a form, after a short mark such as that of a quoted mail.
func mayContinue(before, line []byte) bool {
	const longestMark = 8
	line = bytes.TrimRight(line, " \r\n")
	at := bytes.LastIndexByte(line, ' ') + 1
	return at <= longestMark && isRun(line[at:]) && (!beginsField(line[at:]) || bytes.HasSuffix(bytes.TrimRight(before, "\r\n"), []byte("&")))
}

// begin begins a record with some lines.
func (r *Reader) begin(text []byte, number int) {
	r.held, r.heldLine, r.wraps = text, number, false
	r.tried, r.sign, r.named = len(text), len(text), tree.NamesFields(text)
}

// body takes a line that is a whole body, and reports whether it is one.
func (r *Reader) body(line []byte, number int) bool {
	if firstName(trimBody(line)) == nil {
		return false
	}
	context, first := r.before(number)
	f, ok := bodyAfter(context, line)
	if before := bytes.TrimLeft(lastLine(r.held), " \t"); ok && beginsField(line) && bytes.HasPrefix(before, line[:bytes.IndexByte(line, '=')+1]) && isRun(line) && isRun(before) {
		r.release() // The body before it does not continue in this line.
	}
	if !ok || f.quality < complete || continues(lastLine(r.held), line) {
		return false
	}
	r.release()
	f.Request = above(context, first == 1)
	r.add(f, number)
	r.from, r.counted = number+1, number
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
	return text[:end], min(first, number)
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
	r.named = r.named || tree.NamesFields(line)
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
	end := 0 // of the line that the last find ends in
	goesOn := false
	cut := len(r.held) - largeRecord/4
	for _, f := range reading.found {
		end = max(end, lineEnd(r.held, max(f.end, 1)-1))
		goesOn = goesOn || f.packets || len(f.header) > 0 && len(r.held) < largeRecord/4 || f.open && end == len(r.held)
		if f.end > cut {
			cut = min(cut, f.at)
		}
	}
	if reading.settled() && !goesOn {
		r.close(reading, end)
		return
	}
	for cut > 0 && (r.held[cut-1] != '\n' || r.held[cut] == ' ' || r.held[cut] == '\t') {
		cut-- // What is indented continues: a packet, a structure.
	}
	if len(r.held) >= largeRecord && cut > len(r.held)/2 {
		rest, number := r.held[cut:], r.heldLine+bytes.Count(r.held[:cut], newline)
		r.held = r.held[:cut]
		r.close(reading, cut)
		if len(r.held) > 0 { // the header of a table
			number = r.heldLine
		}
		r.begin(slices.Concat(r.held, rest), number) // As one record: the line that its first callback begins in may have no sign of one.
	}
}

// release searches the record, and answers it.
func (r *Reader) release() {
	if len(r.held) > 0 {
		r.close(search(r.held), len(r.held))
	}
}

// close answers what was found in the record before cut, and reads on with the lines from there
// on. The rows of a table continue with its header.
func (r *Reader) close(reading reading, cut int) {
	reading.found = slices.DeleteFunc(reading.found, func(f find) bool { return f.at >= cut })
	reading.unread = slices.DeleteFunc(reading.unread, func(m mention) bool { return m.at >= cut })
	held, number := r.held, r.heldLine
	r.held = nil
	r.take(reading, held[:cut], number)
	number += bytes.Count(held[:cut], newline)
	if n := len(reading.found); n > 0 && lineEnd(held, max(reading.found[n-1].end, 1)-1) == cut && len(reading.found[n-1].header) > 0 {
		header := slices.Clone(reading.found[n-1].header)
		r.begin(header, number-bytes.Count(header, newline))
	}
	for line := range bytes.Lines(held[cut:]) {
		r.text(line, number)
		number++
	}
}

// take takes what was found in a text that begins with the line of this number.
func (r *Reader) take(reading reading, text []byte, number int) {
	r.Answer.seeTasks(text, number)
	line, start, at := number, 0, 0 // of the place that was come to, and where its line begins
	to := func(next int) {
		if next > at {
			line += bytes.Count(text[at:next], newline)
			if i := bytes.LastIndexByte(text[at:next], '\n'); i >= 0 {
				start = at + i + 1
			}
			at = next
		}
	}
	read := 0 // the lines to here hold something, or were passed over
	for _, f := range reading.found {
		to(f.at)
		if start > read {
			r.skip(text[read:start], line-bytes.Count(text[read:start], newline))
		}
		if f.Place == byteAt(f.at) {
			f.Place = byteAt(f.at - start)
		}
		r.nameJob(&f, text, start, line)
		r.add(f, line)
		if f.end > read {
			read = lineEnd(text, f.end-1) // It is in a later line than that of the find before it.
			r.counted = max(r.counted, line+bytes.Count(text[at:read-1], newline))
		}
	}
	r.from = number + bytes.Count(text, newline)
	r.skip(text[read:], r.from-bytes.Count(text[read:], newline))
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
	kept   bool // its bytes are a copy
}

// mostRequests is how many requests are kept after they were returned.
const mostRequests = 4

// keep copies the last requests out of the text that they were found in, and forgets the others.
func (r *Reader) keep() {
	const (
		longest  = 1 << 20  // bytes of a body that is only to be compared
		reusable = 64 << 10 // bytes of room for a copy that is used again
	)
	if old := r.given - mostRequests; old > 0 {
		for i := range r.requests[:old] {
			if one := &r.requests[i]; one.kept && cap(one.Bytes) <= reusable && len(r.room) < mostRequests {
				r.room = append(r.room, one.Bytes[:0])
			}
		}
		r.requests, r.given = slices.Delete(r.requests, 0, old), mostRequests
	}
	for i := range r.requests {
		one := &r.requests[i]
		if i < r.given && len(one.Bytes) > longest {
			one.Bytes, one.parsed = nil, nil
		} else if !one.kept {
			var room []byte
			if last := len(r.room) - 1; last >= 0 {
				room, r.room = r.room[last], r.room[:last]
			}
			one.Bytes, one.parsed, one.kept = append(room, one.Bytes...), nil, true
		}
	}
}

// add takes a callback that was found, unless it is one of the last ones found in another
// way: two of one way are two requests.
func (r *Reader) add(f find, number int) {
	if len(r.requests)-r.given == mostBodies {
		r.tooMany = true
		return
	}
	f.Line = number
	f.Request = f.Request.dated(r.Clock)
	r.polls.events = r.polls.events || bytes.Contains(f.Bytes, []byte("event="))
	for i := len(r.requests) - 1; i >= max(0, len(r.requests)-mostRequests) && number-r.requests[i].Line <= mostBetween; i-- {
		last := &r.requests[i]
		if slices.Contains(last.shapes, f.shape) || f.encoded || last.encoded || !f.Rebuilt && !last.Rebuilt && f.isText() == last.isText() && f.isChunked() == last.isChunked() || !last.same(&f) {
			continue
		}
		last.shapes = append(last.shapes, f.shape)
		if i >= r.given && !last.status {
			line, brought := last.Line, last.Request.or(f.Request)
			last.find, last.kept = better(last.find, f), false
			last.Line, last.Request = line, brought
		}
		return
	}
	r.found = true
	r.requests = append(r.requests, request{find: f, shapes: []string{f.shape}})
}

// document takes lines with which a JSON document may begin, the first of which has this
// number, and those that it continues in. If it is not one, they are lines of text.
func (r *Reader) document(text []byte, number int) {
	given := 0
	decoder := jsontext.NewDecoder(readFunc(func(p []byte) (int, error) {
		if given == len(text) {
			line := r.in.Line()
			if len(line) == 0 || len(text) > r.maxText {
				return 0, io.EOF
			}
			text = append(text, line...)
		}
		n := copy(p, text[given:])
		given += n
		return n, nil
	}), lenient...)
	for {
		if k := decoder.PeekKind(); k != '{' && k != '[' || decoder.SkipValue() != nil {
			break
		}
		if len(bytes.TrimSpace(text[decoder.InputOffset():])) == 0 {
			before, _ := r.before(number)
			if previous := lastLine(before); len(jobsIn(previous)) > 0 { // It may be the status of that job.
				r.begin(slices.Concat(previous, newline, text), number-1)
				r.release()
				return
			}
			r.text(text, number)
			return
		}
	}
	for line := range bytes.Lines(text) {
		if !r.saved(line, number) && !r.body(line, number) {
			r.text(line, number)
		}
		number++
	}
}

// readFunc is a function that reads.
type readFunc func(p []byte) (int, error)

func (read readFunc) Read(p []byte) (int, error) { return read(p) }
