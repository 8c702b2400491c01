package cmd

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode/explain"
	"qcb/render"
)

func (a *app) explainCommand() *cobra.Command {
	format := "text"
	c := &cobra.Command{
		Use:     "explain [CODE|TEXT...]",
		Short:   "Explain a code or an error message of Qencode",
		GroupID: "jobs",
		Long: `Explain what a code of Qencode's API means, or what an error message seems to be
about, and what to check. Each argument is a CODE (6), the name of a code
(ERROR_SYSTEM_BUSY), the TEXT of a message, or a code and a message as the other
commands print them (code 1: …). Without arguments, the lines of standard input
are explained, one by one.

Qencode does not publish the codes of callbacks: a code is explained by its
meaning in Qencode's API. A message is free text: its cause is guessed from one
of its words. Credentials are masked in text, but not in JSON, which has one
object per line with the members text, code, name, meaning, cause, word and
check; unknown values are null.

Exit status: 0 all were explained; 1 nothing is known about one of them;
2 wrong usage; 3 standard input could not be read.`,
		Example: `  qcb explain 6
  qcb explain 'Video join v2 error'
  qcb list -q --failed --columns error --no-header -o tsv x.log | qcb explain`,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case slices.Contains(args, ""):
			return &usageError{"a CODE or TEXT is empty", "was a variable not set?"}
		case len(args) > 0 && args[0] != "-":
			return a.explainAll(args, format)
		case len(args) == 0 && a.InTerminal:
			c.SetOut(a.Err)
			_ = c.Help()
			return &usageError{what: "name a CODE or TEXT, or pipe one in"}
		}
		return a.explainLines(format)
	}
	c.Flags().VarP(&choice{&format, []string{"text", "json"}}, "output", "o", "the `FORMAT`: text, json")
	return c
}

// explainAll explains arguments.
func (a *app) explainAll(args []string, format string) error {
	e := a.newExplainer(format)
	for _, text := range args {
		e.add("", text)
	}
	if whole := strings.Join(args, " "); e.unknown > 0 && len(args) > 1 && explain.ParseFailure(whole).Known() {
		a.hint("put a message of several words into quotes")
	}
	return nil
}

// longestFailure is how long a line of standard input may be, in bytes.
const longestFailure = 1 << 20

// explainLines explains the lines of standard input.
func (a *app) explainLines(format string) error {
	e := a.newExplainer(format)
	lines := bufio.NewScanner(a.In)
	lines.Buffer(nil, longestFailure)
	number := 1
	for ; lines.Scan(); number++ {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			e.add(fmt.Sprintf("stdin:%d: ", number), text)
		}
	}
	switch err := lines.Err(); {
	case err == bufio.ErrTooLong:
		a.fail(exitInput, fmt.Sprintf("stdin:%d: the line is longer than %d MiB", number, longestFailure>>20))
	case err != nil && err != io.EOF:
		a.fail(exitInput, "stdin: "+reasonOf(err))
	case e.explained+e.unknown == 0:
		a.fail(exitNo, "stdin: nothing to explain: the input is empty")
	}
	return nil
}

// explainer prints explanations.
type explainer struct {
	a                  *app
	rows               *render.Grid // nil for text
	explained, unknown int
}

func (a *app) newExplainer(format string) *explainer {
	e := &explainer{a: a}
	if format == "json" {
		e.rows = render.NewExplanations(a.out, render.GridOptions{Format: format})
	}
	return e
}

// add explains a text that was found in a place. Run reports the errors of its output.
func (e *explainer) add(place, text string) {
	f := explain.ParseFailure(text)
	known := f.Known()
	switch {
	case e.rows != nil:
		_ = e.rows.Add(render.AppendExplanation(nil, text, f))
	case known:
		if e.explained > 0 {
			_ = e.a.out.WriteByte('\n')
		}
		_ = render.Explanation(e.a.out, f, e.a.screen())
	}
	if known {
		e.explained++
		return
	}
	e.unknown++
	if f.Message == "" {
		e.a.fail(exitNo, place+"code "+f.Code+" is not in Qencode's published table")
	} else {
		e.a.fail(exitNo, fmt.Sprintf("%snothing is known about %q", place, text))
	}
	e.a.hint("ask Qencode's support, with the task token of the job")
}
