package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape makes a text from outside safe to print within a line: what could
// drive a terminal, turn the direction of the text or begin another line is
// written as \n, \x1b or \u202e, and a byte that is not UTF-8 as \xff.
func Escape(s string) string {
	plain := 0 // Nearly all texts are, and this is quicker than a look at each character.
	for plain < len(s) && ' ' <= s[plain] && s[plain] < 0x7f {
		plain++
	}
	if plain == len(s) {
		return s
	}
	i := strings.IndexFunc(s, unsafe)
	if i < 0 {
		return s
	}
	var b strings.Builder
	for i < len(s) {
		b.WriteString(s[:i])
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == utf8.RuneError: // sent as such
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[i+n:]
		if i = strings.IndexFunc(s, unsafe); i < 0 {
			i = len(s)
		}
	}
	b.WriteString(s)
	return b.String()
}

// Safe reports whether a text can be printed as it is.
func Safe(s string) bool { return Escape(s) == s }

// unsafe reports whether a terminal may take a character for more than a sign
// to show: control characters, line and paragraph separators, and invisible
// format characters such as the bidirectional controls. The two joiners are
// needed in emoji and in Persian and Indic texts, and change nothing else.
func unsafe(r rune) bool {
	switch {
	case r < 0x20 || r == 0x7f:
		return true
	case r < 0x7f || r == '\u200c' || r == '\u200d':
		return false
	}
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// drives reports whether a character of a valid JSON text could drive a
// terminal: JSON escapes the first 32 control characters itself.
func drives(r rune) bool {
	return 0x7f <= r && r <= 0x9f || unicode.Is(unicode.Bidi_Control, r)
}
