package unwrap

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
)

// dumped returns the bytes of hex dumps, whatever dress they are in: with offsets in
// hexadecimal or octal, or without; bytes or words; with the text beside them. What was
// cut into several dumps, of parts of one stream, is joined. Packets have a row of their
// own.
func dumped(text []byte) []Text {
	var w writer
	for _, p := range dumps(text) {
		if flow, _, _ := segment(p.bytes); flow == nil {
			p.joinTo(&w)
		}
	}
	return w.texts(text)
}

// packets returns what is in the packets of TCP that a text has dumps of, or the text
// of: one text for each direction of a connection.
func packets(text []byte) []Text {
	var all sources
	next := map[string]uint32{} // the number of the next byte of a flow
	for _, p := range dumps(text) {
		flow, number, payload := segment(p.bytes)
		if flow == nil || len(payload) == 0 {
			continue
		}
		to := all.of(flow)
		if expected, ok := next[string(flow)]; ok {
			if number != expected && int32(expected-number) < 0 {
				to.endLine() // What is between them is missing.
			}
			if again := int32(expected - number); again > 0 && int(again) < 1<<20 {
				payload = payload[min(len(payload), int(again)):] // It was sent again.
				number = expected
			}
		}
		next[string(flow)] = number + uint32(len(payload))
		to.beginMessage(payload)
		to.addLines(payload, p.lines[0], p.lines[len(p.lines)-1])
	}
	if len(all.list) == 0 {
		printed(text, &all)
	}
	return all.texts(text)
}

// segment returns the payload of a packet of TCP, and its flow and the number of its
// first byte; nil for what is no such packet.
func segment(p []byte) (flow []byte, number uint32, payload []byte) {
	if len(p) > 14 && p[12] == 8 && p[13] == 0 || len(p) > 14 && p[12] == 0x86 && p[13] == 0xdd {
		p = p[14:] // Ethernet
	}
	if len(p) < 40 {
		return nil, 0, nil
	}
	var head int
	switch p[0] >> 4 {
	case 4:
		head = int(p[0]&15) * 4
		length := int(binary.BigEndian.Uint16(p[2:]))
		if p[9] != 6 || head < 20 || length < head+20 {
			return nil, 0, nil
		}
		flow, p = append(flow, p[12:20]...), p[:min(len(p), length)]
	case 6:
		head = 40
		if p[6] != 6 {
			return nil, 0, nil
		}
		flow, p = append(flow, p[8:40]...), p[:min(len(p), head+int(binary.BigEndian.Uint16(p[4:])))]
	}
	if head == 0 || len(p) < head+20 {
		return nil, 0, nil
	}
	tcp := p[head:]
	data := int(tcp[12]>>4) * 4
	if data < 20 || data > len(tcp) {
		return nil, 0, nil
	}
	number = binary.BigEndian.Uint32(tcp[4:])
	if tcp[13]&2 != 0 { // SYN takes a number
		number++
	}
	return append(flow, tcp[:4]...), number, tcp[data:]
}

// printed gathers what is in packets that were printed as text, each behind a line with
// a time, the addresses and the length of what is in it.
func printed(text []byte, all *sources) {
	var (
		flow   []byte
		length int
		start  int // of the packet's text
		from   int
		last   int // line of the text so far
	)
	take := func(end int) {
		packet := bytes.TrimSuffix(text[start:end], []byte("\n"))
		if flow != nil && 0 < length && length <= len(packet) {
			packet = packet[len(packet)-length:]
			// Where CR LF became LF, that has a part of the packet's head before it.
			for _, start := range []string{"POST ", "PUT ", "GET ", "HTTP/1."} {
				const most = 64
				if i := bytes.Index(packet[:min(len(packet), most)], []byte(start)); i >= 0 {
					packet = packet[i:]
					break
				}
			}
			to := all.of(flow)
			to.beginMessage(packet)
			to.addLines(packet, from, last)
		}
		flow, length = nil, 0
	}
	at := 0
	for i, line := range numbered(text) {
		end := at + len(line)
		if bytes.Contains(line[:min(len(line), 40)], []byte(" IP")) && stamp(line) > 0 {
			take(at)
			flow, length = direction(line)
			start, from = end, i
		} else if start == at && flow == nil && bytes.HasPrefix(line, []byte("    ")) { // the second line of a verbose head
			flow, length = direction(line)
			start, from = end, i
		}
		at, last = end, i
	}
	take(at)
}

// direction returns the addresses in the head of a packet, and the length at its end.
func direction(line []byte) (flow []byte, length int) {
	from, to, ok := bytes.Cut(line, []byte(" > "))
	if !ok {
		return nil, 0
	}
	to, rest, ok := bytes.Cut(to, []byte(": "))
	if !ok {
		return nil, 0
	}
	if i := bytes.LastIndex(rest, []byte("length ")); i >= 0 {
		digits := rest[i+len("length "):]
		length, _ = strconv.Atoi(string(digits[:leading(digits, isDigit)]))
	}
	return append(append(bytes.Clone(from[bytes.LastIndexByte(from, ' ')+1:]), '>'), to...), length
}

