package explain

import (
	"strconv"
	"strings"
	"sync"
)

// Code is what is known of a code of Qencode's API. Which codes callbacks send is not
// published; Qencode's guide says to read them like these.
type Code struct {
	Name    string // as published, "" if the code is not in the published table
	Meaning string // "" if nothing is known of the code
	Check   string // what to check next, as it follows the word "check"; may be empty
}

// codes are the codes of the published table, then those that were seen.
var codes = sync.OnceValue(func() map[int]Code {
	return map[int]Code{
		0:  {"ERROR_OK", "success", ""},
		1:  {"ERROR_SERVER_INTERNAL", "an internal error of Qencode", supportCheck},
		2:  {"ERROR_BAD_API_KEY", "the API key is malformed", keyCheck},
		3:  {"ERROR_API_KEY_NOT_FOUND", "the API key does not exist", keyCheck},
		4:  {"ERROR_BAD_TOKEN", "the token is malformed", tokenCheck},
		5:  {"ERROR_TOKEN_NOT_FOUND", "the token does not exist or has expired", tokenCheck},
		6:  {"ERROR_SERVICE_SUSPENDED", "a limit is reached, or an invoice is unpaid", accountCheck},
		7:  {"ERROR_MASTER_NOT_FOUND", "a fault of Qencode's servers", supportCheck},
		8:  {"ERROR_SYSTEM_BUSY", "Qencode is busy", "how many seconds the answer says to wait"},
		9:  {"ERROR_BAD_PAYLOAD", "the payload is too long", "that the payload has at most 1000 characters"},
		10: {"ERROR_PROJECT_NOT_FOUND", "a fault of Qencode's servers", supportCheck},
		11: {"ERROR_BAD_PROFILE", "the profile is malformed", profileCheck},
		12: {"ERROR_PROFILE_NOT_FOUND", "the profile does not exist", profileCheck},
		13: {"ERROR_BAD_TOKENS", "task_tokens is malformed", "that task_tokens is a list of task tokens with commas between them"},
		14: {"ERROR_FIELD_REQUIRED", "a field of the request is missing", "which field the message names"},
		19: {"", "the request is invalid", "the body of the request: it must be an object with the single member query"},
	}
})

const (
	supportCheck = "whether it fails again later; if so, ask Qencode's support, with the task token"
	keyCheck     = "the API key of the project"
	tokenCheck   = "that the token is complete and the last one that Qencode gave; otherwise get a new one"
	profileCheck = "the id of the profile"
)

// CodeOf returns what is known of a code, written in decimal digits.
func CodeOf(code string) Code {
	n, err := strconv.ParseUint(code, 10, 16)
	if err != nil {
		return Code{}
	}
	return codes()[int(n)]
}

// ParseFailure reads what a person has of a failure: a code, the published name of one,
// a message, or both as [Failure.String] writes them.
func ParseFailure(text string) Failure {
	text = strings.TrimSpace(text)
	for n, code := range codes() {
		if code.Name != "" && strings.EqualFold(text, code.Name) {
			return Failure{Code: strconv.Itoa(n)}
		}
	}
	rest := text
	for _, word := range []string{"code ", "error "} {
		if len(rest) > len(word) && strings.EqualFold(rest[:len(word)], word) {
			rest = strings.TrimLeft(rest[len(word):], " ")
			break
		}
	}
	code := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	message, both := strings.CutPrefix(rest[len(code):], ":")
	if code == "" || !both && message != "" {
		return Failure{Message: text, Cause: CauseOf(text)}
	}
	message = strings.TrimSpace(message)
	return Failure{Code: code, Message: message, Cause: CauseOf(message)}
}

// Known reports whether anything is known of a failure's code or message.
func (f Failure) Known() bool { return f.Cause.Kind != "" || CodeOf(f.Code).Meaning != "" }
