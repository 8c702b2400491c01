package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"qcb/decode/explain"
	"qcb/render"
)

// sourceFiles parses the Go files of the module, tests left out. The keys are
// slash-separated paths from its root.
func sourceFiles(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		files[strings.TrimPrefix(filepath.ToSlash(name), "../")] = file
		return err
	})
	if err != nil || files["main.go"] == nil || files["decode/form.go"] == nil {
		t.Fatalf("%d source files: %v", len(files), err)
	}
	return files
}

// TestImports checks that imports run one way: main, cmd, then render and
// decode/capture, then decode; and that a library is known in one place.
func TestImports(t *testing.T) {
	own := map[string][]string{ // what a package may import of this module
		".":              {"qcb/cmd"},
		"cmd":            {"qcb/cmd/errno", "qcb/cmd/listen", "qcb/decode", "qcb/decode/capture", "qcb/decode/capture/open", "qcb/decode/explain", "qcb/decode/job", "qcb/decode/lint", "qcb/decode/sample", "qcb/render"},
		"cmd/errno":      {},
		"cmd/listen":     {"qcb/cmd/errno", "qcb/decode/capture"},
		"cmd/manual":     {"qcb/cmd"},
		"render":         {"qcb/decode", "qcb/decode/explain", "qcb/decode/mask"},
		"decode/capture": {"qcb/decode", "qcb/decode/capture/input", "qcb/decode/capture/stamp", "qcb/decode/capture/tree", "qcb/decode/capture/unwrap"},

		"decode/capture/input":  {},
		"decode/capture/open":   {"qcb/decode/capture/open/packets"},
		"decode/capture/escape": {},
		"decode/capture/stamp":  {},
		"decode/capture/tree":   {"qcb/decode", "qcb/decode/capture/escape"},
		"decode/capture/unwrap": {"qcb/decode", "qcb/decode/capture/escape", "qcb/decode/capture/tree"},
		"decode/explain":        {"qcb/decode"},
		"decode/job":            {"qcb/decode"},
		"decode/lint":           {"qcb/decode"},
		"decode/mask":           {"qcb/decode"},
		"decode/sample":         {},
		"decode":                {},
	}
	libraries := map[string][]string{ // which packages or files may import a module
		"github.com/spf13/cobra":               {"cmd", "cmd/manual"},
		"github.com/spf13/cobra/doc":           {"cmd/manual"}, // It would cost each start of qcb time.
		"github.com/spf13/pflag":               {"cmd", "cmd/manual"},
		"github.com/cpuguy83/go-md2man":        {"cmd/manual"},
		"golang.org/x/sys":                     {"cmd/errno", "cmd/listen"},
		"golang.org/x/term":                    {"cmd"},
		"github.com/fatih/color":               {"render/theme.go"},
		"github.com/olekukonko/tablewriter":    {"render/table.go"},
		"github.com/clipperhouse/displaywidth": {"render/table.go"},
		"github.com/go-json-experiment/json":   {"decode", "decode/capture", "decode/capture/tree", "decode/capture/unwrap", "decode/explain", "decode/lint", "decode/mask", "decode/sample", "render"},
		"golang.org/x/text":                    {"decode/capture/input/input.go"},
		"github.com/klauspost/compress":        {"decode/capture/open/unpack.go"},
		"github.com/ulikunitz/xz":              {"decode/capture/open/xz.go"},
	}
	pure := []string{"render", "decode", "decode/explain", "decode/job", "decode/lint", "decode/mask", "decode/capture", "decode/capture/input", "decode/capture/open", "decode/capture/stamp", "decode/capture/tree", "decode/capture/unwrap", "decode/sample"} // nothing of the process or the network
	process := []string{"os", "net", "syscall", "log", "flag", "unsafe"}

	for name, file := range sourceFiles(t) {
		dir := path.Dir(name)
		for _, spec := range file.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			switch first, _, _ := strings.Cut(imported, "/"); {
			case first == "qcb":
				if !slices.Contains(own[dir], imported) {
					t.Errorf("%s imports %s", name, imported)
				}
			case strings.Contains(first, "."):
				if !slices.ContainsFunc(places(libraries, imported), func(place string) bool { return place == dir || place == name }) {
					t.Errorf("%s imports %s", name, imported)
				}
			case slices.Contains(pure, dir) && slices.Contains(process, first) && imported != "net/url" && imported != "net/netip":
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
}

// places returns where a package of one of the modules may be imported: the longest
// path that it has says so.
func places(libraries map[string][]string, imported string) (where []string) {
	longest := ""
	for module, allowed := range libraries {
		if (imported == module || strings.HasPrefix(imported, module+"/")) && len(module) > len(longest) {
			longest, where = module, allowed
		}
	}
	return where
}

// TestNoInit checks that nothing happens before main.
func TestNoInit(t *testing.T) {
	for name, file := range sourceFiles(t) {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", name)
			}
		}
	}
}

// TestStart checks what a start of qcb would take time for: only the command that is asked
// for is made, and no expression is compiled before it is needed.
func TestStart(t *testing.T) {
	for _, c := range (&app{}).root("").Commands() {
		if made := (&app{}).root(c.Name()).Commands(); len(made) != 1 || made[0].Name() != c.Name() {
			t.Errorf("for %s, %d commands are made", c.Name(), len(made))
		}
	}
	for name, file := range sourceFiles(t) {
		for _, decl := range file.Decls {
			variables, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range variables.Specs {
				values, ok := spec.(*ast.ValueSpec)
				if !ok {
					continue
				}
				for _, value := range values.Values {
					if call, ok := value.(*ast.CallExpr); ok {
						if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "MustCompile" {
							t.Errorf("%s compiles %s at each start", name, values.Names[0].Name)
						}
					}
				}
			}
		}
	}
}

