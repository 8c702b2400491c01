package cmd

import (
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how much of a long input is read, how fast, and how long the rest
// will take, on a line of standard error that is gone in the end.
type progress struct {
	bar   *progressbar.ProgressBar
	begin time.Time    // when it is first shown
	read  atomic.Int64 // bytes, counted where they are read
	shown bool
	over  bool
	tick  *time.Ticker
}

// newProgress returns the progress through a number of readings of all inputs, or nil if
// nobody would see it.
func (a *app) newProgress(files []string, readings int) *progress {
	if a.ProgressAfter == 0 || a.quiet {
		return nil
	}
	bar := progressbar.NewOptions64(
		max(a.sizeOfAll(files)*int64(readings), -1),
		progressbar.OptionSetWriter(a.Err),
		progressbar.OptionSetWidth(24),
		progressbar.OptionSetTheme(progressbar.ThemeASCII),
		progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(progressEvery),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), // or it would draw in a goroutine of its own
	)
	bar.StartWithoutRender() // It measures the rate from now on.
	return &progress{bar: bar, begin: time.Now().Add(a.ProgressAfter), tick: time.NewTicker(progressEvery)}
}

// progressEvery is how often the progress is drawn.
const progressEvery = 100 * time.Millisecond

// due receives when it is time to draw; never if there is no progress to show.
func (p *progress) due() <-chan time.Time {
	if p == nil {
		return nil
	}
	return p.tick.C
}

// sizeOfAll returns the length of all inputs in bytes, or -1 if it is not known. It
// opens none: a named pipe would take that for its reader.
func (a *app) sizeOfAll(files []string) int64 {
	sum := int64(0)
	for _, name := range files {
		stat := func() (fs.FileInfo, error) { return os.Stat(name) }
		if name == "-" {
			f, ok := a.In.(*os.File)
			if !ok {
				return -1
			}
			stat = f.Stat
		}
		switch info, err := stat(); {
		case err != nil: // Nothing of it will be read.
		case !info.Mode().IsRegular():
			return -1
		default:
			sum += info.Size()
		}
	}
	return max(sum, 1) // The bar takes no 0.
}

// add counts bytes that were read.
func (p *progress) add(n int) {
	if p != nil {
		p.read.Add(int64(n))
	}
}

// draw shows the progress, if it is time to. It is called wherever something else
// could be printed.
func (p *progress) draw() {
	if p == nil || p.over || time.Now().Before(p.begin) {
		return
	}
	read := p.read.Load()
	_ = p.bar.Set64(read) // A log may have grown since its length was taken.
	p.bar.Describe(fmt.Sprintf("%d MB", read/1e6))
	p.shown = true
}

// clear makes room for a line on standard error.
func (p *progress) clear() {
	if p != nil && !p.over && p.shown {
		_ = p.bar.Clear() // An error will be met by the next line, too.
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
