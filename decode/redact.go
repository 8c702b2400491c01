package decode

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// mask stands for a credential.
const mask = "***"

// credentials returns the patterns of what is masked. They are compiled when they
// are first needed, as most texts have nothing for them.
var credentials = sync.OnceValues(func() (userinfo, signature *regexp.Regexp) {
	// A name and a password before the host of a URL. A secret key of S3 may have a
	// slash in it.
	userinfo = regexp.MustCompile(`(s3://)[^\s"'<>@]*@|([A-Za-z][A-Za-z0-9+.-]*://)[^\s"'<>@/?#]*@`)

	// The parameters of a URL that give access to what is there: those of presigned
	// URLs of S3, Google, Azure, CloudFront, Akamai and others, and what is called a
	// token, a key or a password. A "-" in a name may be escaped.
	names := `x-\w+-(?:signature|credential|security-token)|signature|sig|sas|hmac|\w*accesskeyid|googleaccessid|policy|key-pair-id|hdn(?:ea|tl|ts)|auth|authorization|jwt|(?:access_?|auth_?)?token|(?:api_?)?key|secret|pwd|passw(?:or)?d`
	signature = regexp.MustCompile(`(?i)([?&;#](?:` + strings.ReplaceAll(names, "-", "(?:-|%2d)") + `)=)[^&\s"'<>#]+`)
	return userinfo, signature
})

// Redact masks the credentials in the URLs of a text.
func Redact(text string) string {
	if !strings.ContainsAny(text, "@?;#") || !strings.Contains(text, "://") {
		return text // The patterns are slow, and most texts have nothing for them.
	}
	userinfo, signature := credentials()
	text = userinfo.ReplaceAllString(text, "${1}${2}"+mask+"@")
	return signature.ReplaceAllString(text, "${1}"+mask)
}

// redactJSON masks the credentials in the strings of a JSON value. All else stays
// as it is. ok is false where it is no valid JSON.
func redactJSON(v jsontext.Value) (_ jsontext.Value, ok bool) {
	d := jsontext.NewDecoder(bytes.NewBuffer(v), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var redacted jsontext.Value
	from := 0
	for {
		if d.PeekKind() != '"' {
			if _, err := d.ReadToken(); err != nil {
				return append(redacted, v[from:]...), d.StackDepth() == 0 && len(bytes.TrimSpace(v[d.InputOffset():])) == 0
			}
			continue
		}
		quoted, err := d.ReadValue()
		if err != nil {
			return nil, false
		}
		text, _ := jsontext.AppendUnquote(nil, quoted) // It is a valid string.
		if plain := Redact(string(text)); plain != string(text) {
			end := int(d.InputOffset())
			redacted = append(redacted, v[from:end-len(quoted)]...)
			redacted, _ = jsontext.AppendQuote(redacted, bytes.ToValidUTF8([]byte(plain), []byte("\uFFFD")))
			from = end
		}
	}
}

// RedactBody masks the credentials in the URLs of a callback's body: it is the
// body of a callback still, and what holds none is as it was.
func RedactBody(body []byte) []byte {
	var redacted []byte
	for i, field := range bytes.Split(body, []byte("&")) {
		if i > 0 {
			redacted = append(redacted, '&')
		}
		for _, f := range ParseForm(field) {
			if value := f.redacted(); value != string(f.Value) {
				field = []byte(url.QueryEscape(f.Name) + "=" + url.QueryEscape(value))
			}
		}
		redacted = append(redacted, field...)
	}
	return redacted
}

// redacted returns the value of a field with its credentials masked.
func (f *Field) redacted() string {
	if !bytes.ContainsAny(f.Value, `@?;#\`) {
		return string(f.Value)
	}
	if v, ok := redactJSON(f.Value); ok {
		return string(v)
	}
	return Redact(string(f.Value))
}
