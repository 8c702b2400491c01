package render

import (
	"bufio"
	"slices"
	"strings"
	"testing"
	"time"

	"qcb/decode"
	"qcb/decode/explain"
)

// jobRows are a completed, a failed and a pending job.
func jobRows() []*JobRow {
	at := time.Date(2026, 11, 24, 10, 0, 3, 0, time.UTC)
	completed := decoded([]byte(`task_token=a&event=saved&payload=1&status={"status":"completed","error":0,"videos":[{"url":"https://x.example/1"}]}`))
	failed := decoded([]byte(`task_token=b&event=error&error_code=1&error_message=no`))
	return []*JobRow{
		{
			Task: "a", Outcome: decode.OutcomeCompleted, Begun: at, Ended: at.Add(90 * time.Second), Zoned: true, Took: Span{true, 90 * time.Second},
			Deliveries: "queued, saved", JobDetails: NewJobDetails(Place{File: "log", Line: 2}, completed),
		},
		{
			Task: "b", Outcome: decode.OutcomeFailed, Begun: at.Add(time.Second), Ended: at.Add(4*time.Second + time.Second/4), Took: Span{true, 3250 * time.Millisecond},
			Deliveries: "error", RetriedAs: "c", JobDetails: NewJobDetails(Place{File: "log", Line: 10}, failed),
		},
		{Task: "d", Outcome: decode.OutcomePending, Age: Span{true, 2*time.Hour + 61*time.Second}, JobDetails: JobDetails{Place: Place{File: "log", Line: 9}}},
	}
}

func TestWriteJobs(t *testing.T) {
	columns := []string{"task", "begun", "took", "age", "retried_as", "error"}
	for _, test := range []struct {
		options GridOptions
		want    string
	}{
		{GridOptions{Format: "tsv", Columns: columns}, "task\tbegun\ttook\tage\tretried_as\terror\n" +
			"a\t2026-11-24T10:00:03Z\t90\t\t\t\nb\t2026-11-24T10:00:04\t3.25\t\tc\tcode 1: no\nd\t\t\t7261\t\t\n"},
		{GridOptions{Format: "table", Columns: columns}, "TASK  BEGUN                   TOOK      AGE  RETRIED AS  ERROR\n" +
			"a     2026-11-24 10:00:03Z    1:30\nb     2026-11-24 10:00:04   3.25 s           c           code 1: no\nd                                   2:01:01\n"},
		{GridOptions{Format: "table", Columns: []string{"task", "took"}, Screen: Screen{Width: 80}}, "TASK             TOOK\n" +
			"a     ████████   1:30\nb     ▎        3.25 s\nd\n"},
	} {
		got := written(t, func(w *bufio.Writer) error { return WriteJobs(w, jobRows(), test.options) })
		if got != test.want {
			t.Errorf("%+v:\n%s\nwant\n%s", test.options, got, test.want)
		}
	}
	if got := written(t, func(w *bufio.Writer) error { return WriteJobs(w, nil, GridOptions{Format: "csv", Columns: columns}) }); got != strings.Join(columns, ",")+"\n" {
		t.Errorf("no jobs: %q", got)
	}
}

// TestSortJobs checks that jobs without a value come last, in both directions.
func TestSortJobs(t *testing.T) {
	for by, want := range map[string]string{"task": "abd", "-task": "dba", "took": "bad", "-took": "abd", "age": "dab", "line": "adb", "-begun": "bad", "outputs": "abd", "-error": "bad"} {
		rows := jobRows()
		SortJobs(rows, by)
		got := ""
		for _, r := range rows {
			got += r.Task
		}
		if got != want {
			t.Errorf("by %s: %s, want %s", by, got, want)
		}
	}
	for _, name := range JobColumns() {
		SortJobs(jobRows(), name) // No column lacks an order.
	}
}

