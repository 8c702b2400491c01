package decode

import "slices"

// Outcome is what became of a job, as far as one callback tells.
type Outcome int

// The outcomes.
const (
	OutcomeUnknown   Outcome = iota // the callback does not say
	OutcomeCompleted                // the job is done and has not failed; an output of it may have, or be truncated
	OutcomeFailed                   // the job has failed
	OutcomePending                  // the job is queued or running
)

// String returns the outcome in one word: unknown, completed, failed or pending.
func (o Outcome) String() string {
	return [...]string{OutcomeUnknown: "unknown", OutcomeCompleted: "completed", OutcomeFailed: "failed", OutcomePending: "pending"}[o]
}

// Outcome tells the job's outcome from the event and the status together. The
// event saved alone is no success: it comes at the end of every job, failed
// ones too. Neither is the state completed if the status was truncated before its
// error flag.
func (c *Callback) Outcome() Outcome {
	s := c.Status
	if s == nil {
		s = &Status{}
	}
	switch {
	case slices.Contains(failing, c.Event), s.Error.IsSet(), s.State == "error", s.State == "failed":
		return OutcomeFailed
	case s.Partial && s.Error == "":
		return OutcomeUnknown
	case s.State == "completed", s.State == "saved":
		return OutcomeCompleted
	case slices.Contains(pending, s.State), s.State == "" && c.Event == "queued":
		return OutcomePending
	}
	return OutcomeUnknown
}

// failing are the events of a job that has failed. restarted and restart_failed
// come where retry_on_error starts a new job, or cannot: the old one never
// completes.
var failing = []string{"error", "restarted", "restart_failed"}

// pending are the states of a job that is not done: those of the API reference,
// and then those that only Qencode's guides or its users name.
var pending = []string{"downloading", "queued", "encoding", "saving", "started", "processing", "created", "new", "pending"}

// Failed reports whether the output reports an error.
func (o *Output) Failed() bool {
	return o.Error.IsSet() || o.ErrorDescription != "" || o.State == "error" || o.State == "failed"
}

// Name tells the output from the others: its tag and its user tag, or its kind if it
// has neither.
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
