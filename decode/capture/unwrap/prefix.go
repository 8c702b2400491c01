package unwrap

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"qcb/decode"
)

// prefixed takes away what a log puts before each line, or before the first line of
// what a program printed: a time, a level, the name of a service. Lines of several
// sources are told from each other by what is left of that without times and numbers of
// lines; a line that has no prefix belongs to the source of the line before it.
func prefixed(text []byte) []Text {
	cuts, found := shorter(text)
	if !found {
		return nil
	}
	// The blanks that all lines of a source have behind it belong to the prefix.
	gaps := map[string]int{}
	for line := range bytes.Lines(text) {
		h := headOf(trimEnd(line)).cut(cuts)
		if rest := trimEnd(line)[h.length:]; h.length > 0 && len(bytes.TrimSpace(rest)) > 0 {
			blanks := leading(rest, isBlank)
			if least, ok := gaps[h.source]; !ok || blanks < least {
				gaps[h.source] = blanks
			}
		}
	}
	var all sources
	var file []byte // whose lines follow
	current := all.of(nil)
	for i, line := range numbered(text) {
		if isFileMark(line) {
			file = trimEnd(line)
			current = all.of(file)
			continue
		}
		h := headOf(trimEnd(line)).cut(cuts)
		if h.length == 0 {
			current.add(line, i)
			continue
		}
		if current = all.of(append(file[:len(file):len(file)], h.source...)); h.joins {
			current.reopen("")
		}
		content, end := trimEnd(line), line[len(trimEnd(line)):]
		content = content[min(len(content), h.length+gaps[h.source]):]
		if h.quoted {
			content = bytes.TrimSuffix(content, []byte(`"`))
		}
		if current.add(content, i); !h.goesOn {
			current.add(end, i)
		}
	}
	return all.texts(text)
}

// shorter returns the sources that have words of the text at their end, and how much of
// each is none: most of their lines stand before one that has the same head without these
// words. found is whether two lines that follow each other have heads.
func shorter(text []byte) (cuts map[string]int, found bool) {
	type count struct{ lines, cut, length int }
	counts := map[string]count{}
	before, follows := "", false
	for line := range bytes.Lines(text) {
		h := headOf(trimEnd(line))
		found = found || h.length > 0 && follows || isFileMark(line)
		if follows = h.length > 0; !follows {
			continue
		}
		if c := counts[before]; len(h.source) < len(before) && strings.HasPrefix(before, h.source) {
			c.cut, c.length = c.cut+1, len(h.source)
			counts[before] = c
		}
		c := counts[h.source]
		c.lines++
		counts[h.source] = c
		before = h.source
	}
	cuts = map[string]int{}
	for source, c := range counts {
		if 2*c.cut > c.lines {
			cuts[source] = c.length
		}
	}
	return cuts, found
}

// isFileMark reports whether a line names the file that the next ones are from, as tail
// puts it before them.
func isFileMark(line []byte) bool {
	return bytes.HasPrefix(line, []byte("==> ")) && bytes.HasSuffix(trimEnd(line), []byte(" <=="))
}

// head is what a log puts before the text of a line.
type head struct {
	length int    // in bytes, without blanks after it; 0 for none
	source string // what of it names the source
	quoted bool   // a quote stands around the text
	joins  bool   // the text belongs to the line before
	goesOn bool   // the text continues in the next line of the source
	parts  []part
}

// part is an end at which a head may be cut.
type part struct{ length, source int }

// cut returns the head without the words of the text at its end.
func (h head) cut(cuts map[string]int) head {
	if length, ok := cuts[h.source]; ok {
		for _, p := range slices.Backward(h.parts) {
			if p.source <= length {
				h.length, h.source = p.length, h.source[:p.source]
				break
			}
		}
	}
	return h
}

