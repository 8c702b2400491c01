package cmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"qcb/cmd/errno"
	"qcb/decode"
	"qcb/decode/capture"
	"qcb/decode/capture/open"
	"qcb/decode/job"
	"qcb/render"
)

// found is a callback and where it was found, or the end of an input.
type found struct {
	*decode.Callback
	body   capture.Body
	input  string // the name of the input, with that of the file in an archive
	number int    // in the order of all callbacks, from 1

	chosen   chosen       // whether it is selected
	delivery job.Delivery // what it tells of its job, if the command asks
	added    job.Added    // what it is to its job, in its turn

	print   io.Writer // for what prints in its turn
	printed int       // the length of what was printed for its batch so far
	then    func()    // what is to be done in its turn, or nil
	end     func()    // reports how the input ended; nil for a callback
}

// at returns where the callback was found.
func (f *found) at() render.Place { return placeOf(f.input, f.body) }

// place says where the callback was found, as messages about it begin.
func (f *found) place() string { return f.at().String() }

func placeOf(file string, b capture.Body) render.Place {
	return render.Place{File: file, Line: b.Line, Where: b.Place}
}

// source is a text that callbacks are searched in: an input, or a file or a request in one.
type source struct {
	file   string // the name of the input, with that of the file in an archive
	packet int    // the packet that a request begins in; 0 for another text
}

// at returns the place of what is on a line, and where inside of it. A packet capture has
// packets instead of lines.
func (s source) at(line int, where string) render.Place {
	if s.packet == 0 {
		return render.Place{File: s.file, Line: line, Where: where}
	}
	packet := fmt.Sprintf("packet %d", s.packet)
	if where != "" {
		packet += ", " + where
	}
	return render.Place{File: s.file, Where: packet}
}

// String names the whole text, as messages about it begin.
func (s source) String() string { return s.at(0, "").String() }

// feedFrom finds the callbacks in one input, and in all that is packed in it.
func (p *pipeline) feedFrom(from *input) {
	name := from.name
	in, title, size, err := from.open(p.app, p.first)
	if err != nil {
		p.add(found{end: func() {
			if file := fileAbove(name); file != "" {
				p.fail(exitInput, title+": no such file")
				p.hint("name the file itself: " + shellWord(file))
				return
			}
			p.fail(exitInput, title+": "+reasonOf(err))
			if errors.Is(err, syscall.EISDIR) {
				p.hint("name the files in it: " + shellWord(strings.TrimRight(name, "/")) + "/*")
			}
		}})
		return
	}
	defer in.Close()

	p.send() // The input may be slow.
	if name == "-" && p.InTerminal {
		lines := &typedLines{in: in}
		defer func() {
			if lines.full > 0 {
				p.add(found{end: func() { p.tellTyped(title, lines.full) }})
			}
		}()
		in = io.NopCloser(lines)
	}
	var sum partCounts
	for part, err := range open.Parts(counted{in: in, progress: p.progress}, size, int64(p.mostUnpacked)) {
		s := source{title + part.Place, part.Packet}
		if err != nil {
			sum.refuse(p, s, part.Of, name, err)
			continue
		}
		p.feedPart(part, s, &sum)
	}
	sum.end(p, title)
}

// feedPart finds the callbacks in one text of an input.
func (p *pipeline) feedPart(part open.Part, s source, sum *partCounts) {
	request := part.Of == "request"
	r := capture.NewReader(sendBefore{in: part.Text, p: p}, part.Size)
	r.Clock = p.Now
	var hidden hiddenCounts
	var remarks remarkCounts
	for {
		body, err := r.Next()
		if err != nil {
			without := sum.add(part, s, err)
			if without {
				err = io.EOF // The archive may have others.
			}
			p.add(found{end: func() {
				hidden.tell(p.app, s.file)
				remarks.tell(p.app, s.file)
				p.endOf(s, r, hidden.callbacks > 0 || request || without, err)
			}})
			return
		}
		if !request {
			hidden.add(body)
		}
		place := s.at(body.Line, body.Place)
		body.Line, body.Place = place.Line, place.Where
		remarks.add(body)
		p.add(found{body: body, input: s.file})
	}
}

// partCounts counts what an archive or a packet capture holds.
type partCounts struct {
	number  int // of all of them
	without int // of those without a callback
	of      string
	first   string // the first one without, and what it is
	failed  bool   // whether something was said of one
}

