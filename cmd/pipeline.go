package cmd

import (
	"bufio"
	"bytes"
	"runtime"
	"slices"
	"strings"

	"qcb/decode"
	"qcb/decode/job"
)

// work is what a command does with the callbacks.
type work struct {
	// do is called for each callback that is selected: for several at a time, and
	// in any order. It prints on w, which keeps its error, and returns what is to
	// be done in the order of the callbacks, nil for nothing.
	do func(f *found, w *bufio.Writer) (then func())

	// meet is called in the same way for each callback that matches by itself, but not by
	// its job; it may be nil.
	meet func(f *found) (then func())

	head    string // printed before all that do prints
	between string // printed between what do prints for one callback and the next

	// asks gets the jobs of the callbacks, nil if the command does not ask what became of
	// them. In what do returns, found.added is what the callback is to its job.
	asks *outcomes
}

// pipeline takes the callbacks of all inputs through a command: feed finds their
// bodies, a worker for each core decodes them and does the work, a batch at a
// time, and collect prints in order what they made of it. Where all callbacks of a job
// tell what is selected, another pipeline reads the inputs before.
type pipeline struct {
	*app
	work
	selection *selection
	first     bool      // nothing is printed: the inputs will be read once more
	all       *job.Jobs // what a first pipeline made of all callbacks, or nil
	number    int       // of the callback that was found last
	seen      int
	passed    int
	doubts    doubts
	retries   map[string]bool // tokens of the tasks that were started in the place of selected ones
	waiting   []*found        // the last ones that were selected, for --last
	at        int             // in waiting, of the oldest one

	free    chan *batch // not in use
	todo    chan *batch // for the workers
	ordered chan *batch // for collect
	stop    chan struct{}
	filling *batch // what feed puts the next callback into
	printed int    // callbacks for which something was printed
}

// batch is callbacks in their order, and the ends of inputs between them.
type batch struct {
	found   []found
	bodies  []byte
	decoder decode.Decoder
	text    bytes.Buffer  // what was printed for them
	done    chan struct{} // receives when the worker is done; nil if none works on it
	home    chan *batch   // where collect puts it
}

// Bounds of a batch: with less a worker would wait more than it works, and with
// more a dozen of them would take too much memory.
const (
	batchBytes = 64 << 10
	batchLen   = 512
)

// each does the work for each callback in the named files that s selects; no
// name, and the name "-", is standard input. What cannot be read or is damaged
// is reported, and the rest is done all the same. The error is one of the output:
// it ends the run. printed is for how many callbacks something was printed.
func (a *app) each(files []string, s *selection, w work) (printed int, err error) {
	if len(files) == 0 {
		files = []string{"-"}
	}
	readings := 1
	if s.byJob() {
		readings = 2
	}
	a.progress = a.newProgress(files, readings)
	defer a.progress.end()
	inputs := make([]*input, len(files))
	for i, name := range files {
		inputs[i] = &input{name: name}
		defer inputs[i].kept.close()
	}
	p := &pipeline{app: a, work: w, selection: s, doubts: doubts{selected: s}}
	if s.byJob() {
		judged := newOutcomes()
		before := &pipeline{app: a, work: work{asks: judged}, selection: &selection{}, first: true}
		if err := before.run(inputs); err != nil {
			return 0, &outputError{err}
		}
		p.all = judged.jobs
		for range p.all.All() { // From now on the workers may ask all at once.
			break
		}
	}
	if err := p.run(inputs); err != nil {
		return p.printed, &outputError{err}
	}
	p.doubts.tell(a)
	if p.passed == 0 && p.seen > 0 {
		a.none(s, p.seen)
	}
	return p.printed, nil
}

// run reads the inputs. The error is one of the output.
func (p *pipeline) run(inputs []*input) error {
	batches := p.workers + 2 // one is filled, and one collected
	p.free, p.todo, p.ordered = make(chan *batch, batches), make(chan *batch, batches), make(chan *batch, batches+1)
	p.stop = make(chan struct{})
	defer close(p.stop)
	for range batches {
		p.free <- &batch{done: make(chan struct{}, 1), home: p.free}
	}
	go p.feed(inputs)
	for range p.workers {
		go p.decode()
	}
	return p.collect()
}

// feed finds the callbacks in the inputs.
func (p *pipeline) feed(inputs []*input) {
	defer close(p.ordered)
	defer close(p.todo)
	for _, in := range inputs {
		p.feedFrom(in)
	}
	p.send()
}

