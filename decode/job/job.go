// Package job tells what became of a job from all of its callbacks.
//
// Callbacks of a job may come more than once, late, and out of order. [Jobs] takes them
// one by one and keeps a few facts of each job, but no callback:
//
//	jobs := job.New()
//	for _, callback := range callbacks {
//		jobs.Add(jobs.Delivery(callback))
//	}
//	for j := range jobs.All() {
//		fmt.Println(j.Token, jobs.Outcome(j))
//	}
//
// These rules decide:
//
//   - Callbacks with one task token are of one job. A callback without a token is a job
//     by itself.
//   - An end is final: Qencode documents that nothing changes after the event saved. A
//     callback that ends the job (see [decode.Callback.Ends]) beats one that does not, in
//     whatever order they come. A queued callback that comes after saved is late.
//   - Of several ends the last decides, but one that does not tell the outcome does not
//     beat one that does. If they disagree, [Added.Contrary] says so.
//   - A callback of type stream is about one rendition. It never ends the job. A job with
//     only such callbacks is pending.
//   - A failed job that Qencode tried again as a new task is one job with it, if a
//     callback of that task came: the last task decides.
//
// Two callbacks are in the order of their times if both have one, or else in the order in
// which they were added.
package job

import (
	"cmp"
	"hash/maphash"
	"iter"
	"strings"
	"time"

	"qcb/decode"
)

// Delivery is what one callback tells of its job, and how it was received.
type Delivery struct {
	Token     string
	Event     string
	Stream    bool           // it is about one rendition
	Outcome   decode.Outcome // by this callback alone
	Ends      bool           // the job is over
	RetriedAs string         // task token of the new job that takes the place of this failed one

	Time   time.Time // when it was received; zero if that is not known
	Zoned  bool      // Time is known with its offset from UTC; else it is as if it were UTC
	Source string    // the capture that it was read from, if there are several
	Line   int       // its line there

	content uint64 // a hash of all fields
}

// rank orders callbacks by what they tell of the outcome. The last one of the highest
// rank decides.
type rank int8

const (
	silent    rank = iota // nothing
	rendition             // that the job was started
	running               // that the job is pending
	ended                 // that the job is over, but not how
	told                  // that the job completed or failed
)

func (d *Delivery) rank() rank {
	switch {
	case d.Stream:
		return rendition
	case d.Outcome == decode.OutcomeCompleted, d.Outcome == decode.OutcomeFailed:
		return told
	case d.Ends:
		return ended
	case d.Outcome == decode.OutcomePending:
		return running
	}
	return silent
}

// Mark is what Jobs keeps of a callback. One with the Number 0 marks no callback. A Mark
// does not change.
type Mark struct {
	*Kind
	Number int // in the order of all deliveries, from 1
	Time   time.Time
	Line   int
}

// Kind is what many callbacks of a capture have in common: their marks share it.
type Kind struct {
	Event   string
	Outcome decode.Outcome
	Zoned   bool
	Source  string
}

// after reports whether a callback came after another one.
func (m *Mark) after(other *Mark) bool {
	if m.Time.IsZero() || other.Time.IsZero() || m.Zoned != other.Zoned || m.Time.Equal(other.Time) {
		return m.Number > other.Number
	}
	return m.Time.After(other.Time)
}

// Job is what is known of one task token. A log may have hundreds of thousands of them: what
// only some programs ask for is in [History].
type Job struct {
	Token string // empty if the only callback of the job has none
	Index int    // in the order in which the first callbacks came, from 0

	Deciding *Mark // the callback that decides
	End      *Mark // the first callback that ended the job

	RetriedAs string // task token of the new job, if the deciding callback names one
	Disagree  bool   // whether callbacks that end the job tell different outcomes

	named bool // whether it is in Jobs.retried
	rank  rank // of the deciding callback
}

