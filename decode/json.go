package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// RawJSON is JSON as it was sent: the order of members, the text of numbers,
// escapes and members with the same name stay as they are. It marshals as itself.
type RawJSON []byte

// MarshalJSON returns r, or null if it is empty.
func (r RawJSON) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("null"), nil
	}
	return r, nil
}

// IsObject reports whether the JSON is an object.
func (r RawJSON) IsObject() bool { return jsontext.Value(r).Kind() == '{' }

// maxOutputs is how many outputs and warnings of a status are read. The limit keeps
// a hostile body from taking many times its size in memory.
const maxOutputs = 1 << 17

var errTooMany = errors.New("too many outputs")

// lenient are the options with which JSON is read as it was sent: with members
// of one name, and with the lone surrogates that Python's json.dumps writes.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// reader reads the members of one JSON text. Whatever a member's type is, each
// of its methods reads exactly one value, and fails only where the text is no
// JSON or is out of bounds.
type reader struct {
	scanner
	utf8    bool     // whether src is UTF-8
	left    int      // list elements that may still be read
	texts   *arena   // for the strings that are read
	outputs []Output // read so far, and what was in the memory before

	member   []byte // the name of the member that is read
	within   string // the list of the output or warning that is read, or ""
	index    int    // in that list
	repeated []string

	whole   int    // src[:whole] has arrived whole: the members of the outermost object …
	closing string // … and the elements of a list in it; this makes it valid JSON
}

// readerOf returns a reader of a text whose strings have memory of their own.
func readerOf(src []byte, t *arena) reader {
	t.Grow(len(src))
	return reader{scanner: scanner{src: src}, utf8: utf8.Valid(src), left: maxOutputs, texts: t}
}

// mark notes that all up to here has arrived whole.
func (r *reader) mark(closing string) { r.whole, r.closing = r.at, closing }

// salvaged returns the part of the text that has arrived whole as valid JSON,
// or nil if that is nothing.
func (r *reader) salvaged() RawJSON {
	if r.whole == 0 {
		return nil
	}
	return append(bytes.Clone(r.src[:r.whole]), r.closing...)
}

// object reads an object and calls member for each member, which must read its
// value. It passes over anything that is not an object.
func (r *reader) object(member func(name []byte) error) error {
	if r.next() != '{' {
		return r.skip()
	}
	outermost := r.depth == 0
	if outermost {
		r.whole, r.closing = r.at+1, "}"
	}
	more, err := r.enter('}')
	for more && err == nil {
		if err = r.readMember(member); err != nil {
			return err
		}
		if outermost {
			r.mark("}")
		}
		more, err = r.follow('}')
	}
	if err == nil && outermost {
		r.mark("")
	}
	return err
}

func (r *reader) readMember(read func(name []byte) error) error {
	quoted, simple, err := r.name()
	if err != nil {
		return err
	}
	name := quoted[1 : len(quoted)-1]
	if !simple || !r.utf8 {
		name = unquote(quoted)
	}
	r.member = name
	return read(name)
}

// mostRepeated is how many members with different values are named: the first ones
// are enough to distrust a status.
const mostRepeated = 10

// repeats notes that a documented member of the status, or of the output or warning
// that is read, was sent twice with different values.
func (r *reader) repeats(member string) {
	pointer := "/" + member
	if r.within != "" {
		pointer = fmt.Sprintf("/%s/%d/%s", r.within, r.index, member)
	}
	if len(r.repeated) < mostRepeated && !slices.Contains(r.repeated, pointer) {
		r.repeated = append(r.repeated, pointer)
	}
}

// unquote returns the text of a JSON string. What is not UTF-8 in it is replaced,
// and reported for the field as a whole.
func unquote(quoted []byte) []byte {
	text, _ := jsontext.AppendUnquote(nil, quoted) // The scanner has checked it.
	return text
}

// list reads an array in the outermost object and calls element for each
// element, which must read it. It passes over anything that is not an array.
func (r *reader) list(element func() error) error {
	if r.next() != '[' {
		return r.skip()
	}
	r.whole, r.closing = r.at+1, "]}"
	more, err := r.enter(']')
	for more && err == nil {
		r.next()
		if r.left--; r.left < 0 {
			return errTooMany
		}
		if err = element(); err != nil {
			return err
		}
		r.mark("]}")
		more, err = r.follow(']')
	}
	return err
}

// raw reads a value of any type. It is part of the text: nothing is copied.
func (r *reader) raw(dst *RawJSON) error {
	r.next()
	start, before := r.at, *dst
	err := r.skip()
	*dst = r.src[start:r.at:r.at]
	if before != nil && !bytes.Equal(before, *dst) {
		r.repeats(string(r.member))
	}
	return err
}

// string reads a string, and any other value as its JSON; null is empty.
func (r *reader) string(dst *string) error {
	before, name := *dst, r.member
	err := r.readString(dst)
	if before != "" && before != *dst && err == nil {
		r.repeats(string(name))
	}
	return err
}

func (r *reader) readString(dst *string) error {
	c := r.next()
	start := r.at
	if c != '"' {
		err := r.skip()
		if *dst = ""; err == nil && c != 'n' {
			*dst = r.texts.add(r.src[start:r.at])
		}
		return err
	}
	simple, err := r.quoted()
	switch {
	case err != nil:
		*dst = ""
	case simple && r.utf8:
		*dst = r.texts.add(r.src[start+1 : r.at-1])
	default:
		*dst = r.texts.add(unquote(r.src[start:r.at]))
	}
	return err
}

// onlyString reads a string, and passes over any other value.
func (r *reader) onlyString(dst *string) error {
	if r.next() == '"' {
		return r.string(dst)
	}
	if *dst != "" {
		r.repeats(string(r.member))
	}
	*dst = ""
	return r.skip()
}

func (r *reader) number(dst *Number) error { return r.string((*string)(dst)) }
func (r *reader) flag(dst *Flag) error     { return r.string((*string)(dst)) }

// locate describes an error of the reader. Its offset is one of the JSON text.
func (r *reader) locate(err error) *Damage {
	bad := &Damage{Offset: r.at}
	var broken error
	if err != errExtra {
		broken = r.walk(err == errSyntax, bad)
	}
	switch {
	case err == errTooMany:
		bad.Kind, bad.Detail = TooMany, fmt.Sprintf("%d outputs and warnings are read", maxOutputs)
	case err == errTooDeep:
		bad.Kind = TooDeep
	case errors.Is(broken, io.ErrUnexpectedEOF) || broken == io.EOF:
		bad.Kind = Truncated
	default:
		bad.Kind, bad.Detail = BadJSON, "unexpected "+shown(r.src[bad.Offset:])
	}
	return bad
}

// walk reads the text again with a decoder that knows where it is, to where the
// reader is or to the error of the syntax, and notes the place in bad.
func (r *reader) walk(toError bool, bad *Damage) (broken error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(r.src), lenient...)
	for broken == nil && (toError || int(d.InputOffset()) <= r.at) {
		_, broken = d.ReadToken()
	}
	bad.Pointer = string(d.StackPointer())
	var syntax *jsontext.SyntacticError
	if errors.As(broken, &syntax) {
		bad.Offset, bad.Pointer = int(syntax.ByteOffset), string(syntax.JSONPointer)
	}
	return broken
}

// shown names the first character of s.
func shown(s []byte) string {
	c, n := utf8.DecodeRune(s)
	switch {
	case n == 0:
		return "end"
	case c == utf8.RuneError && n == 1:
		return fmt.Sprintf("byte 0x%02x", s[0])
	}
	return fmt.Sprintf("%q", c)
}
