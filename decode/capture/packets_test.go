package capture

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// dump returns the hex dump of some bytes, with the text beside them.
func dump(bytes []byte) string {
	var b strings.Builder
	for at := 0; at < len(bytes); at += 16 {
		row := bytes[at:min(at+16, len(bytes))]
		text := strings.Map(func(r rune) rune {
			if r <= ' ' || r > '~' {
				return '.'
			}
			return r
		}, string(row))
		fmt.Fprintf(&b, "\t0x%04x:  %-47s  %s\n", at, fmt.Sprintf("% x", row), text)
	}
	return b.String()
}

// sent returns the dump of a packet of TCP from a port, with its line of a head.
func sent(port uint16, number uint32, payload string) string {
	p := make([]byte, 40)
	p[0], p[9], p[32] = 0x45, 6, 5<<4
	binary.BigEndian.PutUint16(p[2:], uint16(40+len(payload)))
	binary.BigEndian.PutUint16(p[20:], port)
	binary.BigEndian.PutUint32(p[24:], number)
	return "10:00:00.1 IP a." + fmt.Sprint(port) + " > b.80: Flags [P.], length " + fmt.Sprint(len(payload)) + "\n" + dump(append(p, payload...))
}

// TestDumps checks what is read of bodies that were captured byte by byte.
func TestDumps(t *testing.T) {
	token := strings.Repeat("0123456789abcdef", 2)
	status := "status=%7B%22status%22%3A+%22completed%22%2C+%22videos%22%3A+%5B%5D%7D"
	tail := "&callback_type=task&task_token=" + token + "&event=saved&payload=12345"
	body := status + tail
	long := "status=%7B%22error%22%3A+%22" + strings.Repeat("x", 3000) + "%22%7D" + tail
	cut := "status=%7B%22status%22%3A+%22completed%22%2C+%22videos%22%3A+%5B%7B%22profile%22%3A+%22ab%22%7D%5D%7D" + tail
	n := uint32(len(body))
	var large strings.Builder
	for i := range uint32(100) {
		large.WriteString(sent(1, 1+i*n, body) + sent(3, 1, strings.Repeat("x", 1000)))
	}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a dump that goes on", dump([]byte(long)), []string{long}},
		{"lines after a dump", dump([]byte(long)) + "10:00:00 INFO done\n" + body + "\n", []string{long, body}},
		{"the same of two connections", sent(1, 1, body) + sent(2, 1, body), []string{body, body}},
		{"a body in two packets", sent(1, 1, body[:n-2]) + sent(2, 1, "ok") + sent(1, n-1, body[n-2:]), []string{body}},
		{"no names beside the bytes", strings.ReplaceAll(sent(1, 1, body), "  status", "\n") + strings.Repeat(sent(3, 1, "ok"), 99), []string{body}},
		{"text of a packet's head before the body", "N....'B." + body + "\nE..J..t" + body + "\n..&.A_" + body + "\nA=b." + body + "\n", []string{body, body, body, body}},
		{"binary bytes behind the body", strings.Repeat("\x00\x01\x02\x03", 300) + "\nContent-Length: " + fmt.Sprint(n) + "\r\n\r\n" + body + "\xe8\x01\x00\x00\n", []string{body}},
		{"larger than what is searched at once", large.String(), slices.Repeat([]string{body}, 100)},
		{"pairs in an object", `{"1": {"f.key": "task_token", "f.value": "` + token + `"}, "2": {"f.key": "event", "f.value": "saved"}}` + "\n", []string{"task_token=" + token + "&event=saved"}},
		{"one body in three lists of a record", `[{"a": ["` + body + `", 1], "b": ["` + body + `"], "text": ["task_token = ` + token + `"]}, {"a": ["` + body + `"]}]` + "\n", []string{body, body}},
		{"a part of it cut off", `{"text": ["Form item: \"status\" = \"{\"status\": \"completed\", \"videos\": [{\"profile\": \"a", "x"], "body": "` + cut + `"}` + "\n", []string{cut}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := NewReader(strings.NewReader(test.text), 0)
			var got []string
			for {
				body, err := r.Next()
				if err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(body.Bytes))
			}
			if !slices.Equal(got, test.want) || r.Unread.Fields > 0 {
				t.Errorf("%d bodies %.300q and unread %+v, want %d: %.300q", len(got), got, r.Unread, len(test.want), test.want)
			}
		})
	}
}
