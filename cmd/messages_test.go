package cmd

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestMessages keeps all texts of more than one word that the program prints, but for the
// help, in testdata/messages.txt: a person can read them in one place there.
func TestMessages(t *testing.T) {
	silent := []string{ // These packages look for texts, and print none.
		"decode/capture/escape", "decode/capture/input", "decode/capture/stamp",
		"decode/job", "decode/mask", "decode/sample", "cmd/manual",
	}
	sentence := regexp.MustCompile(`[A-Za-z%][a-z]* [a-z%]`)
	files := sourceFiles(t)
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if dir := path.Dir(name); strings.HasPrefix(dir, ".") && dir != "." || slices.Contains(silent, dir) {
			continue
		}
		var texts []string
		ast.Inspect(files[name], func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				key, ok := n.Key.(*ast.Ident)
				return !ok || !slices.Contains([]string{"Long", "Example", "Short", "Use"}, key.Name)
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && sentence.MatchString(text) && !slices.Contains(texts, text) {
					texts = append(texts, text)
				}
			}
			return true
		})
		if len(texts) > 0 {
			fmt.Fprintf(&b, "%s\n", name)
		}
		for _, text := range texts {
			fmt.Fprintf(&b, "    %s\n", strings.Trim(strconv.Quote(text), `"`))
		}
	}
	const kept = "../testdata/messages.txt"
	if *update {
		if err := os.WriteFile(kept, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("messages have changed; if that is meant, read them, and run go test ./cmd -run TestMessages -update")
	}
}
