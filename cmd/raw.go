package cmd

import (
	"bufio"

	"github.com/spf13/cobra"
)

func (a *app) rawCommand() *cobra.Command {
	s := &selection{}
	c := a.reads(&cobra.Command{
		Use:     "raw [FILE...]",
		Short:   "Print the form bodies found in a capture, as they were posted",
		GroupID: "data",
		Long: `Print the form body of each callback, byte for byte as it was posted. Where the
capture holds only its decoded fields, the body is encoded anew from them, and
a note says so.

Several bodies are printed one a line. After the last one no line ends: its
bytes are all that was posted.

Exit status: 0 printed; 1 no callback was selected; 2 wrong usage; 3 unreadable
input, no callback in it, or a damaged one, which is printed all the same.`,
		Example: `  qcb raw dump.har | curl --data-binary @- http://localhost:3000/callback
  qcb raw --task e2079 access.log > body.form`,
	}, s, func(files []string) error { return a.raw(files, s) })
	s.redactFlag(c)
	return c
}

func (a *app) raw(files []string, s *selection) error {
	rebuilt := 0
	bodies, err := a.each(files, s, work{between: "\n", do: func(f *found, w *bufio.Writer) func() {
		_, _ = w.Write(f.body.Bytes) // The writer keeps its error.
		if !f.body.Rebuilt {
			return nil
		}
		return func() { rebuilt++ }
	}})
	if err != nil {
		return err
	}
	if a.OutTerminal && bodies > 0 {
		_ = a.out.WriteByte('\n') // Run reports its error.
	}
	if rebuilt > 0 {
		a.note("encoded anew from decoded fields: " + count(rebuilt, "callback"))
	}
	return nil
}
