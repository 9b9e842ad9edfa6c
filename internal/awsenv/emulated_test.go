package awsenv_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

var (
	web = scaling.Service{Cluster: "staging-cluster", Name: "staging-web"}
	iso = scaling.Service{Cluster: "staging-cluster", Name: "staging-web-iso"}
)

const label = "app/staging/0123456789abcdef/targetgroup/staging-web/0123456789abcdef"

func service(s scaling.Service) model.Service {
	return model.Service{
		Service: s, TargetGroup: "targetgroup/" + s.Name + "/0123456789abcdef", Desired: 2,
		Task:                model.Task{MilliCPU: 1000, IdleMilliCPU: 100, Workers: 1},
		HealthCheck:         model.HealthCheck{Path: "/health", Interval: 10 * time.Second, Timeout: 5 * time.Second, Healthy: 5, Unhealthy: 2},
		DeregistrationDelay: 45 * time.Second,
		Publication:         model.Spread{Min: time.Minute, Max: 2 * time.Minute},
		Target:              &scaling.ScalableTarget{Service: s, Bounds: scaling.Bounds{Min: 1, Max: 4}},
		Policies: []scaling.Policy{{
			Name: "requests", Type: scaling.TargetTracking, Metric: scaling.MetricRequestCount,
			ResourceLabel: "app/staging/0123456789abcdef/targetgroup/" + s.Name + "/0123456789abcdef",
			Target:        1000, ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute,
		}},
	}
}

// open serves a world of two services that lived for ten minutes, and opens
// an environment on it; the world's twin tells what must be read.
func open(t *testing.T) (env *awsenv.Env, server *emulator.Server, twin *model.World, ctx context.Context) {
	return openOn(t, service(web), service(iso))
}

func openOn(t *testing.T, services ...model.Service) (env *awsenv.Env, server *emulator.Server, twin *model.World, ctx context.Context) {
	config := model.Config{
		Seed: 5, Start: clock.Epoch.Add(-10 * time.Minute), Region: "eu-west-1", Account: "111122223333",
		LoadBalancer: model.LoadBalancer{Label: "app/staging/0123456789abcdef", IdleTimeout: time.Minute},
		Services:     services,
		Rules: []model.Rule{
			{Paths: []string{"/api/public/traces*", "/api/public/sessions*"}, Service: iso.Name},
			{Paths: []string{"*"}, Service: web.Name},
		},
	}
	twin = model.New(config)
	twin.Advance(clock.Epoch)
	w := model.New(config)
	w.Advance(clock.Epoch)
	c := clock.NewStepping(clock.Epoch)
	c.Keep("test")
	ctx = awsenv.Holding(context.Background(), "test")
	server, err := emulator.Start(emulator.Config{Clock: c, World: w})
	require.NoError(t, err)
	env, err = awsenv.Open(ctx, awsenv.Config{Endpoint: server.Endpoint(), Region: "eu-west-1", Account: "111122223333", Clock: c})
	require.NoError(t, err)
	t.Cleanup(func() {
		c.Stop()
		env.Close()
		require.NoError(t, server.Close(context.Background()))
	})
	return env, server, twin, ctx
}

// What the SDK's clients read is what stands in the world, section by
// section, whole seconds and values exact.
func TestReadsWhatStands(t *testing.T) {
	env, _, twin, ctx := open(t)
	cpu := scaling.Metric{
		Namespace: "AWS/ECS", Name: "CPUUtilization", Statistic: "Average", Period: time.Minute,
		Dimensions: []scaling.Dimension{{Name: "ClusterName", Value: web.Cluster}, {Name: "ServiceName", Value: web.Name}},
	}
	unknown := cpu
	unknown.Name = "Nothing"
	since := clock.Epoch.Add(-10 * time.Minute)
	want, err := twin.Look(web, model.What{
		Service: true, Targets: true, Scalable: true, Policies: true, Alarms: true, Activities: true,
		Metrics: []scaling.Metric{unknown, cpu}, Since: since,
	})
	require.NoError(t, err)

	state, err := env.Service(ctx, web)
	require.NoError(t, err)
	require.Equal(t, want.Service.Desired, state.Desired)
	require.Equal(t, want.Service.Running, state.Running)
	require.Equal(t, want.Service.TargetGroup, state.TargetGroup)
	require.Equal(t, "ACTIVE", state.Status)
	require.Len(t, state.Deployments, len(want.Service.Deployments))
	require.Equal(t, want.Service.Deployments[0].Rollout, state.Deployments[0].Rollout)
	require.Len(t, state.Events, len(want.Service.Events))

	targets, err := env.Targets(ctx, state.TargetGroup)
	require.NoError(t, err)
	require.Equal(t, want.Targets, targets)
	require.Equal(t, 2, targets.Healthy())

	standing, err := env.Standing(ctx, web)
	require.NoError(t, err)
	require.Equal(t, clock.Epoch, standing.At)
	require.Equal(t, scaling.Bounds{Min: 1, Max: 4}, standing.Scalable.Target.Bounds)
	require.Len(t, standing.Policies.List, 1)
	require.Empty(t, standing.Policies.List[0].Differences(want.Policies.List[0]))
	require.Equal(t, want.Policies.List[0].ARN, standing.Policies.List[0].ARN)

	var names []string
	for _, ref := range standing.Policies.List[0].Alarms {
		names = append(names, ref.Name)
	}
	slices.Sort(names)
	alarms, err := env.Alarms(ctx, append(names, "no such alarm"))
	require.NoError(t, err)
	require.Len(t, alarms.List, 2)
	for i, a := range alarms.List {
		require.Equal(t, names[i], a.Name)
		require.Equal(t, want.Alarms.List[i].Threshold, a.Threshold)
		require.Equal(t, want.Alarms.List[i].Metric, a.Metric)
		require.Equal(t, want.Alarms.List[i].State, a.State)
		require.True(t, want.Alarms.List[i].StateSince.Round(time.Millisecond).Equal(a.StateSince))
	}
	none, err := env.Alarms(ctx, nil)
	require.NoError(t, err)
	require.Empty(t, none.List, "no names mean no alarms, not all of them")

	metrics, err := env.Metrics(ctx, []scaling.Metric{unknown, cpu}, since, clock.Epoch)
	require.NoError(t, err)
	require.Empty(t, metrics.List[0].Points)
	require.NotEmpty(t, metrics.List[1].Points)
	require.Equal(t, want.Metrics.List[1], metrics.List[1])
}

