// Package capture finds the bodies of callbacks in what people have captured:
// a body in a file, a log, a dump of HTTP requests, a HAR, the print of a
// program. It knows the shapes of captures, and of a callback only what tells
// it from everything else.
package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// maxText is how much of an input is searched as one text, in bytes.
const maxText = 64 << 20

// Reader reads the bodies in one input.
//
// A line that holds a body is answered at once, and so is a JSON document when
// it ends. The text between them is searched when the next body comes, or the
// end: a callback may be printed on several lines, or wrapped.
type Reader struct {
	Skipped Skipped // so far

	lines   *lines
	maxText int
	queue   []Body // found
	given   int    // how many of them were returned
	found   bool
	saw     string // what the first line that is not blank looks like

	held     []byte // the text since the last body
	heldLine int    // the number of its first line
	tried    int    // how much of it was searched
	vain     int    // how much of it was searched, and holds nothing
	dull     int    // how much of its end is dull
	tooLong  bool   // whether it has been too long to be searched as one text
	tooMany  bool   // whether more than mostBodies were found at a time

	request request // that the lines are of
	last    Body    // the last one found, to know it if it was captured in two ways
}

// NoCallbackError is the error of an input that holds no callback.
type NoCallbackError struct {
	Saw string // what the input is instead
}

func (e *NoCallbackError) Error() string { return "no Qencode callback: " + e.Saw }

// NewReader returns a Reader of the bodies in r. It asks r for more only when
// Next needs more, so that a line that came slowly is answered at once. size is
// the length of the input in bytes, or 0 where that is not known: with it, a
// body of a hundred megabytes does not take twice its size while it grows.
func NewReader(r io.Reader, size int64) *Reader {
	return &Reader{lines: newLines(r, size), maxText: maxText}
}

// Next returns the next body. After the last one the error is io.EOF, or a
// *NoCallbackError if there was none. Any other error is one of the input.
func (r *Reader) Next() (Body, error) {
	if r.given == len(r.queue) {
		r.queue, r.given = r.queue[:0], 0
	}
	for len(r.queue) == 0 {
		line := r.lines.next()
		if len(line) == 0 {
			if r.release(); len(r.queue) == 0 {
				return Body{}, r.end()
			}
			break
		}
		r.line(line)
	}
	r.given++
	return r.queue[r.given-1], nil
}

// end returns the error at the end of the input.
func (r *Reader) end() error {
	switch {
	case r.lines.err == io.EOF && r.tooMany:
		return fmt.Errorf("only the first %d callbacks of those in one text were read: more of them need a line each", mostBodies)
	case r.lines.err != io.EOF || r.found:
		return r.lines.err
	case r.tooLong:
		return fmt.Errorf("no line holds a callback, and no more than %d MiB are searched as one text", r.maxText>>20)
	case r.lines.number == 0:
		return &NoCallbackError{"the input is empty"}
	case r.saw == "":
		return &NoCallbackError{"the input is only white space"}
	}
	return &NoCallbackError{"it looks like " + r.saw}
}

// line takes the line that was just read.
func (r *Reader) line(line []byte) {
	text := bytes.TrimSpace(line)
	if len(text) == 0 {
		r.hold(line, r.lines.number)
		return
	}
	if r.saw == "" {
		r.saw = looksLike(text)
	}
	switch body, sure := isBody(text); {
	case body && sure && (beginsField(text) || !continues(r.lastHeld(), text)):
		r.release()
		r.add(lineBody(line), r.lines.number)
	case body:
		if sameField(r.held, text) {
			r.release() // It does not go on in this line.
			r.held = nil
		}
		r.hold(line, r.lines.number)
	case text[0] == '{' || text[0] == '[':
		r.document(line)
	default:
		r.text(line, r.lines.number)
	}
}

// lineBody returns the body that a line is. Only the indentation is cut off: a
// payload may end with spaces.
func lineBody(line []byte) Body {
	body := bytes.TrimRight(bytes.TrimLeftFunc(line, unicode.IsSpace), "\r\n")
	return Body{Bytes: body, Held: len(body)}
}

// text takes a line that is no body and no JSON document, but may hold one.
func (r *Reader) text(line []byte, number int) {
	found := search(line)
	if r.whole(found) {
		r.release()
		for _, b := range found {
			r.add(b, number)
		}
		return
	}
	r.request.header(line)
	if r.hold(line, number); len(found) == 0 && len(r.held) == len(line) {
		r.vain = len(line)
	}
}

// whole reports whether what was found in a line is all that there is to find:
// it cannot be if the line goes on with what is printed before.
func (r *Reader) whole(found []Body) bool {
	if len(r.held) == 0 {
		return len(found) > 0 && !slices.ContainsFunc(found, func(b Body) bool { return !b.sure && !b.posted })
	}
	before := r.lastHeld()
	return sure(found) && !continues(before, found[0].Bytes) &&
		(!found[0].printed || nextName(before, 0).start < 0) && (!found[0].bare || !namesFields(before))
}

// plain takes the lines of the held text one by one: there is no more in them
// than bodies that are too short to be found in other text.
func (r *Reader) plain() {
	number := r.heldLine
	for line := range bytes.Lines(r.held) {
		if body := lineBody(line); isForm(body.Bytes) {
			r.add(body, number)
		} else {
			r.Skipped.add(line, number)
		}
		number++
	}
}

