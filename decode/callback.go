// Package decode turns the body of a Qencode callback into values.
//
// Qencode POSTs a callback as application/x-www-form-urlencoded fields. One of
// them, status, holds JSON. [Decode] reads such a body as it was received:
//
//	callback, err := decode.Decode(body)
//	if err != nil {
//		return err // The body is not a callback.
//	}
//	for _, damage := range callback.Damage {
//		log.Printf("%q", damage) // The rest of the callback is there all the same.
//	}
//	if callback.Outcome() == decode.OutcomeCompleted {
//		for _, video := range callback.Status.Videos { … }
//	}
//
// A truncated or damaged body still gives every field and every output that
// arrived whole, and Damage says what is wrong and where. No field, type or value is
// refused because it is new.
//
// Package explain, below this one, says what a callback means: what failed and why,
// and what is easy to miss. Package mask hides credentials before a callback is
// shown to people.
//
// From the first tagged version on, the names and types of this package and what
// they mean, and the words of [Outcome], are stable. Fields and kinds of damage may
// be added. The texts of damage may change.
//
// What is said here of the meaning of fields comes from Qencode's tutorial on
// receiving callbacks, from its API reference, and from captured bodies.
package decode

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
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

	Status *Status // nil if the status was not sent, is empty or cannot be read at all

	Damage []Damage // what is wrong with the body, in the order of their offsets
}

// ErrNotCallback is the error of a body that is not a callback: it is empty, another
// format, or a form without the fields of a callback.
var ErrNotCallback = errors.New("not the form body of a Qencode callback")

// FieldNames returns the names of the form fields that Qencode documents.
func FieldNames() [7]string { return fieldNames }

// Events returns the values of the field event that Qencode documents.
func Events() []string { return slices.Clone(events) }

var events = []string{"queued", "saved", "error", "restarted", "restart_failed"}

var fieldNames = [...]string{"task_token", "event", "callback_type", "payload", "error_code", "error_message", "status"}

// truncatedName reports whether name, at the end of a body and without a "=", can
// only be the beginning of a field that the capture lost.
func truncatedName(name string) bool {
	return slices.ContainsFunc(fieldNames[:], func(known string) bool { return strings.HasPrefix(known, name) })
}

// Decode decodes one callback body. The only error is [ErrNotCallback]: the body has
// neither a task token, nor a documented event, nor a JSON object as its status. A
// damaged callback is not an error; see Callback.Damage. The callback is never nil,
// and with an error it has the fields that the body has.
//
// If a field was sent twice, the last value counts, as in JSON. Different values are
// damage.
//
// The callback does not refer to body, which may be reused. Its [RawJSON] values
// share one buffer: read them, do not write to them. Its strings share memory, too:
// clone a string that is to outlive the callback.
func Decode(body []byte) (*Callback, error) { return new(Decoder).Decode(body) }

// Decoder decodes many callbacks in memory that it reuses, which saves most of the
// garbage of decoding a long log. The zero value is ready to use.
type Decoder struct {
	values    []byte
	fields    []Field
	outputs   []Output
	texts     arena
	callbacks []*memory
	used      int // of callbacks
}

// memory is that of one callback.
type memory struct {
	callback Callback
	status   Status
	reader   reader
}

// Reset makes the callbacks decoded so far invalid, except for their strings.
func (d *Decoder) Reset() {
	d.values, d.fields, d.outputs, d.used = d.values[:0], d.fields[:0], d.outputs[:0], 0
}

// arena makes strings in memory that many of them share: a log has hundreds of
// short ones in each callback.
type arena struct{ strings.Builder }

// add returns a text as a string.
func (t *arena) add(text []byte) string {
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

// Decode decodes a body as the function [Decode] does. The callback is valid until
// the next Reset.
func (d *Decoder) Decode(body []byte) (*Callback, error) {
	if d.used == len(d.callbacks) {
		d.callbacks = append(d.callbacks, &memory{})
	}
	m := d.callbacks[d.used]
	d.used++
	c := &m.callback
	*c = Callback{Form: d.parseForm(body)}
	var sent [len(fieldNames)][]byte // the last value of each
	for i := range c.Form {
		f := &c.Form[i]
		damage := f.Damage
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
			var broken *Damage
			c.Status, broken = d.decodeStatus(m, f, body)
			if broken == nil {
				break
			}
			c.Damage = append(c.Damage, *broken)
			// A truncated body damages the field and the JSON in it at one place: the
			// damage that knows the place in the JSON is enough.
			if damage != nil && damage.Kind == Truncated && broken.Kind == Truncated {
				damage = nil
			}
		}
		if damage != nil {
			c.Damage = append(c.Damage, *damage)
		}
		known := slices.Index(fieldNames[:], f.Name)
		if known < 0 {
			continue
		}
		if sent[known] != nil && !bytes.Equal(sent[known], f.Value) {
			c.Damage = append(c.Damage, Damage{Kind: Repeated, Field: f.Name, Offset: f.Start})
		}
		sent[known] = f.Value
	}
	slices.SortStableFunc(c.Damage, func(a, b Damage) int { return cmp.Compare(a.Offset, b.Offset) })
	if c.TaskToken == "" && !slices.Contains(events, c.Event) && (c.Status == nil || !c.Status.Raw.IsObject()) {
		return c, fmt.Errorf("%w: %s", ErrNotCallback, otherwise(body))
	}
	return c, nil
}

// otherwise says what a body is that is not a callback.
func otherwise(body []byte) string {
	switch start := bytes.TrimLeft(body, utf8BOM+" \t\r\n"); {
	case len(start) == 0:
		return "it is empty"
	case start[0] == '{', start[0] == '[':
		return "it starts like JSON"
	case start[0] == '<':
		return "it starts like HTML or XML"
	}
	return "it has no task_token, no known event and no JSON object as its status"
}
