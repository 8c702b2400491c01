package capture

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
	"qcb/decode/capture/input"
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

var masks = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\*\*\*|filtered|redacted|masked`) })

// isQencodeToken reports whether a text is a task token as Qencode makes them: 32
// hexadecimal digits.
func isQencodeToken(text []byte) bool {
	return len(text) == 32 && len(bytes.TrimLeft(text, "0123456789abcdef")) == 0
}

// isToken reports whether a text may be a task token that somebody made up for a test.
func isToken(text []byte) bool {
	return 0 < len(text) && len(text) <= 64 && text[0] != '_' && text[0] != '-' && onlyHas(text, "_-")
}

// isEvent reports whether a text may be the name of an event.
func isEvent(text []byte) bool {
	return 0 < len(text) && len(text) <= 32 && text[0] != '_' && len(bytes.TrimLeft(text, "abcdefghijklmnopqrstuvwxyz_")) == 0
}

// onlyHas reports whether a text has only letters and digits of ASCII, and these characters.
func onlyHas(text []byte, others string) bool {
	for _, c := range text {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

// isMasked reports whether a logger has put something else in the place of a value.
func isMasked(text []byte) bool {
	const longest = 64
	return len(text) <= longest && masks().Match(text)
}

// beginsStatus reports whether a text begins like the JSON of a status: its first
// member has a name that a status has, as far as the text goes.
func beginsStatus(text []byte) bool {
	name, ok := bytes.CutPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{"))
	name, _, ended := bytes.Cut(bytes.TrimPrefix(bytes.TrimLeft(name, " \t\r\n"), []byte(`"`)), []byte(`"`))
	for known := range statusMembers {
		if ok && (known == string(name) || !ended && strings.HasPrefix(known, string(name))) {
			return true
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
	if text := p.steps(); !strings.HasPrefix(text, "[") {
		return text
	}
	return "." + p.steps()
}

func (p *path) steps() string {
	const longest = 80
	switch {
	case p == nil:
		return ""
	case p.name == "":
		return p.up.steps() + "[" + strconv.Itoa(p.index) + "]"
	case len(p.name) > longest:
		return p.up.steps() + fmt.Sprintf("[%q]", strings.ToValidUTF8(p.name[:longest], "")+"…")
	case isToken([]byte(strings.TrimLeft(p.name, "_"))) && (p.name[0] < '0' || '9' < p.name[0]):
		return p.up.steps() + "." + p.name
	}
	return p.up.steps() + fmt.Sprintf("[%q]", p.name)
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
	bytesOnly := len(r.found)+len(r.inside) > 0 && root.Start > 0 && !isJSON(text[root.Start:root.End])
	for i := range r.found {
		if f := &r.found[i]; f.Place == "" || bytesOnly && f.Rebuilt {
			f.Place = byteAt(f.at)
		}
	}
	for i := range r.inside {
		if t := &r.inside[i]; bytesOnly && strings.Trim(t.place, ".[]0123456789") == "" {
			t.place = byteAt(t.at) // Brackets in a text are no list.
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
		if input.Signal(n.Text) {
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

// object searches an object. It is a callback if it has the fields of one, or a
// status; else its members are searched. An answer of /v1/status has task tokens for
// names.
func (r *recogniser) object(n *tree.Node, p *path) {
	texts := len(r.inside)
	form := r.formOf(n.Items)
	if form.isPosted() {
		return // It is a body as it was posted, and was taken apart.
	}
	isCallback := r.callback(form, n, p)
	if like := statusOf(n); !isCallback && (like == completeStatus || like == flaggedStatus && r.answers(n)) {
		r.add(fields{{"status", n}}, n, p, "")
		return
	}
	if others := leftOut(n, r.text); isCallback && others != "" {
		f := &r.found[len(r.found)-1]
		f.Remark = strings.TrimPrefix(f.Remark+"; it "+others, "; it ")
	}
	end := n.Start // of the member before
	for _, item := range n.Items {
		if strings.Contains(item.Name, `" = "`) && input.Signal([]byte(item.Name)) { // Some print a field as the name of a member.
			r.inside = append(r.inside, inside{text: []byte(item.Name), place: p.String(), record: p.record(), request: r.request, at: end, end: item.Value.Start})
		}
		end = max(end, item.Value.End)
		if name, _ := pair(item.Value); isCallback && (fieldOf(item.Name) != "" || fieldOf(name) != "") {
			continue
		}
		status := item.Value
		if isQencodeToken([]byte(item.Name)) && slices.Contains([]int{completeStatus, flaggedStatus}, statusOf(status)) {
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
	if len(r.inside) > texts {
		r.claimLength(n, r.inside[texts:])
	}
}

// claimLength gives the Content-Length of a request to the texts in it that may be its body.
func (r *recogniser) claimLength(request *tree.Node, texts []inside) {
	length := headerLength(request)
	for _, item := range request.Items {
		if strings.Contains(strings.ToLower(item.Name), "header") {
			length = max(length, headerLength(item.Value))
		}
	}
	for i := range texts {
		if texts[i].length == 0 {
			texts[i].length = length
		}
	}
}

// headerLength returns the Content-Length in an object or a list of headers, 0 if there is none.
func headerLength(headers *tree.Node) int {
	for _, item := range headers.Items {
		name, value := item.Name, item.Value
		if inner, innerValue := pair(value); inner != "" {
			name, value = inner, innerValue
		}
		if strings.EqualFold(name, "content-length") {
			n, _ := strconv.Atoi(string(scalar(only(value)))) // What is not a number counts as nothing.
			return max(n, 0)
		}
	}
	return 0
}

// list searches a list. Pairs of names and values are a form, as HAR and Python's
// parse_qsl have it, and so are names and values in turn.
func (r *recogniser) list(n *tree.Node, p *path) {
	for _, items := range [][]tree.Item{n.Items, inTurn(n.Items), inTurn(n.Items[min(1, len(n.Items)):])} {
		if r.callback(r.formOf(items), n, p) {
			return
		}
	}
	unnamed := slices.ContainsFunc(n.Items, func(item tree.Item) bool { return isQencodeToken(scalar(item.Value)) })
	for i, item := range n.Items {
		r.walk(item.Value, &path{p, "", i})
		if unnamed && statusOf(item.Value) == completeStatus { // The values of a program's type stand alone: {{…} task 5f0c… saved}
			f := &r.found[len(r.found)-1]
			f.Lost, f.quality = "the names of its fields", fragment
		}
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

// isKnownEvent reports whether a value is the name of an event that is known.
func isKnownEvent(n *tree.Node) bool { return slices.Contains(events, string(scalar(n))) }

// formOf returns the fields of a form that are in an object or a list: members of their names, or
// pairs of a name and a value.
func (r *recogniser) formOf(items []tree.Item) (form fields) {
	wrapped, bare := false, false // The values are in lists of one, as Go and Python's parse_qs have them; Go without quotes.
	for _, item := range items {
		known, value := fieldOf(item.Name), item.Value
		switch {
		case item.Name == "evt" && isKnownEvent(value):
			known = "event"
		case item.Name == "token" && isQencodeToken(scalar(value)):
			known = "task_token"
		}
		if known == "" {
			var name string
			name, value = pair(item.Value)
			known = fieldOf(name)
		}
		if known != "" && value.Kind != tree.Null && len(form) < decode.MaxFields {
			wrapped = wrapped || known != "payload" && only(value) != value
			bare = bare || known == "task_token" && only(value) != value && only(value).Kind == tree.Word
			form = append(form, field{known, value})
		}
	}
	if e := form.get("event"); e != nil && !isKnownEvent(e) { // Some loggers have their message there, and the event in cb_event.
		var others []*tree.Node
		for _, item := range items {
			if strings.Contains(strings.ToLower(item.Name), "event") && isKnownEvent(item.Value) {
				others = append(others, item.Value)
			}
		}
		if len(others) == 1 {
			form[slices.IndexFunc(form, func(f field) bool { return f.name == "event" })].value = others[0]
		}
	}
	for i := range form {
		n := form[i].value
		if wrapped {
			form[i].value = only(n)
		}
		if bare && form[i].value == n && n.End-n.Start > 1 && r.text[n.Start] == '[' && r.text[n.End-1] == ']' { // It has a comma, or another bracket.
			form[i].value = &tree.Node{Kind: tree.Word, Text: r.text[n.Start+1 : n.End-1], Start: n.Start, End: n.End}
		}
	}
	return form
}

// only returns the element of a list of one, and the value in an object that says more of it:
// {"matcher": "exact", "value": …}; other nodes as they are.
func only(n *tree.Node) *tree.Node {
	const most = 3
	if n.Kind == tree.List && len(n.Items) == 1 {
		n = n.Items[0].Value
	}
	if n.Kind == tree.Object && len(n.Items) <= most {
		for _, item := range n.Items {
			if item.Name == "value" {
				return item.Value
			}
		}
	}
	return n
}

// pair returns the name and the value in a pair, "" if it is not one: ["event", "saved"],
// {"name": "event", "value": "saved"}, {"Key": "event", "Value": ["saved"]}, (event("saved")).
func pair(n *tree.Node) (name string, value *tree.Node) {
	const most = 10
	var key *tree.Node
	if n.Kind == tree.List && len(n.Items) == 1 && n.Type == "" {
		n = n.Items[0].Value
	}
	switch {
	case n.Kind == tree.List && len(n.Items) == 1:
		return n.Type, n.Items[0].Value
	case n.Kind == tree.List && len(n.Items) == 2:
		key, value = n.Items[0].Value, n.Items[1].Value
	case n.Kind == tree.Object && len(n.Items) <= most:
		for _, member := range n.Items {
			switch strings.ToLower(member.Name[strings.LastIndexAny(member.Name, "._")+1:]) {
			case "name", "key":
				key = member.Value
			case "value":
				value = member.Value
			}
		}
	}
	if key == nil || value == nil {
		return "", nil
	}
	return string(key.Text), value
}

// inTurn returns the members that names and values in turn are.
func inTurn(items []tree.Item) (members []tree.Item) {
	for i := 0; i+1 < len(items); i += 2 {
		if name := items[i].Value.Text; tree.FieldName(name) != "" {
			members = append(members, tree.Item{Name: string(name), Value: items[i+1].Value})
		}
	}
	return members
}

// isPosted reports whether the words after a name continue with more fields of a form.
func (f fields) isPosted() bool {
	return slices.ContainsFunc(f, func(one field) bool {
		if one.value.Kind != tree.Word || bytes.HasPrefix(one.value.Text, []byte("{")) {
			return false
		}
		for part := range bytes.SplitSeq(one.value.Text, []byte("&")) {
			if beginsField(part) {
				return true
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
	for i, one := range f {
		if text, err := url.QueryUnescape(string(one.value.Text)); err == nil && (one.value.Kind == tree.Word || one.value.Kind == tree.String) {
			value := *one.value
			value.Text = []byte(text)
			f[i].value = &value
		}
	}
	return f
}

// unquoted takes the quotes off the values of fields whose texts have them, as tables of Node and the
// variables of error trackers do, and off a text between those of others that has such quotes in it.
func (f fields) unquoted() fields {
	first := cmp.Or(f.get("task_token"), f.get("event"))
	name := scalar(first)
	isQuoted := func(text []byte) bool {
		return len(text) > 1 && bytes.IndexByte([]byte(`'"`), text[0]) >= 0 && text[len(text)-1] == text[0]
	}
	for i, one := range f {
		value := *one.value
		switch {
		case isQuoted(name):
			n := tree.Value(value.Text, 0)
			if n == nil || n.Kind != tree.String || n.End < len(value.Text) {
				continue
			}
			value.Kind, value.Text, value.Lost = tree.String, n.Text, cmp.Or(value.Lost, n.Lost)
		case first != nil && first.Kind == tree.String && value.Kind == tree.Word && isQuoted(value.Text):
			value.Kind, value.Text = tree.String, bytes.ReplaceAll(value.Text[1:len(value.Text)-1], []byte(`'\''`), []byte("'")) // as a shell has it
		default:
			continue
		}
		f[i].value = &value
	}
	return f
}

