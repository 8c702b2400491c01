package decode

import (
	"net/url"
	"slices"
	"testing"
)

func TestFiles(t *testing.T) {
	for output, want := range map[string][]string{
		`{}`:                               {""},
		`{"url":"https://a/stt"}`:          {"https://a/stt"},
		`{"download_url":"https://a/stt"}`: {"https://a/stt"},
		`{"storage":{"names":["a"]}}`:      {""},
		`{"url":"https://a/stt","storage":{"names":["transcript.txt","subtitles-cs.srt"]}}`:                     {"https://a/stt/transcript.txt", "https://a/stt/subtitles-cs.srt"},
		`{"url":"https://a/stt/","storage_info":{"names":{"srt":"s.srt","json":{"en":"t.json"},"n":1,"x":""}}}`: {"https://a/stt/s.srt", "https://a/stt/t.json"},
		`{"url":"https://a/stt?sig=1#f","storage":{"names":["a b#c?.txt"]}}`:                                    {"https://a/stt/a%20b%23c%3F.txt?sig=1#f"},
		`{"url":"s3://host/bucket/stt?x","storage":{"names":["/a b.txt"]}}`:                                     {"s3://host/bucket/stt?x/a b.txt"},
		`{"url":"https://a/stt/a.txt","storage":{"names":["a.txt"]}}`:                                           {"https://a/stt/a.txt"},
		`{"url":"https://a/stt","storage":{"names":"a.txt"}}`:                                                   {"https://a/stt/a.txt"},
		`{"url":"https://a/stt","storage":{"names":[]}}`:                                                        {"https://a/stt"},
		`{"url":"https://a/stt","storage":{"names":null}}`:                                                      {"https://a/stt"},
		`{"url":"https://a/stt","storage":"local"}`:                                                             {"https://a/stt"},
	} {
		for kind, list := range map[string][]string{"texts": want, "videos": nil} {
			c, err := Decode([]byte("task_token=t&status=" + url.QueryEscape(`{"`+kind+`":[`+output+`]}`)))
			if err != nil {
				t.Fatal(err)
			}
			for o := range c.Status.Outputs() {
				var got []string
				for i, file := range o.Files() {
					if i != len(got) {
						t.Errorf("%s: file %d is the %dth", output, i, len(got))
					}
					got = append(got, file)
				}
				if kind == "videos" {
					list = []string{o.URL}
				}
				if !slices.Equal(got, list) {
					t.Errorf("%s of %s: %q, want %q", output, kind, got, list)
				}
			}
		}
	}
}