// packet is what one dump holds.
type packet struct {
	bytes  []byte
	lines  []int // for each row of the dump the line that it is from
	rows   []int // where the rows begin in bytes
	indent int
}

// beginMessage ends the last line before a message, and before a body that follows no head.
func (w *writer) beginMessage(text []byte) {
	for _, start := range []string{"POST ", "GET ", "PUT ", "HTTP/1", "status=", "task_token="} {
		if bytes.HasPrefix(text, []byte(start)) && !bytes.HasSuffix(w.bytes, []byte("\r\n\r\n")) {
			w.endLine()
		}
	}
}

// joinTo appends the packet to what was dumped before it.
func (p *packet) joinTo(w *writer) {
	w.beginMessage(p.bytes)
	for i, start := range p.rows {
		end := len(p.bytes)
		if i+1 < len(p.rows) {
			end = p.rows[i+1]
		}
		w.add(p.bytes[start:end], p.lines[i])
	}
}

// row is a line of a dump.
type row struct {
	line   int
	digits []byte // its offset
	colon  bool   // a mark stands behind the offset
	rest   []byte // what is behind the offset
	same   bool   // the line stands for more rows like the one before
}

// dumps returns the dumps in a text. The offsets say how many bytes each of its rows has,
// so that the text beside them is not taken for bytes.
func dumps(text []byte) (list []packet) {
	var rows []row
	flush := func() {
		list = append(list, rowsBytes(rows)...)
		rows = rows[:0]
	}
	for i, line := range numbered(text) {
		line = trimEnd(line)
		r, ok := rowOf(line)
		r.line = i
		ok = ok && (len(r.rest) > 0 || len(rows) > 0) // The last offset, which is the length, stands alone.
		if string(line) == "*" && len(rows) > 0 {
			r = row{line: i, digits: rows[0].digits, same: true}
		} else if !ok {
			flush()
			plain, indent := plainBytes(line)
			if n := len(list); n > 0 && len(plain) > 0 && list[n-1].indent == indent && list[n-1].lines[len(list[n-1].lines)-1] == i-1 {
				list[n-1].add(plain, i) // It goes on.
			} else if len(plain) > 2 {
				p := packet{indent: indent}
				p.add(plain, i)
				list = append(list, p)
			}
			continue
		}
		if len(rows) > 0 && len(rows[0].digits) != len(r.digits) {
			flush()
		}
		rows = append(rows, r)
	}
	flush()
	return list
}

// add appends a row.
func (p *packet) add(row []byte, line int) {
	p.rows, p.lines = append(p.rows, len(p.bytes)), append(p.lines, line)
	p.bytes = append(p.bytes, row...)
}

// rowOf reads a line of a dump that begins with an offset.
func rowOf(line []byte) (r row, ok bool) {
	line = bytes.TrimLeft(line, " \t|")
	line = bytes.TrimPrefix(line, []byte("0x"))
	n := leading(line, isHex)
	if n < 4 || n > 16 {
		return r, false
	}
	if r.digits, r.rest = line[:n], line[n:]; len(r.rest) == 0 {
		return r, true
	}
	if r.colon = r.rest[0] == ':' || r.rest[0] == '|'; r.colon {
		r.rest = r.rest[1:]
	} else if n == 7 && len(r.rest) >= 4 && bytes.HasPrefix(r.rest, []byte("  ")) && (r.rest[2] == ' ' || r.rest[2] == '\\') {
		return r, true // characters
	}
	blanks := leading(r.rest, isBlank)
	r.rest = r.rest[blanks:]
	digits := leading(r.rest, isHex)
	return r, blanks > 0 && digits >= 2 && (digits <= 8 || digits == 16)
}

// rowsBytes returns the bytes of the rows of dumps that follow each other.
func rowsBytes(rows []row) (list []packet) {
	offsets := make([]uint64, len(rows))
	for i, base := 0, baseOf(rows); i < len(rows); i++ {
		offsets[i], _ = strconv.ParseUint(string(rows[i].digits), base, 64)
	}
	var p packet
	const widest = 64
	width, expected := 0, uint64(0)
	for i, r := range rows {
		next := uint64(0)
		if i+1 < len(rows) {
			next = offsets[i+1]
		}
		if r.same {
			const most = 256
			if gap := next - expected; width > 0 && len(p.bytes) >= width && next > expected && gap <= most {
				for range gap {
					p.bytes = append(p.bytes, p.bytes[len(p.bytes)-width])
				}
				expected = next
			}
			continue
		}
		if offsets[i] != expected && len(p.bytes) > 0 {
			list, p = append(list, p), packet{}
		}
		n, last := widest, true
		if at := offsets[i]; next > at && next-at <= widest && !rows[i+1].same {
			n, last = int(next-at), false
			width = max(width, n)
		} else if width > 0 {
			n = width
		}
		if len(r.rest) > 0 {
			plain := cells(r, n, last)
			p.add(plain, r.line)
			expected = offsets[i] + uint64(len(plain))
			width = max(width, len(plain))
		}
	}
	if len(p.bytes) > 0 {
		list = append(list, p)
	}
	return list
}

