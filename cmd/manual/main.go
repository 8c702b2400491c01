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
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cpuguy83/go-md2man/v2/md2man"
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
	more := map[string]string{"qcb": commandsAndEnvironment(root), "listen": files}
	commands := append(root.Commands(), root)
	for _, c := range commands {
		before, status, _ := strings.Cut(cmp.Or(c.Long, c.Short+"."), "\n\nExit status: ")
		c.Long = before + "\n\n# OPTIONS" + options(c)
		if status != "" {
			c.Long += "\n# EXIT STATUS\n" + status
		}
		c.Long += more[c.Name()]
	}
	for _, c := range commands {
		// Or they would be listed once more, with their defaults for values.
		c.Flags().VisitAll(func(f *pflag.Flag) { f.Hidden = true })
	}
	if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "qcb", Manual: "qcb"}, dir); err != nil {
		return err
	}
	for _, topic := range cmd.Topics() {
		if err := writeTopic(topic, dir); err != nil {
			return err
		}
	}
	return nil
}

// commandsAndEnvironment lists the commands, and the variables that the topic environment
// explains.
func commandsAndEnvironment(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("\n\n# COMMANDS")
	for _, c := range root.Commands() {
		if !c.Hidden && c.Name() != "help" {
			fmt.Fprintf(&b, "\n**qcb %s**\n: %s.\n", c.Name(), c.Short)
		}
	}
	var names []string
	for _, topic := range cmd.Topics() {
		for line := range strings.Lines(topic.Text) {
			if topic.Name == "environment" && line == strings.ToUpper(line) && line != "\n" {
				names = append(names, strings.TrimSpace(line))
			}
		}
	}
	fmt.Fprintf(&b, "\n# ENVIRONMENT\n**qcb-environment(7)** explains the variables that control qcb: %s.\n", strings.Join(names, ", "))
	return b.String()
}

// files is the section of qcb listen about what it writes.
const files = `

# FILES
*FILE* of **--save**
: The file has one line of JSON per request, and is created with mode 0600: only
its owner can read it. **qcb-listen(7)** says when it is written.
`

// writeTopic writes the page of a topic.
func writeTopic(topic cmd.Topic, dir string) error {
	date := time.Now()
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		date = time.Unix(seconds, 0)
	}
	name := "qcb-" + topic.Name
	page := fmt.Sprintf("%% %q \"7\" %q \"qcb\" \"qcb\"\n# NAME\n%s - %s\n# DESCRIPTION\n%s",
		strings.ToUpper(name), date.UTC().Format("Jan 2006"), name, topic.About, markdown(topic.Text))
	return os.WriteFile(filepath.Join(dir, name+".7"), md2man.Render([]byte(page)), 0o644)
}

// markdown makes Markdown of a topic's text: headings of lines in capitals, and definitions
// of lines that the indented lines below them explain. Other indented lines are examples.
func markdown(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, paragraph := range paragraphs {
		switch {
		case strings.HasPrefix(paragraph, "    "):
		case paragraph == strings.ToUpper(paragraph):
			paragraphs[i] = "# " + paragraph
		case strings.Contains(paragraph, "\n    "):
			terms := strings.ReplaceAll("\n"+paragraph, "\n    ", "\x00")
			terms = strings.ReplaceAll(terms, "\n", "\n\n")
			lines := strings.Split(terms, "\n\n")
			for j, line := range lines {
				term, explained, _ := strings.Cut(line, "\x00")
				lines[j] = "**" + term + "**\n: " + strings.ReplaceAll(explained, "\x00", " ")
			}
			paragraphs[i] = strings.Join(lines[1:], "\n\n")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// options describes the flags of a command with the names and the defaults of their values,
// as its help does.
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
		alone := pflag.NewFlagSet("", pflag.ContinueOnError)
		alone.AddFlag(f)
		_, standard, _ := strings.Cut(strings.TrimSpace(alone.FlagUsages()), usage)
		fmt.Fprintf(&b, "\n%s\n: %s%s\n", name, usage, standard)
	})
	return b.String()
}
