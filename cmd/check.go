package cmd

import (
	"bufio"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/decode/explain"
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
of several tasks the worst. With --strict, a completed job counts as failed if
it has a finding that is a warning or an error.

Exit status: 0 completed; 1 failed, or the callback does not say; 2 wrong usage;
3 unreadable input, no callback in it, or a damaged one; 8 the job is still
queued or running.`,
		Example: `  qcb check body.form && publish
  qcb check -v callbacks.log
  qcb check --strict --ignore temporary body.form`,
	}, s, func(files []string) error { return a.check(files, s, o) })
	c.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "print one line per callback")
	c.Flags().BoolVar(&o.strict, "strict", false, "treat warnings and serious findings as failures")
	c.Flags().Var(&o.ignore, "ignore", "leave out the findings with these `NAMES`")
	return c
}

func (a *app) check(files []string, s *selection, o *checkOptions) error {
	a.terse = !o.verbose
	var tasks judge
	_, err := a.each(files, s, work{do: func(f *found, w *bufio.Writer) func() {
		status := statusFor(f.Outcome())
		if !o.verbose && !o.strict {
			return tasks.verdict(f.TaskToken, status)
		}
		report := explain.Of(f.Callback, o.ignore...)
		sentence := render.Sentence(f.Callback, report)
		if o.strict && status == 0 && report.FailsStrict() {
			status, sentence = exitNo, "failed by --strict: "+sentence
		}
		if o.verbose {
			_, _ = w.WriteString(render.Message(f.place()+": "+sentence) + "\n") // The writer keeps its error.
		}
		return tasks.verdict(f.TaskToken, status)
	}})
	if err == nil {
		a.answer(&tasks)
	}
	return err
}

// judge keeps what became of each task by its last callback.
type judge struct {
	tasks map[task]int // exit status
}

// verdict returns a function that takes a callback of a task into account in its turn,
// with the exit status for it alone.
func (j *judge) verdict(token string, status int) (inTurn func()) {
	return func() {
		if j.tasks == nil {
			j.tasks = map[task]int{}
		}
		j.tasks[taskOf(token, len(j.tasks))] = status
	}
}

// statusFor returns the exit status for one outcome.
func statusFor(o decode.Outcome) int {
	switch o {
	case decode.OutcomeCompleted:
		return 0
	case decode.OutcomePending:
		return exitPending
	}
	return exitNo
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

func (i *ignoreFlag) Type() string   { return "NAMES" }
func (i *ignoreFlag) String() string { return strings.Join(*i, ",") }

func (i *ignoreFlag) Set(value string) error {
	for name := range strings.SplitSeq(value, ",") {
		if known := explain.FindingNames(); !slices.Contains(known, name) {
			return &usageError{hint: meant(name, known)}
		}
		*i = append(*i, name)
	}
	return nil
}