// callback adds the callback that some fields are, if they are one. The node n is
// what they are in.
func (r *recogniser) callback(form fields, n *tree.Node, p *path) bool {
	form = form.unescaped().unquoted()
	marks, sure := 0, false
	token, remark := form.get("task_token"), ""
	switch text := scalar(token); {
	case isMasked(text):
		marks, sure = marks+1, true
		form = slices.DeleteFunc(slices.Clone(form), func(one field) bool { return one.name == "task_token" })
		remark = "has its task token masked in the capture"
	case isQencodeToken(text), isToken(text) && token.Kind == tree.String && r.text[token.Start] == '"':
		marks, sure = marks+1, true // What people make up for a test is told from a word of a program by its quotes.
	case token != nil && len(text) > 0 && !isToken(text):
		return false // Prose, or the type of a field.
	}
	if slices.Contains(events, string(scalar(form.get("event")))) {
		marks++
	}
	if slices.Contains(types, string(scalar(form.get("callback_type")))) {
		marks++
	}
	if status := form.get("status"); status != nil {
		like := statusOf(status)
		if _, _, ok := statusText(status.Text); ok && like == notStatus {
			like = namedStatus
			text, _, _ := statusText(status.Text)
			if inner := tree.Value(text, 0); inner != nil {
				like = max(like, statusOf(inner))
			}
		}
		if like > notStatus {
			marks, sure = marks+1, true
		}
		if like >= ownStatus || like == flaggedStatus && r.answers(n) {
			marks++ // That is mark enough where the capture is cut off before the other fields.
		}
	}
	if marks < 2 || !sure {
		return false
	}
	r.add(form, n, p, remark)
	return true
}

