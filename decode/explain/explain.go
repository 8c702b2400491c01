// Package explain says what a callback means: what became of the job, what failed
// and what that seems to be about, and findings, which point out what is easy to
// miss. [Of] returns all of it for one callback:
//
//	report := explain.Of(callback)
//	for _, failure := range report.Failures {
//		fmt.Println(failure.Source, failure, failure.Cause.Check)
//	}
//
// The names of findings and their severities are stable from the first tagged version
// on: scripts may match them. Findings may be added. Texts may change. All texts may
// quote what was sent: escape them before they go to a terminal.
package explain

import (
	"cmp"
	"slices"
	"strings"

	"qcb/decode"
)

// Report is everything that can be said about one callback.
type Report struct {
	Outcome  decode.Outcome
	Why      string    // why the outcome is unknown, "" for any other outcome
	Failures []Failure // of the callback, its status and its outputs, in this order
	Findings []Finding // the worst first
}

// Of explains a callback. It leaves out the findings with the names in ignore.
func Of(c *decode.Callback, ignore ...string) Report {
	r := Report{Outcome: c.Outcome(), Failures: failures(c)}
	if r.Outcome == decode.OutcomeUnknown {
		r.Why = unknown(c)
	}
	f := findings{ignore: ignore}
	f.find(c, r.Outcome)
	slices.SortStableFunc(f.list, func(a, b Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	r.Findings = f.list
	return r
}

// Add adds a finding that the callback alone cannot show, in its place by severity. Only the
// other callbacks of its job show that a callback is late or contradicts them.
func (r *Report) Add(name, text string) {
	f := findings{}
	f.add(name, nil, "%s", text)
	worse := func(other Finding) bool { return other.Severity < f.list[0].Severity }
	at := slices.IndexFunc(r.Findings, worse)
	if at < 0 {
		at = len(r.Findings)
	}
	r.Findings = slices.Insert(r.Findings, at, f.list[0])
}

// FailsStrict reports whether a finding is a warning or an error: qcb check --strict then
// does not accept the job.
func (r Report) FailsStrict() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity >= SeverityWarning })
}

// unknown says why the outcome of a callback is unknown.
func unknown(c *decode.Callback) string {
	switch s := c.Status; {
	case s == nil && strings.TrimSpace(c.Form.Text("status")) != "":
		return "its status cannot be read"
	case s == nil:
		return "it came without a status"
	case !s.Raw.IsObject():
		return "its status is not a JSON object"
	case s.Partial && s.Error == "":
		return "its status is damaged before the error flag"
	case s.State == "":
		return "its status does not name a state"
	case c.Event == "saved":
		return "the event is saved, but the state is " + s.State
	}
	return "the state is " + c.Status.State
}

// Failure is one error that a callback reports.
type Failure struct {
	Source  string         // "callback", "status", or the name of the output
	Output  *decode.Output // the output that failed, or nil
	Code    string         // the callback's error_code
	Message string         // as sent; may be empty
	Cause   Cause          // what the message seems to be about
}

// failures lists the errors that the callback, its status and its outputs report.
func failures(c *decode.Callback) []Failure {
	var list []Failure
	add := func(source string, o *decode.Output, code, message string) {
		list = append(list, Failure{source, o, code, message, CauseOf(message)})
	}
	if c.Event == "error" || c.ErrorCode != "" || c.ErrorMessage != "" {
		add("callback", nil, c.ErrorCode, c.ErrorMessage)
	}
	s := c.Status
	if s == nil {
		return list
	}
	if s.Error.IsSet() || s.ErrorDescription != "" || s.State == "error" || s.State == "failed" {
		add("status", nil, "", cmp.Or(s.ErrorDescription, s.Error.Text()))
	}
	for o := range s.Outputs() {
		if o.Failed() {
			add(o.Name(), o, "", cmp.Or(o.ErrorDescription, o.Error.Text()))
		}
	}
	return list
}

// String says what went wrong in one line.
func (f Failure) String() string {
	text := cmp.Or(f.Message, "no message was sent")
	if f.Code != "" {
		return "code " + f.Code + ": " + text
	}
	return text
}
