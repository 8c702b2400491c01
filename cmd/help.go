package cmd

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// groups are the parts of the list of commands.
func groups() []*cobra.Group {
	return []*cobra.Group{
		{ID: "jobs", Title: "What happened to the jobs:"},
		{ID: "data", Title: "What is in the callbacks:"},
		{ID: "handler", Title: "Build and try a handler:"},
		{ID: "more", Title: "More:"},
	}
}

// printHelp prints what a command does, examples, and how it is called; then its
// commands or flags, and the details.
func printHelp(c *cobra.Command, _ []string) {
	lead, details, _ := strings.Cut(cmp.Or(c.Long, c.Short+"."), "\n\n")
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", lead)
	if c.HasExample() {
		fmt.Fprintf(&b, "Examples:\n%s\n\n", c.Example)
	}
	fmt.Fprintf(&b, "Usage:\n  %s\n", c.UseLine())
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND --help\n", c.CommandPath())
	}
	for _, group := range c.Groups() {
		fmt.Fprintf(&b, "\n%s\n", group.Title)
		for _, command := range c.Commands() {
			if command.GroupID == group.ID {
				fmt.Fprintf(&b, "  %-*s  %s\n", c.Commands()[0].NamePadding(), command.Name(), command.Short)
			}
		}
	}
	c.InheritedFlags() // which adds them to those of the command
	fmt.Fprintf(&b, "\nFlags:\n%s", c.Flags().FlagUsages())
	if details != "" {
		fmt.Fprintf(&b, "\n%s\n", details)
	}
	_, _ = io.WriteString(c.OutOrStdout(), b.String()) // The writer keeps its error.
}

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Print the help of a command",
		GroupID: "more",
		ValidArgsFunction: func(c *cobra.Command, _ []string, _ string) (names []string, _ cobra.ShellCompDirective) {
			for _, command := range c.Root().Commands() {
				if !command.Hidden {
					names = append(names, command.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			switch {
			case err != nil || about == c.Root() && len(rest) > 0:
				return a.rootArgs(about.Root(), args)
			case len(rest) > 0:
				return &usageError{fmt.Sprintf("unexpected argument %q", rest[0]), "qcb help takes one command"}
			}
			about.InitDefaultHelpFlag() // or the help would not list it
			about.InitDefaultVersionFlag()
			return about.Help()
		},
	}
}
