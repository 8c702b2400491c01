package cmd

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/render"
)

// listOptions are the flags of qcb list.
type listOptions struct {
	format     string
	failed     bool
	ignore     ignoreFlag
	exitStatus bool
}

func (a *app) listCommand() *cobra.Command {
	s, o := &selection{}, &listOptions{format: "table"}
	c := a.reads(&cobra.Command{
		Use:   "list [FILE...]",
		Short: "List the callbacks of a log, one row each",
		Long: `List the callbacks, one row each: where it is, its event, what became of the
job, how many outputs, warnings and notes it has, its task, payload and error. A
callback that was sent again, with the same content, is counted in the row of
the first one.

A line on standard error sums up: the callbacks, how many tasks failed or are
pending by their last one, and how many there are of each event.`,
		Example: `  qcb list callbacks.log
  qcb list --failed --latest callbacks.log
  qcb list -o csv callbacks.log`,
	}, s, func(files []string) error { return a.list(files, s, o) })
	a.formatFlag(c, &o.format)
	c.Flags().BoolVar(&o.failed, "failed", false, "only callbacks of failed jobs")
	c.Flags().Var(&o.ignore, "ignore", "do not count the notes with these `NAMES`")
	c.Flags().BoolVarP(&o.exitStatus, "exit-status", "e", false, exitStatusUsage)
	return c
}

// formatFlag adds the flag -o.
func (a *app) formatFlag(c *cobra.Command, format *string) {
	c.Flags().VarP(&choice{format, render.Formats}, "output", "o", "`FORMAT`: table, markdown, csv, tsv, json")
}

// grid are the options of what is printed in a format.
func (a *app) grid(format string) render.GridOptions {
	return render.GridOptions{Format: format, Width: a.Width, Color: a.colored(a.color)}
}

func (a *app) list(files []string, s *selection, o *listOptions) error {
	list := render.NewList()
	rows := map[[sha256.Size]byte]int{} // of each callback, by its content
	var j judge
	var sum summary
	err := a.each(files, s, func(f *found) error {
		j.add(f)
		sum.add(f)
		if o.failed && f.Outcome() != decode.Failed {
			return nil
		}
		content := contentOf(f.Callback)
		if row, ok := rows[content]; ok {
			list.Repeat(row)
			return nil
		}
		rows[content] = list.Len()
		findings := 0
		for _, finding := range f.Findings() {
			if !o.ignore.has(finding.Name) {
				findings++
			}
		}
		list.Add(f.listed(), f.Callback, findings)
		return nil
	})
	if err != nil {
		return err
	}
	if list.Len() > 0 {
		if err := list.Write(a.out, a.grid(o.format)); err != nil {
			return &outputError{err}
		}
	} else if o.failed && sum.callbacks > 0 {
		a.fail(exitNo, fmt.Sprintf("none of %s is of a failed job", count(sum.callbacks, "callback")))
	}
	if sum.callbacks > 0 {
		a.note(sum.String())
	}
	if o.exitStatus {
		a.answer(&j)
	}
	return nil
}

// contentOf returns a hash of the fields of a callback, in the order sent.
func contentOf(c *decode.Callback) (sum [sha256.Size]byte) {
	h := sha256.New()
	for i := range c.Form {
		f := &c.Form[i]
		fmt.Fprintf(h, "%d %s %d ", len(f.Name), f.Name, len(f.Value))
		h.Write(f.Value)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// listed is the place of a callback in a list: that of the line where only one
// input is read.
func (f *found) listed() string {
	if f.several {
		return f.place()
	}
	if f.body.Place != "" {
		return inside(f.body)
	}
	return fmt.Sprintf("line %d", f.body.Line)
}

// summary counts callbacks, tasks by their last one, and events.
type summary struct {
	callbacks int
	tasks     map[string]decode.Outcome
	events    map[string]int
}

func (s *summary) add(f *found) {
	if s.tasks == nil {
		s.tasks, s.events = map[string]decode.Outcome{}, map[string]int{}
	}
	s.callbacks++
	s.events[cmp.Or(f.Event, "no event")]++
	task := f.TaskToken
	if task == "" {
		task = fmt.Sprint("no token ", s.callbacks)
	}
	s.tasks[task] = f.Outcome()
}

// String says it in one line.
func (s *summary) String() string {
	failed, pending := 0, 0
	for _, outcome := range s.tasks {
		switch outcome {
		case decode.Failed:
			failed++
		case decode.Pending:
			pending++
		}
	}
	const most = 10 // More kinds of events than Qencode has are noise.
	var events []string
	for _, name := range slices.Sorted(maps.Keys(s.events))[:min(most, len(s.events))] {
		events = append(events, fmt.Sprintf("%d %s", s.events[name], name))
	}
	return fmt.Sprintf("%s of %s: %d failed, %d pending; events: %s",
		count(s.callbacks, "callback"), count(len(s.tasks), "task"), failed, pending, strings.Join(events, ", "))
}
