package decode

import (
	"bytes"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Status is the state of a job: the JSON of the form field status, and an entry
// of statuses in an answer of /v1/status. A member that is absent or null is
// empty.
type Status struct {
	// Raw is the JSON as sent. If it was damaged, it is the part up to the last
	// member or output that arrived whole, closed to be valid JSON.
	Raw RawJSON
	// Partial says that the JSON was damaged: what followed is not known.
	Partial bool

	State            string // the member status: "completed", "encoding", …
	Percent          Number // 0 to 100; documented for the state encoding only
	Error            Flag   // whether the job failed
	ErrorDescription string
	Warnings         []Warning
	StatusURL        string // where to ask for the status next
	Duration         Number // of the source, in seconds
	SourceSize       Number // in megabytes (10^6 bytes)
	APIVersion       string

	Videos, Audios, Images, Texts []Output

	// Unread names those of the four lists that came as something else: their
	// contents are only in Raw.
	Unread []string

	// Repeated has the JSON Pointers of the first ten documented members that were sent
	// twice with different values: the last value counts.
	Repeated []string
}

// OutputKind is the list of a status that an output was in.
type OutputKind string

// The kinds of outputs.
const (
	KindVideo OutputKind = "video"
	KindAudio OutputKind = "audio"
	KindImage OutputKind = "image"
	KindText  OutputKind = "text"
)

// OutputKinds returns all kinds, in the order in which outputs are listed.
func OutputKinds() [4]OutputKind { return [...]OutputKind{KindVideo, KindAudio, KindImage, KindText} }

// String returns the kind in one word.
func (k OutputKind) String() string { return string(k) }

// Outputs returns every output: the videos, then the audios, the images and the
// texts, each in the order sent. A nil status has none.
func (s *Status) Outputs() iter.Seq[*Output] {
	return func(yield func(*Output) bool) {
		if s == nil {
			return
		}
		for _, list := range [][]Output{s.Videos, s.Audios, s.Images, s.Texts} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// Output is one output file of a job: an entry of videos, audios, images or
// texts. A member that is absent or null is empty.
type Output struct {
	Raw  RawJSON // the entry as sent
	Kind OutputKind

	URL      string // empty if it is not a string
	Tag      string // the system's, like "video-0-0"
	UserTag  string // the tag given with the job
	Profile  string // id of the profile, empty for a custom job
	Format   string // output_format: "mp4", "hls", "thumbnail", …
	Bitrate  Number // of the whole file, in kbit/s
	Size     Number // in megabytes (10^6 bytes)
	Duration Number // in seconds

	State            string // the member status
	Percent          Number
	Error            Flag
	ErrorDescription string

	DetectedLanguage string // texts only
	DownloadURL      string // texts only
	Cost             Number // texts only

	meta, storage RawJSON
}

// Meta describes the stream of an output. For an audio output it describes the
// stream of the source, not of the output: the tutorial's mp3 has the codec ac3.
type Meta struct {
	Raw RawJSON // as sent; a string if the object came as JSON text

	Width, Height Number // pixels, from width or resolution_width
	Framerate     string // a fraction, like "30000/1001"
	Bitrate       Number // bit/s, from bitrate (video) or bit_rate (audio)
	Codec         string
	Channels      Number // audio
}

// Storage says where an output was put. The other members depend on Type.
type Storage struct {
	Raw RawJSON // as sent

	Type  string  // "local" for Qencode's temporary storage
	Names RawJSON // the files in the folder at the output's URL; of texts
}

// Warning is one entry of warnings.
type Warning struct {
	Message string
	Details string
	Tag     string // of the output concerned, if it is about one
}

// decodeStatus reads the status in field f of body. The status is nil if nothing of
// it can be read.
func (d *Decoder) decodeStatus(m *memory, f *Field, body []byte) (*Status, *Damage) {
	if len(bytes.TrimLeft(f.Value, " \t\r\n")) == 0 {
		return nil, nil
	}
	s, r := &m.status, &m.reader
	*s = Status{}
	*r = reader{scanner: scanner{src: f.Value}, utf8: f.Damage == nil || utf8.Valid(f.Value), left: maxOutputs, texts: &d.texts, outputs: d.outputs}
	err := r.status(s)
	d.outputs, s.Repeated = r.outputs, r.repeated
	if err == nil {
		err = r.end()
	}
	if err == nil {
		s.Raw = f.Value
		return s, nil
	}
	bad := r.locate(err)
	bad.Field = f.Name
	switch {
	case bad.Kind != Truncated:
		bad.Offset = bodyOffset(body[:f.End], f.ValueStart, bad.Offset)
	case f.End < len(bytes.TrimRight(body, "\r\n")):
		bad.Kind, bad.Detail, bad.Offset = BadJSON, `it ends too early, at an "&"`, f.End
	default:
		bad.Offset = f.End
	}
	s.Raw, s.Partial = r.salvaged(), true
	if s.Raw == nil {
		return nil, bad
	}
	return s, bad
}

func (r *reader) status(s *Status) error {
	return r.object(func(name []byte) error {
		switch string(name) {
		case "status":
			return r.string(&s.State)
		case "percent":
			return r.number(&s.Percent)
		case "error":
			return r.flag(&s.Error)
		case "error_description":
			return r.string(&s.ErrorDescription)
		case "warnings":
			before := s.Warnings
			s.Warnings = nil
			err := r.list(func() error {
				s.Warnings = append(s.Warnings, Warning{})
				r.within, r.index = "warnings", len(s.Warnings)-1
				err := r.warning(&s.Warnings[len(s.Warnings)-1])
				r.within = ""
				return err
			})
			if len(before) > 0 && !slices.Equal(before, s.Warnings) {
				r.repeats("warnings")
			}
			return err
		case "status_url":
			return r.string(&s.StatusURL)
		case "duration":
			return r.number(&s.Duration)
		case "source_size":
			return r.number(&s.SourceSize)
		case "api_version":
			return r.string(&s.APIVersion)
		case "videos":
			return r.readOutputs(s, &s.Videos, KindVideo)
		case "audios":
			return r.readOutputs(s, &s.Audios, KindAudio)
		case "images":
			return r.readOutputs(s, &s.Images, KindImage)
		case "texts":
			return r.readOutputs(s, &s.Texts, KindText)
		}
		return r.skip()
	})
}

// readOutputs reads a list of a status. An output joins it only when it has arrived
// whole.
func (r *reader) readOutputs(s *Status, list *[]Output, kind OutputKind) error {
	before := *list
	if first := r.next(); first != '[' && first != 'n' {
		*list = nil
		var other RawJSON
		err := r.raw(&other)
		if string(other) != "{}" {
			s.Unread = append(s.Unread, string(kind)+"s")
		}
		if len(before) > 0 {
			r.repeats(string(kind) + "s")
		}
		return err
	}
	first, start := len(r.outputs), r.at
	err := r.list(func() error {
		last := len(r.outputs)
		if read := last - first; read > 0 && last == cap(r.outputs) {
			// What is left of the text has as many of them for its length.
			each := (r.at - start) / read
			expected := 1 + (len(r.src)-r.at)/each
			r.outputs = slices.Grow(r.outputs, min(expected, r.left+1))
		}
		r.outputs = append(r.outputs, Output{Kind: kind})
		r.within, r.index = string(kind)+"s", last-first
		err := r.output(&r.outputs[last])
		r.within = ""
		if err != nil {
			r.outputs = r.outputs[:last]
		}
		return err
	})
	if *list = nil; len(r.outputs) > first {
		*list = r.outputs[first:len(r.outputs):len(r.outputs)]
	}
	if len(before) > 0 && !slices.EqualFunc(before, *list, func(a, b Output) bool { return bytes.Equal(a.Raw, b.Raw) }) {
		r.repeats(string(kind) + "s")
	}
	return err
}

func (r *reader) output(o *Output) error {
	start := r.at
	err := r.object(func(name []byte) error {
		switch string(name) {
		case "url":
			return r.onlyString(&o.URL)
		case "tag":
			return r.string(&o.Tag)
		case "user_tag":
			return r.string(&o.UserTag)
		case "profile":
			return r.string(&o.Profile)
		case "output_format":
			return r.string(&o.Format)
		case "bitrate":
			return r.number(&o.Bitrate)
		case "size":
			return r.number(&o.Size)
		case "duration":
			return r.number(&o.Duration)
		case "meta":
			return r.raw(&o.meta)
		case "storage", "storage_info":
			return r.raw(&o.storage)
		case "status":
			return r.string(&o.State)
		case "percent":
			return r.number(&o.Percent)
		case "error":
			return r.flag(&o.Error)
		case "error_description":
			return r.string(&o.ErrorDescription)
		case "detected_language":
			return r.string(&o.DetectedLanguage)
		case "download_url":
			return r.onlyString(&o.DownloadURL)
		case "cost":
			return r.number(&o.Cost)
		}
		return r.skip()
	})
	o.Raw = r.src[start:r.at:r.at]
	return err
}

func (r *reader) warning(w *Warning) error {
	if r.next() != '{' {
		return r.string(&w.Message)
	}
	return r.object(func(name []byte) error {
		switch string(name) {
		case "message":
			return r.string(&w.Message)
		case "details":
			return r.string(&w.Details)
		case "tag":
			return r.string(&w.Tag)
		}
		return r.skip()
	})
}

// Meta decodes the member meta. It came as an object, and in 2018 as a string
// that held the object's JSON; from anything else only Raw is set.
func (o *Output) Meta() Meta {
	m := Meta{Raw: o.meta}
	var t arena
	var width, height Number // of the resolution
	r := readerOf(objectText(o.meta), &t)
	err := r.object(func(name []byte) error {
		switch string(name) {
		case "width":
			return r.number(&m.Width)
		case "height":
			return r.number(&m.Height)
		case "resolution_width":
			return r.number(&width)
		case "resolution_height":
			return r.number(&height)
		case "framerate":
			return r.string(&m.Framerate)
		case "bitrate", "bit_rate":
			return r.number(&m.Bitrate)
		case "codec":
			return r.string(&m.Codec)
		case "channels":
			return r.number(&m.Channels)
		}
		return r.skip()
	})
	if err != nil {
		// The entry is valid JSON, but a string in it may hold any text.
		return Meta{Raw: o.meta}
	}
	if m.Width == "" && m.Height == "" {
		m.Width, m.Height = width, height
	}
	return m
}

// objectText returns the JSON of an object that came as such or inside a string.
func objectText(v RawJSON) []byte {
	if !bytes.HasPrefix(v, []byte(`"`)) {
		return v
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err != nil || !strings.HasPrefix(strings.TrimSpace(string(text)), "{") {
		return nil
	}
	return text
}

// IsTemporary reports whether the output is in Qencode's temporary storage, which is
// emptied about 24 hours after the job. It does not allocate.
func (o *Output) IsTemporary() bool {
	r := reader{scanner: scanner{src: o.storage}, utf8: true}
	local := false
	// The entry is valid JSON, so the only error is that the storage is missing.
	_ = r.object(func(name []byte) error {
		if string(name) != "type" {
			return r.skip()
		}
		var kind RawJSON
		err := r.raw(&kind)
		local = bytes.HasPrefix(kind, []byte(`"`)) && string(unquote(kind)) == "local"
		return err
	})
	return local
}

// Storage decodes the member storage, which some clients know as storage_info.
func (o *Output) Storage() Storage {
	s := Storage{Raw: o.storage}
	var t arena
	r := readerOf(o.storage, &t)
	// The entry is valid JSON, so the only error is that the storage is missing.
	_ = r.object(func(name []byte) error {
		switch string(name) {
		case "type":
			return r.onlyString(&s.Type)
		case "names":
			return r.raw(&s.Names)
		}
		return r.skip()
	})
	return s
}
