package input

import "bytes"

// Signal reports whether a line can hold a part of a callback. A line without a signal is
// passed over, so each form of a callback must have a line with one. A line with a signal
// need not hold anything: it is looked into.
func Signal(line []byte) bool { return find(line) < len(line) }

// find returns a place in the first line of a text that has a signal, or the
// length of the text. It looks for rare letters and at one in 60 or 23 bytes,
// and hardly reads the others.
func find(text []byte) int {
	end := len(text)
	for _, rare := range []byte("kKuUv") {
		for i := 0; i < end; i++ {
			n := bytes.IndexByte(text[i:end], rare)
			if n < 0 {
				break
			}
			if i += n; isName(text, i) {
				end = i
			}
		}
	}
	for i := 0; i < end; i += len("Base64") {
		n := bytes.Index(text[i:end], []byte("Base64"))
		if n < 0 {
			break
		}
		if i += n; at(text, i-len("body"), "bodyBase64") || at(text, i-len("is"), "isBase64Encoded") {
			end = i // What is kept whole, or posted to a gateway, may be short.
		}
	}
	end = findRun(text[:end], &base64Digits, base64Line, isBase64)
	return findRun(text[:end], &dumpChars, dumpLine, isDump)
}

// isName reports whether text[i] is the letter that is rarest in logs of a name
// in a callback, in any case: of task_token and callback_type with whatever is
// between their words, and of status, or of videos in it, before what can be an
// object or list, and of status_url.
func isName(text []byte, i int) bool {
	const gap = 12 // bytes between the words: "_", "%255F", "</b>_"
	switch {
	case at(text, i-2, "token"):
		before := text[max(i-2-gap-len("task"), 0) : i-2]
		return has(before[bytes.LastIndexByte(before, '\n')+1:], "task")
	case at(text, i-7, "callback"):
		after, _, _ := bytes.Cut(text[i:min(i+1+gap+len("type"), len(text))], []byte("\n"))
		return has(after, "type")
	case at(text, i-3, "tatus"):
		return opens(text[i+2:])
	case at(text, i-len("status_"), "status_url"):
		return true // A failed job may have no lists of outputs.
	case at(text, i, "videos"):
		return opens(text[i+len("videos"):])
	}
	return false
}

// opens reports whether a bracket or an escape comes soon in the rest of a line,
// and no number or other thing before it.
func opens(rest []byte) bool {
	const soon = 16
	for i, c := range rest[:min(len(rest), soon)] {
		switch {
		case c == '{', c == '[', c == '(', c == '\\',
			c == '%' && i+1 < len(rest) && base16Digits[rest[i+1]] != none,
			c == '&' && (at(rest, i, "&quot;") || at(rest, i, "&#") || at(rest, i, "&amp;")),
			c == '=' && at(rest, i, "=3d"):
			return true
		case c == '\n', '0' <= c && c <= '9', c == ',' && i > 2: // one right after the name may part it from its value
			return false
		}
	}
	return false
}

// at reports whether a word stands at text[i], in any case.
func at(text []byte, i int, word string) bool {
	if i < 0 || i+len(word) > len(text) {
		return false
	}
	for j := range len(word) {
		if c := text[i+j]; c != word[j] && (c < 'A' || c > 'Z' || c|0x20 != word[j]) {
			return false
		}
	}
	return true
}

// has reports whether a text has a word in it, in any case.
func has(text []byte, word string) bool {
	for i := range text {
		if at(text, i, word) {
			return true
		}
	}
	return false
}

const (
	base64Line = 60 // the shortest line of wrapped base64, or of hex
	dumpLine   = 23 // the shortest line of a dump: eight pairs of digits
)

// findRun returns where the first run of n or more characters begins that is what
// is looked for, or the length of the text.
func findRun(text []byte, chars *[256]byte, n int, is func(run []byte) bool) int {
	for last := n - 1; last < len(text); {
		i := last // If all is of the run from here back to where it must have begun, it is one.
		for i > last-n && chars[text[i]] != none {
			i--
		}
		if i > last-n {
			last = i + n
			continue
		}
		end := last + 1
		for end < len(text) && chars[text[end]] != none {
			end++
		}
		if is(text[i+1 : end]) {
			return i + 1
		}
		last = end + n
	}
	return len(text)
}

// isBase64 reports whether a part of a run is base64 of ASCII text, as callbacks
// are, or hex of it. Paths, hashes and random tokens are neither.
func isBase64(run []byte) bool {
	for ; len(run) >= base64Line; run = run[base64Line:] {
		var in64 [4]byte // the bits of each 4th character as a digit, from the first, the second…
		var in16 [2]byte // the same of each 2nd one
		for i, c := range run[:base64Line] {
			in64[i%4] |= base64Digits[c]
			in16[i%2] |= base16Digits[c]
		}
		for i := range in64 { // Four digits are three bytes, whose highest bits are in the first three.
			if in64[i]&0x20 == 0 && in64[(i+1)%4]&0x08 == 0 && in64[(i+2)%4]&0x02 == 0 {
				return true
			}
		}
		if in16[0]|in16[1] != none && (in16[0]&0x08 == 0 || in16[1]&0x08 == 0) {
			return true
		}
	}
	return false
}

// isDump reports whether a run has bytes as dumps print them: 16 digits in groups
// of one even length, as in hex and octal, or eight decimal numbers of the bytes
// of a text.
func isDump(run []byte) bool {
	digits, width, decimals := 0, 0, 0
	for i := 0; i < len(run); i++ {
		start, decimal := i, 0
		for ; i < len(run) && base16Digits[run[i]] != none; i++ {
			decimal = min(10*decimal+int(base16Digits[run[i]]), 1000)
		}
		n := i - start
		if n == 0 || n == 1 && i < len(run) && run[i] == 'x' {
			continue // a separator, or the beginning of 0x50
		}
		if n != width {
			digits, width = 0, n
		}
		if decimals++; decimal < '\t' || decimal > 0xff {
			decimals = 0
		}
		if digits += n; decimals == 8 || digits >= 16 && digits >= 4*n && n%2 == 0 {
			return true
		}
	}
	return false
}

// Tables of the values of digits.
const (
	none     = 0xff // a character that is not a digit
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

var (
	base64Digits = digits(64, alphabet+"+/"+alphabet+"-_")
	base16Digits = digits(16, "0123456789abcdef0123456789ABCDEF")
	dumpChars    = digits(1, "0123456789abcdefABCDEF x\\,:\t")
)

// digits returns the value of each byte as a digit of a list that counts up to a
// base again and again.
func digits(base int, list string) (values [256]byte) {
	for c := range values {
		values[c] = none
	}
	for i := range len(list) {
		values[list[i]] = byte(i % base)
	}
	return values
}
