package capture

import (
	"bytes"
	"strconv"
)

// request is what the lines of an HTTP dump tell of the request whose body
// comes next.
type request struct {
	length   int  // its Content-Length
	response bool // the lines are those of a response
}

// header takes a line that may be part of a dump.
func (r *request) header(line []byte) {
	const longest = 200
	if len(line) > longest {
		return
	}
	line = bytes.TrimSpace(line)
	switch {
	case bytes.Contains(line, []byte(" HTTP/1.")), bytes.Contains(line, []byte(" HTTP/2")):
		*r = request{}
	case bytes.HasPrefix(bytes.TrimLeft(line, "< "), []byte("HTTP/")):
		*r = request{response: true}
	case !r.response:
		if m := contentLength().FindSubmatch(line); m != nil {
			r.length, _ = strconv.Atoi(string(m[1]))
		}
	}
}

// claim gives the Content-Length to the body that came with it, and cuts off
// what comes after it: the next request on the same connection.
func (r *request) claim(b *Body) {
	if b.Length = r.length; b.Length == 0 {
		return
	}
	*r = request{}
	if len(b.Bytes) > b.Length {
		r.header(b.Bytes[b.Length:])
		b.Bytes = b.Bytes[:b.Length]
	}
}
