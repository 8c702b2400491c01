package cmd

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"qcb/cmd/listen"
	"qcb/decode"
	"qcb/decode/capture"
	"qcb/decode/explain"
	"qcb/render"
)

// listenOptions are the flags of qcb listen.
type listenOptions struct {
	path        string
	save        string
	saveInvalid bool
	maxBody     int64
	forward     string
	exec        string
	until       string
	verbose     bool
	json        bool
	masking     render.Masking
}

func (a *app) listenCommand() *cobra.Command {
	o := &listenOptions{}
	c := &cobra.Command{
		Use:     "listen [ADDR]",
		Short:   "Receive callbacks: show each as it comes, keep every one",
		GroupID: "handler",
		Long: `Receive callbacks over HTTP and show each as it comes, until it is interrupted.
ADDR is HOST:PORT, or a port of 127.0.0.1, which is the default with port 8080:
no other machine can reach it, but through a proxy or a tunnel.

A POST of a callback on any path is answered with 200. What is no callback is
refused with the reason: 400, or 405, 413, 415 for the wrong method, length,
content type. With --save a callback is on the disk before it is answered, and
answered with 503 if it cannot be stored. The file is a log for all commands.

--exec splits COMMAND at spaces and runs it without a shell. It has the callback
as JSON on standard input, and QCB_TASK, QCB_EVENT and QCB_OUTCOME (completed,
failed, pending, unknown) in its environment.

The first SIGINT or SIGTERM ends it when what is under way is done, the second
one at once.

Exit status: 0 interrupted; with --until that of qcb check for the callback that
came, or 1 if it did not come; 2 wrong usage; 3 the address or a file cannot be
used, or the output cannot be written.`,
		Example: `  qcb listen --save callbacks.log
  qcb listen --until saved -v && publish
  qcb listen --json 9000 | jq .status.videos
  qcb listen --forward http://localhost:3000/callback`,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return &usageError{fmt.Sprintf("unexpected argument %q", args[1]), "qcb listen takes one ADDR"}
		}
		address, err := listenAddress(append(args, "8080")[0])
		if err != nil {
			return err
		}
		if err := cmp.Or(refuseEmpty(c), o.check()); err != nil {
			return err
		}
		return a.listen(address, o)
	}
	c.Flags().StringVar(&o.path, "path", "", "serve only this `PATH`; it may have a secret in it")
	c.Flags().StringVar(&o.save, "save", "", "append each callback to a `FILE`, before the answer")
	c.Flags().BoolVar(&o.saveInvalid, "save-invalid", false, "save what is refused with 400, too")
	c.Flags().Int64Var(&o.maxBody, "max-body", 10<<20, "the longest body in `BYTES`")
	c.Flags().StringVar(&o.forward, "forward", "", "pass each callback on to this `URL`")
	c.Flags().StringVar(&o.exec, "exec", "", "run a `COMMAND` for each callback, its JSON as input")
	c.Flags().StringVar(&o.until, "until", "", "exit when this `EVENT`, or task, has come")
	c.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "show each callback as qcb show does")
	c.Flags().BoolVar(&o.json, "json", false, "print each callback as JSON, one per line")
	addRedact(c, &o.masking)
	return c
}

