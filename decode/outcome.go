package decode

import (
	"slices"
	"strings"
)

// Outcome is what became of a job, as far as one callback tells.
type Outcome int

// The outcomes.
const (
	OutcomeUnknown   Outcome = iota // the callback does not say
	OutcomeCompleted                // the job is done and has not failed, although an output may have, or the outputs may be truncated
	OutcomeFailed                   // the job has failed
	OutcomePending                  // the job is queued or running
)

// String returns the outcome in one word: unknown, completed, failed or pending.
func (o Outcome) String() string {
	switch o {
	case OutcomeCompleted:
		return "completed"
	case OutcomeFailed:
		return "failed"
	case OutcomePending:
		return "pending"
	}
	return "unknown"
}

// Outcome tells the job's outcome from the type, the event and the status together. A
// callback of type stream is about one rendition, so the job is still pending. The event
// saved alone does not mean success: it comes at the end of every job, failed ones too.
// Neither does the state completed if the status was truncated before its error flag.
// Package job tells the outcome from all callbacks of a job.
func (c *Callback) Outcome() Outcome {
	s := c.Status
	if s == nil {
		s = &Status{}
	}
	switch {
	case c.IsStream():
		return OutcomePending
	case slices.Contains(failing, c.Event), s.Error.IsSet(), s.State == "error", s.State == "failed":
		return OutcomeFailed
	case s.Partial && s.Error == "":
		return OutcomeUnknown
	case s.State == "completed", s.State == "saved":
		return OutcomeCompleted
	case c.Event == "saved":
		return OutcomeUnknown // The job is over: it is not pending, whatever state was sent.
	case slices.Contains(pending, s.State), s.State == "" && c.Event == "queued":
		return OutcomePending
	}
	return OutcomeUnknown
}

// IsStream reports whether the callback is about one rendition, not the whole job.
func (c *Callback) IsStream() bool { return c.Type == "stream" }

// Ends reports whether the job is over with this callback: its event is saved, or it says
// that the job completed or failed. A callback of type stream never ends its job. Qencode
// documents that a job does not change after saved.
func (c *Callback) Ends() bool {
	outcome := c.Outcome()
	return !c.IsStream() && (c.Event == "saved" || outcome == OutcomeCompleted || outcome == OutcomeFailed)
}

// RetriedAs returns the task token of the job that retry_on_error started in the place of
// this failed one. It is empty if the callback does not name one.
func (c *Callback) RetriedAs() string {
	if c.Status == nil {
		return ""
	}
	for _, w := range c.Status.Warnings {
		// The message is from the API reference's guide to reliability. It does not say where
		// in the warning the token is.
		if !strings.HasPrefix(w.Message, "Retry on error triggered") {
			continue
		}
		for word := range strings.FieldsFuncSeq(w.Details+" "+w.Message, isNotAlphanumeric) {
			if len(word) == tokenLength && strings.Trim(word, "0123456789abcdefABCDEF") == "" && word != c.TaskToken {
				return word
			}
		}
	}
	return ""
}

// tokenLength is the number of hexadecimal digits of a task token.
const tokenLength = 32

func isNotAlphanumeric(r rune) bool {
	return (r < '0' || '9' < r) && (r < 'A' || 'Z' < r) && (r < 'a' || 'z' < r)
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
