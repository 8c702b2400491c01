package capture

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxLine is the length in bytes of the longest line that is read.
const maxLine = 512 << 20

// bufferSize is how much of an input is read at a time, in bytes.
const bufferSize = 128 << 10

// lines reads an input line by line.
type lines struct {
	number int   // of the line last read, from 1
	err    error // what ended the input

	in      *bufio.Reader
	size    int64
	longest int    // that a line may be
	long    []byte // a line that is longer than the buffer of in
}

func newLines(r io.Reader, size int64) *lines {
	return &lines{in: bufio.NewReaderSize(r, bufferSize), size: size, longest: maxLine}
}

// next returns the next line with its ending; it is empty after the last one.
// The line is valid until the next call.
func (l *lines) next() []byte {
	if l.err != nil {
		return nil
	}
	if l.number == 0 {
		l.skipBOM()
	}
	line, err := l.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		line, err = l.readLong(line)
	}
	if l.err = err; len(line) > 0 {
		l.number++
	}
	return line
}

// skipBOM passes over a byte order mark. That of UTF-16 tells of what Windows
// PowerShell writes into a file: it is read as UTF-8 from there on.
func (l *lines) skipBOM() {
	start, _ := l.in.Peek(2)
	if bytes.Equal(start, []byte{0xff, 0xfe}) || bytes.Equal(start, []byte{0xfe, 0xff}) {
		plain := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		l.in = bufio.NewReaderSize(transform.NewReader(l.in, plain), bufferSize)
		return
	}
	if start, _ = l.in.Peek(len(utf8BOM)); string(start) == utf8BOM {
		_, _ = l.in.Discard(len(utf8BOM)) // They were just seen.
	}
}

const utf8BOM = "\xef\xbb\xbf"

// readLong returns a line that begins with start and fills the buffer.
func (l *lines) readLong(start []byte) (line []byte, err error) {
	l.long = append(l.long[:0], start...)
	for err = bufio.ErrBufferFull; err == bufio.ErrBufferFull; {
		line, err = l.in.ReadSlice('\n')
		if len(l.long)+len(line) > l.longest {
			return nil, fmt.Errorf("line %d is longer than %d MiB", l.number+1, l.longest>>20)
		}
		l.lengthen(line)
	}
	return l.long, err
}

// lengthen appends a part to the long line. It doubles the line's room where
// that is too small; a line that is a good part of the whole input gets room for
// all of it, since each time that it moves it takes its length in memory anew.
func (l *lines) lengthen(part []byte) {
	if need := len(l.long) + len(part); need > cap(l.long) {
		room := 2 * need
		if size := int(min(l.size, maxLine)); room > size/4 && size >= need {
			room = size
		}
		l.long = append(make([]byte, 0, room), l.long...)
	}
	l.long = append(l.long, part...)
}
