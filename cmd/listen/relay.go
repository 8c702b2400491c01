package listen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"time"
)

// Bounds of what waits to be passed on.
const (
	mostQueued      = 1000
	mostQueuedBytes = 64 << 20
)

// Relay passes what was received on, one after the other, while the server goes
// on.
type Relay struct {
	queue   chan job
	waiting atomic.Int64 // jobs that are not done
	bytes   atomic.Int64 // that they keep
	done    chan struct{}
}

// job is something to be done, that keeps so many bytes.
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

// Add adds a job. It reports false where too much is waiting already.
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

// longestAnswer is how much of an answer, or of the output of a program, is kept and
// shown, in bytes.
const longestAnswer = 200

// beginning keeps the beginning of what is written.
type beginning []byte

func (b *beginning) Write(text []byte) (int, error) {
	*b = append(*b, text[:min(len(text), longestAnswer-len(*b))]...)
	return len(text), nil
}

// Forward posts a body to a URL, and says what came of it. It does not follow
// redirects: the answer is what is to be seen. The header Via tells the request from
// others where it comes back.
func Forward(url string, e Event) string {
	client := http.Client{
		Timeout:       LongestRequest,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(e.Body))
	if err != nil {
		return fmt.Sprintf("not forwarded to %s, which is no URL", url)
	}
	request.Header.Set("Content-Type", e.ContentType)
	request.Header.Set("Via", e.Via)
	start := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return fmt.Sprintf("not forwarded to %s: %s", url, Reason(err))
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, longestAnswer)) // What came is shown.
	return fmt.Sprintf("forwarded to %s in %s: %s%s", url, took(start), response.Status, after(answer))
}

// Run runs a program with a text on its standard input, and says what came of it.
func Run(args []string, stdin []byte, environment []string) string {
	start := time.Now()
	command := exec.Command(args[0], args[1:]...)
	command.Stdin = bytes.NewReader(stdin)
	command.Env = append(os.Environ(), environment...)
	ownSignals(command)
	var output beginning
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	result := "done"
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		result = exit.String()
	case err != nil:
		return fmt.Sprintf("cannot run %s: %s", args[0], Reason(err))
	}
	return fmt.Sprintf("ran %s in %s: %s%s", args[0], took(start), result, after(output))
}

func took(start time.Time) time.Duration { return time.Since(start).Round(time.Millisecond) }

// after puts a text after what is said, where there is one.
func after(text []byte) string {
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return ""
	}
	return ": " + string(text)
}

// Reason says in a few words why something of the network, or a program, could not
// be used.
func Reason(err error) string {
	var (
		dns   *net.DNSError
		errno syscall.Errno
		late  net.Error
	)
	switch {
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &dns):
		return "no such host"
	case errors.As(err, &late) && late.Timeout():
		return fmt.Sprintf("no answer in %v", LongestRequest)
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}
