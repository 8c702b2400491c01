// Package sample makes bodies of callbacks to test a handler with, of the shapes
// that are documented or were captured.
package sample

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
)

// Kind is a kind of body.
type Kind struct {
	Name     string
	About    string // what it is the body of
	Captured bool   // its shape is that of a captured callback or status, not only documented
	Outputs  bool   // it has outputs, whose number can be chosen
	Failure  bool   // it has the message of a failure
}

// Kinds returns the kinds of bodies. Nobody has published a callback with the event error,
// restarted or restart_failed, one of a rendition or of a failed job, or one with texts or
// warnings: these kinds are made from Qencode's documentation.
func Kinds() []Kind {
	return []Kind{
		{Name: "saved", About: "a completed job, with a video and an audio", Captured: true, Outputs: true},
		{Name: "queued", About: "a job that was accepted", Captured: true},
		{Name: "error", About: "a job that failed; the kind failed follows it", Failure: true},
		{Name: "failed", About: "the event saved of a failed job", Failure: true},
		{Name: "restarted", About: "a failed job that is retried as a new job", Failure: true},
		{Name: "restart-failed", About: "a failed job that could not be tried again", Failure: true},
		{Name: "stream", About: "one rendition of a job that is running", Outputs: true},
		{Name: "hls", About: "a job whose renditions share a playlist", Captured: true, Outputs: true},
		{Name: "images", About: "a job with a series of thumbnails", Captured: true, Outputs: true},
		{Name: "texts", About: "a job with a transcript and subtitles", Outputs: true},
		{Name: "warnings", About: "a completed job with warnings", Outputs: true},
		{Name: "soft-fail", About: "a completed job with an output that failed", Outputs: true, Failure: true},
		{Name: "many", About: "a body longer than some servers accept", Captured: true, Outputs: true},
	}
}

// KindNames returns the names of Kinds.
func KindNames() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	return names
}

// Job is a job that callbacks are about.
type Job struct {
	Token     string // 32 hexadecimal digits
	Payload   string // what the job was started with
	Outputs   int    // how many videos, renditions or images it has; 0 for the usual number
	Event     string // instead of the event of the kind, if it is not empty
	Error     string // instead of the message of a failure, if it is not empty
	RetriedAs string // the token of the job that a failed one is tried again as

	rnd *rand.Rand
}

// NewJob returns a job with a random token. The same random numbers give the same bodies.
func NewJob(rnd *rand.Rand) *Job { return &Job{Token: hex(rnd), RetriedAs: hex(rnd), rnd: rnd} }

func hex(rnd *rand.Rand) string { return fmt.Sprintf("%016x%016x", rnd.Uint64(), rnd.Uint64()) }

