package cmd

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

// manCommand writes the manual pages: the text of the help, as one page for each
// command. Packages need it, people do not. SOURCE_DATE_EPOCH is their date.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages into a directory",
		Hidden: true,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{what: "qcb man takes one DIR"}
			}
			root := c.Root()
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
			header := &doc.GenManHeader{Section: "1", Source: "qcb", Manual: "qcb"}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				a.fail(exitInput, fmt.Sprintf("%s: %s", args[0], reason(err)))
			}
			return nil
		},
	}
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
