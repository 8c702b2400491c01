// Package escape undoes the escapes of programming languages, whatever the language.
package escape

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// Escapes of one character, and what they stand for.
const simple, meant = "ntrbfvae\"'`\\/$#@", "\n\t\r\b\f\v\a\x1b\"'`\\/$#@"

// numeric matches the escapes of a character by its number, and in the last two groups those of a byte.
var numeric = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\\(?:[xuU]\{([[:xdigit:]]{1,6})\}|U(000[[:xdigit:]]{5}|0010[[:xdigit:]]{4})|[uU]([[:xdigit:]]{4})|x([[:xdigit:]]{1,2})|([0-7]{1,3}))`)
})

// Undo appends what the escape at the beginning of src stands for, and returns the length
// of the escape. A backslash that begins no known escape stays, unless it ends a line,
// which then continues.
func Undo(dst, src []byte) (_ []byte, size int) {
	if len(src) > 1 {
		if k := strings.IndexByte(simple, src[1]); k >= 0 {
			return append(dst, meant[k]), 2
		}
		if src[1] == '\n' {
			return dst, 2
		}
	}
	r, size, isByte := number(src)
	switch low, more, _ := number(src[size:]); {
	case size == 0:
		return append(dst, '\\'), 1
	case isByte:
		return append(dst, byte(r)), size
	case utf16.IsSurrogate(r) && utf16.DecodeRune(r, low) != utf8.RuneError:
		return utf8.AppendRune(dst, utf16.DecodeRune(r, low)), size + more
	}
	return utf8.AppendRune(dst, r), size
}

// number reads the numeric escape that text begins with, and its size, 0 if there is none.
func number(text []byte) (r rune, size int, isByte bool) {
	if len(text) < 2 || strings.IndexByte("xuU01234567", text[1]) < 0 {
		return 0, 0, false
	}
	m := numeric().FindSubmatch(text[:min(len(text), 12)])
	if m == nil {
		return 0, 0, false
	}
	for group, digits := range m[1:] {
		if digits != nil {
			base := 16 - group/4*8 // The last group is octal.
			n, _ := strconv.ParseUint(string(digits), base, 32)
			return rune(n), len(m[0]), group >= 3
		}
	}
	return 0, 0, false
}
