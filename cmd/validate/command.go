package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"scaleproof/internal/cli"
	"scaleproof/internal/run"
)

const manual = `validate proves that a service's autoscaling works, before production depends
on it. A scenario file drives real HTTP traffic at a service on AWS ECS; the
CPU and request-count policies are applied through the AWS SDK; the service
scales; the run is judged and drawn; what was changed is restored.

Without an AWS account everything runs against an embedded environment: a
model of ECS, CloudWatch, load balancer and target tracking behind the real
protocols on loopback.

Exit codes: 0 pass, 1 fail (said only by a check), 2 bad scenario or usage,
3 inconclusive, or an error after traffic began, 4 refused or could not begin,
5 could not restore, 130 interrupted. Where several hold, the first of 5, 4,
130, 2, 1, 3.`

// exec runs the program and returns its exit code.
func exec(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return execute(ctx, args, cli.Streams{In: stdin, Out: stdout, Err: stderr, Wall: time.Now})
}

func execute(ctx context.Context, args []string, s cli.Streams) int {
	return cli.Execute(ctx, s, args, &cobra.Command{
		Use: "validate", Short: "Prove that a service's autoscaling works", Long: manual,
	}, runCommand, predictCommand, restoreCommand, judgeCommand, explainCommand, reportCommand, emulateCommand, deviationsCommand, proveCommand)
}

