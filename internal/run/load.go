package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// LoadOptions are those of `loadgen run`.
type LoadOptions struct {
	Scenario    string
	Environment string
	Reports     string
	Target      string // URL; empty: the environment's
	Control     string // path of the control socket; empty: none
	Shard       string // as 2/4: the second of four generators; empty: the only one
	JSON        bool   // tell the run as one JSON object
	Metrics     string // address to serve the run's numbers at; empty: none
	Reach       Reach  // of the target, or of the environment's URL
}

// Load sends a scenario's traffic and judges delivery, errors and latency. No
// policy is touched and no scaling judged.
func Load(ctx context.Context, con Console, o LoadOptions) error {
	network, err := o.Reach.network()
	if err != nil {
		return err
	}
	if o.Target != "" {
		if err := here(o.Target, network); err != nil {
			return refuse(fmt.Errorf("--target: %w", err))
		}
	}
	doc, p, err := load(con, o.Scenario, o.Environment, nil)
	if err != nil {
		return err
	}
	if p, err = sharded(p, o.Shard); err != nil {
		return err
	}
	if endpoint, _ := con.Lookup(EndpointVariable); p.Shard != (plan.Shard{}) && p.Emulated && o.Target == "" && endpoint == "" {
		return &Usage{fmt.Errorf("--shard %s: each process would load an embedded environment of its own; give --target, or start one for all with validate emulate and set %s", p.Shard, EndpointVariable)}
	}
	if o.Target != "" {
		if err := standsIn(con, p); err != nil {
			return err
		}
	}
	s := begin(&session{con: con, command: "loadgen run", doc: doc, plan: p, json: o.JSON})
	defer s.finish()
	if err := s.reach(network, o); err != nil {
		return err
	}
	end, err := s.expose(o.Metrics)
	if err != nil {
		return err
	}
	defer end()
	if err := s.aim(ctx, o); err != nil {
		return err
	}
	closed, err := s.listen(o.Control)
	if err != nil {
		s.place.leave(ctx)
		return err
	}
	err = s.load(ctx, o)
	s.finish() // whoever waits for the run at the socket is answered
	closed()
	s.place.leave(ctx)
	if s.dir == "" {
		return err
	}
	return s.conclude(err)
}

// standsIn refuses to send an emulated environment's stand-in for a credential
// to a service of somebody's own: all that it would measure is refusals.
func standsIn(con Console, p *plan.Plan) error {
	for _, k := range p.Kinds {
		for _, header := range slices.Sorted(maps.Keys(k.Headers)) {
			for _, name := range scenario.Variables(k.Headers[header]) {
				if value, set := con.Lookup(name); !set || value == "" {
					return refuse(fmt.Errorf("--target: requests %s need ${%s} for their header %s, and it is not set; the stand-in of environment %s is for its own services: set %s", k.Name, name, header, p.Environment, name))
				}
			}
		}
	}
	return nil
}

// aim finds the place and the address to send to.
func (s *session) aim(ctx context.Context, o LoadOptions) (err error) {
	switch {
	case o.Target != "":
		s.place = &place{clock: clock.NewWall(), endpoint: o.Target}
	case s.plan.Emulated:
		s.place, err = open(ctx, s.con, s.doc, s.plan, Options{Reports: o.Reports})
	default:
		s.place = &place{clock: clock.NewWall(), endpoint: s.plan.URL}
		if err := here(s.plan.URL, s.network); err != nil {
			return refuse(fmt.Errorf("environment %s: %w", s.plan.Environment, err))
		}
	}
	if err != nil {
		return err
	}
	s.clock = s.place.clock
	switch {
	case o.Target != "":
		s.front, err = url.Parse(o.Target)
	case s.place.server != nil:
		s.front, err = url.Parse(s.place.server.FrontURL())
	case s.plan.Emulated:
		err = s.lookup(ctx)
	default:
		s.front, err = url.Parse(s.plan.URL)
	}
	return refuse(err)
}

// lookup asks an environment in another process for its load balancer.
func (s *session) lookup(ctx context.Context) error {
	env, err := awsenv.Open(ctx, awsenv.Config{Endpoint: s.place.endpoint, Region: s.plan.Region, Account: s.plan.Account, Clock: s.clock})
	if err != nil {
		return err
	}
	defer env.Close()
	front, err := env.Front(ctx, s.plan.Label)
	if err != nil {
		return err
	}
	s.front, err = url.Parse(front.URL)
	return err
}

// load is the traffic alone, from the run's folder to its last event.
func (s *session) load(ctx context.Context, o LoadOptions) error {
	began := s.con.Wall()
	var err error
	if s.dir, err = folder(o.Reports, s.plan.Scenario, s.plan.Environment, began); err != nil {
		return refuse(err)
	}
	if err := s.record(); err != nil {
		return refuse(err)
	}
	view := s.show()
	defer view.Stop() // a panic leaves the terminal as it was
	s.watch()
	started := s.started(JudgeOptions{})
	s.write(timeline.New(s.clock.Now(), "run", s.plan.Service.String(), started), s.clockInfo())
	err = s.send(ctx, 0, nil)
	s.enter(timeline.PhaseDone)
	s.write(timeline.New(s.clock.Now(), "run", s.plan.Service.String(), s.ending(err, true)))
	s.finish()
	view.Stop()
	return errors.Join(err, s.timeline.Err(), s.file.Close(), s.facts(began, started))
}
