package capture

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// The characters of which texts are made that hold a body.
var (
	formChars    = charSet(func(c byte) bool { return isWord(c) || strings.IndexByte("-.~%+&=*", c) >= 0 })
	base64Chars  = charSet(func(c byte) bool { return isWord(c) && c < utf8.RuneSelf || strings.IndexByte("+/-", c) >= 0 })
	decimalChars = charSet(func(c byte) bool { return strings.IndexByte("0123456789 ,", c) >= 0 })
	hexChars     = charSet(func(c byte) bool { return strings.IndexByte("0123456789abcdef ", c) >= 0 })
)

func charSet(has func(c byte) bool) *[256]bool {
	var set [256]bool
	for c := range set {
		set[c] = has(byte(c))
	}
	return &set
}

// runs yields the start and the end of each run of characters of a set that is
// not shorter than shortest.
func runs(text []byte, chars *[256]bool, shortest int) iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		for at := 0; at < len(text); at++ {
			start := at
			for at < len(text) && chars[text[at]] {
				at++
			}
			if at-start >= shortest && !yield(start, at) {
				return
			}
		}
	}
}
