package packets

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"
	"unicode/utf8"
)

// Bounds of what a stream keeps that came before its turn.
const (
	mostAhead = 1 << 20 // bytes
	mostTries = 1000    // segments
	patience  = 64      // packets of the capture, when the other side has what is missing
)

// stream is one direction of a connection. What reads requests from it runs beside it, and
// stops wherever it needs more than has arrived.
type stream struct {
	flow
	all    *connections
	packet int // the one that it began with

	begun    bool    // whether a number is known
	first    uint32  // the number of its first byte
	next     uint32  // the number of the byte to come
	received uint32  // the number up to which the other side has it
	last     *uint32 // the number after its last byte; nil if that is not known
	ahead    []piece // that came before their turn, by their numbers
	ended    bool
	held     int // bytes that are kept, in ahead, ready, and by the reader of requests

	ready []piece                   // in order, for the reader of requests
	marks []mark                    // of what it has taken
	taken int64                     // bytes that it has
	r     *bufio.Reader             // of itself, for the reader of requests; nil until there is something to read
	wait  func(Message, error) bool // gives a message, or asks for more with none
	over  bool                      // It is not asked again.

	broken bool // What comes before the next request is the rest of a body.

	pull func() (Message, error, bool)
	stop func()
}

// piece is some bytes of a stream.
type piece struct {
	number  uint32 // of the first
	packet  int
	time    time.Time
	data    []byte
	missing int // bytes after them
}

// mark says in which packet some bytes came.
type mark struct {
	at     int64 // the first of them, by the bytes that the reader has
	number uint32
	packet int
	time   time.Time
}

// lostError is the error of a place where bytes are missing.
type lostError struct {
	bytes  int
	packet int // the one after them
}

func (e *lostError) Error() string {
	return fmt.Sprintf("%d bytes are missing before packet %d", e.bytes, e.packet)
}

// errStopped is the error of a stream that nobody reads any more.
var errStopped = errors.New("stopped")

// newStream returns the stream that a segment, in the packet of this number, is the first of.
func newStream(all *connections, seg segment, number int) *stream {
	return &stream{flow: seg.flow, all: all, packet: number, stop: func() {}}
}

// add takes a segment.
func (s *stream) add(seg segment, p packet) {
	if s.ended {
		return // It is sent again.
	}
	if seg.flags&syn != 0 {
		seg.number++
	}
	if seg.datagram {
		if len(seg.data) > 0 && utf8.Valid(seg.data) {
			s.ready = append(s.ready, piece{packet: p.number, time: p.time, data: append(slices.Clone(seg.data), '\n')})
			s.hold(len(seg.data) + 1)
		}
		return
	}
	if !s.begun {
		s.begin(seg.number)
	}
	if seg.flags&fin != 0 {
		end := seg.number + uint32(len(seg.data)+seg.missing)
		s.last = &end
	}
	if len(seg.data)+seg.missing > 0 {
		s.keep(piece{seg.number, p.number, p.time, seg.data, seg.missing})
	}
	for len(s.ahead) > 0 && (distance(s.next, s.ahead[0].number) <= 0 || s.hopeless(p.number)) {
		one := s.ahead[0]
		s.ahead = s.ahead[1:]
		s.inOrder(one)
	}
	if seg.flags&rst != 0 || s.last != nil && distance(s.next, *s.last) <= 0 {
		s.end()
	}
}

// begin says which number the first byte has.
func (s *stream) begin(number uint32) {
	s.begun, s.first, s.next, s.received = true, number, number, number
}

// distance returns how far the second number is behind the first one.
func distance(from, to uint32) int { return int(int32(to - from)) }

// keep takes a piece, which may be early or late.
func (s *stream) keep(one piece) {
	if distance(s.next, one.number)+len(one.data)+one.missing <= 0 {
		return // It is sent again.
	}
	one.data = slices.Clone(one.data)
	s.hold(len(one.data))
	at, _ := slices.BinarySearchFunc(s.ahead, one, func(a, b piece) int { return distance(b.number, a.number) })
	s.ahead = slices.Insert(s.ahead, at, one)
}

