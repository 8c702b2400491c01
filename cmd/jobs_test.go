package cmd

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// madeJob is a job in a log that was made, and what must be said of it. What is expected comes
// from how the job was made, not from reading its callbacks.
type madeJob struct {
	tokens      []string // its tasks
	retriedAs   []string
	outcome     string
	begun       time.Time
	ended       time.Time // zero for a job that is pending
	deliveries  []string
	state       string
	disagree    bool
	error       string
	callbacks   []*madeCallback
	count, late map[string]int
}

// madeCallback is one callback of such a log.
type madeCallback struct {
	job     *madeJob
	at      time.Time
	body    string
	event   string
	decides bool
	late    bool
	against bool // it contradicts an earlier end
	stream  bool
	resend  bool
	line    int
}

// maker makes a log.
type maker struct {
	rnd *rand.Rand
	now time.Time
}

// add adds a callback of a job some seconds after the one before.
func (m *maker) add(j *madeJob, token, event, status string, more ...string) *madeCallback {
	m.now = m.now.Add(time.Duration(1+m.rnd.IntN(600)) * 100 * time.Millisecond)
	fields := []string{"status", status, "callback_type", "task", "task_token", token, "event", event, "payload", "order " + token[:4]}
	fields = append(fields, more...)
	stream := slices.Contains(more, "stream")
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		if fields[i] == "callback_type" && stream && fields[i+1] == "task" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(fields[i] + "=" + url.QueryEscape(fields[i+1]))
	}
	c := &madeCallback{job: j, at: m.now, body: b.String(), event: event, stream: stream}
	j.keep(c)
	return c
}

// again adds a callback that was sent before.
func (m *maker) again(c *madeCallback) *madeCallback {
	m.now = m.now.Add(time.Second)
	copied := *c
	copied.at, copied.resend, copied.decides, copied.late = m.now, true, false, false
	c.job.keep(&copied)
	return &copied
}

func (j *madeJob) keep(c *madeCallback) {
	name := c.event
	if c.stream {
		name += " (stream)"
	}
	if j.count == nil {
		j.count, j.late = map[string]int{}, map[string]int{}
	}
	if j.count[name] == 0 {
		j.deliveries = append(j.deliveries, name)
	}
	j.count[name]++
	j.callbacks = append(j.callbacks, c)
}

func (m *maker) token() string { return fmt.Sprintf("%016x%016x", m.rnd.Uint64(), m.rnd.Uint64()) }

const (
	madeQueued  = `{"status": "queued", "error": 0}`
	madeRunning = `{"status": "encoding", "percent": 37.5, "error": 0}`
	madeDone    = `{"status": "completed", "error": 0, "videos": [{"tag": "video-0-0", "url": "https://a.example/%s.mp4"}]}`
	madeFailed  = `{"status": "error", "error": 1, "error_description": "disk full"}`
	madeRetried = `{"status": "error", "error": 1, "warnings": [{"message": "An error occurred while processing your job. It will be automatically retried with the same parameters in a new job."}, {"message": "Retry on error triggered.", "details": "%s"}]}`
	madeGaveUp  = `{"status": "error", "error": 1, "warnings": [{"message": "Retry on error failed."}]}`
)

// task adds the callbacks of a task from its beginning: queued, some of renditions, some sent
// again.
func (m *maker) task(j *madeJob) string {
	token := m.token()
	j.tokens = append(j.tokens, token)
	queued := m.add(j, token, "queued", madeQueued)
	if len(j.tokens) == 1 {
		j.begun = queued.at
	}
	if m.rnd.IntN(5) == 0 {
		m.again(queued)
	}
	for range m.rnd.IntN(8) - 5 {
		m.add(j, token, "saved", fmt.Sprintf(madeDone, m.token()), "callback_type", "stream")
	}
	return token
}

// done ends a task with success.
func (m *maker) done(j *madeJob, token string) {
	saved := m.add(j, token, "saved", fmt.Sprintf(madeDone, token))
	j.outcome, j.state, j.error, j.ended = "completed", "completed", "", saved.at
	j.decide(m.resent(saved))
	m.late(j, token)
}

// decide makes a callback the one that decides.
func (j *madeJob) decide(c *madeCallback) {
	for _, other := range j.callbacks {
		other.decides = other == c
	}
}

// resent adds a callback again, or not, and returns the last one of them.
func (m *maker) resent(c *madeCallback) *madeCallback {
	for range m.rnd.IntN(5) - 2 {
		c = m.again(c)
	}
	return c
}

