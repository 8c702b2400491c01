package stamp

import (
	"strings"
	"testing"
	"time"
)

// show returns a stamp in RFC 3339: without a zone where none is written, "" for none.
func show(s Stamp, ok bool) string {
	switch {
	case !ok:
		return ""
	case s.Zoned:
		return s.Time.Format(time.RFC3339Nano)
	}
	return strings.TrimSuffix(s.Time.Format(time.RFC3339Nano), "Z")
}

func TestLast(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		// ISO 8601 and RFC 3339
		{"2026-11-24T10:00:03Z stdout F ", "2026-11-24T10:00:03Z"},
		{"2026-11-24T10:00:03.123456789Z ", "2026-11-24T10:00:03.123456789Z"},
		{"2026-11-24t10:00:03z ", "2026-11-24T10:00:03Z"},
		{"2026-11-24T10:00:03+02:00 host ", "2026-11-24T10:00:03+02:00"},
		{"2026-11-24T10:00:03-0530 host ", "2026-11-24T10:00:03-05:30"},
		{"2026-11-24 10:00:03+00 UTC", "2026-11-24T10:00:03Z"},
		{"2026-11-24 10:00:03 ", "2026-11-24T10:00:03"},
		{"2026-11-24 10:00:03,123 INFO [web] ", "2026-11-24T10:00:03.123"},
		{"2026-11-24 10:00:03.5 +0000 docker.web: ", "2026-11-24T10:00:03.5Z"},
		{"2026-11-24 10:00:03.123456789 +0100 CET m=+0.001 ", "2026-11-24T10:00:03.123456789+01:00"},
		{"2026-11-24 10:00:03 UTC [1] LOG: ", "2026-11-24T10:00:03Z"},
		{"2026-11-24 10:00:03 CET [1] LOG: ", "2026-11-24T10:00:03"}, // An abbreviation of a zone is not an offset.
		{"2026-11-24 10:00:03 - 200 ", "2026-11-24T10:00:03"},
		{"2026-11-24 10:00:03 +4912345 ", "2026-11-24T10:00:03"},
		{"17,2026-11-24 10:00:03,100,", "2026-11-24T10:00:03.1"},
		{"17,2026-11-24 10:00:03,saved,", "2026-11-24T10:00:03"},
		{"2026-11-24 10:00:03:INFO:web:", "2026-11-24T10:00:03"},
		{"time=\"2026-11-24T10:00:03Z\" level=info msg=\"", "2026-11-24T10:00:03Z"},
		{"app.log:12:2026-11-24 10:00:03 ", "2026-11-24T10:00:03"},
		{"/var/log/app.log:2026-11-24 10:00:03 ", "2026-11-24T10:00:03"},
		{`"log":"one\n2026-11-24T10:00:03Z two`, "2026-11-24T10:00:03Z"},
		{"2026-11-24 10:00:03.123456 IP 10.0.0.1.4000 > 10.0.0.2.80: ", "2026-11-24T10:00:03.123456"}, // tcpdump -tttt
		{"2026-11-24T23:59:60Z ", "2026-11-25T00:00:00Z"},                                             // a leap second

		// Go, nginx's errors, Caddy
		{"2026/11/24 10:00:03 [info] 4388#4388: ", "2026-11-24T10:00:03"},
		{"2026/11/24 10:00:03.123456 main.go:7: ", "2026-11-24T10:00:03.123456"},

		// Common Log Format, and Python's servers
		{`10.0.0.1 - - [24/Nov/2026:10:00:03 +0000] "POST /cb HTTP/1.1" 200 "`, "2026-11-24T10:00:03Z"},
		{`10.0.0.1 - - [24/Nov/2026:10:00:03 -0800] "`, "2026-11-24T10:00:03-08:00"},
		{`[24/Nov/2026:10:00:03.021758 +0000] `, "2026-11-24T10:00:03.021758Z"},
		{`10.0.0.1 - - [24/Nov/2026 10:00:03] "`, "2026-11-24T10:00:03"},

		// PHP
		{"[24-Nov-2026 10:00:03 UTC] ", "2026-11-24T10:00:03Z"},
		{"[24-Nov-2026 10:00:03 Europe/Berlin] ", "2026-11-24T10:00:03"},
		{"[24-Nov-2026 10:00:03] ", "2026-11-24T10:00:03"},

		// RFC 1123
		{"Date: Tue, 24 Nov 2026 10:00:03 GMT", "2026-11-24T10:00:03Z"},
		{"Date: Tue, 4 Nov 2026 10:00:03 +0100", "2026-11-04T10:00:03+01:00"},
		{"1:M 24 Nov 2026 10:00:03.123 * ", "2026-11-24T10:00:03.123"},

		// syslog, ctime, Apache's errors
		{"Nov 24 10:00:03 host node[77]: ", "0000-11-24T10:00:03"},
		{"<13>Nov  4 10:00:03 host ", "0000-11-04T10:00:03"},
		{"Nov 24 10:00:03.123456 host ", "0000-11-24T10:00:03.123456"},
		{"[Tue Nov 24 10:00:03.445321 2026] [php:notice] ", "2026-11-24T10:00:03.445321"},
		{"Tue Nov 24 10:00:03 UTC 2026: ", "2026-11-24T10:00:03Z"},
		{"Nov 24 10:00:03 2026-host ", "0000-11-24T10:00:03"},
		{"\"Nov 24, 2026 @ 10:00:03.123\",", "2026-11-24T10:00:03.123"},
		{"Nov 24, 2026 1:00:03 PM ", ""},
		{"Nov 24, 2026 01:00:03 PM ", "2026-11-24T13:00:03"},
		{"Nov 24, 2026 12:00:03 AM ", "2026-11-24T00:00:03"},

		// numbers
		{"1764000000.123456 [0 10.0.0.1:4000] ", "2025-11-24T16:00:00.123456Z"},
		{"1764000000123 ", "2025-11-24T16:00:00.123Z"},
		{"x\n1764000000\t", "2025-11-24T16:00:00Z"},
		{"[1764000000.123] ", "2025-11-24T16:00:00.123Z"},
		{"[0] app.log: [[1764000000.5, {}], {", "2025-11-24T16:00:00.5Z"},
		{"level=info ts=1764000000.5 ", "2025-11-24T16:00:00.5Z"},
		{`{"level":"info","ts":1764000000.5,"body":"`, "2025-11-24T16:00:00.5Z"},
		{`"ts" => 1764000000.5, `, "2025-11-24T16:00:00.5Z"},
		{`{\"timestamp\": 1764000000123, `, "2025-11-24T16:00:00.123Z"},
		{"CreateTime:1764000000123\tnull\t", "2025-11-24T16:00:00.123Z"},
		{"__REALTIME_TIMESTAMP=1764000000123456\nMESSAGE=", "2025-11-24T16:00:00.123456Z"},

		// the nearest
		{"2026-11-24T10:00:01Z 2026-11-24T10:00:02Z app: ", "2026-11-24T10:00:02Z"},
		{"2026-11-24T10:00:01Z 10:00:02 app: ", "2026-11-24T10:00:01Z"},

		// lookalikes
		{"", ""},
		{"10:00:03 INFO ", ""},
		{"10:00:03.123456 IP 10.0.0.1 > ", ""},
		{"2026-11-24 INFO ", ""},
		{"2026-11-24T10:00 ", ""},
		{"2026-13-24 10:00:03 ", ""},
		{"2026-02-30 10:00:03 ", ""},
		{"2026-11-24 25:00:03 ", ""},
		{"2026-11/24 10:00:03 ", ""},
		{"1026-11-24 10:00:03 ", ""},
		{"12026-11-24 10:00:03 ", ""},
		{"id-2026-11-24T10:00:03 ", ""},
		{"2026-11-24T10:00:03-5f0c9e1a ", ""},
		{"2026-11-24T10:00:03.mp4 ", ""},
		{"2026-11-24T10:00:03:04 ", ""},
		{"https://example.com/2026-11-24T10:00:03/video.mp4 ", ""},
		{"POST /cb?since=2026-11-24T10:00:03Z HTTP/1.1 ", ""},
		{"GET http://h:2026-11-24T10:00:03Z ", ""},
		{"/cb?a=1&ts=1764000000 ", ""},
		{"status=2026-11-24+10%3A00%3A03 ", ""},
		{"order 1764000000 ", ""},
		{"job_id=1764000000 ", ""},
		{"price: 1764000000.12 ", ""},
		{"17640000001 ", ""},
		{"9764000000 ", ""},
		{"1764000000-1 ", ""},
		{"[1764000000] v1.2.3 ", "2025-11-24T16:00:00Z"},
		{"id[1764000000] ", ""},
		{"v2026.11.24 10:00:03 ", ""},
		{"Nov 31 10:00:03 ", ""},
		{"Now 24 10:00:03 ", ""},
		{"Novel 24 10:00:03 ", ""},
		{"32/Nov/2026:10:00:03 ", ""},
	} {
		if got := show(Last([]byte(test.text))); got != test.want {
			t.Errorf("Last(%q) is %q, want %q", test.text, got, test.want)
		}
	}
}