// lastHeld returns the last line of the held text.
func (r *Reader) lastHeld() []byte {
	held := bytes.TrimRight(r.held, "\r\n")
	return held[bytes.LastIndexByte(held, '\n')+1:]
}

// document takes a line with which a JSON document may begin, and those that
// it goes on in. If it is none, they are lines of text.
func (r *Reader) document(line []byte) {
	doc := &document{lines: r.lines, first: r.lines.number, text: slices.Clone(line), max: r.maxText}
	if !doc.isJSON() {
		number := doc.first
		for line := range bytes.Lines(doc.text) {
			r.text(line, number)
			number++
		}
		return
	}
	if found := searchDocument(doc.text); r.whole(found) {
		r.release()
		for _, b := range found {
			r.add(b, doc.first)
		}
		return
	}
	r.hold(doc.text, doc.first)
}

// document is a JSON document, or several, in whole lines of an input.
type document struct {
	lines *lines
	first int    // the number of its first line
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
		line := d.lines.next()
		if len(line) == 0 {
			return 0, io.EOF
		}
		d.text = append(d.text, line...)
	}
	n := copy(p, d.text[d.given:])
	d.given += n
	return n, nil
}

// hold keeps a line until it is known what it belongs to. A line that closes
// all brackets may be the end of a print.
func (r *Reader) hold(line []byte, number int) {
	if len(r.held) == 0 {
		if len(bytes.TrimSpace(line)) == 0 {
			return
		}
		r.heldLine, r.tried, r.vain, r.dull = number, 0, 0, 0
	}
	r.held = append(r.held, line...)
	if dull(line) {
		r.dull += len(line)
	} else {
		r.dull = 0
	}
	switch {
	case r.dull == len(r.held) && r.dull > 2*mostDull:
		r.forget()
	case r.dull > 16*mostDull:
		r.release()
	case len(r.held) > r.maxText:
		r.tooLong = true
		r.release()
	case bytes.IndexByte([]byte("})]"), line[0]) >= 0 && len(r.held) >= 2*r.tried:
		// Twice as much as before, or many such lines would take quadratic time.
		r.tried = len(r.held)
		switch found := search(r.held); {
		case len(found) == 0:
			r.vain = len(r.held)
		case sure(found):
			r.release()
		}
	}
}

// mostDull is how much text without a sign of a callback is kept before what
// may be one, in bytes: the head of a request, the beginning of a print.
const mostDull = 32 << 10

// forget leaves out the beginning of the held text, all of which is dull: what
// does not hold a callback is most of many logs, and is to be passed over fast.
func (r *Reader) forget() {
	end := bytes.LastIndexByte(r.held[:len(r.held)-mostDull], '\n') + 1
	r.Skipped.add(r.held[:end], r.heldLine)
	r.heldLine += bytes.Count(r.held[:end], []byte("\n"))
	r.held = append(r.held[:0], r.held[end:]...)
	r.tried, r.vain, r.dull = 0, 0, len(r.held)
}

// release searches the held text, and forgets it.
func (r *Reader) release() {
	if len(r.held) == 0 {
		return
	}
	found := r.searchHeld()
	number, counted := r.heldLine, 0
	for _, b := range found {
		number += bytes.Count(r.held[counted:max(counted, b.at)], []byte("\n"))
		counted = max(counted, b.at)
		if b.Place == byteAt(b.at) { // not within anything else
			b.Place = byteAt(b.at - 1 - bytes.LastIndexByte(r.held[:b.at], '\n'))
		}
		r.add(b, number)
	}
	if len(found) == 0 {
		r.plain()
	}
	r.held = r.held[:0]
}

// searchHeld returns what is in the held text beyond plain bodies.
func (r *Reader) searchHeld() []Body {
	if r.vain == len(r.held) {
		return nil // It was searched before.
	}
	oneLine := bytes.IndexByte(bytes.TrimSpace(r.held), '\n') < 0
	if body, _ := isBody(r.held); body && oneLine {
		return nil // A body that might have gone on in the next line, and did not.
	}
	return search(r.held)
}

// maxRepeat is the length in bytes of the longest body that is known again if it
// was captured in two ways.
const maxRepeat = 1 << 20

// mostBodies is how many bodies in one text are kept until they are asked for: a text
// can hold millions of beginnings, each of which takes a hundred bytes.
const mostBodies = 1 << 18

// add takes a body that was found, unless it is the last one in another form.
func (r *Reader) add(b Body, number int) {
	if len(r.queue) == mostBodies {
		r.tooMany = true
		return
	}
	b.Line = number
	if !b.Rebuilt && b.Length == 0 {
		r.request.claim(&b)
	}
	if r.found && repeats(&r.last, &b) {
		return
	}
	r.found = true
	last := r.last.Bytes
	r.last = b
	if r.last.Bytes = last[:0]; len(b.Bytes) <= maxRepeat {
		r.last.Bytes = append(r.last.Bytes, b.Bytes...)
	}
	r.queue = append(r.queue, b)
}
