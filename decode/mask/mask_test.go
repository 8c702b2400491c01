package mask

import (
	"bytes"
	"net/url"
	"testing"

	"qcb/decode"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"https://user:pass@x.example/a?b=c":                                  "https://***@x.example/a?b=c",
		"s3://AKIA:se/cr+et@bucket/key":                                      "s3://***@bucket/key",
		"https://x.example/@user/a":                                          "https://x.example/@user/a",
		"https://x.example/a?X-Amz-Signature=ab%2Fc&x=1":                     "https://x.example/a?X-Amz-Signature=***&x=1",
		"https://x.example/a?x=1&x-amz-credential=a#f":                       "https://x.example/a?x=1&x-amz-credential=***#f",
		"cannot read ftp://a@b/c, and https://d:e@f.":                        "cannot read ftp://***@b/c, and https://***@f.",
		"https://x.example/a?token=t&design=1&signature=s b":                 "https://x.example/a?token=***&design=1&signature=*** b",
		"https://x.example/a?sv=1&sig=a%3D&se=2":                             "https://x.example/a?sv=1&sig=***&se=2",
		"https://x.example/a?OSSAccessKeyId=a&hdnts=exp=1~h":                 "https://x.example/a?OSSAccessKeyId=***&hdnts=***",
		"https://x.example/a?Policy=p&Key-Pair-Id=k":                         "https://x.example/a?Policy=***&Key-Pair-Id=***",
		"https://x.example/a?X%2DAmz%2dSignature=a&key=b":                    "https://x.example/a?X%2DAmz%2dSignature=***&key=***",
		"https://x.example/a#token=b":                                        "https://x.example/a#token=***",
		"https://x.example/a;jwt=b":                                          "https://x.example/a;jwt=***",
		"https://x.example/a?refresh_token=a&api-key=b&pass=c":               "https://x.example/a?refresh_token=***&api-key=***&pass=***",
		"https://x.example/a?clientSecret=a&userPass=b&%74oken=c":            "https://x.example/a?clientSecret=***&userPass=***&%74oken=***",
		"https://x.example/a?Token[]=a&x.token=b&credential=c":               "https://x.example/a?Token[]=***&x.token=***&credential=***",
		"https://x.example/a?monkey=a&compass=b&tokens=c&tokenizer=d":        "https://x.example/a?monkey=a&compass=b&tokens=c&tokenizer=d",
		`see "https://x.example/a?token=abc"def", or 'http://y/?key=a'.`:     `see "https://x.example/a?token=***", or 'http://y/?key=***'.`,
		"https://user:p@ss@x.example/@user/a":                                "https://***@x.example/@user/a",
		"//user:pass@x.example/a and //x.example/@user":                      "//***@x.example/a and //x.example/@user",
		"s3://bucket/a@2x.png":                                               "s3://bucket/a@2x.png",
		`"https:\/\/u:p@x.example\/a?b=c\u0026token=a\u0026c=d"`:             `"https:\/\/***@x.example\/a?b=c\u0026token=***\u0026c=d"`,
		`\"https://x.example/?token=a\"`:                                     `\"https://x.example/?token=***\"`,
		"https://x.example/?url=https%3A%2F%2Fy%2F%3Ftoken%3Dabc%26x%3D1&y=": "https://x.example/?url=https%3A%2F%2Fy%2F%3Ftoken%3D***&y=",
		"https://x.example/?url=https://y/?token=abc":                        "https://x.example/?url=https://y/?token=***",
		"https://x.example/a?__token__=a&wowzatokenhash=b&md5=c&infix=d":     "https://x.example/a?__token__=***&wowzatokenhash=***&md5=***&infix=d",
		"https://x.example/exp=1~acl=/*~hmac=0a1b?x=1":                       "https://x.example/exp=1~acl=/*~hmac=***",
		"https://x.example/bcdn_token=a&expires=1/b.m3u8":                    "https://x.example/bcdn_token=***&expires=1/b.m3u8",
		"https://x.example/eyJhbGciOi.eyJzdWIiOi.c2ln/manifest/a.m3u8":       "https://x.example/***/manifest/a.m3u8",
		"https://x.example/a.mp4?verify=1700000000-c2ln%3D&code=7&sign=x":    "https://x.example/a.mp4?verify=***&code=7&sign=***",
		"mail me@x.example":                                                  "mail me@x.example",
		"":                                                                   "",
	} {
		if got := Text(text); got != want {
			t.Errorf("%q is redacted to %q, want %q", text, got, want)
		}
	}
}

