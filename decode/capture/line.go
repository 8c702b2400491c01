package capture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"unicode"
)

// Line returns a line, without its ending, from which a Reader reads a body again
// byte for byte, whatever the lines around it are. That is the body itself, if it is
// a line and can be nothing else; else it is JSON with the body in base64, as the
// events of some gateways have it. ok is false for what is not the body of a
// callback with a task or an event: of that the line is in base64, too, so that it
// does not change what the lines around it are.
func Line(body []byte) (line []byte, ok bool) {
	f, ok := bodyFind(body)
	control := bytes.IndexFunc(body, unicode.IsControl) >= 0 // It would make the file binary.
	if ok && f.quality == complete && !control && bytes.Equal(trimBody(body), body) {
		return body, true
	}
	return fmt.Appendf(nil, `{"isBase64Encoded":true,"body":"%s"}`, base64.StdEncoding.EncodeToString(body)), ok
}
