package main

import (
	"github.com/spf13/cobra"

	"scaleproof/internal/cli"
	"scaleproof/internal/run"
)

func importCommand(s cli.Streams) *cobra.Command {
	var o run.ImportOptions
	c := &cobra.Command{
		Use:   "import TARGETS",
		Short: "Make a scenario of a list of vegeta's targets",
		Long: `Make a scenario of a list of vegeta's targets, in either of its formats: text
(METHOD URL, header fields, @file of the body) or JSON, an object a line. Equal
targets become one kind of request, which is sent as often as they stand in the
list; all go to one service. Values of headers that hold credentials are kept
out of the scenario: variables stand for them, and are told.

What a scenario cannot say is told with its line, and then nothing is written.`,
		Example: `  loadgen import targets.txt --rate 100/s --for 30s --out attack
  loadgen import targets.json --rate 90/m --for 10m`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Targets = args[0]
			return run.Import(s.Console(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Rate, "rate", "50/s", "requests per second of all targets together, as vegeta's")
	f.StringVar(&o.For, "for", "30s", "how long")
	f.StringVar(&o.Out, "out", "imported", "folder to write scenario, environment and bodies into; it must not be there")
	return c
}

func exportCommand(s cli.Streams) *cobra.Command {
	var form string
	c := &cobra.Command{
		Use:   "export RUN",
		Short: "Write what a run's windows come to as CSV, HdrHistogram log or JSON",
		Long: `Write what the windows in a run's timeline come to, from its folder alone, of
any run of loadgen or validate and however old: csv has a line for each window
and kind of request, hlog is an HdrHistogram log (a run's folder has it as
latency.hlog), json is what --json of a run prints. docs/outputs.md describes
all three.`,
		Example: `  loadgen export reports/nginx-nginx-20260101T120000Z --format csv
  loadgen export reports/nginx-nginx-20260101T120000Z --format json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return run.Export(s.Console(), args[0], form)
		},
	}
	c.Flags().StringVar(&form, "format", "csv", "csv, hlog or json")
	return c
}
