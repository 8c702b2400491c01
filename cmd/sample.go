package cmd

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"qcb/decode/sample"
)

// sampleOptions are the flags of qcb sample.
type sampleOptions struct {
	seed    uint64
	seeded  bool
	task    string
	event   string
	failure string
	payload string
	outputs int
	count   int
	lines   bool // each body is a line
	times   bool
	cut     int
}

func (a *app) sampleCommand() *cobra.Command {
	o := &sampleOptions{}
	c := &cobra.Command{
		Use:     "sample [KIND]",
		Short:   "Print the body of a callback to test a handler with",
		GroupID: "handler",
		Long: `Print a body as Qencode posts it, with a new random task token.

KIND is one of

` + sampleKinds() + `
The kinds with a * have the shape of captured callbacks and statuses. The others
are made from Qencode's documentation: no callback of these kinds has been
published.

With --count and no KIND, the bodies tell of one job after another: queued, then
saved. Some jobs fail, some are retried as a new job, some callbacks are sent
again, and some come late.

Exit status: 0 printed; 2 wrong usage; 3 the output could not be written.`,
		Example: `  qcb sample | qcb show
  qcb sample failed | qcb replay localhost:3000/callback
  qcb sample --count 1000 --time --seed 1 > callbacks.log`,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		kind, err := o.check(c, args)
		if err != nil {
			return err
		}
		return a.sample(kind, o)
	}
	c.Flags().Uint64Var(&o.seed, "seed", 0, "print the same bytes for the same `NUMBER` each time")
	c.Flags().StringVar(&o.task, "task", "", "the task `TOKEN`: by default a random one")
	c.Flags().StringVar(&o.event, "event", "", "the `EVENT`: by default the one of the KIND")
	c.Flags().StringVar(&o.failure, "error", "", "the message of a failure: any `TEXT`")
	c.Flags().StringVar(&o.payload, "payload", `{"fileName": "bbb_30s.mp4"}`, "the payload: any `TEXT`")
	c.Flags().Lookup("payload").DefValue = "" // It is too long for the help.
	c.Flags().IntVar(&o.outputs, "outputs", 0, "the `NUMBER` of videos, renditions or images")
	c.Flags().IntVar(&o.count, "count", 1, "print this `NUMBER` of bodies, one per line")
	c.Flags().BoolVar(&o.times, "time", false, "print each body on a line that begins with a time")
	c.Flags().IntVar(&o.cut, "cut", 0, "truncate each body to this number of `BYTES`")
	return c
}

// sampleKinds lists the kinds for the help, indented so that the manual page keeps the lines.
func sampleKinds() string {
	var b strings.Builder
	for _, k := range sample.Kinds() {
		mark := " "
		if k.Captured {
			mark = "*"
		}
		fmt.Fprintf(&b, "    %s %-14s  %s\n", mark, k.Name, k.About)
	}
	return b.String()
}

// check finds arguments and flags that make no sense, and returns the name of the kind: ""
// for job after job.
func (o *sampleOptions) check(c *cobra.Command, args []string) (kind string, _ error) {
	changed := func(name string) bool { return c.Flags().Changed(name) }
	if len(args) > 1 {
		return "", &usageError{fmt.Sprintf("unexpected argument %q", args[1]), "qcb sample takes one KIND"}
	}
	for _, number := range []struct {
		name  string
		value int
	}{{"count", o.count}, {"outputs", o.outputs}, {"cut", o.cut}} {
		if number.value < 1 && changed(number.name) {
			return "", &usageError{what: "--" + number.name + " must be at least 1"}
		}
	}
	if changed("task") && o.task == "" || changed("event") && o.event == "" || changed("error") && o.failure == "" {
		return "", refuseEmpty(c)
	}
	o.seeded, o.lines = changed("seed"), changed("count") || o.times
	switch {
	case len(args) == 1:
		kind = args[0]
	case changed("count") && (o.task != "" || o.event != "" || o.failure != ""):
		return "", &usageError{"--task, --event and --error need a KIND with --count", "qcb sample saved --count 3 --task TOKEN"}
	case changed("count"):
		return "", nil
	case o.failure != "":
		kind = "error"
	default:
		kind = "saved"
	}
	i := slices.IndexFunc(sample.Kinds(), func(k sample.Kind) bool { return k.Name == kind })
	switch {
	case i < 0:
		return "", &usageError{fmt.Sprintf("invalid KIND %q", kind), meant(kind, sample.KindNames())}
	case o.outputs > 0 && !sample.Kinds()[i].Outputs:
		return "", &usageError{what: kind + " has no outputs: leave --outputs out"}
	case o.failure != "" && !sample.Kinds()[i].Failure:
		return "", &usageError{what: kind + " has no failure: leave --error out"}
	}
	return kind, nil
}

// sample prints bodies of a kind, or of job after job. A single body does not get a line
// ending, which would be a part of what is posted.
func (a *app) sample(kind string, o *sampleOptions) error {
	begin := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	if !o.seeded {
		const most = 60_000 // Two callbacks of a story are at most a minute apart.
		o.seed, begin = rand.Uint64(), time.Now().UTC().Add(-time.Duration(min(o.count, most))*time.Minute)
	}
	rnd := rand.New(rand.NewPCG(o.seed, 0))
	story := sample.NewStory(rnd)
	story.Payload, story.Outputs, story.Time = o.payload, o.outputs, begin
	for range o.count {
		var d sample.Delivery
		if kind == "" {
			d = story.Next()
		} else {
			j := sample.NewJob(rnd)
			j.Token = cmp.Or(o.task, j.Token)
			j.Payload, j.Outputs, j.Event, j.Error = o.payload, o.outputs, o.event, o.failure
			d = sample.Delivery{Time: begin, Body: j.Body(kind)}
			begin = begin.Add(time.Second)
		}
		body := d.Body
		if o.cut > 0 {
			body = body[:min(len(body), o.cut)]
		}
		if o.times {
			body = append([]byte(d.Time.Format("2006-01-02T15:04:05.000Z ")), body...)
		}
		if o.lines || a.OutTerminal {
			body = append(body[:len(body):len(body)], '\n')
		}
		if _, err := a.out.Write(body); err != nil {
			return &outputError{err}
		}
	}
	return nil
}
