package cmd

import (
	"bufio"
	"bytes"
	"fmt"
	"runtime"
	"slices"

	"qcb/decode"
)

// work is what a command does with the callbacks.
type work struct {
	// do is called for each callback that is selected: for several at a time, and
	// in any order. It prints on w, which keeps its error, and returns what is to
	// be done in the order of the callbacks, nil for nothing.
	do func(f *found, w *bufio.Writer) (then func())

	// meet is called in the same way for each callback that --latest may leave out, before
	// it is known which ones it does; it may be nil.
	meet func(f *found) (then func())

	head    string // printed before all that do prints
	between string // printed between what do prints for one callback and the next
}

// pipeline takes the callbacks of all inputs through a command: feed finds their
// bodies, a worker for each core decodes them and does the work, a batch at a
// time, and collect prints in order what they made of it.
type pipeline struct {
	*app
	work
	sieve   sieve
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
	done    chan struct{} // receives when the worker is done; nil where there is none
	home    chan *batch   // where collect puts it
}

// Bounds of a batch: with less a worker would wait more than it works, and with
// more a dozen of them would take too much memory.
const (
	batchBytes = 128 << 10
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
	a.progress = a.newProgress(files)
	defer a.progress.end()
	batches := a.workers + 2 // one is filled, and one collected
	p := &pipeline{
		app: a, work: w, sieve: sieve{selection: s},
		free: make(chan *batch, batches), todo: make(chan *batch, batches), ordered: make(chan *batch, batches+1),
		stop: make(chan struct{}),
	}
	defer close(p.stop)
	for range batches {
		p.free <- &batch{done: make(chan struct{}, 1), home: p.free}
	}
	go p.feed(files)
	for range a.workers {
		go p.decode()
	}
	if err := p.collect(); err != nil {
		return p.printed, &outputError{err}
	}
	if p.sieve.passed == 0 && p.sieve.seen > 0 {
		none := fmt.Sprintf("none of %d callbacks matches", p.sieve.seen)
		if p.sieve.seen == 1 {
			none = "the callback does not match"
		}
		a.fail(exitNo, none+" "+s.String())
		if near := nearest(s.event, decode.Events()); near != "" && !slices.Contains(decode.Events(), s.event) {
			a.hint("did you mean: --event " + near)
		}
	}
	return p.printed, nil
}

// feed finds the callbacks in the inputs.
func (p *pipeline) feed(files []string) {
	defer close(p.ordered)
	defer close(p.todo)
	for _, name := range files {
		p.feedFrom(name)
	}
	p.send()
}

// add puts a callback, or the end of an input, into a batch. A body that would
// not fit is not copied: it is a batch of its own, and collected before add
// returns.
func (p *pipeline) add(f found) {
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
	b.bodies = append(slices.Grow(b.bodies, batchBytes-len(b.bodies)), f.body.Bytes...)
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
				case !p.sieve.selection.matches(f.Callback):
				case !p.sieve.selection.latest:
					f.then = p.do(f, w)
				case p.meet != nil:
					f.then = p.meet(f)
				}
			}
			_ = w.Flush() // A buffer takes everything.
			f.printed = b.text.Len()
		}
		b.done <- struct{}{}
	}
}

func (p *pipeline) decodeOne(f *found, d *decode.Decoder) {
	f.Callback, _ = d.Decode(f.body.Bytes) // The capture has told that it is a callback.
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
		}
		if _, err := p.out.Write(nil); err != nil {
			return err // It is that of an earlier write.
		}
		b.found, b.bodies = b.found[:0], b.bodies[:0]
		b.home <- b
		p.progress.draw()
	}
	var d decode.Decoder
	for _, f := range p.sieve.latestInOrder() {
		d.Reset()
		p.decodeOne(f, &d)
		p.doDirectly(f)
	}
	return p.out.Flush()
}

// nextBatch waits for the next batch, and shows the progress while it waits: there
// may be none for long in an input of other text.
func (p *pipeline) nextBatch() (b *batch, ok bool) {
	for {
		select {
		case b, ok = <-p.ordered:
			return b, ok
		case <-p.progress.due():
			p.progress.draw()
		}
	}
}

// take takes a callback, and what was printed for it, or the end of an input.
func (p *pipeline) take(f *found, large bool, text []byte) {
	if f.end != nil {
		f.end()
		return
	}
	if large {
		p.decodeOne(f, new(decode.Decoder))
		if p.meet != nil && p.sieve.selection.latest && p.sieve.selection.matches(f.Callback) {
			f.then = p.meet(f)
		}
	}
	switch pass := p.sieve.add(f); {
	case pass && large:
		p.doDirectly(f)
	case len(text) > 0:
		_, _ = (&separated{p: p}).Write(text) // The writer keeps its error.
	}
	if f.then != nil {
		f.then()
	}
	p.damaged(f)
}

// doDirectly does the work for a callback when its turn has come.
func (p *pipeline) doDirectly(f *found) {
	w := bufio.NewWriterSize(&separated{p: p}, 64<<10)
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
