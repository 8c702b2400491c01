package render

import (
	"bufio"
	"strings"
)

// markdownSigns are the characters that could begin or end something in a line of
// Markdown: escaped, they are themselves.
var markdownSigns = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", `\<`, ">", `\>`, "*", `\*`, "_", `\_`, "~", `\~`,
	"`", "\\`", "[", `\[`, "]", `\]`, "&", `\&`, "@", `\@`, "#", `\#`, "!", `\!`)

// markdownText makes a text safe within a line of Markdown.
func markdownText(s string) string {
	s = markdownSigns.Replace(Escape(s))
	// GitHub makes links of these without any sign.
	return strings.NewReplacer("://", `:\//`, "www.", `www\.`).Replace(s)
}

// markdownItem makes a text safe as an item of a list: its first characters could
// begin a list, a heading or code in it.
func markdownItem(s string) string {
	s = strings.TrimLeft(markdownText(s), " ")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	switch {
	case s == "":
		return s
	case strings.IndexByte("-+=", s[0]) >= 0:
		return `\` + s
	case digits > 0 && digits < len(s) && strings.IndexByte(".)", s[digits]) >= 0:
		return s[:digits] + `\` + s[digits:]
	}
	return s
}

// markdownURL writes a URL as a link, or as a text if it cannot be one.
func markdownURL(url string) string {
	web := strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
	plain := strings.IndexFunc(url, func(r rune) bool { return r <= ' ' || '~' < r || strings.ContainsRune(`<>|\`, r) }) < 0
	if !web || !plain || strings.Contains(url, "***") {
		return markdownText(url)
	}
	return "<" + url + ">"
}

// markdownRows is Markdown as the format of a Grid: a table.
type markdownRows struct{}

func (markdownRows) head(columns []column) string {
	var names, sides []string
	for _, c := range columns {
		names = append(names, markdownText(c.Name))
		side := "---"
		if c.Right {
			side = "---:"
		}
		sides = append(sides, side)
	}
	return "| " + strings.Join(names, " | ") + " |\n| " + strings.Join(sides, " | ") + " |\n"
}

func (markdownRows) write(w *bufio.Writer, columns []column, row []string) error {
	_ = w.WriteByte('|') // The writer keeps its error.
	for i, cell := range row {
		if columns[i].Link {
			cell = markdownURL(cell)
		} else {
			cell = markdownText(cell)
		}
		_, _ = w.WriteString(" " + cell + " |")
	}
	return w.WriteByte('\n')
}

// markdownPage is Markdown for a ticket.
type markdownPage struct {
	w       *bufio.Writer // keeps its error
	masking Masking
}

func (p *markdownPage) safe(name, value string) string {
	return markdownText(p.masking.person(name, value))
}

func (p *markdownPage) line(parts ...string) { writeLine(p.w, parts) }

func (p *markdownPage) outcome(_ tone, word, more string) {
	p.line(joined(": ", "**"+p.safe("", word)+"**", p.safe("", more)))
	p.line()
}

func (p *markdownPage) field(name, value string) {
	if value != "" {
		p.line("- ", name, ": ", p.safe(name, value))
	}
}

func (p *markdownPage) place(name, value string) {
	p.line("- ", name, ": ", markdownText(p.masking.placed(value)))
}

func (p *markdownPage) section(_ tone, title string) {
	p.line()
	p.line("### ", title)
	p.line()
}

func (p *markdownPage) item(_ tone, label, text string) {
	p.line("- ", markdownItem(joined(": ", p.masking.person("", label), p.masking.person(label, text))))
}

func (p *markdownPage) table(t table, source bool) {
	p.line()
	p.rows(t)
	if source {
		p.line()
		p.line(markdownText(sourceNote))
	}
}

func (p *markdownPage) rows(t table) (left []string) {
	fitted, left := t.withoutEmpty().fit(0, false)
	format := markdownRows{}
	p.line(strings.TrimSuffix(format.head(fitted.table.Columns), "\n"))
	for _, row := range fitted.table.Rows {
		for i := range row {
			row[i] = fitted.table.Columns[i].masked(p.masking, row[i])
		}
		_ = format.write(p.w, fitted.table.Columns, row)
	}
	return left
}

func (p *markdownPage) urls(label string, urls []string) {
	for _, url := range urls {
		text := noURL
		if url = p.masking.person("", url); url != "" {
			text = markdownURL(url)
		}
		p.line("- ", strings.TrimLeft(label, " "), ": ", text)
	}
}
