// Package mask hides credentials.
package mask

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"qcb/decode"
)

// stars stands for a credential.
const stars = "***"

// credentials are the patterns of what is masked.
type credentials struct {
	// userinfo is a name and a password before the host of a URL. A secret key of S3
	// may have a slash in it.
	userinfo *regexp.Regexp

	// parameter is what comes before the value of a parameter of a URL, which some
	// servers put into its path; secret is the name of one that gives access to what is
	// there: those of presigned URLs of S3, Google, Azure, CloudFront, Akamai and
	// others, and what is called a token, a key, a hash or a password.
	parameter, value, secret *regexp.Regexp

	jwt *regexp.Regexp // wherever it stands: in a path, too
}

// patterns compiles them when they are first needed, as most texts have nothing for
// them. What was cut off has the escapes of JSON still, and a URL in the parameter of
// another is encoded.
var patterns = sync.OnceValue(func() credentials {
	return credentials{
		userinfo: regexp.MustCompile(`(?i)(s3:(?:\\*/){2})[^\s"'<>@/:]*:[^\s"'<>@]*@(?:[^\s"'<>/?#]*@)?` +
			`|([a-z][a-z0-9+.-]*:(?:\\*/){2})[^\s"'<>/?#]*@` +
			`|((?:\\*/){2})[^\s"'<>/?#:@]*:[^\s"'<>/?#]*@`),
		parameter: regexp.MustCompile(`(?i)(?:[?&;#~/]|\\u00(?:23|26|3b|3f)|%(?:25)*(?:23|26|3b|3f))([\w.%[\]-]+?)(?:=|\\u003d|%(?:25)*3d)`),
		value:     regexp.MustCompile(`(?i)^(?:[^&\s"'<>#\\]|\\+/|\\u00(?:2[0-57-9a-f]|[013-9a-f][0-9a-f])|["'<>]\w)+`),
		secret: regexp.MustCompile(`(?i)(?:token|secret|passw(?:or)?d|passphrase|credentials?|signature|hash|authorization|accesskeyid|googleaccessid` +
			`|(?:^|[^a-z])(?:key|pass|pwd|sign?|sas|hmac|md5|jwt|auth|verify|secure|session|policy|key-pair-id|gda|hdn(?:ea|tl|ts))` +
			`|(?:api|access|secret|private|rl)key|(?-i:[a-z](?:Key|Pass|Pwd|Sig|Auth)))[][_]*$`),
		jwt: regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*`),
	}
})

// mayHoldCredentials spares most texts the patterns, which are slow. The slashes of a
// URL may be escaped.
func mayHoldCredentials(text string) bool {
	url := strings.Contains(text, "//") || strings.Contains(text, `\`)
	return url && (strings.ContainsAny(text, `@?;#%=\`) || strings.Contains(text, "eyJ"))
}

// Redact masks the credentials in the URLs of a text.
func Text(text string) string {
	if !mayHoldCredentials(text) {
		return text
	}
	p := patterns()
	text = p.userinfo.ReplaceAllString(text, "${1}${2}${3}"+stars+"@")
	text = p.jwt.ReplaceAllString(text, stars)
	var redacted strings.Builder
	for {
		m := p.parameter.FindStringSubmatchIndex(text)
		if m == nil {
			return redacted.String() + text
		}
		name := text[m[2]:m[3]]
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		redacted.WriteString(text[:m[1]])
		text = text[m[1]:]
		if value := p.value.FindString(text); value != "" && p.secret.MatchString(name) {
			redacted.WriteString(stars)
			text = text[len(value):]
		}
	}
}

// JSON masks the credentials in the strings of a JSON value, and in the text
// from where it is no valid JSON any more. All else stays as it is.
func JSON(v []byte) []byte {
	d := jsontext.NewDecoder(bytes.NewBuffer(v), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var redacted jsontext.Value
	for valid := 0; ; { // so far, and copied
		start := valid
		var quoted jsontext.Value
		var err error
		if d.PeekKind() == '"' {
			quoted, err = d.ReadValue()
		} else {
			_, err = d.ReadToken()
		}
		if err != nil {
			return append(redacted, Text(string(v[valid:]))...)
		}
		valid = int(d.InputOffset())
		text, _ := jsontext.AppendUnquote(nil, quoted) // It is a valid string.
		plain := Text(string(text))
		if plain == string(text) {
			redacted = append(redacted, v[start:valid]...)
			continue
		}
		redacted = append(redacted, v[start:valid-len(quoted)]...)
		redacted, _ = jsontext.AppendQuote(redacted, bytes.ToValidUTF8([]byte(plain), []byte("\uFFFD")))
	}
}

// Body masks the credentials in the URLs of a callback's body: it is the
// body of a callback still, and what holds none is as it was.
func Body(body []byte) []byte {
	var redacted []byte
	for i, field := range bytes.Split(body, []byte("&")) {
		if i > 0 {
			redacted = append(redacted, '&')
		}
		for _, f := range decode.ParseForm(field) {
			if value := string(Value(f.Name, f.Value)); value != string(f.Value) {
				field = []byte(url.QueryEscape(f.Name) + "=" + url.QueryEscape(value))
			}
		}
		redacted = append(redacted, field...)
	}
	return redacted
}

// Value masks the value of a field or member of that name.
func Value(name string, value []byte) []byte {
	if !mayHoldCredentials(string(value)) {
		return value
	}
	return JSON(value)
}