func TestValue(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"2026-11-24T10:00:03Z", "2026-11-24T10:00:03Z"},
		{" 2026-11-24 10:00:03.123 ", "2026-11-24T10:00:03.123"},
		{"2026-11-24 10:00:03 CET", "2026-11-24T10:00:03"},
		{"2026-11-24 10:00:03.1 +0000 UTC m=+0.25", "2026-11-24T10:00:03.1Z"},
		{"24/Nov/2026:10:00:03 +0000", "2026-11-24T10:00:03Z"},
		{"[24/Nov/2026:10:00:03 +0000]", "2026-11-24T10:00:03Z"},
		{"Tue, 24 Nov 2026 10:00:03 GMT", "2026-11-24T10:00:03Z"},
		{"Tue Nov 24 10:00:03 2026", "2026-11-24T10:00:03"},
		{"Tuna, 24 Nov 2026 10:00:03 GMT", ""},
		{"1764000000", "2025-11-24T16:00:00Z"},
		{"1764000000.25", "2025-11-24T16:00:00.25Z"},
		{"1764000000123", "2025-11-24T16:00:00.123Z"},
		{"1764000000123456", "2025-11-24T16:00:00.123456Z"},
		{"1764000000123456789", "2025-11-24T16:00:00.123456789Z"},
		{"9964000000123456789", ""},
		{"Nov 24 10:00:03", "0000-11-24T10:00:03"},

		{"", ""},
		{"0", ""},
		{"0.081", ""},
		{"2026", ""},
		{"2026-11-24", ""},
		{"10:00:03", ""},
		{"2026-11-24T10:00:03Z and 7 more", ""},
		{"it was 2026-11-24T10:00:03Z", ""},
		{"1764000000 ms 5", ""},
		{"2026-11-24 10:00:03 started", ""},
		{"2026-11-24 10:00:03 server started", ""},
		{"2026-11-24 10:00:03 A!", ""},
		{"2026-11-24 10:00:03 Europe/Berlin", "2026-11-24T10:00:03"},
	} {
		if got := show(Value([]byte(test.text))); got != test.want {
			t.Errorf("Value(%q) is %q, want %q", test.text, got, test.want)
		}
	}
}

