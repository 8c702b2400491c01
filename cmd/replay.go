package cmd

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"qcb/cmd/listen"
	"qcb/render"
)

// replayOptions are the flags of qcb replay.
type replayOptions struct {
	headers bool
	delay   time.Duration
	rate    float64
	dryRun  bool
	target  listen.Target
}

func (a *app) replayCommand() *cobra.Command {
	s, o := &selection{}, &replayOptions{}
	c := a.reads(&cobra.Command{
		Use:     "replay URL [FILE...]",
		Short:   "Post the callbacks of a capture to a handler, in order",
		GroupID: "handler",
		Long: `Post the callbacks in a capture to the handler at URL, one after the other, and
report each answer. A URL without a scheme is taken as http://.

Each body is posted byte for byte, with the content type and the query that it
was received with, if the capture has them (a file of qcb listen --save does).
That query is added to the query of URL. Redirects are not followed, and nothing
is posted twice. Ctrl-C stops posting, and a message says how many callbacks
were left; press it again to stop at once.

--dry-run prints a curl command for each callback instead, for a POSIX shell or
fish.

Exit status: 0 every answer was 2xx; 1 one was not, or no callback was selected;
2 wrong usage; 3 unreadable input, no callback in it, or a damaged one (which is
posted anyway).`,
		Example: `  qcb replay localhost:3000/callback callbacks.log
  qcb replay --event saved --rate 10 localhost:3000/callback callbacks.log
  qcb sample failed | qcb replay localhost:3000/callback`,
	}, s, func(files []string) error { return a.replay(files, s, o) })
	read := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return &usageError{"name the URL to post to", "qcb replay localhost:3000/callback callbacks.log"}
		}
		url, err := listen.ParseTarget(args[0])
		if _, no := os.Stat(args[0]); err != nil || no == nil {
			return &usageError{fmt.Sprintf("%q is not an http:// or https:// URL", args[0]), "the URL comes first: qcb replay localhost:3000/callback callbacks.log"}
		}
		o.target.URL = url
		switch {
		case o.target.Timeout <= 0:
			return &usageError{"--timeout must be longer than 0", ""}
		case o.delay < 0:
			return &usageError{"--delay must not be less than 0", ""}
		case c.Flags().Changed("rate") && !(o.rate >= leastRate): // also NaN
			return &usageError{fmt.Sprintf("--rate must be at least %g", leastRate), ""}
		}
		return read(c, args[1:])
	}
	c.Flags().BoolVar(&o.headers, "headers", false, "also post the other headers that were received")
	c.Flags().BoolVar(&o.target.NoQuery, "no-query", false, "leave out the query that was received")
	c.Flags().DurationVar(&o.delay, "delay", 0, "wait this `TIME` before the next post: 500ms")
	c.Flags().Float64Var(&o.rate, "rate", 0, "post at most `N` callbacks per second")
	c.Flags().DurationVar(&o.target.Timeout, "timeout", listen.LongestRequest, "wait at most this `TIME` for an answer")
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "print curl commands instead of posting")
	return c
}

// replayer is one run of qcb replay.
type replayer struct {
	*app
	*replayOptions
	ending  context.Context
	last    time.Time // when the last post began
	posted  int
	refused int
	left    int
}

func (a *app) replay(files []string, s *selection, o *replayOptions) error {
	if o.dryRun {
		_, err := a.each(files, s, work{do: func(f *found, w *bufio.Writer) func() {
			_, _ = io.WriteString(w, o.curl(f)) // The writer keeps its error.
			return nil
		}})
		return err
	}
	ending, _, stop := interruptible(func() {})
	defer stop()
	r := &replayer{app: a, replayOptions: o, ending: ending}
	_, err := a.each(files, s, work{do: func(f *found, _ *bufio.Writer) func() {
		return func() { r.post(f) }
	}})
	if err != nil {
		return err
	}
	if r.left > 0 {
		a.fail(exitNo, fmt.Sprintf("interrupted: %s not posted", wereLeft(r.left)))
	}
	if r.posted > 1 {
		a.note(fmt.Sprintf("%s posted: %d accepted, %d not", render.Count(r.posted, "callback"), r.posted-r.refused, r.refused))
	}
	return nil
}

