package capture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
	"qcb/decode/capture/tree"
)

// A callback is told from a lookalike by Qencode's marks: the name of an event, a
// task token, a status, the type of the callback. Two of them make a callback.
// Events, states and types are those of Qencode's documentation and of the programs
// of its users.
var (
	events = []string{"queued", "saved", "error", "restarted", "restart_failed", "completed", "encoding", "converting", "converted", "saving", "progress"}
	states = []string{"downloading", "queued", "encoding", "saving", "completed", "error", "failed", "saved", "started", "processing", "created", "new", "pending"}
	types  = []string{"task", "stream"}
)

// statusMembers are the names that Qencode gives the members of a status, with the
// kind of their value if it is always the same.
var statusMembers = map[string]jsontext.Kind{
	"status": '"', "percent": 0, "error": 0, "error_description": 0, "warnings": '[', "status_url": '"',
	"videos": '[', "audios": '[', "images": '[', "texts": '[',
	"duration": 0, "source_size": 0, "api_version": 0,
}

// lenient are the options with which JSON is read as it was sent.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

func isJSON(text []byte) bool { return jsontext.Value(text).IsValid(lenient...) }

// isQencodeToken reports whether a text is a task token as Qencode makes them: 32
// hexadecimal digits.
func isQencodeToken(text []byte) bool {
	if len(text) != 32 {
		return false
	}
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isToken reports whether a text may be a task token that somebody made up for a test.
func isToken(text []byte) bool {
	const longest = 64
	for _, c := range text {
		if !isWord(c) && c != '-' || c >= 0x80 {
			return false
		}
	}
	return 0 < len(text) && len(text) <= longest && text[0] != '_' && text[0] != '-'
}

// isEvent reports whether a text may be the name of an event.
func isEvent(text []byte) bool {
	const longest = 32
	for _, c := range text {
		if (c < 'a' || c > 'z') && c != '_' {
			return false
		}
	}
	return 0 < len(text) && len(text) <= longest && text[0] != '_'
}

// isMasked reports whether a logger has put something else in the place of a value.
func isMasked(text []byte) bool {
	const longest = 64
	if len(text) > longest {
		return false
	}
	plain := bytes.ToLower(text)
	return bytes.Contains(plain, []byte("***")) || bytes.Contains(plain, []byte("filtered")) || bytes.Contains(plain, []byte("redacted")) || bytes.Contains(plain, []byte("masked"))
}

// beginsStatus reports whether a text begins like the JSON of a status: its first
// member has a name that a status has.
func beginsStatus(text []byte) bool {
	name, ok := bytes.CutPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{"))
	if !ok {
		return false
	}
	name = bytes.TrimLeft(name, " \t\r\n")
	if len(name) == 0 {
		return true
	}
	if name, ok = bytes.CutPrefix(name, []byte(`"`)); !ok {
		return false
	}
	whole, _, ended := bytes.Cut(name[:min(len(name), 100)], []byte(`"`))
	if ended || len(name) >= 100 {
		_, known := statusMembers[string(whole)]
		return known
	}
	for known := range statusMembers {
		if strings.HasPrefix(known, string(name)) {
			return true // The text ends within the name.
		}
	}
	return false
}

// recogniser finds the callbacks in a tree. It knows what tells them from other
// objects.
type recogniser struct {
	text   []byte // that the tree was parsed from
	found  []find
	inside []inside

	request Request // of what is in the node that is walked
}

// inside is a text in a tree that is to be searched in its turn.
type inside struct {
	text    []byte
	place   string
	record  string
	request Request
	length  int // the Content-Length of the request that it is in, 0 if that is not known
	at, end int
}

// path is the place of a node in a tree. It is written out only where something was
// found.
type path struct {
	up    *path
	name  string // of a member
	index int    // of an element of a list, which has no name
}

// String returns the path as jq has it.
func (p *path) String() string {
	var parts []string
	for ; p != nil; p = p.up {
		parts = append(parts, p.step())
	}
	slices.Reverse(parts)
	text := strings.Join(parts, "")
	if strings.HasPrefix(text, "[") {
		return "." + text
	}
	return text
}

func (p *path) step() string {
	const longest = 80
	switch name := p.name; {
	case name == "":
		return "[" + strconv.Itoa(p.index) + "]"
	case len(name) <= longest && isPlainMember(name):
		return "." + name
	case len(name) > longest:
		return fmt.Sprintf("[%q]", strings.ToValidUTF8(name[:longest], "")+"…")
	default:
		return fmt.Sprintf("[%q]", name)
	}
}

func isPlainMember(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isWord(c) && (c != '-' || i == 0) || c >= 0x80 || i == 0 && '0' <= c && c <= '9' {
			return false
		}
	}
	return true
}

// record names the record that a node belongs to: the members of an object are of one
// record, the elements of a list are of several.
func (p *path) record() string {
	for ; p != nil; p = p.up {
		if p.name == "" {
			return p.String()
		}
	}
	return ""
}

// recognise finds the callbacks in a tree, and the texts in it that may hold more.
// place is that of the root in its text.
func recognise(text []byte, root *tree.Node) (found []find, texts []inside) {
	r := recogniser{text: text}
	r.walk(root.Plain(), nil)
	place := ""
	if root.Start > 0 && !isJSON(text[root.Start:root.End]) {
		place = byteAt(root.Start)
	}
	for i := range r.found {
		f := &r.found[i]
		if f.Place == "" {
			f.Place = byteAt(f.at)
		} else if place != "" && f.Rebuilt {
			f.Place = byteAt(f.at)
		}
	}
	return r.found, r.inside
}

// walk searches a node, and returns a Content-Length in it that belongs to nothing
// that was found.
func (r *recogniser) walk(n *tree.Node, p *path) {
	outer := r.request
	r.request = outer.within(n)
	defer func() { r.request = outer }()
	switch n.Kind {
	case tree.Object:
		r.object(n, p)
	case tree.List:
		r.list(n, p)
	case tree.Word, tree.String:
		if mayHold(n.Text) {
			at := n.Start
			if at < n.End && bytes.IndexByte([]byte("\"'`"), r.text[at]) >= 0 {
				at++
			}
			t := inside{text: n.Text, place: p.String(), record: p.record(), request: r.request, at: at, end: n.End}
			if p == nil {
				t.place = byteAt(at)
			}
			r.inside = append(r.inside, t)
		}
	}
}

// object searches an object. It is a callback if it has the members of one, or a
// status; else its members are searched. An answer of /v1/status has task tokens for
// names.
func (r *recogniser) object(n *tree.Node, p *path) {
	if r.gatewayEvent(n, p) {
		return
	}
	texts := len(r.inside)
	defer func() { r.claimLength(n, texts) }()
	form := formOf(n)
	if form.isPosted() {
		return // It is a body as it was posted, and was taken apart.
	}
	form = form.unescaped()
	isCallback := r.callback(form, n, p)
	if !isCallback && (r.callback(pairsOf(n), n, p) || r.callback(columnsOf(n), n, p)) {
		return
	}
	if !isCallback && r.bare(n, p) {
		return
	}
	for _, item := range n.Items {
		if isCallback && fieldOf(item.Name) != "" {
			continue
		}
		if isQencodeToken([]byte(item.Name)) && item.Value.Kind == tree.Object && likeStatus(item.Value) {
			status := item.Value
			token := &tree.Node{Kind: tree.String, Text: []byte(item.Name), Start: status.Start, End: status.Start}
			r.add(fields{{"task_token", token}, {"status", status}}, status, &path{p, item.Name, 0}, "")
			continue
		}
		name := item.Name
		if name == "" {
			name = "?"
		}
		r.walk(item.Value, &path{p, name, 0})
	}
}

// claimLength gives the Content-Length of a request to the texts in it that may be its body.
func (r *recogniser) claimLength(request *tree.Node, texts int) {
	length := 0
	for _, item := range request.Items {
		if name := strings.ToLower(item.Name); strings.Contains(name, "header") || name == "content-length" {
			length = max(length, headerLength(item))
		}
	}
	for i := range r.inside[texts:] {
		if t := &r.inside[texts+i]; t.length == 0 {
			t.length = length
		}
	}
}

// headerLength returns the Content-Length in a header, or in an object or a list of headers.
func headerLength(item tree.Item) int {
	if strings.EqualFold(item.Name, "content-length") {
		n, _ := strconv.Atoi(string(scalar(item.Value))) // What is not a number counts as nothing.
		return max(n, 0)
	}
	for _, header := range item.Value.Items {
		var name, value *tree.Node
		for _, member := range header.Value.Items {
			switch strings.ToLower(member.Name) {
			case "name", "key":
				name = member.Value
			case "value":
				value = member.Value
			}
		}
		if name != nil && value != nil {
			header = tree.Item{Name: string(name.Text), Value: value}
		}
		if strings.EqualFold(header.Name, "content-length") {
			return headerLength(header)
		}
	}
	return 0
}

// list searches a list. Pairs of names and values are a form, as HAR and Python's
// parse_qsl have it, and so are names and values in turn.
func (r *recogniser) list(n *tree.Node, p *path) {
	for _, form := range []fields{pairsOf(n), turnsOf(n.Items), turnsOf(n.Items[min(1, len(n.Items)):])} {
		if r.callback(form.unescaped(), n, p) {
			return
		}
	}
	unnamed := slices.ContainsFunc(n.Items, func(item tree.Item) bool { return isQencodeToken(scalar(item.Value)) })
	for i, item := range n.Items {
		if unnamed && r.bare(item.Value, &path{p, "", i}) { // The values of a program's type stand alone: {{…} task 5f0c… saved}
			f := &r.found[len(r.found)-1]
			f.Lost, f.quality = "the names of its fields", fragment
			continue
		}
		r.walk(item.Value, &path{p, "", i})
	}
}

// field is one field of a callback that was captured decoded.
type field struct {
	name  string
	value *tree.Node
}

// fields are the fields of one callback, in the order captured.
type fields []field

// get returns the value of a field, nil if there is none.
func (f fields) get(name string) *tree.Node {
	for _, one := range f {
		if one.name == name {
			return one.value
		}
	}
	return nil
}

// fieldOf returns the name of the form field that a member's name stands for:
// "task_token", "taskToken", "req.body.task_token", "form[task_token]"; "" for others.
func fieldOf(name string) string {
	if known := tree.FieldName([]byte(name)); known != "" {
		return known
	}
	name = strings.TrimRight(name, `]"'`)
	if i := strings.LastIndexAny(name, `.["'@$:+#`); i >= 0 {
		return tree.FieldName([]byte(name[i+1:]))
	}
	return ""
}

func formOf(n *tree.Node) (form fields) {
	for _, item := range n.Items {
		known := fieldOf(item.Name)
		switch value := scalar(item.Value); {
		case strings.EqualFold(item.Name, "token") && isQencodeToken(value):
			known = "task_token"
		case item.Name == "evt" && slices.Contains(events, string(value)):
			known = "event" // Some loggers have a field named event of their own.
		}
		if known != "" && item.Value.Kind != tree.Null && len(form) < decode.MaxFields {
			form = append(form, field{known, item.Value})
		}
	}
	if held(form.get("task_token")) == nil {
		return form
	}
	for i, one := range form {
		if value := held(one.value); value != nil {
			form[i].value = value
		}
	}
	return form
}

// held returns the value in an object that says more of it: {"matcher": "exact", "value": …}, or
// in a list of one; nil if there is none.
func held(n *tree.Node) *tree.Node {
	const most = 3
	if n != nil && n.Kind == tree.List && len(n.Items) == 1 {
		n = n.Items[0].Value
	}
	if n == nil || n.Kind != tree.Object || len(n.Items) > most {
		return nil
	}
	for _, item := range n.Items {
		if item.Name == "value" {
			return item.Value
		}
	}
	return nil
}

// pairsOf returns the fields in a list of pairs: ["event", "saved"], {"name": "event",
// "value": "saved"}, {"Key": "event", "Value": ["saved"]}.
func pairsOf(n *tree.Node) (form fields) {
	for _, item := range n.Items {
		var name, value *tree.Node
		switch pair := item.Value; {
		case pair.Kind == tree.List && len(pair.Items) == 2:
			name, value = pair.Items[0].Value, pair.Items[1].Value
		case pair.Kind == tree.Object && len(pair.Items) <= 10:
			for _, member := range pair.Items {
				switch lastPart(member.Name) {
				case "name", "key", "k":
					name = member.Value
				case "value", "val", "v":
					value = member.Value
				}
			}
		}
		if name == nil || value == nil || value.Kind == tree.Null || len(form) == decode.MaxFields {
			continue
		}
		if known := fieldOf(string(name.Text)); known != "" {
			form = append(form, field{known, value})
		}
	}
	return form
}

// lastPart returns what is behind the last dot or "_" of a name, in lower case.
func lastPart(name string) string {
	return strings.ToLower(name[strings.LastIndexAny(name, "._")+1:])
}

// columnsOf returns the fields in an object that has a list of their names, and one of their
// values.
func columnsOf(n *tree.Node) (form fields) {
	var names, values []tree.Item
	for _, member := range n.Items {
		switch last := lastPart(member.Name); {
		case member.Value.Kind != tree.List:
		case last == "key" || last == "keys" || last == "name" || last == "names":
			names = member.Value.Items
		case last == "value" || last == "values":
			values = member.Value.Items
		}
	}
	for i := range names {
		if known := tree.FieldName(names[i].Value.Text); known != "" && len(names) == len(values) && values[i].Value.Kind != tree.Null && len(form) < decode.MaxFields {
			form = append(form, field{known, values[i].Value})
		}
	}
	return form
}

// turnsOf returns the fields in a list of names and values in turn.
func turnsOf(items []tree.Item) (form fields) {
	for i := 0; i+1 < len(items); i += 2 {
		name, value := items[i].Value, items[i+1].Value
		if known := tree.FieldName(name.Text); known != "" && value.Kind != tree.Null && len(form) < decode.MaxFields {
			form = append(form, field{known, value})
		}
	}
	return form
}

// isPosted reports whether the words after a name go on with more fields of a form.
func (f fields) isPosted() bool {
	return slices.ContainsFunc(f, func(one field) bool {
		rest := one.value.Text
		if len(rest) == 0 {
			return false
		}
		if one.value.Kind == tree.Word && beginsField(rest) {
			return true
		}
		for one.value.Kind == tree.Word && rest[0] != '{' {
			i := bytes.IndexByte(rest, '&')
			if i < 0 {
				break
			}
			if rest = rest[i+1:]; beginsField(rest) {
				return true
			}
			if len(rest) == 0 {
				break
			}
		}
		return false
	})
}

// unescaped decodes the values of fields that still have their escapes, as some
// browsers put them into a HAR.
func (f fields) unescaped() fields {
	status := f.get("status")
	if status == nil || !bytes.HasPrefix(bytes.ToUpper(status.Text[:min(len(status.Text), 3)]), []byte("%7B")) {
		return f
	}
	plain := slices.Clone(f)
	for i, one := range f {
		if text, err := url.QueryUnescape(string(one.value.Text)); err == nil && one.value.Kind >= tree.Word && one.value.Kind <= tree.String {
			value := *one.value
			value.Text = []byte(text)
			plain[i].value = &value
		}
	}
	return plain
}

// callback adds the callback that some fields are, if they are one. The node n is
// what they are in.
func (r *recogniser) callback(form fields, n *tree.Node, p *path) bool {
	marks, sure := 0, false
	token, event := scalar(form.get("task_token")), scalar(form.get("event"))
	masked := false
	switch {
	case form.get("task_token") == nil:
	case isQencodeToken(token), isToken(token) && isJSON(r.text[n.Start:n.End]):
		marks, sure = marks+1, true // What people make up for a test is told from a word of a program in JSON alone.
	case isToken(token):
	case len(token) == 0:
	case isMasked(token):
		marks, sure, masked = marks+1, true, true
	default:
		return false // Prose, or the type of a field.
	}
	if slices.Contains(events, string(event)) {
		marks++
	}
	if slices.Contains(types, string(scalar(form.get("callback_type")))) {
		marks++
	}
	if node := form.get("status"); node != nil && isStatus(node) {
		marks, sure = marks+1, true
		if tellsItself(node) {
			marks++
		}
	}
	if marks < 2 || !sure {
		return false
	}
	remark := ""
	if masked {
		form = slices.DeleteFunc(slices.Clone(form), func(one field) bool { return one.name == "task_token" })
		remark = "has its task token masked in the capture"
	}
	r.add(form, n, p, remark)
	return true
}

// scalar returns the text of a scalar, or of the only element of a list.
func scalar(n *tree.Node) []byte {
	if n != nil && n.Kind == tree.List && len(n.Items) == 1 {
		n = n.Items[0].Value
	}
	if n == nil || n.Kind != tree.Word && n.Kind != tree.String {
		return nil
	}
	return n.Text
}

// isStatus reports whether the value of a field named status is an object of
// Qencode's shape, or a text that begins as one.
func isStatus(n *tree.Node) bool {
	if n.Kind == tree.List && len(n.Items) == 1 {
		n = n.Items[0].Value
	}
	if n.Kind == tree.Object {
		for _, item := range n.Items {
			if _, known := statusMembers[snake(item.Name)]; known {
				return true
			}
		}
		return false
	}
	_, _, ok := statusText(n.Text)
	return ok
}

// tellsItself reports whether the value of a field named status has a state of Qencode's and a
// list of outputs: that is mark enough where the capture is cut off before the other fields.
func tellsItself(n *tree.Node) bool {
	if n.Kind == tree.Word || n.Kind == tree.String {
		text, _, _ := statusText(n.Text)
		n = tree.Value(text, 0)
	}
	var state, outputs bool
	for i := 0; n != nil && i < len(n.Items); i++ {
		switch item := n.Items[i]; snake(item.Name) {
		case "status":
			state = slices.Contains(states, string(scalar(item.Value)))
		case "videos", "audios":
			outputs = outputs || item.Value.Kind == tree.List
		}
	}
	return state && outputs
}

// statusText returns the JSON of a status in a text, if it is one: JSON, the literal of
// a language, either with its quotes escaped once more, or the beginning of one of them.
// lost says what is missing.
func statusText(text []byte) (status []byte, lost string, ok bool) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' && text[0] != '%' {
		return nil, "", false
	}
	if text[0] == '%' {
		plain, err := url.QueryUnescape(string(text))
		if err != nil {
			return nil, "", false
		}
		text = []byte(plain)
	}
	if beginsStatus(text) {
		return text, "", true // Damage to it is told by who decodes it.
	}
	n := tree.Value(text, 0)
	if n == nil || n.Kind != tree.Object || n.Start != 0 || !isStatus(n) {
		return nil, "", false
	}
	return n.AppendJSON(nil, text), n.Lost, true
}

