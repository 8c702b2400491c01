// Package decode turns the body of a Qencode callback into values.
//
// Qencode POSTs a callback as application/x-www-form-urlencoded fields, of
// which one, status, holds JSON. [Decode] reads such a body as it was captured:
//
//	callback, err := decode.Decode(body)
//	if err != nil {
//		// The body is damaged, and callback is what could be read of it.
//	}
//	if callback.Outcome() == decode.Completed {
//		for _, video := range callback.Status.Videos { … }
//	}
//
// It reads what is there: a body that is cut off or damaged still gives every
// field and every output that arrived whole, and an error that says where it
// broke. It never refuses a field, a type or a value only because it is new.
//
// What is stable, from the first tagged version on: the names and types of this
// package and what they mean, the names in [FindingNames] and the words of
// [Outcome]. Fields, kinds of damage and findings may be added. The texts of errors
// and findings may change.
//
// Values in raw form are of the package jsontext of github.com/go-json-experiment/json.
//
// What is documented here of a field's meaning comes from Qencode's tutorial
// on receiving callbacks, from its API reference, and from captured bodies.
package decode

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// Callback is one decoded callback. A field that was not sent is empty.
type Callback struct {
	Form Form // every field of the body in the order sent, known or not

	TaskToken    string // the job's id, 32 hexadecimal digits
	Event        string // "queued", "saved", "error", …
	Type         string // the field callback_type: "task" or "stream"
	Payload      string // whatever the job was started with; not always JSON
	ErrorCode    string // sent with the error event
	ErrorMessage string // sent with the error event

	Status *Status // nil where status was not sent, is empty or is no JSON at all
}

// FieldNames are the names of the form fields that Qencode documents.
var FieldNames = fieldNames[:]

var fieldNames = [...]string{"task_token", "event", "callback_type", "payload", "error_code", "error_message", "status"}

// cutName reports whether name, at the end of a body and without a "=", can
// only be the beginning of a field that the capture lost.
func cutName(name string) bool {
	return slices.ContainsFunc(FieldNames, func(known string) bool { return strings.HasPrefix(known, name) })
}

// Decode decodes one callback body. The callback is never nil: where the body
// is damaged it holds all that could be read, and the error is of type [Errors].
// Any text is the form of something: what has neither a TaskToken nor a Status is
// no callback, and not damaged for that.
//
// Where a field was sent twice, the last value counts, as it does for the
// readers of JSON; if the values differ that is an error of its own.
//
// The callback does not refer to body, which may be reused. Its values in raw
// form share one buffer: they are to be read, not written. Its strings share
// memory, too: who keeps one of them and drops the callback should clone it.
func Decode(body []byte) (*Callback, error) { return new(Decoder).Decode(body) }

// Decoder decodes many callbacks in memory that it uses again: whoever has a log
// of a million spares the collector of garbage most of its work. The zero value
// is ready.
type Decoder struct {
	values    []byte
	fields    []Field
	outputs   []Output
	texts     texts
	callbacks []*memory
	used      int // of callbacks
}

// memory is that of one callback.
type memory struct {
	callback Callback
	status   Status
	reader   reader
}

// Reset ends the life of the callbacks decoded so far, but for their strings.
func (d *Decoder) Reset() {
	d.values, d.fields, d.outputs, d.used = d.values[:0], d.fields[:0], d.outputs[:0], 0
}

// texts makes strings in memory that many of them share: a log has hundreds of
// short ones in each callback.
type texts struct{ strings.Builder }

// add returns a text as a string.
func (t *texts) add(text []byte) string {
	const least, most = 512, 16 << 10
	if t.Cap()-t.Len() < len(text) {
		room := min(max(least, 2*t.Cap()), most)
		t.Reset() // The strings keep the memory that they are in.
		t.Grow(max(len(text), room))
	}
	start := t.Len()
	t.Write(text)
	return t.String()[start:]
}

// Decode decodes a body as the function Decode does. The callback is valid until
// the next Reset.
func (d *Decoder) Decode(body []byte) (*Callback, error) {
	if d.used == len(d.callbacks) {
		d.callbacks = append(d.callbacks, &memory{})
	}
	m := d.callbacks[d.used]
	d.used++
	c := &m.callback
	*c = Callback{Form: d.parseForm(body)}
	var errs Errors
	var sent [len(fieldNames)][]byte // the last value of each
	for i := range c.Form {
		f := &c.Form[i]
		damage := f.Err
		switch f.Name {
		case "task_token":
			c.TaskToken = d.texts.add(f.Value)
		case "event":
			c.Event = d.texts.add(f.Value)
		case "callback_type":
			c.Type = d.texts.add(f.Value)
		case "payload":
			c.Payload = d.texts.add(f.Value)
		case "error_code":
			c.ErrorCode = d.texts.add(f.Value)
		case "error_message":
			c.ErrorMessage = d.texts.add(f.Value)
		case "status":
			var broken *Error
			c.Status, broken = d.decodeStatus(m, f, body)
			if broken == nil {
				break
			}
			errs = append(errs, broken)
			// A body that was cut breaks the field and the JSON in it at one
			// place: the error that knows the place in the JSON says it all.
			if damage != nil && damage.Kind == Cut && broken.Kind == Cut {
				damage = nil
			}
		}
		if damage != nil {
			errs = append(errs, damage)
		}
		known := slices.Index(FieldNames, f.Name)
		if known < 0 {
			continue
		}
		if sent[known] != nil && !bytes.Equal(sent[known], f.Value) {
			errs = append(errs, &Error{Kind: Repeated, Field: f.Name, Offset: f.Start})
		}
		sent[known] = f.Value
	}
	if len(errs) == 0 {
		return c, nil
	}
	slices.SortStableFunc(errs, func(a, b *Error) int { return cmp.Compare(a.Offset, b.Offset) })
	return c, errs
}
