package run

import (
	"context"
	"errors"
	"fmt"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/calibrate"
	"scaleproof/internal/observe"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// CalibrateOptions are those of `loadgen calibrate`.
type CalibrateOptions struct {
	Scenario    string
	Environment string   // empty: the scenario's
	Kinds       []string // nil: all of the scenario's
	Requests    int      // the most that are sent
	Write       string   // file to write the environment to, with the costs in it; empty: none
	Reports     string   // folder for the probe's folder
}

// calibrateCommand stands in the timeline of a probe, which no judge reads.
const calibrateCommand = "loadgen calibrate"

// Calibrate measures what requests of a scenario's kinds cost the service, by
// its own CPU metric, and changes nothing on it.
func Calibrate(ctx context.Context, con Console, o CalibrateOptions) error {
	if o.Requests < 1 {
		return &Usage{fmt.Errorf("--requests %d: the most requests that may be sent, e.g. --requests 20000", o.Requests)}
	}
	doc, p, err := plan.Probe(o.Scenario, scenario.LoadOptions{Environment: o.Environment, Lookup: con.Lookup})
	if err != nil {
		return &Usage{err}
	}
	all := p.Kinds
	if err := p.Choose(o.Kinds); err != nil {
		return &Usage{fmt.Errorf("--kinds: %w", err)}
	}
	if p.Task.VCPU <= 0 {
		return &Usage{fmt.Errorf("environment %s does not say the size of a task of service %s: without it points of CPU are no CPU time; add task: {vcpu: ..., workers: ...}", p.Environment, p.Key)}
	}
	if err := fresh(o.Write); err != nil {
		return err
	}
	if err := placeable(doc, p, all, o.Write); err != nil {
		return err
	}
	if !p.Emulated {
		return refuse(fmt.Errorf("environment %s %w", p.Environment, errNotEmulated))
	}
	place, err := open(ctx, con, doc, p, Options{Reports: o.Reports})
	if err != nil {
		return err
	}
	b := &probe{
		session:  begin(&session{con: con, command: calibrateCommand, doc: doc, plan: p, place: place, clock: place.clock}),
		record:   calibrate.NewRecord(names(p)),
		all:      all,
		requests: o.Requests,
	}
	err = b.calibrate(ctx, o)
	place.leave(ctx)
	return err
}

// placeable says, before anything is sent, whether what will be measured can be
// written down: each kind another cost.
func placeable(doc *scenario.Document, p *plan.Plan, all []plan.Kind, file string) error {
	found := map[string]scenario.Cost{}
	for i, k := range p.Kinds {
		cpu := scenario.Duration(i + 1)
		found[k.Name] = scenario.Cost{CPU: cpu, Measured: &scenario.Measured{Date: "2006-01-02", Interval: scenario.Spread{Min: cpu, Max: cpu}}}
	}
	rows, err := plan.Priced(doc.Service().Costs, all, found)
	if err != nil {
		return &Usage{err}
	}
	if file != "" {
		if _, err := doc.Costed(p.Key, rows); err != nil {
			return &Usage{fmt.Errorf("--write %s: environment %s: %w; leave --write out and put the printed rows in by hand", file, p.Environment, err)}
		}
	}
	return nil
}

func names(p *plan.Plan) (names []string) {
	for _, k := range p.Kinds {
		names = append(names, k.Name)
	}
	return names
}

// calibrate is the probe from its folder to what it comes to.
func (b *probe) calibrate(ctx context.Context, o CalibrateOptions) error {
	ctx = awsenv.Holding(ctx, holder)
	env, err := awsenv.Open(ctx, awsenv.Config{Endpoint: b.place.endpoint, Region: b.plan.Region, Account: b.plan.Account, Clock: b.clock})
	if err != nil {
		return refuse(err)
	}
	defer env.Close()
	b.env = env
	if err := b.preflight(ctx); err != nil {
		return refuse(err)
	}
	began := b.con.Wall()
	if b.dir, err = folder(o.Reports, "calibrate-"+b.plan.Scenario, b.plan.Environment, began); err != nil {
		return refuse(err)
	}
	if err := b.session.record(); err != nil {
		return refuse(err)
	}
	b.watch()
	started := b.started(JudgeOptions{})
	failed := b.execute(ctx, started)
	b.finish()
	failed = errors.Join(failed, b.file.Close(), b.facts(began, started))
	return b.conclude(failed, o)
}

// preflight refuses to begin where the service moves, where requests would not
// reach it, and where its limits leave no room. Nothing is sent.
func (b *probe) preflight(ctx context.Context) error {
	service, err := b.env.Service(ctx, b.plan.Service)
	if err != nil {
		return fmt.Errorf("preflight: %w", err)
	}
	if err := errors.Join(predict.Steady(b.plan, service), b.reachable(ctx, service.TargetGroup)); err != nil {
		return err
	}
	look, err := observe.FromAWS(b.env, b.clock).Look(ctx, observe.Ask{Service: b.plan.Service, Part: timeline.PartAlarms})
	if err != nil {
		return fmt.Errorf("preflight: %w", err)
	}
	b.limits = calibrate.LimitsOf(look.Alarms.List)
	return nil
}

// execute looks at the service, probes it, and looks on until it is told
// apart. Nothing was changed that would have to be undone.
func (b *probe) execute(ctx context.Context, started timeline.Started) error {
	subject := b.plan.Service.String()
	b.write(timeline.New(b.clock.Now(), "run", subject, started), b.clockInfo())
	b.enter(timeline.PhaseTraffic)
	b.observer = observe.Start(observe.Config{
		Clock: b.clock, Source: observe.FromAWS(b.env, b.clock), Service: b.plan.Service,
		Metrics: observe.Metrics(b.plan.Service, b.plan.Label, nil), Schedule: watching,
		Emit: func(e timeline.Event) { b.saw(e) }, Start: b.clock.Now(), Context: context.WithoutCancel(ctx),
	})
	err := b.probe()
	b.observer.Stop(holder)
	b.enter(timeline.PhaseDone)
	b.write(timeline.New(b.clock.Now(), "run", subject, b.ending(err, true)))
	return errors.Join(err, b.timeline.Err(), b.broken())
}
