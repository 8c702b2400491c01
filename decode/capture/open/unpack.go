package open

import (
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

const (
	block      = 128 << 10 // bytes that are unpacked at a time
	mostMemory = 128 << 20 // bytes that a decoder may look back, as the zstd program allows

	mostUnpacked = 1 << 30  // bytes that come out of one compressed file
	bombFrom     = 64 << 20 // from this length on
	bombRatio    = 1000     // no log becomes so many times longer
)

// source is what is unpacked. It knows how much of it was taken, and what ended it.
type source struct {
	*bufio.Reader
	in *counter
}

func newSource(r io.Reader) source {
	in := &counter{r: r}
	return source{bufio.NewReaderSize(in, 64<<10), in}
}

// at returns how many bytes were taken.
func (s source) at() int64 { return s.in.n - int64(s.Buffered()) }

// explain says in words what ended the unpacking of a format.
func (s source) explain(format string, err error) error {
	var large *TooLargeError
	lost := ""
	if errors.Is(err, errChunk) {
		lost = "; up to 2 MiB of text before this point may be missing (xz -dc recovers more)"
	}
	switch {
	case s.in.err != nil && s.in.err != io.EOF:
		return s.in.err
	case errors.As(err, &large):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the %s data is truncated: it ends at byte %d%s", format, s.in.n, lost)
	case isWrongSum(err):
		return fmt.Errorf("the %s data is corrupt before byte %d: its checksum is wrong, so callbacks read from it may be wrong", format, s.at())
	}
	return fmt.Errorf("the %s data is corrupt at byte %d%s", format, s.at(), lost)
}

// errSum is the error of data that does not match its checksum.
var errSum = errors.New("wrong checksum")

// isWrongSum reports whether an error is a checksum error of any format. It comes after the data
// was returned, because damaged data can still unpack, to the wrong text.
func isWrongSum(err error) bool {
	switch err {
	case errSum, gzip.ErrChecksum, zstd.ErrCRCMismatch, bzip2.StructuralError("block checksum mismatch"), bzip2.StructuralError("file checksum mismatch"):
		return true
	}
	return false
}

// counter counts what is read, and keeps the error.
type counter struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counter) Read(p []byte) (n int, err error) {
	n, err = c.r.Read(p)
	c.n += int64(n)
	if err != nil {
		c.err = err
	}
	return n, err
}

// TooLargeError is the error of a compressed file that unpacks to more than is allowed.
type TooLargeError struct {
	Most int64 // bytes that were unpacked
	Bomb bool  // they came from suspiciously few
}

func (e *TooLargeError) Error() string {
	if e.Bomb {
		return fmt.Sprintf("stopped after unpacking %d MiB: more than %d times its packed size", e.Most>>20, bombRatio)
	}
	limit, units := e.Most, []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	for len(units) > 1 && limit%1024 == 0 {
		limit, units = limit/1024, units[1:]
	}
	return fmt.Sprintf("stopped after unpacking %d %s, the limit: the rest was not read", limit, units[0])
}

// unpacked is what comes out of a compressed file, up to a limit, with errors in words.
type unpacked struct {
	r      io.Reader // that unpacks
	format string
	from   source
	begin  int64 // where in the source the file begins
	n      int64 // bytes that came out
	most   int64 // bytes that may; 0 for mostUnpacked, and no bomb
	err    error // that ended it
}

func (u *unpacked) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	n, err := u.r.Read(p)
	u.n += int64(n)
	most := u.most
	if most == 0 {
		most = mostUnpacked
	}
	switch over := int(u.n - most); {
	case u.most == 0 && u.n > bombFrom && u.n/bombRatio > u.from.at()-u.begin:
		err = &TooLargeError{u.n, true}
	case over > 0:
		n, err = n-over, &TooLargeError{most, false}
	case err != nil && err != io.EOF:
		err = u.from.explain(u.format, err)
	}
	u.err = err
	return n, err
}

// unpack gives the parts of a compressed file. It is unpacked on its own goroutine,
// beside the search in what was unpacked before.
func (o *opener) unpack(p Part, layers int, format string, decoder func(*bufio.Reader) (io.Reader, error)) bool {
	from := newSource(p.Text)
	r, err := decoder(from.Reader)
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF // in its head
		}
		return o.fail(p, from.explain(format, err))
	}
	pipe, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		text := &unpacked{r: r, format: format, from: from, most: o.most}
		_, err := io.CopyBuffer(w, text, make([]byte, block))
		w.CloseWithError(err)
	}()
	defer func() {
		pipe.Close()
		<-done
	}()
	p.Text, p.Size = pipe, 0
	return o.open(p, layers)
}

func (o *opener) gzip(p Part, layers int) bool {
	return o.unpack(p, layers, "gzip", func(r *bufio.Reader) (io.Reader, error) { return gzip.NewReader(r) })
}

func (o *opener) bzip2(p Part, layers int) bool {
	return o.unpack(p, layers, "bzip2", func(r *bufio.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil })
}

func (o *opener) zstd(p Part, layers int) bool {
	var d *zstd.Decoder
	defer func() { d.Close() }()
	return o.unpack(p, layers, "zstd", func(r *bufio.Reader) (_ io.Reader, err error) {
		d, err = zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(mostMemory))
		return d, err
	})
}

func (o *opener) xz(p Part, layers int) bool {
	return o.unpack(p, layers, "xz", newXZ)
}
