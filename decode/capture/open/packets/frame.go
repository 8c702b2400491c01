package packets

import (
	"encoding/binary"
	"net/netip"
)

// segment is what one packet carries of a connection of TCP, or a datagram of UDP.
type segment struct {
	flow
	datagram bool
	number   uint32 // of the first byte
	received uint32 // the number up to which the other direction has arrived, if flags has ack
	flags    byte
	data     []byte
	missing  int // bytes after the data that were sent, and not captured
}

// flow is one direction of a connection.
type flow struct{ from, to netip.AddrPort }

// Flags of a segment.
const (
	fin = 1 << iota
	syn
	rst
	_
	ack
)

// Kinds of first heads, as pcap numbers them.
const (
	linkNull     = 0
	linkEthernet = 1
	linkRaw      = 101
	linkLoop     = 108
	linkSLL      = 113
	linkIPv4     = 228
	linkIPv6     = 229
	linkSLL2     = 276
)

// knownLink reports whether packets that begin with this kind of head can be read.
func knownLink(link uint32) bool {
	switch link {
	case linkNull, linkEthernet, 12, 14, linkRaw, linkLoop, linkSLL, linkIPv4, linkIPv6, linkSLL2: // 12 and 14 are linkRaw on the systems that wrote them.
		return true
	}
	return false
}

// segmentOf returns what a packet carries. It reports false if that is nothing of TCP or
// UDP, or too short to tell.
func segmentOf(link uint32, b []byte) (segment, bool) {
	const vlan, qinq, oldQinQ = 0x8100, 0x88a8, 0x9100
	kind, head := -1, 0
	switch link {
	case linkNull, linkLoop:
		head = 4
	case linkEthernet:
		kind, head = 12, 14
	case linkSLL:
		kind, head = 14, 16
	case linkSLL2:
		kind, head = 0, 20
	}
	if len(b) < head {
		return segment{}, false
	}
	if kind >= 0 {
		kind = int(binary.BigEndian.Uint16(b[kind:]))
	}
	b = b[head:]
	for (kind == vlan || kind == qinq || kind == oldQinQ) && len(b) >= 4 {
		kind, b = int(binary.BigEndian.Uint16(b[2:])), b[4:]
	}
	const ipv4, ipv6 = 0x0800, 0x86dd
	if len(b) == 0 || kind >= 0 && kind != ipv4 && kind != ipv6 {
		return segment{}, false
	}
	switch b[0] >> 4 {
	case 4:
		return inIPv4(b)
	case 6:
		return inIPv6(b)
	}
	return segment{}, false
}

// Numbers of protocols in IP.
const (
	hopByHop    = 0
	tcp         = 6
	udp         = 17
	routing     = 43
	fragment    = 44
	destination = 60
)

func inIPv4(b []byte) (segment, bool) {
	if len(b) < 20 || int(b[0]&15)*4 < 20 || int(b[0]&15)*4 > len(b) {
		return segment{}, false
	}
	head, length := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if binary.BigEndian.Uint16(b[6:])&0x1fff != 0 {
		return segment{}, false // It is a later fragment: TCP's numbers tell what is missing.
	}
	from, _ := netip.AddrFromSlice(b[12:16])
	to, _ := netip.AddrFromSlice(b[16:20])
	if length == 0 { // The network card was to cut it to packets.
		length = len(b)
	}
	return inIP(b[9], from, to, b[head:], length-head)
}

func inIPv6(b []byte) (segment, bool) {
	if len(b) < 40 {
		return segment{}, false
	}
	from, _ := netip.AddrFromSlice(b[8:24])
	to, _ := netip.AddrFromSlice(b[24:40])
	protocol, length := b[6], int(binary.BigEndian.Uint16(b[4:]))
	if b = b[40:]; length == 0 {
		length = len(b)
	}
	for {
		head := 0
		switch protocol {
		case hopByHop, routing, destination:
			if len(b) >= 2 {
				head = int(b[1])*8 + 8
			}
		case fragment:
			if head = 8; len(b) >= head && binary.BigEndian.Uint16(b[2:])&^7 != 0 {
				return segment{}, false // a later one
			}
		default:
			return inIP(protocol, from, to, b, length)
		}
		if head == 0 || len(b) < head {
			return segment{}, false
		}
		protocol, b, length = b[0], b[head:], length-head
	}
}

// inIP returns what a packet of IP carries in b. Its length was that many bytes.
func inIP(protocol byte, from, to netip.Addr, b []byte, length int) (segment, bool) {
	head := map[byte]int{tcp: 20, udp: 8}[protocol]
	if head == 0 || len(b) < head {
		return segment{}, false
	}
	s := segment{datagram: protocol == udp}
	s.from = netip.AddrPortFrom(from, binary.BigEndian.Uint16(b))
	s.to = netip.AddrPortFrom(to, binary.BigEndian.Uint16(b[2:]))
	if protocol == tcp {
		s.number, s.received, s.flags = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:]), b[13]
		head = int(b[12]>>4) * 4
	}
	if head < 8 || length < head {
		return segment{}, false
	}
	s.data = b[min(head, len(b)):min(length, len(b))] // Ethernet fills up short packets.
	s.missing = length - head - len(s.data)
	return s, true
}
