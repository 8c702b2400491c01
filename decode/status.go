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
	// Raw is the JSON as sent. Where it was damaged, it is the part up to the
	// last member or output that arrived whole, closed to be valid JSON.
	Raw jsontext.Value
	// Partial says that the JSON was damaged: what came after is not known.
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

	// Unread names those of the four lists that came as something else: what is in
	// them is only in Raw.
	Unread []string
}

// OutputKind is the list of a status that an output was in.
type OutputKind string

// The kinds of outputs.
const (
	Video OutputKind = "video"
	Audio OutputKind = "audio"
	Image OutputKind = "image"
	Text  OutputKind = "text"
)

// OutputKinds are all kinds, in the order in which outputs are listed.
var OutputKinds = []OutputKind{Video, Audio, Image, Text}

// Outputs returns every output: the videos, then the audios, the images and the
// texts, each in the order sent. A status that is nil has none.
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
	Raw  jsontext.Value // the entry as sent
	Kind OutputKind

	URL      string // empty where it is not a string
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

	meta, storage jsontext.Value
}

// Meta describes the stream of an output. Of an audio output it describes the
// stream of the source, not the output: the tutorial's mp3 is said to be ac3.
type Meta struct {
	Raw jsontext.Value // as sent; a string where the object came as JSON text

	Width, Height                     Number // pixels
	ResolutionWidth, ResolutionHeight Number // pixels
	Resolution                        Number // pixels, the height
	Framerate                         string // a fraction, like "30000/1001"
	Bitrate                           Number // the member bitrate (video) or bit_rate (audio), in bit/s
	Codec, AudioCodec                 string
	DAR, SAR                          string // like "16:9"
	AspectRatio                       Number
	IncrementalTag, WatermarkSymbol   string

	Index, Channels    Number         // audio
	SampleRate         Number         // audio, in Hz
	Language, Title    string         // audio; of texts the language
	ProgramID          string         // audio
	ProgramIDs         jsontext.Value // audio
	Time, TimeFraction Number         // images: the place in the source
	Format             string         // images: "jpeg"
	Mode, Model        string         // texts
	EntropyThreshold   Number         // texts
	BeamSize           Number         // texts
	TranslateLanguages jsontext.Value // texts
}

// Storage says where an output was put. Which members are sent depends on Type.
type Storage struct {
	Raw jsontext.Value // as sent

	Type, Format, Path   string
	Host, Bucket, Key    string
	Scheme, Port         string
	Playlist             string
	Expire, Timestamp    string
	Names                jsontext.Value // of the files in a folder, for texts
	ZipRegion, ZipBucket string
	ZipHost              string
}

// Warning is one entry of warnings.
type Warning struct {
	Message string
	Details string
	Tag     string // of the output concerned, if it is about one
}

// decodeStatus reads the status in field f of body. The error's offset is one of the
// body. The status is nil where the field holds nothing of an object.
func (d *Decoder) decodeStatus(m *memory, f *Field, body []byte) (*Status, *Error) {
	if len(bytes.TrimLeft(f.Value, " \t\r\n")) == 0 {
		return nil, nil
	}
	s, r := &m.status, &m.reader
	*s = Status{}
	*r = reader{scanner: scanner{src: f.Value}, utf8: f.Err == nil || utf8.Valid(f.Value), left: MaxOutputs, texts: &d.texts, outputs: d.outputs}
	err := r.status(s)
	d.outputs = r.outputs
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
	case bad.Kind != Cut:
		bad.Offset = bodyOffset(body[:f.End], f.ValueStart, bad.Offset)
	case f.End < len(bytes.TrimRight(body, "\r\n")):
		bad.Kind, bad.Err, bad.Offset = BadJSON, errEndsEarly, f.End
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
			s.Warnings = nil
			return r.list(func() error {
				s.Warnings = append(s.Warnings, Warning{})
				return r.warning(&s.Warnings[len(s.Warnings)-1])
			})
		case "status_url":
			return r.string(&s.StatusURL)
		case "duration":
			return r.number(&s.Duration)
		case "source_size":
			return r.number(&s.SourceSize)
		case "api_version":
			return r.string(&s.APIVersion)
		case "videos":
			return r.readOutputs(s, &s.Videos, Video)
		case "audios":
			return r.readOutputs(s, &s.Audios, Audio)
		case "images":
			return r.readOutputs(s, &s.Images, Image)
		case "texts":
			return r.readOutputs(s, &s.Texts, Text)
		}
		return r.skip()
	})
}

