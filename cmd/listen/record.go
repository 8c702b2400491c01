package listen

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qcb/decode/capture"
)

// secrets are headers that are not kept.
var secrets = []string{"Authorization", "Cookie", "Proxy-Authorization"}

// line returns a request as it is kept: a line, without its ending, that all commands read.
func (e *Event) line() []byte {
	headers := maps.Clone(e.Header)
	maps.DeleteFunc(headers, func(name string, _ []string) bool { return slices.Contains(secrets, http.CanonicalHeaderKey(name)) })
	request := capture.Request{Time: e.Time, Zoned: true, Method: e.Method, Path: e.Path, Query: e.Query}
	return request.AppendLine(nil, headers, e.Refused, e.Body)
}

// encodeBytes percent-encodes what would end or break a query: spaces, control
// characters, "#", and bytes that are not UTF-8.
func encodeBytes(query string) string {
	var b strings.Builder
	for i := 0; i < len(query); {
		r, n := utf8.DecodeRuneInString(query[i:])
		if r <= ' ' || r == 0x7f || r == '#' || r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, "%%%02X", query[i])
		} else {
			b.WriteString(query[i : i+n])
		}
		i += n
	}
	return b.String()
}

// now returns the time of a request, to the millisecond.
func now() time.Time { return time.Now().Truncate(time.Millisecond) }
