package cmd

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/decode/explain"
	"qcb/decode/job"
	"qcb/decode/lint"
	"qcb/render"
)

// checkOptions are the flags of qcb check.
type checkOptions struct {
	verbose bool
	strict  bool
	lint    bool
	ignore  ignoreFlag
}

// exitStatusUsage describes the flag with which other commands exit like check.
const exitStatusUsage = "exit as qcb check would"

func (a *app) checkCommand() *cobra.Command {
	s, o := &selection{}, &checkOptions{}
	c := a.reads(&cobra.Command{
		Use:     "check [FILE...]",
		Short:   "Exit with 0 if every job completed",
		GroupID: "jobs",
		Long: `Exit with 0 if every job completed. If standard output is a terminal, one line
says what became of the jobs; otherwise, or with -q, nothing is printed. With
-v, one line per callback says why.

A job is judged by all of its callbacks, even those that are not selected. Its
end is final: what comes later does not change it. With several jobs, the worst
outcome counts. With --strict, a completed job counts as failed if the deciding
callback has a finding that is a warning or an error.

--lint ignores outcomes: it checks hand-written bodies, and prints one line for
each difference from what Qencode is known to send, such as a missing field, an
unknown event or member, or a text instead of a number.

Exit status: 0 completed; 1 failed or unknown, or with --lint a difference; 2
wrong usage; 3 unreadable input, no callback in it, or a damaged one; 8 the job
is still pending.`,
		Example: `  qcb check body.form && publish
  qcb check -v callbacks.log
  qcb check --strict --ignore short-output body.form
  qcb check --lint testdata/*.form`,
	}, s, func(files []string) error {
		if o.lint {
			return a.lint(files, s, o)
		}
		return a.check(files, s, o)
	})
	c.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "print one line per callback")
	c.Flags().BoolVar(&o.strict, "strict", false, "treat warnings and serious findings as failures")
	c.Flags().BoolVar(&o.lint, "lint", false, "print how the bodies differ from what Qencode sends")
	c.Flags().Var(&o.ignore, "ignore", "leave out the findings with these `NAMES`")
	return c
}

// decided is what check keeps of the callback that decides the outcome of a task.
type decided struct {
	flawed   bool // whether --strict fails it
	sentence string
}

func (a *app) check(files []string, s *selection, o *checkOptions) error {
	a.terse = !o.verbose
	answers := a.OutTerminal && !o.verbose && !a.quiet
	jobs, tasks := newOutcomes(), map[*job.Job]decided{}
	_, err := a.each(files, s, work{asks: jobs, do: func(f *found, _ *bufio.Writer) func() {
		if !o.verbose && !o.strict && !answers {
			return nil
		}
		report := explain.Of(f.Callback, o.ignore...)
		return func() {
			f.amongOthers(&report, o.ignore)
			d := decided{flawed: o.strict && report.Outcome == decode.OutcomeCompleted && report.FailsStrict()}
			if o.verbose || answers {
				d.sentence = a.sentence(f.Callback, report)
			}
			if d.flawed {
				d.sentence = "failed by --strict: " + d.sentence
			}
			if f.added.Decides {
				tasks[f.added.Job] = d
			}
			if o.verbose {
				_, _ = a.out.WriteString(render.Message(f.place()+": ") + d.sentence + "\n") // The writer keeps its error.
			}
		}
	}})
	if err != nil {
		return err
	}
	n, all, flawed, answer := jobs.count(), 0, 0, ""
	for j := range jobs.all() {
		d := tasks[jobs.jobs.Final(j)]
		if all++; d.flawed {
			flawed++
		}
		answer = d.sentence
	}
	if all != 1 || answer == "" {
		answer = n.String()
		if flawed > 0 {
			answer += fmt.Sprintf("; %d failed by --strict", flawed)
		}
	}
	if answers && all > 0 {
		_, _ = a.out.WriteString(answer + "\n")
	}
	n[decode.OutcomeFailed] += flawed // They stay counted as completed, which has no say in the status.
	a.conclude(n)
	return nil
}

// lint prints in which ways the callbacks differ from those that Qencode is known to send.
func (a *app) lint(files []string, s *selection, o *checkOptions) error {
	if o.verbose || o.strict || len(o.ignore) > 0 {
		return &usageError{"--lint ignores outcomes: it cannot be used with --verbose, --strict or --ignore", ""}
	}
	callbacks, differences := 0, 0
	_, err := a.each(files, s, work{do: func(f *found, w *bufio.Writer) func() {
		var lines []string
		if f.body.Rebuilt {
			lines = append(lines, "a posted callback is form-encoded, but this body is not")
		}
		for _, d := range lint.Of(f.Callback) {
			lines = append(lines, d.String())
		}
		for _, line := range lines {
			_, _ = w.WriteString(render.Message(f.place()+": "+line) + "\n") // The writer keeps its error.
		}
		return func() {
			callbacks++
			differences += len(lines)
		}
	}})
	switch {
	case err != nil:
		return err
	case differences > 0:
		a.status = max(a.status, exitNo)
	case a.OutTerminal && !a.quiet && callbacks > 0 && a.status == 0:
		_, _ = a.out.WriteString(render.Count(callbacks, "callback") + ": no difference from what Qencode sends\n")
	}
	return nil
}

// sentence says in a line what became of a job, in colour where standard output has it.
func (a *app) sentence(c *decode.Callback, r explain.Report) string {
	if a.colored(a.OutTerminal) {
		return render.ColoredSentence(c, r)
	}
	return render.Sentence(c, r)
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
