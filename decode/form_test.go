package decode

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// pairs returns the names and values of a form, one after the other.
func pairs(form Form) []string {
	var list []string
	for _, f := range form {
		list = append(list, f.Name, string(f.Value))
	}
	return list
}

func TestParseForm(t *testing.T) {
	tests := []struct {
		body string
		want []string
	}{
		{"", nil},
		{"&&", nil},
		{"a=1&b=2", []string{"a", "1", "b", "2"}},
		{"a=1&a=2&a=1", []string{"a", "1", "a", "2", "a", "1"}},
		{"a+b=c+d%20e%2B", []string{"a b", "c d e+"}},
		{"%61=%62", []string{"a", "b"}},
		{"a=%e2%82%AC", []string{"a", "€"}},
		{"a=b=c", []string{"a", "b=c"}},
		{"a&b=&=c", []string{"a", "", "b", "", "", "c"}},
		{"a=b;c=d", []string{"a", "b;c=d"}},
		{"a=%00\x00", []string{"a", "\x00\x00"}},
		{"a=1\n", []string{"a", "1"}},
		{"a=1\r\n", []string{"a", "1"}},
		{"a=1\n\n", []string{"a", "1\n"}},
		{"\ufeffa=1", []string{"a", "1"}},
		{"\ufeff\r\n", nil},
		{"a=%", []string{"a", ""}},
		{"a=%2", []string{"a", ""}},
		{"a=%ZZ", []string{"a", "%ZZ"}},
		{"a=%2&b=1", []string{"a", "%2", "b", "1"}},
		{"a=100%&b%=1", []string{"a", "100%", "b%", "1"}},
		{"a%=1", []string{"a%", "1"}},
		{"a=1&b%4", []string{"a", "1", "b", ""}},
		{"a=1%+2%2x%41", []string{"a", "1% 2%2xA"}},
	}
	for _, test := range tests {
		if got := pairs(ParseForm([]byte(test.body))); !slices.Equal(got, test.want) {
			t.Errorf("ParseForm(%q) = %q, want %q", test.body, got, test.want)
		}
	}
}

func TestFormErrors(t *testing.T) {
	tests := []struct{ body, want string }{
		{"a=1", ""},
		{"a=%", "a is truncated (byte 3 of the body)"},
		{"a=1%2", "a is truncated (byte 5 of the body)"},
		{"a=1%2\r\n", "a is truncated (byte 5 of the body)"},
		{"a%2", "a is truncated (byte 3 of the body)"},
		{"a=1%2&b=1", `a has a bad percent escape: "%2" (byte 3 of the body)`},
		{"a=%ZZ", `a has a bad percent escape: "%ZZ" (byte 2 of the body)`},
		{"a=1%2&b=%", `a has a bad percent escape: "%2" (byte 3 of the body)b is truncated (byte 9 of the body)`},
		{"a%2=1", `a%2 has a bad percent escape: "%2=" (byte 1 of the body)`},
		{"a=1%Z", `a has a bad percent escape: "%Z" (byte 3 of the body)`},
		{"%G0=1", `%G0 has a bad percent escape: "%G0" (byte 0 of the body)`},
		{"\ufeffa=%é", `a has a bad percent escape: "%é" (byte 5 of the body)`},
		{"a=%41%42%ff%43", "a is not UTF-8: 0xff (byte 8 of the body)"},
		{"a=%41\xff", "a is not UTF-8: 0xff (byte 5 of the body)"},
		{"a%41%ff=1", "aA\xff is not UTF-8: 0xff (byte 4 of the body)"},
		{"even", "even is truncated (byte 4 of the body)"},
		{"event", "event is truncated (byte 5 of the body)"},
		{"event=", ""},
		{"event&a=1", ""},
		{"other", ""},
		{strings.Repeat("x", 60) + "=%", strings.Repeat("x", 20) + "…" + strings.Repeat("x", 20) + " is truncated (byte 62 of the body)"},
	}
	for _, test := range tests {
		got := ""
		for _, f := range ParseForm([]byte(test.body)) {
			if f.Damage != nil {
				got += f.Damage.String()
			}
		}
		if got != test.want {
			t.Errorf("ParseForm(%q) has the error %q, want %q", test.body, got, test.want)
		}
	}
}

func TestFormIsBounded(t *testing.T) {
	form := ParseForm([]byte(strings.Repeat("a&", MaxFields+1)))
	if len(form) != MaxFields {
		t.Fatalf("%d fields, want %d", len(form), MaxFields)
	}
	if got, want := form[MaxFields-1].Damage.String(), "form holds too much: 1000 fields are read (byte 2000 of the body)"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
	if got := len(ParseForm([]byte(strings.Repeat("a&", MaxFields)))); got != MaxFields {
		t.Errorf("%d fields, want %d", got, MaxFields)
	}
}

