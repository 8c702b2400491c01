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
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"qcb/cmd/listen"
	"qcb/decode"
	"qcb/decode/capture"
	"qcb/decode/explain"
	"qcb/decode/job"
	"qcb/render"
)

// listenOptions are the flags of qcb listen.
type listenOptions struct {
	only        selection // by event and type
	path        string
	origins     listFlag
	save        string
	saveInvalid bool
	maxBody     int64
	answer      int
	forward     string
	noQuery     bool
	exec        string
	timeout     time.Duration
	until       string
	verbose     bool
	json        bool
	masking     render.Masking

	target *url.URL // that forward names
}

func (a *app) listenCommand() *cobra.Command {
	o := &listenOptions{}
	c := &cobra.Command{
		Use:     "listen [ADDR]",
		Short:   "Receive callbacks: show, save or forward each",
		GroupID: "handler",
		Long: `Receive callbacks over HTTP and show each as it comes, until interrupted. ADDR
is HOST:PORT, or a port of 127.0.0.1; the default is 127.0.0.1:8080, which other
machines can reach only through a proxy or a tunnel.

A POST of a callback to any path is answered with 200. Everything else is
refused, and the answer says why: 400 for any other body, 403 for a POST that a
web page made a browser send, 404 for a path other than that of --path, 405 for
another method, 413 for a body that is too long, and 415 for another content
type or an encoding.

With --save each request is on the disk before it is answered; if it cannot be
stored, the answer is 503. The file has one JSON object per line: time, method,
path, query, headers (without Authorization, Proxy-Authorization and Cookie) and
body, or bodyBase64 if that is not UTF-8. All commands read it; jq -r .body
prints the bodies; qcb replay sends them to a handler.

--event and --type choose the callbacks that are shown, passed on and waited
for; --save keeps all. --until takes an event, or the start of a task token to
wait for the end of its job. --exec splits COMMAND at spaces and runs it without
a shell. It gets the callback as JSON on standard input, and QCB_TASK, QCB_EVENT
and QCB_OUTCOME (completed, failed, pending, unknown) in its environment.
Processes that it leaves running are killed.

Callbacks are not signed: anyone who can reach the address can send one. With
--exec and --until choose a --path that only Qencode knows.

The first Ctrl-C lets it finish what it is doing; the second stops it at once.

Exit status: 0 interrupted; with --until that of qcb check for the job, or 1 if
interrupted first; 2 wrong usage; 3 the address or a file cannot be used, or the
output cannot be written.`,
		Example: `  qcb listen --save callbacks.log
  qcb listen --until saved -v && publish
  qcb listen --json 9000 | jq .status.videos
  qcb listen --forward localhost:3000/callback`,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return &usageError{fmt.Sprintf("unexpected argument %q", args[1]), "qcb listen takes one ADDR"}
		}
		address, err := listenAddress(append(args, "8080")[0])
		if err != nil {
			return err
		}
		if err := cmp.Or(refuseEmpty(c), o.check(c.Flags().Changed("answer"))); err != nil {
			return err
		}
		return a.listen(address, o)
	}
	o.only.flagsAlone(c)
	c.Flags().StringVar(&o.path, "path", "", "serve only this `PATH`, which may contain a secret")
	c.Flags().Var(&o.origins, "allow-origin", "also accept callbacks from pages at this `URL`")
	c.Flags().StringVar(&o.save, "save", "", "append each request to `FILE` before answering it")
	c.Flags().BoolVar(&o.saveInvalid, "save-invalid", false, "also save requests that are refused with 400")
	c.Flags().Int64Var(&o.maxBody, "max-body", 10<<20, "the longest body in `BYTES`")
	c.Flags().IntVar(&o.answer, "answer", 0, "answer callbacks with this `STATUS` instead of 200")
	c.Flags().StringVar(&o.forward, "forward", "", "pass each callback on to this `URL`")
	c.Flags().BoolVar(&o.noQuery, "no-query", false, "do not add the received query to the --forward URL")
	c.Flags().StringVar(&o.exec, "exec", "", "run a `COMMAND` for each callback, its JSON as input")
	c.Flags().DurationVar(&o.timeout, "timeout", listen.LongestRequest, "`TIME` limit for --forward and --exec")
	c.Flags().StringVar(&o.until, "until", "", "exit on this `EVENT`, or when the job of TOKEN ends")
	c.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "show each callback as qcb show does")
	c.Flags().BoolVar(&o.json, "json", false, "print each callback as JSON, one per line")
	addRedact(c, &o.masking)
	onlyOnce(c)
	return c
}

