// Command loadgen sends a scenario's traffic at an HTTP service: open loop,
// on schedule, with latency counted from the instant at which each request
// was due.
//
//	loadgen check scenarios/cpu-heavy.yaml
//	loadgen run scenarios/request-heavy.yaml
//	loadgen run scenarios/nginx.yaml --target http://127.0.0.1:8080
package main

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"scaleproof/internal/cli"
	"scaleproof/internal/run"
)

func main() {
	os.Exit(exec(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

const manual = `loadgen sends a scenario's traffic at an HTTP service on this machine. It is an
open model: requests are due when the schedule says so, whether or not earlier
ones were answered, and latency counts from that instant.

Exit codes: 0 pass, 1 fail (said only by a check), 2 bad scenario or usage,
3 inconclusive, or an error after traffic began, 4 refused or could not begin,
130 interrupted.`

// exec runs the program and returns its exit code.
func exec(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := cli.Streams{In: stdin, Out: stdout, Err: stderr, Wall: time.Now}
	return cli.Execute(ctx, s, args, &cobra.Command{
		Use: "loadgen", Short: "Send a scenario's traffic at an HTTP service", Long: manual,
	}, checkCommand, runCommand)
}

func checkCommand(s cli.Streams) *cobra.Command {
	var o run.CheckOptions
	c := &cobra.Command{
		Use:   "check SCENARIO",
		Short: "Check a scenario and print the plan; nothing is sent",
		Long: `Check a scenario and its environment, all faults at once, and print the plan:
for each stage its arrivals, the rate of each kind, the CPU and the requests per
target to expect against both thresholds, the tasks that each policy will want,
the budgets of time, and what the run could not prove.`,
		Example: `  loadgen check scenarios/cpu-heavy.yaml
  loadgen check scenarios/incident.yaml --policies requests,cpu`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Scenario = args[0]
			return run.Check(s.Console(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Environment, "environment", "", "environment, a name in scenarios/environments or a file (default: the scenario's)")
	f.StringSliceVar(&o.Policies, "policies", nil, "policies that must stand (default: the scenario's)")
	return c
}

func runCommand(s cli.Streams) *cobra.Command {
	var o run.LoadOptions
	c := &cobra.Command{
		Use:         "run SCENARIO",
		Annotations: map[string]string{cli.Interruptible: ""},
		Short:       "Send a scenario's traffic and write its windows to a timeline",
		Long: `Send a scenario's traffic, write its windows to a timeline, and judge delivery,
errors and latency; scaling is not judged, and no policy is touched.

Without --target the environment's URL is used; an emulated environment is then
started in this process, on a clock that jumps from event to event. With
--target the traffic goes to that URL on the wall clock, with rates solved from
the environment's costs.

The service keeps the policies that it has, so load that asks for one which
does not stand overloads it; validate run is what applies them.`,
		Example: `  loadgen run scenarios/request-heavy.yaml
  loadgen run scenarios/nginx.yaml --target http://127.0.0.1:8080`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Scenario = args[0]
			return run.Load(c.Context(), s.Console(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Target, "target", "", "URL of a service on this machine to send the traffic to")
	f.StringVar(&o.Environment, "environment", "", "environment, a name in scenarios/environments or a file (default: the scenario's)")
	f.StringVar(&o.Reports, "reports", "reports", "folder for the run's folder")
	return c
}
