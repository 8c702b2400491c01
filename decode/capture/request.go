package capture

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"time"

	"qcb/decode/capture/input"
	"qcb/decode/capture/stamp"
	"qcb/decode/capture/tree"
)

// Request is what a capture tells of the request that brought a callback. It is read from the
// text around the body, never from the body.
type Request struct {
	Time  time.Time // when it came; zero if the capture does not tell
	Zoned bool      // Time was written with an offset from UTC; else it is as if it were UTC

	Method, Path, Query string // "" if the capture does not tell
}

// or returns the request with what is missing of it from another that is told farther away.
func (r Request) or(other Request) Request {
	if r.Time.IsZero() {
		r.Time, r.Zoned = other.Time, other.Zoned
	}
	if r.Method == "" {
		r.Method = other.Method
	}
	if r.Path == "" {
		r.Path, r.Query = other.Path, other.Query
	}
	return r
}

// at puts in the time of a stamp, unless there is one or the stamp is none.
func (r *Request) at(s stamp.Stamp, ok bool) {
	if ok && r.Time.IsZero() {
		r.Time, r.Zoned = s.Time, s.Zoned
	}
}

// dated returns the request with the year of its time, if that was written without one.
func (r Request) dated(clock func() time.Time) Request {
	var now time.Time
	if clock != nil {
		now = clock()
	}
	s, _ := stamp.Stamp{Time: r.Time, Zoned: r.Zoned}.Dated(now)
	r.Time, r.Zoned = s.Time, s.Zoned
	return r
}

// Bounds of what is read around a body, in bytes and lines.
const (
	mostPrefix = 2 << 10 // of a line
	mostAbove  = 8 << 10 // of the lines before it
	mostHeader = 64      // lines of a head
	mostTitle  = 3       // lines above a request line
)

// tell completes the requests of what was found in a text with what the text tells of them.
// They are in the order of their places.
func tell(text []byte, found []find) {
	line, read, root := -1, 0, -1 // where the line begins, what of the text is read, and for which structure
	var told Request
	for i := range found {
		f := &found[i]
		if at := min(f.root, f.at); at != root {
			if start := lineBefore(text, at); start > line {
				told = above(text[min(read, start):start], read == 0)
				line, read = start, max(read, start)
			}
			if root = at; at > read {
				told = prefix(text[read:at]).or(told)
			}
		}
		f.Request = f.Request.or(told)
		read = max(read, min(f.end, len(text)))
		if end := lineStop(text, read); f.Request.Path == "" && (i+1 == len(found) || found[i+1].at >= end) {
			f.Request = f.Request.or(suffix(text[read:end]))
		}
	}
}

// lineStop returns where the line ends that a place is in, or some place in a long one.
func lineStop(text []byte, at int) int {
	end := min(len(text), at+mostPrefix)
	if i := bytes.IndexByte(text[at:end], '\n'); i >= 0 {
		return at + i
	}
	return end
}

// tellLines does what tell does for finds that were behind a disguise, in whole lines of a text.
func tellLines(text []byte, found []find) {
	at := -1
	var told Request
	for i := range found {
		f := &found[i]
		if f.at != at {
			at = f.at
			told = onLine(text[at:lineEnd(text, at)]).or(above(text[:lineBefore(text, at)], i == 0))
		}
		f.Request = f.Request.or(told)
	}
}

// tellAbove does it for what was found in the first line of a text, with the lines before it.
func (r *Reader) tellAbove(text []byte, number int, found []find) {
	var told Request
	first := lineEnd(text, 0)
	for i := range found {
		if f := &found[i]; f.Request.Time.IsZero() && f.at < first {
			if i == 0 {
				before, first := r.before(number)
				told = above(before, first == 1)
			}
			f.Request = f.Request.or(told)
		}
	}
}

// onLine returns what a line tells before what it holds of a body, or as an object beside it.
func onLine(line []byte) Request {
	const longest = 64 << 10
	if text := bytes.TrimLeft(line, " \t"); len(text) > 0 && text[0] == '{' {
		if len(text) <= longest {
			if n := tree.Value(text, 0); n != nil {
				return Request{}.within(n.Plain())
			}
		}
		return Request{}
	}
	line = line[:min(len(line), mostPrefix)]
	for _, sign := range []string{"status", "task", "event", "payload", "error", "callback_type", "{", "%7B"} {
		if i := bytes.Index(line, []byte(sign)); i >= 0 {
			line = line[:i]
		}
	}
	return prefix(line)
}

