package open

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"
)

// read returns the places of the parts of an input with their texts, or errors.
func read(r io.Reader, most int64) (list []string) {
	for part, err := range Parts(r, 0, most) {
		if part.Packet > 0 {
			part.Place += fmt.Sprintf(": packet %d", part.Packet)
		}
		if err != nil {
			list = append(list, part.Place+": "+err.Error())
			continue
		}
		text, err := io.ReadAll(part.Text)
		if len(text) > 100 {
			text = fmt.Appendf(nil, "%d bytes", len(text))
		}
		list = append(list, part.Place+" "+string(text))
		if err != nil {
			list = append(list, part.Place+": "+err.Error())
		}
	}
	return list
}

func gz(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func zst(text string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(text), nil))
}

// tarred returns an archive of files that are named by every second text.
func tarred(files ...string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		_ = w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o600})
		_, _ = io.WriteString(w, files[i+1])
	}
	_ = w.WriteHeader(&tar.Header{Name: "folder/", Typeflag: tar.TypeDir, Mode: 0o700})
	_ = w.Close()
	return b.String()
}

// zipped returns the same as a zip, as a program writes it that cannot go back to the heads.
func zipped(method uint16, files ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, _ := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: method})
		_, _ = io.WriteString(f, files[i+1])
	}
	_ = w.Close()
	return b.String()
}

// rawZip returns a zip with one file, of which the head says the lengths.
func rawZip(h zip.FileHeader, data string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h.CompressedSize64 = uint64(len(data))
	f, _ := w.CreateRaw(&h)
	_, _ = io.WriteString(f, data)
	_ = w.Close()
	return b.String()
}

