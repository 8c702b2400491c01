package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the pages in testdata/man")

// TestManual compares the manual pages with those in testdata/man.
func TestManual(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	const golden = "../../testdata/man"
	dir := t.TempDir()
	if *update {
		if err := os.RemoveAll(golden); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(golden, 0o755); err != nil {
			t.Fatal(err)
		}
		dir = golden
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	want, err := filepath.Glob(golden + "/*.[17]")
	if err != nil {
		t.Fatal(err)
	}
	got, err := filepath.Glob(dir + "/*.[17]")
	if err != nil || len(got) != len(want) || len(got) < 10 {
		t.Errorf("%d pages, and %d in testdata/man: %v", len(got), len(want), err)
	}
	for _, name := range got {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if old, err := os.ReadFile(filepath.Join(golden, filepath.Base(name))); err != nil || string(old) != string(page) {
			t.Errorf("%s has changed (error %v): look at it, then run this test with -update", filepath.Base(name), err)
		}
	}
	if err := write(filepath.Join(dir, "missing")); err == nil {
		t.Error("a directory that does not exist is not an error")
	}
}