func TestFormLast(t *testing.T) {
	form := ParseForm([]byte("a=1&a=2&b=3"))
	if got := form.Text("a"); got != "2" {
		t.Errorf("the last a is %q, want 2", got)
	}
	if got := form.Last("c"); got != nil || form.Text("c") != "" {
		t.Errorf("there is a field c: %v", got)
	}
}

func TestFieldJSON(t *testing.T) {
	for value, want := range map[string]bool{
		`{"a": 1}`: true, `[]`: true, ` [1, 2] `: true, `{"a":1,"a":2}`: true, `["\ud800"]`: true,
		``: false, `5`: false, `"a"`: false, `null`: false, `{`: false, `[1]x`: false,
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth):     true,
		strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000):       false,
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1): false,
	} {
		f := Field{Value: []byte(value)}
		if got := f.JSON(); (got != nil) != want {
			t.Errorf("JSON of %q is %q", value, got)
		}
	}
}

// TestFormOfQencode checks that the tutorial's body comes back byte for byte
// when its fields are encoded as Python's urlencode does, and so does Go's.
func TestFormOfQencode(t *testing.T) {
	body, err := os.ReadFile("../testdata/bodies/saved.form")
	if err != nil {
		t.Fatal(err)
	}
	form := ParseForm(body)
	if got := encode(form); got != string(body) {
		t.Errorf("encoded again:\n%s\nwant:\n%s", got, body)
	}
}

func encode(form Form) string {
	var fields []string
	for _, f := range form {
		fields = append(fields, url.QueryEscape(f.Name)+"="+url.QueryEscape(string(f.Value)))
	}
	return strings.Join(fields, "&")
}

// FuzzParseForm holds ParseForm against net/url where that takes the body, and
// checks that the fields' offsets cut the body into what it was made of.
func FuzzParseForm(f *testing.F) {
	for _, seed := range []string{"", "a=1&b=2", "a=%41+%2", "\ufeffa=%ZZ&&=\r\n", "status=%7B%7D&event=saved", "a=%ff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		form := ParseForm(body)
		at := 0
		for _, field := range form {
			if field.Start < at || field.ValueStart < field.Start || field.End < field.ValueStart || field.End > len(body) {
				t.Fatalf("offsets %d %d %d after %d in %d bytes", field.Start, field.ValueStart, field.End, at, len(body))
			}
			if between := strings.Trim(strings.TrimPrefix(string(body[at:field.Start]), utf8BOM), "&"); between != "" {
				t.Fatalf("%q is in no field", between)
			}
			if field.Damage != nil && (field.Damage.Offset < 0 || field.Damage.Offset > len(body)) {
				t.Fatalf("error at %d in %d bytes", field.Damage.Offset, len(body))
			}
			at = field.End
		}
		if len(form) == MaxFields {
			return
		}
		if rest := strings.Trim(strings.TrimPrefix(string(body[at:]), utf8BOM), "&"); rest != "" && rest != "\n" && rest != "\r\n" && rest != "\r" {
			t.Fatalf("%q at the end is in no field", rest)
		}

		text := strings.TrimPrefix(string(body), utf8BOM)
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
		want, err := url.ParseQuery(text)
		if err != nil {
			return // It refuses bad escapes and every ";".
		}
		got := url.Values{}
		for _, field := range form {
			got.Add(field.Name, string(field.Value))
		}
		if got.Encode() != want.Encode() {
			t.Fatalf("got %q, net/url has %q", got, want)
		}
		if again := ParseForm([]byte(encode(form))); !slices.Equal(pairs(again), pairs(form)) {
			t.Fatalf("%q came back as %q", pairs(form), pairs(again))
		}
	})
}

// FuzzFormRoundTrip checks that any fields come back from their encoding.
func FuzzFormRoundTrip(f *testing.F) {
	f.Add("status", "{}", "a b", "\x00é&=+%")
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		want := Form{{Name: name1, Value: []byte(value1)}, {Name: name2, Value: []byte(value2)}}
		body := encode(want)
		got := ParseForm([]byte(body))
		if !slices.Equal(pairs(got), pairs(want)) {
			t.Fatalf("%q came back as %q", pairs(want), pairs(got))
		}
		if again := encode(got); again != body {
			t.Fatalf("%q was encoded again as %q", body, again)
		}
	})
}

// BenchmarkUnescape decodes the percent escapes of a body, the stage before the
// scanner.
func BenchmarkUnescape(b *testing.B) {
	body := benchmarkBody(b)
	buf := make([]byte, 0, len(body))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		unescape(buf, body, true)
	}
}

// BenchmarkParseForm does that, and splits the body into fields.
func BenchmarkParseForm(b *testing.B) {
	body := benchmarkBody(b)
	var d Decoder
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		d.Reset()
		d.parseForm(body)
	}
}

// benchmarkBody returns the body of the tutorial.
func benchmarkBody(b *testing.B) []byte {
	body, err := os.ReadFile("../testdata/bodies/saved.form")
	if err != nil {
		b.Fatal(err)
	}
	return body
}
