// Manual writes the manual pages of qcb into a directory: the help of the program, of each
// command and of each topic, one page each. Packages need them. It is a program of its
// own because what makes them would cost each start of qcb time.
//
//	go run ./cmd/manual DIR
//
// SOURCE_DATE_EPOCH is the date in the pages.
package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"qcb/cmd"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./cmd/manual DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

// write writes all pages into a directory.
func write(dir string) error {
	root := cmd.Commands()
	root.DisableAutoGenTag = true // The same text gives the same bytes.
	root.InitDefaultVersionFlag()
	root.Long += "\n\n# COMMANDS"
	for _, c := range root.Commands() {
		if !c.Hidden && c.Name() != "help" {
			root.Long += fmt.Sprintf("\n**qcb %s**\n: %s.\n", c.Name(), c.Short)
		}
	}
	commands := append(root.Commands(), root)
	for _, c := range commands {
		before, status, _ := strings.Cut(cmp.Or(c.Long, c.Short+"."), "\n\nExit status: ")
		c.Long = before + "\n\n# OPTIONS" + options(c)
		if status != "" {
			c.Long += "\n# EXIT STATUS\n" + status
		}
	}
	for _, c := range commands {
		// Or they would be listed once more, with their defaults for values.
		c.Flags().VisitAll(func(f *pflag.Flag) { f.Hidden = true })
	}
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "qcb", Manual: "qcb"}, dir)
}

// options describes the flags of a command with the names of their values, as its
// help does.
func options(c *cobra.Command) string {
	var b strings.Builder
	c.InitDefaultHelpFlag()
	c.InheritedFlags() // which adds them to those of the command
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := fmt.Sprintf("**--%s**", f.Name)
		if f.Shorthand != "" {
			name = fmt.Sprintf("**-%s**, %s", f.Shorthand, name)
		}
		value, usage := pflag.UnquoteUsage(f)
		if value != "" {
			name += fmt.Sprintf(" *%s*", value)
		}
		fmt.Fprintf(&b, "\n%s\n: %s\n", name, usage)
	})
	return b.String()
}