// Body returns a body of one of Kinds, encoded as Qencode does: Python's urlencode of
// json.dumps. It returns nil for another name.
func (j *Job) Body(kind string) []byte {
	event, callbackType := "saved", "task"
	var s raw
	var failure []string
	switch kind {
	case "saved":
		s = outputs{videos: j.videos(1), audios: j.audios()}.status()
	case "queued":
		event = "queued"
		s = object("status", "queued", "images", array(), "error_description", nil, "videos", array(), "error", 0)
	case "error":
		event = "error"
		failure = []string{"error_code", "1", "error_message", j.problem()}
		s = j.failed()
	case "failed":
		s = j.failed()
	case "restarted":
		event = "restarted"
		s = j.failed(
			warning("An error occurred while processing your job. It will be automatically retried with the same parameters in a new job.", "", ""),
			warning("Retry on error triggered.", j.RetriedAs, ""))
	case "restart-failed":
		event = "restart_failed"
		s = j.failed(
			warning("An error occurred while processing your job. It will be automatically retried with the same parameters in a new job.", "", ""),
			warning("Retry on error failed.", "", ""))
	case "stream":
		callbackType = "stream"
		s = outputs{state: "encoding", percent: 50, videos: j.renditions(1)}.status()
	case "hls":
		s = outputs{videos: j.renditions(4)}.status()
	case "images":
		s = outputs{images: j.images(20)}.status()
	case "texts":
		s = outputs{videos: j.videos(1), texts: j.texts()}.status()
	case "warnings":
		s = outputs{videos: j.videos(1), audios: j.audios(), warnings: []raw{
			warning("Callback delivery error", "Error sending callback to https://yourserver.com/qencode_callback 500: Internal Server Error.", ""),
			warning("Source media decode error", "", "video-0-0"),
		}}.status()
	case "soft-fail":
		j := *j
		j.Error = cmp.Or(j.Error, "failed to save output to S3 bucket 'source-files'")
		tag := fmt.Sprintf("video-%d-0", j.number(1)+1)
		s = outputs{videos: append(j.videos(1), j.failedVideo(tag)), audios: j.audios(), warnings: []raw{warning(j.Error, "", tag)}}.status()
	case "many":
		s = outputs{videos: j.videos(100), audios: j.audios(), images: j.images(100)}.status()
	default:
		return nil
	}
	if j.Event != "" {
		event = j.Event
	}
	fields := append([]string{"status", string(s), "callback_type", callbackType, "task_token", j.Token, "event", event, "payload", j.Payload}, failure...)
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(fields[i] + "=" + url.QueryEscape(fields[i+1]))
	}
	return []byte(b.String())
}

// problem returns the message of a failure: by default one of the kinds that Qencode's guide
// to errors names.
func (j *Job) problem() string { return cmp.Or(j.Error, "Error downloading video: HTTP 403") }

// sourceDuration is the duration of the source, in seconds.
const sourceDuration = 30.017

// outputs are what a status has beside the outcome. The zero state is completed.
type outputs struct {
	state                                   string
	percent                                 int
	failure                                 any
	videos, audios, images, texts, warnings []raw
}

func (o outputs) status() raw {
	failed := 0
	switch {
	case o.failure != nil:
		failed = 1
	case o.state == "":
		o.state, o.percent = "completed", 100
	}
	members := []any{
		"status", o.state, "videos", array(o.videos...), "status_url", "https://api.qencode.com/v1/status", "percent", o.percent,
		"source_size", "16.6585", "audios", array(o.audios...), "duration", decimal(sourceDuration, 3),
		"error_description", o.failure, "error", failed, "images", array(o.images...),
	}
	if o.texts != nil {
		members = append(members, "texts", array(o.texts...))
	}
	if o.warnings != nil {
		members = append(members, "warnings", array(o.warnings...))
	}
	return object(members...)
}

// failed returns the status of a failed job.
func (j *Job) failed(warnings ...raw) raw {
	return outputs{state: "error", failure: j.problem(), warnings: warnings}.status()
}

// warning returns a warning, with the details and the tag that are not empty.
func warning(message, details, tag string) raw {
	members := []any{"message", message}
	if details != "" {
		members = append(members, "details", details)
	}
	if tag != "" {
		members = append(members, "tag", tag)
	}
	return object(members...)
}

// heights are those of the videos of a job, in pixels.
var heights = []int{144, 240, 360, 480, 720, 1080, 1440, 2160}

// number returns how many outputs a job has.
func (j *Job) number(usual int) int {
	if j.Outputs > 0 {
		return j.Outputs
	}
	return usual
}

func (j *Job) videos(usual int) []raw {
	var list []raw
	for i := range j.number(usual) {
		list = append(list, j.video(fmt.Sprintf("video-%d-0", i), "mp4", heights[i%len(heights)], j.path("mp4", i, ".mp4")))
	}
	return list
}

// renditions are the videos of one playlist: they share its URL.
func (j *Job) renditions(usual int) []raw {
	var list []raw
	playlist := j.path("hls", 0, "/playlist.m3u8")
	for i := range j.number(usual) {
		list = append(list, j.video(fmt.Sprintf("video-0-%d", i), "hls", heights[(i+2)%len(heights)], playlist))
	}
	return list
}

