package listen

import "sync/atomic"

// Bounds of what waits for a relay.
const (
	mostQueued      = 64 << 10
	mostQueuedBytes = 64 << 20
)

// Relay runs jobs one after another, without holding up the server.
type Relay struct {
	queue   chan job
	waiting atomic.Int64 // jobs that are not done
	bytes   atomic.Int64 // that they keep
	done    chan struct{}
}

// job is something to be done. It keeps size bytes until then.
type job struct {
	size int64
	do   func()
}

// NewRelay returns a Relay that waits for jobs.
func NewRelay() *Relay {
	r := &Relay{queue: make(chan job, mostQueued), done: make(chan struct{})}
	go func() {
		defer close(r.done)
		for j := range r.queue {
			j.do()
			r.waiting.Add(-1)
			r.bytes.Add(-j.size)
		}
	}()
	return r
}

// Add adds a job, and never waits. It reports false if too much is waiting already.
func (r *Relay) Add(size int64, do func()) bool {
	r.waiting.Add(1)
	if r.bytes.Add(size) <= max(mostQueuedBytes, size) {
		select {
		case r.queue <- job{size, do}:
			return true
		default:
		}
	}
	r.waiting.Add(-1)
	r.bytes.Add(-size)
	return false
}

// Waiting returns how many jobs are not done.
func (r *Relay) Waiting() int { return int(r.waiting.Load()) }

// Close waits until all is done.
func (r *Relay) Close() {
	close(r.queue)
	<-r.done
}
