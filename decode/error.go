package decode

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind says what is wrong with a body.
type Kind int

// The kinds of damage.
const (
	Cut       Kind = iota + 1 // the body ends inside a field
	BadEscape                 // a "%" without two hexadecimal digits
	BadUTF8                   // a value that is not UTF-8
	BadJSON                   // a status that is not JSON
	TooDeep                   // a status nested deeper than MaxDepth
	TooMany                   // more fields than MaxFields, or more outputs than MaxOutputs
	Repeated                  // a field sent twice with different values
)

// Error is damage to one field of a callback. The rest of the callback was
// decoded all the same.
type Error struct {
	Kind    Kind
	Offset  int    // in the body as captured: how many bytes come before it
	Field   string // name of the form field
	Pointer string // RFC 6901 JSON Pointer inside the field, "" where it is not JSON or the whole
	Err     error  // what was found there, in words of this package; may be nil
}

// Error says what is wrong and where, in one line. Names in it are the
// sender's: escape the text before it goes to a terminal.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(elide(e.Field, 40))
	switch e.Kind {
	case Cut:
		b.WriteString(" is cut off")
	case BadEscape:
		b.WriteString(" has a bad percent escape")
	case BadUTF8:
		b.WriteString(" is not UTF-8")
	case BadJSON:
		b.WriteString(" is not valid JSON")
	case TooDeep:
		fmt.Fprintf(&b, " is nested deeper than %d levels", MaxDepth)
	case TooMany:
		b.WriteString(" holds too much")
	case Repeated:
		b.WriteString(" was sent twice with different values, the last one counts")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	fmt.Fprintf(&b, " (byte %d of the body", e.Offset)
	if e.Pointer != "" {
		b.WriteString(", in " + elide(e.Pointer, 80))
	}
	return b.String() + ")"
}

// Errors are the damages of one callback, in the order of their offsets.
type Errors []*Error

// Error lists the errors, one a line.
func (list Errors) Error() string {
	var lines []string
	for _, e := range list {
		lines = append(lines, e.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one, for errors.Is and errors.As.
func (list Errors) Unwrap() []error {
	var errs []error
	for _, e := range list {
		errs = append(errs, e)
	}
	return errs
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// elide shortens s to about n bytes by leaving out its middle.
func elide(s string, n int) string {
	if len(s) <= n {
		return s
	}
	head, tail := n/2, len(s)-n/2
	for head > 0 && !utf8.RuneStart(s[head]) {
		head--
	}
	for tail < len(s) && !utf8.RuneStart(s[tail]) {
		tail++
	}
	return s[:head] + "…" + s[tail:]
}
