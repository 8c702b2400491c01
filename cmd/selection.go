package cmd

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/decode"
)

// selection is the flags that select callbacks, the same for every command.
type selection struct {
	event  string
	task   string
	latest bool
}

func (s *selection) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.event, "event", "", "only callbacks of this `EVENT`: queued, saved, error, …")
	c.Flags().StringVar(&s.task, "task", "", "only callbacks whose task token starts with `TOKEN`")
	c.Flags().BoolVar(&s.latest, "latest", false, "only the last callback of each task")
}

// matches tells by the callback alone.
func (s *selection) matches(c *decode.Callback) bool {
	return (s.event == "" || c.Event == s.event) && strings.HasPrefix(c.TaskToken, s.task)
}

// String writes the flags as they were typed.
func (s *selection) String() string {
	var flags []string
	if s.event != "" {
		flags = append(flags, "--event "+s.event)
	}
	if s.task != "" {
		flags = append(flags, "--task "+s.task)
	}
	return strings.Join(flags, " ")
}

// sieve counts callbacks, and keeps the last one of each task for --latest.
type sieve struct {
	selection    *selection
	seen, passed int
	last         map[task]*found
}

// task is what tells the callbacks of one job from others.
type task struct {
	token  string
	number int // of a callback without a token: nothing says that two of them belong together
}

// taskOf returns the task of a callback with a token, or else with a number that no
// other one has.
func taskOf(token string, number int) task {
	if token != "" {
		return task{token: strings.Clone(token)} // The copy keeps no other texts in memory.
	}
	return task{number: number}
}

// add takes the next callback, and reports whether it is done with at once.
func (s *sieve) add(f *found) bool {
	s.seen++
	if !s.selection.matches(f.Callback) {
		return false
	}
	s.passed++
	if !s.selection.latest {
		return true
	}
	if s.last == nil {
		s.last = map[task]*found{}
	}
	kept := *f
	// Its bytes are kept, which are those of another callback soon. It is decoded again
	// at the end: decoded values take many times the memory.
	kept.body.Bytes, kept.Callback, kept.number = bytes.Clone(f.body.Bytes), nil, s.seen
	s.last[taskOf(f.TaskToken, s.seen)] = &kept
	return false
}

// latestInOrder returns what had to wait for the end of all input.
func (s *sieve) latestInOrder() []*found {
	return slices.SortedFunc(maps.Values(s.last), func(a, b *found) int { return cmp.Compare(a.number, b.number) })
}
