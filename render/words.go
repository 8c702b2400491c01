package render

import (
	"fmt"
	"slices"
	"strings"

	"qcb/decode"
	"qcb/decode/explain"
)

// outcome says in a word what became of the job, and more of it: the state of a pending job,
// or why an outcome is unknown. Neither is safe to print.
func outcome(c *decode.Callback, r explain.Report) (word, more string) {
	switch r.Outcome {
	case decode.OutcomeFailed:
		return "FAILED", ""
	case decode.OutcomePending:
		switch {
		case c.IsStream(), c.Status == nil: // The state may be that of a rendition.
		case c.Status.State == "encoding" && c.Status.Percent != "":
			more = c.Status.State + " " + percent(c.Status.Percent)
		default:
			more = c.Status.State
		}
		return r.Outcome.String(), more
	}
	return r.Outcome.String(), r.Why
}

// Sentence says in one line, safe to print, what became of the job of a callback,
// with the names of its findings.
func Sentence(c *decode.Callback, r explain.Report) string {
	word, more := outcome(c, r)
	parts := []string{joined(": ", word, more)}
	if r.Outcome == decode.OutcomeFailed && len(r.Failures) > 0 {
		parts[0] += ": " + r.Failures[0].String()
	}
	if c.Event != "" {
		parts = append(parts, "event "+c.Event)
	}
	if c.TaskToken != "" {
		parts = append(parts, "task "+c.TaskToken)
	}
	return Message(strings.Join(append(parts, findingNames(r)...), ", "))
}

// findingNames returns the names of the findings, each once, the worst first.
func findingNames(r explain.Report) []string {
	var names []string
	for _, finding := range r.Findings {
		if !slices.Contains(names, finding.Name) {
			names = append(names, finding.Name)
		}
	}
	return names
}

// firstProblem says in one line what failed first, or "" if nothing did.
func firstProblem(r explain.Report) string {
	if len(r.Failures) == 0 {
		return ""
	}
	first := r.Failures[0]
	if first.Output != nil {
		return first.Source + ": " + first.String()
	}
	return first.String()
}

// Count writes a number of things: "1 callback", "2 callbacks".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// hiddenColumns says which columns a terminal is too narrow for.
func hiddenColumns(columns []string) string {
	return "hidden (terminal too narrow): " + strings.ToLower(strings.Join(columns, ", "))
}

// causes says what failures seem to be about, each kind once, and what is published
// about their codes.
func causes(failures []explain.Failure) []string {
	var lines []string
	add := func(line string) {
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, f := range failures {
		if f.Cause.Kind != "" {
			add(fmt.Sprintf("%s (the message mentions %q)", f.Cause.Kind, f.Cause.Word))
			add("check " + f.Cause.Check)
		}
		switch code := explain.CodeOf(f.Code); {
		case code.Name != "":
			add(fmt.Sprintf("in Qencode's API, code %s means %s (callback codes are not documented)", f.Code, code.Name))
		case f.Code != "":
			add(fmt.Sprintf("code %s is not in Qencode's published table", f.Code))
		}
	}
	return lines
}

// complaint says what is wrong with an output that failed or has no URL.
func complaint(o *decode.Output) string {
	switch {
	case o.ErrorDescription != "":
		return "failed: " + o.ErrorDescription
	case o.Failed():
		return "failed"
	}
	return "has no URL"
}

// firstTold returns the first failure that has a message, or else the first one.
func firstTold(failures []explain.Failure) string {
	told := slices.IndexFunc(failures, func(f explain.Failure) bool { return f.Message != "" })
	return failures[max(told, 0)].String()
}

// joined joins the texts that are not empty.
func joined(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), separator)
}
