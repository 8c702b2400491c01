package stamp

import (
	"bytes"
	"strings"
	"time"
)

// reader reads a stamp from a place in a text on. What it cannot read makes it fail for good.
type reader struct {
	text   []byte
	at     int
	failed bool
}

// fields are what a stamp is made of.
type fields struct {
	year, day, hour, minute, second, nano int
	month                                 time.Month
	zone                                  *time.Location // nil where none is written
}

// layouts are the formats of stamps: how each begins. What comes after is much the same.
var layouts = []func(r *reader, f *fields){iso, commonLog, mailDate, monthFirst}

// at returns the stamp that begins at a place in a text, and its length; 0 if none does.
func at(text []byte, i int) (s Stamp, n int) {
	for _, layout := range layouts {
		r, f := reader{text: text, at: i}, fields{}
		layout(&r, &f)
		if s, ok := f.stamp(); ok && !r.failed && r.ends() {
			return s, r.at - i
		}
	}
	return Stamp{}, 0
}

// iso reads 2026-11-24T10:00:03.123Z and its variants, and 2026/11/24 10:00:03.
func iso(r *reader, f *fields) {
	f.year = r.number(4)
	mark := r.oneOf("-/")
	f.month = time.Month(r.number(2))
	r.oneOf(mark)
	f.day = r.number(2)
	r.oneOf("Tt ")
	r.clock(f)
	r.zone(f)
}

// commonLog reads 24/Nov/2026:10:00:03 +0000, and 24-Nov-2026 10:00:03 UTC.
func commonLog(r *reader, f *fields) {
	f.day = r.number(2)
	mark := r.oneOf("/-")
	f.month = r.month()
	r.oneOf(mark)
	f.year = r.number(4)
	r.oneOf(": ")
	r.clock(f)
	r.zone(f)
}

// mailDate reads 24 Nov 2026 10:00:03 GMT, which may stand behind the day of the week.
func mailDate(r *reader, f *fields) {
	f.day = r.dayOfMonth()
	r.oneOf(" ")
	f.month = r.month()
	r.oneOf(" ")
	f.year = r.number(4)
	r.skip(",")
	r.oneOf(" ")
	r.clock(f)
	r.zone(f)
}

// monthFirst reads Nov 24 10:00:03, with a year behind it or not, and Nov 24, 2026 @ 10:00:03.
func monthFirst(r *reader, f *fields) {
	f.month = r.month()
	r.oneOf(" ")
	r.skip(" ")
	f.day = r.dayOfMonth()
	r.skip(",")
	r.oneOf(" ")
	if r.failed {
		return
	}
	before := r.at
	if f.year = r.number(4); r.failed {
		r.at, r.failed = before, false
	} else {
		r.skip(",")
		r.oneOf(" ")
		if r.skip("@") || r.skip("at") {
			r.oneOf(" ")
		}
	}
	r.clock(f)
	r.zone(f)
	if before := r.at; f.year == 0 && r.skip(" ") {
		if f.year = r.number(4); r.failed || !r.ends() {
			r.at, r.failed, f.year = before, false, 0
		}
	}
}

// clock reads 10:00:03, with a fraction or not.
func (r *reader) clock(f *fields) {
	f.hour = r.number(2)
	r.oneOf(":")
	f.minute = r.number(2)
	r.oneOf(":")
	f.second = r.number(2)
	if r.failed || r.at == len(r.text) {
		return
	}
	mark, digits := r.text[r.at], 0
	for r.at+1+digits < len(r.text) && isDigit(r.text[r.at+1+digits]) {
		digits++
	}
	const most = 9
	if mark == '.' && digits > 0 || mark == ',' && digits > 0 && digits <= most && digits%3 == 0 { // A comma may part two columns.
		scale := int(time.Second)
		for _, c := range r.text[r.at+1 : r.at+1+min(digits, most)] {
			scale /= 10
			f.nano += int(c-'0') * scale
		}
		r.at += 1 + digits
	}
	switch { // of the day, as Java and Kibana write it
	case r.skip(" AM"):
		f.hour %= 12
	case r.skip(" PM"):
		f.hour = f.hour%12 + 12
	}
}

// zone reads an offset from UTC. A zone's name alone does not tell one.
func (r *reader) zone(f *fields) {
	if r.failed {
		return
	}
	before := r.at
	blank := r.skip(" ")
	switch {
	case r.skip("Z") && !blank, r.skip("z") && !blank, r.skip("UTC"), r.skip("GMT"):
		if f.zone = time.UTC; r.at == len(r.text) || !isAlphanumeric(r.text[r.at]) && strings.IndexByte("+-", r.text[r.at]) < 0 {
			return
		}
	case r.at < len(r.text) && (r.text[r.at] == '+' || r.text[r.at] == '-'):
		sign := 44 - int(r.text[r.at]) // The comma is between them.
		r.at++
		hours, minutes := r.number(2), 0
		if colon := r.skip(":"); colon || blank || r.at < len(r.text) && isDigit(r.text[r.at]) {
			minutes = r.number(2)
		}
		if !r.failed && hours <= 14 && minutes < 60 && r.ends() {
			f.zone = time.FixedZone("", sign*(hours*60+minutes)*60)
			if hours == 0 && minutes == 0 {
				f.zone = time.UTC
			}
			return
		}
	}
	r.at, r.failed, f.zone = before, false, nil
}

