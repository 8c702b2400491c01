package cmd

import (
	"fmt"

	"qcb/decode/capture"
	"qcb/decode/explain"
	"qcb/render"
)

// isAnswer reports whether an input without a callback has an answer of Qencode's API.
func isAnswer(answer capture.Answer) bool {
	return explain.CodeOf(answer.Code).Meaning != "" || len(answer.Unknown) > 0
}

// refuseAnswer reports that an input has an answer of Qencode's API, and no callback.
func (a *app) refuseAnswer(s source, answer capture.Answer) {
	place := s.at(answer.Line, "").String() + ": no Qencode callback: "
	if len(answer.Unknown) > 0 {
		a.fail(exitInput, place+"an answer of Qencode's API: "+unknownTasks(answer.Unknown))
		a.hint("ask the host in the last status_url, or api.qencode.com")
		return
	}
	code := explain.CodeOf(answer.Code)
	name := "code " + answer.Code
	if code.Name != "" {
		name += ", " + code.Name
	}
	a.fail(exitInput, fmt.Sprintf("%sit looks like an answer of Qencode's API: %s, %s (%s)", place, name, code.Meaning, answer.Message))
	if code.Check != "" {
		a.hint("check " + code.Check)
	}
}

// unknownTasks says which tasks a host does not know.
func unknownTasks(tokens []string) string {
	text := "this host does not know task " + tokens[0]
	if more := len(tokens) - 1; more > 0 {
		text += fmt.Sprintf(" (and %s more)", render.Count(more, "task"))
	}
	return text
}
