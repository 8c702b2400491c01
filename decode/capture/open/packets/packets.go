// Package packets puts together the HTTP requests in a packet capture, as tcpdump and
// Wireshark write them: pcap and pcapng, with the heads of Ethernet, of Linux's "any", of
// loopback interfaces or none, over IPv4 and IPv6.
//
//  1. file.go reads packets, and frame.go what they carry of TCP and UDP.
//  2. stream.go puts each direction of a connection together: out of order, sent again,
//     and with what is missing from the capture known.
//  3. request.go reads the requests in it, one after the other, as net/http does.
//
// A connection that the capture begins or ends in the middle of, and one of another protocol,
// gives its bytes as they were sent. Responses, and what is encrypted, give nothing.
package packets

import (
	"bufio"
	"cmp"
	"container/list"
	"fmt"
	"hash/fnv"
	"io"
	"iter"
	"maps"
	"slices"
	"time"
)

// Message is a request, or what else a connection carried.
type Message struct {
	Packet int       // the number of the packet that it begins in, as Wireshark counts
	Time   time.Time // of that packet; zero if it has none
	Text   []byte    // a head, a blank line and a body that is not encoded; or bytes as they were sent
}

// Messages returns what was sent in a packet capture, in the order in which it was
// complete. An error with a message says what is missing from that message; one without a
// message is about the capture. More messages may follow.
func Messages(r io.Reader) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		f := &file{r: bufio.NewReaderSize(r, 64<<10)}
		c := &connections{yield: yield, streams: map[flow]*list.Element{}, unknown: map[uint32]int{}}
		defer c.stop()
		err := f.open()
		for err == nil && !c.stopped {
			var p packet
			if p, err = f.next(); err == nil {
				c.add(p)
			}
		}
		c.end()
		for _, problem := range c.problems() {
			c.give(Message{}, problem)
		}
		if err != io.EOF {
			c.give(Message{}, f.explain(err))
		}
	}
}

// Bounds of what is kept of all connections.
const (
	mostStreams = 2048
	mostHeld    = 64 << 20 // bytes
)

// connections are those of a capture.
type connections struct {
	yield   func(Message, error) bool
	stopped bool // no other message is wanted

	streams map[flow]*list.Element // of type *stream
	recent  list.List              // the same, the one that had a packet last at the back
	held    int                    // bytes that are kept of them
	seen    [64]sighting           // of the last requests
	given   int                    // requests that seen has, or had

	lost      int            // bytes that are missing
	lostAt    int            // the packet before which the first of them are missing
	early     int            // connections that were ended to save memory
	encrypted int            // connections
	unknown   map[uint32]int // packets, by their kind of first head
}

// sighting is what tells a request that was captured on two interfaces: its number in TCP, and
// a hash of it.
type sighting struct {
	number uint32
	hash   uint64
}

// give gives a message.
func (c *connections) give(m Message, err error) {
	c.stopped = c.stopped || !c.yield(m, err)
}

// again reports whether a request was captured before: on its way through a bridge, or
// before its address was translated.
func (c *connections) again(number uint32, text []byte) bool {
	h := fnv.New64a()
	_, _ = h.Write(text)
	s := sighting{number, h.Sum64()}
	if slices.Contains(c.seen[:], s) {
		return true
	}
	c.seen[c.given%len(c.seen)] = s
	c.given++
	return false
}

// add takes a packet.
func (c *connections) add(p packet) {
	if !knownLink(p.link) {
		c.unknown[p.link]++
		return
	}
	seg, ok := segmentOf(p.link, p.data)
	if !ok {
		return
	}
	c.answer(seg, p)
	if len(seg.data) == 0 && seg.missing == 0 && seg.flags&(syn|fin|rst) == 0 {
		return
	}
	s := c.stream(seg, p)
	if s == nil {
		return
	}
	s.add(seg, p)
	s.run()
	for c.held > mostHeld || len(c.streams) > mostStreams {
		c.forget(c.recent.Front())
	}
}

// answer takes what a segment says of the other direction: which byte is its first one, and
// which of them have arrived.
func (c *connections) answer(seg segment, p packet) {
	if seg.flags&ack == 0 {
		return
	}
	other := flow{seg.to, seg.from}
	if c.streams[other] == nil && seg.flags&syn != 0 {
		s := newStream(c, segment{flow: other}, p.number)
		s.begin(seg.received)
		c.streams[other] = c.recent.PushBack(s)
	}
	if e := c.streams[other]; e != nil {
		e.Value.(*stream).received = seg.received
	}
}

// stream returns the stream that a segment is of. It is nil if there is none, and need not
// be one.
func (c *connections) stream(seg segment, p packet) *stream {
	e := c.streams[seg.flow]
	if e != nil {
		s := e.Value.(*stream)
		if seg.flags&syn == 0 || s.begun && s.first == seg.number+1 {
			c.recent.MoveToBack(e)
			return s
		}
		c.forget(e) // Its ports are used again.
	} else if len(seg.data) == 0 && seg.flags&syn == 0 {
		return nil
	}
	s := newStream(c, seg, p.number)
	c.streams[seg.flow] = c.recent.PushBack(s)
	return s
}

// forget ends a stream that nothing is expected of.
func (c *connections) forget(e *list.Element) {
	s := e.Value.(*stream)
	if c.recent.Remove(e); !s.ended && s.held > 0 {
		c.early++
	}
	delete(c.streams, s.flow)
	s.end()
	s.run()
	s.stop()
}

// end ends all streams, in the order in which they began.
func (c *connections) end() {
	var all []*stream
	for e := c.recent.Front(); e != nil; e = e.Next() {
		all = append(all, e.Value.(*stream))
	}
	slices.SortFunc(all, func(a, b *stream) int { return cmp.Compare(a.packet, b.packet) })
	for _, s := range all {
		s.end()
		s.run()
	}
}

// stop ends what runs for the streams.
func (c *connections) stop() {
	for e := c.recent.Front(); e != nil; e = e.Next() {
		e.Value.(*stream).stop()
	}
}

// problems says what could not be read.
func (c *connections) problems() (errs []error) {
	if c.lost > 0 {
		errs = append(errs, fmt.Errorf("at least %d bytes that were sent are missing from the capture, the first before packet %d: requests may be truncated or missing", c.lost, c.lostAt))
	}
	if c.early > 0 {
		errs = append(errs, fmt.Errorf("%d connections were not followed to their end, because too many were open: requests may be truncated or missing", c.early))
	}
	if c.encrypted > 0 && c.given == 0 {
		errs = append(errs, fmt.Errorf("%d connections are encrypted (TLS), and cannot be read: capture behind the server that decrypts them", c.encrypted))
	}
	for _, link := range slices.Sorted(maps.Keys(c.unknown)) {
		errs = append(errs, fmt.Errorf("%d packets have a link type that is not known (%d of pcap)", c.unknown[link], link))
	}
	return errs
}
