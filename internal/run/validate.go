package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/policies"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
)

// Options are those of `validate run`.
type Options struct {
	Scenario    string   // file
	Environment string   // empty: the scenario's
	Policies    []string // nil: the scenario's
	Demand      string   // file of a recorded demand; empty: the scenario's stages
	Scale       string   // factor of it; empty: 1
	Faster      string   // how many times as fast it goes; empty: 1
	Reports     string   // folder of the runs' folders
	Control     string   // path of the control socket; empty: none
	Speed       float64  // upper bound, service seconds a second; 0: none
	SpeedSet    bool     // the flag was given
	AllowTarget bool     // a CPU target outside 50-90 %
	JSON        bool     // tell the run as one JSON object
	Metrics     string   // address to serve the run's numbers at; empty: none
	Replace     bool     // take away, for the time of the run, policies that would have to go
	Deviations  []string // of the embedded autoscaler, each NAME or NAME=SIZE
	JudgeOptions

	embedded func(*model.World, *clock.Clock)                     // called with the embedded world before it is served; for tests
	fault    func(operation string, n int) (time.Duration, error) // of the embedded environment, see emulator.Config; for tests
}

// Validate runs a scenario from preflight to report. What it returns says how
// the command ends; see Code.
func Validate(ctx context.Context, con Console, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	if err := o.readBaseline(""); err != nil {
		return err
	}
	doc, p, err := load(con, o.Scenario, o.Environment, o.Policies)
	if err != nil {
		return err
	}
	if !p.Emulated {
		return refuse(fmt.Errorf("environment %s %w", p.Environment, errNotEmulated))
	}
	if p, err = replayed(doc, p, o.Demand, o.Scale, o.Faster); err != nil {
		return err
	}
	tellDemand(con, p)
	if err := deviate(&doc.Environment, o.Deviations); err != nil {
		return err
	}
	s := begin(&session{con: con, command: "validate run", doc: doc, plan: p, json: o.JSON, base: o.base})
	defer s.finish()
	end, err := s.expose(o.Metrics)
	if err != nil {
		return err
	}
	defer end()
	place, err := open(ctx, con, doc, p, o)
	if err != nil {
		return err
	}
	s.place, s.clock = place, place.clock
	closed, err := s.listen(o.Control)
	if err == nil {
		err = s.validate(ctx, o)
		s.finish() // whoever waits for the run at the socket is answered
		closed()
	}
	place.leave(ctx)
	if s.dir == "" {
		return err // nothing began
	}
	return s.conclude(err)
}

func (o Options) check() error {
	if o.SpeedSet && !(o.Speed > 0) {
		return &Usage{fmt.Errorf("--speed %v: give service seconds a second, e.g. --speed 60", o.Speed)}
	}
	if err := checkDemand(o.Demand, o.Scale, o.Faster); err != nil {
		return err
	}
	return o.JudgeOptions.check()
}

// load reads a scenario and plans it. All faults are told, those of the files
// and those of the plan.
func load(con Console, path, environment string, policies []string) (*scenario.Document, *plan.Plan, error) {
	doc, p, err := plan.Open(path, scenario.LoadOptions{Environment: environment, Policies: policies, Lookup: con.Lookup})
	if err != nil {
		return nil, nil, &Usage{err}
	}
	return doc, p, nil
}

// open finds the place of a run: the endpoint that the process is told, or an
// environment of its own.
func open(ctx context.Context, con Console, doc *scenario.Document, p *plan.Plan, o Options) (*place, error) {
	endpoint, set := con.Lookup(EndpointVariable)
	if !set || endpoint == "" {
		return embed(doc, p, o)
	}
	if o.SpeedSet {
		return nil, &Usage{fmt.Errorf("--speed limits the embedded environment; with %s set, give it to validate emulate", EndpointVariable)}
	}
	if len(o.Deviations) > 0 {
		return nil, &Usage{fmt.Errorf("--deviation makes the embedded environment wrong; with %s set, give it to validate emulate", EndpointVariable)}
	}
	place, err := attach(ctx, endpoint)
	if err != nil {
		return nil, refuse(fmt.Errorf("%s: %w", EndpointVariable, err))
	}
	return place, place.free(o.Reports, p)
}

// free refuses a service that another run changes at this moment, or that an
// earlier one changed and did not restore.
func (p *place) free(reports string, pl *plan.Plan) (err error) {
	mine := policies.Start{Kind: policies.Endpoint, URL: p.endpoint, Service: pl.Service, Region: pl.Region}
	if p.claim, err = policies.Claim(mine); err != nil {
		return refuse(err)
	}
	defer func() {
		if err != nil {
			p.claim.Close()
		}
	}()
	journals, err := policies.FindOpen(reports)
	if err != nil {
		return refuse(err)
	}
	for _, j := range journals {
		switch {
		case !j.Blocks(mine):
		case j.Err != nil:
			return refuse(fmt.Errorf("%w: what that run changed is not known; see to it by hand, then remove %s", j.Err, j.Dir))
		default:
			return refuse(fmt.Errorf("the run in %s changed %s and has not restored it; unless it still goes on, first: validate restore %s", j.Dir, pl.Service, j.Dir))
		}
	}
	return nil
}

// validate is the run itself, from its folder to its last event.
func (s *session) validate(ctx context.Context, o Options) error {
	ctx = awsenv.Holding(ctx, holder)
	env, err := awsenv.Open(ctx, awsenv.Config{Endpoint: s.place.endpoint, Region: s.plan.Region, Account: s.plan.Account, Clock: s.clock})
	if err != nil {
		return refuse(err)
	}
	defer env.Close()
	s.env = env
	began := s.con.Wall()
	if s.dir, err = folder(o.Reports, s.plan.Scenario, s.plan.Environment, began); err != nil {
		return refuse(err)
	}
	if err := s.record(); err != nil {
		return refuse(err)
	}
	view := s.show()
	defer view.Stop() // a panic leaves the terminal as it was
	end := s.foresee(ctx, predict.Options{AnyTarget: o.AllowTarget, Replace: o.Replace})
	defer end()
	s.watch()
	started := s.started(o.JudgeOptions)
	err = s.execute(ctx, started, o)
	s.finish()
	view.Stop()
	return errors.Join(err, s.file.Close(), s.facts(began, started))
}
