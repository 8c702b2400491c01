package open

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
)

// zipFile is a file in a zip archive.
type zipFile struct {
	from  source
	name  string
	flags uint16
	kind  uint16 // of compression

	crc          uint32
	packed, size int64 // in bytes, -1 if the record after the data says it

	begin int64 // where in the archive the data begins
	r     io.Reader
	sum   hash.Hash32 // of what was read
	n     int64       // bytes that were read
}

var errZip = errors.New("not valid zip")

// Bits of zipFile.flags.
const (
	encrypted = 1 << 0
	described = 1 << 3 // by a record after the data
)

// head reads the head of the file.
func (f *zipFile) head() error {
	var b [30]byte
	if _, err := io.ReadFull(f.from, b[:]); err != nil {
		return early(err)
	}
	if string(b[:4]) != "PK\x03\x04" {
		return errZip
	}
	le := binary.LittleEndian
	f.flags, f.kind, f.crc = le.Uint16(b[6:]), le.Uint16(b[8:]), le.Uint32(b[14:])
	f.packed, f.size = int64(le.Uint32(b[18:])), int64(le.Uint32(b[22:]))
	name := make([]byte, le.Uint16(b[26:]))
	extra := make([]byte, le.Uint16(b[28:]))
	for _, part := range [][]byte{name, extra} {
		if _, err := io.ReadFull(f.from, part); err != nil {
			return early(err)
		}
	}
	f.name = string(name)
	const large = 1<<32 - 1 // The lengths are among the extra fields.
	for f.size == large && len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			break
		}
		if id == 1 && n >= 16 {
			f.size, f.packed = int64(le.Uint64(extra)), int64(le.Uint64(extra[8:]))
		}
		extra = extra[n:]
	}
	if f.flags&described != 0 && f.packed == 0 {
		f.packed, f.size = -1, -1
	} else if f.packed < 0 || f.size < 0 {
		return errZip
	}
	return nil
}

// start prepares to read the data.
func (f *zipFile) start() error {
	f.sum = crc32.NewIEEE()
	switch {
	case f.flags&encrypted != 0:
		return errors.New("it is encrypted: unpack it first")
	case f.kind == 8:
		f.r = flate.NewReader(f.from)
	case f.kind == 0 && f.packed < 0:
		f.r = storedZip{f}
	case f.kind == 0:
		f.r = io.LimitReader(f.from, f.packed)
	default:
		return fmt.Errorf("its compression method is not known (%d): unpack it first", f.kind)
	}
	return nil
}

func (f *zipFile) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	f.sum.Write(p[:n])
	if f.n += int64(n); err == io.EOF && f.n < f.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// finish checks what was read against what the archive says of it.
func (f *zipFile) finish() error {
	sum := f.crc
	if f.flags&described != 0 {
		var length int
		length, sum = f.record(f.from.at()-f.begin, f.n)
		if length == 0 {
			return errZip
		}
		if _, err := f.from.Discard(length); err != nil {
			return err
		}
	} else if f.n != f.size {
		return errZip
	}
	if f.sum.Sum32() != sum {
		return errSum
	}
	return nil
}

// skip passes over what was not read of the file. It reports whether the archive says how much
// that is.
func (f *zipFile) skip() (bool, error) {
	rest := f.begin + f.packed - f.from.at()
	if f.packed < 0 || rest < 0 {
		return false, nil
	}
	if _, err := io.CopyN(io.Discard, f.from, rest); err != nil {
		return true, early(err)
	}
	if f.flags&described != 0 {
		length, _ := f.record(f.packed, f.size)
		_, err := f.from.Discard(length)
		return true, err
	}
	return true, nil
}

// record returns the length of the record that comes next and the checksum in it, if it
// describes a file of these lengths, which it has in 4 or 8 bytes. Else the length is 0.
func (f *zipFile) record(packed, size int64) (length int, sum uint32) {
	le := binary.LittleEndian
	short := le.AppendUint32(le.AppendUint32(nil, uint32(packed)), uint32(size))
	long := le.AppendUint64(le.AppendUint64(nil, uint64(packed)), uint64(size))
	next, _ := f.from.Peek(len(recordMagic) + 4 + len(long))
	at := 4 // behind the sum
	if bytes.HasPrefix(next, []byte(recordMagic)) {
		at += len(recordMagic)
	}
	for _, lengths := range [][]byte{long, short} {
		if len(next) >= at && bytes.HasPrefix(next[at:], lengths) {
			return at + len(lengths), le.Uint32(next[at-4:])
		}
	}
	return 0, 0
}

const recordMagic = "PK\x07\x08"

// storedZip reads a file that is stored as it is, up to the record that describes it.
type storedZip struct{ f *zipFile }

func (s storedZip) Read(p []byte) (int, error) {
	const window = 4 << 10
	next, err := s.f.from.Peek(window)
	at := bytes.Index(next, []byte(recordMagic))
	switch {
	case at == 0:
		if length, _ := s.f.record(s.f.from.at()-s.f.begin, s.f.n); length > 0 {
			return 0, io.EOF
		}
		at = 1
	case len(next) == 0:
		return 0, early(err)
	case at < 0 && err != nil:
		at = len(next)
	case at < 0:
		at = len(next) - len(recordMagic) + 1
	}
	return s.f.from.Read(p[:min(at, len(p))])
}
