//go:build !windows

package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs each command in the console blocks of README.md and of the help topics,
// in a shell at the top of the tree, and compares what it prints with the block.
func TestReadme(t *testing.T) {
	topics, err := filepath.Glob("topics/*.txt")
	if err != nil || len(topics) < 5 {
		t.Fatalf("%d topics, %v", len(topics), err)
	}
	blocks := 0
	for _, name := range append(topics, "../README.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		block := regexp.MustCompile("(?m)^    [$] .*\n(    .*\n)*") // in a topic, indented
		if name == "../README.md" {
			block = regexp.MustCompile("(?s)```console\n.*?```")
		}
		now := block.ReplaceAllStringFunc(string(text), func(block string) string {
			blocks++
			if rest, topic := strings.CutPrefix(block, "    "); topic {
				ran := runBlock(t, strings.ReplaceAll(rest, "\n    ", "\n"))
				return "    " + strings.ReplaceAll(strings.TrimSuffix(ran, "\n"), "\n", "\n    ") + "\n"
			}
			fence := "```console\n"
			return fence + runBlock(t, strings.TrimSuffix(strings.TrimPrefix(block, fence), "```")) + "```"
		})
		if *update {
			if err := os.WriteFile(name, []byte(now), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if now != string(text) {
			t.Errorf("what commands in %s print differs at %s", name, difference(now, string(text)))
		}
	}
	if blocks < 10 {
		t.Errorf("%d console blocks", blocks)
	}
}

// runBlock runs the commands of a console block, each after "$ ", and returns it with what
// they print.
func runBlock(t *testing.T, block string) string {
	t.Helper()
	var script, now strings.Builder
	var commands []string
	for entry := range strings.SplitSeq("\n"+block, "\n$ ") {
		if command, _, _ := strings.Cut(entry, "\n"); command != "" {
			if odd := inZsh().FindString(command); odd != "" {
				t.Errorf("%s has %s, which zsh takes for the path of a program", command, odd)
			}
			commands = append(commands, command)
			// A NUL ends each output; the exit status stays for the next command.
			script.WriteString(strings.ReplaceAll(command, "go run .", "qcb") + "\nstatus=$?; printf '\\0'; (exit $status)\n")
		}
	}
	shell := exec.Command("sh", "-c", script.String())
	shell.Dir = ".."
	// Without NO_COLOR, FORCE_COLOR and the like. A program built for coverage must have a
	// place for its counters, or it complains on standard error.
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "GOCOVERDIR=" + t.TempDir()}
	output, _ := shell.CombinedOutput()
	got := strings.Split(string(output), "\x00")
	if len(got) != len(commands)+1 {
		t.Fatalf("%d outputs of %d commands:\n%s", len(got)-1, len(commands), output)
	}
	for i, command := range commands {
		now.WriteString("$ " + command + "\n" + strings.TrimPrefix(got[i], "\n"))
	}
	return now.String()
}

// TestReadmeCode checks that the Go code of README.md is that of an example that is
// tested.
func TestReadmeCode(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../decode/example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(readme), "```go\n")
	code, _, ok := strings.Cut(code, "```")
	if indented := strings.ReplaceAll("\n"+strings.TrimSpace(code), "\n", "\n\t"); !ok || !strings.Contains(string(example), indented) {
		t.Errorf("no example has\n%s", code)
	}
}

// TestReadmeLength keeps README a front page: what is longer is a help topic.
func TestReadmeLength(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(readme), "\n"); lines > 200 {
		t.Errorf("README.md has %d lines", lines)
	}
}