// onlyOnce makes the flags of a command refuse to be given twice, but for lists.
func onlyOnce(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if _, several := f.Value.(*listFlag); !several {
			f.Value = &onceFlag{Value: f.Value, name: f.Name}
		}
	})
}

// onceFlag is a flag that can be given once.
type onceFlag struct {
	pflag.Value
	name  string
	given bool
}

func (f *onceFlag) Set(value string) error {
	if f.given {
		return &usageError{what: "--" + f.name + " was given twice"}
	}
	f.given = true
	return f.Value.Set(value)
}

// listenAddress completes an address. Without a host it is 127.0.0.1: to be reachable from
// other machines has to be asked for.
func listenAddress(arg string) (string, error) {
	address := arg
	if _, err := strconv.Atoi(arg); err == nil {
		address = ":" + arg
	}
	host, port, err := net.SplitHostPort(address)
	if _, notNumber := strconv.ParseUint(port, 10, 16); err != nil || notNumber != nil {
		return "", &usageError{fmt.Sprintf("invalid address %q", arg), "use HOST:PORT, or a port from 0 to 65535"}
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// check finds flags that make no sense.
func (o *listenOptions) check(answer bool) error {
	switch {
	case o.path != "" && !strings.HasPrefix(o.path, "/"):
		return &usageError{"--path must start with /", ""}
	case o.save == "-":
		return &usageError{"--save needs a file", "qcb listen --json prints each callback on standard output"}
	case o.saveInvalid && o.save == "":
		return &usageError{"--save-invalid needs --save", ""}
	case o.maxBody < 1:
		return &usageError{"--max-body must be at least 1", ""}
	case answer && (o.answer < 200 || o.answer > 599):
		return &usageError{"--answer must be a status from 200 to 599", ""}
	case o.timeout <= 0:
		return &usageError{"--timeout must be longer than 0", ""}
	case o.verbose && o.json:
		return &usageError{"--verbose and --json cannot be used together", ""}
	case o.until != "" && !o.only.types.admits("task"):
		return &usageError{"--until can never be met: --type leaves out every callback that could end it", "add task to --type"}
	case slices.Contains(decode.Events(), o.until) && !o.only.events.admits(o.until):
		return &usageError{fmt.Sprintf("--until %s can never be met: --event leaves that event out", o.until), "use --event " + shellWord(o.only.events.String()+","+o.until)}
	case o.noQuery && o.forward == "":
		return &usageError{"--no-query needs --forward", ""}
	case o.exec != "" && strings.TrimSpace(o.exec) == "":
		return &usageError{"--exec is empty", ""}
	case strings.ContainsAny(o.exec, "'\""):
		return &usageError{"--exec takes no quotes: it is split at spaces", "put the command into a script"}
	}
	for i, value := range o.origins.values {
		origin, ok := originOf(value)
		if !ok {
			return &usageError{fmt.Sprintf("invalid value %q for --allow-origin", value), "give an origin without a path, for example https://example.com"}
		}
		o.origins.values[i] = origin
	}
	if o.forward != "" {
		target, err := listen.ParseTarget(o.forward)
		if err != nil {
			return &usageError{"--forward needs an http:// or https:// URL", ""}
		}
		o.target = target
	}
	if command := strings.Fields(o.exec); len(command) > 0 {
		if _, err := exec.LookPath(command[0]); err != nil {
			return &usageError{fmt.Sprintf("--exec: command %q not found", command[0]), ""}
		}
	}
	return nil
}

// originOf writes an origin as browsers do: in lower case, and without the default port of its
// scheme. ok is false for what they never send: with a path, or with letters beyond ASCII.
func originOf(text string) (origin string, ok bool) {
	text = strings.TrimSuffix(strings.ToLower(text), "/")
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || text != u.Scheme+"://"+u.Host || strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "", false
	}
	return strings.TrimSuffix(text, map[string]string{"http": ":80", "https": ":443"}[u.Scheme]), true
}

// listener is one run of qcb listen.
type listener struct {
	*app
	*listenOptions
	printer *listen.Relay // prints, so that nothing else waits for whoever reads
	missed  atomic.Int64  // what was not printed, because too much waits
	broken  chan error    // receives the error of the output
	day     string        // of the last callback that was shown

	passes  []pass
	resends resendCounts

	jobs    *outcomes // for --until
	awaited *job.Job  // of the task that --until waits for
	came    *found    // the callback that ended the waiting
}

// pass is something that is done with each callback besides showing it.
type pass struct {
	flag  string
	relay *listen.Relay
	do    func(listen.Event, *found) passed
}

// passed is what came of passing a callback on.
type passed struct {
	report string
	hint   string // "" if the report says enough
	done   bool   // the handler accepted it, or the command succeeded
}

func (a *app) listen(address string, o *listenOptions) error {
	server := &listen.Server{
		Path: o.path, MaxBody: o.maxBody, Timeout: listen.LongestRequest, SaveInvalid: o.saveInvalid,
		Origins: o.origins.values, Answer: o.answer, Events: make(chan listen.Event),
	}
	if o.save != "" {
		store, err := listen.OpenStore(o.save)
		if err != nil {
			a.fail(exitInput, o.save+": "+reasonOf(err))
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
	program := &listen.Program{Args: strings.Fields(o.exec), Timeout: o.timeout}
	ending, end, stop := interruptible(program.Kill)
	defer stop()
	a.greet(socket.Addr(), o)
	l := &listener{app: a, listenOptions: o, printer: listen.NewRelay(), broken: make(chan error, 1), jobs: newOutcomes()}
	l.openRelays(program)
	connections, broken := server.Serve(socket)
	err = l.run(server, connections, broken, ending, end)
	l.closeRelays()
	switch {
	case err != nil:
		return &outputError{err}
	case l.came != nil:
		if len(l.came.Damage) > 0 {
			a.status = exitInput
		}
		a.conclude(l.jobs.count())
	case o.until != "":
		a.fail(exitNo, fmt.Sprintf("interrupted before %s came", o.until))
	}
	return nil
}

// greet says where the server is, and how to try it. It never prints the path of --path,
// which may be a secret.
func (a *app) greet(at net.Addr, o *listenOptions) {
	a.note("listening on http://" + at.String())
	try := at.String()
	if host, port, _ := net.SplitHostPort(try); net.ParseIP(host).IsUnspecified() {
		try = net.JoinHostPort("localhost", port)
	}
	endpoint, with := "http://"+try, ""
	if o.path != "" {
		endpoint, with = endpoint+"/…", ", with the path of --path"
	}
	a.hint("try it: qcb sample | qcb replay " + shellWord(endpoint) + with)
	if o.path == "" && (o.exec != "" || o.until != "") {
		a.hint("callbacks are not signed: with --exec or --until, choose a --path that only Qencode knows")
	}
	if near := nearest(o.until, decode.Events()); near != "" && !slices.Contains(decode.Events(), o.until) {
		a.hint("did you mean: --until " + near)
	}
}

// grace is how long clients have to finish their requests when the server stops.
const grace = 5 * time.Second

// run takes what comes until the server is to stop, and then what is still under way.
// It never waits for the output. The error is one of the output.
func (l *listener) run(server *listen.Server, connections *http.Server, broken <-chan error, ending context.Context, end func()) (failed error) {
	stopped := ending.Done()
	for {
		select {
		case <-stopped:
			stopped = nil
			go func() {
				wait, cancel := context.WithTimeout(context.Background(), grace)
				defer cancel()
				if connections.Shutdown(wait) != nil {
					_ = connections.Close() // They had their time.
				}
				server.Finish()
			}()
		case err := <-broken:
			l.print(0, func() { l.fail(exitInput, "cannot accept connections any more: "+listen.Reason(err)) })
			end()
		case failed = <-l.broken:
			end()
		case e, open := <-server.Events:
			if !open {
				return failed
			}
			l.take(e)
			if l.came != nil {
				end()
			}
		}
	}
}

// print queues something to be printed, which keeps size bytes until then. If there is no
// room for it, it is counted in missed.
func (l *listener) print(size int, do func()) {
	added := l.printer.Add(int64(size), func() {
		l.tellMissed()
		do()
		if err := l.out.Flush(); err != nil {
			select {
			case l.broken <- err:
			default: // It has received one.
			}
		}
	})
	if !added {
		l.missed.Add(1)
	}
}

func (l *listener) tellMissed() {
	if n := l.missed.Swap(0); n > 0 {
		l.note(fmt.Sprintf("%s not shown: the output was not read", render.Count(int(n), "message")))
	}
}

// take shows an event, and passes a callback on.
func (l *listener) take(e listen.Event) {
	if e.Refused != "" {
		message := fmt.Sprintf("%s: refused with %d: %s", e.Time.Format(time.TimeOnly), e.Status, e.Refused)
		l.print(len(message), func() { l.note(message) }) // The body is not kept.
		return
	}
	e.Header = http.Header{"Content-Type": e.Header["Content-Type"]}
	size := len(e.Body) + len(e.Path) + len(e.Query) + len(e.Via)
	f := foundIn(e)
	if l.only.match(f) != taken {
		return
	}
	times := l.resends.count(e.Body)
	l.print(size, func() { l.show(e, times) })
	for _, p := range l.passes {
		about := f.input
		if f.TaskToken != "" {
			about += ", task " + f.TaskToken
		}
		added := p.relay.Add(int64(size), func() {
			result := p.do(e, foundIn(e))
			l.print(len(result.report), func() {
				if result.done {
					l.note(about + ": " + result.report)
				} else {
					l.fail(0, about+": "+result.report)
				}
				l.hint(result.hint)
			})
		})
		if !added {
			message := fmt.Sprintf("%s: skipped by --%s: too many callbacks are waiting", about, p.flag)
			l.print(len(message), func() { l.fail(0, message) })
		}
	}
	if l.came == nil && l.until != "" && l.isOver(f) {
		l.came = f
	}
}

// isOver reports whether --until has what it waits for: the event, unless it is about one
// rendition or the job will be retried; or the end of the job of the task.
func (l *listener) isOver(f *found) bool {
	jobs := l.jobs.jobs
	added := jobs.Add(jobs.Delivery(f.Callback))
	if f.Event == l.until && !f.IsStream() && (f.Event == "restarted" || f.RetriedAs() == "") {
		l.jobs.mark(added.Job, true)
		return true
	}
	if l.awaited == nil && strings.HasPrefix(f.TaskToken, l.until) {
		l.awaited = added.Job
		l.jobs.mark(added.Job, true)
	}
	if l.awaited == nil {
		return false
	}
	final := jobs.Final(l.awaited)
	return final.End.Number > 0 && final.RetriedAs == ""
}

// foundIn decodes the callback of an event.
func foundIn(e listen.Event) *found {
	f := &found{body: capture.Body{Bytes: e.Body}, input: e.Time.Format(time.TimeOnly)}
	f.Callback, _ = decode.Decode(e.Body) // The server has told that it is a callback.
	return f
}

// show prints a callback, and how many times it was sent. It prints the date once a day.
func (l *listener) show(e listen.Event, times int) {
	f := foundIn(e)
	when := f.input
	if day := e.Time.Format(time.DateOnly); day != l.day {
		l.day = day
		when = day + " " + when
	}
	again := ""
	if times > 1 {
		again = fmt.Sprintf(", sent %d times", times)
	}
	switch {
	case l.listenOptions.json:
		_ = render.JSON(l.out, f.Callback, render.JSONOptions{Compact: true, Masking: l.masking}) // The writer keeps its error.
	case l.verbose:
		_ = render.Show(l.out, f.Callback, render.ShowOptions{From: when + again, Screen: l.screen(), Masking: l.masking})
		_ = l.out.WriteByte('\n')
	default:
		_, _ = l.out.WriteString(when + " " + l.sentence(f.Callback, explain.Of(f.Callback)) + again + "\n")
	}
	status := l.status
	l.damaged(f)
	l.status = status // What counts is the callback that is waited for.
}

// openRelays prepares --forward and --exec.
func (l *listener) openRelays(program *listen.Program) {
	if l.target != nil {
		target := &listen.Target{URL: l.target, NoQuery: l.noQuery, Timeout: l.timeout}
		l.passes = append(l.passes, pass{"forward", listen.NewRelay(), func(e listen.Event, _ *found) passed {
			header := http.Header{"Content-Type": e.Header["Content-Type"], "Via": {e.Via}}
			answer := target.Post(context.Background(), e.Query, header, e.Body)
			return passed{"forwarded to " + target.URL.String() + " and got " + answer.String(), answer.Hint(), answer.Accepted()}
		}})
	}
	if len(program.Args) > 0 {
		l.passes = append(l.passes, pass{"exec", listen.NewRelay(), func(_ listen.Event, f *found) passed {
			report, done := program.Run(asJSON(f.Callback), environment(f.Callback))
			return passed{report, "", done}
		}})
	}
}

// closeRelays waits until every callback that came is passed on and shown, and says that it
// waits.
func (l *listener) closeRelays() {
	waiting := 0
	for _, p := range l.passes {
		waiting = max(waiting, p.relay.Waiting())
	}
	if waiting > 0 {
		l.print(0, func() {
			l.note("still passing on " + render.Count(waiting, "callback") + "; press Ctrl-C again to stop now")
		})
	}
	for _, p := range l.passes {
		p.relay.Close()
	}
	l.printer.Close()
	l.tellMissed()
}

func asJSON(c *decode.Callback) []byte {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	_ = errors.Join(render.JSON(w, c, render.JSONOptions{Compact: true}), w.Flush()) // A buffer takes everything.
	return b.Bytes()
}

// longestVariable is how long a text in the environment can be, in bytes: systems have
// limits, with which the command would not run at all.
const longestVariable = 4 << 10

// environment returns the variables that --exec gives a command. It removes NUL bytes, which
// no variable can hold, and leaves out values that are too long for one.
func environment(c *decode.Callback) []string {
	variables := []string{"QCB_OUTCOME=" + c.Outcome().String()}
	for name, value := range map[string]string{"QCB_TASK": c.TaskToken, "QCB_EVENT": c.Event} {
		if len(value) <= longestVariable {
			variables = append(variables, name+"="+strings.ReplaceAll(value, "\x00", ""))
		}
	}
	return variables
}

// resendCounts counts how often callbacks were sent, as long as they are among the last
// ones.
type resendCounts struct {
	times map[[sha256.Size]byte]int
	order [][sha256.Size]byte
}

// mostRemembered is how many callbacks are remembered.
const mostRemembered = 10_000

// count counts a body.
func (r *resendCounts) count(body []byte) int {
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
