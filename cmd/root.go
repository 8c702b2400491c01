// Package cmd is what the user types: the commands, their flags, what they
// read, and what they say when something is wrong.
package cmd

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"qcb/render"
)

// The exit statuses.
const (
	exitNo    = 1 // a negative result: nothing to print
	exitUsage = 2
	exitInput = 3 // unreadable input, no callback in it, a damaged one; or unwritable output

	exitPending = 8 // the job is still queued or running
)

// app is one run of qcb.
type app struct {
	Streams
	workers int
	out     *bufio.Writer // to standard output; keeps its first error
	color   string        // --color
	quiet   bool          // --quiet
	terse   bool          // no notes, but hints: qcb check without -v
	status  int           // the exit status so far
	hinted  map[string]bool
	holding bool     // lines for standard error wait until what they are about is printed
	held    []string // these

	mostUnpacked byteSize // --max-unpacked

	progress *progress // of the command that reads callbacks, or nil
	pager    *pager    // of the command's output, or nil
	noPager  bool      // --no-pager
}

// standardOutput writes to Streams.Out. If that is a terminal, it ends the progress line,
// which is most likely on the same one.
type standardOutput struct{ a *app }

func (o standardOutput) Write(text []byte) (int, error) {
	if o.a.OutTerminal {
		o.a.progress.end()
	}
	if o.a.pager != nil {
		return o.a.pager.Write(text)
	}
	return o.a.Out.Write(text)
}

// usageError is a mistake on the command line.
type usageError struct{ what, hint string }

func (e *usageError) Error() string { return e.what }

// outputError is an error of writing to standard output.
type outputError struct{ err error }

func (e *outputError) Error() string { return "cannot write the output: " + reasonOf(e.err) }
func (e *outputError) Unwrap() error { return e.err }

// Run runs qcb with its arguments and returns its exit status.
func Run(args []string, s Streams) int { return runOn(runtime.GOMAXPROCS(0), args, s) }

// runOn runs qcb with this number of workers that decode callbacks.
func runOn(workers int, args []string, s Streams) int {
	a := &app{Streams: s, workers: workers, hinted: map[string]bool{}}
	a.out = bufio.NewWriterSize(standardOutput{a}, 64<<10)
	wanted := ""
	if len(args) > 0 {
		wanted = args[0]
	}
	root := a.root(wanted)
	root.SetArgs(args)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		addCompletions(root)
	}
	command, err := root.ExecuteC()
	if flush := a.out.Flush(); flush != nil {
		err = &outputError{flush}
	}
	a.pager.end()
	var (
		usage  *usageError
		output *outputError
	)
	switch {
	case err == nil:
	case errors.As(err, &usage):
		a.fail(exitUsage, usage.what)
		a.hint(usage.hint)
	case brokenPipe(err):
		// Nobody reads any more: stop, and say nothing.
	case errors.As(err, &output):
		a.fail(exitInput, output.Error())
	default:
		// Cobra's error about the arguments of the commands that it makes.
		a.fail(exitUsage, "wrong arguments for "+command.CommandPath())
		a.hint(command.CommandPath() + " --help shows the right ones")
	}
	return a.status
}

// Commands returns the command qcb with all below it, of which the manual pages are made.
func Commands() *cobra.Command { return (&app{Streams: System()}).root("") }

