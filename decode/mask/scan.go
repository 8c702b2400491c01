package mask

import (
	"strconv"
	"strings"
)

// mayHoldCredential spares most texts the scanner: those without a sign of
// userinfo, a parameter, a header, an escape or a token.
func mayHoldCredential(text string) bool {
	for _, sign := range []string{"=", "@", "%", `\`, "eyJ", "earer ", "asic "} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return strings.Count(text, ":") > strings.Count(text, "://")
}

// A scanner finds the credentials in a text, which it reads with its escapes
// undone: %2F, which may be encoded again as %252F, and those of string literals,
// with one backslash or more: \/ \" \u002f \x2f.
type scanner struct {
	plain string
	from  []origin // of each byte of plain, and of its end
	at    int      // what was read of plain
	last  int      // no name begins before it: the end of the last credential, or its start if it is in quotes
}

// origin is where a byte was in the text, and how often it was percent-encoded.
type origin struct {
	offset uint32
	level  uint8 // at most deepest
}

// deepest is how many levels are told apart, as each may read a part of the text
// again.
const deepest = 3

func newScanner(text string) *scanner {
	plain := make([]byte, 0, len(text))
	from := make([]origin, 0, len(text)+1)
	for i := 0; i < len(text); {
		c, n, level := unpercent(text[i:])
		plain, from = append(plain, c), append(from, origin{uint32(i), uint8(min(level, deepest))})
		i += n
	}
	s := &scanner{plain: string(plain), from: append(from, origin{offset: uint32(len(text))})}
	if !strings.Contains(s.plain, `\`) {
		return s
	}
	to := 0
	for i := 0; i < len(s.plain); to++ {
		c, n := unescape(s.plain[i:])
		plain[to], from[to] = c, s.from[i]
		i += n
	}
	return &scanner{plain: string(plain[:to]), from: append(from[:to], s.from[len(s.plain)])}
}

// unpercent returns the byte or escape that text begins with, how long that is,
// and how often it is encoded.
func unpercent(text string) (c byte, n, level int) {
	if text[0] != '%' {
		return text[0], 1, 0
	}
	for n = 1; strings.HasPrefix(text[n:], "25"); n += 2 {
		level++
	}
	if b, ok := unhex(text[n:]); ok {
		return b, n + 2, level + 1
	}
	return '%', n, level
}

// unescape does so for the escapes of string literals. A run of backslashes counts
// as one, so that the work is linear.
func unescape(text string) (c byte, n int) {
	rest := strings.TrimLeft(text, `\`)
	n = len(text) - len(rest)
	if n == 0 {
		return text[0], 1
	}
	if rest != "" && strings.IndexByte(`/"'`, rest[0]) >= 0 {
		return rest[0], n + 1
	}
	for _, prefix := range []string{"u00", "x"} {
		if digits, found := strings.CutPrefix(rest, prefix); found {
			if b, ok := unhex(digits); ok {
				return b, n + len(prefix) + 2
			}
		}
	}
	return '\\', n
}

// unhex returns the byte that text begins with as two hexadecimal digits.
func unhex(text string) (c byte, ok bool) {
	b, err := strconv.ParseUint(text[:min(2, len(text))], 16, 8)
	return byte(b), err == nil && len(text) >= 2
}

// next returns where the next credential begins and ends in plain, the same
// twice if there is none.
func (s *scanner) next() (start, end int) {
	for ; s.at < len(s.plain); s.at++ {
		switch s.plain[s.at] {
		case '/':
			start, end = s.userinfo()
		case '=', ':', ' ':
			start, end = s.named()
		case 'e':
			start, end = s.webToken()
		}
		if start < end {
			s.at, s.last = end, end
			if end < len(s.plain) && (s.plain[end] == '"' || s.plain[end] == '\'') {
				s.last = start // What is in quotes may be a name, too.
			}
			return start, end
		}
	}
	return 0, 0
}