func decode64(text string) string {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// bzip2Hello and xzHello are what the programs bzip2 and xz make of "hello\n".
var bzip2Hello = decode64("QlpoOTFBWSZTWcHAgOIAAAFBAAAQAkSgADDNAMNGKZcXckU4UJDBwIDi")

var xzHello = map[string]string{
	"none":    decode64("/Td6WFoAAAD/EtlBAgAhARYAAAB0L+WjAQAFaGVsbG8KAAAAAAEWBsmlfdUGcp56AQAAAAAAWVo="),
	"crc32":   decode64("/Td6WFoAAAFpIt42AgAhARYAAAB0L+WjAQAFaGVsbG8KAAAAIDA6NgABGgbF6sh5kEKZDQEAAAAAAVla"),
	"crc64":   decode64("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFaGVsbG8KAAAApWCX8ZT2/eAAAR4GwS+kHR+2830BAAAAAARZWg=="),
	"sha256":  decode64("/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAFaGVsbG8KAAAAWJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgMAATYGa4H5QBibS5oBAAAAAApZWg=="),
	"streams": decode64("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFaGVsbG8KAAAApWCX8ZT2/eAAAR4GwS+kHR+2830BAAAAAARZWv03elhaAAABaSLeNgAAAAAc30QhkEKZDQEAAAAAAVla"),
	"padding": decode64("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFaGVsbG8KAAAApWCX8ZT2/eAAAR4GwS+kHR+2830BAAAAAARZWgAAAAA="),
	"blocks":  decode64("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQADaGVsbADQELB6MC/xqAIAIQEWAAAAdC/lowEAAW8KAAAAX9RGyjsayKwAAhwEGgIAAPXJCU+xxGf7AgAAAAAEWVo="),
	"lengths": decode64("/Td6WFoAAATm1rRGBMAKBiEBFgAAAAAAAAAAAKowjqYBAAVoZWxsbwoAAAClYJfxlPb94AABJgY6kzsKH7bzfQEAAAAABFla"),
}

// encryptedZip is a zip of the file a, which is encrypted, and the file b, which says "world". The
// program zip says the lengths of a before its data and after it.
var encryptedZip = decode64("UEsDBAoACQAAAOEIgV0gMDo2EgAAAAYAAAABAAAAYTeld8xpFfOs745QdAPL/wEBCFBLBwggMDo2EgAAAAYAAABQSwMECgAAAAAA4QiBXahhON0GAAAABgAAAAEAAABid29ybGQKUEsBAh4DCgAJAAAA4QiBXSAwOjYSAAAABgAAAAEAAAAAAAAAAQAAAKSBAAAAAGFQSwECHgMKAAAAAADhCIFdqGE43QYAAAAGAAAAAQAAAAAAAAABAAAApIFBAAAAYlBLBQYAAAAAAgACAF4AAABmAAAAAAA=")

// TestParts reads each format, and what is packed in another.
func TestParts(t *testing.T) {
	long := strings.Repeat("0123456789", 50_000)
	tests := []struct {
		name, input string
		want        []string
	}{
		{"text", "hello\nworld", []string{" hello\nworld"}},
		{"nothing", "", []string{" "}},
		{"gzip", gz("hello\n"), []string{" hello\n"}},
		{"gzip of several members", gz("hello\n") + gz("") + gz("world\n"), []string{" hello\nworld\n"}},
		{"zstd", zst("hello\n"), []string{" hello\n"}},
		{"zstd of several frames", zst("hello\n") + zst("world\n"), []string{" hello\nworld\n"}},
		{"bzip2", bzip2Hello, []string{" hello\n"}},
		{"bzip2 of several streams", bzip2Hello + bzip2Hello, []string{" hello\nhello\n"}},
		{"tar", tarred("a", "hello", "b/c", long), []string{"/a hello", "/b/c 500000 bytes"}},
		{"zip", zipped(zip.Deflate, "a", "hello", "empty", "", "b/c", long), []string{"/a hello", "/empty ", "/b/c 500000 bytes"}},
		{"zip, stored", zipped(zip.Store, "a", "hello", "b", "PK\a\b in it"+long, "c", "PK"), []string{"/a hello", "/b 500010 bytes", "/c PK"}},
		{"zip, with lengths", rawZip(zip.FileHeader{Name: "a", Method: zip.Store, CRC32: 0x3610a686, UncompressedSize64: 5}, "hello"), []string{"/a hello"}},
		{"zip without files", zipped(zip.Store), nil},
		{"a name that leads out", zipped(zip.Store, "../../a", "x", `b\c`, "y"), []string{"/a x", "/b/c y"}},
		{".tar.gz", gz(tarred("a", "hello")), []string{"/a hello"}},
		{".gz in a zip", zipped(zip.Deflate, "a.gz", gz("hello"), "b", "x"), []string{"/a.gz hello", "/b x"}},
		{"a zip in a zip", zipped(zip.Deflate, "a.zip", zipped(zip.Store, "b", "hello"), "c", "x"), []string{"/a.zip/b hello", "/c x"}},
		{"three layers", gz(tarred("a.gz", gz("hello"))), []string{"/a.gz hello"}},
		{"four layers", gz(tarred("a.gz", gz(gz("hello")), "b", "x")), []string{"/a.gz: packed in more than 3 layers: unpack it first", "/b x"}},
		{"a refusal", "SQLite format 3\x00", []string{": it is a SQLite database, which is not searched"}},
		{"a refusal in a zip", zipped(zip.Deflate, "a.png", "\x89PNG\r\n\x1a\n", "b", "x"), []string{"/a.png: it is a PNG image, which is not searched", "/b x"}},
		{"an encrypted file", rawZip(zip.FileHeader{Name: "a", Flags: 1, UncompressedSize64: 5}, "hello"), []string{"/a: it is encrypted: unpack it first"}},
		{"a file after an encrypted one", encryptedZip, []string{"/a: it is encrypted: unpack it first", "/b world\n"}},
		{"an encrypted file, truncated", encryptedZip[:40], []string{"/a: it is encrypted: unpack it first", ": the zip data is truncated: it ends at byte 40"}},
		{"an encrypted file without lengths", rawZip(zip.FileHeader{Name: "a", Flags: 1 | 8, UncompressedSize64: 5}, "hello"), []string{"/a: it is encrypted: unpack it first", ": the files after a in it cannot be reached"}},
		{"an unknown compression", rawZip(zip.FileHeader{Name: "a", Method: 14, UncompressedSize64: 5}, "hello"), []string{"/a: its compression method is not known (14): unpack it first"}},
	}
	for name, packed := range xzHello {
		tests = append(tests, struct {
			name, input string
			want        []string
		}{"xz " + name, packed, []string{" hello\n"}})
	}
	for _, test := range tests {
		if testing.Short() && len(test.input) > 1000 {
			continue // The race detector makes it slow to read byte by byte.
		}
		for _, r := range []io.Reader{strings.NewReader(test.input), iotest.OneByteReader(strings.NewReader(test.input)), iotest.DataErrReader(strings.NewReader(test.input))} {
			if got := read(r, 0); !slices.Equal(got, test.want) {
				t.Errorf("%s: %q, want %q", test.name, got, test.want)
			}
		}
	}
}

// TestTruncated cuts each format off at every byte: what came before is given, and an error
// that says so, except where an archive has only lost its list.
func TestTruncated(t *testing.T) {
	text := strings.Repeat("hello\n", 5)
	for name, packed := range map[string]string{
		"gzip": gz(text), "zstd": zst(text), "bzip2": bzip2Hello, "tar": tarred("a", text),
		"zip": zipped(zip.Deflate, "a", text), "stored zip": zipped(zip.Store, "a", text), ".tar.gz": gz(tarred("a", text)),
		"xz": xzHello["crc64"],
	} {
		whole := read(strings.NewReader(packed), 0)
		for n := 12; n < len(packed); n++ {
			got := read(strings.NewReader(packed[:n]), 0)
			last := got[len(got)-1]
			if strings.HasSuffix(name, "zip") && slices.Equal(got, whole) && strings.Contains(packed[:n], "PK\x01\x02") {
				continue
			}
			if name == "tar" && n <= 262 {
				continue // It has no format yet.
			}
			if !strings.Contains(last, " data is truncated: it ends at byte ") && !strings.Contains(last, "without its end mark") {
				t.Errorf("%s, %d of %d bytes: %q", name, n, len(packed), got)
			}
		}
	}
}

// TestCorrupt changes each byte of each format: the text is the same, or an error says so.
func TestCorrupt(t *testing.T) {
	text := strings.Repeat("hello\n", 5)
	for name, packed := range map[string]string{
		"gzip": gz(text), "zip": zipped(zip.Deflate, "a", text), "stored zip": zipped(zip.Store, "a", text),
		"xz": xzHello["crc64"], "bzip2": bzip2Hello,
	} {
		whole := read(strings.NewReader(packed), 0)
		end := len(packed)
		if i := strings.Index(packed, "PK\x01\x02"); i >= 0 {
			end = i // The list is not read.
		}
		for i := 12; i < end; i++ {
			damaged := []byte(packed)
			damaged[i] ^= 0x55
			got := read(bytes.NewReader(damaged), 0)
			said := slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, ": ") })
			if text := len(got) > 0 && len(whole) > 0 && strings.HasSuffix(got[0], strings.TrimPrefix(whole[0], "/a")); !said && !text {
				t.Errorf("%s, byte %d: %q", name, i, got)
			}
		}
	}
}