// root returns the command qcb, with the wanted command below it, or with all of them if
// none has that name: making all of them costs each start some twenty page faults.
func (a *app) root(wanted string) *cobra.Command {
	root := &cobra.Command{
		Use:   "qcb COMMAND",
		Short: "Decode and inspect the callbacks of the Qencode transcoding service",
		Long: `qcb decodes and inspects the callbacks (webhooks) of the Qencode transcoding
service: form bodies whose field status is JSON. It finds them in files or on
standard input: a body, a log, captured HTTP requests, JSON, program output.

Exit status: 0 done; 1 a negative result (a failed job, nothing to print);
2 wrong usage; 3 unreadable input, no callback in it, or a damaged one (what
arrived whole is still printed), or output that could not be written; 8 the job
is still pending.`,
		Example: `  qcb show body.form              what happened to the job
  qcb urls body.form              the URLs of its videos and audios
  qcb json access.log | jq .status
  qcb raw dump.har                the body as it was posted
  qcb < body.form                 the same as qcb show`,
		Args:          rootArgs,
		Version:       version(debug.ReadBuildInfo()),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(c *cobra.Command, _ []string) error {
			if a.InTerminal {
				return c.Help()
			}
			return a.show(nil, &selection{}, &showOptions{})
		},
	}
	root.SetOut(a.out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(flagError)
	root.SuggestionsMinimumDistance = 2
	a.color = "auto"
	root.PersistentFlags().Var(&choice{&a.color, []string{"auto", "always", "never"}}, "color", "colour: `WHEN` is auto, always or never")
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "print only errors on standard error")
	root.PersistentFlags().BoolVar(&a.noPager, "no-pager", false, "print long output on a terminal without a pager")
	root.SetHelpFunc(printHelp)
	root.SetHelpCommand(a.helpCommand())
	root.AddGroup(groups()...)
	commands := map[string]func() *cobra.Command{
		"show": a.showCommand, "jobs": a.jobsCommand, "list": a.listCommand, "check": a.checkCommand, "explain": a.explainCommand,
		"outputs": a.outputsCommand, "urls": a.urlsCommand, "json": a.jsonCommand, "raw": a.rawCommand,
		"sample": a.sampleCommand, "listen": a.listenCommand, "replay": a.replayCommand,
		"completion": a.completionCommand,
	}
	if command := commands[wanted]; command != nil {
		root.AddCommand(command())
		return root
	}
	for _, command := range commands {
		root.AddCommand(command())
	}
	return root
}

// reads completes a command that reads callbacks from files. If it has neither a file nor a
// pipe, it says what it needs instead of waiting for a terminal.
func (a *app) reads(c *cobra.Command, s *selection, do func(files []string) error) *cobra.Command {
	c.RunE = func(c *cobra.Command, files []string) error {
		if len(files) == 0 && a.InTerminal {
			a.fail(exitUsage, "name a FILE, or pipe a callback in, for example:")
			fmt.Fprintln(a.Err, c.Example)
			a.hint(c.CommandPath() + " --help explains it")
			return nil
		}
		if slices.Contains(files, "") {
			return &usageError{"the name of a FILE is empty", "was a variable not set?"}
		}
		if err := cmp.Or(refuseEmpty(c), s.check()); err != nil {
			return err
		}
		if len(files) > 0 {
			a.startPager(files)
		}
		return do(files)
	}
	s.flags(c, a.Now)
	c.Flags().Var(&a.mostUnpacked, "max-unpacked", "unpack at most `N` bytes of a file: 4G (default 1G)")
	return c
}

// byteSize is a flag with a number of bytes.
type byteSize int64

func (s *byteSize) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*s), 10)
}

func (s *byteSize) Type() string { return "size" }

func (s *byteSize) Set(value string) error {
	digits := strings.TrimRight(strings.ToUpper(value), "IB")
	shift := 0
	if unit := strings.IndexAny(digits, "KMGT"); unit >= 0 && unit == len(digits)-1 {
		shift = 10 * (1 + strings.IndexByte("KMGT", digits[unit]))
		digits = digits[:unit]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt64>>shift {
		return &usageError{hint: "give a number of bytes; K, M, G and T stand for KiB, MiB, GiB and TiB: 4G"}
	}
	*s = byteSize(n << shift)
	return nil
}

// refuseEmpty refuses a flag with an empty value, which usually comes from an unset variable:
// without the flag, more would be selected than was meant.
func refuseEmpty(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.String() == "" || f.Value.String() == "[]" {
			err = &usageError{fmt.Sprintf("--%s is empty", f.Name), "leave it out, or was a variable not set?"}
		}
	})
	return err
}

