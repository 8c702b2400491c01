package cmd

import (
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"qcb/decode"
	"qcb/decode/capture"
	"qcb/decode/capture/open"
	"qcb/decode/explain"
	"qcb/decode/sample"
	"qcb/render"
)

// shells are those that there is a completion script for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "completion SHELL",
		Short:   "Print a completion script for bash, zsh, fish or powershell",
		GroupID: "more",
		Long: `Print a script that completes commands, flags and their values in a SHELL: bash,
zsh, fish or powershell. The task tokens and tags in the files on the line are
completed, too: qcb show callbacks.log --task <TAB>. In bash it needs the
package bash-completion.

Exit status: 0 done; 2 wrong usage.`,
		Example: `  source <(qcb completion bash)      # for this shell; to keep it:
  qcb completion bash > ~/.local/share/bash-completion/completions/qcb
  qcb completion zsh > "${fpath[1]}/_qcb"
  qcb completion fish > ~/.config/fish/completions/qcb.fish
  qcb completion powershell | Out-String | Invoke-Expression`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{"name a SHELL", "one of: " + strings.Join(shells, ", ")}
			}
			const described = true // Values stand beside what they mean.
			switch root := c.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, described)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, described)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return &usageError{fmt.Sprintf("unknown SHELL %q", args[0]), meant(args[0], shells)}
		},
	}
}

// addCompletions tells what the values of flags and arguments can be. It is only
// called when a shell asks for it.
func addCompletions(root *cobra.Command) {
	for _, c := range root.Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) { completeFlag(c, f) })
		switch c.Name() {
		case "completion":
			c.ValidArgsFunction = oneOf(shells)
		case "sample":
			c.ValidArgsFunction = oneOf(sample.KindNames())
		case "listen", "explain":
			c.ValidArgsFunction = cobra.NoFileCompletions
		case "replay":
			c.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
				if len(args) == 0 {
					return nil, cobra.ShellCompDirectiveNoFileComp // a URL
				}
				return nil, cobra.ShellCompDirectiveDefault
			}
		}
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { completeFlag(root, f) })
}

func completeFlag(c *cobra.Command, f *pflag.Flag) {
	f.Usage = strings.ReplaceAll(f.Usage, "`", "") // They mark the name of the value for the help.
	var values cobra.CompletionFunc
	switch v := f.Value.(type) {
	case *choice:
		values = oneOf(v.allowed)
	case *ignoreFlag:
		values = severalOf(explain.FindingNames())
	case *columnsFlag:
		values = severalOf(v.known)
	case *kindsFlag:
		values = severalOf(kindNames)
	case *listFlag:
		values = severalOf(v.allowed)
	}
	var columns []string
	switch f.Name {
	case "sort":
		for _, name := range render.JobColumns() {
			columns = append(columns, name, "-"+name)
		}
		values = oneOf(columns)
	case "event":
		values = severalOf(decode.Events())
	case "until":
		values = oneOf(decode.Events())
	case "task":
		values = fromFiles(func(c *decode.Callback) []string { return []string{c.TaskToken} })
	case "tag":
		values = fromFiles(tagsOf)
	case "save":
		return // a file
	}
	if values == nil {
		values = cobra.NoFileCompletions
	}
	_ = c.RegisterFlagCompletionFunc(f.Name, values) // Each flag has no other.
}

func oneOf(values []string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

// severalOf completes the last one of several values with commas between them.
func severalOf(values []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var lists []string
		for _, value := range values {
			if !strings.Contains(","+before, ","+value+",") {
				lists = append(lists, before+value)
			}
		}
		return lists, cobra.ShellCompDirectiveNoFileComp
	}
}

// mostRead is how much of the files is read for a completion, in bytes: the shell
// waits for it.
const mostRead = 8 << 20

// fromFiles completes with what the callbacks in the files on the line have.
func fromFiles(of func(*decode.Callback) []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, files []string, typed string) ([]string, cobra.ShellCompDirective) {
		known := map[string]bool{"": true}
		var values []string
		for _, name := range files {
			for c := range callbacksIn(name) {
				for _, value := range of(c) {
					if !known[value] && strings.HasPrefix(value, typed) && render.Safe(value) {
						values = append(values, value)
					}
					known[value] = true
				}
			}
		}
		return values, cobra.ShellCompDirectiveNoFileComp
	}
}

// callbacksIn returns the callbacks at the beginning of a file. It never waits: for a pipe it
// returns none. It ignores errors, which the command will report.
func callbacksIn(name string) iter.Seq[*decode.Callback] {
	return func(yield func(*decode.Callback) bool) {
		if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
			return
		}
		in, err := os.Open(name)
		if err != nil {
			return
		}
		defer in.Close()
		for part, err := range open.Parts(io.LimitReader(in, mostRead), 0, mostRead) {
			if err != nil {
				continue
			}
			r := capture.NewReader(part.Text, 0)
			for body, err := r.Next(); err == nil; body, err = r.Next() {
				if c, _ := decode.Decode(body.Bytes); !yield(c) {
					return
				}
			}
		}
	}
}

// tagsOf returns the user tags and the tags of a callback's outputs.
func tagsOf(c *decode.Callback) []string {
	var tags []string
	for o := range c.Status.Outputs() {
		tags = append(tags, o.UserTag, o.Tag)
	}
	return tags
}

// nearest returns the word that was probably meant: one that starts with what was typed, if that
// is at least three letters, or that differs in at most two letters, and fewer than half of them.
// Otherwise it returns "".
func nearest(word string, words []string) string {
	c := &cobra.Command{}
	for _, w := range words {
		c.AddCommand(&cobra.Command{Use: w, Run: func(*cobra.Command, []string) {}})
	}
	for distance := 1; distance <= 2 && 2*distance < len(word); distance++ {
		c.SuggestionsMinimumDistance = distance
		if near := c.SuggestionsFor(word); len(near) > 0 {
			return near[0]
		}
	}
	return ""
}
