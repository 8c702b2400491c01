package packets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// captured returns the packets of a capture in testdata/packets.
func captured(t testing.TB, name string) (list []packet) {
	t.Helper()
	packed, err := os.Open("../../../../testdata/packets/" + name + ".pcap.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	text, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	f := &file{r: bufio.NewReader(text)}
	for err = f.open(); err == nil; {
		var p packet
		if p, err = f.next(); err == nil {
			p.data = slices.Clone(p.data)
			list = append(list, p)
		}
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	return list
}

// written returns a file of pcap with some packets.
func written(packets []packet) []byte {
	b := []byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00")
	b = binary.LittleEndian.AppendUint32(b, packets[0].link)
	for _, p := range packets {
		for _, n := range []int{int(p.time.Unix()), p.time.Nanosecond() / 1000, len(p.data), len(p.data)} {
			b = binary.LittleEndian.AppendUint32(b, uint32(n))
		}
		b = append(b, p.data...)
	}
	return b
}

// sections returns a file of pcapng with some packets, in an order of bytes, with their times
// in nanoseconds.
func sections(packets []packet, order binary.AppendByteOrder) (b []byte) {
	block := func(kind uint32, body []byte) {
		for len(body)%4 > 0 {
			body = append(body, 0)
		}
		length := uint32(len(body) + 12)
		b = append(order.AppendUint32(order.AppendUint32(b, kind), length), body...)
		b = order.AppendUint32(b, length)
	}
	head := order.AppendUint32(nil, 0x1a2b3c4d)
	head = append(order.AppendUint16(order.AppendUint16(head, 1), 0), "\xff\xff\xff\xff\xff\xff\xff\xff"...)
	block(sectionBlock, head)
	kind := order.AppendUint32(order.AppendUint32(nil, 0), 0)
	order.(binary.ByteOrder).PutUint16(kind, uint16(packets[0].link))
	kind = append(order.AppendUint16(order.AppendUint16(kind, 9), 1), 9, 0, 0, 0) // nanoseconds
	block(interfaceBlock, kind)
	block(0xbad, []byte("of someone else"))
	for _, p := range packets {
		var body []byte
		at := uint64(p.time.UnixNano())
		for _, n := range []uint32{0, uint32(at >> 32), uint32(at), uint32(len(p.data)), uint32(len(p.data))} {
			body = order.AppendUint32(body, n)
		}
		block(packetBlock, append(body, p.data...))
	}
	return b
}

// read returns the messages in a capture, and the errors.
func read(capture []byte) (list []Message, errs []string) {
	for m, err := range Messages(bytes.NewReader(capture)) {
		if m.Packet > 0 {
			list = append(list, m)
		}
		if err != nil {
			errs = append(errs, err.Error())
		}
	}
	return list, errs
}

// posted returns what was posted in the captures in testdata/packets.
func posted(t testing.TB) (list []string) {
	t.Helper()
	saved, err := os.ReadFile("../../../../testdata/bodies/saved.form")
	if err != nil {
		t.Fatal(err)
	}
	for n := range 40 {
		list = append(list, strings.ReplaceAll(string(saved), "bbb_30s", fmt.Sprintf("clip_%d", n)))
	}
	return list
}

// checkWhole checks that all of what was posted is given, in order, and nothing else.
func checkWhole(t *testing.T, capture []byte) {
	t.Helper()
	got, errs := read(capture)
	want := posted(t)
	if len(got) != len(want) || len(errs) > 0 {
		t.Fatalf("%d messages, want %d; errors %q", len(got), len(want), errs)
	}
	for i, m := range got {
		head, body, _ := strings.Cut(string(m.Text), "\r\n\r\n")
		if body != want[i] || !strings.HasPrefix(head, "POST /callback?n=") || !strings.HasSuffix(head, fmt.Sprintf("Content-Length: %d", len(body))) {
			t.Fatalf("message %d is\n%s", i, m.Text)
		}
		if i > 0 && (m.Packet <= got[i-1].Packet && m.Time.Before(got[i-1].Time) || m.Time.Year() != 2026) {
			t.Errorf("message %d is of packet %d at %v, after one of packet %d at %v", i, m.Packet, m.Time, got[i-1].Packet, got[i-1].Time)
		}
	}
}

var captures = []string{"requests", "requests_any", "curl_ipv6", "pipelined"}

// TestCaptures reads what tcpdump wrote of real requests.
func TestCaptures(t *testing.T) {
	for _, name := range captures {
		t.Run(name, func(t *testing.T) { checkWhole(t, written(captured(t, name))) })
	}
}

// TestSections reads the same packets from pcapng.
func TestSections(t *testing.T) {
	packets := captured(t, "requests")
	checkWhole(t, sections(packets, binary.LittleEndian))
	checkWhole(t, sections(packets, binary.BigEndian))
	got, _ := read(sections(packets, binary.BigEndian))
	if !got[0].Time.Equal(packets[got[0].Packet-1].time) {
		t.Errorf("time %v, want %v", got[0].Time, packets[got[0].Packet-1].time)
	}
}

// TestOrders reads pcap in the other order of bytes, with times in nanoseconds.
func TestOrders(t *testing.T) {
	packets := captured(t, "curl_ipv6")[:20]
	b := []byte("\xa1\xb2\x3c\x4d\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00")
	b = binary.BigEndian.AppendUint32(b, packets[0].link)
	for _, p := range packets {
		for _, n := range []int{int(p.time.Unix()), p.time.Nanosecond(), len(p.data), len(p.data)} {
			b = binary.BigEndian.AppendUint32(b, uint32(n))
		}
		b = append(b, p.data...)
	}
	got, errs := read(b)
	if len(got) == 0 || len(errs) > 0 || !got[0].Time.Equal(packets[got[0].Packet-1].time) {
		t.Errorf("%d messages, errors %q", len(got), errs)
	}
}

// TestLinks reads packets with the heads of other kinds of networks.
func TestLinks(t *testing.T) {
	const ethernet = 14
	for _, link := range []struct {
		name   string
		number uint32
		head   string
	}{
		{"VLAN", linkEthernet, "123456654321\x81\x00\x00\x05\x08\x00"},
		{"VLAN in VLAN", linkEthernet, "123456654321\x88\xa8\x00\x05\x81\x00\x00\x05\x08\x00"},
		{"loopback of BSD", linkNull, "\x02\x00\x00\x00"},
		{"loopback of OpenBSD", linkLoop, "\x00\x00\x00\x02"},
		{"any", linkSLL, "\x00\x00\x03\x04\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00"},
		{"none", linkRaw, ""},
		{"none, on OpenBSD", 14, ""},
		{"IPv4", linkIPv4, ""},
	} {
		t.Run(link.name, func(t *testing.T) {
			packets := captured(t, "requests")
			for i := range packets {
				packets[i].data = append([]byte(link.head), packets[i].data[ethernet:]...)
				packets[i].link = link.number
			}
			checkWhole(t, written(packets))
		})
	}
	packets := captured(t, "requests")
	packets[0].link = 147
	got, errs := read(written(packets))
	if want := fmt.Sprintf("%d packets have a link type that is not known (147 of pcap)", len(packets)); len(got) > 0 || !slices.Equal(errs, []string{want}) {
		t.Errorf("%d messages, errors %q", len(got), errs)
	}
}

// seeds returns how many ways of chance are tried: a tenth under the race detector.
func seeds(n uint64) uint64 {
	if testing.Short() {
		return n / 10
	}
	return n
}

// TestTwice doubles some packets and swaps some with the next one: TCP was made for that.
func TestTwice(t *testing.T) {
	for _, name := range captures {
		for seed := range seeds(20) {
			random := rand.New(rand.NewPCG(seed, 0))
			packets := captured(t, name)
			for i := 0; i < len(packets)-1; i++ {
				switch n := random.IntN(20); {
				case n == 0:
					packets = slices.Insert(packets, i, packets[i])
					i++
				case n == 1 && !begins(packets[i]) && !begins(packets[i+1]):
					packets[i], packets[i+1] = packets[i+1], packets[i]
				}
			}
			checkWhole(t, written(packets))
		}
	}
}

// begins reports whether a packet begins a connection: it is not swapped, for the others wait for it.
func begins(p packet) bool {
	s, ok := segmentOf(p.link, p.data)
	return !ok || s.flags&syn != 0
}

// TestLost drops some packets: what is given is what was posted, or it is said that something is
// missing of it; and what is not given, of which bytes were captured, is said, too.
func TestLost(t *testing.T) {
	for _, name := range captures {
		for seed := range seeds(50) {
			random := rand.New(rand.NewPCG(seed, 1))
			packets := captured(t, name)
			packets = slices.DeleteFunc(packets, func(packet) bool { return random.IntN(20) == 0 })
			want := posted(t)
			whole, errs := 0, 0
			for m, err := range Messages(bytes.NewReader(written(packets))) {
				if err != nil {
					errs++
				}
				_, body, framed := strings.Cut(string(m.Text), "\r\n\r\n")
				switch framed = framed && strings.HasPrefix(string(m.Text), "POST "); {
				case slices.Contains(want, body), slices.Contains(want, string(m.Text)): // The head may be missing.
					whole++
				case framed && err == nil:
					t.Errorf("%s, seed %d: packet %d: the body is not what was posted:\n%s", name, seed, m.Packet, m.Text)
				}
			}
			if whole < 20 || whole < len(want) && errs == 0 {
				t.Errorf("%s, seed %d: %d of %d bodies are whole, and %d errors", name, seed, whole, len(want), errs)
			}
		}
	}
}

// TestShort cuts off what is behind the first bytes of each packet, as tcpdump -s does.
func TestShort(t *testing.T) {
	packets := captured(t, "curl_ipv6")
	for i := range packets {
		packets[i].data = packets[i].data[:min(len(packets[i].data), 500)]
	}
	got, errs := read(written(packets))
	if len(got) != 40 || len(errs) != 41 || !strings.Contains(errs[0], "the body is truncated: ") || !strings.HasSuffix(errs[40], "requests may be truncated or missing") {
		t.Errorf("%d messages, errors %q", len(got), errs)
	}
}

// TestLate begins in the middle of a connection.
func TestLate(t *testing.T) {
	packets := captured(t, "requests")
	first := slices.IndexFunc(packets, func(p packet) bool { return bytes.Contains(p.data, []byte("POST ")) })
	got, errs := read(written(packets[first+1:])) // The body comes in a packet of its own.
	want := posted(t)
	if len(got) != 40 || len(errs) > 0 || string(got[0].Text) != want[0] || !strings.HasSuffix(string(got[1].Text), "\r\n\r\n"+want[1]) {
		t.Errorf("%d messages, errors %q, the first\n%s", len(got), errs, got[0].Text)
	}
}

// TestTruncated cuts the file off at every byte of a part of it.
func TestTruncated(t *testing.T) {
	packets := captured(t, "curl_ipv6")[:12]
	for _, capture := range [][]byte{written(packets), sections(packets, binary.LittleEndian)} {
		for n := range len(capture) {
			_, errs := read(capture[:n])
			ends := n >= 24 && func() bool { // between two packets
				f := &file{r: bufio.NewReader(bytes.NewReader(capture[:n]))}
				err := f.open()
				for err == nil {
					_, err = f.next()
				}
				return err == io.EOF
			}()
			if said := len(errs) > 0 && strings.Contains(errs[len(errs)-1], "the packet capture is truncated: it ends in the middle of packet"); said == ends {
				t.Fatalf("%d bytes: %q", n, errs)
			}
		}
	}
}

// made returns the packets of one direction of a connection over IPv4, with these payloads.
func made(port, number int, payloads ...string) (list []packet) {
	for i, payload := range payloads {
		p := make([]byte, 40, 40+len(payload))
		p[0], p[9], p[15], p[32] = 0x45, tcp, byte(port), 5<<4
		binary.BigEndian.PutUint16(p[2:], uint16(40+len(payload)))
		binary.BigEndian.PutUint16(p[20:], uint16(port))
		binary.BigEndian.PutUint32(p[24:], uint32(number))
		number += len(payload)
		list = append(list, packet{i + 1, time.Unix(int64(i), 0), linkRaw, append(p, payload...)})
	}
	return list
}

const request = "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello"

// TestTranslated captures a request on both sides of a translation of addresses: it is one.
// Two requests that are the same are two.
func TestTranslated(t *testing.T) {
	packets := slices.Concat(made(1, 1000, request), made(2, 1000, request), made(3, 2000, request))
	if got, errs := read(written(packets)); len(got) != 2 || len(errs) > 0 {
		t.Errorf("%d messages, errors %q", len(got), errs)
	}
}

// TestWrapped reads a stream whose numbers begin again from 0.
func TestWrapped(t *testing.T) {
	packets := made(1, 1<<32-10, request[:9], request[9:20], request[20:])
	packets[1], packets[2] = packets[2], packets[1]
	if got, errs := read(written(packets)); len(got) != 1 || len(errs) > 0 || string(got[0].Text) != request {
		t.Errorf("%d messages, errors %q", len(got), errs)
	}
}

// TestOthers reads what is not a request.
func TestOthers(t *testing.T) {
	datagram := made(1, 0, "")[0]
	datagram.data = append(datagram.data[:28], "event=a"...)
	datagram.data[9] = udp
	binary.BigEndian.PutUint16(datagram.data[2:], 35)
	tests := []struct {
		name    string
		packets []packet
		want    []string // texts
		errs    string
	}{
		{"another protocol", made(1, 1, "LPUSH a ", "b\r\n"), []string{"LPUSH a b\r\n"}, ""},
		{"a response", made(1, 1, "HTTP/1.1 200 OK\r\n\r\n"+request), nil, ""},
		{"a request without a body", made(1, 1, "GET /a HTTP/1.1\r\n\r\n", request), []string{request}, ""},
		{"a body before a head", made(1, 1, "event=a", "&b=c"+request), []string{"event=a&b=c", request}, ""},
		{"TLS", made(1, 1, "\x16\x03\x01\x00\x05hello", request), nil, "1 connections are encrypted (TLS), and cannot be read: capture behind the server that decrypts them"},
		{"a datagram", []packet{datagram}, []string{"event=a\n"}, ""},
		{"a request in a body", made(1, 1, "POST /a HTTP/1.1\r\nContent-Length: 58\r\n\r\nevent=a\r\n"+request[:49]+request), []string{"POST /a HTTP/1.1\r\nContent-Length: 58\r\n\r\nevent=a\r\n" + request[:49], request}, ""},
		{"one that is missing the end", made(1, 1, request[:len(request)-2]), []string{strings.Replace(request[:len(request)-2], "Content-Length: 5\r\n", "", 1)}, "the body is truncated: 3 of its 5 bytes were captured"},
		{"a chunk that is not one", made(1, 1, "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx"), []string{"POST /a HTTP/1.1\r\n\r\nhello"}, "the body is truncated: 5 bytes of it were captured"},
		{"an encoding that is not known", made(1, 1, "POST /a HTTP/1.1\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx"), []string{"POST /a HTTP/1.1\r\n\r\n"}, `the body is encoded with "br", and not searched`},
		{"an encoding that is not so", made(1, 1, "POST /a HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"), []string{"POST /a HTTP/1.1\r\n\r\n"}, `the body is encoded with "gzip", and corrupt`},
	}
	for _, test := range tests {
		got, errs := read(written(test.packets))
		var texts []string
		for _, m := range got {
			texts = append(texts, string(m.Text))
		}
		if !slices.Equal(texts, test.want) || strings.Join(errs, "; ") != test.errs {
			t.Errorf("%s: %q and the errors %q", test.name, texts, errs)
		}
	}
}

// TestGivenUp reads on behind what is missing as soon as the other side has it, and not only when
// the connection ends.
func TestGivenUp(t *testing.T) {
	packets := made(1, 1, request, request, request)
	packets = slices.Delete(packets, 1, 2)
	answer := made(2, 1, "x")[0]
	answer.data[15], answer.data[19], answer.data[33] = 0, 1, ack
	binary.BigEndian.PutUint16(answer.data[20:], 0)
	binary.BigEndian.PutUint16(answer.data[22:], 1)
	binary.BigEndian.PutUint32(answer.data[28:], uint32(1+3*len(request)))
	for i := range patience + 1 {
		other := made(5, 1+i, "x")[0]
		packets = append(packets, other)
	}
	packets = append(packets, answer)
	again := made(1, 1+3*len(request), request)
	packets = append(packets, again...)
	packets = append(packets, made(7, 1, "POST /last HTTP/1.1\r\nContent-Length: 1\r\n\r\nx")...)
	got, errs := read(written(packets))
	if len(got) < 4 || !bytes.Contains(got[3].Text, []byte("/last")) || len(errs) != 1 {
		t.Errorf("%d messages, errors %q", len(got), errs)
	}
}

// TestStopped reads no further than is wanted.
func TestStopped(t *testing.T) {
	n := 0
	for range Messages(bytes.NewReader(written(captured(t, "pipelined")))) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d messages", n)
	}
}

// TestMemory reads more connections that never end, and longer bodies, than are kept.
func TestMemory(t *testing.T) {
	var packets []packet
	for port := range 3 * mostStreams {
		p := made(port, 1, "POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nx")
		binary.BigEndian.PutUint16(p[0].data[22:], uint16(port>>8))
		packets = append(packets, p...)
	}
	_, errs := read(written(packets))
	if len(errs) == 0 || !strings.Contains(errs[len(errs)-1], "connections were not followed to their end") {
		t.Errorf("%d errors, the last %q", len(errs), errs[max(0, len(errs)-1):])
	}
	payloads := []string{fmt.Sprintf("POST /a HTTP/1.1\r\nContent-Length: %d\r\n\r\n", mostBody+60000)}
	for range mostBody/60000 + 2 {
		payloads = append(payloads, strings.Repeat("x", 60000))
	}
	_, errs = read(written(made(1, 1, payloads...)))
	if !slices.Contains(errs, "a body of more than 16 MiB is not searched") {
		t.Errorf("errors %q", errs)
	}
}

// FuzzMessages reads damaged captures: it must end, and give no more than there is.
func FuzzMessages(f *testing.F) {
	packets := captured(f, "requests")[:40]
	f.Add(written(packets))
	f.Add(sections(packets, binary.LittleEndian))
	f.Add(sections(captured(f, "curl_ipv6")[:20], binary.BigEndian))
	f.Add(written(made(1, 1, request, request)))
	f.Fuzz(func(t *testing.T, capture []byte) {
		length := 0
		for m, err := range Messages(bytes.NewReader(capture)) {
			if m.Packet == 0 && err == nil || errors.Is(err, errStopped) {
				t.Fatalf("a message of nothing, and %v", err)
			}
			if !bytes.Contains(bytes.ToLower(m.Text), []byte("encoding")) {
				length += len(m.Text)
			}
		}
		if length > 2*len(capture)+1000 {
			t.Errorf("%d bytes from %d", length, len(capture))
		}
	})
}
