package cmd

import (
	"os"
	"path/filepath"
	"testing"
)

// TestManual compares the manual pages with those in testdata/man.
func TestManual(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	const golden = "../testdata/man"
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
	if status, out, errs := run(nil, "man", dir); status != 0 || out+errs != "" {
		t.Fatalf("exit status %d, %q and %q", status, out, errs)
	}
	want, err := filepath.Glob(golden + "/*.1")
	if err != nil {
		t.Fatal(err)
	}
	got, err := filepath.Glob(dir + "/*.1")
	if err != nil || len(got) != len(want) || len(got) < 10 {
		t.Errorf("%d pages, and %d in testdata/man: %v", len(got), len(want), err)
	}
	for _, name := range got {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if old, err := os.ReadFile(filepath.Join(golden, filepath.Base(name))); err != nil || string(old) != string(page) {
			t.Errorf("%s is another one now, %v:\n%s", filepath.Base(name), err, difference(string(page), string(old)))
		}
	}
	if status, _, errs := run(nil, "man", filepath.Join(dir, "missing")); status != exitInput || errs != "qcb: "+filepath.Join(dir, "missing")+": no such file\n" {
		t.Errorf("exit status %d, %q", status, errs)
	}
	if status, _, errs := run(nil, "man"); status != exitUsage || errs != "qcb: qcb man takes one DIR\n" {
		t.Errorf("exit status %d, %q", status, errs)
	}
}
