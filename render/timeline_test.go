package render

import (
	"bufio"
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"qcb/decode"
)

// TestTimelineNarrow checks that what a terminal is too narrow for is named, and that what a
// callback is to its job is kept longest.
func TestTimelineNarrow(t *testing.T) {
	moments := []Moment{
		{Number: 2, Event: "saved", Outcome: decode.OutcomeCompleted, Place: Place{File: "callbacks.log", Line: 9}, Task: strings.Repeat("b", 32), Time: time.Unix(9, 0).UTC(), Zoned: true, Remarks: []string{"decides"}},
		{Number: 1, Event: "a\x1bb", Stream: true, Outcome: decode.OutcomePending, Place: Place{File: "callbacks.log", Line: 7}, Task: strings.Repeat("a", 32)},
	}
	for width, want := range map[int]string{
		0: `TIME                  EVENT            OUTCOME    PLACE            TASK                              REMARKS
                      a\x1bb (stream)  pending    callbacks.log:7  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
1970-01-01 00:00:09Z  saved            completed  callbacks.log:9  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  decides

`,
		54: `TIME                 EVENT           OUTCOME   REMARKS
                     a\x1bb (stream) pending
1970-01-01 00:00:09Z saved           completed decides
hidden (terminal too narrow): task, place

`,
	} {
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		if err := errors.Join(Timeline(w, slices.Clone(moments), true, ShowOptions{Screen: Screen{Width: width}}), w.Flush()); err != nil || b.String() != want {
			t.Errorf("%d cells, %v:\n%s\nwant\n%s", width, err, &b, want)
		}
	}
}
