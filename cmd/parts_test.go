package cmd

import (
	"bytes"
	"strings"
	"testing"
)

// TestParts checks that the rows of the parts of a log, cut between lines, are those of
// the whole: it may be read on several cores or hosts.
func TestParts(t *testing.T) {
	status, log, errs := run(nil, "sample", "--count", "300", "--seed", "1")
	if status != 0 || errs != "" {
		t.Fatalf("exit status %d, %q", status, errs)
	}
	for _, format := range []string{"csv", "tsv", "json"} {
		rows := func(part string) string {
			status, out, errs := run(strings.NewReader(part), "outputs", "-q", "-o", format, "--no-header", "--columns", "task,tag,size_bytes,url")
			if status != 0 || errs != "" {
				t.Fatalf("%s: exit status %d, %q", format, status, errs)
			}
			return out
		}
		whole := rows(log)
		if lines := strings.Count(whole, "\n"); lines < 200 {
			t.Fatalf("%s: %d rows", format, lines)
		}
		for _, parts := range []int{2, 3, 10} {
			var joined bytes.Buffer
			rest := log
			for n := parts; n > 0; n-- {
				cut := len(rest)
				if n > 1 {
					cut = strings.IndexByte(rest[len(rest)/n:], '\n') + len(rest)/n + 1
				}
				joined.WriteString(rows(rest[:cut]))
				rest = rest[cut:]
			}
			if joined.String() != whole {
				t.Errorf("%s: %d parts:\n%s", format, parts, difference(joined.String(), whole))
			}
		}
	}
}
