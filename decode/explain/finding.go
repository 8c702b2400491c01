package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// Severity says how bad a finding is.
type Severity int

// The severities, from the least to the worst.
const (
	SeverityInfo    Severity = iota + 1 // nothing is necessarily wrong
	SeverityWarning                     // the job may not have made what was wanted
	SeverityError                       // the callback contradicts itself, or reports a failure
)

// String returns the severity in one word: info, warning or error.
func (s Severity) String() string {
	switch s {
	case SeverityInfo:
		return "info"
	case SeverityWarning:
		return "warning"
	case SeverityError:
		return "error"
	}
	return fmt.Sprintf("severity %d", int(s))
}

// Finding is something about a callback that is easy to miss.
type Finding struct {
	Name     string // one of FindingNames
	Severity Severity
	Output   *decode.Output // that the finding is about; nil if it is about the job or several outputs
	Text     string         // in one line
}

// severities are the findings, the worst first.
var severities = [...]struct {
	name     string
	severity Severity
}{
	{"contradiction", SeverityError},
	{"duplicate-member", SeverityError},
	{"failure-event", SeverityError},
	{"output-error", SeverityError},
	{"warning", SeverityWarning},
	{"no-output", SeverityWarning},
	{"unread-outputs", SeverityWarning},
	{"no-url", SeverityWarning},
	{"empty-output", SeverityWarning},
	{"shared-url", SeverityWarning},
	{"unknown-event", SeverityInfo},
	{"rendition", SeverityInfo},
	{"late", SeverityInfo},
	{"retried", SeverityInfo},
	{"delivery", SeverityInfo},
	{"short-output", SeverityInfo},
	{"temporary", SeverityInfo},
	{"unlinkable-url", SeverityInfo},
	{"folder-url", SeverityInfo},
	{"payload-json", SeverityInfo},
}

// FindingNames returns the names of all findings, the worst first.
func FindingNames() []string {
	var names []string
	for _, s := range severities {
		names = append(names, s.name)
	}
	return names
}

// shortest is the share of the source's duration below which an output is reported as short.
// It is only information, because clips are short on purpose.
const shortest = 0.5

// findings collects findings.
type findings struct {
	ignore []string
	list   []Finding
}

func (f *findings) add(name string, o *decode.Output, format string, args ...any) {
	if slices.Contains(f.ignore, name) {
		return
	}
	for _, s := range severities {
		if s.name == name {
			f.list = append(f.list, Finding{name, s.severity, o, fmt.Sprintf(format, args...)})
		}
	}
}

// find finds everything about a callback of a job with this outcome.
func (f *findings) find(c *decode.Callback, outcome decode.Outcome) {
	s := c.Status
	if s == nil {
		s = &decode.Status{}
	}
	f.contradictions(c, s, outcome)
	if c.IsStream() {
		f.add("rendition", nil, "the callback is about one rendition: it does not tell what became of the job")
	}
	for _, pointer := range s.Repeated {
		f.add("duplicate-member", nil, "%s was sent twice with different values, the last one counts", pointer)
	}
	switch {
	case c.Event == "" || slices.Contains(decode.Events(), c.Event):
	case soundsLikeFailure(c.Event):
		f.add("failure-event", nil, "the event %q sounds like a failure, but Qencode does not document it", c.Event)
	default:
		f.add("unknown-event", nil, "Qencode does not document the event %q", c.Event)
	}
	f.warnings(s)
	f.retries(c, s)
	for _, w := range s.Warnings {
		// The message is from the API reference's guide to callbacks.
		if strings.HasPrefix(w.Message, "Callback delivery error") {
			why := "the server did not answer with 2xx"
			if _, host := withoutURLs(w.Message + " " + w.Details); host != "" {
				why = "its host " + host + " is private"
			}
			f.add("delivery", nil, "Qencode could not deliver an earlier callback of this job: %s", why)
		}
	}
	for _, list := range s.Unread {
		f.add("unread-outputs", nil, "%s is not a list, so its contents were skipped", list)
	}
	if outcome == decode.OutcomeCompleted {
		f.outputs(s)
	}
	f.places(s)
	if payload := strings.TrimSpace(c.Payload); payload != "" && strings.IndexByte("{[", payload[0]) >= 0 && !jsontext.Value(payload).IsValid() {
		f.add("payload-json", nil, "the payload looks like JSON but is not valid")
	}
}