// add counts a part that was searched. It reports whether it is one of several, and has no
// callback.
func (s *partCounts) add(part open.Part, from source, err error) bool {
	s.number++
	var none *capture.NoCallbackError
	if part.Of == "" || !errors.As(err, &none) {
		s.failed = s.failed || err != io.EOF
		return false
	}
	s.skip(part.Of, from.String()+": "+none.Saw)
	return true
}

// skip counts a part that has nothing of a callback.
func (s *partCounts) skip(of, what string) {
	if s.without == 0 {
		s.of, s.first = of, what
	}
	s.without++
}

// refuse takes the error of a part that was not searched. name is what the input is called
// in a command.
func (s *partCounts) refuse(p *pipeline, from source, of, name string, err error) {
	var refusal *open.Refusal
	if errors.As(err, &refusal) && refusal.Instead == "" && of != "" {
		s.number++
		s.skip(of, from.String()+": "+err.Error())
		return
	}
	s.failed = true
	p.add(found{end: func() {
		p.fail(exitInput, from.String()+": "+reasonOf(err))
		p.hintUnpacked(err)
		if refusal != nil && refusal.Instead != "" {
			try := "try: "
			if refusal.Packed {
				try = "unpack it first, and then try: "
			}
			if name == "-" || refusal.Packed {
				name = "FILE"
			}
			p.hint(try + strings.Replace(refusal.Instead, "FILE", shellWord(name), 1) + " | qcb show")
		}
	}})
}

// end says which parts hold nothing.
func (s *partCounts) end(p *pipeline, title string) {
	switch {
	case s.number == 0 && !s.failed:
		p.add(found{end: func() { p.fail(exitInput, title+": no Qencode callback: nothing in it can be searched") }})
	case s.without > 0 && s.without == s.number && !s.failed:
		p.add(found{end: func() {
			p.fail(exitInput, fmt.Sprintf("%s: no Qencode callback in %s, the first %s", title, render.Count(s.number, s.of), s.first))
		}})
	case s.without > 0:
		p.add(found{end: func() {
			p.note(fmt.Sprintf("%s: %d of %s without a callback, the first %s", title, s.without, render.Count(s.number, s.of), s.first))
		}})
	}
}

// hiddenCounts counts the callbacks of an input that were not plain lines of it.
type hiddenCounts struct {
	callbacks int
	behind    int // those of them that only have a prefix before them on their line, as logs have it
	first     capture.Body
	// untyped counts those that were decoded and have an event, but no callback_type, which
	// has come with every callback since 2020: other fields may not have been logged either.
	untyped int
}

func (h *hiddenCounts) add(b capture.Body) {
	if b.Place == "" && b.Length == 0 && !b.Rebuilt {
		return
	}
	if h.callbacks == 0 {
		h.first = b
	}
	h.callbacks++
	if !b.Rebuilt {
		if at, ok := strings.CutPrefix(b.Place, "byte "); ok && strings.Trim(at, "0123456789") == "" {
			h.behind++
		}
		return
	}
	if form := decode.ParseForm(b.Bytes); form.Last("event") != nil && form.Last("callback_type") == nil {
		h.untyped++
	}
}

// tell notes where they were found, if that is anywhere else than behind the prefixes of a log.
func (h *hiddenCounts) tell(a *app, file string) {
	if h.callbacks == h.behind {
		return
	}
	how := "found the callback inside other text"
	if h.callbacks > 1 {
		how = fmt.Sprintf("found %d callbacks inside other text, the first here", h.callbacks)
	}
	if h.first.Rebuilt {
		how += ", already decoded"
	}
	switch {
	case h.untyped == 0:
	case h.callbacks == 1:
		how += ", without callback_type"
	default:
		how += fmt.Sprintf(", %d of them without callback_type", h.untyped)
	}
	a.note(placeOf(file, h.first).String() + ": " + how)
}

// remarkCounts counts what there is to say of the callbacks of an input, each kind once.
type remarkCounts []remark

type remark struct {
	text      string
	callbacks int
	first     capture.Body
}

func (r *remarkCounts) add(b capture.Body) {
	const most = 10 // kinds
	if b.Remark == "" {
		return
	}
	i := slices.IndexFunc(*r, func(one remark) bool { return one.text == b.Remark })
	if i < 0 {
		if len(*r) == most {
			return
		}
		i = len(*r)
		b.Bytes = nil // They are not kept.
		*r = append(*r, remark{text: b.Remark, first: b})
	}
	(*r)[i].callbacks++
}

// tell notes each kind with its first place.
func (r *remarkCounts) tell(a *app, file string) {
	for _, one := range *r {
		text := placeOf(file, one.first).String() + ": the callback " + one.text
		if one.callbacks > 1 {
			text += fmt.Sprintf(" (and %s more)", render.Count(one.callbacks-1, "callback"))
		}
		a.note(text)
	}
}

