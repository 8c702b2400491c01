package cmd

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"
)

// TestParseTime covers the ways to write a time.
func TestParseTime(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 30, 0, 0, time.FixedZone("", 3600))
	for text, want := range map[string]string{ // with "local" for a time without a zone
		"2026-11-24":                "2026-11-24T00:00:00Z local",
		"2026-11-24 10:05":          "2026-11-24T10:05:00Z local",
		"2026-11-24T10:05:06":       "2026-11-24T10:05:06Z local",
		"2026-11-24 10:05:06.5":     "2026-11-24T10:05:06.5Z local",
		"10:05":                     "2026-11-25T10:05:00Z local",
		"10:05:06":                  "2026-11-25T10:05:06Z local",
		"2026-11-24T10:05:06Z":      "2026-11-24T10:05:06Z",
		"2026-11-24 10:05:06+02:00": "2026-11-24T10:05:06+02:00",
		"90s":                       "2026-11-25T09:28:30+01:00",
		"5m":                        "2026-11-25T09:25:00+01:00",
		"2h":                        "2026-11-25T07:30:00+01:00",
		"3d":                        "2026-11-22T09:30:00+01:00",
		"1w":                        "2026-11-18T09:30:00+01:00",
		"1d12h":                     "2026-11-23T21:30:00+01:00",
		"":                          "error", "2": "error", "h": "error", "2y": "error", "-2h": "error", "1.5h": "error", "2026-13-01": "error",
		"99999999999999999999h": "error", "9999999w": "error", "yesterday": "error",
	} {
		at, local, err := parseTime(text, now)
		got := at.Format(time.RFC3339Nano)
		if local {
			got += " local"
		}
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestIsAfter compares times with and without zones.
func TestIsAfter(t *testing.T) {
	parse := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	time.Local = time.FixedZone("", -3*3600)
	tests := []struct {
		flag, other string
		zoned, want bool
	}{
		{"2026-11-24 10:00", "2026-11-24T09:59:59+05:00", true, true}, // what the clock showed
		{"2026-11-24 10:00", "2026-11-24T10:00:00+05:00", true, false},
		{"2026-11-24 10:00", "2026-11-24T09:59:59Z", false, true},
		{"2026-11-24T10:00:00Z", "2026-11-24T14:59:59+05:00", true, true},
		{"2026-11-24T10:00:00Z", "2026-11-24T15:00:00+05:00", true, false},
		{"2026-11-24T10:00:00Z", "2026-11-24T06:59:59Z", false, true}, // of this machine
		{"2026-11-24T10:00:00Z", "2026-11-24T07:00:00Z", false, false},
	}
	for _, test := range tests {
		flag := timeFlag{now: time.Now}
		if err := flag.Set(test.flag); err != nil {
			t.Fatal(err)
		}
		if got := flag.isAfter(parse(test.other), test.zoned); got != test.want {
			t.Errorf("%s is after %s, zoned %v: %v", test.flag, test.other, test.zoned, got)
		}
	}
}

// TestSpool checks that a pipe is read again as it was read first, from memory or from a
// file, with the error at its end.
func TestSpool(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, length := range []int{0, 1000, mostInMemory + 1000} {
		text := bytes.Repeat([]byte("0123456789"), length/10)
		for _, end := range []error{io.EOF, errors.New("gone")} {
			in := &input{name: "-"}
			a := &app{Streams: Streams{In: io.MultiReader(bytes.NewReader(text), iotest.ErrReader(end))}}
			for _, reading := range []bool{true, false} {
				r, title, _, err := in.open(a, reading)
				if err != nil || title != "stdin" {
					t.Fatal(title, err)
				}
				var got bytes.Buffer
				_, err = got.ReadFrom(r)
				if end == io.EOF && err != nil || end != io.EOF && err != end || !bytes.Equal(got.Bytes(), text) {
					t.Errorf("%d bytes, first reading %v: %d bytes, %v; want %v", len(text), reading, got.Len(), err, end)
				}
			}
			if inFile := in.kept.file != nil; inFile != (length > mostInMemory) {
				t.Errorf("%d bytes are in a file: %v", length, inFile)
			}
			in.kept.close()
		}
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// TestReopen checks that a file is read again up to where it ended, and that it is noticed
// if it is another one.
func TestReopen(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		change func()
		want   string
		err    error
	}{
		{func() {}, "one\n", nil},
		{func() { write("one\ntwo\n") }, "one\n", nil},
		{func() { write("") }, "", errChanged},
		{func() {
			if err := os.Rename(name, name+".1"); err != nil {
				t.Fatal(err)
			}
			write("one\n")
		}, "", errChanged},
	} {
		write("one\n")
		in := &input{name: name}
		r, _, _, err := in.open(&app{}, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
		test.change()
		r, _, _, err = in.open(&app{}, false)
		if err != test.err {
			t.Errorf("%v, want %v", err, test.err)
		}
		if err != nil {
			continue
		}
		if got, err := io.ReadAll(r); string(got) != test.want || err != nil {
			t.Errorf("%q, %v; want %q", got, err, test.want)
		}
		r.Close()
	}
}