// prefix returns what a line tells before a body, in the text right before it.
func prefix(line []byte) (r Request) {
	if cut := len(line) - mostPrefix; cut > 0 {
		line = line[cut:]
		line = line[max(bytes.IndexByte(line, ' '), 0):]
	}
	r.at(stamp.Last(line))
	r.Method, r.Path, r.Query = requestLine(line)
	if r.Path == "" {
		r.Method, r.Path, r.Query = namedRequest(line)
	}
	return r
}

// suffix returns the request line that stands after a body on its line.
func suffix(line []byte) (r Request) {
	if bytes.Contains(line, []byte(" HTTP/")) {
		r.Method, r.Path, r.Query = requestLine(line)
	}
	return r
}

// above returns what the lines before a line tell of it: the head of a request that it is the
// body of, and the line above that; the names and values of a record that it ends; or one line that
// introduces it. whole says that no other body was found before them: what stands between two may
// belong to either.
func above(text []byte, whole bool) (r Request) {
	if cut := len(text) - mostAbove; cut > 0 {
		text, whole = text[cut:], false
	}
	blank, heads := 0, 0
	for heads < mostHeader && len(text) > 0 {
		line := lastLine(text)
		text = text[:len(bytes.TrimSuffix(text, newline))-len(line)]
		line = headLine(line)
		name, value, isHeader := cutHeader(line)
		switch {
		case len(line) == 0 && heads > 0:
			return r.only(blank == 0)
		case len(line) == 0:
			if blank++; blank > 1 {
				return Request{}
			}
		case input.Signal(line):
			return Request{}
		case isRequestLine(line):
			return r.or(prefix(line)).or(title(text))
		case isHeader && (heads > 0 || !introduces(line)):
			heads++
			if stamp.IsName(string(name)) {
				r.at(stamp.Value(value))
			}
		case heads > 0:
			return r.only(blank == 0 && bytes.IndexByte([]byte("-*=#+"), line[0]) >= 0) // a rule between records
		case bytes.HasPrefix(line, []byte("--")), bytes.HasPrefix(line, []byte("Processing by ")): // of ModSecurity, of Rails
		case introduces(line):
			return prefix(line)
		default:
			return packet(text)
		}
	}
	return r.only(whole && blank == 0)
}

// packet returns the time in the line above the bytes of a packet, as tcpdump -tttt prints it.
func packet(text []byte) (r Request) {
	for range mostTitle {
		line := lastLine(text)
		text = text[:len(bytes.TrimSuffix(text, newline))-len(line)]
		if i := bytes.Index(line, []byte(" IP")); i > 0 {
			r.at(stamp.Value(line[:i]))
			break
		}
	}
	return r
}

// only returns the request if it is certain that it is told of the body.
func (r Request) only(certain bool) Request {
	if certain {
		return r
	}
	return Request{}
}

// headLine returns a line without colours, its ending, and the mark that programs put before the
// lines of a head.
func headLine(line []byte) []byte {
	if bytes.IndexByte(line, '\x1b') >= 0 {
		var plain []byte
		for i, part := range bytes.Split(line, []byte("\x1b[")) {
			if i > 0 {
				_, part, _ = bytes.Cut(part, []byte("m"))
			}
			plain = append(plain, part...)
		}
		line = plain
	}
	line = bytes.TrimSuffix(bytes.TrimSpace(line), []byte(`\r`)) // Some show line endings.
	return bytes.TrimSpace(bytes.TrimLeft(line, "<> "))
}

// title returns the time in the line above a request line. What begins with a mark may be between
// them. The line of an answer is of another request.
func title(text []byte) (r Request) {
	for range mostTitle {
		line := lastLine(text)
		text = text[:len(bytes.TrimSuffix(text, newline))-len(line)]
		line = bytes.TrimRight(line[max(0, len(line)-mostPrefix):], "\r\n")
		if input.Signal(line) || bytes.Contains(line, []byte(" HTTP/")) || bytes.HasSuffix(line, []byte(" 200")) || bytes.Contains(line, []byte(" 200 ")) {
			break
		}
		r.at(stamp.Last(line))
		if !r.Time.IsZero() || len(line) > 0 && isWord(line[0]) && bytes.IndexByte(line, ' ') >= 0 {
			break
		}
	}
	return r
}