// open opens an input. title is its name in messages, and size its length in
// bytes where it has one.
func (a *app) open(name string) (in io.ReadCloser, title string, size int64, err error) {
	if name == "-" {
		if f, ok := a.In.(*os.File); ok {
			size, _ = sizeOf(f) // What is wrong with it will be told when it is read.
		}
		return io.NopCloser(a.In), "stdin", size, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, name, 0, err
	}
	if size, err = sizeOf(f); err != nil {
		f.Close()
	}
	return f, name, size, err
}

// fileAbove returns the file that a path goes through as if it were a folder, or "": places in
// an archive look like this.
func fileAbove(name string) string {
	for dir := filepath.Dir(name); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.Mode().IsRegular() {
			return dir
		}
	}
	return ""
}

// sizeOf returns the length of a file in bytes, or 0 if it has none, as a pipe or a device.
func sizeOf(f *os.File) (int64, error) {
	info, err := f.Stat()
	switch {
	case err == nil && info.IsDir():
		return 0, syscall.EISDIR
	case err == nil && info.Mode().IsRegular():
		return info.Size(), nil
	}
	return 0, nil
}

// sendBefore hands over what was found in the input so far before it waits for
// more.
type sendBefore struct {
	in io.Reader
	p  *pipeline
}

func (s sendBefore) Read(b []byte) (int, error) {
	s.p.send()
	return s.in.Read(b)
}

// typedLines reads what is typed or pasted in a terminal. A terminal on Linux passes on at most
// mostTyped bytes of a line.
type typedLines struct {
	in     io.Reader
	lines  int // that have ended
	length int // of the line after those, so far
	full   int // the first line that has mostTyped bytes, 0 without one
}

// mostTyped is the limit of Linux, in bytes.
const mostTyped = 4095

func (t *typedLines) Read(b []byte) (int, error) {
	n, err := t.in.Read(b)
	for _, c := range b[:n] {
		if c == '\n' {
			t.lines, t.length = t.lines+1, 0
			continue
		}
		if t.length++; t.length == mostTyped && t.full == 0 {
			t.full = t.lines + 1
		}
	}
	return n, err
}

// tellTyped reports a line of a terminal that may have been longer.
func (a *app) tellTyped(title string, line int) {
	a.fail(exitInput, fmt.Sprintf("%s: the line may be truncated: a terminal passes on at most %d bytes of a line", source{file: title}.at(line, ""), mostTyped))
	a.hint("save it to a file, or pipe it in: pbpaste | qcb show, xclip -o | qcb show")
}

// counted counts the bytes that are read from an input.
type counted struct {
	in       io.Reader
	progress *progress
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	c.progress.add(n)
	return n, err
}

// damaged reports each damage of a callback.
func (a *app) damaged(f *found) {
	for _, damage := range f.Damage {
		a.fail(exitInput, f.place()+": "+damage.String())
		if damage.Kind == decode.Truncated {
			a.hint(f.cutter())
		}
		a.hint(remedy(damage.Kind, f.body.Rebuilt))
		if f.body.Rebuilt {
			a.hint("the capture holds decoded fields: bytes are counted in the body that qcb raw prints")
		}
	}
	if lost := f.body.Lost; lost != "" {
		a.fail(exitInput, f.place()+": a part of the callback is missing from the capture: "+lost)
		a.hint(losses(lost))
	}
	if got, sent := len(f.body.Bytes), f.body.Length; got < sent {
		a.fail(exitInput, fmt.Sprintf("%s: the body is truncated: %d of the %d bytes of its Content-Length were captured", f.place(), got, sent))
		a.hint(f.cutter())
	}
}

// losses says what prints something else in the place of a value, and what to log instead.
func losses(lost string) string {
	for _, loss := range []struct{ sign, hint string }{
		{"[Object", "Node.js shortens deeply nested values: log JSON.stringify(body) instead"},
		{"[Array", "Node.js shortens deeply nested values: log JSON.stringify(body) instead"},
		{"[object Object]", "JavaScript turned an object into text, without its members: log JSON.stringify(body) instead"},
		{"[Ljava.lang.String;@", "Java prints an array without its elements: log the body as it was posted instead"},
		{" more", "the program shortened what it printed: log the body as it was posted instead"},
		{`..."`, "the program shortened what it printed: log the body as it was posted instead"},
		{`"...`, "the program shortened what it printed: log the body as it was posted instead"},
	} {
		if strings.Contains(lost, loss.sign) {
			return loss.hint
		}
	}
	return ""
}

