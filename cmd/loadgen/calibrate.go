package main

import (
	"github.com/spf13/cobra"

	"scaleproof/internal/cli"
	"scaleproof/internal/run"
)

func calibrateCommand(s cli.Streams) *cobra.Command {
	var o run.CalibrateOptions
	c := &cobra.Command{
		Use:         "calibrate SCENARIO",
		Annotations: map[string]string{cli.Interruptible: ""},
		Short:       "Measure what a request of each kind costs the service",
		Long: `Measure what a request of each of a scenario's kinds costs the service in CPU
time, by the service's own CPU metric, with its 90 % interval: what a demand is
solved with. docs/calibration.md says how.

Each kind is sent alone: single minutes at rising rates until the metric shows
it, then eight minutes in which it is measured. It takes some 20 minutes of the
service's time for each kind, less where there are several. The service is at its least capacity and must stay
there: the probe keeps below the thresholds of the alarms that stand, below 40 %
CPU and below the scenario's ceiling, stops where requests fail, pile up, or
tasks come or go, and changes nothing.

The result is printed as rows for the environment file; --write writes a copy of
the file with them. A file that stands is never written over.`,
		Example: `  loadgen calibrate scenarios/cpu-heavy.yaml --environment local
  loadgen calibrate scenarios/cpu-heavy.yaml --kinds heavy,light
  loadgen calibrate scenarios/cpu-heavy.yaml --write measured.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Scenario = args[0]
			return run.Calibrate(c.Context(), s.Console(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Environment, "environment", "", "environment, a name in scenarios/environments or a file (default: the scenario's)")
	f.StringSliceVar(&o.Kinds, "kinds", nil, "kinds of request to measure (default: all of the scenario's)")
	f.IntVar(&o.Requests, "requests", 20000, "the most requests that are sent")
	f.StringVar(&o.Write, "write", "", "new file to write the environment to, with the costs in it")
	f.StringVar(&o.Reports, "reports", "reports", "folder for the probe's folder")
	return c
}
