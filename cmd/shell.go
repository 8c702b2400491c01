package cmd

import (
	"os"
	"strings"
	"unicode"
)

// quoted quotes a text for a POSIX shell and for fish.
func quoted(text string) string {
	return "'" + strings.NewReplacer("'", `'\''`, `\`, `'\\'`).Replace(text) + "'"
}

// shellWord returns a text as a word of a command that is suggested: quoted if a shell may read
// something in it. Messages are read on Windows, too, so a plain word is left as it is.
func shellWord(text string) string {
	plain := "-_./:,+@" + string(os.PathSeparator)
	if strings.ContainsFunc(text, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(plain, c)
	}) {
		return quoted(text)
	}
	return text
}