// add puts a callback, or the end of an input, into a batch. A body that would
// not fit is not copied: it is a batch alone, and collected before add
// returns.
func (p *pipeline) add(f found) {
	if f.end == nil {
		p.number++
		f.number = p.number
	}
	size := len(f.body.Bytes)
	if b := p.filling; b != nil && (len(b.bodies)+size > batchBytes || len(b.found) == batchLen) {
		p.send()
	}
	if size > batchBytes {
		b := &batch{found: []found{f}, home: make(chan *batch, 1)}
		p.ordered <- b
		p.receive(b.home)
		return
	}
	if p.filling == nil {
		p.filling = p.receive(p.free)
	}
	b := p.filling
	if b.bodies == nil {
		b.bodies = make([]byte, 0, batchBytes) // Pages of it that no body comes to are not touched.
	}
	b.bodies = append(b.bodies, f.body.Bytes...)
	f.body.Bytes = b.bodies[len(b.bodies)-size:]
	b.found = append(b.found, f)
}

// receive receives a batch. It ends feed where nobody collects any more.
func (p *pipeline) receive(from chan *batch) *batch {
	select {
	case b := <-from:
		return b
	case <-p.stop:
		runtime.Goexit()
		return nil
	}
}

// send hands over what was found so far. There is room for all batches in both
// channels.
func (p *pipeline) send() {
	if p.filling != nil {
		p.ordered <- p.filling
		p.todo <- p.filling
		p.filling = nil
	}
}

// decode is a worker.
func (p *pipeline) decode() {
	w := bufio.NewWriterSize(nil, 16<<10)
	for b := range p.todo {
		b.decoder.Reset()
		b.text.Reset()
		w.Reset(&b.text)
		for i := range b.found {
			f := &b.found[i]
			if f.end == nil {
				p.decodeOne(f, &b.decoder)
				switch {
				case p.do == nil, p.selection.last > 0:
				case f.chosen == taken:
					f.then = p.do(f, w)
				case f.chosen == met && p.meet != nil:
					f.then = p.meet(f)
				}
			}
			_ = w.Flush() // A buffer takes everything.
			f.printed = b.text.Len()
		}
		b.done <- struct{}{}
	}
}

// decodeOne decodes a callback, and tells whether it is selected.
func (p *pipeline) decodeOne(f *found, d *decode.Decoder) {
	f.Callback, _ = d.Decode(f.body.Bytes) // The capture has told that it is a callback.
	if p.asks != nil {
		f.delivery = p.asks.jobs.Delivery(f.Callback)
		f.delivery.Time, f.delivery.Zoned = f.body.Request.Time, f.body.Request.Zoned
		f.delivery.Source, f.delivery.Line = f.input, f.body.Line
	}
	f.chosen = p.admit(p.selection.match(f), f)
}

// admit returns whether a callback that matches by itself is selected by its job, too.
func (p *pipeline) admit(fits chosen, f *found) chosen {
	if fits >= untimed && p.all != nil && !p.selection.admits(p.all, f.TaskToken, f.number) {
		return met
	}
	return fits
}

// collect takes the batches in their order. Before it waits for one, it writes
// out what was printed: a callback that was piped in slowly is answered at once.
func (p *pipeline) collect() error {
	for {
		if len(p.ordered) == 0 {
			if err := p.out.Flush(); err != nil {
				return err
			}
		}
		b, ok := p.nextBatch()
		if !ok {
			break
		}
		if b.done != nil {
			<-b.done
		}
		from := 0
		for i := range b.found {
			f := &b.found[i]
			p.take(f, b.done == nil, b.text.Bytes()[from:f.printed])
			from = f.printed
			if p.enough() {
				return p.out.Flush()
			}
		}
		if _, err := p.out.Write(nil); err != nil {
			return err // It is that of an earlier write.
		}
		b.found, b.bodies = b.found[:0], b.bodies[:0]
		b.home <- b
		p.progress.draw(p.seen)
	}
	var d decode.Decoder
	for i := range p.waiting {
		f := p.waiting[(p.at+i)%len(p.waiting)]
		d.Reset()
		p.decodeOne(f, &d)
		p.doDirectly(f)
	}
	return p.out.Flush()
}

// enough reports whether what is still to come does not matter.
func (p *pipeline) enough() bool {
	return p.selection.first > 0 && p.passed >= int(p.selection.first) && p.asks == nil
}

