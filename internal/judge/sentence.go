package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// sentence tells the whole run in one sentence, and of which check it is.
func (v *Verdict) sentence() (id, says string) {
	id, says = v.headline()
	if id != "" {
		return id, string(v.Answer) + ": " + v.Scenario + ": " + says
	}
	says = string(v.Answer) + ": " + v.story
	if controls := v.controls(); v.Answer == Pass && len(controls) > 0 {
		says += fmt.Sprintf("; a negative control: %s failed, as expected", strings.Join(controls, " and "))
	}
	return "", says
}

// controls are the checks that were to fail and did.
func (v *Verdict) controls() (ids []string) {
	for _, r := range v.Results {
		if r.Inverted && r.Answer == Pass && !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// story tells what happened.
func (f *facts) story() string {
	name := f.started.Scenario
	service := f.plan.Key
	if service == "" {
		service = f.started.Service.Name
	}
	if f.from.IsZero() {
		return name + " sent no traffic to " + service
	}
	if f.loadOnly {
		t := sum(f.windows, nil)
		failed := percent(t.failed, t.completed)
		if least, most := t.failures().between(); most > least {
			failed = percent(least, t.completed) + " to " + percent(most, t.completed)
		}
		return fmt.Sprintf("%s sent %s to %s, %s of them failed", name, requests(t.sent), service, failed)
	}
	outs := f.during(f.from, f.horizon, order.out)
	_, end, known := f.desiredAt(f.to)
	if len(outs) == 0 {
		return fmt.Sprintf("%s ran on %s, which stayed at %s", name, service, tasks(end))
	}
	top, by := 0, []string{}
	for _, o := range outs {
		top = max(top, o.to)
		word := f.whoOf(o)
		if strings.HasPrefix(word, "cpu") {
			word = "CPU" + word[len("cpu"):]
		}
		if !slices.Contains(by, word) {
			by = append(by, word)
		}
	}
	s := fmt.Sprintf("%s scaled %s %d -> %d on %s", name, service, outs[0].from, top, strings.Join(by, " and "))
	if rise, ok := f.risen(outs[0].at, outs[0].role, int64(outs[0].from)*1000); ok {
		s += fmt.Sprintf(", first order about %s after the load rose", about(outs[0].at.Sub(rise)))
	}
	switch {
	case known && end < top:
		s += fmt.Sprintf(", back to %d by the end", end)
	case known:
		s += fmt.Sprintf(", %d by the end", end)
	}
	return s
}

// about tells a reaction to the minute, or, on metrics of 20 s, to ten seconds:
// the check of the reaction, with its own idea of the crossing, gives the rest.
func about(d time.Duration) string {
	if d < 90*time.Second {
		return plural(int(d.Round(10*time.Second)/time.Second), "second", "seconds")
	}
	return plural(int(d.Round(time.Minute)/time.Minute), "minute", "minutes")
}
