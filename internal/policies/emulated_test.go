package policies_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
)

// serve puts a world of one service, registered or not, behind its APIs.
func serve(t *testing.T, target *scaling.ScalableTarget, standing ...scaling.Policy) (*awsenv.Env, *clock.Clock, context.Context) {
	c := stepping()
	w := model.New(model.Config{
		Seed: 1, Start: clock.Epoch, Region: "eu-west-1", Account: "111122223333",
		LoadBalancer: model.LoadBalancer{Label: "app/staging/0123456789abcdef", IdleTimeout: time.Minute},
		Services: []model.Service{{
			Service: web, TargetGroup: "targetgroup/staging-web/0123456789abcdef", Desired: 2,
			Task: model.Task{MilliCPU: 1000, Workers: 1}, Target: target, Policies: standing,
			HealthCheck: model.HealthCheck{Path: "/", Interval: 10 * time.Second, Timeout: 5 * time.Second, Healthy: 5, Unhealthy: 2},
		}},
		Rules: []model.Rule{{Paths: []string{"*"}, Service: web.Name}},
	})
	server, err := emulator.Start(emulator.Config{Clock: c, World: w})
	require.NoError(t, err)
	ctx := awsenv.Holding(context.Background(), "test")
	env, err := awsenv.Open(ctx, awsenv.Config{Endpoint: server.Endpoint(), Region: "eu-west-1", Clock: c})
	require.NoError(t, err)
	t.Cleanup(func() {
		c.Stop()
		env.Close()
		require.NoError(t, server.Close(context.Background()))
	})
	return env, c, ctx
}

// killed is an environment whose process dies at a call, before it is sent or
// before its answer is read.
type killed struct {
	*awsenv.Env
	at    int
	after bool
	calls int
}

func (k *killed) Do(ctx context.Context, c scaling.Change) (scaling.Policy, error) {
	k.calls++
	if k.calls == k.at && !k.after {
		return scaling.Policy{}, errCrash
	}
	p, err := k.Env.Do(ctx, c)
	if k.calls == k.at {
		return scaling.Policy{}, errCrash
	}
	return p, err
}

// Over the SDK and the wire: killed at any change, before or after it took
// effect, the start is brought back from what the folder holds.
func TestRestoreOverTheWire(t *testing.T) {
	worlds := map[string]struct {
		target   *scaling.ScalableTarget
		standing []scaling.Policy
		changes  int
	}{
		"before the rollout": {bounds(1, 4), []scaling.Policy{requests("requests", 1000)}, 3},
		"nothing registered": {nil, nil, 3},
		"another CPU policy": {bounds(2, 4), []scaling.Policy{cpu("old", 60), memory("memory", 80)}, 4},
	}
	want := policies.Wanted{
		Service: web, Bounds: scaling.Bounds{Min: 1, Max: 5}, AlsoStanding: []string{"memory"}, Replace: true,
		Policies: []scaling.Policy{cpu("cpu", 70), requests("requests", 500)},
	}
	for name, w := range worlds {
		for at := range w.changes + 1 {
			for _, after := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, killed at %d, after its effect %v", name, at, after), func(t *testing.T) {
					env, c, ctx := serve(t, w.target, w.standing...)
					start := must(env.Standing(ctx, web))
					changes, err := policies.Plan(want, start)
					require.NoError(t, err)
					require.Len(t, changes, w.changes)
					dir := t.TempDir()
					j, err := policies.CreateJournal(dir, c, policies.Start{Service: web, Kind: policies.Endpoint, Region: "eu-west-1", Look: start})
					require.NoError(t, err)
					x := policies.Executor{Env: &killed{Env: env, at: at, after: after}, Clock: c, Holder: "test", Journal: j}
					err = x.Apply(ctx, changes)
					require.NoError(t, j.Close())
					if at > 0 {
						require.ErrorIs(t, err, errCrash)
						dropLastLine(t, dir)
					} else {
						require.NoError(t, err)
						again, err := policies.Plan(want, must(env.Standing(ctx, web)))
						require.NoError(t, err)
						require.Empty(t, again)
					}

					j, err = policies.OpenJournal(dir, c)
					require.NoError(t, err)
					defer j.Close()
					left, _, err := policies.Executor{Env: env, Clock: c, Holder: "test", Journal: j}.Restore(ctx)
					require.NoError(t, err)
					require.Empty(t, left)
					require.Empty(t, scaling.Differences(start, must(env.Standing(ctx, web))))
					require.True(t, policies.Closed(j.Entries()))
				})
			}
		}
	}
}

// dropLastLine takes away the done that a killed process would not have
// written.
func dropLastLine(t *testing.T, dir string) {
	path := filepath.Join(dir, policies.JournalName)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	data = data[:bytes.LastIndexByte(data[:len(data)-1], '\n')+1]
	require.NoError(t, os.WriteFile(path, data, 0o644))
}
