package job_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"qcb/decode"
	"qcb/decode/job"
)

// tokens are task tokens by a letter.
func token(letter string) string { return strings.Repeat(letter, 32) }

// bodyOf returns a callback, by a short name, of the task with the token of a letter.
func bodyOf(name, of string) string {
	rest := map[string]string{
		"queued":    `&event=queued&callback_type=task&status={"status":"queued","error":0}`,
		"encoding":  `&event=queued&callback_type=task&status={"status":"encoding","percent":7,"error":0}`,
		"saved":     `&event=saved&callback_type=task&status={"status":"completed","error":0}`,
		"failed":    `&event=saved&callback_type=task&status={"status":"error","error":1}`,
		"error":     `&event=error&callback_type=task&error_message=m&status={"status":"error","error":1}`,
		"cut":       `&event=saved&callback_type=task&status={"status":"compl`,
		"running":   `&event=saved&callback_type=task&status={"status":"encoding","error":0}`,
		"stream":    `&event=saved&callback_type=stream&status={"status":"completed","error":0}`,
		"streamerr": `&event=error&callback_type=stream&error_message=m&status={"status":"error","error":1}`,
		"poll":      `&status={"status":"completed","error":0}`,
		"new":       `&event=thumbnailed`,
		"retry":     `&event=error&callback_type=task&status={"status":"error","error":1,"warnings":[{"message":"Retry on error triggered.","details":"new job NEXT"}]}`,
		"restarted": `&event=restarted&callback_type=task&status={"status":"error","error":1,"warnings":[{"message":"An error occurred while processing your job. It will be automatically retried with the same parameters in a new job."},{"message":"Retry on error triggered.","details":"NEXT"}]}`,
		"gaveup":    `&event=restart_failed&callback_type=task&status={"status":"error","error":1,"warnings":[{"message":"Retry on error failed."}]}`,
	}
	name, next, _ := strings.Cut(name, ">")
	text, ok := rest[name]
	if !ok {
		panic("no body named " + name)
	}
	text = strings.ReplaceAll(text, "NEXT", token(next))
	if of == "-" {
		return strings.TrimPrefix(text, "&")
	}
	return "task_token=" + token(of) + text
}

// fold adds callbacks, written "a:queued a:saved@10 b:retry>c": a letter for the task
// token, the name of a body, the token that it names, the second in which it came. It
// returns what each was to its job: d for deciding, r for sent again, l for late, c for
// contrary, ! for another outcome than before.
func fold(t *testing.T, callbacks string) (jobs *job.Jobs, marks string) {
	t.Helper()
	jobs = job.New()
	var all []string
	for i, field := range strings.Fields(callbacks) {
		of, name, _ := strings.Cut(field, ":")
		name, second, timed := strings.Cut(name, "@")
		c, err := decode.Decode([]byte(bodyOf(name, of)))
		if err != nil {
			t.Fatal(err)
		}
		d := jobs.Delivery(c)
		d.Line = i + 1
		if timed {
			at, err := time.ParseDuration(second + "s")
			if err != nil {
				t.Fatal(err)
			}
			d.Time = time.Unix(0, 0).Add(at)
		}
		added := jobs.Add(d)
		mark := ""
		if added.Decides {
			mark += "d"
		}
		if added.Changed {
			mark += "!"
		}
		if added.Resend() {
			mark += "r"
		}
		if added.Late != nil {
			mark += fmt.Sprintf("l%d", added.Late.Line)
		}
		if added.Contrary != nil {
			mark += fmt.Sprintf("c%d", added.Contrary.Line)
		}
		if added.Number != i+1 {
			t.Errorf("%s: number %d of delivery %d", callbacks, added.Number, i+1)
		}
		all = append(all, mark)
	}
	return jobs, strings.Join(all, " ")
}

