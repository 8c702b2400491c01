package packets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"strings"
)

// Bounds of what is kept of one request, in bytes.
const (
	mostHead = 1 << 20 // also of what comes between requests
	mostBody = 16 << 20
)

// methods are those of requests.
var methods = []string{"POST", "PUT", "PATCH", "GET", "HEAD", "DELETE", "OPTIONS"}

// messages gives the requests in the stream that have a body, and what else there is in it.
func (s *stream) messages(yield func(Message, error) bool) {
	s.wait = yield
	const enough = 5
	first, err := s.r.Peek(enough)
	switch {
	case bytes.HasPrefix(first, []byte("\x16\x03")):
		s.all.encrypted++
		s.discard()
		return
	case string(first) == "HTTP/", bytes.HasPrefix(first, []byte("SSH-")):
		s.discard()
		return
	}
	s.lose(err)
	for s.message() {
	}
}

// discard reads the stream to its end.
func (s *stream) discard() {
	var lost *lostError
	for {
		_, err := s.r.Peek(1)
		if err != nil && !errors.As(err, &lost) {
			return
		}
		_, _ = s.r.Discard(s.r.Buffered())
		s.free()
	}
}

// lose counts the bytes that are missing, if that is what the error says. It returns how
// many they are.
func (s *stream) lose(err error) int {
	var lost *lostError
	if !errors.As(err, &lost) {
		return 0
	}
	if s.all.lost == 0 {
		s.all.lostAt = lost.packet
	}
	s.all.lost += lost.bytes
	return lost.bytes
}

// give gives some text that began in a packet. It reports whether the stream is still wanted.
func (s *stream) give(m mark, text []byte, err error) bool {
	if len(bytes.TrimSpace(text)) == 0 && err == nil || s.all.again(m.number, text) {
		return true
	}
	return s.wait(Message{m.packet, m.time, text}, err)
}

// message gives the next request, and before it what comes before it. It reports whether
// there may be more.
func (s *stream) message() bool {
	s.free()
	text, head, err := s.head()
	begin := s.at() - int64(len(text))
	s.lose(err)
	switch {
	case errors.Is(err, errStopped):
		return false
	case head < 0 && !s.broken && !s.give(s.mark(begin), text, nil):
		return false
	case head < 0:
		return err != io.EOF
	case !s.broken && !s.give(s.mark(begin), text[:head], nil):
		return false
	}
	s.broken = false
	from := s.mark(begin + int64(head))
	text = text[head:]
	request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
	if err != nil {
		return s.give(from, text, nil)
	}
	body, err := s.body(request)
	if errors.Is(err, errStopped) {
		return false
	}
	if len(body) == 0 && err == nil {
		return true
	}
	body, err = decoded(body, request.Header.Get("Content-Encoding"), err)
	return s.give(from, withBody(text, body, err == nil), err)
}

// head reads the head of the next request, up to a blank line, and what comes before it. at is
// where in the text the request begins, negative if there is none: the stream ends, bytes are
// missing, or so much else comes that it is enough.
func (s *stream) head() (text []byte, at int, err error) {
	at = -1
	line := 0 // where in the text the last line begins
	for {
		part, err := s.r.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case err == bufio.ErrBufferFull && len(text) < mostBody:
			continue
		case err == bufio.ErrBufferFull:
			return text, -1, nil
		case err != nil:
			return text, -1, err
		case at < 0:
			if found := requestLine(text[line:]); found >= 0 {
				at = line + found
			} else if len(text) > mostHead {
				return text, -1, nil
			}
		case len(text)-at > mostHead:
			return text, -1, nil
		case len(bytes.TrimRight(text[line:], "\r\n")) == 0:
			return text, at, nil
		}
		line = len(text)
	}
}

// requestLine returns where in a line the first line of a request begins, negative if there
// is none: the body of the request before it has no line ending.
func requestLine(line []byte) int {
	line = bytes.TrimRight(line, "\r\n")
	if !bytes.HasSuffix(line, []byte(" HTTP/1.1")) && !bytes.HasSuffix(line, []byte(" HTTP/1.0")) {
		return -1
	}
	line = line[:len(line)-len(" HTTP/1.1")]
	target := bytes.LastIndexByte(line, ' ')
	for _, method := range methods {
		if target >= 0 && bytes.HasSuffix(line[:target], []byte(method)) {
			return target - len(method)
		}
	}
	return -1
}

// body reads the body of a request. The error says what is missing of it.
func (s *stream) body(request *http.Request) ([]byte, error) {
	length := request.ContentLength
	r := io.LimitReader(s.r, length)
	chunked := len(request.TransferEncoding) > 0
	if chunked {
		r = httputil.NewChunkedReader(s.r)
	}
	body, err := io.ReadAll(io.LimitReader(r, mostBody))
	lost := s.lose(err)
	switch {
	case errors.Is(err, errStopped):
		return nil, err
	case len(body) == mostBody && (chunked || length > mostBody):
		s.skip(r)
		return nil, fmt.Errorf("a body of more than %d MiB is not searched", mostBody>>20)
	case lost > 0 && !chunked:
		s.skip(io.LimitReader(s.r, length-int64(len(body)+lost)))
		fallthrough
	case !chunked && int64(len(body)) < length:
		return body, fmt.Errorf("the body is truncated: %d of its %d bytes were captured", len(body), length)
	case !chunked:
		return body, nil
	case err != nil:
		s.broken = true
		return body, fmt.Errorf("the body is truncated: %d bytes of it were captured", len(body))
	}
	for { // A chunked body ends with lines, the last of them blank.
		line, err := s.r.ReadSlice('\n')
		if s.lose(err); err != nil || len(bytes.TrimRight(line, "\r\n")) == 0 {
			return body, nil
		}
	}
}

// skip reads what is not kept.
func (s *stream) skip(r io.Reader) {
	b := make([]byte, 4<<10)
	for {
		_, err := r.Read(b)
		if s.free(); err != nil {
			s.lose(err)
			return
		}
	}
}

// decoded returns a body without its Content-Encoding. err is what is known to be missing of it.
func decoded(body []byte, encoding string, err error) ([]byte, error) {
	var r io.Reader
	var bad error
	switch strings.ToLower(encoding) {
	case "", "identity":
		return body, err
	case "gzip", "x-gzip":
		r, bad = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		r, bad = zlib.NewReader(bytes.NewReader(body))
	default:
		return nil, fmt.Errorf("the body is encoded with %q, and not searched", encoding)
	}
	var text []byte
	if bad == nil {
		text, bad = io.ReadAll(io.LimitReader(r, mostBody))
	}
	switch {
	case err != nil:
	case bad != nil:
		err = fmt.Errorf("the body is encoded with %q, and corrupt", encoding)
	case len(text) == mostBody:
		err = fmt.Errorf("only the first %d MiB of the body are searched", mostBody>>20)
	}
	return text, err
}

// withBody returns the head of a request with its body as it was meant, and its length if
// that is the whole.
func withBody(head, body []byte, whole bool) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(head) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		switch strings.ToLower(string(name)) {
		case "content-length", "content-encoding", "transfer-encoding":
			continue
		}
		if len(bytes.TrimRight(line, "\r\n")) == 0 && whole {
			fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
		}
		b.Write(line)
	}
	b.Write(body)
	return b.Bytes()
}
