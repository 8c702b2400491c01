package render

import (
	"fmt"
	"math"

	"qcb/decode"
)

// These write numbers in the units that people read. A number that is absent is
// empty, and a text that is not a number is shown as it was sent.

// seconds writes a duration: "10.08 s", and from a minute on "1:02:03".
func seconds(n decode.Number) string {
	return unit(n, func(s float64) string {
		if s < 59.995 { // or it would be 60.00 s
			return fmt.Sprintf("%.2f s", s)
		}
		whole := int64(math.Round(s))
		if whole < 3600 {
			return fmt.Sprintf("%d:%02d", whole/60, whole%60)
		}
		return fmt.Sprintf("%d:%02d:%02d", whole/3600, whole/60%60, whole%60)
	})
}

// megabytes writes a size that was sent in megabytes of 10^6 bytes.
func megabytes(n decode.Number) string {
	return unit(n, func(mb float64) string {
		switch {
		case mb >= 999.995:
			return fmt.Sprintf("%.2f GB", mb/1000)
		case mb < 0.01:
			return fmt.Sprintf("%.0f B", mb*1e6)
		}
		return fmt.Sprintf("%.2f MB", mb)
	})
}

// kilobits writes a bitrate that was sent in kbit/s.
func kilobits(n decode.Number) string {
	return unit(n, func(kbps float64) string { return fmt.Sprintf("%.0f kb/s", kbps) })
}

// percent writes a share of a hundred.
func percent(n decode.Number) string {
	return unit(n, func(p float64) string { return fmt.Sprintf("%.0f %%", math.Floor(p)) })
}

func unit(n decode.Number, format func(float64) string) string {
	// Out of this range a number is a mistake or an attack: nobody reads it in
	// another unit, and the digits as sent are the plainest.
	if value, ok := n.Float(); ok && value >= 0 && value < 1e12 {
		return format(value)
	}
	return short(string(n))
}

// short shortens a text that should be a number, and is too long for one.
func short(s string) string { return Elide(s, 20) }
