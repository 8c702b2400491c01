package decode

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// DamageKind says what is wrong with a body.
type DamageKind int

// The kinds of damage.
const (
	Truncated DamageKind = iota + 1 // the body ends inside a field
	BadEscape                       // a "%" without two hexadecimal digits
	BadUTF8                         // a name or a value that is not UTF-8
	BadJSON                         // a status that is not JSON
	TooDeep                         // a status nested deeper than 512 levels
	TooMany                         // more than 1000 fields, or more than 131,072 outputs and warnings
	Repeated                        // a field sent twice with different values
)

// String returns the kind in a few words, as they follow the name of a field.
func (k DamageKind) String() string {
	switch k {
	case Truncated:
		return "is truncated"
	case BadEscape:
		return "has a bad percent escape"
	case BadUTF8:
		return "is not UTF-8"
	case BadJSON:
		return "is not valid JSON"
	case TooDeep:
		return fmt.Sprintf("is nested deeper than %d levels", maxDepth)
	case TooMany:
		return "holds too much"
	case Repeated:
		return "was sent twice with different values, the last one counts"
	}
	return fmt.Sprintf("has damage %d", int(k))
}

// Damage is one thing that is wrong with one field of a callback. The rest of the
// callback was decoded all the same.
type Damage struct {
	Kind    DamageKind
	Offset  int    // bytes of the body, as captured, that come before it
	Field   string // name of the form field; "form" for too many fields
	Pointer string // RFC 6901 JSON Pointer inside the field; "" if it is the whole field or not JSON
	Detail  string // what was found there; may be empty
}

// String says what is wrong and where, in one line. It quotes names that were sent:
// escape it before it goes to a terminal.
func (d Damage) String() string {
	var b strings.Builder
	b.WriteString(elide(d.Field, 40) + " " + d.Kind.String())
	if d.Detail != "" {
		b.WriteString(": " + d.Detail)
	}
	fmt.Fprintf(&b, " (byte %d of the body", d.Offset)
	if d.Pointer != "" {
		b.WriteString(", in " + elide(d.Pointer, 80))
	}
	return b.String() + ")"
}

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
