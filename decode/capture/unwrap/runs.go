package unwrap

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// shortestHidden is the length in bytes of the shortest text that is looked for in
// base64 and in numbers.
const shortestHidden = 40

// base64Runs returns a text for each run of base64, of any alphabet, in one line or
// wrapped.
func base64Runs(text []byte) []Text {
	var texts []Text
	eachRun(text, isBase64, func(run []byte, line int) {
		digits := run[:0:0]
		for _, c := range run {
			switch c {
			case '+':
				c = '-'
			case '/':
				c = '_'
			case '\n', '\r', ' ', '\t':
				continue
			}
			digits = append(digits, c)
		}
		plain := make([]byte, base64.RawURLEncoding.DecodedLen(len(digits)))
		n, _ := base64.RawURLEncoding.Decode(plain, digits) // A run that was cut may end within a character.
		if plain = plain[:n]; n >= shortestHidden && isText(plain) {
			var w writer
			w.addLines(plain, line, line+bytes.Count(run, []byte("\n")))
			texts = append(texts, w.texts(nil)...)
		}
	})
	return texts
}

func isBase64(c byte) bool {
	return isWord(c) && c < 0x80 || c == '+' || c == '/' || c == '-'
}

// isText reports whether bytes are text, but for a character that was cut at the end.
func isText(plain []byte) bool {
	for len(plain) > 0 {
		r, size := utf8.DecodeRune(plain)
		if r == utf8.RuneError && size == 1 && utf8.FullRune(plain) || r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != 0x1b {
			return false
		}
		plain = plain[size:]
	}
	return true
}

// eachRun calls take for each run of characters that is long enough for a hidden text. A
// run goes on in the next line where its lines have one length, of 60 or more, and the
// last is shorter.
func eachRun(text []byte, is func(c byte) bool, take func(run []byte, line int)) {
	line := 0
	for at := 0; at < len(text); {
		if text[at] == '\n' {
			line++
		}
		n := leading(text[at:], is)
		if n == 0 {
			at++
			continue
		}
		start, first := at, line
		at += n
		for width := n; width >= 60; {
			end := at + leading(text[at:], func(c byte) bool { return c == '\r' })
			if end >= len(text) || text[end] != '\n' {
				break
			}
			end += 1 + leading(text[end+1:], isBlank)
			more := leading(text[end:], is)
			if more == 0 || more > width {
				break
			}
			at, line = end+more, line+1
			if more < width {
				break
			}
		}
		if at-start >= base64.RawStdEncoding.EncodedLen(shortestHidden) {
			take(text[start:at], first)
		}
	}
}

// numberRuns returns a text for each list of bytes that were printed as numbers: in
// decimal, or in hexadecimal with 0x or \\x before each of them or not, or as digits alone.
func numberRuns(text []byte) []Text {
	var texts []Text
	add := func(plain []byte, line int) bool {
		if len(plain) < shortestHidden || !isText(plain) {
			return false
		}
		var w writer
		w.add(plain, line)
		texts = append(texts, w.texts(nil)...)
		return true
	}
	var decimal, hexadecimal []byte
	line, from, tokens := 0, 0, 0
	flush := func() {
		if len(hexadecimal) != tokens || !add(hexadecimal, from) {
			if len(decimal) == tokens {
				add(decimal, from)
			}
		}
		decimal, hexadecimal, tokens = decimal[:0:0], hexadecimal[:0:0], 0
	}
	for at := 0; at < len(text); {
		start := at
		marked := bytes.HasPrefix(text[at:], []byte("0x")) || bytes.HasPrefix(text[at:], []byte(`\x`))
		if marked {
			at += 2
		}
		n := leading(text[at:], isHex)
		if n == 0 {
			at = start
			switch c := text[at]; {
			case c == '\n':
				line++
			case isBlank(c) || c == ',' || c == '\r' || c == '"':
			default:
				flush()
			}
			at++
			continue
		}
		number := text[at : at+n]
		at += n
		v, err := strconv.ParseUint(string(number[:min(n, 4)]), 10, 8)
		isDecimal, isHexadecimal := err == nil && !marked, n == 2
		if !(isDecimal && len(decimal) == tokens) && !(isHexadecimal && len(hexadecimal) == tokens) {
			if flush(); !isDecimal && !isHexadecimal {
				continue
			}
		}
		if tokens == 0 {
			from = line
		}
		if isDecimal && len(decimal) == tokens {
			decimal = append(decimal, byte(v))
		}
		if isHexadecimal && len(hexadecimal) == tokens {
			hexadecimal = append(hexadecimal, unhex(number)...)
		}
		tokens++
	}
	flush()
	eachRun(text, isHex, func(run []byte, line int) {
		run = bytes.Map(func(r rune) rune {
			if r < 0x80 && isHex(byte(r)) {
				return r
			}
			return -1
		}, run)
		add(unhex(run), line)
	})
	return texts
}