func TestBody(t *testing.T) {
	tests := []struct{ body, want string }{
		{`task_token=t&status=%7B%22n%22%3A+1.10%2C%22u%22%3A%22https%3A%5C%2F%5C%2Fa%3Ab%40x%5C%2F%3Fa%3D1%5Cu0026sig%3Ds%22%7D&event=e`, `task_token=t&status=%7B%22n%22%3A+1.10%2C%22u%22%3A%22https%3A%2F%2F%2A%2A%2A%40x%2F%3Fa%3D1%26sig%3D%2A%2A%2A%22%7D&event=e`},
		{`payload=https://a:b@x`, `payload=https%3A%2F%2F%2A%2A%2A%40x`},
		{`status=%7B%22u%22%3A%22https%3A%2F%2Fa%3Ab%40x%2Fy`, `status=%7B%22u%22%3A%22https%3A%2F%2F%2A%2A%2A%40x%2Fy`},
		{`status={"videos":[{"url":"https:\/\/a:b@h\/a?token=c"},{"url":"https:\/\/h\/a?x=1\u0026token=SECR`, `status=%7B%22videos%22%3A%5B%7B%22url%22%3A%22https%3A%2F%2F%2A%2A%2A%40h%2Fa%3Ftoken%3D%2A%2A%2A%22%7D%2C%7B%22url%22%3A%22https%3A%5C%2F%5C%2Fh%5C%2Fa%3Fx%3D1%5Cu0026token%3D%2A%2A%2A`},
		{`payload=see+https:\/\/u:p@h`, `payload=see+https%3A%5C%2F%5C%2F%2A%2A%2A%40h`},
		{`&a=%zz&status={"a": 1,"a":2}&`, `&a=%zz&status={"a": 1,"a":2}&`},
		{``, ``},
	}
	for _, test := range tests {
		if got := Body([]byte(test.body)); string(got) != test.want {
			t.Errorf("%s\nis redacted to\n%s\nwant\n%s", test.body, got, test.want)
		}
	}
}

// TestRedactCut cuts bodies off at each byte: what remains of a token is masked.
func TestRedactCut(t *testing.T) {
	plain := `{"videos":[{"url":"https:\/\/u:p@h\/a?x=1\u0026token=SECRET","tag":"a"},{"url":"https://h/?key=SECRET"}]}`
	for _, body := range []string{"status=" + plain, "status=" + url.QueryEscape(plain) + "&event=saved"} {
		for n := range len(body) {
			if got := Body([]byte(body[:n])); bytes.Contains(got, []byte("SE")) {
				t.Errorf("%s\nis redacted to\n%s", body[:n], got)
			}
		}
	}
}

// FuzzRedactBody checks that what is redacted needs no more redaction, and that
// it decodes with the damage that it had.
func FuzzBody(f *testing.F) {
	f.Add([]byte(`task_token=t&status={"u":"https://a:b@x/?sig=1&token=2"}&payload=s3://k:s@b`))
	f.Add([]byte(`status={"u":"https://a:b@x/?sig=1`))
	f.Add([]byte(`payload=s3://k:s/b@@ s3://k:s/e@b@c/x@y`))
	f.Add([]byte(`status={"u":"https:\/\/a:b@x\/?a=1\u0026sig=1"2","v":"//a:b@x?url=%3Ftoken%3Da`))
	f.Fuzz(func(t *testing.T, body []byte) {
		once := Body(body)
		if twice := Body(once); !bytes.Equal(once, twice) {
			t.Errorf("%q is redacted to %q and then to %q", body, once, twice)
		}
		before, _ := decode.Decode(body)
		after, _ := decode.Decode(once)
		if len(before.Form) != len(after.Form) {
			t.Errorf("%q has %d fields, and redacted, %q, %d", body, len(before.Form), once, len(after.Form))
		}
	})
}
