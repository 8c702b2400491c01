package cmd

import (
	"bufio"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/decode/explain"
	"qcb/decode/job"
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
		Short:   "Exit with 0 if every job completed",
		GroupID: "jobs",
		Long: `Exit with 0 if every job completed, and print nothing. With -v, one line per
callback says why.

A job is judged by all of its callbacks, even those that are not selected. Its
end is final: what comes later does not change it. With several jobs, the worst
outcome counts. With --strict, a completed job counts as failed if the deciding
callback has a finding that is a warning or an error.

Exit status: 0 completed; 1 failed or unknown; 2 wrong usage; 3 unreadable
input, no callback in it, or a damaged one; 8 the job is still pending.`,
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
	jobs := newOutcomes()
	flawed := map[*job.Job]bool{} // whether --strict fails them, by the callback that decides
	_, err := a.each(files, s, work{asks: jobs, do: func(f *found, _ *bufio.Writer) func() {
		if !o.verbose && !o.strict {
			return nil
		}
		report := explain.Of(f.Callback, o.ignore...)
		return func() {
			f.amongOthers(&report, o.ignore)
			strict := o.strict && report.Outcome == decode.OutcomeCompleted && report.FailsStrict()
			if f.added.Decides {
				flawed[f.added.Job] = strict
			}
			if !o.verbose {
				return
			}
			line := render.Message(f.place()) + ": "
			if strict {
				line += "failed by --strict: "
			}
			_, _ = a.out.WriteString(line + a.sentence(f.Callback, report) + "\n") // The writer keeps its error.
		}
	}})
	if err != nil {
		return err
	}
	n := jobs.count()
	bad := n[decode.OutcomeFailed] + n[decode.OutcomeUnknown]
	for j := range jobs.all() {
		if flawed[jobs.jobs.Final(j)] {
			bad++
		}
	}
	a.conclude(bad, n[decode.OutcomePending])
	return nil
}

// sentence says in a line what became of a job, in colour where standard output has it.
func (a *app) sentence(c *decode.Callback, r explain.Report) string {
	if a.colored(a.color) {
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