// hopeless reports whether what is missing before the first piece ahead will not come.
func (s *stream) hopeless(packet int) bool {
	one := s.ahead[0]
	bytes := 0
	for _, a := range s.ahead {
		bytes += len(a.data)
	}
	return len(s.ahead) > mostTries || bytes > mostAhead || distance(one.number, s.received) >= 0 && packet-one.packet > patience
}

// inOrder takes the piece whose turn it is, or that comes after what is missing.
func (s *stream) inOrder(one piece) {
	gap := distance(s.next, one.number)
	if gap > 0 {
		s.ready = append(s.ready, piece{packet: one.packet, missing: gap})
	}
	again := max(0, -gap) // bytes of it that came before
	end := len(one.data) + one.missing
	kept := one.data[min(again, len(one.data)):]
	s.hold(len(kept) - len(one.data))
	if again >= end {
		return
	}
	s.next = one.number + uint32(end)
	if len(kept) > 0 {
		s.ready = append(s.ready, piece{number: one.number + uint32(again), packet: one.packet, time: one.time, data: kept})
	}
	if missing := end - again - len(kept); missing > 0 {
		s.ready = append(s.ready, piece{packet: one.packet + 1, missing: missing})
	}
}

// hold counts bytes that are kept.
func (s *stream) hold(n int) {
	s.held += n
	s.all.held += n
}

// end ends the stream. What came before its turn is in turn now.
func (s *stream) end() {
	if s.ended {
		return
	}
	for _, one := range s.ahead {
		s.inOrder(one)
	}
	missing := distance(s.next, s.received) - 1 // The end of a stream has a number, too.
	if s.last != nil {
		missing = distance(s.next, *s.last)
	}
	if s.begun && missing > 0 {
		s.ready = append(s.ready, piece{packet: s.packet + 1, missing: missing})
	}
	s.ahead, s.ended = nil, true
}

// run lets the reader of requests read what has arrived.
func (s *stream) run() {
	if s.r == nil && len(s.ready) > 0 {
		s.r = bufio.NewReader(s)
		s.pull, s.stop = iter.Pull2(s.messages)
	}
	if s.r == nil {
		return
	}
	for !s.over && !s.all.stopped {
		m, err, ok := s.pull()
		switch {
		case !ok:
			s.over = true
		case m.Packet == 0:
			return // It needs more.
		default:
			s.all.give(m, err)
		}
	}
	s.hold(-s.held)
	s.ready = nil
}

// Read gives the reader of requests the next bytes, or waits for them.
func (s *stream) Read(p []byte) (int, error) {
	for len(s.ready) == 0 {
		if s.ended {
			return 0, io.EOF
		}
		if s.over || !s.wait(Message{}, nil) {
			s.over = true
			return 0, errStopped
		}
	}
	one := &s.ready[0]
	if one.missing > 0 {
		s.ready = s.ready[1:]
		return 0, &lostError{one.missing, one.packet}
	}
	n := copy(p, one.data)
	s.marks = append(s.marks, mark{s.taken, one.number, one.packet, one.time})
	s.taken += int64(n)
	one.number += uint32(n)
	if one.data = one.data[n:]; len(one.data) == 0 {
		s.ready = s.ready[1:]
	}
	return n, nil
}

// at returns how many bytes the reader of requests has used.
func (s *stream) at() int64 { return s.taken - int64(s.r.Buffered()) }

// mark returns in which packet a byte came that was read.
func (s *stream) mark(at int64) (m mark) {
	for i := len(s.marks) - 1; i >= 0; i-- {
		if m = s.marks[i]; m.at <= at {
			break
		}
	}
	m.number += uint32(at - m.at)
	return m
}

// free counts what is kept, when the reader of requests keeps nothing of what it has used.
func (s *stream) free() {
	used := 0
	for used+1 < len(s.marks) && s.marks[used+1].at <= s.at() {
		used++
	}
	s.marks = slices.Delete(s.marks, 0, used)
	waiting := s.r.Buffered()
	for _, one := range slices.Concat(s.ready, s.ahead) {
		waiting += len(one.data)
	}
	s.hold(waiting - s.held)
}