// late adds callbacks that come after the end, or not.
func (m *maker) late(j *madeJob, token string) {
	for range m.rnd.IntN(6) - 4 {
		c := m.add(j, token, "queued", madeRunning)
		c.late = true
		j.late["queued"]++
	}
	if m.rnd.IntN(12) == 0 {
		m.add(j, token, "saved", fmt.Sprintf(madeDone, m.token()), "callback_type", "stream").late = true
		j.late["saved (stream)"]++
	}
}

// fail ends a task with a failure: error, and saved.
func (m *maker) fail(j *madeJob, token string) {
	failure := m.add(j, token, "error", madeFailed, "error_code", "7", "error_message", "disk full")
	j.outcome, j.state, j.error, j.ended = "failed", "error", "code 7: disk full", failure.at
	j.decide(m.resent(m.add(j, token, "saved", madeFailed)))
	m.late(j, token)
}

// retry ends a task with a failure that names another one.
func (m *maker) retry(j *madeJob, token, next string) {
	event := []string{"error", "saved", "restarted"}[m.rnd.IntN(3)]
	failure := m.add(j, token, event, fmt.Sprintf(madeRetried, []string{"", "new job "}[m.rnd.IntN(2)]+next))
	j.outcome, j.state, j.error, j.ended = "failed", "error", "no message was sent", failure.at
	j.decide(failure)
}

// make makes a job of some kind.
func (m *maker) make() *madeJob {
	j := &madeJob{}
	switch kind := m.rnd.IntN(20); {
	case kind < 9:
		m.done(j, m.task(j))
	case kind < 12:
		m.fail(j, m.task(j))
	case kind < 14: // tried again, once or twice
		first := m.task(j)
		at := len(j.callbacks)
		m.retry(j, first, strings.Repeat("?", 32))
		second := m.task(j)
		j.callbacks[at].body = strings.ReplaceAll(j.callbacks[at].body, url.QueryEscape(strings.Repeat("?", 32)), second)
		j.retriedAs = append(j.retriedAs, second)
		switch m.rnd.IntN(3) {
		case 0:
			third := m.token()
			m.retry(j, second, third) // which is not in the log
			j.retriedAs = append(j.retriedAs, third)
		default:
			switch m.rnd.IntN(4) {
			case 0: // It is still running.
				j.outcome, j.state, j.error, j.ended = "pending", "queued", "", time.Time{}
				j.decide(j.lastQueued())
			case 1:
				m.fail(j, second)
			default:
				m.done(j, second)
			}
		}
	case kind < 15: // could not be tried again
		token := m.task(j)
		failure := m.add(j, token, "restart_failed", madeGaveUp)
		j.outcome, j.state, j.error, j.ended = "failed", "error", "no message was sent", failure.at
		j.decide(failure)
	case kind < 17: // pending
		m.task(j)
		j.outcome, j.state = "pending", "queued"
		j.decide(j.lastQueued())
	case kind < 18: // only callbacks of renditions
		token := m.token()
		j.tokens = append(j.tokens, token)
		c := m.add(j, token, "saved", fmt.Sprintf(madeDone, token), "callback_type", "stream")
		j.outcome, j.begun = "pending", c.at
		j.decide(c)
	case kind < 19: // over, but nobody says how
		token := m.task(j)
		c := m.add(j, token, "saved", madeRunning)
		j.outcome, j.state, j.ended = "unknown", "encoding", c.at
		j.decide(c)
	default: // ends that disagree
		token := m.task(j)
		m.fail(j, token)
		j.disagree = true
		saved := m.add(j, token, "saved", fmt.Sprintf(madeDone, token))
		saved.against = true
		j.outcome, j.state, j.error = "completed", "completed", ""
		j.decide(saved)
	}
	return j
}

// lastQueued returns the last callback with the event queued.
func (j *madeJob) lastQueued() *madeCallback {
	for _, c := range slices.Backward(j.callbacks) {
		if c.event == "queued" {
			return c
		}
	}
	return nil
}

// makeLog makes a log of n jobs, in the order of the times of their callbacks.
func makeLog(n int) (log []byte, jobs []*madeJob, callbacks []*madeCallback) {
	rnd := rand.New(rand.NewPCG(17, 2026))
	begin := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for i := range n {
		m := &maker{rnd: rnd, now: begin.Add(time.Duration(i)*5*time.Second + time.Duration(i)*time.Millisecond)}
		j := m.make()
		jobs = append(jobs, j)
		callbacks = append(callbacks, j.callbacks...)
	}
	slices.SortStableFunc(callbacks, func(a, b *madeCallback) int { return a.at.Compare(b.at) })
	var b bytes.Buffer
	for i, c := range callbacks {
		c.line = i + 1
		fmt.Fprintf(&b, "%s POST /callback %s\n", c.at.Format("2006-01-02T15:04:05.000Z07:00"), c.body)
	}
	return b.Bytes(), jobs, callbacks
}

