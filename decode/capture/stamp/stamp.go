// Package stamp reads the timestamps that logs and programs write beside what they log. It
// knows their formats and nothing of callbacks. A time of day without a date, a date without
// a time of day, and a number that nothing calls a time are not timestamps.
package stamp

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// Stamp is a time as it is written.
type Stamp struct {
	Time  time.Time // as if it were UTC if no zone is written; of the year 0 if no year is
	Zoned bool      // an offset from UTC is written, or UTC itself
}

// farthest is how far a stamp without a year may lie ahead of the clock: its zone is not known.
const farthest = 24 * time.Hour

// Dated returns the stamp with a year, if it has none: the last one that does not put it after
// now. ok is false if now is zero, so that no year is known.
func (s Stamp) Dated(now time.Time) (dated Stamp, ok bool) {
	if s.Time.Year() != 0 {
		return s, true
	}
	if now.IsZero() {
		return Stamp{}, false
	}
	const longest = 8 // years between two that have the same February 29
	t := s.Time
	for year := now.Year() + 1; year > now.Year()-longest; year-- {
		at := time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
		if at.Day() == t.Day() && !at.After(now.Add(farthest)) {
			return Stamp{at, s.Zoned}, true
		}
	}
	return Stamp{}, false
}

// names are those of the values that are times, without marks between their words.
var names = []string{
	"time", "timestamp", "ts", "date", "datetime", "t", "start", "started", "starteddatetime", "startedat",
	"createdat", "created", "receivedat", "received", "requesttime", "requesttimeepoch", "timeepoch", "eventtime", "createtime",
	"sourcerealtimetimestamp", "realtimetimestamp", "timelocal", "timeiso8601", "timeunixnano", "observedtimeunixnano",
}

// IsName reports whether the value of a name is a time: "@timestamp", "created_at",
// "startedDateTime", "__REALTIME_TIMESTAMP".
func IsName(name string) bool { return slices.Contains(names, Plain(name)) }

// Plain returns a name in lower case, without marks before and between its words; "" for a long one.
func Plain(name string) string {
	const longest = 40
	if len(name) > longest {
		return ""
	}
	var plain [longest]byte
	n := 0
	for i := range len(name) {
		switch c := name[i]; {
		case strings.IndexByte("_-@. ", c) >= 0:
			continue
		case 'A' <= c && c <= 'Z':
			plain[n] = c | 0x20
		default:
			plain[n] = c
		}
		n++
	}
	return string(plain[:n])
}

// Value returns the stamp that the whole value of a name is, which may be a number: seconds,
// milliseconds, microseconds or nanoseconds since 1970.
func Value(text []byte) (s Stamp, ok bool) {
	text = bytes.Trim(text, " \t\r\n\"'[]")
	if day, rest, isCut := bytes.Cut(text, []byte(" ")); isCut && isWeekday(string(day)) {
		text = bytes.TrimLeft(rest, " ")
	}
	s, n := at(text, 0)
	if n == 0 {
		s, n = epoch(text, 0)
	}
	rest := text[n:]
	if i := bytes.Index(rest, []byte(" m=")); i >= 0 && bytes.Trim(rest[:i], " UTC") == nil { // Go's monotonic clock
		rest = nil
	}
	return s, n > 0 && (len(rest) == 0 || rest[0] == ' ' && isZoneName(rest[1:]))
}

// isWeekday reports whether a word is the first three letters of a day of the week, with a comma or not.
func isWeekday(word string) bool {
	word = strings.TrimSuffix(word, ",")
	return len(word) == 3 && strings.Contains("Sun Mon Tue Wed Thu Fri Sat", word)
}

// isZoneName reports whether a word may be the name of a time zone: "CET", "Europe/Berlin".
func isZoneName(word []byte) bool {
	const longest = 32
	for _, c := range word {
		if !isAlphanumeric(c) && strings.IndexByte("/_+-", c) < 0 {
			return false
		}
	}
	upper := bytes.Equal(word, bytes.ToUpper(word))
	return 1 < len(word) && len(word) <= longest && (upper && len(word) <= len("AEDST") || bytes.IndexByte(word, '/') > 0)
}

// Last returns the stamp that ends last in a text. A number is one at the beginning of a line,
// behind a bracket with which a word begins, and as the value of a name.
func Last(text []byte) (s Stamp, ok bool) {
	for i := len(text) - 1; i >= 0; i-- {
		if s, n := inText(text, i); n > 0 {
			return s, true
		}
	}
	return Stamp{}, false
}

// inText returns the stamp that begins at a place in a text, and its length; 0 if none does.
func inText(text []byte, i int) (s Stamp, n int) {
	c := text[i]
	if !isDigit(c) && (c < 'A' || c > 'S') || !begins(text, i) { // The last month is September.
		return Stamp{}, 0
	}
	s, n = at(text, i)
	if n == 0 && isDigit(c) && isCalledTime(text[:i]) {
		s, n = epoch(text, i)
	}
	if n > 0 && inAddress(text[:i]) {
		n = 0
	}
	return s, n
}

// begins reports whether a word may begin at a place in a text.
func begins(text []byte, i int) bool {
	if i == 0 {
		return true
	}
	c := text[i-1]
	if isAlphanumeric(c) { // An escaped newline or tab ends with a letter.
		return i > 1 && text[i-2] == '\\' && (c == 'n' || c == 't' || c == 'r')
	}
	return c < 0x80 && strings.IndexByte("_-+.%/&?#$~@", c) < 0
}

// inAddress reports whether what stands after a text is a part of a URL: its word has the marks
// of one.
func inAddress(before []byte) bool {
	const longest = 512
	word := before[max(0, len(before)-longest):]
	word = word[bytes.LastIndexAny(word, " \t\r\n\"'`[](){}<>|,;")+1:]
	return bytes.ContainsAny(word, "?&%") || bytes.Contains(word, []byte("//"))
}

// isCalledTime reports whether a number that stands after a text is said to be a time.
func isCalledTime(before []byte) bool {
	const longest = 60
	line := before[max(0, len(before)-longest):]
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	if len(line) == 0 {
		return true
	}
	if n := len(line) - 1; line[n] == '[' {
		return bytes.Trim(line, "[ \t") == nil || bytes.HasSuffix(line, []byte(" [")) || bytes.HasSuffix(line, []byte("[["))
	}
	name := bytes.TrimRight(line, " \"'\\")
	for _, mark := range []string{"=>", ":", "="} {
		if cut, isNamed := bytes.CutSuffix(name, []byte(mark)); isNamed {
			name = bytes.TrimRight(cut, " \"'\\")
			start := len(name)
			for start > 0 && (isAlphanumeric(name[start-1]) || strings.IndexByte("_-@", name[start-1]) >= 0) {
				start--
			}
			return IsName(string(name[start:]))
		}
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isAlphanumeric(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
