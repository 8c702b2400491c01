package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qcb/render"
)

// gridOptions are the flags of what is printed as rows.
type gridOptions struct {
	format   string
	columns  columnsFlag
	noHeader bool
	masking  render.Masking
}

// noSummaryUsage describes the flag of the commands that sum up what they list.
const noSummaryUsage = "leave out the summary on standard error"

// flags adds the flags of what is printed as rows with these columns.
func (o *gridOptions) flags(c *cobra.Command, columns []string) {
	formats := render.Formats()
	o.columns.known = columns
	c.Flags().VarP(&choice{&o.format, formats}, "output", "o", "`FORMAT`: "+strings.Join(formats, ", "))
	c.Flags().Var(&o.columns, "columns", "print the columns with these `NAMES`, in this order")
	c.Flags().BoolVar(&o.noHeader, "no-header", false, "leave out the line with the column names")
	addRedact(c, &o.masking)
}

// grid returns the options of what is printed as rows.
func (a *app) grid(o gridOptions) render.GridOptions {
	return render.GridOptions{Format: o.format, Columns: o.columns.names, NoHeader: o.noHeader, Screen: a.screen(), Masking: o.masking}
}

// columnsFlag is the flag --columns: names of columns, each once.
type columnsFlag struct {
	names []string
	known []string // the names of all columns
}

func (f *columnsFlag) Type() string   { return "NAMES" }
func (f *columnsFlag) String() string { return strings.Join(f.names, ",") }

func (f *columnsFlag) Set(value string) error {
	if value == "" {
		return nil // refuseEmpty reports it later.
	}
	for name := range strings.SplitSeq(value, ",") {
		if err := unknownColumn(name, f.known); err != nil {
			return err
		}
		if !slices.Contains(f.names, name) {
			f.names = append(f.names, name)
		}
	}
	return nil
}

// unknownColumn returns the error of a name that is not one of the columns, or nil.
func unknownColumn(name string, columns []string) error {
	if slices.Contains(columns, name) {
		return nil
	}
	return &usageError{fmt.Sprintf("unknown column %q", name), meant(name, columns)}
}
