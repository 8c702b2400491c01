package listen

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// Store is a file to which requests are appended, a line each. What Append has
// returned for is on the disk, whatever happens to the process.
type Store struct {
	name    string
	file    *os.File
	pending chan entry
	done    chan struct{}
}

// entry is a line to be written.
type entry struct {
	line   []byte
	result chan error
}

// mostAtOnce is how many lines are flushed to the disk together.
const mostAtOnce = 256

// OpenStore opens a file for appending, and creates it if needed. If its last line has no
// newline, because the process died while it wrote the line, OpenStore adds one, so that the
// next line can be read. Nobody was told that the unfinished line was stored.
func OpenStore(name string) (*Store, error) {
	s := &Store{name: name, pending: make(chan entry, mostAtOnce), done: make(chan struct{})}
	if err := s.open(); err != nil {
		return nil, err
	}
	go s.write()
	return s, nil
}

func (s *Store) open() (err error) {
	if s.file, err = os.OpenFile(s.name, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600); err != nil {
		return err
	}
	err = errInUse
	if lock(s.file) {
		if err = s.endLine(); err == nil {
			s.keepName()
		}
	}
	if err != nil {
		s.file.Close()
	}
	if errors.Is(err, syscall.ESPIPE) {
		return errors.New("it is a pipe, but must be a file")
	}
	return err
}

// errInUse is the error of a file that another Store has.
var errInUse = errors.New("another qcb listen is writing to it")

// keepName flushes the folder of the file to the disk, where systems do so: a new file
// has its name after a loss of power, too.
func (s *Store) keepName() {
	if folder, err := os.Open(filepath.Dir(s.name)); err == nil {
		_ = folder.Sync() // Not every system can.
		folder.Close()
	}
}

// reopen opens the file again if its name is gone or means another file: logs are rotated by
// renaming or removing them.
func (s *Store) reopen() error {
	have, err := s.file.Stat()
	if err == nil {
		if named, err := os.Stat(s.name); err == nil && os.SameFile(have, named) {
			return nil
		}
		s.file.Close()
	}
	return s.open() // After an error, the next line tries again.
}

// endLine ends the last line of the file.
func (s *Store) endLine() error {
	end, err := s.file.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := s.file.ReadAt(last, end-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = s.file.Write([]byte("\n"))
	return err
}

// Append writes a line, which must not hold a newline, and waits until it is on the disk. If
// only the flush failed, it returns an error, but the whole line may be in the file: when the
// sender sends it again, the file has it twice.
func (s *Store) Append(line []byte) error {
	e := entry{line, make(chan error, 1)}
	s.pending <- e
	return <-e.result
}

// Close waits for what is being written. Append must not be called any more.
func (s *Store) Close() error {
	close(s.pending)
	<-s.done
	return s.file.Close()
}

// write writes lines as they come. Those that wait while others are flushed to the
// disk, which takes its time, are flushed together.
func (s *Store) write() {
	defer close(s.done)
	for first := range s.pending {
		batch := []entry{first}
		for len(batch) < mostAtOnce && len(s.pending) > 0 {
			batch = append(batch, <-s.pending)
		}
		errs := make([]error, len(batch))
		moved := s.reopen()
		for i, e := range batch {
			if errs[i] = moved; moved == nil {
				errs[i] = s.writeLine(e.line)
			}
		}
		flushed := s.file.Sync()
		for i, e := range batch {
			if errs[i] == nil {
				errs[i] = flushed
			}
			e.result <- errs[i]
		}
	}
}

// writeLine writes a line, or nothing of it.
func (s *Store) writeLine(line []byte) error {
	if err := s.endLine(); err != nil {
		return err
	}
	end, err := s.file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := s.file.Write(append(line[:len(line):len(line)], '\n')); err != nil {
		// If this fails too, the next line begins with an end of this one.
		_ = s.file.Truncate(end)
		return err
	}
	return nil
}