// scalar returns the text of a scalar, nil of other nodes, which have none.
func scalar(n *tree.Node) []byte {
	if n == nil {
		return nil
	}
	return n.Text
}

// How much an object is like a status, from the least to the most.
const (
	notStatus      = iota
	namedStatus    // if its name says so: it has a member of a status
	flaggedStatus  // if its job is named: it has a state of Qencode's and a flag for an error, and few other members
	ownStatus      // it has a state of Qencode's, and a list of outputs
	completeStatus // and a flag for an error, and at most half as many members of other names, which may be new ones
)

// statusOf tells how much an object is like a status.
func statusOf(n *tree.Node) int {
	known, other := 0, 0
	var state, flag, outputs bool
	for _, item := range n.Items {
		want, isKnown := statusMembers[snake(item.Name)]
		v := item.Value
		switch name := snake(item.Name); {
		case !isKnown:
			other++
			continue
		case want == '[' && v.Kind != tree.List && v.Kind != tree.Null:
			other += len(n.Items)
		case want == '[':
			outputs = true
		case name == "status":
			state = slices.Contains(states, string(scalar(v)))
		case name == "error":
			flag = v.Kind == tree.Word || v.Kind == tree.String && len(v.Text) == 1
		}
		known++
	}
	switch {
	case known == 0 || n.Kind != tree.Object:
		return notStatus
	case state && flag && !outputs && other <= known/2:
		return flaggedStatus
	case !state || !outputs:
		return namedStatus
	case !flag || other > known/2:
		return ownStatus
	}
	return completeStatus
}

