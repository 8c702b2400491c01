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
	at, request := readable(r, "2006-01-02 15:04:05 -07:00"), strings.TrimSpace(r.Method+" "+target)
	if at == "" || request == "" {
		return at + request
	}
	return at + "  " + request
}

// readable returns the time of a request in a layout that ends with a zone, but without the zone if
// none was written; "" if the time is not known.
func readable(r capture.Request, layout string) string {
	const plain = "2006-01-02 15:04:05"
	switch {
	case r.Time.IsZero():
		return ""
	case !r.Zoned:
		return r.Time.Format(plain)
	}
	return r.Time.Format(layout)
}

// rfc3339 returns the time of a request for a program: in RFC 3339, without a zone if none was
// written; "" if the time is not known.
func rfc3339(r capture.Request) string {
	switch {
	case r.Time.IsZero():
		return ""
	case !r.Zoned:
		return r.Time.Format("2006-01-02T15:04:05.999999999")
	}
	return r.Time.Format(time.RFC3339Nano)
}