// Jobs folds callbacks into jobs. Use [New] to make one. Only Delivery may be called by
// several goroutines at a time. It keeps about 200 bytes of each job, and forgets none: a
// server that runs for months should take a new one now and then.
type Jobs struct {
	tokens     map[string]*Job
	numbers    map[int]*Job // those without a token
	all        []*Job
	retried    []*Job         // those that named a new task
	sent       map[uint64]int // number of the first delivery, by content and source
	seed       maphash.Seed
	deliveries int
	none       Mark
	kinds      map[Kind]*Kind
	chains     map[*Job][]*Job // of the jobs that were tried again and of their retries
	linked     bool            // whether chains are up to date
}

// New returns Jobs without any callback.
func New() *Jobs {
	return &Jobs{tokens: map[string]*Job{}, numbers: map[int]*Job{}, sent: map[uint64]int{}, kinds: map[Kind]*Kind{}, none: Mark{Kind: &Kind{}}, seed: maphash.MakeSeed()}
}

// Delivery returns what a callback tells of its job. Its strings are those of the
// callback. Add the time, and the place in a capture, if they are known.
func (s *Jobs) Delivery(c *decode.Callback) Delivery {
	var h maphash.Hash
	h.SetSeed(s.seed)
	for i := range c.Form {
		f := &c.Form[i]
		maphash.WriteComparable(&h, [2]int{len(f.Name), len(f.Value)})
		_, _ = h.WriteString(f.Name) // It never fails.
		_, _ = h.Write(f.Value)
	}
	return Delivery{
		Token: c.TaskToken, Event: c.Event, Stream: c.IsStream(), Outcome: c.Outcome(), Ends: c.Ends(),
		RetriedAs: c.RetriedAs(), content: h.Sum64(),
	}
}

// Added says what a delivery means to its job, given the deliveries added before it.
type Added struct {
	Job      *Job
	Number   int   // of the delivery, from 1
	Decides  bool  // of the callbacks added so far, this one decides
	Changed  bool  // the outcome of the task is not the same as before
	First    int   // number of the first delivery with the same content from the same source
	Late     *Mark // the end that it came after, nil if it is not late
	Contrary *Mark // the earlier end that tells another outcome, or nil
}

// Resend reports whether the same callback came before from the same source.
func (a Added) Resend() bool { return a.First < a.Number }

// Add takes the next delivery of any job.
func (s *Jobs) Add(d Delivery) Added {
	s.deliveries++
	a := Added{Job: s.job(d.Token), Number: s.deliveries}
	j := a.Job
	before := j.Deciding.Outcome
	m := &Mark{s.kind(Kind{name(d.Event), d.Outcome, d.Zoned, d.Source}), s.deliveries, d.Time, d.Line}

	content := maphash.Comparable(s.seed, struct {
		content uint64
		source  string
	}{d.content, d.Source})
	if a.First = s.sent[content]; a.First == 0 {
		a.First = a.Number
		s.sent[content] = a.Number
	}

	r := d.rank()
	switch {
	case r >= ended && (j.End.Number == 0 || j.End.after(m)):
		j.End = m
	case r < ended && (r > silent || d.Event != "") && j.End.Number > 0 && m.after(j.End):
		a.Late = j.End
	}
	if r == told && j.rank == told && d.Outcome != j.Deciding.Outcome {
		a.Contrary, j.Disagree = j.Deciding, true
	}
	if j.Deciding.Number == 0 || r > j.rank || r == j.rank && m.after(j.Deciding) {
		a.Decides = true
		s.decide(j, m, d.RetriedAs)
		j.rank = r
	} else if j.RetriedAs == "" && d.RetriedAs != "" && r == told && d.Outcome == j.Deciding.Outcome {
		s.decide(j, j.Deciding, d.RetriedAs)
	}
	a.Changed = j.Deciding.Outcome != before
	return a
}

