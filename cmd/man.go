package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
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
			for _, c := range append(root.Commands(), root) {
				c.Long = strings.Replace(c.Long, "\n\nExit status: ", "\n\n# EXIT STATUS\n", 1)
			}
			header := &doc.GenManHeader{Section: "1", Source: "qcb", Manual: "qcb"}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				a.fail(exitInput, fmt.Sprintf("%s: %s", args[0], reason(err)))
			}
			return nil
		},
	}
}
