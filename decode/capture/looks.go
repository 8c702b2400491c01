package capture

import (
	"bytes"
	"encoding/hex"
	"html"
	"io"
	"mime/quotedprintable"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// look is a way in which a text hides what is in it. undo returns the text
// behind, or nil where the text does not look so.
type look struct {
	name    string
	escaped bool // its characters are escaped, but the names of fields can be read; else it has several lines
	undo    func(text []byte) []byte
}

// looks returns those that are known: decorations, what is around each line, then the
// escapes of characters, then lines that go on in the next one.
func looks() []look {
	return append(decorations(), []look{
		{"quoted lines", false, without("\n> ", quotedLine)},
		{"lines of a container", false, containerLog},
		{"lines of a system log", false, without(": ", syslogHead)},
		{"the lines of a JSON log", false, jsonLog},
		{"a hex dump", false, hexDump},
		{"a trace", false, without("\n0000: ", traceLine)},

		{"HTML", true, htmlText},
		{"quoted-printable text", true, quotedPrintable},
		{"escaped text", true, withoutBackslashes},
		{"a command of cmd.exe", true, without("^%^", caret)},
		{"a command of cmd.exe", true, without(`"%"`, quotedPercent)},
		{"text encoded twice", true, encodedTwice},
		{`text with "+" for spaces`, true, plusForSpace},

		{"lines that go on after a backslash", false, without("\\\n", backslash)},
		{"wrapped lines", false, unwrapped},
		{"wrapped text", false, joined},
	}...)
}

// decorations are the looks that may stand between a name and its value, and be taken
// for a part of that: there may be more behind them even where something sure was
// found.
func decorations() []look {
	return []look{
		{"coloured text", true, without("\x1b[", ansiColor)},
		{"lines with a prefix", false, unprefixed},
	}
}

var (
	ansiColor     = pattern(`\x1b\[[\d;]*m`)
	encodedStatus = pattern(`status%(?:25)*3[Dd]`)
	encodedToken  = pattern(`task_token%(?:25)*3[Dd]`)
	syslogHead    = pattern(`(?m)^(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-[\dT:.+-]+) \S+ [\w./-]+(?:\[\d+\])?: `)
	entity        = pattern(`&(?:amp|quot|lt|#34|#39|#x22|#x27);`)
	escapedText   = pattern(`\\["'nx]|\\u00`)
	caret         = pattern(`\^(.)`)
	quotedPercent = pattern(`"(%)"`)
	quotedLine    = pattern(`(?m)^(?:> ?)+`)
	traceLine     = pattern(`\r?\n[0-9a-f]{4}: `)
	backslash     = pattern(`\\\r?\n`)
)

// decorated reports whether a text has one of the decorations.
func decorated(text []byte) bool {
	return bytes.Contains(text, []byte("\x1b[")) || linePrefix(text) > 0
}

// unprefixed takes away what each line begins with.
func unprefixed(text []byte) []byte {
	prefix := linePrefix(text)
	if prefix == 0 {
		return nil
	}
	var plain []byte
	for line := range bytes.Lines(text) {
		plain = append(plain, line[min(prefix, len(bytes.TrimRight(line, "\r\n"))):]...)
	}
	return plain
}

// linePrefix returns the length of what all lines of a text begin with, where it is
// what programs put there: the name of a service, a time, of which the digits differ.
func linePrefix(text []byte) int {
	const leastLines, least, most = 3, 3, 100
	lines, first := 0, []byte(nil)
	for line := range bytes.Lines(text) {
		if lines++; lines == 1 {
			first = line[:min(len(line), most)]
			continue
		}
		same := 0
		for same < len(first) && same < len(line) && (first[same] == line[same] || isDigit(first[same]) && isDigit(line[same])) {
			same++
		}
		if first = first[:same]; same < least && len(bytes.TrimSpace(line)) > 0 {
			return 0
		}
	}
	mark := bytes.TrimLeft(first, " \t") // Indentation alone is no prefix.
	if lines < leastLines || len(mark) < least || mark[len(mark)-1] != ' ' || beginsField(mark) {
		return 0
	}
	return len(first)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// without returns a look that takes what a pattern matches out of a text that
// has mark in it, but for the pattern's group.
func without(mark string, pattern func() *regexp.Regexp) func(text []byte) []byte {
	return func(text []byte) []byte {
		if !bytes.Contains(text, []byte(mark)) {
			return nil
		}
		keep := []byte(nil)
		if pattern().NumSubexp() > 0 {
			keep = []byte("$1")
		}
		return pattern().ReplaceAll(text, keep)
	}
}

// encodedTwice decodes percent escapes once.
func encodedTwice(text []byte) []byte {
	plain := bytes.Contains(text, []byte("status=")) || bytes.Contains(text, []byte("task_token="))
	if plain || !encodedStatus().Match(text) && !encodedToken().Match(text) {
		return nil
	}
	return percentDecoded(text)
}

func htmlText(text []byte) []byte {
	if !entity().Match(text) {
		return nil
	}
	return []byte(html.UnescapeString(string(text)))
}

func quotedPrintable(text []byte) []byte {
	if !bytes.Contains(text, []byte("=3D")) {
		return nil
	}
	plain, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(text)))
	if err != nil {
		return nil
	}
	return plain
}

// withoutBackslashes undoes one level of escapes.
func withoutBackslashes(text []byte) []byte {
	if !escapedText().Match(text) {
		return nil
	}
	plain := make([]byte, 0, len(text))
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return append(plain, text...)
		}
		plain = append(plain, text[:i]...)
		var n int
		plain, n = unescape(plain, text[i:])
		text = text[i+n:]
	}
}

