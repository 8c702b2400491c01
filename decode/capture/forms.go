package capture

import (
	"bytes"
	"net/url"
	"slices"

	"qcb/decode"
)

// isBody reports whether a line is the body of a callback as it was posted. What
// somebody has decoded is no form any more: its signed URLs have an "&" of their
// own. sure says that the line is the whole body.
func isBody(line []byte) (ok, sure bool) {
	// There may be several, with nothing between them.
	several := bytes.Count(line, []byte("=")) > bytes.Count(line, []byte("&"))+1 && glued(line) < len(line)
	if several || !isForm(line) || isDecoded(line) {
		return false, false
	}
	var status, token, event, cut bool
	for field := range bytes.SplitSeq(line, []byte("&")) {
		name, value, _ := bytes.Cut(field, []byte("="))
		cut = false
		switch string(name) {
		case "status":
			status = true
			cut = len(value) > 0 && !bytes.HasSuffix(value, []byte("}")) && !bytes.EqualFold(value[max(0, len(value)-3):], []byte("%7D"))
		case "task_token":
			token = true
		case "event":
			event = true
		}
	}
	return true, (token && event || status && (token || event)) && !cut
}

// isForm reports whether a line is the form of a callback: it has a task token,
// or a status that begins like a JSON object with the members of one. Other
// services send fields named status and event, too.
func isForm(line []byte) bool {
	if firstName(line) == nil {
		return false
	}
	if first, _, _ := bytes.Cut(line, []byte("&")); bytes.IndexByte(first, ' ') >= 0 && nextName(first, 1).start > 0 {
		return false // "event=saved task_token=…": fields apart by spaces
	}
	if !beginsField(line) && formStart(line) > 0 {
		return false // "body=status=…"
	}
	if bytes.HasPrefix(line, []byte("task_token=")) || bytes.Contains(line, []byte("&task_token=")) {
		return true
	}
	for field := range bytes.SplitSeq(line, []byte("&")) {
		if value, ok := bytes.CutPrefix(field, []byte("status=")); ok && beginsJSON(value) && beginsStatus(decodedStart(value)) {
			return true
		}
	}
	return false
}

// beginsJSON reports whether the value of a field is an object.
func beginsJSON(value []byte) bool {
	value = bytes.TrimLeft(value, "+ ")
	return bytes.HasPrefix(value, []byte("{")) || len(value) >= 3 && bytes.EqualFold(value[:3], []byte("%7B"))
}

// isDecoded reports whether the status in a line is plain JSON, and would be
// another if the line were read as a form: it has spaces, or an "&" in it.
func isDecoded(line []byte) bool {
	if bytes.IndexByte(line, '{') < 0 {
		return false // This is quicker than the search for more.
	}
	at := bytes.Index(line, []byte("status={"))
	if at < 0 {
		return false
	}
	text := line[at+len("status="):]
	status := (&literal{text: text}).json()
	if status == nil { // The escapes may be decoded, and the "+" left.
		status = (&literal{text: bytes.ReplaceAll(text, []byte("+"), []byte(" "))}).json()
		return bytes.IndexByte(status, '&') >= 0
	}
	return bytes.IndexByte(status, '&') >= 0 ||
		bytes.IndexByte(status, ' ') >= 0 && !bytes.Contains(bytes.ToUpper(status), []byte("%3A%2F%2F"))
}

// forms finds the bodies in a text that were captured as they were posted: runs
// of the characters of a form, of which a field is the status or the fields
// are a task token and an event.
func forms(text []byte) []Body {
	var found []Body
	for at, end := range runs(text, formChars, len("status=%7B")) {
		for at < end {
			run := text[at : at+glued(text[at:end])]
			if b, ok := formIn(run); ok && len(found) <= mostBodies {
				b.at, b.end = at+b.at, at+len(run)
				found = append(found, b)
			}
			at += len(run)
		}
	}
	return found
}