// snake returns a name in lower case with "_" between its words: status_url for
// statusUrl.
func snake(name string) string {
	var b []byte
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			if i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
				b = append(b, '_')
			}
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return string(b)
}

// likeStatus reports whether an object that no name tells of is a status: it has a
// state of Qencode's, a flag for an error, a list of outputs, and at most half as many
// members of other names, which may be new ones.
func likeStatus(n *tree.Node) bool {
	known, other := 0, 0
	var state, flag, outputs bool
	for _, item := range n.Items {
		name := snake(item.Name)
		want, isKnown := statusMembers[name]
		if !isKnown {
			other++
			continue
		}
		known++
		v := item.Value
		switch {
		case want == '[' && v.Kind != tree.List && v.Kind != tree.Null:
			return false
		case name == "status":
			state = slices.Contains(states, string(scalar(v)))
		case name == "error":
			flag = v.Kind == tree.Word || v.Kind == tree.String && len(v.Text) == 1
		case want == '[':
			outputs = true
		}
	}
	return state && flag && outputs && other <= known/2
}

// bare adds the status that an object is, if it is one.
func (r *recogniser) bare(n *tree.Node, p *path) bool {
	if !likeStatus(n) {
		return false
	}
	r.add(fields{{"status", n}}, n, p, "")
	return true
}

