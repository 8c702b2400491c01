package render

import (
	"bufio"
	"cmp"

	"qcb/decode/explain"
)

// Explanation writes what is known of a failure, for a person: the failure, then what
// it seems to be about and what to check, a line each.
func Explanation(w *bufio.Writer, f explain.Failure, s Screen) error {
	p := newTextPage(w, ShowOptions{Screen: s})
	p.line(p.paint.of(toneStrong)(p.safe("", failureTitle(f))))
	for _, line := range explanation(f) {
		p.item(tonePlain, "", line)
	}
	_, err := w.Write(nil) // The writer keeps its first error.
	return err
}

// failureTitle names a failure that may have a code, a message, or both.
func failureTitle(f explain.Failure) string {
	if f.Message == "" {
		return "code " + f.Code
	}
	return f.String()
}

// explanation says what is known of a failure.
func explanation(f explain.Failure) []string {
	lines := causes([]explain.Failure{{Message: f.Message, Cause: f.Cause}})
	switch code := explain.CodeOf(f.Code); {
	case f.Code == "":
		return lines
	case code.Meaning == "":
		return append(lines, "code "+f.Code+" is not in Qencode's published table")
	case code.Name == "":
		lines = append(lines, "in Qencode's API: "+code.Meaning+" (the code is not in the published table)")
		return append(lines, "check "+code.Check)
	default:
		lines = append(lines, "in Qencode's API: "+code.Name+", "+code.Meaning+" (callback codes are not documented)")
		if code.Check != "" {
			lines = append(lines, "check "+code.Check)
		}
		return lines
	}
}

// NewExplanations returns a Grid with a row for each failure, of [AppendExplanation].
func NewExplanations(w *bufio.Writer, o GridOptions) *Grid {
	return newGrid(w, o, []column{
		{Name: "text"}, {Name: "code"}, {Name: "name"}, {Name: "meaning"}, {Name: "cause"}, {Name: "word"}, {Name: "check"},
	})
}

// AppendExplanation appends the cells of a failure, which was read from a text, to a row.
func AppendExplanation(row []string, text string, f explain.Failure) []string {
	code := explain.CodeOf(f.Code)
	return append(row, text, f.Code, code.Name, code.Meaning, f.Cause.Kind, f.Cause.Word, cmp.Or(f.Cause.Check, code.Check))
}
