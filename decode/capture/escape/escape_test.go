package escape

import "testing"

// TestUndo checks a row for each kind of escape.
func TestUndo(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{`\n\t\"\/\$`, "\n\t\"/$"},
		{`\x41\101\0`, "AA\x00"},
		{`\u00e4\U0001F3AC\u{e4}\x{e4}`, "ä🎬ää"},
		{`\ud83c\udfac\ud83c`, "🎬\uFFFD"},
		{"a\\\nb", "ab"},
		{`\q\`, `\q\`},
	} {
		var got []byte
		for src := []byte(tt.src); len(src) > 0; {
			if src[0] != '\\' {
				got, src = append(got, src[0]), src[1:]
				continue
			}
			var n int
			got, n = Undo(got, src)
			src = src[n:]
		}
		if string(got) != tt.want {
			t.Errorf("%q gives %q, want %q", tt.src, got, tt.want)
		}
	}
}