// soundsLikeFailure reports whether the name of an event suggests that the job failed.
func soundsLikeFailure(event string) bool {
	event = strings.ToLower(event)
	return slices.ContainsFunc([]string{"error", "fail", "cancel", "abort"}, func(word string) bool { return strings.Contains(event, word) })
}

// contradictions looks for members that say the opposite of each other.
func (f *findings) contradictions(c *decode.Callback, s *decode.Status, outcome decode.Outcome) {
	unset := s.Error != "" && !s.Error.IsSet()
	switch {
	case c.Event == "error" && unset:
		f.add("contradiction", nil, "the event is error, but the error flag of the status is %s", s.Error)
	case (s.State == "error" || s.State == "failed") && unset:
		f.add("contradiction", nil, "the state is %s, but the error flag of the status is %s", s.State, s.Error)
	case s.ErrorDescription != "" && unset:
		f.add("contradiction", nil, "the status has an error description, but its error flag is %s", s.Error)
	case (c.ErrorCode != "" || c.ErrorMessage != "") && outcome != decode.OutcomeFailed && !c.IsStream():
		f.add("contradiction", nil, "the callback has an error code or message, but the job is %s", outcome)
	}
	if percent, ok := s.Percent.Float(); ok && percent < 100 && s.State == "completed" {
		f.add("contradiction", nil, "the state is completed at %s percent", s.Percent)
	}
	if c.Event == "queued" && s.State == "completed" {
		f.add("contradiction", nil, "the event is queued, but the state is completed")
	}
}

// warnings passes on the warnings that Qencode sent.
func (f *findings) warnings(s *decode.Status) {
	if len(s.Warnings) == 0 {
		return
	}
	tagged := map[string]*decode.Output{}
	for o := range s.Outputs() {
		tagged[o.Tag], tagged[o.UserTag] = o, o
	}
	delete(tagged, "")
	for _, w := range s.Warnings {
		text := w.Message
		if w.Details != "" && text != "" {
			text = strings.TrimSuffix(text, ".") + ": "
		}
		if text += w.Details; text == "" {
			continue
		}
		if w.Tag != "" {
			text = w.Tag + ": " + text
		}
		f.add("warning", tagged[w.Tag], "%s", text)
	}
}

// retries looks for signs of retry_on_error, which starts a new job. The messages
// are from the API reference's guide to reliability.
func (f *findings) retries(c *decode.Callback, s *decode.Status) {
	switch c.Event {
	case "restarted":
		f.add("retried", nil, "%s", triedAgain(c.RetriedAs(), ""))
		return
	case "restart_failed":
		f.add("retried", nil, "the job could not be tried again")
		return
	}
	for _, w := range s.Warnings {
		switch {
		case strings.HasPrefix(w.Message, "Retry on error triggered"):
			f.add("retried", nil, "%s", triedAgain(c.RetriedAs(), w.Details))
		case strings.Contains(w.Message, "automatically retried"):
			f.add("retried", nil, "the job will be tried again as a new job, with another task token")
		case strings.HasPrefix(w.Message, "Retry on error failed"):
			f.add("retried", nil, "the job could not be tried again")
		}
	}
}

// triedAgain says that a job was tried again as another task, with its token if it is
// known, or else with the details that were sent.
func triedAgain(token, details string) string {
	if token != "" {
		return "the job was tried again as task " + token
	}
	return "the job was tried again as a new job, with another task token" + inBrackets(details)
}

// outputs looks at the outputs of a completed job.
func (f *findings) outputs(s *decode.Status) {
	source, _ := s.Duration.Float()
	if len(s.Videos)+len(s.Audios)+len(s.Images)+len(s.Texts)+len(s.Unread) == 0 && !s.Partial {
		f.add("no-output", nil, "the job completed, but its status does not list an output")
	}
	for o := range s.Outputs() {
		size, sized := o.Size.Float()
		duration, timed := o.Duration.Float()
		switch {
		case o.Failed():
			f.add("output-error", o, "%s failed in a completed job", o.Name())
		case firstFile(o) == "":
			f.add("no-url", o, "%s has no URL", o.Name())
		case sized && size == 0:
			f.add("empty-output", o, "%s is reported as 0 bytes", o.Name())
		case timed && source > 0 && duration < shortest*source && (o.Kind == decode.KindVideo || o.Kind == decode.KindAudio):
			f.add("short-output", o, "%s lasts %s s, while the source lasts %s s", o.Name(), o.Duration, s.Duration)
		}
	}
}

