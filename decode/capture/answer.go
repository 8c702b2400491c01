package capture

import (
	"bytes"
	"slices"

	"qcb/decode/capture/tree"
)

// Answer is what was found of answers of Qencode's API that do not hold a callback.
type Answer struct {
	Code    string   // of the first one with an error: "6"; "" if there is none
	Message string   // of the same one
	Line    int      // where it is, or else the first task that is not known
	Unknown []string // the task tokens that a host does not know; at most a hundred

	tries int // places at which an answer was looked for
}

// seeTasks looks for tasks without a status in lines, the first of which has this number. One of
// them has a signal: that of the word statuses before an object.
func (a *Answer) seeTasks(text []byte, number int) {
	const most = 100
	i := bytes.Index(text, []byte("statuses"))
	if i < 0 {
		return
	}
	for _, token := range withoutStatus(text[i:]) {
		if a.Line == 0 {
			a.Line = number + bytes.Count(text[:i], newline)
		}
		if len(a.Unknown) < most && !slices.Contains(a.Unknown, token) {
			a.Unknown = append(a.Unknown, token)
		}
	}
}

// seeError looks for an answer with an error in lines, the first of which has this number.
func (a *Answer) seeError(text []byte, number int) {
	const (
		longest   = 4 << 10 // bytes of an answer
		mostTries = 100
	)
	for at := 0; a.Code == "" && a.tries < mostTries; {
		i := bytes.Index(text[at:], []byte("error"))
		if i < 0 {
			return
		}
		i += at
		at = i + len("error")
		if value := bytes.TrimLeft(text[at:min(len(text), at+8)], `\"' :=>`); len(value) == 0 || value[0] < '1' || '9' < value[0] {
			continue
		}
		a.tries++
		start := max(0, i-longest)
		if brace := bytes.LastIndexByte(text[start:i], '{'); brace >= 0 {
			start += brace
			if a.Code, a.Message = refusal(tree.Value(text[start:min(len(text), start+longest)], 0)); a.Code != "" {
				a.Line = number + bytes.Count(text[:start], newline)
			}
		}
	}
}

// refusal returns the code and the message of an answer with an error; "" if an object is
// not one.
func refusal(n *tree.Node) (code, message string) {
	const most = 4 // members
	if n == nil || n.Kind != tree.Object || len(n.Items) > most {
		return "", ""
	}
	for _, item := range n.Items {
		switch value := item.Value; {
		case item.Name == "error" && value.Kind == tree.Word && len(value.Text) <= 3 && len(bytes.Trim(value.Text, "0123456789")) == 0:
			code = string(value.Text)
		case item.Name == "message" && value.Kind == tree.String:
			message = string(bytes.TrimSpace(value.Text))
		}
	}
	if code == "" || code == "0" || message == "" {
		return "", ""
	}
	return code, message
}

// withoutStatus returns the task tokens that are null in a text: names in JSON, or in what
// Python, Ruby or Go print of it.
func withoutStatus(text []byte) (tokens []string) {
	for _, null := range []string{"null", "None", "nil"} {
		for at := 0; ; {
			i := bytes.Index(text[at:], []byte(null))
			if i < 0 {
				break
			}
			before := bytes.TrimRight(text[at:at+i], ` :=>"'\`)
			if n := len(before) - 32; n >= 0 && len(before) < at+i && isQencodeToken(before[n:]) && (n == 0 || !isWord(before[n-1])) {
				tokens = append(tokens, string(before[n:]))
			}
			at += i + len(null)
		}
	}
	return tokens
}
