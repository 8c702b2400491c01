package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qcb/decode/capture"
	"qcb/decode/capture/open"
)

// TestReceivedOfCaptures compares what is known of the deliveries in each capture, when each came
// and with which request, with testdata/captures/received.tsv: a line per capture, "-" for a
// delivery of which nothing is known.
func TestReceivedOfCaptures(t *testing.T) {
	var names []string
	for _, dir := range []string{"saved", "hard", "log", "field"} {
		list, err := filepath.Glob("../testdata/captures/" + dir + "/*.*")
		if err != nil || len(list) < 20 {
			t.Fatalf("%d captures in %s: %v", len(list), dir, err)
		}
		names = append(names, list...)
	}
	var got strings.Builder
	for _, name := range names {
		if filepath.Base(name) == "expect.tsv" {
			continue
		}
		got.WriteString(strings.TrimPrefix(filepath.ToSlash(name), "../testdata/captures/"))
		before, times := "", 0
		for _, one := range append(deliveriesIn(t, name), "") {
			if one == before {
				times++
				continue
			}
			if before != "" {
				got.WriteString("\t" + before + strings.Repeat(" ×", min(times, 1)))
			}
			before, times = one, 0
		}
		got.WriteString("\n")
	}
	const golden = "../testdata/captures/received.tsv"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got.String(), "\n") {
		if i >= len(lines) || lines[i] != line {
			t.Fatalf("line %d of %s is\n%s\nnow it would be\n%s", i+1, golden, lines[min(i, len(lines)-1)], line)
		}
	}
}

// deliveries returns what received says of each delivery in a file, "-" for nothing.
func deliveriesIn(t *testing.T, name string) (list []string) {
	t.Helper()
	packed, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const most = 64 << 20
	for part, err := range open.Parts(bytes.NewReader(packed), int64(len(packed)), most) {
		if err != nil {
			continue // Another test checks what is said of it.
		}
		r := capture.NewReader(part.Text, part.Size)
		r.Clock = func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) }
		for body, err := r.Next(); err == nil; body, err = r.Next() {
			list = append(list, received(body.Request))
		}
	}
	for i, one := range list {
		if one == "" {
			list[i] = "-"
		}
	}
	return list
}

func TestReceived(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 3, 5e8, time.FixedZone("", -5400))
	for _, test := range []struct {
		request capture.Request
		want    string
	}{
		{capture.Request{}, ""},
		{capture.Request{Time: at, Zoned: true}, "2026-11-24 10:00:03 -01:30"},
		{capture.Request{Time: at.UTC(), Zoned: true, Method: "POST", Path: "/cb", Query: "a=b"}, "2026-11-24 11:30:03 +00:00  POST /cb?a=b"},
		{capture.Request{Time: at.UTC(), Method: "POST"}, "2026-11-24 11:30:03  POST"},
		{capture.Request{Path: "/cb"}, "/cb"},
	} {
		if got := received(test.request); got != test.want {
			t.Errorf("%+v is %q, want %q", test.request, got, test.want)
		}
	}
}
