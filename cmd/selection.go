package cmd

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"qcb/decode"
	"qcb/decode/job"
	"qcb/render"
)

// selection is the flags that select callbacks, the same for every command. A callback
// is selected if it matches all that were given: one of the values of each.
type selection struct {
	tasks, events, types listFlag
	payloads             globsFlag
	since, before        timeFlag

	// What these mean depends on all callbacks of a job.
	outcomes []decode.Outcome
	latest   bool

	first, last countFlag
}

// flagsAlone adds the flags for which one field of a callback is enough.
func (s *selection) flagsAlone(c *cobra.Command) {
	s.types.allowed = []string{"task", "stream"}
	f := c.Flags()
	f.Var(&s.events, "event", "only callbacks with one of these `EVENTS`: queued,saved")
	f.Var(&s.types, "type", "only callbacks with this `TYPE`: task, stream")
}

func (s *selection) flags(c *cobra.Command, now func() time.Time) {
	s.flagsAlone(c)
	s.since.now, s.before.now = now, now
	f := c.Flags()
	f.Var(&s.tasks, "task", "only task tokens that start with `TOKENS`, and retries")
	f.Var(&s.payloads, "payload", "only callbacks whose payload matches `GLOB`")
	f.Var(&s.since, "since", "only callbacks from `TIME` on: a date, a time today, 2h")
	f.Var(&s.before, "before", "only callbacks before `TIME`")
	for _, o := range []decode.Outcome{decode.OutcomeCompleted, decode.OutcomeFailed, decode.OutcomePending} {
		flag := f.VarPF(&outcomeFlag{&s.outcomes, o}, o.String(), "", fmt.Sprintf("only callbacks of %s jobs", o))
		flag.NoOptDefVal = "true"
	}
	f.BoolVar(&s.latest, "latest", false, "only the callback that decides the outcome of each job")
	f.VarP(&s.first, "limit", "n", "only the first `N` of those selected")
	f.Var(&s.last, "last", "only the last `N` of those selected")
}

// check finds flags that make no sense together.
func (s *selection) check() error {
	if s.first > 0 && s.last > 0 {
		return &usageError{"--limit and --last cannot be used together", ""}
	}
	return nil
}

// chosen says whether a selection takes a callback, and if not, why.
type chosen int

const (
	leftOut   chosen = iota
	otherTask        // all but its task token matches
	met              // it matches by itself, but not by its job
	outside          // all but its time matches
	untimed          // all but its time matches, which is not known
	taken
)

// match tells by the callback alone.
func (s *selection) match(f *found) chosen {
	if !s.events.admits(f.Event) || !s.types.admits(cmp.Or(f.Type, "task")) ||
		len(s.payloads) > 0 && !slices.ContainsFunc(s.payloads, func(pattern string) bool { return glob(pattern, f.Payload) }) {
		return leftOut
	}
	fits := taken
	switch at := &f.body.Request; {
	case s.timed() && at.Time.IsZero():
		fits = untimed
	case s.since.set() && s.since.isAfter(at.Time, at.Zoned), s.before.set() && !s.before.isAfter(at.Time, at.Zoned):
		fits = outside
	}
	switch {
	case s.names(f.TaskToken):
		return fits
	case fits == taken:
		return otherTask
	}
	return leftOut
}

// names reports whether the flags leave out no task, or name the one with this token.
func (s *selection) names(token string) bool {
	return len(s.tasks.values) == 0 || slices.ContainsFunc(s.tasks.values, func(start string) bool { return strings.HasPrefix(token, start) })
}

// timed reports whether the time of a callback matters.
func (s *selection) timed() bool { return s.since.set() || s.before.set() }

// absolute reports whether it takes a zone to compare times.
func (s *selection) absolute() bool {
	return s.since.set() && !s.since.local || s.before.set() && !s.before.local
}

// byJob reports whether all callbacks of a job tell what is selected.
func (s *selection) byJob() bool { return s.latest || len(s.outcomes) > 0 }

// admits tells by all callbacks of a job whether the one with a number is selected.
func (s *selection) admits(jobs *job.Jobs, token string, number int) bool {
	final := jobs.Final(jobs.Of(token, number))
	return (!s.latest || final.Deciding.Number == number) &&
		(len(s.outcomes) == 0 || slices.Contains(s.outcomes, final.Deciding.Outcome))
}

// String writes the flags as they were typed.
func (s *selection) String() string {
	var flags []string
	add := func(name, value string) {
		if value != "" {
			flags = append(flags, "--"+name+" "+value)
		}
	}
	add("event", s.events.String())
	add("task", s.tasks.String())
	add("type", s.types.String())
	for _, pattern := range s.payloads {
		add("payload", pattern)
	}
	add("since", s.since.text)
	add("before", s.before.text)
	for _, outcome := range s.outcomes {
		flags = append(flags, "--"+outcome.String())
	}
	if s.latest {
		flags = append(flags, "--latest")
	}
	return strings.Join(flags, " ")
}

// none reports that none of the callbacks was selected; seen is how many there are.
func (a *app) none(s *selection, seen int) {
	message := fmt.Sprintf("none of %d callbacks matches", seen)
	if seen == 1 {
		message = "the callback does not match"
	}
	a.fail(exitNo, message+" "+s.String())
	for _, event := range s.events.values {
		if near := nearest(event, decode.Events()); near != "" && !slices.Contains(decode.Events(), event) {
			a.hint("did you mean: --event " + near)
		}
	}
}

// doubts counts the callbacks that have no time, or no zone, to select them by.
type doubts struct {
	untimed  int // left out
	unzoned  int // compared as local times of this machine
	selected *selection
}