// row is the row of a job in JSON.
type madeRow struct {
	Line       int
	Task       string
	Outcome    string
	State      string
	Begun      string
	Ended      string
	Took       float64
	Age        float64
	Deliveries string
	RetriedAs  string `json:"retried_as"`
	Error      string
}

// row returns what qcb jobs must list of a job.
func (j *madeJob) row(last time.Time) madeRow {
	r := madeRow{Task: j.tokens[0], Outcome: j.outcome, State: j.state, Begun: j.begun.Format(time.RFC3339Nano), RetriedAs: strings.Join(j.retriedAs, ","), Error: j.error}
	if j.ended.IsZero() {
		r.Age = last.Sub(j.begun).Seconds()
	} else {
		r.Ended, r.Took = j.ended.Format(time.RFC3339Nano), j.ended.Sub(j.begun).Seconds()
	}
	var list []string
	for _, name := range j.deliveries {
		text := name
		if n := j.count[name]; n > 1 {
			text += fmt.Sprintf(" ×%d", n)
		}
		if n := j.late[name]; n > 0 {
			text += fmt.Sprintf(" (%d late)", n)
		}
		list = append(list, text)
	}
	r.Deliveries = strings.Join(list, ", ")
	for _, c := range j.callbacks {
		if c.decides {
			r.Line = c.line
		}
	}
	return r
}

