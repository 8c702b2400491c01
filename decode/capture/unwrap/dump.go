package unwrap

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
)

// dumped returns the bytes of hex dumps: with offsets in hexadecimal or octal, or without;
// bytes or words; with the text beside them. Dumps of parts of one stream are joined.
func dumped(text []byte) []Text {
	var w writer
	var before []byte
	for _, d := range dumps(text) {
		if isChunked(before, d.bytes) {
			continue
		}
		before = d.bytes
		w.beginMessage(d.bytes)
		for i, start := range d.starts {
			end := len(d.bytes)
			if i+1 < len(d.starts) {
				end = d.starts[i+1]
			}
			w.add(d.bytes[start:end], d.lines[i])
		}
	}
	return w.texts(text)
}

// isChunked reports whether a message ends with a body in chunks: some programs show both.
func isChunked(message, body []byte) bool {
	if !bytes.Contains(message, []byte("hunked")) {
		return false
	}
	return slices.ContainsFunc(chunked(message), func(plain Text) bool { return bytes.HasSuffix(bytes.TrimRight(plain.Bytes, "\r\n"), body) })
}

// beginMessage ends the last line before a message, and before a body that follows no head.
func (w *writer) beginMessage(text []byte) {
	for _, start := range []string{"POST ", "HTTP/1", "status=", "task_token="} {
		if bytes.HasPrefix(text, []byte(start)) && !bytes.HasSuffix(w.bytes, []byte("\r\n\r\n")) {
			w.endLine()
		}
	}
}

// dump is what the rows of one dump hold.
type dump struct {
	bytes  []byte
	starts []int // for each row where it begins in bytes
	lines  []int // and the line that it is from
}

// row is a line of a dump.
type row struct {
	line    int
	offset  []byte // its digits, nil for none
	words   bool   // whether the cells may be words of a machine: no mark stands behind the offset
	cells   []byte // what stands behind the offset
	repeats bool   // up to the offset of the next row
}

// dumps returns the dumps in a text: rows of one kind that follow each other.
func dumps(text []byte) (list []dump) {
	var rows []row
	flush := func() {
		list = append(list, decoded(rows)...)
		rows = rows[:0]
	}
	for i, line := range numbered(text) {
		line = trimEnd(line)
		inside := len(rows) > 0 && rows[0].offset != nil
		if inside && string(line) == "*" {
			rows[len(rows)-1].repeats = true
			continue
		}
		r, ok := rowOf(line, inside)
		if r.line = i; !ok {
			flush()
		}
		if ok {
			rows = append(rows, r)
		}
	}
	flush()
	return list
}

// rowOf reads a line of a dump. An offset stands alone only inside of a dump, at its end.
func rowOf(line []byte, inside bool) (r row, ok bool) {
	r.cells = bytes.TrimLeft(line, " \t|")
	rest := bytes.TrimPrefix(r.cells, []byte("0x"))
	n := leading(rest, isHex)
	digits, rest := rest[:n], rest[n:]
	if 4 <= n && n <= 16 {
		cells := bytes.TrimLeft(rest, ":|")
		words := len(cells) == len(rest)
		cells = bytes.TrimLeft(cells, " \t")
		if len(rest) == 0 && inside || isBlank(line[len(line)-len(cells)-1]) && leading(cells, isHex) > 0 {
			return row{offset: digits, words: words && n == 7, cells: cells}, true
		}
	}
	return r, n >= 2 && n%2 == 0 && (len(rest) == 0 || n == 2 && rest[0] == ' ' && !bytes.Contains(rest, []byte(" ... "))) // No row continues behind what was left out.
}

// decoded returns the dumps that rows hold. The offset of the next row says how many bytes a
// row has, so that the text beside them is not taken for bytes.
func decoded(rows []row) (list []dump) {
	const widest, usual, most = 64, 16, 256
	offsets := make([]int, len(rows))
	read := func(base int) {
		for i, r := range rows {
			n, _ := strconv.ParseInt(string(r.offset), base, 62)
			offsets[i] = int(n)
		}
	}
	if read(16); len(rows) > 1 && rows[0].words && offsets[1]-offsets[0] == 2*len(rows[0].bytes(widest)) {
		read(8) // They seem to grow by twice the bytes that are there.
	}
	var d dump
	flush := func() {
		if len(d.bytes) > 2 {
			list = append(list, d)
		}
		d = dump{}
	}
	width, expected := widest, 0
	for i, r := range rows {
		n := width
		if r.offset == nil {
			n = len(r.cells)
		} else if r.repeats {
			n = min(n, usual)
		} else if i+1 < len(rows) && 0 < offsets[i+1]-offsets[i] && offsets[i+1]-offsets[i] <= widest {
			n = offsets[i+1] - offsets[i]
		}
		if at := offsets[i]; r.offset != nil && at < expected {
			flush()
		} else if r.offset != nil && at > expected && len(d.bytes) > 0 {
			d.bytes = append(d.bytes, '\n') // What is between them is missing.
		}
		d.starts, d.lines = append(d.starts, len(d.bytes)), append(d.lines, r.line)
		d.bytes = append(d.bytes, r.bytes(n)...)
		if expected = offsets[i] + n; i == 0 {
			width = n
		}
		for r.repeats && i+1 < len(rows) && expected < min(offsets[i+1], offsets[i]+most) {
			d.bytes, expected = append(d.bytes, r.bytes(n)...), expected+n
		}
	}
	flush()
	return list
}

// bytes returns up to n bytes of a row. The text beside them is apart from them; so are, in a
// row with an offset, eight bytes from the next eight, and by four blanks in one without.
func (r *row) bytes(n int) (plain []byte) {
	first := leading(r.cells, isHex)
	for rest := r.cells; len(plain) < n; {
		word := rest[:leading(rest, isHex)]
		if len(word) == 0 {
			break
		}
		cell := unhex(word)
		if r.words && (first == 3 || first == 6) {
			v, _ := strconv.ParseUint(string(word), 8, 16)
			cell = []byte{byte(v), byte(v >> 8)}[:min(2, len(word)/3)]
		} else if r.words && first == 4 {
			slices.Reverse(cell)
		}
		plain = append(plain, cell[:min(len(cell), n-len(plain))]...)
		rest = rest[len(word):]
		gap := leading(rest, isBlank)
		if gap > 2 && (gap != 4 || r.offset != nil || len(plain) != 8) || gap == 2 && (r.offset == nil || len(plain)%8 != 0) {
			break
		}
		rest = rest[gap:]
	}
	return plain
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
	var w writer
	expected := 0
	for i, line := range numbered(text) {
		digits, content, ok := bytes.Cut(line, []byte(": "))
		at, err := strconv.ParseUint(string(digits), 16, 32)
		if int(at) != expected {
			w.endLine()
		}
		if ok && err == nil && len(digits) == 4 {
			if line = trimEnd(content); len(line) == 0 {
				line = content
			}
			expected = int(at) + len(line)
		}
		w.add(line, i)
	}
	return w.texts(text)
}