// failedVideo is a video that the setting allow_soft_fail has let fail. Nothing says which other
// members it has: a URL is not one of them.
func (j *Job) failedVideo(tag string) raw {
	return object("tag", tag, "user_tag", "failed", "output_format", "mp4", "error", "1", "error_description", j.problem())
}

// texts are the transcript and the subtitles of a job: one entry, whose URL is a folder.
func (j *Job) texts() []raw {
	path := j.path("speech_to_text", 0, "")
	folder := "https://storage.qencode.com/" + path
	return []raw{object(
		"url", folder, "download_url", folder, "tag", "text-1-0", "user_tag", "transcript", "detected_language", "en", "cost", raw("0.02"),
		"storage", object("path", path, "host", "storage.qencode.com", "type", "local", "names", array(value("transcript.txt"), value("subtitles.srt"))),
		"meta", object("language", "en"),
	)}
}

// path is where an output is stored.
func (j *Job) path(format string, n int, end string) string {
	return fmt.Sprintf("%s/%s/%d/%s%s", j.Token, format, n+1, hex(j.rnd), end)
}

func (j *Job) video(tag, format string, height int, path string) raw {
	width := (height*16/9 + 1) &^ 1
	bitrate := height*height/150 + j.rnd.IntN(20) // kbit/s
	return object(
		"profile", nil, "url", "https://storage.qencode.com/"+path, "bitrate", bitrate, "output_format", format,
		"storage", storage(path, format), "tag", tag,
		"meta", object(
			"resolution_width", width, "resolution_height", height, "framerate", "30000/1001", "height", height, "width", width,
			"codec", "h264", "bitrate", strconv.Itoa(bitrate*950), "dar", "16:9", "sar", "1:1", "resolution", height,
		),
		"duration", decimal(sourceDuration, 3), "user_tag", fmt.Sprintf("%dp", height), "size", megabytes(bitrate),
	)
}

// audios is the audio of a job.
func (j *Job) audios() []raw {
	path := j.path("mp3", 0, ".mp3")
	return []raw{object(
		"profile", nil, "url", "https://storage.qencode.com/"+path, "bitrate", 122, "output_format", "mp3",
		"storage", storage(path, "mp3"), "tag", "audio-1-0",
		"meta", object(
			"index", 1, "language", "und", "title", nil, "program_id", nil, "channels", 6, "bit_rate", 320000,
			"codec", "ac3", "sample_rate", 48000, "program_ids", array(),
		),
		"duration", decimal(sourceDuration, 3), "user_tag", "audio", "size", megabytes(122),
	)}
}

func (j *Job) images(usual int) []raw {
	var list []raw
	n := j.number(usual)
	for i := range n {
		path := j.path("thumbnail", i, ".jpg")
		list = append(list, object(
			"profile", nil, "url", "https://storage.qencode.com/"+path, "output_format", "thumbnail",
			"storage", storage(path, "image"), "tag", fmt.Sprintf("image-%d-0", i),
			"meta", object("width", 320, "height", 180, "time", raw(decimal(sourceDuration*float64(i)/float64(n), 3)), "time_fraction", raw(decimal(float64(i)/float64(n), 3)), "format", "jpeg"),
			"user_tag", nil, "error", 0, "error_description", nil,
		))
	}
	return list
}

// storage is the temporary storage of Qencode.
func storage(path, format string) raw {
	return object(
		"path", path, "host", "storage.qencode.com", "type", "local",
		"zip", object("region", "sfo2", "bucket", "qencode-temp-sfo2", "host", "prod-nyc3-storage-do.qencode.com"), "format", format,
	)
}

// megabytes is the size of an output of a bitrate in kbit/s, in 10^6 bytes.
func megabytes(bitrate int) string { return decimal(float64(bitrate)*sourceDuration/8000, 6) }

func decimal(number float64, digits int) string {
	scale := math.Pow10(digits)
	return strconv.FormatFloat(math.Round(number*scale)/scale, 'f', -1, 64)
}
