//go:build !windows

package cmd

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestReadme runs each command in the console blocks of README.md and of the help topics,
// in a shell at the top of the tree, and compares what it prints with the block.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "```console\n")[1:]
	if len(blocks) < 5 {
		t.Fatalf("%d console blocks in README.md", len(blocks))
	}
	for i, block := range blocks {
		blocks[i], _, _ = strings.Cut(block, "```")
	}
	for _, topic := range Topics() {
		for part := range strings.SplitSeq(topic.Text, "\n\n") {
			if strings.HasPrefix(part, "    $ ") {
				blocks = append(blocks, strings.ReplaceAll(part, "\n    ", "\n")[4:])
			}
		}
	}
	for _, block := range blocks {
		var script strings.Builder
		var commands, want []string
		for entry := range strings.SplitSeq("\n"+block, "\n$ ") {
			command, output, _ := strings.Cut(entry, "\n")
			if command == "" {
				continue
			}
			commands, want = append(commands, command), append(want, output)
			// A NUL ends each output; the exit status stays for the next command.
			script.WriteString(strings.ReplaceAll(command, "go run .", "qcb") + "\nstatus=$?; printf '\\0'; (exit $status)\n")
		}
		shell := exec.Command("sh", "-c", script.String())
		shell.Dir = ".."
		// Without NO_COLOR, FORCE_COLOR and the like. A program built for coverage must have a
		// place for its counters, or it complains on standard error.
		shell.Env = []string{"PATH=" + os.Getenv("PATH"), "GOCOVERDIR=" + t.TempDir()}
		output, _ := shell.CombinedOutput()
		got := strings.Split(string(output), "\x00")
		for i, command := range commands {
			if i >= len(got) || strings.TrimSpace(got[i]) != strings.TrimSpace(want[i]) {
				t.Errorf("$ %s\n%s\nthe text says:\n%s", command, got[min(i, len(got)-1)], want[i])
			}
		}
	}
}

// TestReadmeServer checks that the Go code of README.md is that of an example that is
// tested.
func TestReadmeServer(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../decode/example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(readme), "```go\n")
	code, _, found := strings.Cut(code, "```")
	if indented := strings.ReplaceAll("\n"+strings.TrimSpace(code), "\n", "\n\t\t"); !found || !strings.Contains(string(example), indented) {
		t.Errorf("no example has\n%s", code)
	}
}
