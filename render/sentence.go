package render

import (
	"strings"

	"qcb/decode"
	"qcb/decode/explain"
)

// ColoredError returns a message with its first word, "qcb:", in the colour of an error.
func ColoredError(message string) string {
	word, rest, _ := strings.Cut(message, " ")
	return newTheme(true, false).bad(word) + " " + rest
}

// ColoredSentence is Sentence with the outcome in its colour.
func ColoredSentence(c *decode.Callback, r explain.Report) string {
	word, _ := outcome(c, r)
	word = Message(word)
	sentence := Sentence(c, r)
	rest, found := strings.CutPrefix(sentence, word)
	if !found { // It was shortened or masked.
		return sentence
	}
	return newTheme(true, false).of(toneOf(r.Outcome))(word) + rest
}