// headOf returns the head of a line.
func headOf(line []byte) (h head) {
	const longest = 250
	line = line[:min(len(line), longest)]
	var (
		dated   bool
		words   []byte // which are a part of the head only if a mark follows
		pending int    // how many those are
		padded  bool   // the word before may be followed by more than a blank
	)
	commit := func(end int, token []byte) {
		h.source += string(words) + string(token) + " "
		h.length = end
		h.parts = append(h.parts, part{end, len(h.source)})
	}
	for at := 0; at < len(line); {
		start := at + leading(line[at:], isBlank)
		apart := h.length > 0 && start > at+1 && !padded // more than the blank between two words
		padded = false
		rest := line[start:]
		if n := stamp(rest); n > 0 {
			dated = true
			at = start + n
			h.length, h.parts = at, append(h.parts, part{at, len(h.source)})
			continue
		}
		token := rest[:leading(rest, func(c byte) bool { return !isBlank(c) })]
		switch {
		case len(token) == 0:
			at = len(line)
		case start == 0 && len(token) == 2 && token[1] == ',': // the first letter of a level
			at = 2
		case h.length == 0 && start > 3 && bytes.HasPrefix(rest, []byte("│ ")):
			h.length, h.joins = start+len("│"), true
			return h
		case h.length == 0 && upTo(rest, gutters()) > 0:
			at = start + upTo(rest, gutters())
			h.length = at
		case pending == 0 && service(rest) > 0:
			at = start + service(rest)
			commit(at, rest[:service(rest)])
		case (dated || at == h.length || at == 2 && line[1] == ',') && bracket(rest) > 0 && pending == 0:
			n := bracket(rest)
			if stamped := stamp(rest[1:n]) > 0; stamped {
				dated = true
				h.length, at = start+n, start+n
				h.parts = append(h.parts, part{at, len(h.source)})
				break
			} else if !dated && rest[0] == '[' && leading(rest[1:n], isDigit) > 0 {
				return h
			}
			at = start + n
			commit(at, rest[:n])
		case dated && level(token) && (!apart || bytes.Equal(token, bytes.ToUpper(token))):
			at = start + len(token)
			h.length, padded = at, true
		case dated && (string(token) == "stdout" || string(token) == "stderr") && len(rest) > 7 && (rest[7] == 'F' || rest[7] == 'P') && (len(rest) == 8 || rest[8] == ' '):
			h.goesOn = rest[7] == 'P'
			at = start + 8
			commit(at, token)
			h.length = min(at+1, len(line))
			return h
		case dated && !apart && pending < 6 && isLabel(token) && !isField(token):
			at = start + len(token)
			if last := token[len(token)-1]; last == ':' || last == ']' && token[0] != '[' || string(token) == "-" && pending > 0 {
				if isField(token[:len(token)-1]) {
					return h
				}
				commit(at, token)
				if string(token) == "stderr:" && bytes.HasPrefix(line[at:], []byte(` "`)) {
					h.quoted = true
					h.length += 2
				}
				return h
			}
			words = append(append(words, token...), ' ')
			pending++
		default:
			at = len(line)
		}
	}
	return h
}

var (
	// stamps match a time: "Tue Nov 24 10:00:00 2026", "24-Nov-2026", "10:00:00", "2026-03-01T10:00:00+01:00".
	stamps = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:((?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +){1,2}` +
			`\d{1,2} \d\d:\d\d:[-\d:.,+TZ]+(?: \d{4})?|\d{1,4}[-:/]\d\d[-:/]\d\d[-:\d.,/+TZ]*)(?:[ \t\]]|$)|(\d\d-[A-Z][a-z]{2}-\d{4}))`)
	})
	// gutters match the number of a line, and the name of the file before it: "app.log:12:", "12:", "12\t", "12 + │".
	// What is before a "<" is the length of a message of syslog.
	gutters = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:([\w./-]*\.[\w./-]*:\d+[:-]|[1-9]\d*\t|[1-9]\d*[ +~-]+│)|([1-9]\d*[:-])\D|([1-9]\d*) <)`)
	})
	// services match the name of a service with a bar after it: "web-1  | ".
	services = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(([\w./@|-]+?)\|* +\|)(?: |$)`)
	})
)

// upTo returns the length of the group of an expression that text begins with, 0 if it does not.
func upTo(text []byte, expression *regexp.Regexp) int {
	m := expression.FindSubmatchIndex(text)
	for i := 3; i < len(m); i += 2 {
		if m[i] >= 0 {
			return m[i]
		}
	}
	return 0
}

// stamp returns the length of the time that text begins with, 0 if it is none.
func stamp(text []byte) int { return upTo(text, stamps()) }

// service returns the length of the name of a service that text begins with.
func service(text []byte) int {
	if m := services().FindSubmatch(text); m != nil && !isField(m[2]) {
		return len(m[1])
	}
	return 0
}

// bracket returns the length of what stands in brackets at the beginning of a text:
// "[pod/web/app]", "<14>1".
func bracket(text []byte) int {
	const longest = 100
	closing := map[byte]byte{'[': ']', '<': '>'}[text[0]]
	end := bytes.IndexByte(text[:min(len(text), longest)], closing)
	if end < 2 || bytes.ContainsAny(text[1:end], "\"'{}=,") || isField(text[1:end]) {
		return 0
	}
	digits := leading(text[1:end], isDigit) == end-1
	if end++; closing == '>' {
		if !digits {
			return 0
		}
		end += leading(text[end:], isDigit)
	}
	if end < len(text) && !isBlank(text[end]) || bytes.HasPrefix(bytes.TrimLeft(text[end:], " "), []byte("=>")) {
		return 0
	}
	return end
}

// level reports whether a word is the level of a message.
func level(word []byte) bool {
	word = bytes.TrimSuffix(word, []byte(":"))
	return slices.Contains([]string{"trace", "debug", "info", "notice", "warn", "warning", "error", "fatal", "critical", "log"}, string(bytes.ToLower(word)))
}

// isLabel reports whether a word may be a part of a head.
func isLabel(word []byte) bool {
	return !bytes.ContainsAny(word, "\"'{}=%&,;`()")
}