// TestTopLevel checks that the top of the tree holds what it should.
func TestTopLevel(t *testing.T) {
	entries, err := filepath.Glob("../*")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		// Files that tools leave there are not the tree's; folders and code are.
		info, err := os.Stat(entry)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(entry)
		if code := path.Ext(name) == ".go" || path.Ext(name) == ".md"; (info.IsDir() && name != "dist" || code) && !strings.HasPrefix(name, ".") {
			got = append(got, name)
		}
	}
	want := []string{"CHANGELOG.md", "CONTRIBUTING.md", "README.md", "cmd", "decode", "main.go", "render", "testdata"}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("top level %q, want %q", got, want)
	}
}

// TestHelp checks that each help has what people look for: examples first, how it
// is called, what the exit statuses are; that its examples work in every shell, but for those
// of completion; and that none is wider than a terminal of 80 columns.
func TestHelp(t *testing.T) {
	commands := []string{""}
	for _, c := range (&app{}).root("").Commands() {
		if !c.Hidden {
			commands = append(commands, c.Name())
		}
	}
	for _, command := range commands {
		_, help, _ := run(nil, strings.Fields(command+" --help")...)
		rest := help
		for _, part := range []string{"Examples:\n  ", "Usage:\n  qcb ", "Flags:\n", "Exit status: 0 "} {
			_, after, ok := strings.Cut(rest, "\n\n"+part)
			if !ok {
				t.Errorf("qcb %s --help has no %q in its place:\n%s", command, part, help)
			}
			rest = after
		}
		_, examples, _ := strings.Cut(help, "Examples:\n")
		examples, _, _ = strings.Cut(examples, "\n\n")
		if odd := shOnly().FindString(examples); odd != "" && command != "completion" {
			t.Errorf("the examples of qcb %s --help have %s, which fails in fish:\n%s", command, odd, examples)
		}
		if odd := inZsh().FindString(examples); odd != "" {
			t.Errorf("the examples of qcb %s --help have %s, which zsh takes for the path of a program:\n%s", command, odd, examples)
		}
		for line := range strings.Lines(help) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("qcb %s --help has a line of %d characters: %s", command, n, line)
			}
		}
	}
}

// TestHelpColumns checks that the help of a command with rows names its columns, in their order.
func TestHelpColumns(t *testing.T) {
	for command, columns := range map[string][]string{"jobs": render.JobColumns(), "list": render.ListColumns(), "outputs": render.OutputColumns()} {
		columns = slices.DeleteFunc(columns, func(name string) bool { return slices.Contains([]string{"file", "line", "where"}, name) })
		_, help, _ := run(nil, command, "--help")
		_, named, _ := strings.Cut(help, "The columns are ")
		named, _, _ = strings.Cut(named, ". ")
		named = regexp.MustCompile(`\s\([^)]*\)`).ReplaceAllString(named, "")
		if want, got := strings.Join(columns, " "), strings.Join(strings.FieldsFunc(named, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }), " "); got != want {
			t.Errorf("qcb %s --help names the columns\n%s\nwant\n%s", command, got, want)
		}
	}
}

// shOnly matches what works in sh, bash or zsh, but not in fish.
func shOnly() *regexp.Regexp {
	return regexp.MustCompile(`[$][?']|<\(|; (do|then|esac)\b|\\\\|  parallel --pipepart`)
}

// inZsh matches a word that zsh replaces by the path of a program, unless it is quoted.
func inZsh() *regexp.Regexp { return regexp.MustCompile(` =\w+`) }

// TestTopics checks that each topic fits a terminal of 80 columns, but for its examples; that
// the text before an example names the shells if fish is not one of them; and that the topic
// of the findings tells each of them, under the severity that it has.
func TestTopics(t *testing.T) {
	for _, topic := range Topics() {
		for line := range strings.Lines(topic.About + "\n" + topic.Text) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 && !strings.HasPrefix(line, "    ") {
				t.Errorf("topic %s has a line of %d characters: %s", topic.Name, n, line)
			}
		}
		before := ""
		for paragraph := range strings.SplitSeq(topic.Text, "\n\n") {
			if !strings.HasPrefix(paragraph, "    ") {
				before = paragraph
			} else if odd := shOnly().FindString(paragraph); odd != "" && !strings.Contains(strings.ReplaceAll(before, "\n", " "), "sh, bash and zsh") {
				t.Errorf("topic %s has %s, which fails in fish, and names no shells:\n%s", topic.Name, odd, paragraph)
			}
		}
		if topic.Name == "findings" {
			for _, name := range explain.FindingNames() {
				if !strings.Contains(topic.Text, "\n\n"+name+"\n    ") && !strings.Contains(topic.Text, "\n"+name+"\n    ") {
					t.Errorf("the topic findings lacks %s", name)
				}
			}
		}
	}
}

// TestSurface compares what each package of the library exports with testdata/api, so
// that no change of it is made by accident.
func TestSurface(t *testing.T) {
	for _, name := range []string{
		"decode", "decode/explain", "decode/job", "decode/lint", "decode/mask", "decode/capture", "decode/sample",
		"decode/capture/escape", "decode/capture/input", "decode/capture/open", "decode/capture/open/packets", "decode/capture/stamp", "decode/capture/tree", "decode/capture/unwrap",
	} {
		got, err := exec.Command("go", "doc", "-all", "qcb/"+name).Output()
		if err != nil {
			t.Fatalf("go doc %s: %v", name, err)
		}
		file := "../testdata/api/" + strings.ReplaceAll(name, "/", "_") + ".txt"
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("go doc -all qcb/%s has changed; if that is meant, run go test ./cmd -run TestSurface -update", name)
		}
	}
}
