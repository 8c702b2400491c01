package cmd

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"slices"
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
	if !c.HasParent() {
		b.WriteString("\nTopics, for qcb help TOPIC:\n")
		for _, topic := range Topics() {
			fmt.Fprintf(&b, "  %-*s  %s\n", c.Commands()[0].NamePadding(), topic.Name, topic.About)
		}
	}
	c.InheritedFlags() // which adds them to those of the command
	fmt.Fprintf(&b, "\nFlags:\n%s", c.Flags().FlagUsages())
	if details != "" {
		fmt.Fprintf(&b, "\n%s\n", details)
	}
	_, _ = io.WriteString(c.OutOrStdout(), b.String()) // The writer keeps its error.
}

// Topic is a text of the help that is not about one command.
type Topic struct {
	Name  string
	About string // in some words
	Text  string // Lines in capitals are headings, indented ones are examples or explain the line before.
}

//go:embed topics/*.txt
var topicFiles embed.FS

// Topics returns all topics, sorted by name.
func Topics() (topics []Topic) {
	files, _ := topicFiles.ReadDir("topics") // They are a part of the program.
	for _, file := range files {
		text, _ := topicFiles.ReadFile("topics/" + file.Name())
		about, rest, _ := strings.Cut(string(text), "\n\n")
		topics = append(topics, Topic{strings.TrimSuffix(file.Name(), ".txt"), about, rest})
	}
	return topics
}

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		Short:   "Print the help of a command or a topic",
		GroupID: "more",
		ValidArgsFunction: func(c *cobra.Command, _ []string, _ string) (names []string, _ cobra.ShellCompDirective) {
			for _, command := range c.Root().Commands() {
				if !command.Hidden {
					names = append(names, command.Name())
				}
			}
			for _, topic := range Topics() {
				if !slices.Contains(names, topic.Name) {
					names = append(names, topic.Name)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return &usageError{fmt.Sprintf("unexpected argument %q", args[1]), "qcb help takes one command or topic"}
			}
			about, rest, err := c.Root().Find(args)
			command := err == nil && (about != c.Root() || len(rest) == 0)
			if command {
				about.InitDefaultHelpFlag() // or the help would not list it
				about.InitDefaultVersionFlag()
				_ = about.Help() // The writer keeps its error.
			}
			if len(args) == 0 {
				return nil
			}
			topic, isTopic := topicOf(args[0])
			if !command && !isTopic {
				return unknownHelp(c, args[0])
			}
			if command && isTopic {
				_, _ = a.out.WriteString("\n")
			}
			if isTopic {
				a.startPager(nil)
				_, _ = fmt.Fprintf(a.out, "%s\n\n%s", topic.About, topic.Text)
			}
			return nil
		},
	}
}

// topicOf returns the topic of that name.
func topicOf(name string) (topic Topic, ok bool) {
	for _, topic := range Topics() {
		if topic.Name == name {
			return topic, true
		}
	}
	return Topic{}, false
}

// unknownHelp is the error of a name that is neither a command nor a topic.
func unknownHelp(c *cobra.Command, name string) error {
	e := &usageError{fmt.Sprintf("no help for %q", name), "qcb --help lists the commands and topics"}
	var names []string
	for _, command := range c.Root().Commands() {
		names = append(names, command.Name())
	}
	for _, topic := range Topics() {
		names = append(names, topic.Name)
	}
	if near := nearest(name, names); near != "" {
		e.hint = "did you mean: qcb help " + near
	}
	return e
}
