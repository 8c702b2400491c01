package cmd

import (
	"bufio"
	"fmt"

	"github.com/spf13/cobra"

	"qcb/render"
)

func (a *app) rawCommand() *cobra.Command {
	s := &selection{}
	var masking render.Masking
	c := a.reads(&cobra.Command{
		Use:     "raw [FILE...]",
		Short:   "Print the form bodies found in a capture, as they were posted",
		GroupID: "data",
		Long: `Print the form body of each callback, byte for byte as it was posted. If the
capture holds only the decoded fields, the body is re-encoded from them, and a
message says so. On a terminal, bytes that are not printable ASCII are
percent-encoded, which does not change the form.

Several bodies are printed one per line, each with a newline at its end. A
single body gets no newline, so that the output is exactly what was posted.

Exit status: 0 printed; 1 no callback was selected; 2 wrong usage; 3 unreadable
input, no callback in it, or a damaged one (which is printed anyway).`,
		Example: `  qcb raw dump.har | curl --data-binary @- http://localhost:3000/callback
  qcb raw --task e2079 access.log > body.form`,
	}, s, func(files []string) error { return a.raw(files, s, masking) })
	addRedact(c, &masking)
	return c
}

func (a *app) raw(files []string, s *selection, masking render.Masking) error {
	rebuilt := 0
	bodies, err := a.each(files, s, work{between: "\n", do: func(f *found, w *bufio.Writer) func() {
		body := masking.Body(f.body.Bytes)
		if a.OutTerminal {
			body = printable(body)
		}
		_, _ = w.Write(body) // The writer keeps its error.
		if !f.body.Rebuilt {
			return nil
		}
		return func() { rebuilt++ }
	}})
	if err != nil {
		return err
	}
	if bodies > 1 || a.OutTerminal && bodies > 0 {
		_ = a.out.WriteByte('\n') // Run reports its error.
	}
	if rebuilt > 0 {
		a.note(rebuiltNote(rebuilt))
	}
	return nil
}

func rebuiltNote(n int) string {
	if n == 1 {
		return "1 body was re-encoded from decoded fields"
	}
	return fmt.Sprintf("%d bodies were re-encoded from decoded fields", n)
}

// printable returns a form body as the same form in printable ASCII: a body may hold
// any bytes, and some of them drive a terminal.
func printable(body []byte) []byte {
	var b []byte
	for _, c := range body {
		if c < ' ' || '~' < c {
			b = fmt.Appendf(b, "%%%02X", c)
		} else {
			b = append(b, c)
		}
	}
	return b
}
