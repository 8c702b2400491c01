package mask

import (
	"regexp"
	"strings"
	"sync"
)

// strength says what a name tells about its value.
type strength int

const (
	harmless strength = iota // nothing
	weak                     // it is a secret unless it looks like a word, a number or a file
	strong                   // it is a secret, whatever it looks like
)

// names are those of secrets, in lower case and without separators. One of five
// letters or more also counts at the end of a longer word: accesstoken.
var names = []struct {
	name string
	of   strength
}{
	// Qencode's own, which are not secrets: https://docs.qencode.com/tutorials/transcoding/receiving-callbacks
	{"tasktoken", harmless},
	{"errorcode", harmless},

	// Signed URLs of Amazon S3 and of all that are compatible, as Wasabi is, of Google, Alibaba and Tencent:
	// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
	// https://docs.cloud.google.com/storage/docs/access-control/signed-urls-v2
	// https://www.alibabacloud.com/help/doc-detail/31952.html
	// https://www.tencentcloud.com/document/product/436/7778
	{"signature", strong},
	{"credential", strong},
	{"token", strong},
	{"accesskeyid", strong},
	{"googleaccessid", strong},
	{"qak", strong},
	// Azure: https://learn.microsoft.com/rest/api/storageservices/create-service-sas
	// https://learn.microsoft.com/azure/azure-functions/function-keys-how-to
	{"sig", strong},
	{"sas", weak},
	{"code", weak},
	{"functionskey", strong},
	// CloudFront: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
	{"policy", weak},
	{"keypairid", strong},
	// Akamai: https://github.com/akamai/EdgeAuth-Token-Python
	{"hdnts", strong},
	{"hdnea", strong},
	{"hdntl", strong},
	{"gda", strong},
	{"hmac", strong},
	// Backblaze: https://www.backblaze.com/b2/docs/b2_get_download_authorization.html
	{"authorization", strong},
	// Other networks, beside token, as Bunny, Fastly and Mux have it: https://docs.bunny.net/docs/cdn-token-authentication
	// https://developers.cloudflare.com/waf/custom-rules/use-cases/configure-token-authentication/
	// https://help.aliyun.com/en/cdn/user-guide/url-signing-examples
	// https://www.tencentcloud.com/document/product/228/35222
	// https://docs.edg.io/delivery/delivery/mediavault
	// https://nginx.org/en/docs/http/ngx_http_secure_link_module.html
	{"verify", weak},
	{"authkey", strong},
	{"sign", weak},
	{"h", weak},
	// imgix and Discord, and the token of Akamai under its short name:
	// https://docs.imgix.com/en-US/getting-started/setup/securing-assets
	// https://techdocs.akamai.com/property-mgr/docs/auth-token-2-0-ver
	{"s", weak},
	{"hm", weak},
	{"st", weak},
	{"md5", weak},
	{"tokenhash", strong},
	{"rlkey", strong},
	// HTTP: RFC 6265 (cookies), 6750 (bearer tokens), 7519 (JSON Web Tokens), and the sessions of servlets and PHP
	{"cookie", strong},
	{"bearer", strong},
	{"jwt", strong},
	{"sessionid", strong},
	{"sessid", strong},
	{"session", weak},
	{"sid", weak},
	{"ticket", weak},
	// What people call their own.
	{"secret", strong},
	{"password", strong},
	{"passwd", strong},
	{"passphrase", strong},
	{"credentials", strong},
	{"pass", strong},
	{"pwd", strong},
	{"pw", strong},
	{"otp", strong},
	{"apikey", strong},
	{"accesskey", strong},
	{"secretkey", strong},
	{"privatekey", strong},
	{"key", weak},
	{"auth", weak},
	{"secure", weak},
	{"hash", weak},
}

// longestName is how much of a name is read, in bytes.
const longestName = 64

// strengthOf returns how surely the value of that name is a secret. Words before
// and behind do not matter: refreshToken and token_id count as token does. Where
// several names end, the longest one counts: task_token is not a token.
func strengthOf(name string) strength {
	name = name[max(0, len(name)-longestName):]
	words := make([]byte, 0, longestName) // in lower case and without separators
	var starts uint64                     // bit n: a word begins at words[n]
	most := harmless
	for i := range len(name) {
		c, next := name[i], byte(0)
		if !isAlnum(c) {
			continue
		}
		if i == 0 || !isAlnum(name[i-1]) || isUpper(c) && !isUpper(name[i-1]) {
			starts |= 1 << len(words)
		}
		words = append(words, c|0x20)
		if i+1 < len(name) {
			next = name[i+1]
		}
		if isAlnum(next) && !isDigit(next) && (isUpper(c) || !isUpper(next)) {
			continue // The word continues.
		}
		longest, of := 0, harmless
		for _, n := range names {
			start := len(words) - len(n.name)
			if start >= 0 && len(n.name) > longest && string(words[start:]) == n.name && (len(n.name) >= 5 || starts>>start&1 == 1) {
				longest, of = len(n.name), n.of
			}
		}
		most = max(most, of)
	}
	return most
}

// memberStrength does so for a member of an object. There, a key is where an
// output is stored: https://docs.qencode.com/api-reference/transcoding
func memberStrength(name string) strength {
	if name == "key" {
		return harmless
	}
	return strengthOf(name)
}

// plainValue matches words, numbers, times, paths and the names of files, as people
// choose them: public, 720p, a/b.mp4. No word is in capitals.
var plainValue = sync.OnceValue(func() *regexp.Regexp {
	const word = `(?:[0-9]{1,13}|[A-Za-z][a-z]{1,13}|(?:v|h|x|mp|av|vp|sha|md)[0-9]{1,4}|[0-9]{1,4}(?:p|k|fps)|[0-9]{2}T[0-9]{2}|[0-9]{2}Z)`
	return regexp.MustCompile(`^(?:.{1,200}\.[0-9]?[A-Za-z][A-Za-z0-9]{1,3}|/?(?:` + word + `(?:[/_.:;, -]{1,2}` + word + `){0,20})?/?)[.,;:)\]}]*$`)
})

// looksHarmless reports whether the value of a weak name is not a secret. One that is
// masked in part stays, so that masking twice is masking once.
func looksHarmless(value string) bool {
	return strings.Contains(value, masked) || len(value) < 256 && plainValue().MatchString(value)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isAlnum(c byte) bool { return isDigit(c) || isUpper(c) || 'a' <= c && c <= 'z' }