// job returns the job of the delivery with the last number.
func (s *Jobs) job(token string) *Job {
	if j := s.tokens[token]; j != nil {
		return j
	}
	// The copy of the token keeps no other texts in memory.
	j := &Job{Token: strings.Clone(token), Index: len(s.all), Deciding: &s.none, End: &s.none}
	s.all = append(s.all, j)
	if token == "" {
		s.numbers[s.deliveries] = j
	} else {
		s.tokens[j.Token] = j
		s.linked = s.linked && len(s.retried) == 0
	}
	return j
}

// kind returns a Kind that marks share.
func (s *Jobs) kind(k Kind) *Kind {
	const most = 100 // A capture has about ten, but there may be thousands of captures.
	known := s.kinds[k]
	if known == nil {
		if len(s.kinds) == most {
			clear(s.kinds)
		}
		known = &k
		s.kinds[k] = known
	}
	return known
}

// decide makes a callback the one that decides.
func (s *Jobs) decide(j *Job, m *Mark, retriedAs string) {
	if retriedAs == "" && m.Outcome == decode.OutcomeFailed && j.Deciding.Outcome == decode.OutcomeFailed {
		retriedAs = j.RetriedAs // Another callback of the same failure has named it.
	}
	if retriedAs != j.RetriedAs && retriedAs != "" {
		retriedAs = strings.Clone(retriedAs)
		if !j.named {
			j.named = true
			s.retried = append(s.retried, j)
		}
	}
	s.linked = s.linked && retriedAs == j.RetriedAs && (m.Outcome == j.Deciding.Outcome || retriedAs == "")
	j.Deciding, j.RetriedAs = m, retriedAs
}

// Of returns the job with this token. If the token is empty, it returns the job of the
// delivery with this number. Without such a job it returns nil.
func (s *Jobs) Of(token string, number int) *Job {
	if token == "" {
		return s.numbers[number]
	}
	return s.tokens[token]
}

// All returns the jobs in the order in which their first callbacks were added. A job and its
// retries are one job, for which the first of them is returned.
func (s *Jobs) All() iter.Seq[*Job] {
	return func(yield func(*Job) bool) {
		s.link()
		for _, j := range s.all {
			if chain := s.chains[j]; (chain == nil || chain[0] == j) && !yield(j) {
				return
			}
		}
	}
}

// Chain returns a job with all retries of the same job, the first one first.
func (s *Jobs) Chain(j *Job) []*Job {
	s.link()
	if chain := s.chains[j]; chain != nil {
		return chain
	}
	return []*Job{j}
}

// Final returns the last retry of a job, which decides its outcome: the job itself if it
// was not tried again.
func (s *Jobs) Final(j *Job) *Job {
	s.link()
	if chain := s.chains[j]; chain != nil {
		return chain[len(chain)-1]
	}
	return j
}

// Outcome returns what became of a job in the end.
func (s *Jobs) Outcome(j *Job) decode.Outcome { return s.Final(j).Deciding.Outcome }

// link makes chains of the jobs that were tried again: a failed job is followed by the
// one that it names, if that is here, was not named by an earlier one, and does not lead
// back to it. Its work is linear in the number of jobs that were tried again.
func (s *Jobs) link() {
	if s.linked {
		return
	}
	s.linked, s.chains = true, map[*Job][]*Job{}
	var (
		next      = map[*Job]*Job{}
		followers = map[*Job]bool{}
		heads     = map[*Job]*Job{} // by the last job of a chain
		tails     = map[*Job]*Job{} // by the first one
	)
	for _, j := range s.retried {
		to := s.tokens[j.RetriedAs]
		head := cmp.Or(heads[j], j)
		if to == nil || to == head || followers[to] || j.Deciding.Outcome != decode.OutcomeFailed {
			continue
		}
		next[j], followers[to] = to, true
		tail := cmp.Or(tails[to], to)
		tails[head], heads[tail] = tail, head
	}
	for _, j := range s.retried {
		if next[j] == nil || followers[j] {
			continue
		}
		var chain []*Job
		for member := j; member != nil; member = next[member] {
			chain = append(chain, member)
		}
		for _, member := range chain {
			s.chains[member] = chain
		}
	}
}
