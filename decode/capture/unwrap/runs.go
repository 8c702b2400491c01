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
			case ' ', '\t':
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
// run continues in the next line where its lines have one length, of 60 or more, and the
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
			if more == 0 || more > width || end+more < len(text) && bytes.IndexByte([]byte(" \t:"), text[end+more]) >= 0 { // A word of the next line is none of it.
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
// hexadecimal, with 0x or \x before each of them or not, in decimal, or as digits alone.
func numberRuns(text []byte) (texts []Text) {
	add := func(plain []byte, first, last int) {
		var w writer
		w.addLines(plain, first, last)
		texts = append(texts, w.texts(nil)...)
	}
	isNumber := func(c byte) bool { return isHex(c) || bytes.IndexByte([]byte(" \t\r\n,\"x\\"), c) >= 0 }
	for at, line := 0, 0; at < len(text); {
		run := text[at : at+leading(text[at:], isNumber)]
		rest := text[at+len(run):]
		at += len(run) + 1
		list := bytes.TrimLeft(run, " \t\r\n")
		first := line + bytes.Count(run[:len(run)-len(list)], []byte("\n"))
		line += bytes.Count(run, []byte("\n"))
		list = bytes.TrimRight(list, " \t\r\n")
		for _, base := range []int{16, 10} {
			if plain := listed(list, base); plain != nil {
				if bytes.HasPrefix(rest, []byte("... ")) { // 239 more bytes
					plain = append(plain, " [truncated]"...)
				}
				add(plain, first, first+bytes.Count(list, []byte("\n")))
				break
			}
		}
	}
	eachRun(text, isHex, func(run []byte, line int) {
		if plain := unhex(bytes.Join(bytes.Fields(run), nil)); len(plain) >= shortestHidden && isText(plain) {
			add(plain, line, line+bytes.Count(run, []byte("\n")))
		}
	})
	return texts
}

// listed returns the bytes of the first list of numbers in a run that is a text, nil if none is.
func listed(run []byte, base int) (plain []byte) {
	if len(run) < 2*shortestHidden {
		return nil
	}
	whole := func() bool { return len(plain) >= shortestHidden && isText(plain) }
	run = bytes.ReplaceAll(run, []byte("0x"), []byte(" "))
	for token := range bytes.FieldsFuncSeq(run, func(r rune) bool { return !isHex(byte(r)) }) {
		v, err := strconv.ParseUint(string(token), base, 8)
		switch {
		case err == nil && (base == 10 || len(token) == 2):
			plain = append(plain, byte(v))
		case whole():
			return plain
		default:
			plain = plain[:0]
		}
	}
	if !whole() {
		return nil
	}
	return plain
}