func runCommand(s cli.Streams) *cobra.Command {
	var o run.Options
	var plain bool
	c := &cobra.Command{
		Use:         "run SCENARIO",
		Annotations: map[string]string{cli.Interruptible: ""},
		Short:       "Run a scenario, judge it, draw it, and restore what was changed",
		Long: `Run a scenario from preflight to report.

On an emulated environment the services are started in this process, on a clock
that jumps from event to event, so that an hour of service time takes seconds.
With AWS_ENDPOINT_URL set to what "validate emulate" prints, the run uses that
environment instead.

Ctrl-C stops the traffic and drains; a second one ends the drain; neither stops
the restoring of what was changed.`,
		Example: `  validate run scenarios/cpu-heavy.yaml
  validate run scenarios/incident.yaml --expect-fail saturation,latency
  validate run scenarios/incident.yaml --policies requests,cpu
  validate run scenarios/cpu-heavy.yaml --speed 60
  validate run scenarios/cpu-heavy.yaml --baseline reports/cpu-heavy-local-20260101T120000Z
  validate run scenarios/gradual-ramp.yaml --deviation late-reaction=5m --expect-fail scale-out.in-time,reaction.legs,trigger.answered,capacity.reached`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Scenario = args[0]
			o.SpeedSet = c.Flags().Changed("speed")
			return run.Validate(c.Context(), s.Console().Plain(plain), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Environment, "environment", "", "environment to run in, a name in scenarios/environments or a file (default: the scenario's)")
	f.StringSliceVar(&o.Policies, "policies", nil, "policies that must stand, e.g. requests,cpu (default: the scenario's)")
	f.StringVar(&o.Demand, "demand", "", "recorded demand in place of the scenario's stages, as for validate predict")
	f.StringVar(&o.Scale, "scale", "", "multiply the recorded demand, e.g. 1.5x")
	f.StringVar(&o.Faster, "faster", "", "replay the recorded demand so many times as fast, e.g. 24x for a day in an hour")
	f.StringVar(&o.Reports, "reports", "reports", "folder for the run's folder")
	f.BoolVar(&plain, "plain", false, "progress as plain lines, on a terminal too")
	f.StringVar(&o.Control, "control", "", "path of a socket to make, through which loadgen control sees and changes the run")
	f.Float64Var(&o.Speed, "speed", 0, "at most so many service seconds a second (embedded environment only)")
	f.StringSliceVar(&o.ExpectFail, "expect-fail", nil, "checks that must fail, for a negative control, e.g. saturation,latency")
	f.StringVar(&o.FailOn, "fail-on", "fail", "what makes the run fail: fail, or warn to count warnings too")
	f.StringVar(&o.Baseline, "baseline", "", "folder of another run to compare with: task-hours and what else can be held against it")
	f.BoolVar(&o.JSON, "json", false, "print the run as one JSON object in place of the table, as docs/outputs.md describes")
	f.StringVar(&o.Metrics, "metrics", "", "serve the run's numbers to Prometheus at this address, e.g. 127.0.0.1:9464 (default: nowhere)")
	f.BoolVar(&o.Replace, "replace", false, "take away, for the time of the run, policies on the service that are neither wanted nor under also_standing")
	f.BoolVar(&o.AllowTarget, "allow-target", false, "go on with a CPU target outside 50 to 90 percent")
	f.StringArrayVar(&o.Deviations, "deviation", nil, "make the embedded autoscaler wrong: NAME or NAME=SIZE, as validate deviations lists them; may be repeated")
	return c
}

func predictCommand(s cli.Streams) *cobra.Command {
	var o run.PredictOptions
	c := &cobra.Command{
		Use:   "predict SCENARIO",
		Short: "Show what a run should come to, before anything is sent",
		Long: `Show what a run should come to: tasks, CPU, alarms, activities, response times,
errors, cost, and the verdict that the judge would give. The run is lived in
virtual time, once for each of several seeds of the environment's delays, and
judged each time; the first seed is the one that a run of the files has. The
traffic is the same in each, as it is in every run.

It knows only what is known before a run: faults, deviations and happenings in
the environment's file are left out unless --disturbed asks for them. Nothing
is sent and nothing changed.

With --demand the load is a recorded one: docs/demand.md says in which forms.
Expectations that name a stage do not apply then, and are listed.

Exit codes: 0 every seed would pass, 1 every seed would fail, 3 it depends on
the delays, or the judge could not tell.`,
		Example: `  validate predict scenarios/cpu-heavy.yaml
  validate predict scenarios/incident.yaml --expect-fail saturation,latency
  validate predict scenarios/incident.yaml --policies requests,cpu --seeds 50
  validate predict scenarios/cpu-heavy.yaml --out forecast
  validate predict scenarios/cpu-heavy.yaml --seed 3 --seeds 1
  validate predict scenarios/gradual-ramp.yaml --format json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Scenario = args[0]
			o.SeedSet, o.SeedsSet = c.Flags().Changed("seed"), c.Flags().Changed("seeds")
			return run.Predict(s.Console(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Environment, "environment", "", "environment to predict, a name in scenarios/environments or a file (default: the scenario's)")
	f.StringSliceVar(&o.Policies, "policies", nil, "policies that stand, e.g. requests,cpu (default: the scenario's)")
	f.IntVar(&o.Seeds, "seeds", 0, "how many seeds of the environment's delays (default: 10, or down to 3 where each has many requests)")
	f.Uint64Var(&o.Seed, "seed", 0, "the first of them (default: the files')")
	f.StringVar(&o.Out, "out", "", "folder to write the picture and everything as JSON into, and the timeline of a seed predicted alone")
	f.StringVar(&o.Demand, "demand", "", "recorded demand in place of the scenario's stages: a run's timeline.jsonl, a CSV, or CloudWatch's request counts as JSON")
	f.StringVar(&o.Scale, "scale", "", "multiply the recorded demand, e.g. 1.5x")
	f.StringVar(&o.Faster, "faster", "", "replay the recorded demand so many times as fast, e.g. 24x for a day in an hour")
	f.BoolVar(&o.Disturbed, "disturbed", false, "with the faults, deviations and happenings that stand in the environment's file, which nobody knows before a run")
	f.StringVar(&o.Format, "format", "text", "text or json")
	f.StringSliceVar(&o.ExpectFail, "expect-fail", nil, "checks that must fail, for a negative control, e.g. saturation,latency")
	f.StringVar(&o.FailOn, "fail-on", "fail", "what makes the run fail: fail, or warn to count warnings too")
	f.BoolVar(&o.Replace, "replace", false, "take away policies on the service that are neither wanted nor under also_standing, as a run may")
	f.BoolVar(&o.AllowTarget, "allow-target", false, "accept a CPU target outside 50 to 90 percent, as a run may")
	f.StringArrayVar(&o.Deviations, "deviation", nil, "make the embedded autoscaler wrong: NAME or NAME=SIZE, as validate deviations lists them; may be repeated")
	return c
}

func restoreCommand(s cli.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "restore RUN",
		Short: "Bring back what an interrupted run changed",
		Long: `Bring back what a run changed and could not restore itself, from the journal in
its folder. Safe to repeat: what already is as it was is left alone.`,
		Example: `  validate restore reports/cpu-heavy-local-20260101T120000Z`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return run.Restore(c.Context(), s.Console(), args[0])
		},
	}
}

func judgeCommand(s cli.Streams) *cobra.Command {
	var o run.JudgeOptions
	c := &cobra.Command{
		Use:   "judge RUN",
		Short: "Judge a run again, from its folder alone",
		Long: `Judge a run again from the timeline in its folder, and write verdict.json anew.

With --baseline it is compared with another run of the same load: its tasks may
cost at most 10 % more. Without the flag it is judged without, whatever it was
compared with before.

With --expect it is judged by what another scenario file expects: its expect:
in place of the run's own, on the traffic that the run sent. Stages, kinds of
requests and policies that it names must be the run's. The run's own verdict.json
stays as it is; --out writes this verdict to a file of its own. Checks that the
run itself was to fail (--expect-fail) do not count then, unless given again.`,
		Example: `  validate judge reports/cpu-heavy-local-20260101T120000Z
  validate judge reports/cpu-heavy-local-20260101T120000Z --expect scenarios/cpu-heavy.yaml --out today.json
  validate judge reports/cpu-heavy-local-20260102T120000Z --baseline reports/cpu-heavy-local-20260101T120000Z`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return run.Judge(s.Console(), args[0], o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.ExpectFail, "expect-fail", nil, "checks that must fail, for a negative control (default: as the run was told)")
	f.StringVar(&o.FailOn, "fail-on", "", "what makes the run fail: fail, or warn to count warnings too (default: as the run was told)")
	f.StringVar(&o.Baseline, "baseline", "", "folder of another run to compare with: task-hours and what else can be held against it")
	f.StringVar(&o.Expect, "expect", "", "scenario file whose expectations are judged in place of the run's own")
	f.StringVar(&o.Out, "out", "", "file to write the verdict to (default: verdict.json in the run's folder; with --expect, none)")
	return c
}

func explainCommand(s cli.Streams) *cobra.Command {
	var o run.ExplainOptions
	c := &cobra.Command{
		Use:   "explain RUN",
		Short: "Tell what happened in a run, or why it did not scale at one moment",
		Long: `Tell what happened in a run, from the timeline in its folder: what is wrong and
what to do about it, how it went for users, what was expected, and what came
when: load, metrics, alarms, who ordered what and what the other policies asked
for. A run that was stopped or cut off is told for what was seen.

With --at it tells one moment: what the service looked like, what each policy
saw by then, what went on, why it did or did not scale, and what came next. The
moment is an offset into the traffic (18m30s), a service time
(2026-01-01T00:19:30Z) or a time of day (00:19:30), UTC.

It exits with 0 where it could tell, whatever it tells; the exit code of
validate judge is the verdict's.`,
		Example: `  validate explain reports/incident-incident-20260101T120000Z
  validate explain reports/incident-incident-20260101T120000Z --at 18m30s
  validate explain reports/cpu-heavy-local-20260101T120000Z --at 00:19:30
  validate explain reports/cpu-heavy-local-20260101T120000Z --format json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return run.Explain(s.Console(), args[0], o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.At, "at", "", "one moment: an offset into the traffic, a service time, or a time of day (UTC)")
	f.StringVar(&o.Format, "format", "text", "text or json")
	return c
}

func reportCommand(s cli.Streams) *cobra.Command {
	var o run.JudgeOptions
	c := &cobra.Command{
		Use:   "report RUN",
		Short: "Draw a run's report again, from its folder alone",
		Long: `Judge and draw a run again from the timeline in its folder: report.html, the
pictures, junit.xml and summary.md. It exits with 0 where they could be drawn,
whatever they say; the exit code of validate judge is the verdict's.`,
		Example: `  validate report reports/cpu-heavy-local-20260101T120000Z`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return run.Report(s.Console(), args[0], o)
		},
	}
	c.Flags().StringVar(&o.Baseline, "baseline", "", "folder of another run to compare with, as for validate judge")
	return c
}

