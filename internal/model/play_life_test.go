package model_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/flaw"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// life is what world takes of a task's life and of what may befall it: fixed
// delays provisioning and stop; fail and crash, chances in percent, with life,
// how long a task runs before it crashes; least and most, percentages of the
// deployment configuration, with breaker=yes or breaker=rollback; and
// unfulfilled, how long an activity may go on.
func (p *play) life(a args, c *model.Config) {
	s := &c.Services[0]
	fixed := func(name string) model.Spread {
		v := a.duration(p.t, name, 0)
		return model.Spread{Min: v, Max: v}
	}
	s.Provisioning, s.Stop = fixed("provisioning"), fixed("stop")
	percent := func(name string) model.Chance { return model.Chance(a.number(p.t, name, 0) * 10_000) }
	s.Failures = model.Failures{Start: percent("fail"), Crash: percent("crash"), Life: fixed("life")}
	s.Rollout = &model.Rollout{
		MinimumHealthy: a.number(p.t, "least", 100), Maximum: a.number(p.t, "most", 200),
		CircuitBreaker: a["breaker"] != "", Rollback: a["breaker"] == "rollback",
	}
	c.Behaviour.Unfulfilled = a.duration(p.t, "unfulfilled", 0)
	c.Happenings, c.Faults = p.coming, p.faults
}

// happening tells of what somebody else will do, before world: happening
// at=10m kill=1, deploy=yes (with fail, in percent), desired=4, min=2 max=4,
// or path=/light every=1s for=5m (with spacing=uniform, else as of independent
// users).
func (p *play) happening(a args) string {
	h := model.Happening{At: start.Add(a.duration(p.t, "at", 0)), Service: web}
	number := func(name string) *int {
		if a[name] == "" {
			return nil
		}
		n := a.number(p.t, name, 0)
		return &n
	}
	switch {
	case a["kill"] != "":
		h.Kill = a.number(p.t, "kill", 0)
	case a["path"] != "":
		h.Traffic = &model.Traffic{
			Method: "GET", Path: a["path"], Every: a.duration(p.t, "every", time.Second), For: a.duration(p.t, "for", 0),
			Uniform: a["spacing"] == "uniform",
		}
	case a["deploy"] != "" || a["desired"] != "":
		h.Change = &scaling.Change{Op: scaling.UpdateDesired, Deploy: a["deploy"] != "", Desired: number("desired")}
		h.StartsFail = model.Chance(a.number(p.t, "fail", 0) * 10_000)
	default:
		h.Change = &scaling.Change{Op: scaling.RegisterTarget, Min: number("min"), Max: number("max")}
	}
	p.coming = append(p.coming, h)
	return "so be it"
}

// fault has something go wrong, before world: fault kind=starts-fail size=50%
// from=1m for=10m, of what it may be confined to.
func (p *play) fault(a args) string {
	k, ok := flaw.Fault(a["kind"])
	require.True(p.t, ok)
	size, err := k.Parse(a["size"])
	require.NoError(p.t, err)
	p.faults = append(p.faults, model.Fault{
		Kind: k.Name, Of: a["of"], From: start.Add(a.duration(p.t, "from", 0)), For: a.duration(p.t, "for", 0), Size: size,
	})
	return "so be it"
}

// trace lists the lines of the world's log since the last time, those with a
// word of them: trace of=deployment,happening. Ids of tasks are cut short.
func (p *play) trace(a args) string {
	var out strings.Builder
	for _, line := range p.lines {
		at, rest, _ := strings.Cut(line, " ")
		word, _, _ := strings.Cut(rest, " ")
		if !strings.Contains(","+a["of"]+",", ","+word+",") {
			continue
		}
		t, err := time.Parse(time.RFC3339Nano, at)
		require.NoError(p.t, err)
		fmt.Fprintf(&out, "%s %s\n", clock(t), shortened(rest))
	}
	p.lines = nil
	return out.String()
}

// shortened cuts the ids of tasks to six digits.
func shortened(line string) string {
	words := strings.Split(line, " ")
	for i, word := range words {
		if id := strings.TrimPrefix(word, "task="); len(id) == 32 {
			words[i] = strings.TrimSuffix(word, id) + id[:6]
		}
	}
	return strings.Join(words, " ")
}

// deploy begins a deployment through the API.
func (p *play) deploy(args) string {
	return p.do(scaling.Change{Op: scaling.UpdateDesired, Deploy: true})
}

// deployments lists them as DescribeServices does.
func (p *play) deployments(args) string {
	var out strings.Builder
	for _, d := range p.look(model.What{Service: true}).Service.Deployments {
		fmt.Fprintf(&out, "%s %s %s: desired %d, running %d, pending %d, failed %d: %s\n",
			d.ID[:13], d.Status, d.Rollout, d.Desired, d.Running, d.Pending, d.Failed, strings.ReplaceAll(d.Reason, d.ID, d.ID[:13]))
	}
	return out.String()
}

// tasks lists the tasks of the service, those that stopped included, oldest
// first.
func (p *play) tasks(args) string {
	list, err := p.w.Tasks(web)
	require.NoError(p.t, err)
	var out strings.Builder
	for _, t := range list {
		fmt.Fprintf(&out, "%s %s created %s", t.ID[:6], t.LastStatus, clock(t.Created))
		for _, x := range []struct {
			what string
			at   time.Time
		}{{"pulled", t.PullStarted}, {"started", t.Started}, {"stopping", t.Stopping}, {"stopped", t.Stopped}} {
			if !x.at.IsZero() {
				fmt.Fprintf(&out, " %s %s", x.what, clock(x.at))
			}
		}
		if t.StopCode != "" {
			fmt.Fprintf(&out, " %s: %s", t.StopCode, t.StoppedReason)
		}
		out.WriteString("\n")
	}
	return out.String()
}
