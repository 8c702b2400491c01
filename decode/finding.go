package decode

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Finding is something about a callback that is worth knowing before it is
// learned the hard way. The name is stable: scripts may match it.
type Finding struct {
	Name string // one of FindingNames
	Text string // what it is about, in one line; holds text that was sent
}

// FindingNames are the names of all findings, in the order in which a callback's
// are listed.
var FindingNames = []string{
	"contradiction", "retried", "delivery", "no-output", "unread-outputs", "output-error", "no-url", "empty-output",
	"shared-url", "short-output", "temporary", "s3-url", "payload-json",
}

// shortest is the part of the source's duration below which an output is much
// shorter. Parts are cut out on purpose, too: it is only worth a note.
const shortest = 0.5

// Findings lists what is worth knowing about the callback.
func (c *Callback) Findings() []Finding {
	f := &findings{}
	s := c.Status
	if s == nil {
		s = &Status{}
	}
	f.contradictions(c, s)
	f.retries(c, s)
	for _, w := range s.Warnings {
		// The message is that of the API reference's guide to callbacks.
		if strings.HasPrefix(w.Message, "Callback delivery error") {
			f.add("delivery", "Qencode could not deliver an earlier callback of this job: its server did not answer with 2xx")
		}
	}
	for _, list := range s.Unread {
		f.add("unread-outputs", "%s is no list: what is in it is not read", list)
	}
	if c.Outcome() == Completed {
		f.outputs(s)
	}
	f.places(s)
	if payload := strings.TrimSpace(c.Payload); payload != "" && strings.IndexByte("{[", payload[0]) >= 0 && !jsontext.Value(payload).IsValid() {
		f.add("payload-json", "the payload begins like JSON, and is none")
	}
	return f.list
}

// findings collects findings.
type findings struct{ list []Finding }

func (f *findings) add(name, format string, args ...any) {
	f.list = append(f.list, Finding{name, fmt.Sprintf(format, args...)})
}

func (f *findings) contradictions(c *Callback, s *Status) {
	sent := s.Error != "" && !s.Error.IsSet()
	switch {
	case c.Event == "error" && sent:
		f.add("contradiction", "the event is error, and the error flag of the status is %s", s.Error)
	case (s.State == "error" || s.State == "failed") && sent:
		f.add("contradiction", "the status is %s, and its error flag is %s", s.State, s.Error)
	case s.ErrorDescription != "" && sent:
		f.add("contradiction", "the status has an error description, and its error flag is %s", s.Error)
	}
	percent, ok := s.Percent.Float()
	if ok && percent < 100 && s.State == "completed" {
		f.add("contradiction", "the status is completed at %s percent", s.Percent)
	}
	if c.Event == "queued" && s.State == "completed" {
		f.add("contradiction", "the event is queued, and the status is completed")
	}
}

// retries tells of retry_on_error, which starts a new job. The messages are those
// of the API reference's guide to reliability.
func (f *findings) retries(c *Callback, s *Status) {
	switch c.Event {
	case "restarted":
		f.add("retried", "the job was tried again as a new job, with another task token")
		return
	case "restart_failed":
		f.add("retried", "the job could not be tried again")
		return
	}
	for _, w := range s.Warnings {
		switch {
		case strings.HasPrefix(w.Message, "Retry on error triggered"):
			f.add("retried", "the job was tried again as a new job, with another task token%s", inBrackets(w.Details))
		case strings.Contains(w.Message, "automatically retried"):
			f.add("retried", "the job will be tried again as a new job, with another task token")
		case strings.HasPrefix(w.Message, "Retry on error failed"):
			f.add("retried", "the job could not be tried again")
		}
	}
}

// outputs looks at the outputs of a completed job.
func (f *findings) outputs(s *Status) {
	source, _ := s.Duration.Float()
	if len(s.Videos)+len(s.Audios)+len(s.Images)+len(s.Texts)+len(s.Unread) == 0 && !s.Partial {
		f.add("no-output", "the job completed, and its status lists no output")
	}
	for o := range s.Outputs() {
		size, sized := o.Size.Float()
		duration, timed := o.Duration.Float()
		switch {
		case o.Failed():
			f.add("output-error", "%s failed in a completed job", o.Name())
		case o.URL == "":
			f.add("no-url", "%s has no URL", o.Name())
		case sized && size == 0:
			f.add("empty-output", "%s is said to have 0 bytes", o.Name())
		case timed && source > 0 && duration < shortest*source && (o.Kind == Video || o.Kind == Audio):
			f.add("short-output", "%s lasts %s s of the source's %s s", o.Name(), o.Duration, s.Duration)
		}
	}
}

// places looks at where the outputs are. Of many outputs in one kind of place
// the first is named.
func (f *findings) places(s *Status) {
	var temporary, s3 []*Output
	first := map[string]*Output{} // by URL
	shared := map[string]int{}
	var order []string
	for o := range s.Outputs() {
		if o.isTemporary() {
			temporary = append(temporary, o)
		}
		if strings.HasPrefix(o.URL, "s3://") {
			s3 = append(s3, o)
		}
		if o.URL == "" || o.Format == "hls" || o.Format == "dash" || isPlaylist(o.URL) {
			continue // The renditions of a playlist share its URL.
		}
		if first[o.URL] == nil {
			first[o.URL] = o
			order = append(order, o.URL)
		} else {
			shared[o.URL]++
		}
	}
	for _, url := range order {
		if n := shared[url]; n > 0 {
			f.add("shared-url", "%s and %s have one URL: one file was written over the other", first[url].Name(), others(n))
		}
	}
	if len(temporary) > 0 {
		f.add("temporary", "%s in temporary storage, deleted about 24 hours after the job", are(temporary))
	}
	if len(s3) > 0 {
		f.add("s3-url", "%s at an s3:// URL, which is an address for S3 clients and no link", are(s3))
	}
}

// isTemporary reports whether the output is in Qencode's own storage: the type is
// local. It is asked of every output of a log, and does not decode the rest.
func (o *Output) isTemporary() bool {
	r := reader{scanner: scanner{src: o.storage}, utf8: true}
	local := false
	// The entry is valid JSON: the only error is that there is no storage.
	_ = r.object(func(name []byte) error {
		if string(name) != "type" {
			return r.skip()
		}
		var kind jsontext.Value
		err := r.raw(&kind)
		local = kind.Kind() == '"' && string(unquote(kind)) == "local"
		return err
	})
	return local
}

// isPlaylist reports whether a URL is one of a playlist.
func isPlaylist(url string) bool {
	url, _, _ = strings.Cut(url, "?")
	return strings.HasSuffix(url, ".m3u8") || strings.HasSuffix(url, ".mpd")
}

func others(n int) string {
	if n == 1 {
		return "1 other output"
	}
	return fmt.Sprintf("%d other outputs", n)
}

// are names one output, or tells how many there are.
func are(outputs []*Output) string {
	if len(outputs) == 1 {
		return outputs[0].Name() + " is"
	}
	return fmt.Sprintf("%d outputs are", len(outputs))
}

func inBrackets(details string) string {
	if details == "" {
		return ""
	}
	return " (" + details + ")"
}