func TestReadsTheLoadBalancer(t *testing.T) {
	env, server, _, ctx := open(t)
	state, err := env.Service(ctx, web)
	require.NoError(t, err)
	group, err := env.TargetGroup(ctx, state.TargetGroup)
	require.NoError(t, err)
	require.Equal(t, label, group.Label())

	front, err := env.Front(ctx, label)
	require.NoError(t, err)
	require.Equal(t, server.FrontURL(), front.URL)
	rules, err := env.Rules(ctx, front.Listener)
	require.NoError(t, err)
	for path, s := range map[string]scaling.Service{"/api/public/traces/1": iso, "/api/public/health": web} {
		arn, ok := awsenv.Route(rules, path)
		require.True(t, ok, path)
		want, err := env.Service(ctx, s)
		require.NoError(t, err)
		require.Equal(t, want.TargetGroup, arn, path)
	}
	_, err = env.Front(ctx, "app/other/0123456789abcdef")
	require.Error(t, err)
	_, err = env.Front(ctx, "net/staging/0123456789abcdef")
	require.ErrorContains(t, err, "no label of an application load balancer")
}

func TestReadsStickiness(t *testing.T) {
	sticky := service(iso)
	sticky.Stickiness = time.Hour
	env, _, _, ctx := openOn(t, service(web), sticky)
	for s, want := range map[scaling.Service]bool{web: false, iso: true} {
		state, err := env.Service(ctx, s)
		require.NoError(t, err)
		group, err := env.TargetGroup(ctx, state.TargetGroup)
		require.NoError(t, err)
		require.Equal(t, want, group.Sticky, s.Name)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	env, _, _, ctx := open(t)
	_, err := env.Service(ctx, scaling.Service{Cluster: web.Cluster, Name: "none"})
	require.EqualError(t, err, "ecs DescribeServices: NotFound: service staging-cluster/none: MISSING")
	require.False(t, awsenv.Retriable(err))
	_, err = env.Service(ctx, scaling.Service{Cluster: "none", Name: "none"})
	require.Equal(t, "ClusterNotFoundException", awsenv.Code(err))
	_, err = env.Do(ctx, scaling.Change{Op: scaling.DeletePolicy, Service: web, Policy: &scaling.Policy{Name: "none"}})
	require.Equal(t, "ObjectNotFoundException", awsenv.Code(err))
	_, err = env.Do(ctx, scaling.Change{Op: scaling.PutPolicy, Service: web, Policy: &scaling.Policy{Name: "s", Type: "StepScaling"}})
	require.ErrorContains(t, err, "only target tracking on a predefined metric can be put")
	_, err = env.Do(ctx, scaling.Change{Op: "DropTable", Service: web})
	require.ErrorContains(t, err, "unknown change")
}

// A registration is sent with what changes: the other bound stays.
func TestChangesOneBound(t *testing.T) {
	env, _, _, ctx := open(t)
	three := 3
	_, err := env.Do(ctx, scaling.Change{Op: scaling.RegisterTarget, Service: web, Min: &three})
	require.NoError(t, err)
	suspended := scaling.Suspended{ScaleIn: true}
	_, err = env.Do(ctx, scaling.Change{Op: scaling.RegisterTarget, Service: web, Suspended: &suspended})
	require.NoError(t, err)
	state, err := env.Scalable(ctx, web)
	require.NoError(t, err)
	require.Equal(t, scaling.Bounds{Min: 3, Max: 4}, state.Target.Bounds)
	require.Equal(t, suspended, state.Target.Suspended)
	_, err = env.Do(ctx, scaling.Change{Op: scaling.DeregisterTarget, Service: web})
	require.NoError(t, err)
	standing, err := env.Standing(ctx, web)
	require.NoError(t, err)
	require.Nil(t, standing.Scalable.Target)
	require.Empty(t, standing.Policies.List, "they go with the registration")
}
