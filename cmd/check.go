package cmd

import (
	"bufio"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/render"
)

// checkOptions are the flags of qcb check.
type checkOptions struct {
	verbose bool
	strict  bool
	ignore  ignoreFlag
}

// exitStatusUsage describes the flag with which other commands exit like check.
const exitStatusUsage = "exit as qcb check would"

func (a *app) checkCommand() *cobra.Command {
	s, o := &selection{}, &checkOptions{}
	c := a.reads(&cobra.Command{
		Use:     "check [FILE...]",
		Short:   "Tell by the exit status whether the jobs completed",
		GroupID: "jobs",
		Long: `Tell whether a job completed by nothing but the exit status. With -v a line for
each callback says why.

Of several callbacks the last one of each task counts, in the order given, and
of several tasks the worst. With --strict, warnings and the findings
contradiction, no-output, unread-outputs, output-error, no-url, empty-output and
shared-url count as a failure.

Exit status: 0 completed; 1 failed, or the callback does not say; 2 wrong usage;
3 unreadable input, no callback in it, or a damaged one; 8 the job is still
queued or running.`,
		Example: `  qcb check body.form && publish
  qcb check -v callbacks.log
  qcb check --strict --ignore temporary body.form`,
	}, s, func(files []string) error { return a.check(files, s, o) })
	c.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "print a line for each callback")
	c.Flags().BoolVar(&o.strict, "strict", false, "what is not quite a success counts as a failure")
	c.Flags().Var(&o.ignore, "ignore", "take no notice of the findings with these `NAMES`")
	return c
}

func (a *app) check(files []string, s *selection, o *checkOptions) error {
	a.terse = !o.verbose
	tasks := judge{checkOptions: *o}
	_, err := a.each(files, s, work{do: func(f *found, w *bufio.Writer) func() {
		if o.verbose {
			sentence := o.sentence(f.Callback)
			if f.Outcome() == decode.Completed && tasks.status(f.Callback) != 0 {
				sentence = "failed by --strict: " + sentence
			}
			_, _ = w.WriteString(render.Escape(decode.Redact(f.place()+": "+sentence)) + "\n") // The writer keeps its error.
		}
		return tasks.verdict(f)
	}})
	if err == nil {
		a.answer(&tasks)
	}
	return err
}

// sentence says in one line what check thinks of a callback.
func (o *checkOptions) sentence(c *decode.Callback) string {
	word, why := render.Verdict(c)
	parts := []string{word}
	if why != "" {
		parts[0] += ": " + why
	}
	if failures := c.Failures(); c.Outcome() == decode.Failed && len(failures) > 0 {
		parts[0] += ": " + failures[0].String()
	}
	if c.Event != "" {
		parts = append(parts, "event "+c.Event)
	}
	if c.TaskToken != "" {
		parts = append(parts, "task "+c.TaskToken)
	}
	if c.Status != nil && len(c.Status.Warnings) > 0 {
		parts = append(parts, count(len(c.Status.Warnings), "warning"))
	}
	var names []string
	for _, finding := range c.Findings() {
		if !o.ignore.has(finding.Name) && !slices.Contains(names, finding.Name) {
			names = append(names, finding.Name)
		}
	}
	return strings.Join(append(parts, names...), ", ")
}

// serious are the findings that count as a failure with --strict.
var serious = []string{"contradiction", "no-output", "unread-outputs", "output-error", "no-url", "empty-output", "shared-url"}

// judge keeps what became of each task by its last callback.
type judge struct {
	checkOptions
	tasks map[task]int // exit status
}

// verdict returns a function that takes a callback into account in its turn.
func (j *judge) verdict(f *found) (inTurn func()) {
	token, status := f.TaskToken, j.status(f.Callback)
	return func() {
		if j.tasks == nil {
			j.tasks = map[task]int{}
		}
		j.tasks[taskOf(token, len(j.tasks))] = status
	}
}

// status returns the exit status for one callback.
func (j *judge) status(c *decode.Callback) int {
	switch c.Outcome() {
	case decode.Completed:
		if j.strict && j.blemished(c) {
			return exitNo
		}
		return 0
	case decode.Pending:
		return exitPending
	}
	return exitNo
}

// blemished reports whether a completed job is none with --strict.
func (j *judge) blemished(c *decode.Callback) bool {
	return len(c.Status.Warnings) > 0 || slices.ContainsFunc(c.Findings(), func(f decode.Finding) bool {
		return slices.Contains(serious, f.Name) && !j.ignore.has(f.Name)
	})
}

// answer makes the worst task the exit status, unless something is damaged.
func (a *app) answer(j *judge) {
	worst := 0
	for _, status := range j.tasks {
		if status == exitNo || worst == 0 {
			worst = status
		}
	}
	if a.status == 0 {
		a.status = worst
	}
}

// ignoreFlag is the flag --ignore: names of findings.
type ignoreFlag []string

func (i *ignoreFlag) has(name string) bool { return slices.Contains(*i, name) }

func (i *ignoreFlag) Type() string   { return "NAMES" }
func (i *ignoreFlag) String() string { return strings.Join(*i, ",") }

func (i *ignoreFlag) Set(value string) error {
	for name := range strings.SplitSeq(value, ",") {
		if !slices.Contains(decode.FindingNames, name) {
			return &usageError{hint: meant(name, decode.FindingNames)}
		}
		*i = append(*i, name)
	}
	return nil
}