// TestWrongSum gives what was unpacked of data (but for zstd, which holds back a short frame) that does not match its checksum, says that it
// may be wrong, and continues with the next file.
func TestWrongSum(t *testing.T) {
	sum := string(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte("hello\n"))))
	packed := zst("hello\n")
	for _, test := range []struct {
		name, packed, right string
		format              string
		want                []string // but for the error
	}{
		{"gzip", gz("hello\n"), sum, "gzip", []string{" hello\n"}},
		{"zstd", packed, packed[len(packed)-4:], "zstd", []string{" "}},
		{"bzip2", bzip2Hello, "\xc1\xc0\x80\xe2\x00", "bzip2", []string{" hello\n"}},
		{"bzip2, of all blocks", bzip2Hello, bzip2Hello[len(bzip2Hello)-4:], "bzip2", []string{" hello\n"}},
		{"xz", xzHello["crc32"], sum, "xz", []string{" hello\n"}},
		{"zip", zipped(zip.Deflate, "a", "hello\n", "b", "world\n"), sum, "zip", []string{"/a hello\n", "/b world\n"}},
		{"stored zip", zipped(zip.Store, "a", "hello\n", "b", "world\n"), sum, "zip", []string{"/a hello\n", "/b world\n"}},
		{"zip with lengths", rawZip(zip.FileHeader{Name: "a", CRC32: crc32.ChecksumIEEE([]byte("hello\n")), UncompressedSize64: 6}, "hello\n"), sum, "zip", []string{"/a hello\n"}},
	} {
		at := strings.Index(test.packed, test.right)
		if at < 0 {
			t.Fatalf("%s: %q", test.name, test.packed)
		}
		damaged := []byte(test.packed)
		damaged[at] ^= 1
		got := read(bytes.NewReader(damaged), 0)
		i := slices.IndexFunc(got, func(s string) bool {
			return strings.Contains(s, ": the "+test.format+" data is corrupt before byte ") && strings.HasSuffix(s, ": its checksum is wrong, so callbacks read from it may be wrong")
		})
		if i < 0 || !slices.Equal(slices.Concat(got[:i], got[i+1:]), test.want) {
			t.Errorf("%s: %q, want %q and an error", test.name, got, test.want)
		}
	}
}