// add adds a callback with these fields, which are in the node n.
func (r *recogniser) add(form fields, n *tree.Node, p *path, remark string) {
	f := find{at: n.Start, end: n.End, quality: complete}
	f.Rebuilt, f.Place, f.Remark, f.record, f.Request = true, p.String(), remark, p.record(), r.request
	listed := false
	own := n.Lost
	for _, item := range n.Items {
		if item.Value.Lost != "" {
			own = "" // It is told below, if it is the value of a field.
		}
	}
	f.Lost = own
	values := make([][]byte, len(form))
	for _, one := range form {
		listed = listed || one.name != "payload" && one.value.Kind == tree.List && len(one.value.Items) == 1
	}
	cut := -1
	for i, one := range form {
		value, lost := r.value(one, listed)
		values[i] = value
		if one.name == "status" && len(value) > 0 {
			f.status = true
			if !isJSON(value) {
				cut = i
			}
		}
		if lost != "" && cut != i { // Of what is cut off the damage is told by who decodes it.
			f.Lost = one.name + ": " + lost
		}
		switch {
		case bytes.Contains(value, []byte("\x1b[")), bytes.HasSuffix(value, []byte("&amp")),
			one.name == "event" && len(value) > 0 && !isEvent(value), one.name == "callback_type" && len(value) > 0 && !isEvent(value):
			f.quality = partial // It stands behind a disguise.
		}
	}
	if cut >= 0 { // What is cut off comes last, as in a body that is.
		last, value := form[cut], values[cut]
		form = append(slices.Delete(slices.Clone(form), cut, cut+1), last)
		values = append(slices.Delete(values, cut, cut+1), value)
		f.quality = partial
	}
	if status := form.get("status"); status != nil && remark == "" && f.Lost == "" {
		f.Remark = r.ambiguity(status)
	}
	var missing []string
	for _, name := range []string{"task_token", "event"} {
		if form.get(name) == nil && remark == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		f.quality = partial
	}
	if string(scalar(form.get("event"))) == "error" && form.get("error_code") == nil && form.get("error_message") == nil {
		missing = append(missing, "error_code", "error_message") // Each error callback has them.
	}
	if len(missing) > 0 && cut < 0 {
		f.Remark = "was found without " + strings.Join(missing, " and ")
	}
	if form.get("task_token") == nil && form.get("event") == nil || f.Lost != "" {
		f.quality = fragment
	}
	var b strings.Builder
	for i, one := range form {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(one.name) + "=" + url.QueryEscape(string(values[i])))
	}
	f.Bytes = []byte(b.String())
	r.found = append(r.found, f)
}