// userinfo returns the name and the password before the host of a URL, at its
// "//". A URL without a scheme has both, or it is not one. A password may hold
// what it should not, as long as no port can be meant: ftp://user:a/b@host. And
// the host may be missing, if the URL is truncated.
func (s *scanner) userinfo() (start, end int) {
	p := s.plain
	if !strings.HasPrefix(p[s.at:], "//") {
		return 0, 0
	}
	level := s.from[s.at+1].level // What is encoded once more belongs to the password.
	endsHost := func(i int) bool {
		c, l := p[i], s.from[i].level
		return l <= level && (c <= ' ' || strings.IndexByte(`/?#"'<>\`, c) >= 0) || l < level && c == '&'
	}
	start = s.at + 2
	end = s.until(start, endsHost)
	authority, hasScheme := p[start:end], s.at >= 2 && p[s.at-1] == ':' && isAlnum(p[s.at-2])
	user, port, hasPort := strings.Cut(authority, ":")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 && (hasScheme || len(user) < at) {
		return start, start + at
	}
	if !hasScheme || !hasPort || strings.HasPrefix(user, "[") { // an IPv6 address
		return 0, 0
	}
	port = strings.TrimRight(port, ".,;:!)]}|*`…")
	isPort := len(port) <= len("65535") && strings.Trim(port, "0123456789") == ""
	if isPort && !strings.HasSuffix(p[:s.at], "s3:") { // A bucket has no port.
		return 0, 0
	}
	for i := end; i < min(len(p), end+longestPassword) && p[i] != '\n' && !s.closes(i) && !strings.HasPrefix(p[i:], "://"); i++ {
		if p[i] == '@' && s.wordFollows(i) {
			return start, i + strings.LastIndexByte(p[i:s.until(i, endsHost)], '@')
		}
	}
	if isPort {
		return 0, 0
	}
	return start, start + len(strings.TrimSuffix(authority, "…")) // which is that of a shortened text
}

// longestPassword is how far behind the end of a host "@" is looked for, in bytes.
const longestPassword = 256

// schemes are those of HTTP authentication that stay readable.
var schemes = []string{"Bearer ", "Basic ", "Digest ", "Token ", "Negotiate ", "AWS4-HMAC-SHA256 "}

// named returns the value of a parameter, a header or a member with the name of
// a secret, at the separator of both; and what is behind Bearer and Basic.
func (s *scanner) named() (start, end int) {
	p, separator := s.plain, s.plain[s.at]
	stop := s.at // of the name
	for separator != ' ' && stop > s.last && s.at-stop < 4 && strings.IndexByte(` "'`, p[stop-1]) >= 0 {
		stop--
	}
	begin := stop
	for begin > s.last && stop-begin < longestName && (isWord(p[begin-1]) || strings.IndexByte("-.[]", p[begin-1]) >= 0) {
		begin--
	}
	name, before, of := p[begin:stop], p[max(s.last, begin-len("task ")):begin], harmless
	parameter := separator == '=' && stop == s.at
	start = s.at + 1
	switch {
	case separator == ' ':
		if name = strings.TrimLeft(name, "["); strings.EqualFold(name, "Bearer") || strings.EqualFold(name, "Basic") {
			of = weak
		}
	case separator == '=':
		of = strengthOf(name)
		if strings.HasPrefix(p[start:], ">") {
			start++
			parameter = false
		}
	case !strings.HasPrefix(p[start:], "//") && !strings.EqualFold(before, "task "):
		of = memberStrength(name)
		if of == weak && strings.IndexByte(`"'`, p[stop]) < 0 {
			of = harmless // "session: it ended" is a sentence, or a file and what is wrong with it.
		}
	}
	if of == harmless {
		return 0, 0
	}
	for !parameter && strings.HasPrefix(p[start:], " ") {
		start++
	}
	if start == len(p) {
		return 0, 0
	}

	open := start
	quoted := strings.IndexByte(`"'`, p[open]) >= 0
	bracketed := !parameter && of == strong && strings.IndexByte("[{", p[open]) >= 0
	if quoted || bracketed {
		start++
	}
	for _, scheme := range schemes {
		if n := start + len(scheme); n < len(p) && strings.EqualFold(p[start:n], scheme) {
			start = n
			break
		}
	}
	switch lower := strings.ToLower(name); {
	case quoted:
		end = s.until(start, func(i int) bool { return s.sameQuote(i, open) })
	case bracketed:
		end = s.closingBracket(open)
	case !parameter && (strings.HasSuffix(lower, "cookie") || strings.HasSuffix(lower, "authorization")): // all of the line
		inQuotes := begin > 0 && strings.IndexByte(`"'`, p[begin-1]) >= 0
		end = s.until(start, func(i int) bool { return s.endsLine(i) || inQuotes && s.sameQuote(i, begin-1) })
	default:
		end = s.endOfValue(start, parameter)
	}
	if of == weak && looksHarmless(p[start:end]) {
		return 0, 0
	}
	return start, end
}

// until returns the first i from that one on for which ends is true.
func (s *scanner) until(i int, ends func(i int) bool) int {
	for i < len(s.plain) && !ends(i) {
		i++
	}
	return i
}

// sameQuote reports whether two quotes are the same and escaped alike.
func (s *scanner) sameQuote(i, j int) bool {
	return s.plain[i] == s.plain[j] && s.from[i+1].offset-s.from[i].offset == s.from[j+1].offset-s.from[j].offset
}

// closingBracket returns the bracket that closes the one at open.
func (s *scanner) closingBracket(open int) int {
	depth, quote := 0, -1
	return s.until(open, func(i int) bool {
		switch c := s.plain[i]; {
		case quote >= 0:
			if s.sameQuote(i, quote) {
				quote = -1
			}
		case c == '"', c == '\'':
			quote = i
		case c == '[', c == '{':
			depth++
		case c == ']', c == '}':
			depth--
		}
		return depth == 0
	})
}

// endOfValue returns the end of a value that begins at i without a quote. Of what
// is percent-encoded nothing ends it.
func (s *scanner) endOfValue(i int, parameter bool) int {
	ends, closers := " \t", ",;)]}"
	if parameter {
		ends, closers = " \t&#", ""
	}
	return s.until(i, func(i int) bool {
		c := s.plain[i]
		return s.from[i].level == 0 && (strings.IndexByte(ends, c) >= 0 || s.endsLine(i) || s.closes(i) ||
			strings.IndexByte(closers, c) >= 0 && !s.wordFollows(i))
	})
}

// endsLine reports whether a line ends at i, also in a literal.
func (s *scanner) endsLine(i int) bool {
	rest := s.plain[i:]
	return rest[0] == '\n' || rest[0] == '\r' || strings.HasPrefix(rest, `\n`) || strings.HasPrefix(rest, `\r`)
}

// closes reports whether a quote or the like at i ends what is in it. If a word
// follows it is a part of a password.
func (s *scanner) closes(i int) bool {
	return s.from[i].level == 0 && strings.IndexByte(`"'<>\`, s.plain[i]) >= 0 && !s.wordFollows(i)
}

func (s *scanner) wordFollows(i int) bool { return i+1 < len(s.plain) && isWord(s.plain[i+1]) }

// isWord reports whether c is in a word; no letter that is not ASCII is told from
// other characters.
func isWord(c byte) bool { return isAlnum(c) || c == '_' || c >= 0x80 }

// webToken returns the JSON Web Token that begins at an "e". Its parts are in
// base64; the first two are JSON, or the second one is encrypted and long.
func (s *scanner) webToken() (start, end int) {
	p := s.plain
	if !strings.HasPrefix(p[s.at:], "eyJ") {
		return 0, 0
	}
	endOfPart := func(i int) int {
		return s.until(i, func(i int) bool { return !isAlnum(p[i]) && p[i] != '-' && p[i] != '_' })
	}
	start, end = s.at, endOfPart(s.at)
	s.at = end - 1 // No other one begins in this part.
	second, found := strings.CutPrefix(p[end:endOfPart(min(end+1, len(p)))], ".")
	if !found || !strings.HasPrefix(second, "eyJ") && len(second) <= 16 {
		return 0, 0
	}
	for end < len(p) && p[end] == '.' {
		end = endOfPart(end + 1)
	}
	return start, end
}