// TestReadError passes on an error of the input itself.
func TestReadError(t *testing.T) {
	pulled := errors.New("cable pulled")
	for name, packed := range map[string]string{
		"text": "hello\n", "gzip": gz(strings.Repeat("hello", 9)), "zip": zipped(zip.Deflate, "a", "hello"), "tar": tarred("a", "hello")[:600],
	} {
		got := read(io.MultiReader(strings.NewReader(packed[:len(packed)-6]), iotest.ErrReader(pulled)), 0)
		if last := got[len(got)-1]; !strings.HasSuffix(last, ": cable pulled") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// zeros returns a gzip of so many MiB of zeros.
func zeros(mib int) string {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, flate.BestCompression)
	for range mib {
		_, _ = w.Write(make([]byte, 1<<20))
	}
	_ = w.Close()
	return b.String()
}

// TestBomb ends what becomes too long, and continues with the next file.
func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("It unpacks hundreds of MiB.")
	}
	bomb := zeros(70)
	const stopped = ": stopped after unpacking 64 MiB: more than 1000 times its packed size"
	tests := []struct {
		name, input string
		most        int64
		want        []string // without the texts
	}{
		{"gzip", bomb, 0, []string{stopped}},
		{"gzip that is allowed", bomb, 70 << 20, nil},
		{"gzip that is not", bomb, 70<<20 - 1, []string{": stopped after unpacking 73400319 bytes, the limit: the rest was not read"}},
		{"gzip in a tar", tarred("a.gz", bomb, "b", "x"), 0, []string{"/a.gz" + stopped}},
		{"zip with lengths", rawZip(zip.FileHeader{Name: "a", Method: zip.Store, UncompressedSize64: 5 << 20}, strings.Repeat("x", 5<<20)), 1 << 20, []string{"/a: stopped after unpacking 1 MiB, the limit: the rest was not read"}},
		{"zip without", zipped(zip.Deflate, "a", strings.Repeat("x", 5<<20)), 1 << 20, []string{"/a: stopped after unpacking 1 MiB, the limit: the rest was not read", ": the files after a in it cannot be reached"}},
	}
	for _, test := range tests {
		got := read(strings.NewReader(test.input), test.most)
		got = slices.DeleteFunc(got, func(s string) bool { return !strings.Contains(s, ": ") })
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestRefusal says whether what is refused is packed in something else.
func TestRefusal(t *testing.T) {
	const lz4 = "\x04\x22\x4d\x18"
	for input, packed := range map[string]bool{
		lz4: false, gz(lz4): true, tarred("a", lz4): true, zipped(zip.Store, "a", lz4): true,
	} {
		for _, err := range Parts(strings.NewReader(input), 0, 0) {
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Packed != packed || refusal.Instead != "lz4 -dc FILE" {
				t.Errorf("%q: %v", input, err)
			}
		}
	}
}

// TestLimit says a limit in the largest unit that it is a whole number of.
func TestLimit(t *testing.T) {
	for most, want := range map[int64]string{
		2000: "2000 bytes", 2048: "2 KiB", 3 << 19: "1536 KiB", mostUnpacked: "1 GiB", 5 << 50: "5120 TiB",
	} {
		want = "stopped after unpacking " + want + ", the limit: the rest was not read"
		if got := (&TooLargeError{Most: most}).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestMemoryOfXZ refuses a block that needs more memory than is given.
func TestMemoryOfXZ(t *testing.T) {
	packed := []byte(xzHello["crc64"])
	head := packed[12:24]
	head[4] = 40 // a dictionary of 4 GiB
	binary.LittleEndian.PutUint32(head[8:], crc32.ChecksumIEEE(head[:8]))
	if got := read(bytes.NewReader(packed), 0); len(got) != 2 || got[1] != ": the xz data is corrupt at byte 24" {
		t.Errorf("%q", got)
	}
}

// TestChunkOfXZ says what may be lost of a chunk that cannot be unpacked to its end.
func TestChunkOfXZ(t *testing.T) {
	const (
		chunk = 24 // where it begins, after the heads of the stream and the block
		data  = chunk + 6
		sum   = data + 21 + 1 // after the end mark
		lost  = "; up to 2 MiB of text before this point may be missing (xz -dc recovers more)"
	)
	packed := decode64("/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AE9ABRdADQZSe6N3U7GCAb26JP8XPwF6oAAAD0ajLWSPLl/AAEwvgIAAACOrdHCscRn+wIAAAAABFla")
	if got := read(strings.NewReader(packed), 0); !slices.Equal(got, []string{" 318 bytes"}) {
		t.Fatalf("%q", got)
	}
	for n := data; n < len(packed); n++ {
		got := read(strings.NewReader(packed[:n]), 0)
		want := fmt.Sprintf(": the xz data is truncated: it ends at byte %d", n)
		if n >= data+5 && n < sum { // The first five bytes give no text.
			want += lost
		}
		if got[len(got)-1] != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	damaged := packed[:data] + "\x01" + packed[data+1:]
	if got := read(strings.NewReader(damaged), 0); got[len(got)-1] != ": the xz data is corrupt at byte 31"+lost {
		t.Errorf("%q", got)
	}
}

// TestDamagedXZ refuses what contradicts itself.
func TestDamagedXZ(t *testing.T) {
	two := xzHello["streams"]
	for name, packed := range map[string]string{
		"a sum that is not known":  two[:6] + "\x00\x02" + summed("\x00\x02") + two[12:],
		"two filters":              two[:12] + "\x02\x01\x03\x01\x00\x21\x01\x16" + summed("\x02\x01\x03\x01\x00\x21\x01\x16") + two[24:],
		"another number of blocks": strings.Replace(two, "\x00\x01\x1e\x06", "\x00\x02\x1e\x06", 1),
		"other bytes after it":     two[:len(xzHello["crc64"])] + "hello, world",
	} {
		if got := read(strings.NewReader(packed), 0); !strings.HasPrefix(got[len(got)-1], ": the xz data is corrupt at byte ") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := read(strings.NewReader(xzHello["crc64"]+"\x00\x00"), 0); got[len(got)-1] != ": the xz data is truncated: it ends at byte 66" {
		t.Errorf("half of a padding: %q", got)
	}
}

// summed returns the sum of a text, as xz has it.
func summed(text string) string {
	return string(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}

// TestPackets gives each request of a packet capture as a text that begins with its time.
func TestPackets(t *testing.T) {
	const text = "POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\n"
	packet := make([]byte, 40, 100)
	packet[0], packet[3], packet[9], packet[32] = 0x45, byte(40+len(text)+1), 6, 5<<4
	packet = append(packet, text+"x"...)
	capture := "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x65\x00\x00\x00"
	for _, n := range []int{1764000000, 123456, len(packet), len(packet)} {
		capture += string(binary.LittleEndian.AppendUint32(nil, uint32(n)))
	}
	capture += string(packet) + "end"
	want := []string{": packet 1 2025-11-24T16:00:00.123456Z\n" + text + "x", ": the packet capture is truncated: it ends in the middle of packet 2"}
	if got := read(strings.NewReader(gz(capture)), 0); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for range Parts(strings.NewReader(capture), 0, 0) {
		break
	}
}

// TestLargeZip reads the lengths of more than 4 GiB, and those that cannot be.
func TestLargeZip(t *testing.T) {
	head := func(extra string) string {
		return "PK\x03\x04\x2d\x00\x00\x00\x00\x00\x00\x00\x00\x00\x86\xa6\x10\x36\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00" + string([]byte{byte(len(extra)), 0}) + "a" + extra + "hello" + "PK\x05\x06"
	}
	number := func(n uint64) string { return string(binary.LittleEndian.AppendUint64(nil, n)) }
	for extra, want := range map[string]string{
		"\x09\x00\x01\x00x" + "\x01\x00\x10\x00" + number(5) + number(5): "/a hello",
		"\x01\x00\x10\x00" + number(1<<63) + number(5):                   ": the zip data is corrupt at byte 51",
		"\x01\x00\xff\x00": "/a: the zip data is truncated: it ends at byte 44",
	} {
		if got := read(strings.NewReader(head(extra)), 0); got[len(got)-1] != want {
			t.Errorf("%q: %q, want %q", extra, got, want)
		}
	}
}

// TestSlow gives a line of a text as soon as it has come.
func TestSlow(t *testing.T) {
	r, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, "task_token=t&event=queued\n")
	}()
	for part := range Parts(r, 0, 0) {
		b := make([]byte, 100)
		if n, err := part.Text.Read(b); string(b[:n]) != "task_token=t&event=queued\n" || err != nil {
			t.Errorf("%q, %v", b[:n], err)
		}
		break
	}
}

// TestStopped unpacks no more than is wanted, and leaves nothing behind.
func TestStopped(t *testing.T) {
	for range Parts(strings.NewReader(gz(tarred("a", strings.Repeat("hello", 1e6), "b", "x"))), 0, 0) {
		break
	}
}

// FuzzParts reads damaged files of all formats: it must end.
func FuzzParts(f *testing.F) {
	for _, packed := range []string{gz("hello\n"), zst("hello\n"), bzip2Hello, tarred("a", "hello\n"), zipped(zip.Deflate, "a", "hello\n"), zipped(zip.Store, "a", "hello\n"), gz(tarred("a", zst("hello\n"))), xzHello["crc64"]} {
		f.Add([]byte(packed))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		const most = 1 << 20
		for part, err := range Parts(bytes.NewReader(packed), 0, most) {
			if err != nil {
				continue
			}
			if n, _ := io.Copy(io.Discard, part.Text); n > most && n > int64(len(packed)) {
				t.Errorf("%d bytes", n)
			}
		}
	})
}