// isField reports whether a word is the name of a form field, or of one of the values
// that a status has.
func isField(word []byte) bool {
	known := decode.FieldNames()
	return slices.Contains(known[:], string(bytes.ToLower(word)))
}

// marked takes away the mark that a part of the lines begins with: that of a quoted
// mail, of a diff, of a test's message, the name of a source. The lines of each mark are
// a text of their own, and so are those without one.
func marked(text []byte) []Text {
	type group struct {
		lines  int
		common []byte
	}
	groups := map[string]*group{}
	found, follows := false, false
	for line := range bytes.Lines(text) {
		key := markOf(trimEnd(line))
		found = found || key != nil && follows
		if follows = key != nil; !follows {
			continue
		}
		g := groups[string(key)]
		if g == nil {
			g = &group{common: trimEnd(line)}
			groups[string(key)] = g
		}
		g.lines++
		if content := trimEnd(line); len(content) > len(key) {
			same := 0
			for same < min(len(g.common), len(content)) && g.common[same] == content[same] {
				same++
			}
			g.common = g.common[:same]
		}
	}
	if !found {
		return nil // No two lines that follow each other have marks.
	}
	for key, g := range groups {
		if g.common = untilField(g.common, len(key)); g.lines == 1 {
			delete(groups, key)
		}
	}
	var all sources
	for i, line := range numbered(text) {
		g := groups[string(markOf(trimEnd(line)))]
		if g == nil {
			all.of(nil).add(line, i)
			continue
		}
		w := all.of(markOf(trimEnd(line)))
		w.add(line[min(len(trimEnd(line)), len(g.common)):], i)
	}
	return all.texts(text)
}

// markOf returns the mark that a line begins with, or its first word; nil for a line that
// is indented, but for that of a diff, begins with a bracket or quote or names a field.
func markOf(line []byte) []byte {
	if len(line) == 0 {
		return nil
	}
	if n := leading(line, isBlank); 0 < n && n+1 < len(line) && bytes.IndexByte([]byte("+-"), line[n]) >= 0 && line[n+1] == ' ' {
		return line[:n+1]
	}
	if bytes.IndexByte([]byte("+-<>|#"), line[0]) >= 0 {
		return line[:1]
	}
	if bar := []byte("│"); bytes.HasPrefix(line, bar) {
		return bar
	}
	n := leading(line, func(c byte) bool { return isWord(c) && c < 0x80 || c == '-' || c == '.' || c == '/' })
	if n == 0 || isDigit(line[0]) || n < len(line) && line[n] != ' ' || isField(line[:n]) {
		return nil
	}
	return line[:n]
}

// untilField returns what lines have in common, up to the last blank before what may be
// a part of their text.
func untilField(common []byte, least int) []byte {
	if i := bytes.IndexAny(common, "\"'{}=%&,;`"); i >= 0 {
		common = common[:i]
	}
	return common[:max(min(least, len(common)), bytes.LastIndexByte(common, ' ')+1)]
}
