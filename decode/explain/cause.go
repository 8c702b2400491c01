package explain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Cause is what a failure seems to be about. Qencode sends free text: the kind is
// guessed from a word in it.
type Cause struct {
	Kind  string // "source download", "destination upload", …; "" if nothing is known
	Word  string // the word of the message, in lower case, that the guess is from
	Check string // what to check next, as it follows the word "check"
}

// causes are the kinds of failure in Qencode's own guide to error messages, the words
// that it tells them by, and what to check in each case; then the messages that are
// published or were seen. The first match counts: the message of an upload to S3 may
// mention the source, too. A row without a kind is a phrase that tells nothing.
var causes = []struct {
	kind  string
	words []string
	check string
}{
	{"", []string{"download limit"}, ""}, // of the account, or of the server that has the source
	{"request", []string{"must not end with a slash", "field is required", "please specify token"}, "the fields of the request that started the job"},
	{"callback delivery", []string{"callback delivery", "sending callback"}, "that the callback URL can be reached from outside and answers with 2xx"},
	{"DRM", []string{"drm", "widevine", "playready", "fairplay", "key server", "license"}, "the DRM settings of the job, and that the key server answers"},
	{"source download", []string{"download", "fetch"}, sourceCheck},
	{"destination upload", []string{"upload", "destination", "s3", "permission denied"}, "that the bucket of the destination exists, and that its key may write there"},
	{"stitch", []string{"stitch", "video join", "incompatible", "different framerate", "different size"}, "that all parts have the same resolution, frame rate and stream layout"},
	{"source format", []string{"decode", "demux", "invalid input", "unsupported codec", "no streams"}, "the source file: ffprobe should be able to read it to the end"},
	{"resources", []string{"no space", "out of memory", "killed"}, "whether it fails again when the job is started again; if so, ask Qencode's support, with the task token"},
	{"account or quota", []string{"suspended", "limit reached", "unpaid invoice"}, accountCheck},
	{"retry", []string{"retry on error", "automatically retried"}, "the callbacks of the new job, which has another task token; if the retry also failed, the error of the original job"},
	{"source download", []string{"source"}, sourceCheck},
}

const (
	sourceCheck  = "that the source URL can be fetched from outside, is not expired, and needs no login"
	accountCheck = "the limits and the invoices of the account"
)

// CauseOf guesses what a failure is about from its message. It returns the zero Cause if
// nothing is known. Of a URL only a private host counts: Qencode cannot reach it.
func CauseOf(message string) Cause {
	text, private := withoutURLs(message)
	cause := causeOf(strings.ToLower(text))
	if private != "" {
		if cause.Kind == "" {
			cause.Kind, cause.Word = "private host", private
		}
		cause.Check = "the URL in the message: its host " + private + " is private, so Qencode cannot reach it"
	}
	return cause
}

func causeOf(text string) Cause {
	for _, c := range causes {
		for _, word := range c.words {
			if !beginsWord(text, word) {
				continue
			}
			if c.kind == "" {
				return Cause{}
			}
			return Cause{c.kind, word, c.check}
		}
	}
	return Cause{}
}

// beginsWord reports whether a word of the text starts with another: "skilled" does
// not start with "killed".
func beginsWord(text, word string) bool {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return true
		}
	}
}
