package model_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// seconds draws a spread within bounds.
func seconds(t *rapid.T, name string, low, high int) model.Spread {
	from := rapid.IntRange(low, high).Draw(t, name)
	to := rapid.IntRange(from, high).Draw(t, name+" to")
	return model.Spread{Min: time.Duration(from) * time.Second, Max: time.Duration(to) * time.Second}
}

// percent draws a chance.
func percent(t *rapid.T, name string, high int) model.Chance {
	return model.Chance(rapid.IntRange(0, high).Draw(t, name) * 10_000)
}

// troubled is a world in which everything goes wrong now and then, and
// somebody else meddles.
func troubled(t *rapid.T) func(*model.Config) {
	return func(c *model.Config) {
		s := &c.Services[0]
		s.Provisioning, s.Start, s.Stop = seconds(t, "provisioning", 0, 20), seconds(t, "start", 5, 60), seconds(t, "stop", 0, 10)
		s.Failures = model.Failures{Start: percent(t, "fail", 70), Crash: percent(t, "crash", 100), Life: seconds(t, "life", 10, 900)}
		s.Rollout = &model.Rollout{
			MinimumHealthy: rapid.IntRange(0, 100).Draw(t, "least"), Maximum: rapid.IntRange(100, 250).Draw(t, "most"),
			CircuitBreaker: rapid.Bool().Draw(t, "breaker"), Rollback: rapid.Bool().Draw(t, "rollback"),
		}
		two, four := 2, 4
		for i := range rapid.IntRange(0, 6).Draw(t, "happenings") {
			h := model.Happening{At: start.Add(time.Duration(rapid.IntRange(0, 1200).Draw(t, "at")) * time.Second), Service: web}
			switch i % 5 {
			case 0:
				h.Change, h.StartsFail = &scaling.Change{Op: scaling.UpdateDesired, Deploy: true}, percent(t, "bad image", 100)
			case 1:
				h.Traffic = &model.Traffic{Path: "/light", Every: 700 * time.Millisecond, For: 10 * time.Minute}
			case 2:
				h.Kill = rapid.IntRange(1, 3).Draw(t, "kill")
			case 3:
				h.Change = &scaling.Change{Op: scaling.RegisterTarget, Min: &two, Max: &four}
			case 4:
				h.Change = &scaling.Change{Op: scaling.UpdateDesired, Desired: &four, Deploy: true}
			}
			c.Happenings = append(c.Happenings, h)
		}
	}
}

// Every task that was ever ordered is in exactly one state, the counts are
// their sums, a task goes forward through its states, and its times with it.
func TestTasksAreConserved(t *testing.T) {
	order := map[string]int{}
	for i, state := range []string{"provisioning", "pending", "running", "healthy", "unhealthy", "draining", "stopping", "stopped"} {
		order[state] = i
	}
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(rapid.Uint64().Draw(t, "seed"), troubled(t))
		for _, d := range deeds.Draw(t, "deeds") {
			l.live(d)
			counted(t, l)
		}
		l.advance(l.now.Add(20 * time.Minute))
		counted(t, l)
		at := map[string]string{}
		for _, line := range l.trace {
			words := strings.Fields(line)
			if words[1] != "task" {
				continue
			}
			id, state := words[2], words[3]
			if before, ok := at[id]; ok && before != "unhealthy" {
				require.Greater(t, order[state], order[before], line)
			}
			require.NotEqual(t, "stopped", at[id], line)
			at[id] = state
		}
	})
}

func counted(t *rapid.T, l *life) {
	tasks, err := l.w.Tasks(web)
	require.NoError(t, err)
	look, err := l.w.Look(web, model.What{Service: true})
	require.NoError(t, err)
	is := map[string]int{}
	for _, task := range tasks {
		is[task.LastStatus]++
		last := task.Created
		for _, next := range []time.Time{task.PullStarted, task.Started, task.Stopping, task.Stopped} {
			if !next.IsZero() {
				require.False(t, next.Before(last), "%+v", task)
				last = next
			}
		}
		require.Equal(t, task.LastStatus == "STOPPED", !task.Stopped.IsZero())
		require.Equal(t, task.LastStatus == "STOPPED" || task.LastStatus == "STOPPING", !task.Stopping.IsZero())
	}
	s := look.Service
	require.Equal(t, is["RUNNING"]+is["DEACTIVATING"], s.Running)
	require.Equal(t, is["PROVISIONING"]+is["PENDING"], s.Pending)
	running, pending := 0, 0
	for i, d := range s.Deployments {
		require.Equal(t, i == 0, d.Status == "PRIMARY")
		running, pending = running+d.Running, pending+d.Pending
	}
	require.Equal(t, s.Running, running)
	require.Equal(t, s.Pending, pending)
}

