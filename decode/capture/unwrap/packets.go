package unwrap

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

// packets returns what is in the packets of TCP that a text has dumps of, or the text
// of: one text for each direction of a connection.
func packets(text []byte) []Text {
	var all sources
	next := map[string]uint32{} // the number of the next byte of a flow
	for _, d := range dumps(text) {
		flow, number, payload := segment(d.bytes)
		if len(payload) == 0 {
			continue
		}
		to := all.of(flow)
		end := number + uint32(len(payload))
		if expected, ok := next[string(flow)]; ok && number != expected {
			if again := int32(expected - number); again > 0 {
				payload = payload[min(len(payload), int(again)):]
			} else {
				to.endLine() // What is between them is missing.
			}
		}
		next[string(flow)] = end
		to.beginMessage(payload)
		to.addLines(payload, d.lines[0], d.lines[len(d.lines)-1])
	}
	if len(all.list) == 0 {
		printed(text, &all)
	}
	return all.texts(text)
}

// segment returns the payload of a packet of TCP, and its flow and the number of its
// first byte; nil for what is not a packet of TCP.
func segment(p []byte) (flow []byte, number uint32, payload []byte) {
	for _, link := range []struct{ length, kind int }{{14, 12}, {16, 14}, {20, 0}} { // Ethernet, and both heads of Linux for any interface
		if i := link.kind; len(p) > link.length && (p[i] == 8 && p[i+1] == 0 || p[i] == 0x86 && p[i+1] == 0xdd) {
			p = p[link.length:]
			break
		}
	}
	if len(p) < 40 {
		return nil, 0, nil
	}
	head, length, protocol, addresses := int(p[0]&15)*4, int(binary.BigEndian.Uint16(p[2:])), p[9], p[12:20]
	if p[0]>>4 == 6 {
		head, length, protocol, addresses = 40, 40+int(binary.BigEndian.Uint16(p[4:])), p[6], p[8:40]
	}
	if p = p[:min(len(p), length)]; protocol != 6 || len(p) < head+20 {
		return nil, 0, nil
	}
	tcp := p[head:]
	data := int(tcp[12]>>4) * 4
	if data > len(tcp) {
		return nil, 0, nil
	}
	number = binary.BigEndian.Uint32(tcp[4:])
	return append(bytes.Clone(addresses), tcp[:4]...), number, tcp[data:]
}

// printed gathers what is in packets that were printed as text, each behind a line or two
// with a time, the addresses and the length of what is in it.
func printed(text []byte, all *sources) {
	var flow []byte
	length, start, first := 0, 0, 0 // of the packet, and where its text begins
	at, last := 0, 0
	take := func() {
		packet := bytes.TrimSuffix(text[start:at], []byte("\n"))
		if length > len(packet) {
			return
		}
		packet = packet[len(packet)-length:]
		// Where CR LF became LF, that has a part of the packet's head before it.
		const most = 64
		packet = packet[max(0, bytes.Index(packet[:min(len(packet), most)], []byte("POST "))):]
		to := all.of(flow)
		to.beginMessage(packet)
		to.addLines(packet, first, last)
	}
	for i, line := range numbered(text) {
		begins := bytes.Contains(line[:min(len(line), 40)], []byte(" IP")) && stamp(line) > 0
		if begins {
			take()
		}
		if at += len(line); begins || start == at-len(line) && flow == nil && isBlank(line[0]) {
			flow, length = direction(line)
			start, first = at, i
		}
		last = i
	}
	take()
}

// direction returns the addresses in the head of a packet, and the length at its end.
func direction(line []byte) (flow []byte, length int) {
	from, to, _ := bytes.Cut(line, []byte(" > "))
	to, rest, ok := bytes.Cut(to, []byte(": "))
	if !ok {
		return nil, 0
	}
	digits := rest[bytes.LastIndexByte(trimEnd(rest), ' ')+1:]
	length, _ = strconv.Atoi(string(digits[:leading(digits, isDigit)]))
	return append(append(bytes.Clone(from[bytes.LastIndexByte(from, ' ')+1:]), '>'), to...), length
}
