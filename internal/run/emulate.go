package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
)

// EmulateOptions are those of `validate emulate`.
type EmulateOptions struct {
	Environment string   // name in scenarios/environments, or a file
	Speed       float64  // service seconds a second
	API, Front  string   // loopback addresses, host:port
	Deviations  []string // as Options.Deviations

	grace time.Duration      // of the wall; 0: grace. For tests
	world func(*model.World) // called with the world before it is served; for tests
}

// fastest is the highest speed of an environment of its own process: an hour
// a second. Beyond it the world's own events take longer than they last, and
// it answers nobody any more.
const fastest = 3600

// emulatedSeed is the seed of a world of its own process, where the environment
// sets none: no scenario is known there.
const emulatedSeed = 1

// grace is how long, in time of the wall, an environment that ends waits for
// what is at work in its world. Nothing of it outlives the process, so that
// there is nothing to wait for but order.
const grace = 3 * time.Second

// Emulate runs an emulated environment in the foreground until it is
// interrupted. It then ends within grace, whatever its world is at, and at once
// where it is interrupted again.
func Emulate(ctx context.Context, con Console, o EmulateOptions) error {
	if !(o.Speed > 0 && o.Speed <= fastest) {
		return &Usage{fmt.Errorf("--speed %v: give service seconds a second, at most %d, e.g. --speed 60", o.Speed, fastest)}
	}
	if err := errors.Join(listenable("--api", o.API), listenable("--front", o.Front)); err != nil {
		return err
	}
	env, err := scenario.LoadEnvironment(o.Environment, "scenarios")
	if err != nil {
		return &Usage{err}
	}
	if env.Emulator == nil {
		return refuse(fmt.Errorf("environment %s %w", env.Name, errNotEmulated))
	}
	if err := deviate(env, o.Deviations); err != nil {
		return err
	}
	began := con.Wall().UTC()
	world := predict.Live(predict.World(env, emulatedSeed, began), began, nil)
	if o.world != nil {
		o.world(world)
	}
	c := clock.NewScaled(began, o.Speed)
	server, err := emulator.Start(emulator.Config{Clock: c, World: world, APIAddr: o.API, FrontAddr: o.Front})
	if err != nil {
		return refuse(fmt.Errorf("start the environment: %w", err))
	}
	announce(con, env, o, server)
	select {
	case <-ctx.Done():
	case <-con.Interrupts:
	}
	c.Stop()
	return o.end(ctx, con, server)
}

// end closes the server. A world that does not come to rest is told of and
// left: the process ends with it.
func (o EmulateOptions) end(ctx context.Context, con Console, server *emulator.Server) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(o.grace, grace))
	defer cancel()
	go func() { // ends with the context, at the latest when the server is closed
		select {
		case <-con.Interrupts:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := server.Close(ctx)
	if ctx.Err() != nil {
		fmt.Fprintln(con.Err, "note: the environment was still at work, and is left where it was")
		return nil
	}
	return err
}

// listenable wants an address of this machine's loopback: what is emulated
// answers everybody who reaches it, and asks for no credentials.
func listenable(flag, addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return &Usage{fmt.Errorf("%s %q: give host and port, e.g. 127.0.0.1:4566", flag, addr)}
	}
	if !loopback(host) {
		return refuse(fmt.Errorf("%s: %q is not this machine alone; listen on 127.0.0.0/8, [::1] or localhost, e.g. 127.0.0.1:4566", flag, addr))
	}
	return nil
}

// announce prints the variables to export on Out, and the rest on Err.
func announce(con Console, env *scenario.Environment, o EmulateOptions, server *emulator.Server) {
	fmt.Fprintf(con.Err, "environment %s at speed %v; end it with Ctrl-C\n", env.Name, o.Speed)
	fmt.Fprintf(con.Err, "load balancer: %s\n", server.FrontURL())
	for _, v := range [][2]string{
		{EndpointVariable, server.Endpoint()}, {"AWS_REGION", env.Region}, {"AWS_DEFAULT_REGION", env.Region}, // boto3 and aws 1 read the second
		{"AWS_ACCESS_KEY_ID", "emulated"}, {"AWS_SECRET_ACCESS_KEY", "emulated"},
	} {
		fmt.Fprintf(con.Out, "export %s=%s\n", v[0], v[1])
	}
}
