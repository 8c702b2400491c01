package open

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// tar gives the files in a tar archive.
func (o *opener) tar(p Part, layers int) bool {
	from := newSource(p.Text)
	mark := &counter{r: from}
	files := tar.NewReader(mark)
	for {
		head, err := files.Next()
		switch {
		case err == io.EOF && mark.err != nil:
			return o.fail(p, fmt.Errorf("the tar archive ends at byte %d without its end mark: files may be missing", from.at()))
		case err == io.EOF:
			return o.rest(p, from)
		case err != nil:
			return o.fail(p, from.explain("tar", err))
		}
		if !head.FileInfo().Mode().IsRegular() {
			continue
		}
		text := &unpacked{r: files, format: "tar", from: from, most: max(head.Size, 1)}
		if !o.open(Part{Text: text, Size: head.Size, Place: p.Place + inArchive(head.Name), Of: "file"}, layers) {
			return false
		}
		if text.err != nil && text.err != io.EOF {
			return true // Nothing can follow, and it was said.
		}
	}
}

// rest reads what comes after the last file of an archive. It reports whether another part
// is wanted.
func (o *opener) rest(p Part, from source) bool {
	if _, err := io.Copy(io.Discard, from); err != nil {
		return o.fail(p, err) // It is damaged in what it is packed in.
	}
	return true
}

// inArchive returns the place of a file in an archive, by its name there.
func inArchive(name string) string {
	return path.Join("/", strings.ReplaceAll(name, `\`, "/"))
}

// zip gives the files in a zip archive. It goes by the head before each of them: the list at the
// end of the archive is missing where it is truncated, and in a pipe it comes too late.
func (o *opener) zip(p Part, layers int) bool {
	from := newSource(p.Text)
	for {
		next, err := from.Peek(4)
		switch {
		case err != nil:
			return o.fail(p, from.explain("zip", early(err)))
		case string(next) == "PK\x01\x02", string(next) == "PK\x05\x06", string(next) == "PK\x06\x06":
			return o.rest(p, from) // It is the list.
		}
		f := &zipFile{from: from}
		if err := f.head(); err != nil {
			return o.fail(p, from.explain("zip", err))
		}
		part := Part{Place: p.Place + inArchive(f.name), Of: "file"}
		f.begin = from.at()
		text := &unpacked{r: f, format: "zip", from: from, begin: f.begin, most: o.most}
		if err := f.start(); err != nil {
			text.err = err
			if !o.fail(part, err) {
				return false
			}
		} else if !strings.HasSuffix(f.name, "/") { // It is not a folder.
			part.Text, part.Size = text, max(f.size, 0)
			if !o.open(part, layers) {
				return false
			}
		}
		said := text.err != nil && text.err != io.EOF
		if _, err := io.Copy(io.Discard, text); err == nil {
			err = f.finish()
			if err != nil && !o.fail(part, from.explain("zip", err)) {
				return false
			}
		} else if !said && !o.fail(part, err) {
			return false
		}
		if _, err := from.Peek(1); err == io.EOF && f.r != nil && text.err != io.EOF {
			return true // Nothing can follow, and it was said.
		}
		if text.err != io.EOF {
			switch known, err := f.skip(); {
			case !known:
				return o.fail(p, errors.New("the files after "+f.name+" in it cannot be reached"))
			case err != nil:
				return o.fail(p, from.explain("zip", err))
			}
		}
	}
}

// early returns the error of an input that ends before it should.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
