package cmd

import (
	"fmt"
	"strings"
	"testing"
)

// TestFarResends checks that each callback is counted in one row: one that is sent again when
// its row is written has another.
func TestFarResends(t *testing.T) {
	var log strings.Builder
	for n := range keptRows + 5 {
		fmt.Fprintf(&log, "task_token=%d&event=queued\n", n)
	}
	again := strings.Repeat("task_token=0&event=queued\n", 2) + fmt.Sprintf("task_token=%d&event=queued\n", keptRows)
	_, out, errs := run(strings.NewReader(log.String()+again), "list", "-q", "-o", "tsv", "--no-header", "--columns", "task,times")
	rows := strings.Split(strings.TrimSpace(out), "\n")
	want := map[int]string{0: "0\t1", 1: "1\t1", keptRows: fmt.Sprintf("%d\t2", keptRows), keptRows + 5: "0\t2"}
	if len(rows) != keptRows+6 || errs != "" {
		t.Fatalf("%d rows, and on standard error %q", len(rows), errs)
	}
	for n, row := range want {
		if rows[n] != row {
			t.Errorf("row %d is %q, want %q", n, rows[n], row)
		}
	}
}