func TestIsName(t *testing.T) {
	for _, name := range []string{
		"time", "Timestamp", "@timestamp", "ts", "startedDateTime", "created_at", "createdAt", "date", "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP",
		"datetime", "t", "start", "started", "startedAt", "created", "receivedAt", "received", "requestTime", "requestTimeEpoch", "timeEpoch", "eventTime", "createTime", "time_local", "time_iso8601", "timeUnixNano", "observedTimeUnixNano",
	} {
		if !IsName(name) {
			t.Errorf("%q is not the name of a time", name)
		}
	}
	for _, name := range []string{"", "duration", "timeout", "expires_at", "updated", "times", "time_ms", strings.Repeat("_", 40) + "time"} {
		if IsName(name) {
			t.Errorf("%q is the name of a time", name)
		}
	}
}

func TestDated(t *testing.T) {
	now := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct{ text, want string }{
		{"Jan 14 10:00:03", "2026-01-14T10:00:03"},
		{"Jan 15 23:00:03", "2026-01-15T23:00:03"}, // Its zone may be east of the clock's.
		{"Jan 17 10:00:03", "2025-01-17T10:00:03"},
		{"Dec 31 10:00:03", "2025-12-31T10:00:03"},
		{"Feb 29 10:00:03", "2024-02-29T10:00:03"},
		{"2030-01-01 10:00:03", "2030-01-01T10:00:03"},
	} {
		s, _ := Value([]byte(test.text))
		if got := show(s.Dated(now)); got != test.want {
			t.Errorf("%q is %q, want %q", test.text, got, test.want)
		}
	}
	s, _ := Value([]byte("Jan 14 10:00:03"))
	if _, ok := s.Dated(time.Time{}); ok {
		t.Error("a stamp has a year that nothing tells")
	}
	s, _ = Value([]byte("Jan 1 10:00:03"))
	newYear := time.Date(2025, 12, 31, 20, 0, 0, 0, time.UTC)
	if got := show(s.Dated(newYear)); got != "2026-01-01T10:00:03" {
		t.Errorf("on the evening before it is %q", got)
	}
}

// FuzzStamp checks that nothing makes the package panic, that a stamp that was found is a time
// that a log can have, and that the format that qcb writes is read again.
func FuzzStamp(f *testing.F) {
	for _, text := range []string{"2026-11-24T10:00:03.1Z", "[24/Nov/2026:10:00:03 +0000]", "Nov 24 10:00:03 2026", "ts=1764000000.1", "Tue, 24 Nov 2026 10:00:03 GMT", "24-Nov-2026 10:00:03 UTC", "2026/11/24 10:00:03"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, read := range []func([]byte) (Stamp, bool){Last, Value} {
			s, ok := read(text)
			if year := s.Time.Year(); ok && year != 0 && (year < firstYear || year > lastYear+1) {
				t.Errorf("%q is of the year %d", text, year)
			}
			if ok && s.Zoned && s.Time.Year() != 0 {
				if again, ok := Value([]byte(s.Time.Format(time.RFC3339Nano))); !ok || !again.Time.Equal(s.Time) {
					t.Errorf("%q is %v, and %v when it is read again", text, s.Time, again.Time)
				}
			}
		}
	})
}