// TestRules covers what decides the outcome of a job.
func TestRules(t *testing.T) {
	tests := []struct {
		callbacks string
		jobs      string // token, outcome, and the line of the deciding callback of each
		marks     string
	}{
		{"a:queued", "a pending 1", "d!"},
		{"a:queued a:saved", "a completed 2", "d! d!"},
		{"a:queued a:error a:failed", "a failed 3", "d! d! d"},
		{"a:saved a:queued", "a completed 1", "d! l1"},
		{"a:queued a:saved a:queued", "a completed 2", "d! d! rl2"},
		{"a:saved a:saved", "a completed 2", "d! dr"},
		{"a:error a:saved", "a completed 2", "d! d!c1"},
		{"a:saved a:error", "a failed 2", "d! d!c1"},
		{"a:saved a:error a:saved", "a completed 3", "d! d!c1 d!rc2"},
		{"a:saved a:cut", "a completed 1", "d! "}, // It was truncated: it does not say otherwise.
		{"a:cut a:queued", "a unknown 1", "d l1"},
		{"a:cut a:saved", "a completed 2", "d d!"},
		{"a:running", "a unknown 1", "d"},
		{"a:running a:failed", "a failed 2", "d d!"},
		{"a:stream", "a pending 1", "d!"},
		{"a:stream a:streamerr", "a pending 2", "d! d"},
		{"a:queued a:stream", "a pending 1", "d! "},
		{"a:queued a:stream a:saved a:stream", "a completed 3", "d!  d! rl3"},
		{"a:saved a:streamerr", "a completed 1", "d! l1"},
		{"a:new", "a unknown 1", "d"},
		{"a:queued a:new", "a pending 1", "d! "},
		{"a:new a:queued", "a pending 2", "d d!"},
		{"a:saved a:new", "a completed 1", "d! l1"},
		{"a:queued a:poll", "a completed 2", "d! d!"},
		{"a:poll a:encoding", "a completed 1", "d! l1"},
		{"a:queued b:saved a:error", "a failed 3, b completed 2", "d! d! d!"},
		{"-:queued -:queued", "- pending 1, - pending 2", "d! d!r"},

		// Times decide where both are known.
		{"a:saved@20 a:queued@10", "a completed 1", "d! "},
		{"a:saved@10 a:queued@20", "a completed 1", "d! l1"},
		{"a:saved@20 a:error@10", "a completed 1", "d! c1"},
		{"a:saved@20 a:error", "a failed 2", "d! d!c1"},
		{"a:queued@20 a:encoding@10", "a pending 1", "d! "},

		// A retry is the same job.
		{"a:queued a:retry>b b:queued b:saved", "a completed 4", "d! d! d! d!"},
		{"b:saved a:retry>b", "a completed 1", "d! d!"},
		{"a:retry>b", "a failed 1", "d!"},
		{"a:retry>b b:queued", "a pending 2", "d! d!"},
		{"a:retry>b a:failed b:saved", "a completed 3", "d! d d!"},
		{"a:failed a:retry>b a:queued b:saved", "a completed 4", "d! d l1 d!"},
		{"a:restarted>b b:saved", "a completed 2", "d! d!"},
		{"a:error a:gaveup", "a failed 2", "d! d"},
		{"a:retry>b b:retry>c c:saved", "a completed 3", "d! d! d!"},
		{"b:retry>c a:retry>b c:error", "a failed 3", "d! d! d!"},
		{"a:retry>b b:retry>a", "a failed 2", "d! d!"},
		{"a:retry>b b:retry>c c:retry>a", "a failed 3", "d! d! d!"},
		{"a:retry>a", "a failed 1", "d!"},
		{"a:retry>b c:retry>b b:saved", "a completed 3, c failed 2", "d! d! d!"}, // Only one of them can be right.
		{"a:retry>b a:saved b:queued", "a completed 2, b pending 3", "d! d!c1 d!"},
		{"a:retry>b@20 a:error@10 b:saved@30", "a completed 3", "d!  d!"},
		{"a:error@20 a:retry>b@10 b:saved@30", "a completed 3", "d!  d!"},
	}
	for _, test := range tests {
		jobs, marks := fold(t, test.callbacks)
		var got []string
		for j := range jobs.All() {
			letter := "-"
			if j.Token != "" {
				letter = j.Token[:1]
			}
			final := jobs.Final(j)
			if final != jobs.Chain(j)[len(jobs.Chain(j))-1] || jobs.Final(final) != final {
				t.Errorf("%s: the chain of %s does not end with its final job", test.callbacks, letter)
			}
			got = append(got, fmt.Sprintf("%s %s %d", letter, jobs.Outcome(j), final.Deciding.Line))
		}
		if list := strings.Join(got, ", "); list != test.jobs || marks != test.marks {
			t.Errorf("%s: %s; marks %q\nwant %s; marks %q", test.callbacks, list, marks, test.jobs, test.marks)
		}
	}
}

