package capture

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// Body is the body of one callback.
type Body struct {
	Bytes   []byte // the form body, without a line ending; valid until the next call of Next
	Rebuilt bool   // the capture holds decoded fields: Bytes is encoded anew from them
	Line    int    // the line of the input on which it, or what it was found in, begins, from 1
	Place   string // where it was found: a path in JSON, "base64 at byte 812"; "" for a whole line

	Length int // the Content-Length of its request in bytes, 0 if that is not known
	Held   int // length in bytes of the text that it was found in: a line, a string

	Request Request           // what the capture tells of the request that brought it
	Headers map[string]string // its headers, of a line that AppendLine has made

	Lost   string // what the capture has lost of the callback, "" if nothing
	Remark string // what else there is to say of how it was captured, "" if nothing
}

// quality says how much of a callback was read, from the least to the most.
type quality int

const (
	fragment quality = iota // a status alone, or a callback of which something was lost
	partial                 // a field that every callback has is missing
	complete                // nothing is known to be missing
)

// find is a callback that was found in a text.
type find struct {
	Body
	at, end int // the byte range of the enclosing match within the searched text
	quality quality
	status  bool   // it has one
	encoded bool   // it was found in base64, or in bytes that were printed as numbers
	packets bool   // more packets of its connection may come, far behind
	open    bool   // it is lines or words without brackets, and may continue in the next line
	shape   string // the way in which it was captured: two of one shape are two requests
	header  []byte // the names of the table that it is a row of, with what is around them
	from    int    // which structure, or text in it, of the text that was searched it is from
	root    int    // where the structure begins that it is from
	record  string // which record in the structure
	parsed  *summary
}

// in puts the place of a text before the places of what was found in it.
func in(place string, found []find) []find {
	for i := range found {
		f := &found[i]
		switch {
		case f.Place == "":
			f.Place = place
		case place != "" && !strings.HasPrefix(f.Place, place):
			f.Place = place + ", " + f.Place
		}
	}
	return found
}

// byteAt names a place in a text. The beginning needs no name.
func byteAt(offset int) string {
	if offset == 0 {
		return ""
	}
	return "byte " + strconv.Itoa(offset)
}

// summary is what of a callback tells it from others.
type summary struct {
	*decode.Callback
	status jsontext.Value // canonical
	sound  bool           // it is not damaged, and what looks like JSON in it is JSON
}

// summary decodes a callback when it is first asked for.
func (f *find) summary() *summary {
	if f.parsed == nil {
		c, _ := decode.Decode(f.Bytes)
		payload := c.Form.Last("payload")
		s := &summary{Callback: c, sound: len(c.Damage) == 0 && (payload == nil || !bytes.HasPrefix(payload.Value, []byte("{")) || isJSON(payload.Value))}
		if c.Status != nil {
			s.status = jsontext.Value(slices.Clone(c.Status.Raw))
			_ = s.status.Canonicalize(lenient...) // It is valid JSON.
		}
		f.parsed = s
	}
	return f.parsed
}

// same reports whether two finds are of one callback: they agree in every field that
// both have, and in the whole status or, if one has none, in task and event.
func (f *find) same(other *find) bool {
	a, b := f.summary(), other.summary()
	for _, pair := range [][2]string{{a.TaskToken, b.TaskToken}, {a.Event, b.Event}, {a.Payload, b.Payload}, {a.ErrorCode, b.ErrorCode}, {a.ErrorMessage, b.ErrorMessage}} {
		if pair[0] != "" && pair[1] != "" && pair[0] != pair[1] {
			return false
		}
	}
	if a.Status == nil || b.Status == nil {
		return a.TaskToken != "" && a.TaskToken == b.TaskToken && a.Event != "" && a.Event == b.Event
	}
	return bytes.Equal(a.status, b.status) || f.begins(other) || other.begins(f)
}

// begins reports whether the status of one callback was cut off, and is what that of the other
// begins with.
func (f *find) begins(other *find) bool {
	cut, whole := f.summary().Form.Last("status"), other.summary().Form.Last("status")
	return cut != nil && whole != nil && !isJSON(cut.Value) && bytes.HasPrefix(whole.Value, bytes.TrimSuffix(cut.Value, []byte("...")))
}

// weight tells how much of a callback was read: more if it is whole, and more for each
// of the task, the event and the status.
func (f *find) weight() int {
	s := f.summary()
	parts := 1
	for _, there := range []bool{s.TaskToken != "", s.Event != "", s.Status != nil} {
		if there {
			parts++
		}
	}
	weight := parts * parts // One that is whole weighs more than two halves.
	if s.sound && f.Lost == "" {
		weight *= 5 * int(f.quality+1)
	}
	return weight
}

// isText reports whether a callback was found in the text of a structure.
func (f *find) isText() bool { return strings.HasPrefix(f.shape, "text ") }

// isWhole reports whether a callback has all that every callback has.
func (f *find) isWhole() bool { return f.quality == complete && f.status && f.Remark == "" }

// isChunked reports whether a callback was found in chunks: what shows them may show the whole body, too.
func (f *find) isChunked() bool { return strings.Contains(f.shape, "a chunked body") }

// better returns the one of two finds of one callback that has more of it: a status, the
// body as it was posted, more fields.
func better(a, b find) find {
	switch {
	case a.status != b.status:
		if b.status {
			return b
		}
	case a.Rebuilt != b.Rebuilt:
		if a.Rebuilt && a.weight() <= b.weight() {
			return b
		}
	case b.weight() > a.weight() || b.weight() == a.weight() && len(b.summary().Form) > len(a.summary().Form):
		return b
	}
	return a
}
