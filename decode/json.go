package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how many objects and arrays of a status may be inside each other.
// Qencode sends six; PHP's json_decode has the same bound.
const MaxDepth = 512

// MaxOutputs is how many outputs and warnings of a status are read. A bound
// keeps a hostile body from taking many times its size in memory.
const MaxOutputs = 1 << 17

var (
	errTooDeep   = errors.New("nested too deeply")
	errTooMany   = errors.New("too many outputs")
	errEndsEarly = errors.New(`it ends too early, at an "&"`)
)

// lenient are the options with which JSON is read as it was sent: with members
// of one name, and with the lone surrogates that Python's json.dumps writes.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// reader walks over one JSON text, member by member. Whatever a member's type
// is, each of its methods reads exactly one value, and fails only where the
// text is no JSON or is out of bounds.
type reader struct {
	dec  *jsontext.Decoder
	src  []byte
	left int // list elements that may still be read

	whole   int    // src[:whole] has arrived whole: the members of the outermost object …
	closing string // … and the elements of a list in it; this makes it valid JSON
}

func newReader(src []byte) *reader {
	return &reader{
		dec:  jsontext.NewDecoder(bytes.NewBuffer(src), lenient...),
		src:  src,
		left: MaxOutputs,
	}
}

// mark notes that all up to here has arrived whole.
func (r *reader) mark(closing string) {
	r.whole, r.closing = int(r.dec.InputOffset()), closing
}

// salvaged returns the part of the text that has arrived whole as valid JSON,
// or nil if that is nothing.
func (r *reader) salvaged() jsontext.Value {
	if r.whole == 0 {
		return nil
	}
	return append(bytes.Clone(r.src[:r.whole]), r.closing...)
}

// end makes sure that nothing follows the value: the decoder would take another
// value for the next one of a stream.
func (r *reader) end() error {
	rest := bytes.TrimLeft(r.src[r.dec.InputOffset():], " \t\r\n")
	if len(rest) == 0 {
		return nil
	}
	return &jsontext.SyntacticError{ByteOffset: int64(len(r.src) - len(rest))}
}

// atObject reports whether an object comes next.
func (r *reader) atObject() bool { return r.dec.PeekKind() == '{' }

// object reads an object and calls member for each member, which must read its
// value. It passes over anything that is no object.
func (r *reader) object(member func(name []byte) error) error {
	if !r.atObject() {
		return r.skip()
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	outermost := r.dec.StackDepth() == 1
	for {
		if outermost {
			r.mark("}")
		}
		if r.dec.PeekKind() == '}' {
			break
		}
		if r.dec.PeekKind() != '"' {
			_, err := r.dec.ReadToken() // which fails: only a string can be a name
			return err
		}
		name, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		if err := member(unquote(name)); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	if outermost {
		r.mark("")
	}
	return err
}

// unquote returns the text of a JSON string, without copying it where it can.
func unquote(s jsontext.Value) []byte {
	if bytes.IndexByte(s, '\\') < 0 {
		return s[1 : len(s)-1]
	}
	// The decoder has checked the string, and what is not UTF-8 in it is
	// replaced and reported for the field as a whole.
	text, _ := jsontext.AppendUnquote(nil, s)
	return text
}

// list reads an array in the outermost object and calls element for each
// element, which must read it. It passes over anything that is no array.
func (r *reader) list(element func() error) error {
	if r.dec.PeekKind() != '[' {
		return r.skip()
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	for {
		r.mark("]}")
		if r.dec.PeekKind() == ']' {
			break
		}
		if r.left--; r.left < 0 {
			return errTooMany
		}
		if err := element(); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

// value reads a value of any type. It is part of the text: nothing is copied.
func (r *reader) value() (jsontext.Value, error) {
	v, err := r.dec.ReadValue()
	if err != nil {
		return nil, err
	}
	end := int(r.dec.InputOffset())
	if r.dec.StackDepth()+depth(v) > MaxDepth {
		return nil, &jsontext.SyntacticError{ByteOffset: int64(end - len(v)), JSONPointer: r.dec.StackPointer(), Err: errTooDeep}
	}
	return r.src[end-len(v) : end : end], nil
}

// span returns the part of the text that read reads.
func (r *reader) span(read func() error) (jsontext.Value, error) {
	from := int(r.dec.InputOffset())
	err := read()
	end := int(r.dec.InputOffset())
	return bytes.TrimLeft(r.src[from:end:end], ", \t\r\n"), err
}

func (r *reader) skip() error {
	_, err := r.value()
	return err
}

func (r *reader) raw(dst *jsontext.Value) (err error) {
	*dst, err = r.value()
	return err
}

// text reads a string, and any other value as its JSON; null is empty.
func (r *reader) text(dst *string) error {
	switch r.dec.PeekKind() {
	case '{', '[':
		v, err := r.value()
		*dst = string(v)
		return err
	}
	token, err := r.dec.ReadToken()
	*dst = ""
	if err == nil && token.Kind() != 'n' {
		*dst = token.String()
	}
	return err
}

// onlyString reads a string, and passes over any other value.
func (r *reader) onlyString(dst *string) error {
	*dst = ""
	if r.dec.PeekKind() != '"' {
		return r.skip()
	}
	return r.text(dst)
}

func (r *reader) number(dst *Number) error { return r.text((*string)(dst)) }
func (r *reader) flag(dst *Flag) error     { return r.text((*string)(dst)) }

// locate describes an error of the reader. Its offset is one of the JSON text.
func (r *reader) locate(err error) *Error {
	bad := &Error{Offset: int(r.dec.InputOffset()), Pointer: string(r.dec.StackPointer())}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		bad.Offset, bad.Pointer = int(syntax.ByteOffset), string(syntax.JSONPointer)
	}
	switch {
	case err == errTooMany:
		bad.Kind, bad.Err = TooMany, fmt.Errorf("%d outputs and warnings are read", MaxOutputs)
	case errors.Is(err, errTooDeep) || strings.Count(bad.Pointer, "/") > MaxDepth:
		bad.Kind = TooDeep
	case errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF:
		bad.Kind = Cut
	default:
		bad.Kind, bad.Err = BadJSON, errors.New("unexpected "+shown(r.src[bad.Offset:]))
	}
	return bad
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

// depth returns how many objects and arrays of a valid JSON value are inside
// each other.
func depth(v jsontext.Value) int {
	deepest, open, inString := 0, 0, false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case inString:
			if c == '\\' {
				i++
			}
			inString = c != '"'
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			open++
			deepest = max(deepest, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return deepest
}
