package cmd

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"qcb/render"
)

// progress shows how much of a long input was read, how fast, and how long the rest will
// take, on a line of standard error that is erased in the end. For a pipe that has sent little,
// or nothing new, the line says that it waits, and how many callbacks were found.
type progress struct {
	w     io.Writer
	total int64        // bytes of all inputs, 0 if that is not known
	read  atomic.Int64 // bytes, counted where they are read
	begin time.Time
	grew  time.Time     // when the line last showed more bytes
	after time.Duration // how long it waits before it shows something
	from  time.Time     // when it is shown next
	drawn int64         // how many bytes the line shows, 0 without a line
	shown bool          // whether there is a line on the terminal
	told  int           // the number of callbacks in the line if that says that it waits, else -1
	over  bool
	tick  *time.Ticker
}

// newProgress returns the progress through a number of readings of all inputs, or nil if
// nobody would see it.
func (a *app) newProgress(files []string, readings int) *progress {
	if interactive := a.InTerminal && slices.Contains(files, "-"); interactive || a.ProgressAfter == 0 || a.quiet {
		return nil
	}
	now := time.Now()
	return &progress{w: a.Err, total: a.sizeOfAll(files) * int64(readings), begin: now, grew: now, after: a.ProgressAfter, from: now.Add(a.ProgressAfter), told: -1, tick: time.NewTicker(100 * time.Millisecond)}
}

// due receives when it is time to draw; never if p is nil.
func (p *progress) due() <-chan time.Time {
	if p == nil {
		return nil
	}
	return p.tick.C
}

// sizeOfAll returns the length of all inputs in bytes, or 0 if it is not known. It opens
// none of them: whoever writes to a named pipe would take that for the reader.
func (a *app) sizeOfAll(files []string) int64 {
	sum := int64(0)
	for _, name := range files {
		stat := func() (fs.FileInfo, error) { return os.Stat(name) }
		if name == "-" {
			f, ok := a.In.(*os.File)
			if !ok {
				return 0
			}
			stat = f.Stat
		}
		switch info, err := stat(); {
		case err != nil: // Nothing of it will be read.
		case !info.Mode().IsRegular():
			return 0
		default:
			sum += info.Size()
		}
	}
	return sum
}

// add counts bytes that were read.
func (p *progress) add(n int) {
	if p != nil {
		p.read.Add(int64(n))
	}
}

// draw shows the progress if the line is due and says something new. callbacks is how many were
// found so far.
func (p *progress) draw(callbacks int) {
	if p == nil || p.over {
		return
	}
	now, read := time.Now(), p.read.Load()
	if now.Before(p.from) {
		return
	}
	const least = 1e6 // bytes of a pipe
	line := ""
	switch {
	case read != p.drawn && (p.total > 0 || read >= least):
		line = progressLine(read, p.total, now.Sub(p.begin))
		p.drawn, p.grew, p.told = read, now, -1
	case p.total == 0 && p.told != callbacks && now.Sub(p.grew) >= p.after:
		line = fmt.Sprintf("waiting for the end of the input (%s so far)", render.Count(callbacks, "callback"))
		p.told = callbacks
	default:
		return
	}
	fmt.Fprintf(p.w, "\x1b[2K\r%s", line)
	p.shown, p.from = true, now.Add(100*time.Millisecond)
}

// progressLine says how far it is, in at most 70 cells.
func progressLine(read, total int64, took time.Duration) string {
	const width = 24
	rate := float64(read) / max(took.Seconds(), 1e-3)
	if read >= total { // Or it is a log that has grown since its length was taken.
		return fmt.Sprintf("%.0f MB  %.0f MB/s", float64(read)/1e6, rate/1e6)
	}
	part := float64(read) / float64(total)
	bar := strings.Repeat("=", int(part*width))
	seconds := min(float64(total-read)/rate, 1e9) // A Duration holds no more than 9e9.
	left := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf("[%-*s] %2.0f %%  %.0f of %.0f MB  %.0f MB/s  %s left", width, bar, part*100, float64(read)/1e6, float64(total)/1e6, rate/1e6, left)
}

// clear makes room for a line on standard error.
func (p *progress) clear() {
	if p != nil && p.shown {
		fmt.Fprint(p.w, "\x1b[2K\r")
		p.drawn, p.shown, p.told = 0, false, -1
	}
}

// end takes it from the terminal for good.
func (p *progress) end() {
	p.clear()
	if p != nil {
		p.over = true
		p.tick.Stop()
	}
}
