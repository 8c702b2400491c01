package cmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"qcb/decode"
	"qcb/decode/capture"
)

// found is a callback and where it was found.
type found struct {
	*decode.Callback
	input   string // the name of the input
	line    int    // in the input
	several bool   // whether there are more inputs
}

// place names the callback's input and line, as it stands before an error.
func (f *found) place() string {
	if f.line > 1 {
		return fmt.Sprintf("%s: line %d", f.input, f.line)
	}
	return f.input
}

// each calls do for each callback in the named files that s selects, in order;
// no name, and the name "-", is standard input. What cannot be read or is
// damaged is reported, and the rest is done all the same. The error is that of
// do, which is one of the output: it ends the run.
func (a *app) each(files []string, s *selection, do func(*found) error) error {
	if len(files) == 0 {
		files = []string{"-"}
	}
	through := sieve{selection: s, do: do}
	for _, name := range files {
		if err := a.eachIn(name, len(files) > 1, &through); err != nil {
			return &outputError{err}
		}
	}
	if err := through.finish(); err != nil {
		return &outputError{err}
	}
	if through.passed == 0 && through.seen > 0 {
		a.fail(exitNo, fmt.Sprintf("none of %s matches %s", count(through.seen, "callback"), s))
	}
	return nil
}

// eachIn reads one input.
func (a *app) eachIn(name string, several bool, through *sieve) error {
	in, title, size, err := a.open(name)
	if err != nil {
		a.fail(exitInput, title+": "+reason(err))
		return nil
	}
	defer in.Close()

	r := capture.NewReader(flushBefore{in, a.out}, size)
	for {
		body, err := r.Next()
		if err != nil {
			return a.endOf(title, r, err)
		}
		callback, damage := decode.Decode(body.Bytes)
		f := &found{callback, title, body.Line, several}
		if err := through.add(f); err != nil {
			return err
		}
		a.damaged(f, damage)
	}
}

// open opens an input. title is its name in messages, and size its length in
// bytes where it has one.
func (a *app) open(name string) (in io.ReadCloser, title string, size int64, err error) {
	if name == "-" {
		return io.NopCloser(a.In), "stdin", 0, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, name, 0, err
	}
	info, err := f.Stat()
	switch {
	case err == nil && info.IsDir():
		f.Close()
		return nil, name, 0, syscall.EISDIR
	case err == nil && info.Mode().IsRegular():
		size = info.Size()
	}
	return f, name, size, nil
}

// flushBefore writes out what was made of the input so far before it waits for
// more: a callback that was piped in slowly is answered at once.
type flushBefore struct {
	io.Reader
	out *bufio.Writer
}

func (f flushBefore) Read(p []byte) (int, error) {
	if err := f.out.Flush(); err != nil {
		return 0, &outputError{err}
	}
	return f.Reader.Read(p)
}

// damaged reports each damage of a callback.
func (a *app) damaged(f *found, err error) {
	var list decode.Errors
	errors.As(err, &list)
	for _, damage := range list {
		a.fail(exitInput, f.place()+": "+damage.Error())
		a.hint(remedies[damage.Kind])
	}
}

// remedies says what can be done about damage.
var remedies = map[decode.Kind]string{
	decode.Cut:       "what arrived whole is printed; look for a length limit where the body was captured",
	decode.BadEscape: `it is kept as it is; a literal "%" is sent as %25`,
	decode.BadJSON:   "what came before is printed; was the body decoded or edited after it was captured?",
	decode.TooDeep:   "what came before is printed",
}

// endOf reports how an input ended. It returns only an error of the output.
func (a *app) endOf(title string, r *capture.Reader, err error) error {
	var (
		none   *capture.NoCallbackError
		output *outputError
	)
	switch {
	case errors.As(err, &output):
		return output
	case errors.As(err, &none):
		a.fail(exitInput, title+": "+none.Error())
		a.hint("a callback is a form body with the fields task_token and status, as Qencode posts it")
	case err != io.EOF:
		a.fail(exitInput, title+": "+reason(err))
	case r.Skipped.Lines > 0:
		s := r.Skipped
		a.note(fmt.Sprintf("%s: %s without a callback, first line %d: %s", title, count(s.Lines, "line"), s.First, s.Saw))
	}
	return nil
}

// reason says in a few words why a file could not be used.
func reason(err error) string {
	var (
		path  *fs.PathError
		errno syscall.Errno
	)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, syscall.EISDIR):
		return "is a directory"
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return err.Error()
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