// readOutputs reads a list of a status. An output joins it only when it has arrived
// whole.
func (r *reader) readOutputs(s *Status, list *[]Output, kind OutputKind) error {
	if first := r.next(); first != '[' && first != 'n' {
		*list = nil
		var other jsontext.Value
		err := r.raw(&other)
		if string(other) != "{}" {
			s.Unread = append(s.Unread, string(kind)+"s")
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
		err := r.output(&r.outputs[last])
		if err != nil {
			r.outputs = r.outputs[:last]
		}
		return err
	})
	if *list = nil; len(r.outputs) > first {
		*list = r.outputs[first:len(r.outputs):len(r.outputs)]
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
// that held the object's JSON; anything else leaves all but Raw empty.
func (o *Output) Meta() Meta {
	m := Meta{Raw: o.meta}
	var t texts
	r := readerOf(objectText(o.meta), &t)
	err := r.object(func(name []byte) error {
		switch string(name) {
		case "width":
			return r.number(&m.Width)
		case "height":
			return r.number(&m.Height)
		case "resolution_width":
			return r.number(&m.ResolutionWidth)
		case "resolution_height":
			return r.number(&m.ResolutionHeight)
		case "resolution":
			return r.number(&m.Resolution)
		case "framerate":
			return r.string(&m.Framerate)
		case "bitrate", "bit_rate":
			return r.number(&m.Bitrate)
		case "codec":
			return r.string(&m.Codec)
		case "audio_codec":
			return r.string(&m.AudioCodec)
		case "dar":
			return r.string(&m.DAR)
		case "sar":
			return r.string(&m.SAR)
		case "aspect_ratio":
			return r.number(&m.AspectRatio)
		case "incremental_tag":
			return r.string(&m.IncrementalTag)
		case "wm_symbol":
			return r.string(&m.WatermarkSymbol)
		case "index":
			return r.number(&m.Index)
		case "channels":
			return r.number(&m.Channels)
		case "sample_rate":
			return r.number(&m.SampleRate)
		case "language":
			return r.string(&m.Language)
		case "title":
			return r.string(&m.Title)
		case "program_id":
			return r.string(&m.ProgramID)
		case "program_ids":
			return r.raw(&m.ProgramIDs)
		case "time":
			return r.number(&m.Time)
		case "time_fraction":
			return r.number(&m.TimeFraction)
		case "format":
			return r.string(&m.Format)
		case "mode":
			return r.string(&m.Mode)
		case "model":
			return r.string(&m.Model)
		case "entropy_threshold":
			return r.number(&m.EntropyThreshold)
		case "beam_size":
			return r.number(&m.BeamSize)
		case "translate_languages":
			return r.raw(&m.TranslateLanguages)
		}
		return r.skip()
	})
	if err != nil {
		// The entry is valid JSON, but a string in it may hold any text.
		return Meta{Raw: o.meta}
	}
	return m
}

// objectText returns the JSON of an object that came as such or inside a string.
func objectText(v jsontext.Value) []byte {
	if v.Kind() != '"' {
		return v
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err != nil || !strings.HasPrefix(strings.TrimSpace(string(text)), "{") {
		return nil
	}
	return text
}

// Storage decodes the member storage, which some clients know as storage_info.
func (o *Output) Storage() Storage {
	s := Storage{Raw: o.storage}
	var t texts
	r := readerOf(o.storage, &t)
	// The entry is valid JSON: the only error is that there is no storage.
	_ = r.object(func(name []byte) error {
		switch string(name) {
		case "type":
			return r.string(&s.Type)
		case "format":
			return r.string(&s.Format)
		case "path":
			return r.string(&s.Path)
		case "host":
			return r.string(&s.Host)
		case "bucket":
			return r.string(&s.Bucket)
		case "key":
			return r.string(&s.Key)
		case "scheme":
			return r.string(&s.Scheme)
		case "port":
			return r.string(&s.Port)
		case "playlist":
			return r.string(&s.Playlist)
		case "expire":
			return r.string(&s.Expire)
		case "timestamp":
			return r.string(&s.Timestamp)
		case "names":
			return r.raw(&s.Names)
		case "zip":
			return r.object(func(name []byte) error {
				switch string(name) {
				case "region":
					return r.string(&s.ZipRegion)
				case "bucket":
					return r.string(&s.ZipBucket)
				case "host":
					return r.string(&s.ZipHost)
				}
				return r.skip()
			})
		}
		return r.skip()
	})
	return s
}
