package capture

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// searcher searches texts of any kind for callbacks.
type searcher struct {
	left  int // bytes that may still be searched: a hostile text unfolds into many
	depth int // of the texts inside each other
}

// deepestText is how many texts may be inside each other: the string of a JSON
// log holds base64, which holds a form, is three.
const deepestText = 6

// search returns the callbacks in a text, in their order.
func search(text []byte) []Body {
	return newSearcher(text).search(text)
}

func newSearcher(text []byte) *searcher { return &searcher{left: 8*len(text) + 1<<20} }

func (s *searcher) search(text []byte) []Body {
	if s.left -= len(text); s.left < 0 || s.depth == deepestText {
		return nil
	}
	s.depth++
	defer func() { s.depth-- }()
	var found []Body
	names := namesFields(text)
	if names {
		found = s.direct(text)
	}
	if sure(found) && !decorated(text) {
		return found
	}
	found = s.best(text, found, names)
	if len(found) == 0 {
		found = append(s.base64(text), s.numbers(text)...)
		for i := range found {
			found[i].encoded = true
		}
	}
	return found
}

// best returns found, or what is found behind one of the looks of the text if
// that is more. names says whether the text names fields.
func (s *searcher) best(text []byte, found []Body, names bool) []Body {
	most := worth(found)
	several := bytes.IndexByte(bytes.TrimRight(text, "\r\n"), '\n') >= 0
	if !names && !several {
		return found // It is one of the many lines of a log that no look could hide anything in.
	}
	known := looks()
	if sure(found) {
		known = decorations()
	}
	for _, look := range known {
		if look.escaped && !names || !look.escaped && !several {
			continue
		}
		plain := look.undo(text)
		if plain == nil || bytes.Equal(plain, text) {
			continue
		}
		behind := s.search(plain)
		if n := worth(behind); n > most {
			found, most = in(look.name, behind), n
		}
	}
	return found
}

// direct searches a text for what is in it as it is.
func (s *searcher) direct(text []byte) []Body {
	found := s.json(text)
	if len(found) == 1 && found[0].bare && text[0] != '{' {
		// Its name, and the other fields, may stand before it.
		if around := inText(text); len(around) > 0 {
			return around
		}
		found[0].sure = false
	}
	if len(found) == 0 {
		found = inText(text)
	}
	return found
}

// sure reports whether there is something, and all of it is sure.
func sure(found []Body) bool {
	return len(found) > 0 && !slices.ContainsFunc(found, func(b Body) bool { return !b.sure })
}

// namesFields reports whether a text has the names of form fields in it, in any
// case, whatever they are escaped with.
func namesFields(text []byte) bool {
	for _, part := range []string{"status", "tatus", "TATUS", "oken", "OKEN"} {
		if bytes.Contains(text, []byte(part)) {
			return true
		}
	}
	return false
}

// json searches a text that is JSON, or ends with JSON, as the lines of many
// loggers do.
func (s *searcher) json(text []byte) []Body {
	for _, opener := range []byte("{[") {
		at := bytes.IndexByte(text, opener)
		if at < 0 {
			continue
		}
		src := bytes.TrimSpace(text[at:])
		if last := src[len(src)-1]; last != '}' && last != ']' {
			continue
		}
		d := jsontext.NewDecoder(bytes.NewBuffer(src), lenient...)
		if n, err := s.walk(d, src, ""); err == nil && int(d.InputOffset()) == len(src) {
			return n.found
		}
	}
	return nil
}

// inText finds callbacks in the text itself, as they were posted and printed.
func inText(text []byte) []Body {
	printed, posted := prints(text), forms(text)
	// A URL in a printed status may look like a form, and the fields of a form
	// like a print.
	posted = slices.DeleteFunc(posted, func(f Body) bool {
		return slices.ContainsFunc(overlapping(printed, f), func(p Body) bool {
			around := p.hasStatus && p.at <= f.at && f.end <= p.end
			same := f.posted && f.hasStatus && f.end == p.end // The fields of the form were taken for a print.
			return around && (p.sure && !same || p.at < f.at && f.end < p.end)
		})
	})
	printed = slices.DeleteFunc(printed, func(p Body) bool { return len(overlapping(posted, p)) > 0 })
	found := append(printed, posted...)
	slices.SortFunc(found, func(a, b Body) int { return a.at - b.at })
	last := 0
	kept := found[:0]
	for _, b := range found {
		if b.at < last {
			continue // It is a piece of the one before.
		}
		b.Held = len(text)
		b.Place = byteAt(b.at)
		if !b.Rebuilt {
			b.claimLength(text[last:b.at])
			if !b.posted {
				b.stitch(text)
			}
		}
		last = b.end
		kept = append(kept, b)
	}
	return once(kept)
}

// byteAt names a place in a text. The beginning needs no name.
func byteAt(offset int) string {
	if offset == 0 {
		return ""
	}
	return "byte " + strconv.Itoa(offset)
}