func emulateCommand(s cli.Streams) *cobra.Command {
	var o run.EmulateOptions
	c := &cobra.Command{
		Use:         "emulate",
		Annotations: map[string]string{cli.Interruptible: ""},
		Short:       "Run the embedded environment for other processes",
		Long: `Run an emulated environment in the foreground: the AWS APIs on one loopback
port, the load balancer with its services on another. It prints the variables
to export, and runs until it is interrupted. Other processes, the aws command
and boto3 among them, talk to it as they would to AWS.`,
		Example: `  validate emulate
  validate emulate --environment incident --speed 60
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 validate run scenarios/cpu-heavy.yaml`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return run.Emulate(c.Context(), s.Console(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Environment, "environment", "local", "environment to emulate: a name in scenarios/environments, or a file")
	f.Float64Var(&o.Speed, "speed", 1, "service seconds a second")
	f.StringVar(&o.API, "api", "127.0.0.1:4566", "loopback address of the AWS APIs; port 0 takes a free one")
	f.StringVar(&o.Front, "front", "127.0.0.1:8080", "loopback address of the load balancer; port 0 takes a free one")
	f.StringArrayVar(&o.Deviations, "deviation", nil, "make the embedded autoscaler wrong: NAME or NAME=SIZE, as validate deviations lists them; may be repeated")
	return c
}

func deviationsCommand(s cli.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "deviations",
		Short: "List the ways in which the embedded autoscaler can be made wrong",
		Long: `List the ways in which the autoscaler of an embedded environment can be made
wrong, with --deviation of run, predict and emulate or with deviations: in an
environment file, to see which checks notice.`,
		Example: `  validate deviations`,
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return run.Deviations(s.Out) },
	}
}

