// Command loadgen sends a scenario's traffic at an HTTP service: open loop,
// on schedule, with latency counted from the instant at which each request
// was due.
//
//	loadgen check scenarios/cpu-heavy.yaml
//	loadgen schedule scenarios/cpu-heavy.yaml
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
	}, checkCommand, scheduleCommand, calibrateCommand, runCommand, controlCommand, importCommand, exportCommand)
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

func scheduleCommand(s cli.Streams) *cobra.Command {
	var o run.ScheduleOptions
	c := &cobra.Command{
		Use:   "schedule SCENARIO",
		Short: "Write when each request is due, and what is in it; nothing is sent",
		Long: `Write each request of a scenario on a line of its own, in order of time: when it
is due in seconds after the traffic's beginning, its kind, its number among its
kind, from 0, and the SHA-256 of its body. It follows from the files alone and
is the same on every machine, byte for byte: the truth to hold a target's log
against. Where the scenario has traceparents, the lines of the requests that
carry one end with the id of the trace. Nothing is sent, and no credential is
needed.

Bodies with {{now}} or {{unixnano}}, and traces, depend on when the traffic
begins: --start says when, and the first stage.started of a run's timeline says when it did.

With --shard it is the part of one of several generators: of each kind every
k-th request. All shards together are the whole.`,
		Example: `  loadgen schedule scenarios/cpu-heavy.yaml
  loadgen schedule scenarios/cpu-heavy.yaml --shard 2/4
  loadgen schedule scenarios/nginx.yaml --format csv
  loadgen schedule scenarios/nginx.yaml --format jsonl --start 2026-01-31T12:00:00Z`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Scenario = args[0]
			return run.Schedule(s.Console(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Environment, "environment", "", "environment, a name in scenarios/environments or a file (default: the scenario's)")
	f.StringVar(&o.Shard, "shard", "", "the part of one of several generators, e.g. 2/4 for the second of four (default: all)")
	f.StringVar(&o.Format, "format", "text", "text, csv or jsonl (one JSON object a line)")
	f.StringVar(&o.Start, "start", "", "when the traffic begins, for the times in bodies (default: 2026-01-01T00:00:00Z, as in the embedded environment)")
	return c
}

func runCommand(s cli.Streams) *cobra.Command {
	var o run.LoadOptions
	var plain bool
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

A target on https must have a certificate of an authority that is trusted:
--cacert names one's own. --resolve gives a name an address of this machine, so
that a target may have the name that its certificate is for. With a real
environment these flags go before what its file says.

With --control a run that goes on can be seen and changed through a socket: see
loadgen control.

With --shard 2/4 it sends the second of four parts: of each kind every fourth
request, under a fourth of the ceiling. Four such runs that begin at the same
time send what one would, each request once; each judges its own part.

The service keeps the policies that it has, so load that asks for one which
does not stand overloads it; validate run is what applies them.`,
		Example: `  loadgen run scenarios/request-heavy.yaml
  loadgen run scenarios/nginx.yaml --target http://127.0.0.1:8080
  loadgen run scenarios/nginx.yaml --target http://127.0.0.1:8080 --json
  loadgen run scenarios/nginx.yaml --target http://127.0.0.1:8080 --shard 1/2
  loadgen run scenarios/nginx.yaml --target https://web.test:8443 --resolve web.test:8443:127.0.0.1 --cacert ca.pem`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Scenario = args[0]
			return run.Load(c.Context(), s.Console().Plain(plain), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Target, "target", "", "URL of a service on this machine to send the traffic to")
	f.StringVar(&o.Environment, "environment", "", "environment, a name in scenarios/environments or a file (default: the scenario's)")
	f.StringVar(&o.Reports, "reports", "reports", "folder for the run's folder")
	f.BoolVar(&o.JSON, "json", false, "print the run as one JSON object in place of the table, as docs/outputs.md describes")
	f.StringVar(&o.Metrics, "metrics", "", "serve the run's numbers to Prometheus at this address, e.g. 127.0.0.1:9464 (default: nowhere)")
	f.BoolVar(&plain, "plain", false, "progress as plain lines, on a terminal too")
	f.StringVar(&o.Control, "control", "", "path of a socket to make, through which loadgen control sees and changes the run")
	f.StringVar(&o.Shard, "shard", "", "send the part of one of several generators, e.g. 2/4 (default: all)")
	f.StringArrayVar(&o.Reach.Resolve, "resolve", nil, "HOST:PORT:ADDRESS, an address in place of looking the name up, with commas for more; may stand more than once")
	f.StringVar(&o.Reach.TLS.CA, "cacert", "", "PEM file of the authorities that an https service's certificate must come from (default: the machine's)")
	f.StringVar(&o.Reach.TLS.ServerName, "server-name", "", "name to ask an https service for, and to want of its certificate (default: the URL's host)")
	f.StringVar(&o.Reach.TLS.Cert, "cert", "", "PEM file of a certificate to show to the service")
	f.StringVar(&o.Reach.TLS.Key, "key", "", "PEM file of that certificate's key")
	f.StringVar(&o.Reach.Proxy, "proxy", "", "http:// or socks5:// URL, with its port, of what all requests go through")
	return c
}

func controlCommand(s cli.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "control SOCKET status|rate FACTOR|pause|resume|stop",
		Short: "See or change a run that goes on",
		Long: `See or change a run of loadgen or validate that goes on, through the socket that
it was begun with (--control SOCKET). Only the user who began it may.

  status       how it stands
  rate 1.5x    the plan's rates times a factor from now on, in place of any before
  pause        send nothing; what is in flight ends
  resume       go on at the rate from before the pause
  stop         as an interrupt: the first drains, the second ends the drain

It prints how the run stands then, as JSON; docs/control.md has the fields and
the protocol. A factor that the plan's ceiling would delay is refused. A rate
that was changed is an event of the timeline, and what was expected of that
stage is then inconclusive.

Exit codes: 0 done, 2 no run listens there, 4 refused.`,
		Example: `  loadgen control run.sock status
  loadgen control run.sock rate 1.5x
  loadgen control run.sock pause`,
		Args: cobra.RangeArgs(2, 3),
		RunE: func(c *cobra.Command, args []string) error {
			return run.Control(s.Console(), args[0], args[1], args[2:])
		},
	}
}