// plusForSpace undoes what is left of an encoding when somebody has decoded the
// percent escapes alone.
func plusForSpace(text []byte) []byte {
	if !bytes.Contains(text, []byte(`":+`)) {
		return nil
	}
	return bytes.ReplaceAll(text, []byte("+"), []byte(" "))
}

// shortestWrap is the length of the shortest lines that text is wrapped to.
const shortestWrap = 40

// continues reports whether a line goes on with the line before it, which was
// wrapped: both are nothing but the characters of a form or of base64, and it
// is not the longer one.
func continues(before, line []byte) bool {
	return len(before) >= shortestWrap && len(line) <= len(before) && !beginsField(line) && isRun(before) && isRun(line)
}

// dull reports whether a line has no sign of a callback in it: it is plain text
// of some length, without a part of a name, of a dump or of an encoded text.
func dull(line []byte) bool {
	text := bytes.TrimSpace(line)
	if len(text) < shortestWrap || !isWord(text[0]) || namesFields(text) {
		return false
	}
	if at := dumpLine().FindIndex(line[:shortestWrap]); at != nil && at[1] >= shortestWrap/2 {
		return false
	}
	for _, name := range []string{"vent", "VENT", "ayload", "AYLOAD", "allback", "ALLBACK", "rror", "RROR"} {
		if bytes.Contains(text, []byte(name)) {
			return false
		}
	}
	for range runs(text, formChars, shortestWrap) {
		return false
	}
	for range runs(text, base64Chars, shortestWrap) {
		return false
	}
	return true
}

// isRun reports whether a line has only characters of a form and of base64.
func isRun(line []byte) bool {
	for _, c := range line {
		if !formChars[c] && c != '/' {
			return false
		}
	}
	return len(line) > 0
}

// unwrapped joins lines of one length with each other and with the shorter one
// after them.
func unwrapped(text []byte) []byte {
	var plain, before []byte
	inside := false // whether the line before is one of them
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		same := len(line) >= shortestWrap && len(line) == len(before) && !beginsField(line)
		last := len(line) > 0 && len(line) < len(before) && inside && !beginsField(line)
		if same || last || continues(before, line) {
			plain = plain[:len(plain)-1]
		}
		plain = append(append(plain, line...), '\n')
		inside = same
		before = line
	}
	return plain
}

// joined joins all lines, without their indentation.
func joined(text []byte) []byte {
	plain := make([]byte, 0, len(text))
	for line := range bytes.Lines(text) {
		plain = append(plain, bytes.TrimLeft(bytes.TrimRight(line, "\r\n"), " \t")...)
	}
	return plain
}

// containerHead matches what container runtimes write before a line: a time, the
// stream, and whether the line is whole (F) or goes on in the next one (P).
var containerHead = pattern(`^\S+ std(?:out|err) ([FP])(?: |\r?$|\r?\n)`)

func containerLog(text []byte) []byte {
	var plain []byte
	for line := range bytes.Lines(text) {
		m := containerHead().FindSubmatch(line[:min(len(line), 100)])
		if m == nil {
			return nil
		}
		plain = append(plain, bytes.TrimRight(line[len(m[0]):], "\r\n")...)
		if m[1][0] == 'F' {
			plain = append(plain, '\n')
		}
	}
	return plain
}

// jsonLog joins the texts of a log that has an object for each line, or part of
// a line, that a program printed. Docker keeps the line's ending in it, and has
// none where the line goes on.
func jsonLog(text []byte) []byte {
	var plain []byte
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		message, ok := logMessage(line)
		if !ok {
			return nil
		}
		plain = append(plain, message...)
	}
	return plain
}

// logMessage returns what was printed, from the object that a log has of it.
func logMessage(line []byte) (message string, ok bool) {
	d := jsontext.NewDecoder(bytes.NewBuffer(line), lenient...)
	if token, err := d.ReadToken(); err != nil || token.Kind() != '{' {
		return "", false
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return "", false
		}
		member := strings.ToLower(name.String())
		value, err := d.ReadValue()
		if err != nil {
			return "", false
		}
		if value.Kind() != '"' {
			continue
		}
		switch member {
		case "log":
			return string(text(value)), true
		case "message", "msg", "textpayload", "line":
			return string(text(value)) + "\n", true
		}
	}
	return "", false
}

// dumpLine matches a line of a hex dump, as xxd, hexdump -C, tcpdump and curl
// --trace print it.
var dumpLine = pattern(`^[ \t]*(?:(?:0x)?([0-9a-f]{4,8}):? {1,2})?((?:[0-9a-f]{2} {1,2}){0,15}[0-9a-f]{2}\b|(?:[0-9a-f]{4} ){0,7}[0-9a-f]{2,4}\b)`)

// hexDump returns the bytes of a hex dump, of one line or of several packets:
// each begins at offset 0.
func hexDump(text []byte) []byte {
	var plain []byte
	for line := range bytes.Lines(text) {
		start := bytes.TrimLeft(line[:min(len(line), 20)], " \t")
		if len(start) < 2 || !hexChars[start[0]] || !hexChars[start[1]] && start[1] != 'x' {
			continue // This spares the pattern most lines of other texts.
		}
		m := dumpLine().FindSubmatch(line)
		if m == nil {
			continue
		}
		if len(m[1]) > 0 && len(bytes.Trim(m[1], "0")) == 0 && plain != nil {
			plain = append(plain, '\n')
		}
		for group := range bytes.FieldsSeq(m[2]) {
			plain, _ = hex.AppendDecode(plain, group) // It has nothing but pairs of digits.
		}
	}
	return plain
}
