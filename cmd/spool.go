package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// input is one of the inputs of a command. It can be read a second time: a regular file is
// read again, up to where the first reading ended; a pipe is kept in a spool.
type input struct {
	name  string
	again func() (io.ReadCloser, error) // reads it a second time; nil before the first
	title string
	size  int64
	kept  spool
}

// open opens an input. first says that it will be opened once more.
func (in *input) open(a *app, first bool) (r io.ReadCloser, title string, size int64, err error) {
	if in.again != nil {
		r, err := in.again()
		return r, in.title, in.size, err
	}
	r, title, size, err = a.open(in.name)
	if err != nil || !first {
		return r, title, size, err
	}
	in.title, in.size = title, size
	file, regular := r.(*os.File)
	if in.name == "-" {
		file, regular = a.In.(*os.File)
	}
	from := int64(0)
	if regular = regular && size > 0; regular {
		from, err = file.Seek(0, io.SeekCurrent)
		regular = err == nil
	}
	if !regular {
		in.again = in.kept.open
		return &keeping{r, &in.kept}, title, size, nil
	}
	read := &measured{ReadCloser: r}
	in.again = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(file, from, read.length)), nil }
	if in.name != "-" {
		info, err := file.Stat()
		if err != nil {
			return r, title, size, err
		}
		in.again = func() (io.ReadCloser, error) { return reopen(in.name, info, read.length) }
	}
	return read, title, size, nil
}

// errChanged is the error of a file that was rotated or truncated between two readings.
var errChanged = errors.New("the file changed while it was read: try again")

// reopen opens the beginning of a file that was read before.
func reopen(name string, before fs.FileInfo, length int64) (io.ReadCloser, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	now, err := file.Stat()
	if err == nil && (!os.SameFile(before, now) || now.Size() < length) {
		err = errChanged
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(file, length), file}, nil
}

// measured counts the bytes that are read.
type measured struct {
	io.ReadCloser
	length int64
}

func (m *measured) Read(b []byte) (int, error) {
	n, err := m.ReadCloser.Read(b)
	m.length += int64(n)
	return n, err
}

// keeping keeps what is read.
type keeping struct {
	io.ReadCloser
	kept *spool
}

func (k *keeping) Read(b []byte) (int, error) {
	n, err := k.ReadCloser.Read(b)
	if failed := k.kept.write(b[:n]); failed != nil {
		n, err = 0, failed
	}
	if err != nil {
		k.kept.end = err
	}
	return n, err
}

// spool keeps what was read of a pipe: in memory, or beyond mostInMemory in a temporary
// file.
type spool struct {
	memory []byte
	file   *os.File
	length int64 // of the file
	end    error // with which the pipe ended
}

// mostInMemory is how much of a pipe is kept in memory, in bytes.
const mostInMemory = 64 << 20

func (s *spool) write(b []byte) error {
	if s.file == nil && len(s.memory)+len(b) <= mostInMemory {
		s.memory = append(s.memory, b...)
		return nil
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "qcb-*")
		if err != nil {
			return fmt.Errorf("cannot keep the input in a temporary file: %s", reasonOf(err))
		}
		_ = os.Remove(file.Name()) // Where an open file can be removed, nothing is left behind.
		s.file, b = file, append(s.memory, b...)
		s.memory = nil
	}
	n, err := s.file.Write(b)
	s.length += int64(n)
	if err != nil {
		return fmt.Errorf("cannot keep the input in a temporary file: %s", reasonOf(err))
	}
	return nil
}

// open reads what was kept, and then gives the error with which the pipe ended.
func (s *spool) open() (io.ReadCloser, error) {
	var from io.Reader = bytes.NewReader(s.memory)
	if s.file != nil {
		from = io.NewSectionReader(s.file, 0, s.length)
	}
	return io.NopCloser(&endingWith{from, s.end}), nil
}

func (s *spool) close() {
	if s.file != nil {
		s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}

// endingWith ends with another error than io.EOF, unless that is nil.
type endingWith struct {
	io.Reader
	end error
}

func (e *endingWith) Read(b []byte) (int, error) {
	n, err := e.Reader.Read(b)
	if err == io.EOF && e.end != nil {
		err = e.end
	}
	return n, err
}
