package cmd

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/spf13/cobra"

	"qcb/decode/sample"
)

// sampleOptions are the flags of qcb sample.
type sampleOptions struct {
	seed    uint64
	payload string
	outputs int
	count   int
	cut     int
}

func (a *app) sampleCommand() *cobra.Command {
	o := &sampleOptions{}
	c := &cobra.Command{
		Use:     "sample [KIND]",
		Short:   "Print the body of a callback to test a handler with",
		GroupID: "handler",
		Long: `Print a body as Qencode posts it, with a task token of its own.

KIND is one of

    saved    a job that is done, with a video and an audio (the default)
    queued   a job that was accepted
    error    a job that failed; then comes
    failed   the event saved of a failed job
    hls      a job whose renditions share the URL of a playlist
    images   a job with a series of thumbnails
    many     a job whose body is longer than some servers take

saved, queued, hls and images have the shapes of captured callbacks and
statuses. No error body and no failed job has been published: error and failed
are made from Qencode's documentation.

With --count and no KIND the bodies are those of jobs that are queued, and then
saved or failed, one a line.

Exit status: 0 printed; 2 wrong usage; 3 the output could not be written.`,
		Example: `  qcb sample | qcb show
  qcb sample failed | curl --data-binary @- http://localhost:3000/callback
  qcb sample --count 1000 --seed 1 > callbacks.log`,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case len(args) > 1:
			return &usageError{fmt.Sprintf("unexpected argument %q", args[1]), "qcb sample takes one KIND"}
		case len(args) == 1 && !slices.Contains(sample.Kinds, args[0]):
			return &usageError{fmt.Sprintf("%q is no KIND", args[0]), meant(args[0], sample.Kinds)}
		case o.count < 1:
			return &usageError{what: "--count needs a number from 1 on"}
		case o.outputs < 1 && c.Flags().Changed("outputs"):
			return &usageError{what: "--outputs needs a number from 1 on"}
		case o.cut < 1 && c.Flags().Changed("cut"):
			return &usageError{what: "--cut needs a number from 1 on"}
		}
		if o.outputs > 0 && len(args) == 1 && (args[0] == "queued" || args[0] == "error") {
			return &usageError{what: args[0] + " has no outputs: leave --outputs out"}
		}
		if !c.Flags().Changed("seed") {
			o.seed = rand.Uint64()
		}
		return a.sample(args, o, c.Flags().Changed("count"))
	}
	c.Flags().Uint64Var(&o.seed, "seed", 0, "print the same bytes for the same `NUMBER` each time")
	c.Flags().StringVar(&o.payload, "payload", `{"fileName": "bbb_30s.mp4"}`, "the payload: any `TEXT`")
	c.Flags().Lookup("payload").DefValue = "" // It is too long for the help.
	c.Flags().IntVar(&o.outputs, "outputs", 0, "the `NUMBER` of its videos, renditions or images")
	c.Flags().IntVar(&o.count, "count", 1, "print a `NUMBER` of bodies, one a line")
	c.Flags().IntVar(&o.cut, "cut", 0, "cut each body off after so many `BYTES`")
	return c
}

// sample prints bodies. lines says that each is a line; a single body has no line
// ending, which would be part of what is posted.
func (a *app) sample(kind []string, o *sampleOptions, lines bool) error {
	rnd := rand.New(rand.NewPCG(o.seed, 0))
	var job *sample.Job
	var kinds []string // what is still to come of the job
	for range o.count {
		if len(kinds) == 0 {
			job = sample.NewJob(rnd, o.payload, o.outputs)
			switch {
			case len(kind) > 0:
				kinds = kind
			case !lines:
				kinds = []string{"saved"}
			case rnd.IntN(10) == 0:
				kinds = []string{"queued", "error", "failed"}
			default:
				kinds = []string{"queued", "saved"}
			}
		}
		body := job.Body(kinds[0])
		kinds = kinds[1:]
		if o.cut > 0 {
			body = body[:min(len(body), o.cut)]
		}
		if lines || a.OutTerminal {
			body = append(body, '\n')
		}
		if _, err := a.out.Write(body); err != nil {
			return &outputError{err}
		}
	}
	return nil
}
