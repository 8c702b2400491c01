package decode

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// maxDepth is how many objects and arrays of a status may be inside each other.
// Qencode sends six; PHP's json_decode has the same limit.
const maxDepth = 512

var (
	errSyntax  = errors.New("no JSON")
	errExtra   = errors.New("more than one value")
	errTooDeep = errors.New("nested too deeply")
)

// scanner passes over one JSON text as RFC 8259 defines it, value by value. It
// takes members of one name, lone surrogates and bytes that are not UTF-8 as
// they were sent. Reading statuses is a third of the work of a log: with a general
// decoder, which keeps the path to where it is, it would be most of it. Where the text is broken
// the scanner only says so, and leaves it to jsontext to tell where and how; a
// test holds it against jsontext.
type scanner struct {
	src   []byte
	at    int // offset of what comes next
	depth int // objects and arrays that are open
}

// next passes over white space and returns the byte that comes next, which is
// not read yet. At the end it is 0, with which no value begins.
func (s *scanner) next() byte {
	for s.at < len(s.src) {
		c := s.src[s.at]
		if c > ' ' || c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c
		}
		s.at++
	}
	return 0
}

// skip passes over a value of any type.
func (s *scanner) skip() error {
	c := s.next()
	switch c {
	case '"':
		_, err := s.quoted()
		return err
	case '{', '[':
	default:
		return s.scalar(c)
	}
	closing := c + 2 // as ASCII has them
	more, err := s.enter(closing)
	for more && err == nil {
		if c == '{' {
			_, _, err = s.name()
		}
		if err == nil {
			err = s.skip()
		}
		if err == nil {
			more, err = s.follow(closing)
		}
	}
	return err
}

// enter passes over the bracket that begins an object or an array, and over the
// closing one if it is empty. more says that an element or a member follows.
func (s *scanner) enter(closing byte) (more bool, err error) {
	if s.depth == maxDepth {
		return false, errTooDeep
	}
	s.depth++
	s.at++
	if s.next() != closing {
		return true, nil
	}
	return s.follow(closing)
}

// follow passes over what follows an element or a member: a comma, after which
// there must be more, or the closing bracket.
func (s *scanner) follow(closing byte) (more bool, err error) {
	switch s.next() {
	case ',':
		s.at++
		return true, nil
	case closing:
		s.at++
		s.depth--
		return false, nil
	}
	return false, errSyntax
}

// name passes over the name of a member and the colon after it. The name is
// still quoted; simple says that it has no escapes.
func (s *scanner) name() (quoted []byte, simple bool, err error) {
	if s.next() != '"' {
		return nil, false, errSyntax
	}
	start := s.at
	if simple, err = s.quoted(); err != nil {
		return nil, false, err
	}
	quoted = s.src[start:s.at]
	if s.next() != ':' {
		return nil, false, errSyntax
	}
	s.at++
	return quoted, simple, nil
}

// quoted passes over a string. simple says that it has no escapes.
func (s *scanner) quoted() (simple bool, err error) {
	simple = true
	for i := s.at + 1; ; {
		i += plainLength(s.src[i:])
		switch {
		case i == len(s.src):
			return false, errSyntax
		case s.src[i] == '"':
			s.at = i + 1
			return simple, nil
		case s.src[i] == '\\' && isJSONEscape(s.src[i+1:]):
			simple = false
			i += 2 // A quote that it escapes does not end the string.
		default:
			return false, errSyntax
		}
	}
}

// plainLength returns how many bytes at the beginning of s stand for themselves
// in a string: they are no quote, no backslash and no control character. It looks
// at eight of them at a time, as strings are most of what is scanned.
func plainLength(s []byte) int {
	const ones = 0x0101010101010101
	n := 0
	for ; n+8 <= len(s); n += 8 {
		word := binary.LittleEndian.Uint64(s[n:])
		quote, backslash := word^'"'*ones, word^'\\'*ones
		// Each term sets the highest bit of the first byte that it looks for: of one
		// below a space, and of one that has become zero.
		found := ((word-' '*ones)&^word | (quote-ones)&^quote | (backslash-ones)&^backslash) & (0x80 * ones)
		if found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for n < len(s) && s[n] >= ' ' && s[n] != '"' && s[n] != '\\' {
		n++
	}
	return n
}

// isJSONEscape reports whether s begins with what may follow a backslash.
func isJSONEscape(s []byte) bool {
	switch {
	case len(s) == 0:
		return false
	case s[0] == 'u':
		return len(s) > 4 && unhex[s[1]] >= 0 && unhex[s[2]] >= 0 && unhex[s[3]] >= 0 && unhex[s[4]] >= 0
	}
	switch s[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	}
	return false
}

// scalar passes over a number, true, false or null, that begins with c.
func (s *scanner) scalar(c byte) error {
	switch c {
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	case '-':
		s.at++
	}
	if s.here() == '0' {
		s.at++
	} else if !s.digits() {
		return errSyntax
	}
	if s.here() == '.' {
		if s.at++; !s.digits() {
			return errSyntax
		}
	}
	if c := s.here(); c == 'e' || c == 'E' {
		s.at++
		if c := s.here(); c == '+' || c == '-' {
			s.at++
		}
		if !s.digits() {
			return errSyntax
		}
	}
	return nil
}

func (s *scanner) literal(word string) error {
	if end := s.at + len(word); end <= len(s.src) && string(s.src[s.at:end]) == word {
		s.at = end
		return nil
	}
	return errSyntax
}

// here returns the byte that comes next, 0 at the end.
func (s *scanner) here() byte {
	if s.at < len(s.src) {
		return s.src[s.at]
	}
	return 0
}

// digits passes over digits. It reports whether there was one.
func (s *scanner) digits() bool {
	start := s.at
	for '0' <= s.here() && s.here() <= '9' {
		s.at++
	}
	return s.at > start
}

// end makes sure that nothing but white space follows.
func (s *scanner) end() error {
	if s.next(); s.at < len(s.src) {
		return errExtra
	}
	return nil
}
