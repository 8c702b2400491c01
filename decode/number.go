package decode

import (
	"math"
	"strconv"
	"strings"
)

// Number is the text of a number as it was sent, as a JSON number or as a
// string: Qencode sends both, and 1.10 or twenty digits stay what they are. It
// is empty where there was none.
type Number string

// Float returns the number's value. ok is false if the text is not a finite
// decimal number.
func (n Number) Float() (value float64, ok bool) {
	for i := range len(n) {
		if c := n[i]; (c < '0' || '9' < c) && strings.IndexByte("+-.eE", c) < 0 {
			return 0, false // ParseFloat would take "0x10", "1_000" and "inf", too.
		}
	}
	if n == "" {
		return 0, false
	}
	value, err := strconv.ParseFloat(string(n), 64)
	return value, err == nil && !math.IsInf(value, 0)
}

// Flag is the text of an error flag as it was sent: 0 or 1, a bool, or a
// string of either. It is empty where there was none.
type Flag string

// IsSet reports whether the flag says that there was an error: it does unless
// it is absent, null, zero or false.
func (f Flag) IsSet() bool {
	if f == "" || f == "0" {
		return false // Nearly all are, and need not be parsed.
	}
	if value, ok := Number(f).Float(); ok {
		return value != 0
	}
	return !strings.EqualFold(string(f), "false")
}

// Text returns what the flag says beyond yes or no: "error 5", or the text that
// came in its place.
func (f Flag) Text() string {
	switch value, ok := Number(f).Float(); {
	case !f.IsSet(), value == 1, strings.EqualFold(string(f), "true"):
		return ""
	case ok:
		return "error " + string(f)
	}
	return string(f)
}