// overlapping returns those of some bodies that have bytes of b in them. They
// are in order, and none overlaps the next one.
func overlapping(bodies []Body, b Body) []Body {
	first := sort.Search(len(bodies), func(i int) bool { return bodies[i].end > b.at })
	n := sort.Search(len(bodies)-first, func(i int) bool { return bodies[first+i].at >= b.end })
	return bodies[first : first+n]
}

// stitch puts a body together that a dump of packets has in several runs of the
// characters of a form, with the heads of packets between them. Of a head some
// characters may seem to be the form's: the Content-Length tells how many.
func (b *Body) stitch(text []byte) {
	const widest = 2000 // bytes between the runs
	whole := slices.Clone(b.Bytes)
	for at := b.end; at < len(text) && at < b.end+widest; at++ {
		start := at
		for at < len(text) && formChars[text[at]] {
			at++
		}
		run := text[start:at]
		if len(run) < shortestWrap {
			continue
		}
		missing := b.Length - len(whole)
		if missing > 0 && missing <= len(run) {
			run = run[len(run)-missing:]
		}
		whole = append(whole, run...)
		if c, err := decode.Decode(whole); err == nil && c.Status != nil && c.TaskToken != "" {
			b.Bytes, b.end, b.posted = whole, at, true
			b.Place = strings.TrimSuffix("pieces, "+b.Place, ", ")
			return
		}
	}
}

// contentLength matches the header of a request.
var contentLength = pattern(`(?i)content-length"?: *"?(\d{1,9})\b`)

// claimLength takes the Content-Length from the text before a body, and cuts
// off what comes after so many bytes: the next request.
func (b *Body) claimLength(before []byte) {
	const nearest = 8 << 10 // The headers of a request are right before its body.
	before = before[max(0, len(before)-nearest):]
	at := max(bytes.LastIndex(before, []byte("ength")), bytes.LastIndex(before, []byte("ENGTH")))
	if at < 0 {
		return
	}
	m := contentLength().FindSubmatch(before[max(0, at-len("content-l")):])
	if m == nil {
		return
	}
	b.Length, _ = strconv.Atoi(string(m[1]))
	b.Bytes = b.Bytes[:min(len(b.Bytes), b.Length)]
}

// shortestHidden is the length in bytes of the shortest body that is looked for
// in base64 and in bytes that were printed as numbers.
const shortestHidden = 40

// base64 searches what is in runs of base64, of any alphabet.
func (s *searcher) base64(text []byte) []Body {
	var found []Body
	for start, end := range runs(text, base64Chars, base64.RawStdEncoding.EncodedLen(shortestHidden)) {
		run := bytes.Map(func(r rune) rune {
			switch r {
			case '+':
				return '-'
			case '/':
				return '_'
			}
			return r
		}, text[start:end])
		plain := make([]byte, base64.RawURLEncoding.DecodedLen(len(run)))
		n, _ := base64.RawURLEncoding.Decode(plain, run) // A run that was cut may end within a character.
		if plain = plain[:n]; !utf8.Valid(plain) && !namesFields(plain) {
			continue
		}
		for _, b := range in(fmt.Sprintf("base64 at byte %d", start), s.search(plain)) {
			b.at, b.end = start, end
			found = append(found, b)
		}
	}
	return found
}

// numbers searches what is in bytes that were printed as numbers: in decimal, as
// Go and Rust print bytes, Node a Buffer's JSON, and journald what is not plain
// text, or in hexadecimal.
func (s *searcher) numbers(text []byte) []Body {
	var found []Body
	for _, list := range []struct {
		chars  *[256]bool
		decode func(dst, number []byte) ([]byte, error)
	}{
		{decimalChars, appendDecimal},
		{hexChars, hex.AppendDecode},
	} {
		for start, end := range runs(text, list.chars, 2*shortestHidden) {
			if plain := decodeNumbers(text[start:end], list.decode); plain != nil {
				found = append(found, in(fmt.Sprintf("bytes at byte %d", start), s.search(plain))...)
			}
		}
	}
	return found
}

// decodeNumbers decodes the longest list of bytes in a run of numbers, nil if it
// is shorter than a body. Numbers that are no bytes may be around it.
func decodeNumbers(run []byte, decode func(dst, number []byte) ([]byte, error)) []byte {
	var plain []byte
	for number := range bytes.FieldsFuncSeq(run, func(r rune) bool { return r == ',' || r == ' ' }) {
		more, err := decode(plain, number)
		switch {
		case err == nil:
			plain = more
		case len(plain) >= shortestHidden:
			return plain
		default:
			plain = plain[:0]
		}
	}
	if len(plain) < shortestHidden {
		return nil
	}
	return plain
}

func appendDecimal(dst, number []byte) ([]byte, error) {
	n, err := strconv.ParseUint(string(number), 10, 8)
	return append(dst, byte(n)), err
}
