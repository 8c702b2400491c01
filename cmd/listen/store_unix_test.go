//go:build unix

package listen

import (
	"os"
	"path/filepath"
	"testing"
)

// TestStoreRenamed renames the file of a store, as programs that rotate logs do: the
// next line begins a new one.
func TestStoreRenamed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	store, err := OpenStore(name)
	if err != nil {
		t.Fatal(err)
	}
	add := func(line string) {
		t.Helper()
		if err := store.Append([]byte(line)); err != nil {
			t.Error(err)
		}
	}
	add("a")
	if err := os.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	add("b")
	add("c")
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	add("d")
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	for file, want := range map[string]string{name + ".1": "a\n", name: "d\n"} {
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
}