// nextBatch waits for the next batch, and shows the progress while it waits: there
// may be none for long in an input of other text.
func (p *pipeline) nextBatch() (b *batch, ok bool) {
	for {
		select {
		case b, ok = <-p.ordered:
			return b, ok
		case <-p.progress.due():
			p.progress.draw(p.seen)
		}
	}
}

// take takes a callback, and what was printed for it, or the end of an input.
func (p *pipeline) take(f *found, large bool, text []byte) {
	if f.end != nil {
		if !p.first {
			f.end()
		}
		return
	}
	if large {
		p.decodeOne(f, new(decode.Decoder))
	}
	p.seen++
	if p.asks != nil {
		f.added = p.asks.jobs.Add(f.delivery)
	}
	if p.first {
		return
	}
	if p.follow(f) {
		large = true // Its work is not done yet.
	}
	p.doubts.count(f, f.chosen)
	switch s := p.selection; {
	case f.chosen == met && p.meet != nil:
		if large {
			f.then = p.meet(f)
		}
		if f.then != nil {
			f.then()
		}
	case f.chosen != taken, s.first > 0 && p.passed == int(s.first):
	case s.last > 0:
		p.passed++
		p.wait(f)
	default:
		p.passed++
		if large {
			p.doDirectly(f)
			break
		}
		p.ask(f)
		f.print = &separated{p: p}
		if len(text) > 0 {
			_, _ = f.print.Write(text) // The writer keeps its error.
		}
		if f.then != nil {
			f.then()
		}
	}
	if p.concerns(f) {
		p.damaged(f)
	}
}

// concerns reports whether a callback is of a task that was asked for, or may be: what is
// wrong with another one does not matter.
func (p *pipeline) concerns(f *found) bool {
	return p.selection.names(f.TaskToken) || p.retries[f.TaskToken] || f.TaskToken == "" ||
		slices.ContainsFunc(f.Damage, func(d decode.Damage) bool { return d.Field == "task_token" })
}

// follow selects the callbacks of a task that Qencode started in the place of a selected one:
// they are of the same job. It reports whether this is one of them. A retry's callbacks come
// after the one that names it.
func (p *pipeline) follow(f *found) bool {
	s := p.selection
	if len(s.tasks.values) == 0 || !p.retries[f.TaskToken] && !s.names(f.TaskToken) {
		return false
	}
	if token := f.RetriedAs(); token != "" {
		if p.retries == nil {
			p.retries = map[string]bool{}
		}
		p.retries[strings.Clone(token)] = true
	}
	if f.chosen != otherTask {
		return false
	}
	f.chosen = p.admit(taken, f)
	return true
}

// ask marks the job of a callback as one that is asked about.
func (p *pipeline) ask(f *found) {
	if p.asks != nil {
		p.asks.mark(f.added.Job, true)
	}
}

// wait keeps a callback until the end of all inputs, or until enough came after it.
func (p *pipeline) wait(f *found) {
	if len(p.waiting) < int(p.selection.last) {
		p.waiting = append(p.waiting, f.kept())
		return
	}
	p.waiting[p.at] = f.kept()
	p.at = (p.at + 1) % len(p.waiting)
}

// kept returns a callback that outlives its batch. It has to be decoded again: decoded
// values take many times the memory of the bytes.
func (f *found) kept() *found {
	kept := *f
	kept.body.Bytes, kept.Callback, kept.delivery = bytes.Clone(f.body.Bytes), nil, job.Delivery{}
	return &kept
}

// doDirectly does the work for a callback when its turn has come.
func (p *pipeline) doDirectly(f *found) {
	p.ask(f)
	f.print = &separated{p: p}
	w := bufio.NewWriterSize(f.print, 64<<10)
	then := p.do(f, w)
	_ = w.Flush() // The writer of the output keeps its error.
	if then != nil {
		then()
	}
}

// separated writes to the output what is printed for one callback, and what
// comes before it.
type separated struct {
	p     *pipeline
	begun bool
}

func (s *separated) Write(text []byte) (int, error) {
	if !s.begun {
		before := s.p.between
		if s.p.printed == 0 {
			before = s.p.head
		}
		_, _ = s.p.out.WriteString(before) // The writer keeps its error.
		s.begun = true
		s.p.printed++
	}
	return s.p.out.Write(text)
}
