package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// captured are the bodies that are in each capture of a folder of
// testdata/captures, in their order.
var captured = map[string][]string{
	"saved": {"saved"},
	"hard":  {"hard"},
	"log":   {"queued_2018", "saved", "error", "hard"},
}

// TestCaptures reads one and the same callbacks from each capture, and compares
// them with the bodies that were posted, through json and urls. What qcb says of
// the captures is in testdata/captures/notes.txt.
func TestCaptures(t *testing.T) {
	var notes strings.Builder
	for _, dir := range []string{"saved", "hard", "log", "none"} {
		captures, err := filepath.Glob("../testdata/captures/" + dir + "/*")
		if err != nil || len(captures) < 20 {
			t.Fatalf("%d captures in %s: %v", len(captures), dir, err)
		}
		var wantJSON []string
		var wantURLs string
		for _, body := range captured[dir] {
			_, out, _ := run(nil, "json", "-c", "../testdata/bodies/"+body+".form")
			wantJSON = append(wantJSON, canonical(t, out)...)
			_, out, _ = run(nil, "urls", "../testdata/bodies/"+body+".form")
			wantURLs += out
		}
		for _, capture := range captures {
			status, out, stderr := run(nil, "json", "-c", capture)
			name := dir + "/" + filepath.Base(capture)
			notes.WriteString(strings.ReplaceAll(stderr, filepath.FromSlash(capture), name))
			if len(stderr) == 0 {
				notes.WriteString(name + " is plain\n")
			}
			if dir == "none" {
				if status != exitInput || out != "" {
					t.Errorf("%s: exit status %d and %q, want %d and nothing", name, status, out, exitInput)
				}
				continue
			}
			if got := canonical(t, out); status != 0 || !slices.Equal(got, wantJSON) {
				t.Errorf("%s: exit status %d and\n%s\nwant\n%s", name, status, strings.Join(got, "\n"), strings.Join(wantJSON, "\n"))
			}
			if _, out, _ := run(nil, "urls", capture); out != wantURLs {
				t.Errorf("%s: URLs\n%swant\n%s", name, out, wantURLs)
			}
		}
	}
	const golden = "../testdata/captures/notes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(notes.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(notes.String(), "\n")
	for i, line := range strings.Split(string(want), "\n") {
		if i >= len(got) || got[i] != line {
			t.Fatalf("line %d of %s is\n%s\nnow it would be\n%s", i+1, golden, line, got[min(i, len(got)-1)])
		}
	}
}

// canonical returns JSON objects without what a capture may lose: the order of
// members.
func canonical(t *testing.T, out string) (list []string) {
	t.Helper()
	d := jsontext.NewDecoder(bytes.NewBufferString(out))
	for {
		v, err := d.ReadValue()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err == nil {
			v = slices.Clone(v)
			err = v.Canonicalize()
		}
		if err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		list = append(list, string(v))
	}
}

// TestRawOfCaptures checks that the body is printed byte for byte where a
// capture holds it, and that what is encoded anew reads the same.
func TestRawOfCaptures(t *testing.T) {
	want, err := os.ReadFile("../testdata/bodies/saved.form")
	if err != nil {
		t.Fatal(err)
	}
	_, plain, _ := run(nil, "json", "-c", "../testdata/bodies/saved.form")
	captures, err := filepath.Glob("../testdata/captures/saved/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, capture := range captures {
		status, out, stderr := run(nil, "raw", capture)
		if status != 0 {
			t.Errorf("%s: exit status %d", capture, status)
		}
		if !strings.Contains(stderr, "re-encoded") {
			if out != string(want) {
				t.Errorf("%s holds the body\n%s\nwant\n%s", capture, out, want)
			}
			continue
		}
		file := filepath.Join(t.TempDir(), "body")
		if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, again, _ := run(nil, "json", "-c", file); !slices.Equal(canonical(t, again), canonical(t, plain)) {
			t.Errorf("%s: the body that was encoded anew is\n%s", capture, out)
		}
	}
}

// TestFieldCaptures reads captures that programs, servers and databases made of a few
// bodies, which expect.tsv names, and compares the fields with those of the bodies.
func TestFieldCaptures(t *testing.T) {
	const dir = "../testdata/captures/field/"
	table, err := os.ReadFile(dir + "expect.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(table)), "\n")[1:]
	if len(rows) < 200 {
		t.Fatalf("only %d captures", len(rows))
	}
	for i, row := range rows {
		if testing.Short() && i%8 > 0 {
			continue // The race detector makes it slow.
		}
		cells := strings.Split(row, "\t")
		var want []string
		for name := range strings.SplitSeq(cells[1], ",") {
			_, out, _ := run(nil, "json", "-c", dir+"bodies/"+name+".form")
			want = append(want, filledFields(t, out)...)
		}
		status, out, errs := run(nil, "json", "-c", dir+cells[0])
		if got := filledFields(t, out); status != 0 || !slices.Equal(got, want) {
			t.Errorf("%s: exit status %d and\n%s\nwant\n%s\n%s", cells[0], status, strings.Join(got, "\n"), strings.Join(want, "\n"), errs)
		}
	}
}

// filledFields returns callbacks as canonical JSON without what a program may leave out: fields
// that are empty.
func filledFields(t *testing.T, out string) (list []string) {
	t.Helper()
	for _, one := range canonical(t, out) {
		var callback map[string]json.RawMessage
		if err := json.Unmarshal([]byte(one), &callback); err != nil {
			t.Fatal(err)
		}
		known := decode.FieldNames()
		for name, value := range callback {
			if string(value) == `""` || !slices.Contains(known[:], name) {
				delete(callback, name)
			}
		}
		text, err := json.Marshal(callback)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(text))
	}
	return list
}
