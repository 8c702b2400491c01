package capture

import (
	"bytes"
	"strconv"
	"strings"

	"qcb/decode"
	"qcb/decode/capture/tree"
)

// form returns the callback that a text is if it is the body of one as it was posted: a form
// with a task token, or with a status that begins as Qencode's does. It is complete if
// nothing of it can be in the next line.
func form(text []byte) (f find, token, event []byte, ok bool) {
	f.Bytes, f.Held, f.quality = text, len(text), complete
	for field := range bytes.SplitSeq(text, []byte("&")) {
		name, value, _ := bytes.Cut(field, []byte("="))
		switch string(name) {
		case "task_token":
			token = value
			f.doubt(value)
		case "event":
			event = value
			f.doubt(value)
		case "status":
			f.status = beginsStatus(decodedStart(value))
			if !closesObject(value) {
				f.quality = partial
			}
		}
	}
	var missing []string
	if token == nil {
		missing = append(missing, "task_token")
	}
	if event == nil {
		missing = append(missing, "event")
	}
	if f.status && f.quality == complete && missing != nil { // Of what is cut off nothing else needs to be said.
		f.Remark = without(missing)
	}
	if bytes.HasSuffix(text, []byte("&status=")) {
		f.Remark = "ends with an empty status: it may continue in a later line"
	}
	if token == nil || event == nil && !f.status || bytes.HasSuffix(text, []byte(`\`)) || bytes.HasSuffix(text, []byte("&")) || bytes.HasSuffix(bytes.TrimSuffix(text, []byte("}")), []byte(`\par`)) {
		f.quality = min(f.quality, partial) // It may be one of several lines of fields, or of RTF.
	}
	return f, token, event, token != nil || f.status
}

// closesObject reports whether a value ends as a JSON object does, encoded or not.
func closesObject(value []byte) bool {
	return bytes.HasSuffix(value, []byte("}")) || bytes.EqualFold(value[max(0, len(value)-3):], []byte("%7D"))
}

// doubt takes a value that is a plain word in each callback of Qencode: if it is not, or has the "3D" of
// quoted-printable text, it may be disguised, or continue with more fields.
func (f *find) doubt(word []byte) {
	if len(word) > 0 && !isToken(word) || bytes.HasPrefix(word, []byte("3D")) {
		f.quality = min(f.quality, partial)
	}
}

// without says what a callback lacks of what every callback has.
func without(names []string) string { return "was found without " + strings.Join(names, " and ") }

// decodedStart decodes the beginning of a field's value.
func decodedStart(value []byte) []byte {
	form := decode.ParseForm(append([]byte("status="), value[:min(len(value), 100)]...))
	return form[0].Value
}

// bodyFind returns the callback that a line is, from its first byte to its last.
//
// What somebody has decoded is not a form any more, since its URLs have a "&" of their own.
func bodyFind(line []byte) (find, bool) {
	first, _, _ := bytes.Cut(line, []byte("&"))
	if firstName(line) == nil || !beginsField(line) && (bytes.ContainsAny(first, " \t\"'") || formStart(line) > 0) {
		return find{}, false
	}
	f, token, _, ok := form(line)
	goesOn := bytes.IndexByte(bytes.TrimRight(token, "="), '=') >= 0 // task_token=…, event=…: no form, which has an "&" there.
	return f, ok && !goesOn && !(f.status && isDecoded(line))
}

// isDecoded reports whether the status in a line is plain JSON, and would be
// another if the line were read as a form: it has a "&" in it, or blanks, which no form has,
// in a line with a "+" or "%" that a form would decode, with blanks elsewhere, or with more
// behind it.
func isDecoded(line []byte) bool {
	if bytes.IndexByte(line, '{') < 0 { // One byte is found faster than a word, and most lines are encoded.
		return false
	}
	at := bytes.Index(line, []byte("status={")) + len("status=")
	if at < len("status=") {
		return false
	}
	for _, text := range [][]byte{line, bytes.ReplaceAll(line, []byte("+"), []byte(" "))} { // The escapes may be decoded, and the "+" left.
		if n := tree.Value(text, at); n != nil && isJSON(text[at:n.End]) {
			status, rest := line[at:n.End], bytes.TrimRight(line[n.End:], "\r\n")
			same := !bytes.ContainsAny(line, "+%") && (len(rest) == 0 || rest[0] == '&') && bytes.IndexByte(line[:at], ' ') < 0 && bytes.IndexByte(rest, ' ') < 0
			return bytes.IndexByte(status, '&') >= 0 || !same && bytes.IndexByte(status, ' ') >= 0 && !bytes.Contains(bytes.ToUpper(status), []byte("%3A%2F%2F"))
		}
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
		if !strict[c] && c != '[' && c != ']' {
			return nil
		}
	}
	return line[:i]
}

// shortestWrap is the length of the shortest lines that bodies are wrapped to.
const shortestWrap = 40

// continues reports whether a line continues the line before it, which was wrapped: both
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

// The characters of a form: strict are those that Qencode sends, loose those that
// others may leave unescaped within a value.
var (
	strict = charSet("-.~%+&=*")
	loose  = charSet("-.~%+&=*/:?@!$")
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
func posted(text []byte) (found []find) {
	floor := 0
	for at := 0; len(found) < mostBodies; at++ {
		i := bytes.IndexByte(text[at:], '=')
		if i < 0 {
			break
		}
		at += i
		if !bytes.HasSuffix(text[:at], []byte("task_token")) && !(bytes.HasSuffix(text[:at], []byte("status")) && at+1 < len(text) && bytes.IndexByte([]byte("%{+"), text[at+1]) >= 0) {
			continue
		}
		start := at
		for start > floor && strict[text[start-1]] {
			start--
		}
		var best find
		for _, chars := range []*[256]bool{loose, strict} {
			end := at
			for end < len(text) && chars[text[end]] {
				end++
			}
			floor = end
			isTruncated := isTruncationMark(text[end:])
			if end < len(text) && (text[end] == '{' || text[end] == '[') && !isTruncated {
				continue // A value continues as it was decoded.
			}
			run := text[start:end]
			switch {
			case isTruncated:
				run = bytes.TrimRight(run, truncationDots)
			case chars == loose:
				run = bytes.TrimRight(run, "/:?@!$.")
			}
			f, ok := formIn(run)
			if isTruncated {
				f.markTruncated()
			}
			if ok && (best.Bytes == nil || f.quality > best.quality) {
				f.at, f.end = start+f.at, start+len(run)
				f.Place, f.shape, f.Held = byteAt(f.at), "run", len(text)
				best = f
			}
			if best.quality == complete {
				break
			}
		}
		if best.Bytes != nil {
			found = append(found, best)
			floor = best.end
		}
		at = max(at, floor-1)
	}
	return found
}

// truncationDots are the characters that may stand between a truncated value and the mark that says so.
const truncationDots = " .…"

// isTruncationMark reports whether a text begins with the mark that a logger puts behind a text that it has truncated:
// "[truncated]", " (truncated 12 bytes)". A form has none of its brackets.
func isTruncationMark(text []byte) bool {
	const word = "trunc"
	text = bytes.TrimPrefix(text, []byte(" "))
	return len(text) > len(word) && bytes.IndexByte([]byte("[<("), text[0]) >= 0 && bytes.EqualFold(text[1:1+len(word)], []byte(word))
}

// markTruncated says that the last field of a body is truncated. A status shows that itself.
func (f *find) markTruncated() {
	name, value, _ := bytes.Cut(f.Bytes[bytes.LastIndexByte(f.Bytes, '&')+1:], []byte("="))
	if string(name) != "status" || closesObject(value) {
		f.quality, f.Lost = fragment, string(name)+": [truncated]"
	}
}

// formIn returns the callback that a run of the characters of a form is, but for
// what comes before it.
func formIn(run []byte) (f find, ok bool) {
	at := formStart(run)
	f, token, event, ok := form(run[at:])
	if event != nil && !isEvent(event) && !isQencodeToken(token) {
		return f, false // The query of a scanner has the names, and other values.
	}
	if !ok || !f.status && !(isEvent(event) && isToken(token) && (isQencodeToken(token) || beginsField(f.Bytes))) {
		return f, false
	}
	f.at = at
	if i := bytes.Index(f.Bytes, []byte("payload=")); i >= 0 {
		if value := decode.ParseForm(f.Bytes[i:])[0].Value; bytes.HasPrefix(value, []byte("{")) && !isJSON(value) {
			f.quality = min(f.quality, partial) // It may continue in the next line.
		}
	}
	if at > 1 && run[at-1] == '&' {
		name, _, _ := bytes.Cut(f.Bytes, []byte("="))
		f.quality, f.Lost = fragment, "the text before "+string(name)+" could not be read"
	}
	return f, true
}

// formStart returns where a form begins in a run of its characters: after the
// "body=" of a log, after the bytes of a packet's head in a dump, or after the first
// "&" if the run begins within a field.
func formStart(run []byte) int {
	const longest = 100 // bytes of the packet's head
	name, value, _ := bytes.Cut(run, []byte("="))
	if beginsField(value) {
		return len(name) + 1
	}
	first := -1
	for _, known := range decode.FieldNames() {
		if i := bytes.Index(run[:min(len(run), longest)], []byte(known+"=")); i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	if first > 0 && run[first-1] != '&' && (bytes.IndexByte(run[:first], '.') >= 0 || run[first-1] != '_' && run[first-1] != '-') {
		return first
	}
	if isPlainName(name) {
		return 0
	}
	return bytes.IndexByte(run, '&') + 1
}

// isPlainName reports whether a text may be the name of a form field that has no escapes.
func isPlainName(text []byte) bool {
	return 0 < len(text) && len(text) <= 64 && onlyHas(text, "_-.[]")
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

// bodyAfter returns the callback that a line is, with the Content-Length of the request whose
// head ends right before it.
func bodyAfter(before, line []byte) (f find, ok bool) {
	body := trimBody(line)
	if n := contentLength(before); 0 < n && n < len(body) && beginsOther(body[n:]) {
		body = body[:n]
	}
	const longestMark = 60
	mark := max(0, len(body)-longestMark)
	mark += max(0, bytes.LastIndexAny(body[mark:], "[<("))
	isTruncated := isTruncationMark(body[mark:])
	if isTruncated {
		body = bytes.TrimRight(body[:mark], truncationDots)
	}
	f, ok = bodyFind(body)
	if isTruncated {
		f.markTruncated()
	}
	f.shape, f.Held = "body", len(trimBody(line))
	f.claimLength(before, body)
	return f, ok
}

// claimLength takes the Content-Length of the request whose head ends right before
// a body, and cuts off the next request on the connection. after is the text from the body on.
func (f *find) claimLength(before, after []byte) {
	if f.Length = contentLength(before); f.Length == 0 || len(f.Bytes) <= f.Length {
		return
	}
	if beginsOther(after[f.Length:]) {
		f.Bytes = f.Bytes[:f.Length]
		return
	}
	f.Remark = "is longer than the " + strconv.Itoa(f.Length) + " bytes of its Content-Length"
}

// contentLength returns the Content-Length of the head of a request that ends with
// the text, 0 if there is none. A blank line ends the head.
func contentLength(text []byte) (n int) {
	const longest = 8 << 10
	text = text[max(0, len(text)-longest):]
	for lines := 0; len(text) > 0; lines++ {
		text = bytes.TrimSuffix(text, newline)
		start := bytes.LastIndexByte(text, '\n') + 1
		line := bytes.TrimSuffix(bytes.TrimLeft(bytes.TrimSuffix(text[start:], []byte("\r")), "> "), []byte(`\r`)) // Some show line endings.
		text = text[:start]
		name, value, isHeader := bytes.Cut(line, []byte(":"))
		switch {
		case lines == 0:
			if len(line) > 0 {
				return 0
			}
		case bytes.Contains(line, []byte(" HTTP/")):
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
	line, _, _ := bytes.Cut(bytes.TrimLeft(text[:min(len(text), 4<<10)], "\r\n"), newline)
	for _, other := range []string{"HTTP/", "]]>", "</", "< ", "> "} {
		if bytes.HasPrefix(line, []byte(other)) {
			return true
		}
	}
	method, rest, _ := bytes.Cut(line, []byte(" "))
	return len(method) > 2 && bytes.Equal(method, bytes.ToUpper(method)) && bytes.Contains(rest, []byte(" HTTP/"))
}
