// Package sample makes bodies of callbacks to test a handler with, of the shapes
// that are documented or were captured.
package sample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
)

// Kinds are the kinds of bodies.
//
// The shapes of saved and queued are those of captured bodies, and hls and images
// those of captured statuses. No error body and no failed job has been published:
// error and failed are made from the documentation.
var Kinds = []string{"saved", "queued", "error", "failed", "hls", "images", "many"}

// Job is a job that callbacks are about.
type Job struct {
	Token   string // 32 hexadecimal digits
	Payload string // what the job was started with
	Outputs int    // how many videos, renditions or images it has; 0 for as many as is usual

	rnd *rand.Rand
}

// NewJob returns a job. The same numbers give the same bodies.
func NewJob(rnd *rand.Rand, payload string, outputs int) *Job {
	return &Job{Token: hex(rnd), Payload: payload, Outputs: outputs, rnd: rnd}
}

func hex(rnd *rand.Rand) string { return fmt.Sprintf("%016x%016x", rnd.Uint64(), rnd.Uint64()) }

// Body returns a body of one of Kinds, encoded as Qencode does: Python's urlencode
// of json.dumps; nil for what is none of them.
func (j *Job) Body(kind string) []byte {
	event := "saved"
	var status raw
	var failure []string
	switch kind {
	case "saved":
		status = j.status("completed", "", j.videos(1), j.audios(), nil)
	case "queued":
		event = "queued"
		status = object("status", "queued", "images", array(), "error_description", nil, "videos", array(), "error", 0)
	case "error", "failed":
		if kind == "error" {
			event = "error"
			failure = []string{"error_code", "1", "error_message", problem}
		}
		status = j.status("error", problem, nil, nil, nil)
	case "hls":
		status = j.status("completed", "", j.renditions(), nil, nil)
	case "images":
		status = j.status("completed", "", nil, nil, j.images(20))
	case "many":
		status = j.status("completed", "", j.videos(100), j.audios(), j.images(100))
	default:
		return nil
	}
	fields := append([]string{"status", string(status), "callback_type", "task", "task_token", j.Token, "event", event, "payload", j.Payload}, failure...)
	var b strings.Builder
	for i := 0; i < len(fields); i += 2 {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(fields[i] + "=" + url.QueryEscape(fields[i+1]))
	}
	return []byte(b.String())
}

// problem is the message of a failed job: one of the kinds that Qencode's guide
// to errors names.
const problem = "Error downloading video: HTTP 403"

// sourceDuration is the duration of the source, in seconds.
const sourceDuration = 30.017

func (j *Job) status(state, description string, videos, audios, images []raw) raw {
	percent, failed, reason := 100, 0, any(nil)
	if description != "" {
		percent, failed, reason = 0, 1, description
	}
	return object(
		"status", state, "videos", array(videos...), "status_url", "https://api.qencode.com/v1/status", "percent", percent,
		"source_size", "16.6585", "audios", array(audios...), "duration", decimal(sourceDuration, 3),
		"error_description", reason, "error", failed, "images", array(images...),
	)
}

// heights are those of the videos of a job, in pixels.
var heights = []int{144, 240, 360, 480, 720, 1080, 1440, 2160}

// outputs returns how many outputs a job has.
func (j *Job) outputs(usual int) int {
	if j.Outputs > 0 {
		return j.Outputs
	}
	return usual
}

func (j *Job) videos(usual int) []raw {
	var list []raw
	for i := range j.outputs(usual) {
		list = append(list, j.video(fmt.Sprintf("video-%d-0", i), "mp4", heights[i%len(heights)], j.path("mp4", i, ".mp4")))
	}
	return list
}

// renditions are the videos of one playlist: they share its URL.
func (j *Job) renditions() []raw {
	var list []raw
	playlist := j.path("hls", 0, "/playlist.m3u8")
	for i := range j.outputs(4) {
		list = append(list, j.video(fmt.Sprintf("video-0-%d", i), "hls", heights[(i+2)%len(heights)], playlist))
	}
	return list
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
	n := j.outputs(usual)
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
