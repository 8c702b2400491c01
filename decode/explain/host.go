package explain

import (
	"net/netip"
	"strings"
)

// withoutURLs returns a message with only the schemes of its URLs, and the first private
// host of one, "" if none has one.
func withoutURLs(message string) (text, private string) {
	var b strings.Builder
	for {
		i := strings.Index(message, "://")
		if i < 0 {
			b.WriteString(message)
			return b.String(), private
		}
		b.WriteString(message[:i])
		start := i
		for start > 0 && isLetter(message[start-1]) {
			start--
		}
		scheme := strings.ToLower(message[start:i])
		message = message[i+len("://"):]
		end := strings.IndexAny(message, " \t\r\n\"'<>`|")
		if end < 0 {
			end = len(message)
		}
		if host := hostOf(message[:end]); private == "" && isWeb(scheme) && isPrivate(host) {
			private = host
		}
		message = message[end:]
	}
}

// isWeb reports whether the host of a URL with this scheme is one of a network: that of
// an s3:// URL is a bucket.
func isWeb(scheme string) bool {
	switch scheme {
	case "http", "https", "ftp", "ftps", "sftp":
		return true
	}
	return false
}

// hostOf returns the host in a URL, of which the scheme was cut off.
func hostOf(rest string) string {
	if end := strings.IndexAny(rest, "/?#\\,;)"); end >= 0 {
		rest = rest[:end]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if inner, ok := strings.CutPrefix(rest, "["); ok {
		host, _, _ := strings.Cut(inner, "]")
		return host
	}
	host, _, _ := strings.Cut(rest, ":")
	return strings.TrimRight(host, ".]}")
}

// isPrivate reports whether a host can only be reached from its own machine or network:
// its address or its domain is reserved for that, or its name has no domain.
func isPrivate(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.IsPrivate() || address.IsLoopback() || address.IsLinkLocalUnicast() || address.IsUnspecified()
	}
	name := "." + strings.ToLower(host)
	for _, domain := range []string{".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa", ".test"} {
		if strings.HasSuffix(name, domain) {
			return true
		}
	}
	for i := range len(host) {
		if c := host[i]; !isLetter(c) && (c < '0' || '9' < c) && c != '-' && c != '_' {
			return false
		}
	}
	return host != ""
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
