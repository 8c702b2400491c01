package cmd

import (
	"bufio"

	"github.com/spf13/cobra"

	"qcb/render"
)

func (a *app) jsonCommand() *cobra.Command {
	s, o := &selection{}, render.JSONOptions{}
	var exitStatus bool
	c := a.reads(&cobra.Command{
		Use:     "json [FILE...]",
		Short:   "Print callbacks as JSON, otherwise exactly as they were sent",
		GroupID: "data",
		Long: `Print each callback as a JSON object of its form fields, in the order sent. The
status is unwrapped, and so is a payload that is a JSON object or array; every
other field is a string. Inside, everything is as it was sent: the order of
keys, the text of numbers, escapes, unknown keys and keys sent twice.

Exit status: 0 printed, whatever became of the jobs, or with -e that of qcb
check; 1 no callback was selected; 2 wrong usage; 3 unreadable input, no
callback in it, or a damaged one (what arrived whole is printed).`,
		Example: `  qcb json body.form | jq -r '.status.videos[].meta.height'
  qcb json -c callbacks.log > callbacks.jsonl`,
	}, s, func(files []string) error { return a.json(files, s, o, exitStatus) })
	c.Flags().BoolVarP(&o.Compact, "compact", "c", false, "print each callback on one line")
	c.Flags().BoolVar(&o.Array, "array", false, "print one array of all callbacks")
	c.Flags().BoolVarP(&exitStatus, "exit-status", "e", false, exitStatusUsage)
	addRedact(c, &o.Masking)
	return c
}

func (a *app) json(files []string, s *selection, o render.JSONOptions, exitStatus bool) error {
	o.Color = a.colored(a.OutTerminal)
	w := work{do: func(f *found, w *bufio.Writer) func() {
		_ = render.JSON(w, f.Callback, o) // The writer keeps its error.
		return nil
	}}
	if exitStatus {
		w.asks = newOutcomes()
	}
	closing := "\n]\n"
	switch {
	case o.Array && o.Compact:
		w.head, w.between, closing = "[", ",", "]\n"
	case o.Array:
		w.head, w.between = "[\n  ", ",\n  "
	}
	callbacks, err := a.each(files, s, w)
	if err != nil {
		return err
	}
	if o.Array {
		if callbacks == 0 {
			closing = "[]\n"
		}
		_, _ = a.out.WriteString(closing) // Run reports its error.
	}
	if exitStatus {
		a.conclude(w.asks.count())
	}
	return nil
}
