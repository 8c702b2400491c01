package cmd

import (
	"strconv"

	"github.com/spf13/cobra"

	"qcb/render"
)

// redactFlag is the flag --redact: without it, what people read is masked and what
// programs read is not.
type redactFlag struct{ masking *render.Masking }

// addRedact adds the flag --redact.
func addRedact(c *cobra.Command, masking *render.Masking) {
	f := c.Flags().VarPF(redactFlag{masking}, "redact", "", "mask credentials everywhere; =false: nowhere")
	f.NoOptDefVal = "true"
}

func (f redactFlag) Type() string { return "bool" }

func (f redactFlag) String() string {
	switch *f.masking {
	case render.MaskEverywhere:
		return "true"
	case render.MaskNowhere:
		return "false"
	}
	return ""
}

func (f redactFlag) Set(value string) error {
	on, err := strconv.ParseBool(value)
	if err != nil {
		return &usageError{hint: "one of: true, false"}
	}
	*f.masking = render.MaskNowhere
	if on {
		*f.masking = render.MaskEverywhere
	}
	return nil
}
