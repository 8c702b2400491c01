package decode

import (
	"cmp"
	"slices"
)

// Outcome is what became of a job, as far as one callback tells.
type Outcome int

// The outcomes.
const (
	Unknown   Outcome = iota // the callback does not say
	Completed                // the job is done and has not failed; an output of it may have, or be cut off
	Failed                   // the job has failed
	Pending                  // the job is queued or running
)

// String returns the outcome in one word: unknown, completed, failed or pending.
func (o Outcome) String() string {
	return [...]string{Unknown: "unknown", Completed: "completed", Failed: "failed", Pending: "pending"}[o]
}

// Outcome tells the job's outcome from the event and the status together. The
// event saved alone is no success: it comes at the end of every job, failed
// ones too. Neither is the state completed where the status was cut off before
// its error flag.
func (c *Callback) Outcome() Outcome {
	s := c.Status
	if s == nil {
		s = &Status{}
	}
	switch {
	case slices.Contains(failing, c.Event), s.Error.IsSet(), s.State == "error", s.State == "failed":
		return Failed
	case s.Partial && s.Error == "":
		return Unknown
	case s.State == "completed", s.State == "saved":
		return Completed
	case slices.Contains(pending, s.State), s.State == "" && c.Event == "queued":
		return Pending
	}
	return Unknown
}

// failing are the events of a job that has failed. restarted and restart_failed
// come where retry_on_error starts a new job, or cannot: the old one never
// completes.
var failing = []string{"error", "restarted", "restart_failed"}

// pending are the states of a job that is not done: those of the API reference,
// and then those that only Qencode's guides or its users name.
var pending = []string{"downloading", "queued", "encoding", "saving", "started", "processing", "created", "new", "pending"}

// Failure is one error that a callback reports.
type Failure struct {
	Source  string // "callback", "status", or the kind and tag of an output
	Code    string // the callback's error_code
	Message string // in full; may be empty
}

// Failures lists the errors that the callback, its status and its outputs
// report, in this order.
func (c *Callback) Failures() []Failure {
	var list []Failure
	if c.Event == "error" || c.ErrorCode != "" || c.ErrorMessage != "" {
		list = append(list, Failure{"callback", c.ErrorCode, c.ErrorMessage})
	}
	s := c.Status
	if s == nil {
		return list
	}
	if s.Error.IsSet() || s.ErrorDescription != "" || s.State == "error" || s.State == "failed" {
		list = append(list, Failure{"status", "", cmp.Or(s.ErrorDescription, s.Error.text())})
	}
	for o := range s.Outputs() {
		if o.Failed() {
			list = append(list, Failure{o.Name(), "", cmp.Or(o.ErrorDescription, o.Error.text())})
		}
	}
	return list
}

// Failed reports whether the output reports an error.
func (o *Output) Failed() bool { return o.Error.IsSet() || o.ErrorDescription != "" }

// String says what went wrong in one line.
func (f Failure) String() string {
	text := f.Message
	if text == "" {
		text = "no message came with it"
	}
	if f.Code != "" {
		text = "code " + f.Code + ": " + text
	}
	return text
}

// Name is how a person can tell the output from the others: its tag and its
// user tag, or its kind where it has neither.
func (o *Output) Name() string {
	switch {
	case o.Tag == "" && o.UserTag == "":
		return string(o.Kind)
	case o.UserTag == "":
		return o.Tag
	case o.Tag == "":
		return o.UserTag
	}
	return o.Tag + " " + o.UserTag
}