func proveCommand(s cli.Streams) *cobra.Command {
	var o run.ProveOptions
	c := &cobra.Command{
		Use:   "prove",
		Short: "Prove that the judge catches what is wrong, and fails nobody who is right",
		Long: `Live thousands of runs of the shipped scenarios in virtual time, judge each, and
show what was caught. In half of them the autoscaler deviates, each deviation in
its sizes, and in some more where no scenario is made to show it; in the others
it is right, in every setting that AWS leaves open and in many surroundings, and
in a last group the witness is blind for a while. One poll in a hundred is lost
in all of them. Nothing is sent and nothing written, unless --into or --out asks
for it.

The bars: no false pass beyond the stated limits, fewer than 1 false fail in
1,000 clean runs, inconclusive at most 1 % of clean and 5 % of deviant runs, and
99 % of each deviation caught by a check that is meant for it. With --seeds each
case is lived so many times, and the bars on how many runs there must be do not
apply. The same seeds give the same table on any number of processors.

Each run that is not as it should be is printed with the command that shows it.

Exit codes: 0 every bar holds, 1 one does not, 2 usage, 130 interrupted.`,
		Example: `  validate prove
  validate prove --seeds 1 --base 17
  validate prove --list --only late-reaction
  validate prove --only 'gradual-ramp/late-reaction=4m' --seeds 1 --base 17 --show
  validate prove --only 'gradual-ramp/late-reaction=4m' --seeds 1 --show --out missed`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.SeedsSet = c.Flags().Changed("seeds")
			return run.Prove(c.Context(), s.Console(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Scenarios, "scenarios", "scenarios", "folder of the shipped scenarios")
	f.StringVar(&o.Only, "only", "", "the case of this name, or all that have the text in their names")
	f.IntVar(&o.Seeds, "seeds", 0, "how many seeds of each case (default: as many as the bars ask for)")
	f.Uint64Var(&o.Base, "base", 1, "the first of them")
	f.BoolVar(&o.List, "list", false, "list the cases, with their groups and how many runs each has, and live none")
	f.BoolVar(&o.Show, "show", false, "show of each run what the autoscaler decided otherwise and what the judge said; with --only")
	f.StringVar(&o.Out, "out", "", "folder to write the timeline of the run into that is shown, for validate judge and report")
	f.StringVar(&o.Format, "format", "text", "text, json or markdown")
	f.StringArrayVar(&o.Into, "into", nil, "write the tables into this Markdown file, between <!-- proof: deviations --> and <!-- end of proof -->; may be repeated")
	return c
}