func wereLeft(n int) string {
	if n == 1 {
		return "1 callback was"
	}
	return fmt.Sprintf("%d callbacks were", n)
}

// post posts a callback in its turn, and reports the answer.
func (r *replayer) post(f *found) {
	if r.posted > 0 {
		r.wait()
	}
	if r.ending.Err() != nil {
		r.left++
		return
	}
	r.last = time.Now()
	query, header := r.request(f)
	answer := r.target.Post(r.ending, query, header, f.body.Bytes)
	r.posted++
	name := f.place()
	for _, part := range []string{f.Event, f.TaskToken[:min(8, len(f.TaskToken))]} {
		if part != "" {
			name += " " + part
		}
	}
	_, _ = r.out.WriteString(render.Message(name+": "+answer.String()) + "\n")
	_ = r.out.Flush() // It keeps its error for Run.
	if !answer.Accepted() {
		r.refused++
		r.status = max(r.status, exitNo)
	}
	r.hint(answer.Hint())
}

// wait waits for the turn of the next post.
func (r *replayer) wait() {
	pause := r.delay
	if r.rate > 0 {
		pause = max(pause, time.Until(r.last.Add(time.Duration(float64(time.Second)/r.rate))))
	}
	if pause <= 0 {
		return
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.ending.Done():
	}
}

// leastRate is the lowest --rate: one callback every 1000 seconds.
const leastRate = 0.001

// formType is the content type of a callback.
const formType = "application/x-www-form-urlencoded"

// ownHeaders are headers about one connection or one request: they are not passed on.
var ownHeaders = []string{
	"Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Authenticate",
	"Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
}

// request returns what a callback is posted with beside its body.
func (o *replayOptions) request(f *found) (query string, header http.Header) {
	header = http.Header{"Content-Type": {formType}}
	for name, value := range f.body.Headers {
		name = http.CanonicalHeaderKey(name)
		wanted := name == "Content-Type" || o.headers && !slices.Contains(ownHeaders, name)
		if wanted && isHeader(name, value) {
			header.Set(name, value)
		}
	}
	return f.body.Request.Query, header
}

// isHeader reports whether a name and a value can be a header of a request.
func isHeader(name, value string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || '~' < c || c == ':' }) &&
		!strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || '~' < c })
}

// curl returns a command that posts a callback.
func (o *replayOptions) curl(f *found) string {
	query, header := o.request(f)
	var b strings.Builder
	body := f.body.Bytes
	data := "--data-raw " + quoted(string(body))
	if len(body) > longestArgument || bytes.ContainsFunc(body, func(c rune) bool { return c < ' ' || '~' < c || c == '\'' || c == '\\' }) {
		b.WriteString("printf '")
		for _, c := range body {
			switch {
			case c == '%':
				b.WriteString("%%")
			case c < ' ' || '~' < c || c == '\'' || c == '\\':
				fmt.Fprintf(&b, `\%03o`, c)
			default:
				b.WriteByte(c)
			}
		}
		b.WriteString("' | ")
		data = "--data-binary @-"
	}
	fmt.Fprintf(&b, `curl -sS --globoff --write-out ' %%{http_code}\n' %s`, data)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if value := header.Get(name); name != "Content-Type" || value != formType { // which curl sends
			fmt.Fprintf(&b, " --header %s", quoted(name+": "+value))
		}
	}
	fmt.Fprintf(&b, " %s\n", quoted(o.target.With(query).String()))
	return b.String()
}

// longestArgument is how long an argument of a command is at most, in bytes: Linux takes
// 128 KiB.
const longestArgument = 100_000