// count counts a callback, by what match returned for it.
func (d *doubts) count(f *found, fits chosen) {
	at := &f.body.Request
	switch {
	case fits == untimed:
		d.untimed++
	case fits > otherTask && d.selected.absolute() && !at.Time.IsZero() && !at.Zoned:
		d.unzoned++
	}
}

// tell reports both counts.
func (d *doubts) tell(a *app) {
	flag := "--since"
	if !d.selected.since.set() {
		flag = "--before"
	}
	if d.untimed > 0 {
		a.fail(0, fmt.Sprintf("left out %s without a time, because of %s", render.Count(d.untimed, "callback"), flag))
	}
	if d.unzoned > 0 {
		a.note(fmt.Sprintf("the times of %s have no zone: %s took them as local times of this machine", render.Count(d.unzoned, "callback"), flag))
	}
}

// listFlag is a flag with several values: with commas between them, and each time that it
// is given.
type listFlag struct {
	values  []string
	allowed []string // nil for any
}

func (l *listFlag) Type() string   { return "list" }
func (l *listFlag) String() string { return strings.Join(l.values, ",") }

// admits reports whether the flag has a value, or was not given.
func (l *listFlag) admits(value string) bool {
	return len(l.values) == 0 || slices.Contains(l.values, value)
}

func (l *listFlag) Set(list string) error {
	for value := range strings.SplitSeq(list, ",") {
		switch {
		case value == "" && list != "":
			return &usageError{hint: "a value in the list is empty"}
		case value == "":
			return nil // refuseEmpty reports it, as for every flag.
		case len(l.allowed) > 0 && !slices.Contains(l.allowed, value):
			return &usageError{hint: meant(value, l.allowed)}
		}
		l.values = append(l.values, value)
	}
	return nil
}

// globsFlag is a flag with a pattern each time that it is given.
type globsFlag []string

func (g *globsFlag) Type() string   { return "glob" }
func (g *globsFlag) String() string { return strings.Join(*g, " ") }

func (g *globsFlag) Set(pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return &usageError{hint: badGlob}
	}
	*g = append(*g, pattern)
	return nil
}

const badGlob = `a "[" starts a set of characters, and needs a closing "]"`

// outcomeFlag is a switch for the jobs with an outcome.
type outcomeFlag struct {
	outcomes *[]decode.Outcome
	outcome  decode.Outcome
}

func (o *outcomeFlag) Type() string     { return "bool" }
func (o *outcomeFlag) IsBoolFlag() bool { return true }

func (o *outcomeFlag) String() string {
	return strconv.FormatBool(o.outcomes != nil && slices.Contains(*o.outcomes, o.outcome))
}

func (o *outcomeFlag) Set(value string) error {
	on, err := strconv.ParseBool(value)
	if err != nil {
		return err // flagError says the same as of every switch.
	}
	*o.outcomes = slices.DeleteFunc(*o.outcomes, func(other decode.Outcome) bool { return other == o.outcome })
	if on {
		*o.outcomes = append(*o.outcomes, o.outcome)
	}
	return nil
}

// countFlag is a flag with a number from 1 on.
type countFlag int

func (c *countFlag) Type() string { return "number" }

func (c *countFlag) String() string {
	if *c == 0 {
		return ""
	}
	return strconv.Itoa(int(*c))
}

func (c *countFlag) Set(value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return &usageError{hint: "it needs a whole number, 1 or more"}
	}
	*c = countFlag(n)
	return nil
}

// timeFlag is a flag with a point in time.
type timeFlag struct {
	now   func() time.Time
	text  string
	at    time.Time
	local bool // it was given without a zone: it is a time as clocks show it
}

func (t *timeFlag) Type() string   { return "time" }
func (t *timeFlag) String() string { return t.text }
func (t *timeFlag) set() bool      { return t.text != "" }

func (t *timeFlag) Set(value string) (err error) {
	t.text = value
	t.at, t.local, err = parseTime(value, t.now())
	return err
}

// isAfter reports whether the time of the flag is after another one. A flag without a zone is
// compared with the clock time that was written in the capture, whatever its zone. A flag
// with a zone takes times that were written without one as local times of this machine.
func (t *timeFlag) isAfter(other time.Time, zoned bool) bool {
	switch {
	case t.local:
		other = asUTC(other)
	case !zoned:
		other = time.Date(other.Year(), other.Month(), other.Day(), other.Hour(), other.Minute(), other.Second(), other.Nanosecond(), time.Local)
	}
	return t.at.After(other)
}

// asUTC returns what a clock shows as if it were that of UTC.
func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// parseTime reads a date, a time of today, both, RFC 3339, or an age. local says that it has
// no zone: it is as if it were UTC.
func parseTime(text string, now time.Time) (at time.Time, local bool, err error) {
	if age, ok := parseAge(text); ok {
		return now.Add(-age), false, nil
	}
	if at, err := time.Parse(time.RFC3339, strings.Replace(text, " ", "T", 1)); err == nil {
		return at, false, nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, strings.Replace(text, " ", "T", 1)); err == nil {
			return at, true, nil
		}
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC), true, nil
		}
	}
	return at, false, &usageError{hint: "a date (2026-11-24), a time today (10:00), both (2026-11-24T10:00:00Z), or an age (2h, 3d)"}
}

// parseAge reads how long ago something was: 90s, 5m, 2h, 3d, 1w, 1d12h.
func parseAge(text string) (age time.Duration, ok bool) {
	for text != "" {
		digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
		n, err := strconv.Atoi(text[:digits])
		if err != nil || digits == len(text) {
			return 0, false
		}
		unit := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[text[digits]]
		const longest = 100 * 365 * 24 * time.Hour
		if unit == 0 || time.Duration(n) > longest/unit {
			return 0, false
		}
		age, ok, text = age+time.Duration(n)*unit, true, text[digits+1:]
	}
	return age, ok
}
