package decode

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonTexts are JSON, and nearly JSON.
var jsonTexts = []string{
	``, ` `, `1`, `-`, `-0`, `01`, `1.`, `1.5e`, `1e+`, `1E-12`, `.5`, `+1`, `1x`, `0x1`, `--1`, `-0.0e-0`,
	`true`, `tru`, `truex`, `null`, `nul`, `false`, `TRUE`, `NaN`, `1 2`, `{}{}`, "\x00", "{}\x00", "\xef\xbb\xbf{}",
	`""`, `"`, `"\"`, `"\u12"`, `"\u12g4"`, `"\ud83c\udfac"`, `"\ud83c"`, `"\udfac\ud83c"`, `"\x"`, `"\/\b\f\n\r\t\\"`, "\"\t\"", "\"\x7f\xff\"", "\"\u2028\"",
	`[]`, `[`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `[1}`, `]`, `[[]`, `[[],{}]`, "[\n1\t,\r2 ]",
	`{}`, `{`, `{"`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{a:1}`, `{"a" 1}`, `{"a":1 "b":2}`, `{"a":1]`, `{1:2}`, `{"a":1,"a":2}`,
	` { "a" : [ 1 , { "b" : null } , "\u00e9\"" ] , "\u0061" : "x" } `,
	strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
	strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
	strings.Repeat(`{"a":`, maxDepth) + `1` + strings.Repeat("}", maxDepth),
}

func TestScanner(t *testing.T) {
	for _, text := range jsonTexts {
		holdAgainstJSONText(t, []byte(text))
	}
}

func FuzzScanner(f *testing.F) {
	for _, text := range jsonTexts {
		f.Add([]byte(text))
	}
	f.Fuzz(holdAgainstJSONText)
}

// holdAgainstJSONText checks that the scanner takes what jsontext takes, and that
// the reader reads from an object what jsontext reads.
func holdAgainstJSONText(t *testing.T, text []byte) {
	s := scanner{src: text}
	err := s.skip()
	if err == nil {
		err = s.end()
	}
	v := jsontext.Value(text)
	switch valid := v.IsValid(lenient...); {
	case valid && depth(v) > maxDepth:
		if err != errTooDeep {
			t.Fatalf("skip(%.99q) = %v for a text that is too deep", text, err)
		}
	case valid != (err == nil):
		t.Fatalf("skip(%.99q) = %v, and jsontext says %v", text, err, valid)
	case valid:
		compareMembers(t, text)
	}
}

// compareMembers reads the members of a valid text, if it is an object.
func compareMembers(t *testing.T, text []byte) {
	d := jsontext.NewDecoder(bytes.NewBuffer(text), lenient...)
	if d.PeekKind() != '{' {
		return
	}
	_, _ = d.ReadToken()
	r := readerOf(text, &arena{})
	err := r.object(func(name []byte) error {
		token, err := d.ReadToken()
		if err != nil || token.String() != string(name) {
			t.Errorf("object(%q): the name %q, want %q", text, name, token)
		}
		kind := d.PeekKind()
		var got, want string
		if kind == '{' || kind == '[' {
			value, _ := d.ReadValue()
			want = string(value)
		} else if value, _ := d.ReadToken(); kind != 'n' {
			want = value.String()
		}
		err = r.string(&got)
		if got != want {
			t.Errorf("object(%q): %s is %q, want %q", text, name, got, want)
		}
		return err
	})
	if err != nil || d.PeekKind() != '}' {
		t.Errorf("object(%q) = %v, and jsontext has %v next", text, err, d.PeekKind())
	}
}

// depth returns how many objects and arrays of a valid JSON value are inside
// each other.
func depth(v jsontext.Value) int {
	deepest := 0
	d := jsontext.NewDecoder(bytes.NewBuffer(v), lenient...)
	for {
		if _, err := d.ReadToken(); err != nil {
			return deepest
		}
		deepest = max(deepest, d.StackDepth())
	}
}

// BenchmarkScanner passes over the JSON of a status.
func BenchmarkScanner(b *testing.B) {
	status := ParseForm(benchmarkBody(b)).Last("status").Value
	b.SetBytes(int64(len(status)))
	b.ReportAllocs()
	for b.Loop() {
		s := scanner{src: status}
		if err := s.skip(); err != nil {
			b.Fatal(err)
		}
	}
}
