package sample

import (
	"math/rand/v2"
	"time"
)

// Delivery is a body and when it came.
type Delivery struct {
	Time time.Time
	Body []byte
}

// Story makes the callbacks of job after job: some fail, some are tried again as a new job,
// some callbacks are sent again, and some come late.
type Story struct {
	Payload string
	Outputs int
	Time    time.Time // of the next delivery

	rnd  *rand.Rand
	next []Delivery
}

// NewStory returns a Story. The same random numbers give the same bodies.
func NewStory(rnd *rand.Rand) *Story { return &Story{rnd: rnd} }

// Next returns the next delivery.
func (s *Story) Next() Delivery {
	if len(s.next) == 0 {
		s.tell()
	}
	d := s.next[0]
	s.next = s.next[1:]
	return d
}

// tell adds the deliveries of a job.
func (s *Story) tell() {
	j := s.job()
	switch s.rnd.IntN(20) {
	case 0:
		s.add(j, "queued", "error", "failed")
	case 1:
		s.add(j, "queued", "error", "restarted")
		again := s.job()
		again.Token = j.RetriedAs
		s.add(again, "queued", "saved")
	case 2:
		s.add(j, "queued", "error", "restart-failed")
	case 3:
		s.add(j, "queued", "saved")
		s.pass(10)
		s.next = append(s.next, Delivery{s.Time, s.next[len(s.next)-1].Body}) // It is sent again.
	case 4:
		s.add(j, "saved", "queued") // The latter is late.
	default:
		s.add(j, "queued", "saved")
	}
}

func (s *Story) job() *Job {
	j := NewJob(s.rnd)
	j.Payload, j.Outputs = s.Payload, s.Outputs
	return j
}

func (s *Story) add(j *Job, kinds ...string) {
	for _, kind := range kinds {
		s.pass(60)
		s.next = append(s.next, Delivery{s.Time, j.Body(kind)})
	}
}

// pass lets some seconds pass.
func (s *Story) pass(most int) {
	s.Time = s.Time.Add(time.Duration(1000+s.rnd.IntN(1000*most)) * time.Millisecond)
}
