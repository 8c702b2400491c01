package capture

import (
	"bytes"
	"strconv"

	"qcb/decode"
	"qcb/decode/capture/tree"
)

// bodyFind returns the callback that a line is, if it is the body of one as it was posted: a
// form with a task token, or with a status that begins as Qencode's does. It is complete if
// nothing of it can be in the next line.
//
// What somebody has decoded is not a form any more, since its URLs have a "&" of their own.
func bodyFind(line []byte) (f find, ok bool) {
	if firstName(line) == nil || bytes.HasSuffix(line, []byte("&amp")) {
		return f, false
	}
	if first, _, _ := bytes.Cut(line, []byte("&")); !beginsField(line) && (bytes.ContainsAny(first, " \t\"'") || beginsField(first[bytes.IndexByte(first, '=')+1:])) {
		return f, false // a line of a log: "body=status=…"
	}
	if at, _ := formStart(line); at > 0 && !beginsField(line) {
		return f, false // something stands before the first field
	}
	f.Bytes, f.Held, f.quality = line, len(line), complete
	token, event := false, false
	for field := range bytes.SplitSeq(line, []byte("&")) {
		name, value, _ := bytes.Cut(field, []byte("="))
		switch string(name) {
		case "task_token":
			if bytes.ContainsAny(value, " \t\"'") {
				return f, false // "task_token=… event=…": fields apart by blanks
			}
			token = true
		case "event":
			if bytes.Contains(value, []byte(" task_token=")) || bytes.Contains(value, []byte(" status=")) {
				return f, false
			}
			event = true
			f.doubt(value)
		case "callback_type":
			f.doubt(value)
		case "status":
			if beginsJSON(value) && beginsStatus(decodedStart(value)) {
				if bytes.IndexByte(value, '{') >= 0 && isDecoded(line) {
					return f, false
				}
				f.status = true
				if !endsJSON(value) {
					f.quality = partial
				}
			}
		default:
			if bytes.HasPrefix(name, []byte("amp;")) {
				return f, false
			}
		}
	}
	if f.quality == complete { // Of what is cut off nothing else needs to be said.
		f.tellMissing(token, event)
	}
	if !token || !event && !f.status || line[len(line)-1] == '\\' {
		f.quality = min(f.quality, partial) // It may be one of several lines of fields.
	}
	return f, token || f.status
}

// doubt takes a value that is a plain word in each callback of Qencode: if it ends as a disguise
// does, there may be one.
func (f *find) doubt(word []byte) {
	if n := len(word); n > 0 && bytes.IndexByte([]byte("^\\ \"'"), word[n-1]) >= 0 {
		f.quality = min(f.quality, partial)
	}
}

// shortestWrap is the length of the shortest lines that text is wrapped to.
const shortestWrap = 40

// continues reports whether a line goes on with the line before it, which was wrapped: both
// are nothing but the characters of a form, it is not the longer one, and it does not begin
// with a field.
func continues(before, line []byte) bool {
	before, line = bytes.TrimRight(before, "\r\n"), bytes.TrimRight(line, "\r\n")
	return len(before) >= shortestWrap && len(line) <= len(before) && (!beginsField(line) || before[len(before)-1] == '&') && isRun(before) && isRun(line)
}

// isRun reports whether a line has only the characters of a form.
func isRun(line []byte) bool {
	line = bytes.TrimRight(line, "\r\n")
	for _, c := range line {
		if !strict[c] && c != '/' {
			return false
		}
	}
	return len(line) > 0
}

// tellMissing tells what a callback that has a status lacks of what every callback has.
func (f *find) tellMissing(token, event bool) {
	switch {
	case !f.status || token && event:
		return
	case token:
		f.Remark = "was found without event"
	case event:
		f.Remark = "was found without task_token"
	default:
		f.Remark = "was found without task_token and event"
		f.quality = min(f.quality, partial)
	}
}

// beginsJSON reports whether the value of a field is an object, as far as its
// beginning tells.
func beginsJSON(value []byte) bool {
	value = bytes.TrimLeft(value, "+ ")
	return bytes.HasPrefix(value, []byte("{")) || len(value) >= 3 && bytes.EqualFold(value[:3], []byte("%7B"))
}

func endsJSON(value []byte) bool {
	return bytes.HasSuffix(value, []byte("}")) || len(value) >= 3 && bytes.EqualFold(value[len(value)-3:], []byte("%7D"))
}

// isDecoded reports whether the status in a line is plain JSON, and would be
// another if the line were read as a form: it has a "&" in it, or blanks, which no form has.
func isDecoded(line []byte) bool {
	at := bytes.Index(line, []byte("status={"))
	if at < 0 {
		return false
	}
	at += len("status=")
	for _, text := range [][]byte{line, bytes.ReplaceAll(line, []byte("+"), []byte(" "))} { // The escapes may be decoded, and the "+" left.
		n := tree.Value(text, at)
		if n == nil || n.Start != at || !isJSON(text[at:n.End]) {
			continue
		}
		status := line[at:n.End]
		return bytes.IndexByte(status, '&') >= 0 || bytes.IndexByte(status, ' ') >= 0 && !bytes.Contains(bytes.ToUpper(status), []byte("%3A%2F%2F"))
	}
	return false
}