// value returns the text of a field as it was posted. listed says that the values are
// in lists of one, as Go and Python's parse_qs have them.
func (r *recogniser) value(one field, listed bool) (text []byte, lost string) {
	n := one.value
	if n.Kind == tree.List && len(n.Items) == 1 && (listed || one.name != "payload") {
		n = n.Items[0].Value
	}
	if n.Kind == tree.Object || n.Kind == tree.List {
		if one.name == "status" {
			n = named(n)
		}
		return n.AppendJSON(nil, r.text), n.Lost
	}
	if one.name == "status" {
		if status, lost, ok := statusText(n.Text); ok {
			if n.Lost != "" {
				lost = n.Lost
			}
			return status, lost
		}
	}
	return n.Text, n.Lost
}

// ambiguity says what cannot be known of a status that a program has printed in its own way,
// "" if nothing.
func (r *recogniser) ambiguity(n *tree.Node) string {
	raw := r.text[n.Start:n.End]
	switch {
	case n.Kind == tree.String || n.Kind == tree.Word || len(n.Items) == 0:
	case n.Kind == tree.List:
		return r.ambiguity(n.Items[0].Value)
	case bytes.Contains(raw, []byte("undef")) || bytes.Contains(raw, []byte("<userdata")):
		return "was printed in a language in which numbers and texts, or lists and objects, cannot be told apart without its types"
	case isStruct(n):
		return "was printed from the types of a program: members that those do not have are missing"
	}
	if n.Kind >= tree.Object && hasBareText(n) {
		return "was printed without quotes: numbers and texts cannot be told apart"
	}
	return ""
}