// rootArgs refuses arguments of qcb itself: if a file were accepted there, a command with
// its name could not be added later.
func rootArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	name := args[0]
	e := &usageError{fmt.Sprintf("unknown command %q", name), "qcb --help lists the commands"}
	near := append(c.SuggestionsFor(name), "")[0]
	_, err := os.Stat(name)
	_, isTopic := topicOf(name)
	switch {
	case slices.Contains([]string{"decode", "inspect", "view", "cat", "print"}, name):
		e.hint = "did you mean: qcb show"
	case err == nil || name == "-":
		e.hint = "did you mean: qcb show " + shellWord(name)
	case strings.ContainsAny(name, "./\\"):
		e.what = name + ": no such file"
		e.hint = "qcb show FILE shows a callback; qcb --help lists the commands"
	case isTopic:
		e.hint = "qcb help " + name + " explains it"
	case near != "":
		e.hint = "did you mean: qcb " + near
	case name == "version":
		e.hint = "did you mean: qcb --version"
	}
	return e
}

// flagError says what is wrong with a flag.
func flagError(c *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	e := &usageError{"wrong flags", c.CommandPath() + " --help lists the flags"}
	switch {
	case errors.As(err, &unknown):
		name := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			name = "-" + unknown.GetSpecifiedName()
		}
		e.what = "unknown flag " + name
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		if near := nearest(name, names); near != "" {
			e.hint = "did you mean: " + near
		}
	case errors.As(err, &missing):
		e.what = fmt.Sprintf("flag --%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		e.what = fmt.Sprintf("invalid value %q for --%s", invalid.GetValue(), f.Name)
		var own *usageError
		switch {
		case c.Name() == "show" && f.Name == "output" && invalid.GetValue() == "json":
			e.hint = "qcb json prints callbacks as JSON"
		case errors.As(err, &own):
			e.what, e.hint = cmp.Or(own.what, e.what), own.hint
		case f.Value.Type() == "bool":
			e.hint = fmt.Sprintf("--%s takes no value: leave it out to turn it off", f.Name)
		case f.Value.Type() == "duration":
			e.hint = "it needs a number with a unit: 500ms, 30s, 2m"
		case errors.Is(err, strconv.ErrRange):
			e.hint = "it is too large, or too small"
		case errors.Is(err, strconv.ErrSyntax):
			e.hint = "it needs a whole number, without a unit"
		}
	}
	return e
}

// choice is a flag with a few possible values.
type choice struct {
	value   *string
	allowed []string
}

func (c *choice) String() string { return *c.value }
func (c *choice) Type() string   { return "choice" }

func (c *choice) Set(value string) error {
	if !slices.Contains(c.allowed, value) {
		return &usageError{hint: meant(value, c.allowed)}
	}
	*c.value = value
	return nil
}

// meant says what values there are, and which one may have been meant.
func meant(value string, allowed []string) string {
	if near := nearest(value, allowed); near != "" {
		return fmt.Sprintf("did you mean: %s (one of: %s)", near, strings.Join(allowed, ", "))
	}
	return "one of: " + strings.Join(allowed, ", ")
}

// fail prints an error and remembers the exit status: the highest one counts.
func (a *app) fail(status int, message string) {
	a.status = max(a.status, status)
	line := render.Message("qcb: " + message)
	if a.colored(a.ErrTerminal) {
		line = render.ColoredError(line)
	}
	a.say(line)
}

// note prints a message that is not an error.
func (a *app) note(message string) {
	if !a.quiet && !a.terse {
		a.say(render.Message("qcb: " + message))
	}
}

// hint prints what can be done about an error, once.
func (a *app) hint(message string) {
	if message != "" && !a.quiet && !a.hinted[message] {
		a.hinted[message] = true
		a.say(render.Message("hint: " + message))
	}
}

// say prints a line that is safe to print on standard error, after all that was written to
// standard output before: on a terminal they are one text.
func (a *app) say(line string) {
	if a.holding || a.pager != nil {
		if a.held = append(a.held, line); len(a.held) > mostHeld {
			a.holding = false
			a.printHeld()
		}
		return
	}
	a.print(line)
}

func (a *app) print(line string) {
	_ = a.out.Flush() // It keeps its error for Run.
	a.progress.clear()
	fmt.Fprintln(a.Err, line)
}

// mostHeld is how many lines wait at most.
const mostHeld = 1000

// release prints the lines that waited. If a pager shows the output, they wait for its end.
func (a *app) release() {
	a.holding = false
	if a.pager == nil {
		a.printHeld()
	}
}

func (a *app) printHeld() {
	for _, line := range a.held {
		a.print(line)
	}
	a.held = nil
}