// introduces reports whether a line says that what comes after it belongs to it, or is nothing but
// a time. Any other line may be of another request.
func introduces(line []byte) bool {
	if _, isTime := stamp.Value(line); isTime {
		return true
	}
	return strings.IndexByte(":={([", line[len(line)-1]) >= 0 || bytes.HasSuffix(line, []byte("=>")) || bytes.HasSuffix(line, []byte("->"))
}

// cutHeader returns the name and the value of a line of a head, "Name: value", or of a record,
// "name=value" and "name | value".
func cutHeader(line []byte) (name, value []byte, ok bool) {
	i := bytes.IndexAny(line, ":=|")
	if i <= 0 {
		return nil, nil, false
	}
	name = bytes.TrimSpace(line[:i])
	return name, bytes.TrimSpace(line[i+1:]), isPlainName(name) && (isWord(name[0]) || name[0] == '-') && (name[0] < '0' || name[0] > '9')
}

// methods are those of requests that have a body, the one of callbacks first.
var methods = []string{"POST", "PUT", "PATCH"}

// isRequestLine reports whether a line is the first one of a request, or is printed for one before
// it is answered.
func isRequestLine(line []byte) bool {
	words := bytes.Fields(bytes.TrimPrefix(bytes.TrimPrefix(line, []byte("--> ")), []byte("Started ")))
	if len(words) < 2 {
		return false
	}
	last := bytes.ToUpper(words[len(words)-1])
	if isStarted := isMethod(string(words[0])) && (len(words) == 2 || bytes.HasPrefix(line, []byte("Started "))); !isStarted && !bytes.HasPrefix(last, []byte("HTTP/")) {
		return false
	}
	_, path, _ := requestLine(line)
	return path != ""
}

// requestLine returns the last method in a text that a path or a URL comes after.
func requestLine(text []byte) (method, path, query string) {
	last, isPacket := -1, bytes.Contains(text, []byte(" HTTP/1.")) // In a packet a head without blanks stands before it.
	for _, name := range methods {
		for end := len(text); ; {
			i := bytes.LastIndex(text[:end], []byte(name+" "))
			if i <= last {
				break
			}
			if end = i; i > 0 && isWord(text[i-1]) && !isPacket {
				continue
			}
			if p, q, ok := target(bytes.TrimLeft(text[i+len(name)+1:], `"'`)); ok {
				last, method, path, query = i, name, p, q
				break
			}
		}
	}
	return method, path, query
}

// target returns the path and the query of the target of a request, with which a text begins.
func target(text []byte) (path, query string, ok bool) {
	const longest = 2 << 10
	text = text[:min(len(text), longest)]
	if i := bytes.IndexAny(text, " \t\r\n\"'`<>,;()[]{}\\"); i >= 0 {
		text = text[:i]
	}
	word := string(text)
	if scheme, rest, isURL := strings.Cut(word, "://"); isURL && (scheme == "http" || scheme == "https") {
		at := strings.IndexAny(rest, "/?#")
		if at < 0 {
			return "/", "", rest != ""
		}
		if word = rest[at:]; word[0] != '/' {
			word = "/" + word
		}
	}
	word, _, _ = strings.Cut(word, "#")
	path, query, _ = strings.Cut(word, "?")
	return path, query, strings.HasPrefix(path, "/") && !strings.HasSuffix(path, ":") // That is the name of a header, after a line break was lost.
}

// namedRequest returns a method and a path that a line has as the values of their names.
func namedRequest(line []byte) (method, path, query string) {
	if method = strings.ToUpper(valueOf(line, "method=")); !isMethod(method) {
		return "", "", ""
	}
	for _, name := range []string{"path=", "uri=", "url=", "request_uri="} {
		if p, q, ok := target([]byte(valueOf(line, name))); ok {
			return method, p, q
		}
	}
	return method, "", ""
}