// firstName returns the encoded name of the first field of a form, or nil if
// the line cannot be a form.
func firstName(line []byte) []byte {
	const longest = 100 // The padding of a long base64 text is a "=", too.
	i := bytes.IndexByte(line[:min(len(line), longest)], '=')
	if i <= 0 {
		return nil
	}
	for _, c := range line[:i] {
		if !nameChars[c] {
			return nil
		}
	}
	return line[:i]
}

// decodedStart decodes the beginning of a field's value.
func decodedStart(value []byte) []byte {
	form := decode.ParseForm(append([]byte("status="), value[:min(len(value), 100)]...))
	return form[0].Value
}

// The characters of a form: strict are those that Qencode sends, loose those that
// others may leave unescaped within a value.
var (
	strict    = charSet("-.~%+&=*")
	loose     = charSet("-.~%+&=*/:?@!$")
	nameChars = charSet("_.-~%+*[]&")
)

func charSet(more string) *[256]bool {
	var set [256]bool
	for c := range set {
		set[c] = isWord(byte(c)) || bytes.IndexByte([]byte(more), byte(c)) >= 0
	}
	return &set
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c >= 0x80
}

// posted finds the bodies in a text that were captured as they were posted, in
// other text: runs of the characters of a form.
func posted(text []byte) []find {
	var found []find
	for at := 0; at < len(text) && len(found) < mostBodies; {
		anchor := nextAnchor(text, at)
		if anchor < 0 {
			break
		}
		start := anchor
		for start > at && strict[text[start-1]] {
			start--
		}
		var f find
		ok := false
		for _, chars := range []*[256]bool{loose, strict} {
			end := anchor
			for end < len(text) && chars[text[end]] {
				end++
			}
			for chars == loose && end > anchor && bytes.IndexByte([]byte("/:?@!$."), text[end-1]) >= 0 {
				end--
			}
			if end < len(text) && (text[end] == '{' || text[end] == '[') {
				continue // A value goes on as it was decoded.
			}
			if f, ok = formIn(text[start:end]); ok {
				f.at, f.end = start+f.at, end
				break
			}
		}
		if !ok {
			at = anchor + 1
			continue
		}
		found = append(found, f)
		at = f.end
	}
	return found
}

// nextAnchor returns where the next field begins without which there is no
// callback, from at on; negative if there is none.
func nextAnchor(text []byte, at int) int {
	first := -1
	for _, anchor := range []string{"task_token=", "status=%", "status={", "status=+"} {
		if first >= 0 {
			text = text[:min(len(text), first+len(anchor))]
		}
		if i := bytes.Index(text[at:], []byte(anchor)); i >= 0 && (first < 0 || at+i < first) {
			first = at + i
		}
	}
	return first
}

// formIn returns the callback that a run of the characters of a form is, but for
// what comes before it.
func formIn(run []byte) (f find, ok bool) {
	at, lost := formStart(run)
	if at < 0 || bytes.HasSuffix(run, []byte("&amp")) || bytes.Contains(run, []byte("&amp;")) {
		return f, false
	}
	f.at, f.Bytes = at, run[at:]
	var token, event []byte
	status, whole := false, true
	for field := range bytes.SplitSeq(f.Bytes, []byte("&")) {
		name, value, _ := bytes.Cut(field, []byte("="))
		switch string(name) {
		case "status":
			if beginsJSON(value) && beginsStatus(decodedStart(value)) {
				status = true
				whole = whole && endsJSON(value)
			}
		case "task_token":
			token = value
		case "event":
			event = value
		case "payload":
			if payload := decode.ParseForm(field)[0].Value; bytes.HasPrefix(payload, []byte("{")) && !isJSON(payload) {
				whole = false // It may go on in the next line.
			}
		}
	}
	f.status = status
	switch {
	case len(event) > 0 && !isEvent(event):
		return f, false
	case status && (len(token) > 0 || len(event) > 0):
	case !status && isEvent(event) && (isQencodeToken(token) || isToken(token) && beginsField(f.Bytes)):
	case status:
		whole = false
	default:
		return f, false
	}
	f.quality = complete
	if !whole || len(token) == 0 {
		f.quality = partial
	}
	if whole {
		f.tellMissing(len(token) > 0, len(event) > 0)
	}
	if lost {
		f.quality, f.Lost = fragment, "what stands before "+string(name(f.Bytes))+" could not be read"
	}
	return f, true
}