// TestMadeLog holds every number of jobs, list and check against how a log of 1,000 jobs was
// made.
func TestMadeLog(t *testing.T) {
	log, jobs, callbacks := makeLog(1000)
	name := filepath.Join(t.TempDir(), "made.log")
	if err := os.WriteFile(name, log, 0o600); err != nil {
		t.Fatal(err)
	}
	last := callbacks[len(callbacks)-1].at
	jobCounts, events, selected := map[string]int{}, map[string]int{}, map[string]int{}
	var want []madeRow
	disagreeing := 0
	for _, j := range jobs {
		jobCounts[j.outcome]++
		want = append(want, j.row(last))
		selected[j.outcome] += len(j.callbacks)
		if j.disagree {
			disagreeing++
		}
	}
	slices.SortStableFunc(want, func(a, b madeRow) int { return cmp.Compare(a.Begun, b.Begun) })
	for _, outcome := range []string{"completed", "failed", "pending", "unknown"} {
		if jobCounts[outcome] < 20 || disagreeing < 20 {
			t.Fatalf("the log is too plain: %v, %d disagree", jobCounts, disagreeing)
		}
	}
	var late, against, streams, resends int
	for _, c := range callbacks {
		events[c.event]++
		if c.late {
			late++
		}
		if c.against {
			against++
		}
		if c.stream {
			streams++
		}
		if c.resend {
			resends++
		}
	}
	counts := fmt.Sprintf("1000 jobs: %d completed, %d failed, %d pending, %d unknown", jobCounts["completed"], jobCounts["failed"], jobCounts["pending"], jobCounts["unknown"])
	t.Logf("%d callbacks, %s; %d late, %d against others, %d of renditions, %d sent again", len(callbacks), counts, late, against, streams, resends)

	read := func(wantStatus int, args ...string) (out, errs string) {
		t.Helper()
		status, out, errs := run(nil, append(args, name)...)
		if status != wantStatus {
			t.Fatalf("qcb %q: exit status %d, want %d: %.500s", args, status, wantStatus, errs)
		}
		if !slices.Contains(args, "--columns") {
			return out, errs
		}
		if status, piped, _ := run(bytes.NewReader(log), args...); status != wantStatus || piped != strings.ReplaceAll(out, name, "stdin") {
			t.Errorf("qcb %q from a pipe: exit status %d, another output", args, status)
		}
		return out, errs
	}
	says := func(errs, line string) {
		t.Helper()
		if !strings.Contains("\n"+errs, "\nqcb: "+line+"\n") {
			t.Errorf("%.2000s\ndo not say: %s", errs, line)
		}
	}

	// Every row of jobs.
	read(0, "jobs", "-o", "csv", "--columns", "task,line,deliveries")
	out, errs := read(0, "jobs", "-o", "json")
	says(errs, counts)
	var got []madeRow
	for line := range strings.Lines(out) {
		var row madeRow
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	slices.SortStableFunc(got, func(a, b madeRow) int { return cmp.Compare(a.Begun, b.Begun) })
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("job %d:\n%+v\nwant\n%+v", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d jobs, want %d", len(got), len(want))
	}
	if disagreeing > 0 && !strings.Contains(errs, fmt.Sprintf("qcb: %d jobs ended with conflicting outcomes, ", disagreeing)) {
		t.Errorf("%d jobs disagree: %s", disagreeing, errs)
	}

	// The sum of list, and its rows.
	var kinds []string
	for _, event := range slices.Sorted(maps.Keys(events)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", events[event], event))
	}
	out, errs = read(0, "list", "-o", "tsv", "--columns", "times,findings")
	says(errs, fmt.Sprintf("%d callbacks of %s; events: %s", len(callbacks), counts, strings.Join(kinds, ", ")))
	rows, times := -1, 0
	for line := range strings.Lines(out) {
		n := 0
		_, _ = fmt.Sscan(line, &n)
		rows++
		times += n
	}
	if rows != len(callbacks)-resends || times != len(callbacks) {
		t.Errorf("list has %d rows, of %d callbacks; want %d, %d", rows, times, len(callbacks)-resends, len(callbacks))
	}

	// The callback of each job that decides.
	out, errs = read(0, "list", "-o", "tsv", "--no-header", "--columns", "line", "--latest")
	var deciding []int
	for line := range strings.Lines(out) {
		n := 0
		_, _ = fmt.Sscan(line, &n)
		deciding = append(deciding, n)
	}
	var wantDeciding []int
	for _, row := range want {
		wantDeciding = append(wantDeciding, row.Line)
	}
	slices.Sort(wantDeciding)
	if !slices.Equal(deciding, wantDeciding) {
		t.Error("--latest gives other callbacks")
	}
	if !strings.Contains(errs, fmt.Sprintf("1000 callbacks of %s; events: ", counts)) {
		t.Errorf("--latest: %s", errs)
	}

	// The findings of check, and what it answers.
	out, _ = read(exitNo, "check", "-v")
	for finding, want := range map[string]int{"late": late, "rendition": streams, "contradiction": against} {
		if n := strings.Count(strings.ReplaceAll(out, "\n", ",\n"), ", "+finding+","); n != want {
			t.Errorf("check -v finds %s %d times, want %d", finding, n, want)
		}
	}
	for _, test := range []struct {
		outcome string
		status  int
	}{{"completed", 0}, {"failed", exitNo}, {"pending", exitPending}} {
		out, _ := read(test.status, "check", "-v", "--"+test.outcome)
		if n := strings.Count(out, "\n"); n != selected[test.outcome] {
			t.Errorf("check --%s has %d callbacks, want %d", test.outcome, n, selected[test.outcome])
		}
		_, errs := read(test.status, "list", "-e", "-o", "tsv", "--"+test.outcome)
		says(errs[strings.LastIndex(errs[:len(errs)-1], "\n")+1:], listSum(callbacks, test.outcome))
	}

	// By time.
	since := time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
	before := since.Add(time.Hour)
	n := 0
	for _, c := range callbacks {
		if !c.at.Before(since) && c.at.Before(before) {
			n++
		}
	}
	out, _ = read(0, "json", "-c", "--since", "2026-11-24 11:00", "--before", "2026-11-24T13:00:00+01:00")
	if got := strings.Count(out, "\n"); got != n {
		t.Errorf("%d callbacks in an hour, want %d", got, n)
	}
}

// listSum returns the line that sums up the callbacks of the jobs with an outcome.
func listSum(callbacks []*madeCallback, outcome string) string {
	events, jobs, n := map[string]int{}, map[*madeJob]bool{}, 0
	for _, c := range callbacks {
		if c.job.outcome == outcome {
			events[c.event]++
			jobs[c.job] = true
			n++
		}
	}
	var kinds []string
	for _, event := range slices.Sorted(maps.Keys(events)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", events[event], event))
	}
	counts := map[string]int{outcome: len(jobs)}
	return fmt.Sprintf("%d callbacks of %d jobs: %d completed, %d failed, %d pending, 0 unknown; events: %s", n, len(jobs), counts["completed"], counts["failed"], counts["pending"], strings.Join(kinds, ", "))
}