// listenAddress completes an address. Another interface than that of this machine
// alone must be named.
func listenAddress(arg string) (string, error) {
	address := arg
	if _, err := strconv.Atoi(arg); err == nil {
		address = ":" + arg
	}
	host, port, err := net.SplitHostPort(address)
	if _, noNumber := strconv.ParseUint(port, 10, 16); err != nil || noNumber != nil {
		return "", &usageError{fmt.Sprintf("%q is no ADDR", arg), "it is HOST:PORT, or a port, which is at most 65535"}
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// check finds flags that make no sense.
func (o *listenOptions) check() error {
	target, err := url.Parse(o.forward)
	switch {
	case o.path != "" && !strings.HasPrefix(o.path, "/"):
		return &usageError{"a --path begins with /", ""}
	case o.saveInvalid && o.save == "":
		return &usageError{"--save-invalid needs --save", ""}
	case o.maxBody < 1:
		return &usageError{"--max-body needs a number from 1 on", ""}
	case o.verbose && o.json:
		return &usageError{"--verbose and --json exclude each other", ""}
	case o.forward != "" && (err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https"):
		return &usageError{"--forward is no URL of HTTP", ""}
	case o.exec != "" && strings.TrimSpace(o.exec) == "":
		return &usageError{"--exec is empty", ""}
	case strings.ContainsAny(o.exec, "'\""):
		return &usageError{"--exec takes no quotes: it is split at spaces", "put the command into a script"}
	}
	if command := strings.Fields(o.exec); len(command) > 0 {
		if _, err := exec.LookPath(command[0]); err != nil {
			return &usageError{fmt.Sprintf("--exec: there is no command %q", command[0]), ""}
		}
	}
	return nil
}

// listener is one run of qcb listen.
type listener struct {
	*app
	*listenOptions
	relays  []*listen.Relay
	pass    []func(listen.Event, *found) // to each relay
	reports chan string
	resends resends
	came    *found // what --until waits for
}

func (a *app) listen(address string, o *listenOptions) error {
	server := &listen.Server{Path: o.path, MaxBody: o.maxBody, Timeout: listen.LongestRequest, SaveInvalid: o.saveInvalid, Events: make(chan listen.Event)}
	if o.save != "" {
		store, err := listen.OpenStore(o.save)
		if err != nil {
			a.fail(exitInput, o.save+": "+reason(err))
			return nil
		}
		server.Store = store
		defer store.Close()
	}
	socket, err := net.Listen("tcp", address)
	if err != nil {
		a.fail(exitInput, fmt.Sprintf("cannot listen on %s: %s", address, listen.Reason(err)))
		return nil
	}
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a.note("listening on http://" + socket.Addr().String())
	if near := nearest(o.until, decode.Events()); near != "" && !slices.Contains(decode.Events(), o.until) {
		a.hint("did you mean: --until " + near)
	}
	l := &listener{app: a, listenOptions: o, reports: make(chan string)}
	l.openRelays()
	connections, broken := server.Serve(socket)
	err = l.run(server, connections, broken, interrupted, stop)
	l.closeRelays()
	switch {
	case err != nil:
		return &outputError{err}
	case l.came != nil:
		if len(l.came.Damage) > 0 {
			a.status = exitInput
		}
		jobs := newOutcomes()
		jobs.mark(jobs.jobs.Add(jobs.jobs.Delivery(l.came.Callback)).Job, true)
		a.answer(jobs)
	case o.until != "":
		a.fail(exitNo, fmt.Sprintf("interrupted before %s came", o.until))
	}
	return nil
}

// grace is how long clients have to finish their requests when the server stops.
const grace = 5 * time.Second

// run shows what comes until it is to stop, and then what is still under way. The
// error is one of the output.
func (l *listener) run(server *listen.Server, connections *http.Server, broken <-chan error, interrupted context.Context, stop func()) (failed error) {
	stopped := interrupted.Done()
	shutDown := func() {
		stopped = nil
		stop() // Another signal ends the process at once.
		go func() {
			wait, cancel := context.WithTimeout(context.Background(), grace)
			defer cancel()
			if connections.Shutdown(wait) != nil {
				_ = connections.Close() // They had their time.
			}
			server.Finish()
		}()
	}
	for {
		select {
		case <-stopped:
			shutDown()
		case err := <-broken:
			l.fail(exitInput, "cannot accept connections any more: "+listen.Reason(err))
			if stopped != nil {
				shutDown()
			}
		case report := <-l.reports:
			l.note(report)
		case e, open := <-server.Events:
			if !open {
				return failed
			}
			l.take(e)
			if err := l.out.Flush(); err != nil && failed == nil {
				failed = err
			}
			if stopped != nil && (failed != nil || l.came != nil) {
				shutDown()
			}
		}
	}
}

// take shows an event, and passes a callback on.
func (l *listener) take(e listen.Event) {
	now := time.Now().Format(time.TimeOnly)
	if e.Refused != "" {
		l.note(fmt.Sprintf("%s: refused with %d: %s", now, e.Status, e.Refused))
		return
	}
	f := &found{body: capture.Body{Bytes: e.Body}, input: now}
	f.Callback, _ = decode.Decode(e.Body) // The server has told that it is a callback.
	times := l.resends.count(e.Body)
	again := ""
	if times > 1 {
		again = fmt.Sprintf(", sent %d times", times)
	}
	switch {
	case l.listenOptions.json:
		_ = render.JSON(l.out, f.Callback, render.JSONOptions{Compact: true, Masking: l.masking}) // The writer keeps its error.
	case l.verbose:
		_ = render.Show(l.out, f.Callback, render.ShowOptions{From: f.input + again, Screen: l.screen(), Masking: l.masking})
		_ = l.out.WriteByte('\n')
	default:
		_, _ = l.out.WriteString(f.input + " " + render.Sentence(f.Callback, explain.Of(f.Callback)) + again + "\n")
	}
	status := l.status
	l.damaged(f)
	l.status = status // What counts is the callback that is waited for.
	for _, pass := range l.pass {
		pass(e, f)
	}
	if l.came == nil && l.until != "" && (f.Event == l.until || strings.HasPrefix(f.TaskToken, l.until)) {
		l.came = f
	}
}

// openRelays prepares what is done with each callback beside.
func (l *listener) openRelays() {
	add := func(flag string, do func(listen.Event, *found) func() string) {
		relay := listen.NewRelay()
		l.relays = append(l.relays, relay)
		l.pass = append(l.pass, func(e listen.Event, f *found) {
			about := f.input
			if f.TaskToken != "" {
				about += ", task " + f.TaskToken
			}
			work := do(e, f)
			if !relay.Add(int64(len(e.Body)), func() { l.reports <- about + ": " + work() }) {
				l.note(fmt.Sprintf("%s: left out by --%s, too many are waiting", about, flag))
			}
		})
	}
	if l.forward != "" {
		add("forward", func(e listen.Event, _ *found) func() string {
			return func() string { return listen.Forward(l.forward, e) }
		})
	}
	if l.exec != "" {
		add("exec", func(_ listen.Event, f *found) func() string {
			return func() string { return listen.Run(strings.Fields(l.exec), asJSON(f.Callback), environment(f.Callback)) }
		})
	}
}

// closeRelays waits until all that came is passed on. Nothing of it is left behind
// in silence: a signal ends the process now.
func (l *listener) closeRelays() {
	waiting := 0
	for _, relay := range l.relays {
		waiting = max(waiting, relay.Waiting())
	}
	if waiting > 0 {
		l.note(render.Count(waiting, "callback") + " still to be passed on; interrupt again to give up")
	}
	go func() {
		for _, relay := range l.relays {
			relay.Close()
		}
		close(l.reports)
	}()
	for report := range l.reports {
		l.note(report)
	}
}

func asJSON(c *decode.Callback) []byte {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	_ = errors.Join(render.JSON(w, c, render.JSONOptions{Compact: true}), w.Flush()) // A buffer takes everything.
	return b.Bytes()
}

// environment is what --exec gives a command of a callback, without the byte that
// no variable can hold.
func environment(c *decode.Callback) []string {
	clean := func(s string) string { return strings.ReplaceAll(s, "\x00", "") }
	return []string{"QCB_TASK=" + clean(c.TaskToken), "QCB_EVENT=" + clean(c.Event), "QCB_OUTCOME=" + c.Outcome().String()}
}

// resends counts how often callbacks were sent, as long as they are among the last
// ones.
type resends struct {
	times map[[sha256.Size]byte]int
	order [][sha256.Size]byte
}

// mostRemembered is how many callbacks are known again.
const mostRemembered = 10_000

// count counts a body.
func (r *resends) count(body []byte) int {
	sum := sha256.Sum256(body)
	if r.times == nil {
		r.times = map[[sha256.Size]byte]int{}
	}
	if r.times[sum]++; r.times[sum] > 1 {
		return r.times[sum]
	}
	if r.order = append(r.order, sum); len(r.order) > mostRemembered {
		delete(r.times, r.order[0])
		r.order = r.order[1:]
	}
	return 1
}