// baseOf returns the base of the offsets of rows: 8 where they grow by more than the rows
// have in bytes.
func baseOf(rows []row) int {
	for i := range len(rows) - 1 {
		a, _ := strconv.ParseUint(string(rows[i].digits), 16, 64)
		b, _ := strconv.ParseUint(string(rows[i+1].digits), 16, 64)
		if n := len(cells(rows[i], 1<<10, false)); b > a && n > 0 {
			if len(rows[i].digits) == 7 && !rows[i].colon && int(b-a) >= 2*n-1 {
				return 8
			}
			break
		}
	}
	return 16
}

// cells returns up to n bytes of a row. In the last row of a dump there may be less:
// blanks stand for those that are missing.
func cells(r row, n int, last bool) (plain []byte) {
	if bytes.HasPrefix(r.rest, []byte("  ")) {
		plain = characters(r.rest)
		return plain[:min(len(plain), n)]
	}
	octal, little := false, false
	if !r.colon && len(r.digits) == 7 {
		first := leading(r.rest, isHex)
		octal, little = first == 6 || first == 3, first == 4
	}
	for rest := r.rest; len(plain) < n; {
		digits := leading(rest, isHex)
		if digits < 2 || digits > 8 && digits != 16 || digits < len(rest) && !isBlank(rest[digits]) {
			break
		}
		var cell []byte
		if octal {
			v, err := strconv.ParseUint(string(rest[:digits]), 8, 16)
			if err != nil {
				break
			}
			cell = []byte{byte(v), byte(v >> 8)}[:min(2, digits/3)]
		} else if cell = unhex(rest[:digits]); little {
			slices.Reverse(cell)
		}
		plain = append(plain, cell[:min(len(cell), n-len(plain))]...)
		rest = rest[digits:]
		blanks := leading(rest, isBlank)
		if blanks == 0 || last && blanks > 2 || last && blanks == 2 && len(plain)%8 != 0 {
			break
		}
		rest = rest[blanks:]
	}
	return plain
}

// characters returns the bytes of a row that has a character, an escape or three octal
// digits in each cell of four columns.
func characters(rest []byte) (plain []byte) {
	for len(rest) >= 4 {
		cell := rest[:4]
		rest = rest[4:]
		switch b, ok := number(cell, 1, 4, 8); {
		case ok && cell[1] != ' ':
			plain = append(plain, byte(b))
		case cell[2] == '\\':
			plain, _ = unescape(plain, cell[2:])
		default:
			plain = append(plain, cell[3])
		}
	}
	return plain
}

// plainBytes returns the bytes of a line of a dump without offsets: pairs of digits with
// a blank between them, or digits alone; and its indentation.
func plainBytes(line []byte) (plain []byte, indent int) {
	indent = 1 + leading(line, isBlank) // 0 is that of a dump with offsets
	line = line[indent-1:]
	if digits := leading(line, isHex); digits == len(line) && digits%2 == 0 {
		return unhex(line), indent
	}
	for len(line) >= 2 && isHex(line[0]) && isHex(line[1]) && (len(line) == 2 || line[2] == ' ') {
		plain = append(plain, unhex(line[:2])...)
		if line = line[min(3, len(line)):]; len(line) > 0 && line[0] == ' ' {
			break
		}
	}
	return plain, indent
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// unhex returns the bytes that pairs of digits stand for.
func unhex(digits []byte) []byte {
	plain, _ := hex.AppendDecode(nil, digits[:len(digits)&^1]) // It has nothing but digits.
	return plain
}

// traced undoes a dump that has offsets before text. Those say whether a line ended where
// its text does.
func traced(text []byte) []Text {
	if !bytes.Contains(text, []byte("\n0000: ")) {
		return nil
	}
	var w writer
	expected := -1
	for i, line := range numbered(text) {
		n := leading(line, isHex)
		if n != 4 || !bytes.HasPrefix(line[n:], []byte(": ")) {
			w.endLine()
			w.add(line, i)
			expected = -1
			continue
		}
		at, _ := strconv.ParseUint(string(line[:n]), 16, 32)
		if int(at) != expected {
			w.endLine()
		}
		content := trimEnd(line[n+2:])
		if len(content) == 0 {
			content = line[n+2:]
		}
		w.add(content, i)
		expected = int(at) + len(content)
	}
	return w.texts(text)
}