// TestFacts covers what else is kept of a job.
func TestFacts(t *testing.T) {
	jobs, _ := fold(t, "a:queued@10 a:stream@12 a:stream@13 a:saved@20 a:saved@80 a:queued@90")
	if j := jobs.Of(token("a"), 0); j.End.Time.Unix() != 20 || j.Deciding.Time.Unix() != 80 || j.Disagree {
		t.Errorf("end %v, deciding %v, disagree %v", j.End.Time, j.Deciding.Time, j.Disagree)
	}
	if jobs, _ := fold(t, "a:queued"); jobs.Of(token("a"), 0).End.Number != 0 {
		t.Error("a queued job has an end")
	}
	if jobs, _ := fold(t, "a:error a:saved"); !jobs.Of(token("a"), 0).Disagree {
		t.Error("failed and completed do not disagree")
	}
	if jobs, _ := fold(t, "-:queued a:saved"); jobs.Of("", 1).Deciding.Number != 1 || jobs.Of("", 2) != nil || jobs.Of(token("b"), 1) != nil {
		t.Error("a job without a token is not found by its number")
	}
}

// TestLongEvent checks that little is kept of a long event.
func TestLongEvent(t *testing.T) {
	jobs := job.New()
	if j := jobs.Add(job.Delivery{Token: "t", Event: strings.Repeat("é", 100)}).Job; j.Deciding.Event != strings.Repeat("é", 32)+"…" {
		t.Errorf("event %q", j.Deciding.Event)
	}
}

// TestSources checks that what two captures hold was not sent twice.
func TestSources(t *testing.T) {
	jobs := job.New()
	c, _ := decode.Decode([]byte(bodyOf("saved", "a")))
	resends := 0
	for _, source := range []string{"one.log", "two.log", "two.log"} {
		d := jobs.Delivery(c)
		d.Source = source
		if jobs.Add(d).Resend() {
			resends++
		}
	}
	if resends != 1 {
		t.Errorf("%d resends, want 1", resends)
	}
}

// TestLinear checks that no order of retries takes work or memory out of proportion.
func TestLinear(t *testing.T) {
	const n = 100_000
	jobs := job.New()
	add := func(i, next int) {
		jobs.Add(job.Delivery{Token: fmt.Sprint(i), Event: "error", Outcome: decode.OutcomeFailed, Ends: true, RetriedAs: fmt.Sprint(next)})
	}
	for i := n; i > 0; i -= 2 {
		add(i, i+1)
	}
	for i := 1; i < n; i += 2 {
		add(i, i+1)
	}
	heads := 0
	for j := range jobs.All() {
		heads++
		if j.Token != "1" || jobs.Final(j).Token != fmt.Sprint(n) || len(jobs.Chain(j)) != n {
			t.Fatalf("a chain of %d from %s to %s", len(jobs.Chain(j)), j.Token, jobs.Final(j).Token)
		}
	}
	if heads != 1 {
		t.Errorf("%d jobs, want 1", heads)
	}
}

// TestMemory checks what a job costs.
func TestMemory(t *testing.T) {
	const n = 20_000
	for _, test := range []struct {
		captures string
		source   func(i int) string
		most     int
	}{
		{"one capture", func(int) string { return "a.log" }, 250},
		{"a capture for each", func(i int) string { return fmt.Sprint(i) }, 350},
	} {
		jobs := job.New()
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range n {
			id, source := fmt.Sprintf("%032x", i), test.source(i)
			jobs.Add(job.Delivery{Token: id, Event: "queued", Outcome: decode.OutcomePending, Source: source})
			jobs.Add(job.Delivery{Token: id, Event: "saved", Outcome: decode.OutcomeCompleted, Ends: true, Source: source})
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if each := int(after.HeapAlloc-before.HeapAlloc) / n; each > test.most {
			t.Errorf("%s: a job takes %d bytes", test.captures, each)
		} else {
			t.Logf("%s: a job takes %d bytes", test.captures, each)
		}
		runtime.KeepAlive(jobs)
	}
}