// glued returns the length of the first of several bodies that were written one
// after the other with nothing between them. A posted value has no "=".
func glued(run []byte) int {
	from := 0
	for {
		i := bytes.IndexByte(run[from:], '&')
		value := len(run)
		if j := bytes.IndexByte(run[from:], '='); j >= 0 && (i < 0 || j < i) {
			value = from + j + 1
		}
		end := len(run)
		if i >= 0 {
			end = from + i
		}
		if from > 0 && bytes.IndexByte(run[min(value, end):end], '=') >= 0 {
			for _, name := range decode.FieldNames {
				if at := bytes.Index(run[value:end], []byte(name+"=")); at >= 0 {
					return value + at
				}
			}
		}
		if i < 0 {
			return len(run)
		}
		from = end + 1
	}
}

// formIn returns the callback that a run of the characters of a form is, but for
// what comes before it.
func formIn(run []byte) (b Body, ok bool) {
	b.at = formStart(run)
	if b.at < 0 || bytes.HasSuffix(run, []byte("&amp")) {
		return b, false
	}
	b.Bytes = run[b.at:]
	var token, event []byte
	for field := range bytes.SplitSeq(b.Bytes, []byte("&")) {
		name, value, _ := bytes.Cut(field, []byte("="))
		switch string(name) {
		case "status":
			b.hasStatus = b.hasStatus || beginsJSON(value) && beginsStatus(decodedStart(value))
		case "task_token":
			token = value
		case "event":
			event = value
		}
	}
	if b.hasStatus {
		b.posted = len(token) > 0 || len(event) > 0
	} else {
		b.posted = isEvent().Match(event) && (isQencodeToken().Match(token) || isToken().Match(token) && beginsField(b.Bytes))
	}
	b.sure = b.posted && beginsField(b.Bytes) && (b.at == 0 || run[b.at-1] != '&')
	return b, b.posted || b.hasStatus
}

// plainName matches the name of a form field that has no escapes.
var plainName = pattern(`^[\w.\[\]-]{1,64}$`)

// formStart returns where a form begins in a run of its characters: after the
// "body=" of a log, after the dots that stand for the end of the head in a dump,
// or after the first "&" where the run begins within a field. It is negative
// where the run is no form.
func formStart(run []byte) int {
	name, value, ok := bytes.Cut(run, []byte("="))
	if !ok {
		return -1
	}
	if beginsField(value) {
		return len(name) + 1
	}
	for i := len(name); i > 0; i-- {
		if !isWord(name[i-1]) {
			if isField(string(name[i:])) {
				return i
			}
			break
		}
	}
	if plainName().Match(name) {
		return 0
	}
	return bytes.IndexByte(run, '&') + 1
}

// decodedStart decodes the beginning of a field's value.
func decodedStart(value []byte) []byte {
	form := decode.ParseForm(append([]byte("status="), value[:min(len(value), 100)]...))
	return form[0].Value
}

// isField reports whether Qencode documents a form field of this name.
func isField(name string) bool { return slices.Contains(decode.FieldNames, name) }

// beginsField reports whether a text begins with the name of a form field of
// Qencode and a "=".
func beginsField(text []byte) bool {
	name, _, ok := bytes.Cut(text[:min(len(text), 20)], []byte("="))
	return ok && isField(string(name))
}

// sameField reports whether two texts begin with the same field.
func sameField(a, b []byte) bool {
	return beginsField(a) && bytes.HasPrefix(b, a[:bytes.IndexByte(a, '=')+1])
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
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case bytes.IndexByte([]byte("_.-~%+*[]&"), c) < 0:
			return nil
		}
	}
	return line[:i]
}

// percentDecoded decodes percent escapes, and leaves "+" and bad escapes alone.
func percentDecoded(text []byte) []byte {
	plain, err := url.PathUnescape(string(text))
	if err != nil {
		return nil
	}
	return []byte(plain)
}