// valueOf returns the value of a name in a line: one word, in quotes or not.
func valueOf(line []byte, name string) string {
	for at := 0; ; {
		i := bytes.Index(line[at:], []byte(name))
		if i < 0 {
			return ""
		}
		if at += i + len(name); at > len(name) && isWord(line[at-len(name)-1]) {
			continue
		}
		value := bytes.TrimLeft(line[at:], `"'`)
		if end := bytes.IndexAny(value, " \t\r\n\"'"); end >= 0 {
			value = value[:end]
		}
		return string(value)
	}
}

func isMethod(word string) bool { return slices.Contains(methods, word) }

// within returns what an object or a list tells of the request of what is in it, and where it does
// not, what is told of the object.
func (r Request) within(n *tree.Node) Request {
	var own Request
	switch n.Kind {
	case tree.Object:
		if own = membersOf(n, 0); own != (Request{}) && statusOf(n) == completeStatus {
			return r
		}
	case tree.List:
		own = elementsOf(n)
	}
	return own.or(r)
}

// elementsOf returns the time in a list that is a record: a row of values, or a time and a text.
func elementsOf(n *tree.Node) (r Request) {
	const most = 16
	items := n.Items[:min(len(n.Items), most)]
	if len(items) == 2 && items[0].Value.Kind == tree.List && items[1].Value.Kind == tree.Object {
		items = items[0].Value.Items // [[time, {}], {record}]
	}
	for i, item := range items {
		if text := item.Value.Text; len(text) > len("1764000000") && item.Value.Kind < tree.Object && (i == 0 || bytes.IndexByte(text, ':') >= 0) {
			r.at(stamp.Value(text))
		}
	}
	return r
}

// membersOf returns the request that the members of an object tell of. Some have more of it in an
// object of their own.
func membersOf(n *tree.Node, depth int) (r Request) {
	const deepest = 2
	var inner Request
	var line, path, query string
	for _, item := range n.Items {
		switch v := item.Value; stamp.Plain(item.Name) {
		case "method", "httpmethod", "requestmethod", "verb":
			if word := strings.ToUpper(string(scalar(v))); isMethod(word) && r.Method == "" {
				r.Method = word
			}
		case "request", "requestcontext", "http", "httprequest", "req", "url", "path", "raw", "rawpath", "requestpath", "uri", "requesturi", "requesturl", "originalurl", "rawurl", "fullurl", "requestline":
			switch p, q, ok := target(scalar(v)); {
			case v.Kind == tree.Object && depth < deepest:
				inner = inner.or(membersOf(v, depth+1))
			case ok && (path == "" || q != ""):
				path, query = p, q
			case v.Kind == tree.String && line == "":
				line = string(v.Text)
			}
		case "query", "querystring", "rawquerystring", "querystringparameters", "multivaluequerystringparameters", "queryparams", "queryparameters":
			if query == "" {
				query = queryOf(v)
			}
		default:
			if stamp.IsName(item.Name) {
				r.at(stamp.Value(scalar(v)))
			}
		}
	}
	if r.Method == "" && line != "" {
		r.Method, path, query = requestLine([]byte(line))
	}
	if depth > 0 || r.Method != "" || inner.Method != "" { // A path alone may be that of a file.
		r.Path, r.Query = path, query
	}
	if r = r.or(inner); r.Method == "" && depth == 0 {
		r.Path, r.Query = "", ""
	}
	return r
}

// queryOf returns a query, encoded as in a URL: a text is as it is, an object is encoded again.
func queryOf(n *tree.Node) string {
	if n.Kind == tree.Word || n.Kind == tree.String {
		if bytes.ContainsAny(n.Text, " \t\r\n{}") {
			return "" // It is a query of something else.
		}
		return strings.TrimPrefix(string(n.Text), "?")
	}
	var parts []string
	for _, item := range n.Items {
		values := []tree.Item{item}
		if item.Value.Kind == tree.List {
			values = item.Value.Items
		}
		for _, value := range values {
			if item.Name == "" || value.Value.Kind >= tree.Object {
				return ""
			}
			parts = append(parts, url.QueryEscape(item.Name)+"="+url.QueryEscape(string(value.Value.Text)))
		}
	}
	return strings.Join(parts, "&")
}
