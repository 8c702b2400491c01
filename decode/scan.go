package decode

import "errors"

// MaxDepth is how many objects and arrays of a status may be inside each other.
// Qencode sends six; PHP's json_decode has the same bound.
const MaxDepth = 512

var (
	errSyntax  = errors.New("no JSON")
	errExtra   = errors.New("more than one value")
	errTooDeep = errors.New("nested too deeply")
)

// scanner passes over one JSON text as RFC 8259 defines it, value by value. It
// takes members of one name, lone surrogates and bytes that are not UTF-8 as
// they were sent. It does half of the work of a log: a general decoder, which
// keeps the path to where it is, takes twice as long. Where the text is broken
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
	for ; s.at < len(s.src); s.at++ {
		switch c := s.src[s.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// skip passes over a value of any type.
func (s *scanner) skip() error {
	switch c := s.next(); c {
	case '"':
		_, err := s.quoted()
		return err
	case '{':
		return s.elements('}', s.skipMember)
	case '[':
		return s.elements(']', s.skip)
	default:
		return s.scalar(c)
	}
}

func (s *scanner) skipMember() error {
	if _, err := s.name(); err != nil {
		return err
	}
	return s.skip()
}

// elements passes over the object or array that comes next and ends with that
// bracket. It calls element for each element or member, which must pass over it.
func (s *scanner) elements(closing byte, element func() error) error {
	if s.depth == MaxDepth {
		return errTooDeep
	}
	s.depth++
	s.at++
	for c := s.next(); c != closing; {
		if err := element(); err != nil {
			return err
		}
		if c = s.next(); c == closing {
			break
		}
		if c != ',' {
			return errSyntax
		}
		s.at++
		c = 0 // An element must follow.
	}
	s.at++
	s.depth--
	return nil
}

// name passes over the name of a member and the colon after it. The name is
// still quoted.
func (s *scanner) name() (quoted []byte, err error) {
	if s.next() != '"' {
		return nil, errSyntax
	}
	start := s.at
	if _, err = s.quoted(); err != nil {
		return nil, err
	}
	quoted = s.src[start:s.at]
	if s.next() != ':' {
		return nil, errSyntax
	}
	s.at++
	return quoted, nil
}

// plain are the bytes that stand for themselves in a string.
var plain = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return table
}()

// quoted passes over a string. simple says that it has no escapes.
func (s *scanner) quoted() (simple bool, err error) {
	simple = true
	for i := s.at + 1; i < len(s.src); i++ {
		c := s.src[i]
		switch {
		case plain[c]:
		case c == '"':
			s.at = i + 1
			return simple, nil
		case c == '\\' && isJSONEscape(s.src[i+1:]):
			simple = false
			i++ // What it escapes is no quote that ends the string.
		default:
			return false, errSyntax
		}
	}
	return false, errSyntax
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