// ends reports whether a stamp may end at the place: no word continues there.
func (r *reader) ends() bool {
	rest := r.text[r.at:]
	if len(rest) == 0 {
		return true
	}
	c := rest[0]
	goesOn := len(rest) > 1 && isAlphanumeric(rest[1])
	return !isAlphanumeric(c) && c != '%' && c != '_' && c != '@' && !(goesOn && strings.IndexByte("-.+/", c) >= 0) &&
		!(c == ':' && len(rest) > 1 && isDigit(rest[1]))
}

// number reads exactly so many digits.
func (r *reader) number(digits int) (n int) {
	for range digits {
		if r.failed = r.failed || r.at == len(r.text) || !isDigit(r.text[r.at]); r.failed {
			return 0
		}
		n = 10*n + int(r.text[r.at]-'0')
		r.at++
	}
	return n
}

// dayOfMonth reads one digit or two.
func (r *reader) dayOfMonth() int {
	if r.at+1 < len(r.text) && isDigit(r.text[r.at+1]) {
		return r.number(2)
	}
	return r.number(1)
}

// month reads the English name of a month, of which three letters are written.
func (r *reader) month() time.Month {
	const letters = 3
	if r.failed = r.failed || r.at+letters > len(r.text); r.failed {
		return 0
	}
	name := r.text[r.at : r.at+letters]
	r.at += letters
	for m := time.January; m <= time.December; m++ {
		if string(name) == m.String()[:letters] {
			return m
		}
	}
	r.failed = true
	return 0
}

// oneOf reads one of some characters, and returns it.
func (r *reader) oneOf(chars string) string {
	if r.failed = r.failed || r.at == len(r.text) || strings.IndexByte(chars, r.text[r.at]) < 0; r.failed {
		return chars
	}
	r.at++
	return string(r.text[r.at-1])
}

// skip passes over a word, and reports whether it is there.
func (r *reader) skip(word string) bool {
	if r.failed || !bytes.HasPrefix(r.text[r.at:], []byte(word)) {
		return false
	}
	r.at += len(word)
	return true
}

// Bounds of the years that a callback may have been captured in: what lies outside is a number
// of another kind.
const (
	firstYear = 2010
	lastYear  = 2099
)

// stamp returns what the fields say, if there is such a time.
func (f *fields) stamp() (s Stamp, ok bool) {
	if f.year != 0 && (f.year < firstYear || f.year > lastYear) || f.hour > 23 || f.minute > 59 || f.second > 60 {
		return s, false
	}
	zone := f.zone
	if zone == nil {
		zone = time.UTC
	}
	day := time.Date(f.year, f.month, f.day, 0, 0, 0, 0, time.UTC)
	s = Stamp{time.Date(f.year, f.month, f.day, f.hour, f.minute, f.second, f.nano, zone), f.zone != nil}
	return s, f.month >= time.January && day.Month() == f.month && day.Day() == f.day
}

// epoch returns the stamp that a number of seconds, with a fraction or not, or of milliseconds,
// microseconds or nanoseconds since 1970 is, and its length; 0 if it is another number.
func epoch(text []byte, i int) (s Stamp, n int) {
	r := reader{text: text, at: i}
	for r.at < len(text) && isDigit(text[r.at]) {
		r.at++
	}
	whole := text[i:r.at]
	unit := map[int]int64{10: 1e9, 13: 1e6, 16: 1e3, 19: 1}[len(whole)] // in nanoseconds
	if unit == 0 {
		return s, 0
	}
	var number, nano int64
	for _, c := range whole {
		number = 10*number + int64(c-'0') // It wraps where it is far too large.
	}
	if r.at+1 < len(text) && text[r.at] == '.' && isDigit(text[r.at+1]) {
		for scale := unit / 10; r.at+1 < len(text) && isDigit(text[r.at+1]); r.at++ {
			nano += int64(text[r.at+1]-'0') * scale
			scale /= 10
		}
		r.at++
	}
	perSecond := int64(time.Second) / unit
	t := time.Unix(number/perSecond, number%perSecond*unit+nano).UTC()
	if number < 0 || t.Year() < firstYear || t.Year() > lastYear || !r.ends() {
		return s, 0
	}
	return Stamp{t, true}, r.at - i
}
