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

	redact bool // mask the credentials in what was sent
}

func (s *selection) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.event, "event", "", "only callbacks of this `EVENT`: queued, saved, error, …")
	c.Flags().StringVar(&s.task, "task", "", "only callbacks of the task whose `TOKEN` begins so")
	c.Flags().BoolVar(&s.latest, "latest", false, "only the last callback of each task")
}

// redactFlag adds the flag --redact.
func (s *selection) redactFlag(c *cobra.Command) {
	c.Flags().BoolVar(&s.redact, "redact", false, "mask credentials in URLs: passwords, signatures, tokens")
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
	*selection
	seen, passed int
	last         map[task]numbered
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

// numbered is a callback and its place in the order of all of them.
type numbered struct {
	*found
	number int
}

// add takes the next callback, and reports whether it is done with at once.
func (s *sieve) add(f *found) bool {
	s.seen++
	if !s.matches(f.Callback) {
		return false
	}
	s.passed++
	if !s.latest {
		return true
	}
	if s.last == nil {
		s.last = map[task]numbered{}
	}
	kept := *f
	kept.body.Bytes = bytes.Clone(f.body.Bytes) // They are those of another one soon.
	s.last[taskOf(f.TaskToken, s.seen)] = numbered{&kept, s.seen}
	return false
}

// latestInOrder returns what had to wait for the end of all input.
func (s *sieve) latestInOrder() []*found {
	byNumber := func(a, b numbered) int { return cmp.Compare(a.number, b.number) }
	var list []*found
	for _, f := range slices.SortedFunc(maps.Values(s.last), byNumber) {
		list = append(list, f.found)
	}
	return list
}
