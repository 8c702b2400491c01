package explain

import (
	"strconv"
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
// that it tells them by, and what to check in each case. The first match counts:
// the message of an upload to S3 may mention the source, too.
var causes = []struct {
	kind  string
	words []string
	check string
}{
	{"DRM", []string{"drm", "widevine", "playready", "fairplay", "key server", "license"}, "the DRM settings of the job, and that the key server answers"},
	{"source download", []string{"download", "fetch"}, sourceCheck},
	{"destination upload", []string{"upload", "destination", "s3", "permission denied"}, "that the bucket of the destination exists, and that its key may write there"},
	{"stitch", []string{"stitch", "incompatible", "different framerate", "different size"}, "that all parts have one resolution, frame rate and layout of streams"},
	{"source format", []string{"decode", "demux", "invalid input", "unsupported codec", "no streams"}, "the source file: ffprobe should read it to its end"},
	{"resources", []string{"no space", "out of memory", "killed"}, "whether it fails again when the job is started again; then ask Qencode's support with the task token"},
	{"account or quota", []string{"suspended", "limit reached", "unpaid invoice"}, "the limits and the invoices of the account"},
	{"source download", []string{"http", "source"}, sourceCheck},
}

const sourceCheck = "that the source URL can be fetched from outside, is not expired, and needs no login"

// CauseOf guesses what a failure is about from its message. It returns the zero Cause
// if nothing is known.
func CauseOf(message string) Cause {
	text := strings.ToLower(message)
	for _, c := range causes {
		for _, word := range c.words {
			if beginsWord(text, word) {
				return Cause{c.kind, word, c.check}
			}
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

// codeNames are the codes of Qencode's API with their published names. Which codes
// callbacks send is not published; Qencode's guide says to read them like these.
var codeNames = map[int]string{
	0:  "ERROR_OK",
	1:  "ERROR_SERVER_INTERNAL",
	2:  "ERROR_BAD_API_KEY",
	3:  "ERROR_API_KEY_NOT_FOUND",
	4:  "ERROR_BAD_TOKEN",
	5:  "ERROR_TOKEN_NOT_FOUND",
	6:  "ERROR_SERVICE_SUSPENDED",
	7:  "ERROR_MASTER_NOT_FOUND",
	8:  "ERROR_SYSTEM_BUSY",
	9:  "ERROR_BAD_PAYLOAD",
	10: "ERROR_PROJECT_NOT_FOUND",
	11: "ERROR_BAD_PROFILE",
	12: "ERROR_PROFILE_NOT_FOUND",
	13: "ERROR_BAD_TOKENS",
	14: "ERROR_FIELD_REQUIRED",
}

// CodeName returns the published name of a code in Qencode's API, or "" if the code
// is not in the published table.
func CodeName(code string) string {
	n, err := strconv.Atoi(code)
	if err != nil {
		return ""
	}
	return codeNames[n]
}
