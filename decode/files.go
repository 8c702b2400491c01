package decode

import (
	"bytes"
	"cmp"
	"io"
	"iter"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Files returns the URL of each file of the output, numbered from 0. A text has one for
// each of its Storage.Names, because its own URL is that of a folder; any other output has
// its own. The first one is always there; it is empty if no URL was sent.
func (o *Output) Files() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		if o.Kind != KindText {
			yield(0, o.URL)
			return
		}
		folder := cmp.Or(o.URL, o.DownloadURL)
		names := textsIn(o.Storage().Names)
		if len(names) == 0 || folder == "" {
			yield(0, folder)
			return
		}
		for i, name := range names {
			if !yield(i, inFolder(folder, name)) {
				return
			}
		}
	}
}

// inFolder returns the URL of a file in a folder. What is behind the path of a web URL, a
// signature, stays behind it.
func inFolder(folder, name string) string {
	rest := ""
	if strings.HasPrefix(folder, "https://") || strings.HasPrefix(folder, "http://") {
		if end := strings.IndexAny(folder, "?#"); end >= 0 {
			folder, rest = folder[:end], folder[end:]
		}
		name = (&url.URL{Path: name}).EscapedPath()
	}
	if strings.HasSuffix(folder, "/"+name) {
		return folder + rest
	}
	return strings.TrimSuffix(folder, "/") + "/" + strings.TrimPrefix(name, "/") + rest
}

// textsIn returns the strings in a JSON value that are not names of members, in their
// order: no sample shows whether the names of files are a list or an object.
func textsIn(value RawJSON) (texts []string) {
	decoder := jsontext.NewDecoder(bytes.NewReader(value), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := decoder.ReadToken()
		if err != nil {
			if err != io.EOF {
				return nil
			}
			return texts
		}
		kind, read := decoder.StackIndex(decoder.StackDepth())
		isName := kind == '{' && read%2 == 1
		if text := token.String(); token.Kind() == '"' && !isName && text != "" {
			texts = append(texts, text)
		}
	}
}