// places looks at where the outputs are. Many outputs in one kind of place are
// counted.
func (f *findings) places(s *decode.Status) {
	var temporary, unlinkable, folders []*decode.Output
	var schemes []string
	first := map[string]*decode.Output{} // by URL
	shared := map[string]int{}
	var order []string
	for o := range s.Outputs() {
		if o.IsTemporary() {
			temporary = append(temporary, o)
		}
		if scheme := unlinkableScheme(o.URL); scheme != "" {
			unlinkable = append(unlinkable, o)
			if !slices.Contains(schemes, scheme) {
				schemes = append(schemes, scheme)
			}
		}
		if o.Kind == decode.KindText && isFolder(firstFile(o)) {
			folders = append(folders, o)
		}
		if o.Format == "hls" || o.Format == "dash" || isPlaylist(o.URL) {
			continue // The renditions of a playlist share its URL.
		}
		for _, url := range o.Files() {
			switch {
			case url == "":
			case first[url] == nil:
				first[url] = o
				order = append(order, url)
			default:
				shared[url]++
			}
		}
	}
	for _, url := range order {
		if n := shared[url]; n > 0 {
			f.add("shared-url", first[url], "%s and %s have the same URL: one file has overwritten the other", first[url].Name(), others(n))
		}
	}
	if len(temporary) > 0 {
		f.add("temporary", only(temporary), "%s in temporary storage, deleted about 24 hours after the job", are(temporary))
	}
	if len(unlinkable) > 0 {
		f.add("unlinkable-url", only(unlinkable), "%s a URL that browsers cannot open (%s)", have(unlinkable), strings.Join(schemes, ", "))
	}
	if len(folders) > 0 {
		f.add("folder-url", only(folders), "%s the URL of a folder: the names of the files in it were not sent", have(folders))
	}
}

// firstFile returns the URL of the first file of an output.
func firstFile(o *decode.Output) string {
	for _, url := range o.Files() {
		return url
	}
	return ""
}

// unlinkableScheme returns the scheme of a URL, with "://", if that is not one of a web
// link: those of storages like s3, b2, azblob, and ftp or sftp.
func unlinkableScheme(url string) string {
	const longest = 16
	i := strings.Index(url[:min(len(url), longest)], "://")
	if i < 1 {
		return ""
	}
	scheme := strings.ToLower(url[:i])
	odd := strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+.-")
	if odd != "" || scheme == "https" || scheme == "http" {
		return ""
	}
	return scheme + "://"
}

// isFolder reports whether a URL is that of a folder: its last part has no extension.
func isFolder(url string) bool {
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		url = url[:end]
	}
	return url != "" && !strings.Contains(url[strings.LastIndexByte(url, '/')+1:], ".")
}

// isPlaylist reports whether a URL is one of a playlist.
func isPlaylist(url string) bool {
	url, _, _ = strings.Cut(url, "?")
	return strings.HasSuffix(url, ".m3u8") || strings.HasSuffix(url, ".mpd")
}

// others counts the outputs beside the one that is named.
func others(n int) string {
	if n == 1 {
		return "1 other output"
	}
	return fmt.Sprintf("%d other outputs", n)
}

// only returns the output of a list of one, or nil.
func only(outputs []*decode.Output) *decode.Output {
	if len(outputs) == 1 {
		return outputs[0]
	}
	return nil
}

// are names one output, or says how many there are.
func are(outputs []*decode.Output) string {
	if len(outputs) == 1 {
		return outputs[0].Name() + " is"
	}
	return fmt.Sprintf("%d outputs are", len(outputs))
}

// have is like are.
func have(outputs []*decode.Output) string {
	if len(outputs) == 1 {
		return outputs[0].Name() + " has"
	}
	return fmt.Sprintf("%d outputs have", len(outputs))
}

// inBrackets puts details behind a sentence.
func inBrackets(details string) string {
	if details == "" {
		return ""
	}
	return " (" + details + ")"
}