// hasBareText reports whether a text without quotes is in a node.
func hasBareText(n *tree.Node) bool {
	if n.Kind == tree.Word && len(n.Text) > 0 {
		return !isJSON(n.Text)
	}
	return slices.ContainsFunc(n.Items, func(item tree.Item) bool { return hasBareText(item.Value) })
}

// isStruct reports whether an object is of a type that somebody has written.
func isStruct(n *tree.Node) bool {
	name := n.Type[strings.LastIndexAny(n.Type, ".:\\")+1:]
	return n.Kind == tree.Object && name != "" && name[0] >= 'A' && name[0] <= 'Z' &&
		!slices.Contains([]string{"Map", "Object", "Array", "Hash", "Dict", "OrderedDict", "HashMap", "OpenStruct"}, name)
}

// named returns a status with Qencode's names for the members of a program's types:
// user_tag for UserTag.
func named(n *tree.Node) *tree.Node {
	made := *n
	made.Items = slices.Clone(n.Items)
	renamed := false
	for i, item := range n.Items {
		if isStruct(n) {
			made.Items[i].Name = snake(item.Name)
		}
		made.Items[i].Value = named(item.Value)
		renamed = renamed || made.Items[i].Name != item.Name || made.Items[i].Value != item.Value
	}
	if !renamed {
		return n
	}
	made.Start, made.End = 0, 0 // It is not what stands in the text.
	return &made
}

// gatewayEvent adds the body that was posted to a gateway, if an object is the
// gateway's event and has all of it, with its newlines, in base64.
func (r *recogniser) gatewayEvent(n *tree.Node, p *path) bool {
	var encoded bool
	var body *tree.Node
	for _, item := range n.Items {
		switch item.Name {
		case "isBase64Encoded":
			encoded = string(item.Value.Text) == "true"
		case "body":
			body = item.Value
		}
	}
	if !encoded || body == nil || body.Kind != tree.String {
		return false
	}
	plain, err := base64.StdEncoding.DecodeString(string(body.Text))
	if err != nil {
		return false
	}
	f, ok := bodyFind(plain)
	if !ok {
		return false
	}
	f.Place = (&path{p, "body", 0}).String() + ", base64"
	f.quality = complete // It is all that was posted.
	f.at, f.end, f.record, f.encoded, f.Request = body.Start, body.End, p.record(), true, r.request
	r.found = append(r.found, f)
	return true
}
