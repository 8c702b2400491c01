package open

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"slices"

	"github.com/ulikunitz/xz/lzma"
)

// xzReader unpacks xz: streams of blocks of LZMA2. The library's own reader of them takes as
// much memory as the head of a block says, up to 4 GiB, and 33 kB at every start.
type xzReader struct {
	in     *bufio.Reader
	check  byte       // the kind of sum at the end of each block of the stream
	blocks uint64     // of the stream, so far
	packed *countedXZ // the data of the block
	data   io.Reader  // the same, unpacked; nil between blocks
	sum    hash.Hash  // of what was unpacked of the block; nil if the stream has no sums
}

// countedXZ counts what is read of a block: its length says how it is padded.
type countedXZ struct {
	in *bufio.Reader
	n  int64
}

func (c *countedXZ) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *countedXZ) ReadByte() (byte, error) {
	c.n++
	return c.in.ReadByte()
}

// errChunk is the error of a chunk of LZMA2 that cannot be unpacked to its end: the library may keep
// all of its text, which is up to 2 MiB.
var errChunk = errors.New("incomplete chunk")

var errXZ = errors.New("not valid xz")

func newXZ(r *bufio.Reader) (io.Reader, error) {
	x := &xzReader{in: r}
	return x, x.stream()
}

func (x *xzReader) Read(p []byte) (n int, err error) {
	for n == 0 && err == nil && len(p) > 0 {
		if x.data == nil {
			err = x.next()
			continue
		}
		n, err = x.data.Read(p)
		if x.sum != nil {
			x.sum.Write(p[:n])
		}
		if err == io.EOF {
			err = x.end()
		} else if err != nil {
			err = fmt.Errorf("%w: %w", errChunk, err)
		}
	}
	return n, err
}

// take reads n bytes.
func (x *xzReader) take(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(x.in, b)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// summed reads n bytes, and the sum of them and of those before them.
func (x *xzReader) summed(n int, before ...byte) ([]byte, error) {
	b, err := x.take(n + 4)
	if err == nil && crc32.ChecksumIEEE(append(before, b[:n]...)) != binary.LittleEndian.Uint32(b[n:]) {
		err = errXZ
	}
	return b[:n], err
}

// stream reads the head of a stream.
func (x *xzReader) stream() error {
	magic, err := x.take(6)
	if err == nil && string(magic) != "\xfd7zXZ\x00" {
		err = errXZ
	}
	if err != nil {
		return err
	}
	flags, err := x.summed(2)
	x.check, x.blocks = flags[1]&15, 0
	return err
}

// next reads up to the data of the next block. After the last one the error is io.EOF.
func (x *xzReader) next() error {
	size, err := x.in.ReadByte()
	switch {
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	case size == 0:
		return x.index()
	}
	head, err := x.summed(int(size)*4-1, size)
	if err != nil {
		return err
	}
	rest := bytes.NewReader(head[1:])
	for _, known := range []byte{0x40, 0x80} { // Two lengths may be in it, packed and unpacked.
		if head[0]&known != 0 {
			_, _ = binary.ReadUvarint(rest) // If it is cut short, so is what follows.
		}
	}
	var filter [3]byte
	_, err = io.ReadFull(rest, filter[:])
	if err != nil || head[0]&0x3f != 0 || filter[0] != 0x21 || filter[1] != 1 { // LZMA2 alone
		return errXZ
	}
	memory, err := lzma.DecodeDictCap(filter[2])
	if err != nil || memory > mostMemory {
		return errXZ
	}
	switch x.check {
	case 0:
		x.sum = nil
	case 1:
		x.sum = crc32.NewIEEE()
	case 4:
		x.sum = crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		x.sum = sha256.New()
	default:
		return errXZ
	}
	x.blocks++
	x.packed = &countedXZ{in: x.in}
	x.data, err = lzma.Reader2Config{DictCap: int(max(memory, lzma.MinDictCap))}.NewReader2(x.packed)
	return err
}

// end reads what comes after the data of a block.
func (x *xzReader) end() error {
	x.data = nil
	_, err := x.take(int(-x.packed.n & 3))
	if err != nil || x.sum == nil {
		return err
	}
	want, err := x.take(x.sum.Size())
	got := x.sum.Sum(nil)
	if x.check != 10 {
		slices.Reverse(got) // It is a number, with its low byte first.
	}
	if err == nil && !bytes.Equal(got, want) {
		err = errSum
	}
	return err
}

// index reads what comes after the last block of a stream, and the head of the next stream.
// After the last one the error is io.EOF.
func (x *xzReader) index() error {
	list := &countedXZ{in: x.in, n: 1}
	blocks, err := binary.ReadUvarint(list)
	if err == nil && blocks != x.blocks {
		return errXZ
	}
	for i := uint64(0); i < 2*blocks && err == nil; i++ { // the lengths of each
		_, err = binary.ReadUvarint(list)
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	const sum, foot = 4, 12
	if err == nil {
		_, err = x.take(int(-list.n&3) + sum + foot)
	}
	for err == nil { // Streams are padded with zeros, four at a time.
		var next []byte
		switch next, err = x.in.Peek(4); {
		case len(next) == 0 && err == io.EOF:
			return io.EOF
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err == nil && binary.LittleEndian.Uint32(next) != 0:
			return x.stream()
		}
		_, _ = x.in.Discard(len(next))
	}
	return err
}