// cutter names the program that truncates bodies at the length of this one, or returns "" if
// none is known to.
func (f *found) cutter() string {
	for length, program := range map[int]string{8 << 10: "nginx", 10 << 10: "ngrok", 16 << 10: "docker"} {
		if len(f.body.Bytes) == length || f.body.Held == length {
			return fmt.Sprintf("it ends after %d KiB, which is as much as %s keeps of a long body", length>>10, program)
		}
	}
	return ""
}

// remedy says what can be done about damage. A body that was rebuilt from what a program printed
// was not truncated by what captures bodies.
func remedy(kind decode.DamageKind, rebuilt bool) string {
	if rebuilt && (kind == decode.Truncated || kind == decode.BadJSON) {
		return "only what came before is used; some programs shorten long values: log the body as it was posted instead"
	}
	return remedies[kind]
}

// remedies says what can be done about damage.
var remedies = map[decode.DamageKind]string{
	decode.Truncated: "only what was complete is used; check for a length limit where the body was captured",
	decode.BadEscape: `it is kept as it is; a literal "%" is sent as %25`,
	decode.BadJSON:   "only what came before is used; was the body decoded or edited after it was captured?",
	decode.TooDeep:   "only what came before is used",
}

// hintUnpacked says what to do if an error is that of a compressed file that is too long.
func (a *app) hintUnpacked(err error) {
	var large *open.TooLargeError
	if errors.As(err, &large) {
		a.hint("--max-unpacked allows more, if you trust the file")
	}
}

// endOf reports how an input ended. hidden says that callbacks were found in
// other text: there are lines without one, then.
func (a *app) endOf(s source, r *capture.Reader, hidden bool, err error) {
	var (
		none *capture.NoCallbackError
		long *capture.LongLineError
	)
	switch {
	case errors.As(err, &none) && isAnswer(r.Answer):
		a.refuseAnswer(s, r.Answer)
	case errors.As(err, &none):
		a.fail(exitInput, s.String()+": "+none.Error())
		if r.Skipped.Spilled == 0 {
			a.hint("a callback is a form body with the fields task_token and status, as Qencode posts it")
		}
	case errors.As(err, &long):
		a.fail(exitInput, fmt.Sprintf("%s: the line is longer than %d MiB", s.at(long.Line, ""), long.Most>>20))
	case err != io.EOF:
		a.fail(exitInput, s.String()+": "+reasonOf(err))
		a.hintUnpacked(err)
	case r.Skipped.Lines > 0 && !hidden:
		skipped := render.Count(r.Skipped.Lines, "line") + " without a callback"
		if r.Skipped.Lines > 1 {
			skipped += ", the first here"
		}
		a.note(fmt.Sprintf("%s: %s: %s", s.at(r.Skipped.First, ""), skipped, r.Skipped.Saw))
	}
	if none == nil && len(r.Answer.Unknown) > 0 {
		a.note(fmt.Sprintf("%s: %s", s.at(r.Answer.Line, ""), unknownTasks(r.Answer.Unknown)))
	}
	if u := r.Unread; u.Fields > 0 {
		field := "a field of a callback"
		if u.Token != "" {
			field = "the task token " + u.Token
		}
		message := fmt.Sprintf("%s: skipped %s: no callback could be read here", s.at(u.First, ""), field)
		if u.Fields > 1 {
			message += fmt.Sprintf(" (and at %s more)", render.Count(u.Fields-1, "place"))
		}
		if u.Lost {
			a.fail(exitInput, message)
		} else {
			a.note(message)
		}
	}
	if line := r.Unread.Tangled; line > 0 {
		a.fail(exitInput, s.at(line, "").String()+": the text is encoded in too many ways to be searched in all of them: callbacks in it may be missing")
	}
	if stub := r.Skipped.Stub; stub != "" && errors.As(err, &none) {
		a.hint(losses(stub))
	}
	if line := r.Skipped.Spilled; line > 0 {
		a.hint(s.at(line, "").String() + ` has no body: nginx writes "-" where it put the body into a file; raise its client_body_buffer_size`)
	}
}

// reasonOf says in a few words why a file could not be used.
func reasonOf(err error) string {
	var path *fs.PathError
	code := errno.Of(err)
	switch {
	case errors.Is(err, fs.ErrNotExist), code == syscall.ENOENT:
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, syscall.EISDIR):
		return "is a directory"
	case code != 0:
		return code.Error()
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return err.Error()
}
