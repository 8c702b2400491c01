// Package open turns an input as it lies on disk into the texts that it holds: a
// compressed log, the files in an archive, the HTTP requests in a packet capture. It knows
// nothing of callbacks. A plain text is passed on as it is, as it comes.
//
// What an input is packed with is told by its first bytes, never by its name. All of it is
// read once, from the beginning to the end, in memory that does not grow with its length: it
// may come from a pipe. What is truncated or corrupt gives what comes before that, and then
// an error.
package open

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"qcb/decode/capture/open/packets"
)

// Part is one text of an input.
type Part struct {
	Text io.Reader // until the next part is asked for
	Size int64     // length of the text in bytes, 0 if that is not known

	Place  string // what the part's name has after the name of the input: "/logs/app.log"; "" for the input itself
	Packet int    // the number of the packet in which a request begins, from 1; 0 for another text
	Of     string // what the input holds several of: "file" or "request"; "" for the input itself
}

// mostLayers is how many times a text may be packed: a .gz in a .tar.gz is three.
const mostLayers = 3

// Parts returns the texts of an input of size bytes, or of 0 if that is not known. An error
// comes with a part that has a place and a packet but no text; other parts may follow. most
// is how many bytes one compressed file may unpack to; 0 is for a GiB and, beyond 64 MiB, a
// thousand times the packed size.
func Parts(r io.Reader, size, most int64) iter.Seq2[Part, error] {
	return func(yield func(Part, error) bool) {
		o := opener{most, yield}
		o.open(Part{Text: r, Size: size}, 0)
	}
}

// opener gives the parts of one input to yield.
type opener struct {
	most  int64
	yield func(Part, error) bool // reports whether another part is wanted
}

// fail gives an error. It reports whether another part is wanted.
func (o *opener) fail(p Part, err error) bool {
	p.Text, p.Size = nil, 0
	return o.yield(p, err)
}

// open gives the parts of what was unpacked from so many layers. It reports whether another
// part is wanted.
func (o *opener) open(p Part, layers int) bool {
	h := &headed{r: p.Text}
	h.fill()
	p.Text = h
	f := formatOf(h.head)
	switch {
	case f.is != "":
		return o.fail(p, &Refusal{f.is, f.instead, layers > 0})
	case f.parts == nil:
		return o.yield(p, nil)
	case layers == mostLayers:
		return o.fail(p, fmt.Errorf("packed in more than %d layers: unpack it first", mostLayers))
	}
	return f.parts(o, p, layers+1)
}

// Refusal is the error of an input that is not searched, because it is not text.
type Refusal struct {
	Is      string // "a SQLite database"
	Instead string // a command that prints the text of FILE, or what it was made from; "" for a format without text
	Packed  bool   // in something else, so that FILE must be unpacked first
}

func (e *Refusal) Error() string { return "it is " + e.Is + ", which is not searched" }

// format is what the first bytes of an input tell.
type format struct {
	at    int // where
	magic string

	parts       func(o *opener, p Part, layers int) bool // gives its parts
	is, instead string                                   // of a Refusal
}

// formatOf tells the format of an input by its first bytes. That of a text is empty.
func formatOf(head []byte) format {
	for _, f := range []format{
		{magic: "\x1f\x8b\b", parts: (*opener).gzip},
		{magic: "\x28\xb5\x2f\xfd", parts: (*opener).zstd},
		{at: 4, magic: "1AY&SY", parts: (*opener).bzip2}, // after BZh and a digit
		{magic: "\xfd7zXZ\x00", parts: (*opener).xz},
		{magic: "PK\x03\x04", parts: (*opener).zip},
		{magic: "PK\x05\x06", parts: (*opener).zip}, // without files
		{at: 257, magic: "ustar", parts: (*opener).tar},
		{magic: "\xd4\xc3\xb2\xa1", parts: (*opener).packets},
		{magic: "\xa1\xb2\xc3\xd4", parts: (*opener).packets},
		{magic: "\x4d\x3c\xb2\xa1", parts: (*opener).packets}, // with nanoseconds
		{magic: "\xa1\xb2\x3c\x4d", parts: (*opener).packets},
		{at: 8, magic: "\x4d\x3c\x2b\x1a", parts: (*opener).packets}, // pcapng
		{at: 8, magic: "\x1a\x2b\x3c\x4d", parts: (*opener).packets},

		{magic: "SQLite format 3\x00", is: "a SQLite database", instead: "sqlite3 FILE .dump"},
		{magic: "\x04\x22\x4d\x18", is: "packed with lz4", instead: "lz4 -dc FILE"},
		{magic: "\x1f\x9d", is: "packed with compress", instead: "zcat FILE"},
		{magic: "7z\xbc\xaf\x27\x1c", is: "a 7z archive", instead: "7z x -so FILE"},
		{magic: "Rar!\x1a\a", is: "a RAR archive", instead: "unrar p -inul FILE"},
		{at: 78, magic: "pdml2html.xsl", is: "the XML (PDML) of a packet capture", instead: "cat CAPTURE.pcap"}, // behind the head of any XML; it has each byte three times and more
		{magic: "%PDF-", is: "a PDF", instead: "pdftotext -layout FILE -"},
		{magic: "\x7fELF", is: "an executable, or a core dump", instead: "strings -n 20 FILE"},
		{magic: "MZ\x90\x00", is: "an executable for Windows"},
		{magic: "\xcf\xfa\xed\xfe", is: "an executable for macOS"},
		{magic: "\xca\xfe\xba\xbe", is: "an executable"},
		{magic: "\x89PNG\r\n", is: "a PNG image"},
		{magic: "\xff\xd8\xff", is: "a JPEG image"},
		{magic: "GIF87a", is: "a GIF image"},
		{magic: "GIF89a", is: "a GIF image"},
		{at: 8, magic: "WEBP", is: "a WebP image"},
	} {
		if len(head) >= f.at && bytes.HasPrefix(head[f.at:], []byte(f.magic)) {
			return f
		}
	}
	return format{}
}

// headed reads a text of which the first bytes were read before.
type headed struct {
	head []byte
	r    io.Reader
	err  error // that ended r
}

// fill reads as many bytes as a format is told by, fewer if the input ends, or has a line
// before that: a line that came slowly is never held back.
func (h *headed) fill() {
	const least, most = 12, 512
	h.head = make([]byte, 0, most)
	for h.err == nil && len(h.head) < most && (len(h.head) < least || bytes.IndexByte(bytes.TrimLeft(h.head, "\r\n"), '\n') < 0) {
		var n int
		n, h.err = h.r.Read(h.head[len(h.head):most])
		h.head = h.head[:len(h.head)+n]
	}
}

func (h *headed) Read(p []byte) (int, error) {
	switch {
	case len(h.head) > 0:
		n := copy(p, h.head)
		h.head = h.head[n:]
		return n, nil
	case h.err != nil:
		return 0, h.err
	}
	return h.r.Read(p)
}

// packets gives the requests in a packet capture, each as a text that has its time in the
// first line.
func (o *opener) packets(p Part, _ int) bool {
	p.Of = "request"
	for m, err := range packets.Messages(p.Text) {
		part := p
		part.Packet = m.Packet
		if len(m.Text) > 0 {
			head := m.Time.UTC().Format(time.RFC3339Nano) + "\n"
			part.Text = io.MultiReader(strings.NewReader(head), bytes.NewReader(m.Text))
			part.Size = int64(len(head) + len(m.Text))
			if !o.yield(part, nil) {
				return false
			}
		}
		if err != nil && !o.fail(part, err) {
			return false
		}
	}
	return true
}