// formStart returns where a form begins in a run of its characters: after the
// "body=" of a log, after the bytes of a packet's head in a dump, or after the first
// "&" if the run begins within a field, which is lost. It is negative if the run is not a
// form.
func formStart(run []byte) (at int, lost bool) {
	name, value, ok := bytes.Cut(run, []byte("="))
	if !ok {
		return -1, false
	}
	if beginsField(value) {
		return len(name) + 1, false
	}
	const longest = 100 // bytes of the packet's head
	first, field := -1, ""
	for _, known := range decode.FieldNames() {
		if i := bytes.Index(run[:min(len(run), longest)], []byte(known+"=")); i >= 0 && (first < 0 || i < first) {
			first, field = i, known
		}
	}
	if first > 0 && run[first-1] != '&' && !bytes.Contains(run, []byte("&"+field+"=")) &&
		(bytes.IndexByte(run[:first], '.') >= 0 || run[first-1] != '_' && run[first-1] != '-') {
		return first, false
	}
	if isPlainName(name) {
		return 0, false
	}
	at = bytes.IndexByte(run, '&') + 1
	return at, at > 1
}

// name returns the name of the first field of a form.
func name(form []byte) []byte {
	name, _, _ := bytes.Cut(form, []byte("="))
	return name
}

// isPlainName reports whether the name of a form field has no escapes.
func isPlainName(name []byte) bool {
	const longest = 64
	for _, c := range name {
		if !isWord(c) && bytes.IndexByte([]byte(".[]-"), c) < 0 {
			return false
		}
	}
	return 0 < len(name) && len(name) <= longest
}

// beginsField reports whether a text begins with the name of a form field of
// Qencode and a "=".
func beginsField(text []byte) bool {
	for _, name := range decode.FieldNames() {
		if len(text) > len(name) && text[len(name)] == '=' && string(text[:len(name)]) == name {
			return true
		}
	}
	return false
}

// claimLength takes the Content-Length of the request whose head ends right before
// a body, and cuts off the next request on the connection. after is the text from the body on.
func (f *find) claimLength(before, after []byte) {
	n := contentLength(before)
	if n == 0 {
		return
	}
	f.Length = n
	if len(f.Bytes) <= n {
		return
	}
	if beginsOther(after[n:]) {
		f.Bytes = f.Bytes[:n]
		return
	}
	f.Remark = "is longer than the " + strconv.Itoa(n) + " bytes of its Content-Length"
}

// contentLength returns the Content-Length of the head of a request that ends with
// the text, 0 if there is none. A blank line ends the head.
func contentLength(text []byte) (n int) {
	const longest = 8 << 10
	text = text[max(0, len(text)-longest):]
	lines := 0
	for ; len(text) > 0; lines++ {
		end := len(bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r")))
		start := bytes.LastIndexByte(text[:end], '\n') + 1
		line := bytes.TrimSuffix(bytes.TrimLeft(text[start:end], "> "), []byte(`\r`)) // Some show line endings.
		text = text[:start]
		name, value, isHeader := bytes.Cut(line, []byte(":"))
		switch {
		case lines == 0:
			if len(line) > 0 {
				return 0
			}
		case bytes.Contains(line, []byte(" HTTP/")) && !isHeader, bytes.Contains(line, []byte(" HTTP/1.")), bytes.HasSuffix(line, []byte(" HTTP/2")):
			return n
		case !isHeader || !isPlainName(name):
			return 0 // "HTTP/1.1 200 OK" or some other text
		case bytes.EqualFold(name, []byte("content-length")):
			n, _ = strconv.Atoi(string(bytes.TrimSpace(value))) // What is not a number counts as nothing.
			n = max(n, 0)
		}
	}
	return n
}

// beginsOther reports whether a text begins with what comes after a request: another, or the
// answer to it, the markup around it, or the line of a program that shows what passes.
func beginsOther(text []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text[:min(len(text), 4<<10)], "\r\n"), []byte("\n"))
	for _, other := range []string{"HTTP/", "]]>", "</", "< ", "> "} {
		if bytes.HasPrefix(line, []byte(other)) {
			return true
		}
	}
	method, rest, _ := bytes.Cut(line, []byte(" "))
	_, version, _ := bytes.Cut(rest, []byte(" "))
	return len(method) > 2 && bytes.Equal(method, bytes.ToUpper(method)) && isPlainName(method) && bytes.HasPrefix(version, []byte("HTTP/"))
}

// namesFields reports whether a text has the name of a form field in it that every
// callback has, in any case, whatever it is escaped with.
func namesFields(text []byte) bool {
	for _, part := range []string{"status", "tatus", "TATUS", "oken", "OKEN"} {
		if bytes.Contains(text, []byte(part)) {
			return true
		}
	}
	return false
}

// nearestLength returns the last Content-Length in a text, 0 if there is none. In a capture of
// packets other bytes are between it and the body.
func nearestLength(text []byte) (n int) {
	const longest = 4 << 10
	text = bytes.ToLower(text[max(0, len(text)-longest):])
	header := []byte("\ncontent-length: ")
	if i := bytes.LastIndex(text, header); i >= 0 {
		digits, _, _ := bytes.Cut(text[i+len(header):], []byte("\r"))
		n, _ = strconv.Atoi(string(digits)) // What is not a number counts as nothing.
	}
	return max(n, 0)
}