// While a deployment goes on, no fewer are healthy than the least percentage
// of the desired count, and no more are there than the most; and it ends, if
// these leave room, with nothing but new tasks.
func TestDeploymentKeepsItsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		desired := rapid.IntRange(0, 8).Draw(t, "desired")
		least, most := rapid.IntRange(0, 100).Draw(t, "least"), rapid.IntRange(100, 250).Draw(t, "most")
		l := newLife(rapid.Uint64().Draw(t, "seed"), func(c *model.Config) {
			s := &c.Services[0]
			s.Desired, s.Policies, s.Target = desired, nil, nil
			s.Provisioning, s.Start, s.Stop = seconds(t, "provisioning", 0, 20), seconds(t, "start", 5, 60), seconds(t, "stop", 0, 10)
			s.Rollout = &model.Rollout{MinimumHealthy: least, Maximum: most}
		})
		fewest, largest := (desired*least+99)/100, desired*most/100
		_, err := l.w.Do(start, scaling.Change{Op: scaling.UpdateDesired, Service: web, Deploy: true})
		require.NoError(t, err)
		for end := start.Add(40 * time.Minute); l.now.Before(end); {
			at, _ := l.w.Next()
			l.advance(at)
			look, err := l.w.Look(web, model.What{Service: true, Targets: true})
			require.NoError(t, err)
			require.GreaterOrEqual(t, look.Targets.Healthy(), fewest)
			require.LessOrEqual(t, look.Service.Running+look.Service.Pending, max(largest, desired))
		}
		look, err := l.w.Look(web, model.What{Service: true})
		require.NoError(t, err)
		stuck := desired > 0 && fewest == desired && largest == desired
		require.Equal(t, stuck, look.Service.Deployments[0].Rollout != "COMPLETED")
		if stuck {
			return
		}
		require.Len(t, look.Service.Deployments, 1)
		tasks, err := l.w.Tasks(web)
		require.NoError(t, err)
		for _, task := range tasks {
			require.Equal(t, task.LastStatus == "RUNNING", task.Deployment == look.Service.Deployments[0].ID)
		}
	})
}

// Whatever befell a service, once nothing befalls it any more it is steady at
// what is desired, with one deployment, completed.
func TestTroubleEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(rapid.Uint64().Draw(t, "seed"), func(c *model.Config) {
			troubled(t)(c)
			s := &c.Services[0]
			s.Failures.Crash, s.Failures.Start, s.Policies = 0, s.Failures.Start/2, nil
			s.Rollout.CircuitBreaker, s.Rollout.Maximum = false, 200
			for i := range c.Happenings {
				c.Happenings[i].StartsFail = 0
			}
		})
		for _, d := range deeds.Draw(t, "deeds") {
			l.live(d)
		}
		l.advance(l.now.Add(16 * time.Hour)) // orders may be throttled for long
		look, err := l.w.Look(web, model.What{Service: true, Targets: true})
		require.NoError(t, err)
		s := look.Service
		require.Equal(t, s.Desired, s.Running)
		require.Equal(t, s.Desired, look.Targets.Healthy())
		require.Zero(t, s.Pending)
		require.Len(t, s.Deployments, 1)
		require.Equal(t, "COMPLETED", s.Deployments[0].Rollout)
	})
}

// Living in one step or in many makes no difference, whatever goes wrong.
func TestSplittingOfTroubles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c model.Config
		tweak := troubled(t)
		first := true
		same := func(into *model.Config) { // draws once
			if first {
				tweak(into)
				c, first = *into, false
			}
			*into = c
		}
		seed := rapid.Uint64().Draw(t, "seed")
		a, b := newLife(seed, same), newLife(seed, same)
		for _, d := range deeds.Draw(t, "deeds") {
			stop := time.Duration(rapid.IntRange(0, 90_000).Draw(t, "stop")) * time.Millisecond
			a.live(d)
			b.live(d, stop/2, stop)
		}
		end := a.now.Add(10 * time.Minute)
		a.advance(end)
		for {
			at, ok := b.w.Next()
			if !ok || at.After(end) {
				break
			}
			b.advance(at)
		}
		b.advance(end)
		require.Equal(t, a.trace, b.trace)
		require.Equal(t, a.answers, b.answers)
		for _, answer := range a.answers {
			require.LessOrEqual(t, answer.Number, a.number, "other people's answers are nobody's")
		}
	})
}

// The gaps of other people's requests have the mean that was asked for, and
// the spread of independent users: the variance is the mean's square.
func TestTrafficOfOthers(t *testing.T) {
	const every = 50 * time.Millisecond
	var at []time.Time
	l := newLife(1, func(c *model.Config) {
		c.Services[0].Policies = nil
		c.Happenings = []model.Happening{{At: start, Traffic: &model.Traffic{Path: "/free", Every: every, For: 2 * time.Hour}}}
	})
	l.w.Trace(func(line string) {
		when, rest, _ := strings.Cut(line, " ")
		if strings.HasPrefix(rest, "arrival other-0-") {
			t, err := time.Parse(time.RFC3339Nano, when)
			if err == nil {
				at = append(at, t)
			}
		}
	})
	l.advance(start.Add(3 * time.Hour))
	require.InEpsilon(t, int(2*time.Hour/every), len(at), 0.01)
	mean := at[len(at)-1].Sub(at[0]).Seconds() / float64(len(at)-1)
	variance := 0.0
	for i := range len(at) - 1 {
		d := at[i+1].Sub(at[i]).Seconds() - mean
		variance += d * d / float64(len(at)-1)
	}
	require.InEpsilon(t, every.Seconds(), mean, 0.01)
	require.InEpsilon(t, mean*mean, variance, 0.03)
	require.Empty(t, l.answers)
}

// Other people's requests cost the world no memory, as a driver's do not.
func TestTrafficOfOthersAllocatesNothing(t *testing.T) {
	c := local(2)
	c.Services[0].Policies = nil
	c.Happenings = []model.Happening{{At: start, Traffic: &model.Traffic{Path: "/light", Every: 2 * time.Millisecond}}}
	w := model.New(c)
	now := start.Add(2*time.Minute + 21*time.Second) // pools and buffers have grown
	w.Advance(now)
	require.Zero(t, testing.AllocsPerRun(5, func() { // within a minute, between its slots
		now = now.Add(time.Second)
		w.Advance(now)
	}))
}
