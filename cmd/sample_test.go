package cmd

import (
	"strings"
	"testing"
	"time"

	"qcb/decode/sample"
)

// TestSamples passes each kind of sample through each command: none is damaged, and
// the exit status is the one that is documented for such a job.
func TestSamples(t *testing.T) {
	commands := []string{"show", "show -o markdown", "list", "list -o csv", "json", "raw", "check", "urls", "urls --kind all", "outputs", "outputs --total"}
	want := map[string]string{ // the exit statuses that are not 0
		"queued": "check 8, urls 1, urls --kind all 1, outputs 1, outputs --total 1",
		"error":  "check 1, urls 1, urls --kind all 1, outputs 1, outputs --total 1",
		"failed": "check 1, urls 1, urls --kind all 1, outputs 1, outputs --total 1",
		"images": "urls 1", // It has no video and no audio.

		"restarted":      "check 1, urls 1, urls --kind all 1, outputs 1, outputs --total 1",
		"restart-failed": "check 1, urls 1, urls --kind all 1, outputs 1, outputs --total 1",
		"stream":         "check 8",
	}
	for _, kind := range sample.KindNames() {
		status, body, errs := run(nil, "sample", "--seed", "1", kind)
		if status != 0 || errs != "" {
			t.Fatalf("%s: exit status %d, %q", kind, status, errs)
		}
		var got []string
		for _, command := range commands {
			status, out, errs := run(strings.NewReader(body), strings.Fields(command)...)
			if status != 0 {
				got = append(got, command+" "+string(rune('0'+status)))
			}
			if strings.Contains(errs, "byte ") || status == 0 && out == "" && command != "check" || command == "raw" && out != body {
				t.Errorf("%s through %s: exit status %d, %d bytes, %q", kind, command, status, len(out), errs)
			}
		}
		if got := strings.Join(got, ", "); got != want[kind] {
			t.Errorf("%s: %q, want %q", kind, got, want[kind])
		}
	}
}

// TestSampleTime checks that callbacks without a seed came in the past, in order.
func TestSampleTime(t *testing.T) {
	_, out, _ := run(nil, "sample", "--count", "50", "--time")
	last := ""
	for line := range strings.Lines(out) {
		at, _, _ := strings.Cut(line, " ")
		if came, err := time.Parse(time.RFC3339, at); err != nil || came.After(time.Now()) || at <= last {
			t.Errorf("a callback came at %s, after %s: %v", at, last, err)
		}
		last = at
	}
}
