package packets

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// packet is one captured packet.
type packet struct {
	number int // as Wireshark counts, from 1
	time   time.Time
	link   uint32 // the kind of its first head
	data   []byte // valid until the next packet is read
}

// mostPacket is how long a packet may be, in bytes: four times what tcpdump captures of one.
const mostPacket = 1 << 20

// file reads the packets in a file of pcap or pcapng.
type file struct {
	r      *bufio.Reader
	order  binary.ByteOrder
	number int // of the last packet
	buf    []byte

	// of pcap
	link uint32
	unit time.Duration // of the second part of a time

	// of pcapng
	sections   bool
	interfaces []netInterface
}

// netInterface is what pcapng says of an interface that packets were captured on.
type netInterface struct {
	link   uint32
	units  uint64 // of time, in a second
	offset int64  // of its times, in seconds
}

// errCorrupt is the error of a file whose parts contradict each other.
var errCorrupt = errors.New("corrupt")

// read reads the next bytes of the file. They are valid until it is called again.
func (f *file) read(n int) ([]byte, error) {
	if cap(f.buf) < n {
		f.buf = make([]byte, n)
	}
	_, err := io.ReadFull(f.r, f.buf[:n])
	return f.buf[:n], err
}

// early returns the error of a file that ends before it should.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// open reads the head of the file.
func (f *file) open() error {
	head, err := f.r.Peek(12)
	if err != nil {
		return early(err)
	}
	f.order = binary.ByteOrder(binary.LittleEndian)
	switch string(head[:4]) {
	case "\xd4\xc3\xb2\xa1", "\x4d\x3c\xb2\xa1":
	case "\xa1\xb2\xc3\xd4", "\xa1\xb2\x3c\x4d":
		f.order = binary.BigEndian
	default:
		f.sections = true
		return nil
	}
	f.unit = time.Microsecond
	if bytes.IndexByte(head[:4], 0x3c) >= 0 {
		f.unit = time.Nanosecond
	}
	head, err = f.read(24)
	if err != nil {
		return early(err)
	}
	f.link = f.order.Uint32(head[20:]) & 0xffff // The rest tells of sums after each packet.
	return nil
}

// next returns the next packet. After the last one the error is io.EOF.
func (f *file) next() (packet, error) {
	if f.sections {
		return f.nextInSection()
	}
	head, err := f.read(16)
	if err != nil {
		return packet{}, err
	}
	seconds, part := f.order.Uint32(head), f.order.Uint32(head[4:])
	length := f.order.Uint32(head[8:])
	if length > mostPacket {
		return packet{}, errCorrupt
	}
	data, err := f.read(int(length))
	if err != nil {
		return packet{}, early(err)
	}
	f.number++
	return packet{f.number, time.Unix(int64(seconds), int64(part)*int64(f.unit)), f.link, data}, nil
}

// Types of the blocks of pcapng.
const (
	sectionBlock   = 0x0a0d0d0a
	interfaceBlock = 1
	oldPacketBlock = 2
	simpleBlock    = 3
	packetBlock    = 6
)

// nextInSection returns the next packet of pcapng.
func (f *file) nextInSection() (packet, error) {
	for {
		head, err := f.r.Peek(12)
		switch {
		case err == io.EOF && len(head) == 0:
			return packet{}, io.EOF
		case err != nil:
			return packet{}, early(err)
		case string(head[:4]) == "\x0a\x0d\x0d\x0a": // the same in both orders
			f.order, f.interfaces = binary.ByteOrder(binary.LittleEndian), nil
			if head[8] == 0x1a {
				f.order = binary.BigEndian
			}
		case f.order == nil:
			return packet{}, errCorrupt
		}
		kind, length := f.order.Uint32(head), f.order.Uint32(head[4:])
		if length < 12 || length%4 != 0 {
			return packet{}, errCorrupt
		}
		switch kind {
		case interfaceBlock, oldPacketBlock, simpleBlock, packetBlock:
			if length > mostPacket {
				return packet{}, errCorrupt
			}
			block, err := f.read(int(length))
			if err != nil {
				return packet{}, early(err)
			}
			p, err := f.block(kind, block[8:length-4])
			if err != nil || p.number > 0 {
				return p, err
			}
		default: // It is not about a packet: names, statistics, the head of a section.
			if _, err := io.CopyN(io.Discard, f.r, int64(length)); err != nil {
				return packet{}, early(err)
			}
		}
	}
}

// block reads what a block of pcapng holds. The packet has no number if it is none.
func (f *file) block(kind uint32, b []byte) (packet, error) {
	heads := map[uint32]int{interfaceBlock: 8, oldPacketBlock: 20, simpleBlock: 4, packetBlock: 20}
	if len(b) < heads[kind] {
		return packet{}, errCorrupt
	}
	if kind == interfaceBlock {
		f.interfaces = append(f.interfaces, f.netInterface(b))
		return packet{}, nil
	}
	on, data := uint32(0), b[heads[kind]:]
	length := uint32(len(data))
	switch kind {
	case oldPacketBlock:
		on, length = uint32(f.order.Uint16(b)), f.order.Uint32(b[12:])
	case packetBlock:
		on, length = f.order.Uint32(b), f.order.Uint32(b[12:])
	case simpleBlock:
		length = min(length, f.order.Uint32(b))
	}
	if uint64(on) >= uint64(len(f.interfaces)) || int64(length) > int64(len(data)) {
		return packet{}, errCorrupt
	}
	f.number++
	p := packet{number: f.number, link: f.interfaces[on].link, data: data[:length]}
	if kind != simpleBlock {
		p.time = f.interfaces[on].time(uint64(f.order.Uint32(b[4:]))<<32 | uint64(f.order.Uint32(b[8:])))
	}
	return p, nil
}

// netInterface reads a block about an interface.
func (f *file) netInterface(b []byte) netInterface {
	i := netInterface{link: uint32(f.order.Uint16(b)), units: 1e6}
	const resolution, offset = 9, 14
	for options := b[8:]; len(options) >= 4; {
		kind, length := f.order.Uint16(options), int(f.order.Uint16(options[2:]))
		options = options[4:]
		if kind == 0 || length > len(options) {
			break
		}
		switch {
		case kind == resolution && length == 1 && options[0]&0x80 != 0: // a power of 2
			i.units = 1 << min(options[0]&0x7f, 63)
		case kind == resolution && length == 1:
			i.units = uint64(math.Pow10(min(int(options[0]), 19)))
		case kind == offset && length == 8:
			i.offset = int64(f.order.Uint64(options))
		}
		options = options[min((length+3)&^3, len(options)):]
	}
	return i
}

// time returns the time of a packet on the interface.
func (i netInterface) time(t uint64) time.Time {
	rest := float64(t%i.units) / float64(i.units) * 1e9
	return time.Unix(int64(t/i.units)+i.offset, int64(math.Round(rest)))
}

// explain says in words what ended the reading of the file.
func (f *file) explain(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the packet capture is truncated: it ends in the middle of packet %d", f.number+1)
	case errors.Is(err, errCorrupt):
		return fmt.Errorf("the packet capture is corrupt after packet %d", f.number)
	}
	return err
}
