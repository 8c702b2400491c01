package cmd

import (
	"strings"
	"time"

	"qcb/decode/capture"
)

// received says when a callback came, and with which request, for a person; "" if its capture does
// not tell.
func received(r capture.Request) string {
	target := r.Path
	if r.Query != "" {
		target += "?" + r.Query
	}
	at, request := "", strings.TrimSpace(r.Method+" "+target)
	switch {
	case r.Time.IsZero():
	case r.Zoned:
		at = r.Time.Format(time.DateTime + " -07:00")
	default:
		at = r.Time.Format(time.DateTime) // None was written.
	}
	if at == "" || request == "" {
		return at + request
	}
	return at + "  " + request
}