// answers reports whether an object is a reply to a request for the status of a job: its
// status_url is Qencode's, or the text before it on its line, or else on the line above, names
// the job.
func (r *recogniser) answers(n *tree.Node) bool {
	for _, item := range n.Items {
		if item.Name == "status_url" && bytes.Contains(scalar(item.Value), []byte(".qencode.com/")) {
			return true
		}
	}
	before := bytes.TrimRight(r.text[max(0, n.Start-longestLead):n.Start], " \t\r\n")
	return len(jobsIn(before[bytes.LastIndexByte(before, '\n')+1:])) > 0
}

// longestLead is how much of the text before a status is looked at, in bytes.
const longestLead = 512

// statusText returns the JSON of a status in a text, if it is one: JSON, the literal of
// a language, or the beginning of one of them. lost says what is missing.
func statusText(text []byte) (status []byte, lost string, ok bool) {
	if beginsStatus(text) {
		return text, "", true // Damage to it is told by who decodes it.
	}
	n := tree.Value(text, 0)
	if n == nil || statusOf(n) == notStatus {
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

// add adds a callback with these fields, which are in the node n.
func (r *recogniser) add(form fields, n *tree.Node, p *path, remark string) {
	f := find{at: n.Start, end: n.End, quality: complete, record: p.record()}
	f.Rebuilt, f.Place, f.Remark, f.Lost, f.Request = true, p.String(), remark, n.Lost, r.request
	if slices.ContainsFunc(n.Items, func(item tree.Item) bool { return item.Value.Lost != "" }) {
		f.Lost = "" // It is told below, if it is the value of a field.
	}
	var body, cut []string
	for _, one := range form {
		value, lost := r.value(one)
		part := url.QueryEscape(one.name) + "=" + url.QueryEscape(string(value))
		if one.name == "status" && len(value) > 0 {
			f.status = true
			if !isJSON(value) {
				cut = append(cut, part) // It comes last, as in a body that is cut off. Its damage is told by who decodes it.
				continue
			}
		}
		if lost != "" {
			f.Lost = one.name + ": " + lost
		}
		if one.name == "event" || one.name == "callback_type" {
			f.doubt(value)
		}
		body = append(body, part)
	}
	f.Bytes = []byte(strings.Join(append(body, cut...), "&"))
	if status := form.get("status"); status != nil && f.Remark == "" && f.Lost == "" {
		f.Remark = r.ambiguity(status)
	}
	var missing []string
	for _, name := range []string{"task_token", "event"} {
		if form.get(name) == nil && remark == "" {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) == 2 || f.Lost != "":
		f.quality = fragment
	case len(missing) == 1 || cut != nil:
		f.quality = partial
	}
	if string(scalar(form.get("event"))) == "error" && form.get("error_code") == nil && form.get("error_message") == nil {
		missing = append(missing, "error_code", "error_message") // Each error callback has them.
	}
	if len(missing) > 0 && cut == nil {
		f.Remark = without(missing)
	}
	r.found = append(r.found, f)
}

// value returns the text of a field as it was posted.
func (r *recogniser) value(one field) (text []byte, lost string) {
	n := one.value
	switch {
	case n.Kind < tree.Object && one.name == "status":
		if status, lost, ok := statusText(n.Text); ok {
			return status, cmp.Or(n.Lost, lost)
		}
	case n.Kind >= tree.Object && one.name == "status":
		return named(n).AppendJSON(nil, r.text), n.Lost
	case n.Kind >= tree.Object:
		return n.AppendJSON(nil, r.text), n.Lost
	}
	return n.Text, n.Lost
}

// ambiguity says what cannot be known of a status that a program has printed in its own way,
// "" if nothing.
func (r *recogniser) ambiguity(n *tree.Node) string {
	raw := r.text[n.Start:n.End]
	switch {
	case n.Kind < tree.Object:
		return ""
	case bytes.Contains(raw, []byte("undef")) || bytes.Contains(raw, []byte("<userdata")):
		return "was printed without types, which tell numbers from texts, and lists from objects"
	case isStruct(n):
		return "was printed from a program's types: members that they lack are missing"
	}
	if hasBareText(n) {
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