func TestTimeline(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 3, 0, time.UTC)
	moments := []Moment{
		{Number: 2, Event: "saved", Stream: true, Outcome: decode.OutcomePending, Place: Place{File: "log", Line: 7}, Task: "a"},
		{Number: 1, Time: at, Zoned: true, Event: "queued", Outcome: decode.OutcomePending, Place: Place{File: "log", Line: 1}, Task: "a", Remarks: []string{"late", "sent again"}},
	}
	for severalTasks, want := range map[bool]string{
		false: "TIME                  EVENT           OUTCOME  PLACE  REMARKS\n2026-11-24 10:00:03Z  queued          pending  log:1  late, sent again\n                      saved (stream)  pending  log:7\n\n",
		true:  "TIME                  EVENT           OUTCOME  PLACE  TASK  REMARKS\n2026-11-24 10:00:03Z  queued          pending  log:1  a     late, sent again\n                      saved (stream)  pending  log:7  a\n\n",
	} {
		got := written(t, func(w *bufio.Writer) error { return Timeline(w, slices.Clone(moments), severalTasks, ShowOptions{}) })
		if got != want {
			t.Errorf("several tasks %v:\n%s\nwant\n%s", severalTasks, got, want)
		}
	}
}

func TestExplanation(t *testing.T) {
	for _, test := range []struct {
		failure explain.Failure
		want    string
	}{
		{explain.Failure{Code: "1"}, "code 1\n  in Qencode's API: ERROR_SERVER_INTERNAL, an internal error of Qencode (callback codes are not documented)\n  check whether it fails again later; if so, ask Qencode's support, with the task token\n"},
		{explain.Failure{Code: "777"}, "code 777\n  code 777 is not in Qencode's published table\n"},
	} {
		if got := written(t, func(w *bufio.Writer) error { return Explanation(w, test.failure, Screen{}) }); got != test.want {
			t.Errorf("%+v:\n%s\nwant\n%s", test.failure, got, test.want)
		}
	}
	got := written(t, func(w *bufio.Writer) error {
		return NewExplanations(w, GridOptions{Format: "json"}).Write(w, AppendExplanation(nil, "777", explain.Failure{Code: "777"}))
	})
	if want := `{"text":"777","code":"777","name":null,"meaning":null,"cause":null,"word":null,"check":null}` + "\n"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestTotals(t *testing.T) {
	var sums, others Totals
	for output := range decoded([]byte(`status={"videos":[{"duration":"1.5","size":"2"},{"duration":2}],"texts":[{"url":"https://x.example/1"}]}`)).Status.Outputs() {
		sums.Add(output)
		others.Add(output)
	}
	sums.Merge(&others)
	want := [][]string{{"video", "4", "7", "4000000"}, {"text", "2", "", ""}}
	if got := sums.Rows(); !slices.EqualFunc(got, want, slices.Equal[[]string]) || len(TotalColumns()) != len(want[0]) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestWhy says why a callback gave no URL.
func TestWhy(t *testing.T) {
	for body, want := range map[string]string{
		`event=restarted`: "the job failed: its event is restarted",
		`event=queued`:    "no URL yet: the job is pending",
		`event=saved`:     "no URL: it came without a status",
		`event=saved&status={"status":"completed","error":0,"videos":5}`:                                         "no URL: videos of the status is not a list",
		`event=saved&status={"status":"completed","error":0}`:                                                    "no URL: the status does not list an output",
		`event=saved&status={"status":"completed","error":0,"videos":[{"tag":"a","url":"https://x.example/1"}]}`: "no URL: none of 1 output is selected by --tag b",
		`event=saved&status={"status":"error","error":1,"error_description":"no"}`:                               "the job failed: no",
	} {
		c := decoded([]byte(body))
		options := URLOptions{Match: func(*decode.Output, string) bool { return false }, Selection: "--tag b"}
		tally := URLs(bufio.NewWriter(nil), c, options)
		if got := tally.Why(c, options); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}
