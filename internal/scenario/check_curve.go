package scenario

import (
	"fmt"
	"strings"
)

// How much a curve may have: its pieces stand in the plan.
const (
	MostSteps   = 1000 // of a ramp
	MostPeriods = 1400 // of a sine: some 90,000 pieces of a line
)

const mostFactor = 1e6

// curve checks what shapes a stage beside its ramp.
func (c *checker) curve(path string, s Stage) {
	var named []string
	for _, l := range s.levels()[1:] {
		named = append(named, l.key)
		switch {
		case l.Demand != nil && l.Rate != nil:
			c.s.fault(path+"."+l.key+".rate", "", "a %s names either demand or rate at its highest, not both", l.key)
		case l.Demand == nil && l.Rate == nil && l.key != "replay":
			c.s.fault(path+"."+l.key, "", "the %s does not say how high it goes: give it a demand or a rate, as its stage has", l.key)
		}
	}
	if len(named) > 1 {
		c.s.fault(path+"."+named[1], "", "a stage has one curve, and this has %s: make a stage of each", strings.Join(named, " and "))
		return
	}
	switch {
	case c.s.has(path+".steps") && (s.Steps < 2 || s.Steps > MostSteps):
		c.s.fault(path+".steps", "", "a ramp goes in 2 to %d steps", MostSteps)
	case s.Steps > 0 && s.Ramp == 0:
		c.s.fault(path+".steps", "", "steps divide a ramp, and the stage has none: give it a ramp, as in {for: 30m, ramp: 20m, steps: 4}")
	}
	switch {
	case s.Sine != nil:
		c.sine(path, s)
	case s.Spike != nil:
		c.spike(path, s)
	case s.Replay != nil:
		c.replay(path, s)
	}
}

func (c *checker) sine(path string, s Stage) {
	c.positive(c.s, path+".sine.period", s.Sine.Period)
	if p := s.Sine.Period; p > 0 && s.For/p > MostPeriods {
		c.s.fault(path+".sine.period", "", "the sine has more than %d periods in its stage: make them longer, or the stage shorter", MostPeriods)
	}
}

func (c *checker) spike(path string, s Stage) {
	x := s.Spike
	for _, d := range []struct {
		key string
		Duration
	}{{"at", x.At}, {"rise", x.Rise}, {"hold", x.Hold}, {"fall", x.Fall}} {
		if d.Duration > s.For {
			c.s.fault(path+".spike."+d.key, "", "%s is longer than the stage (%s)", d.Duration, s.For)
			return // a sum of them would say no more
		}
	}
	switch end := x.At + x.Rise + x.Hold + x.Fall; {
	case end == x.At:
		c.s.fault(path+".spike", "", "the spike lasts no time: give it a hold, or a rise and a fall")
	case x.At < s.Ramp:
		c.s.fault(path+".spike.at", "", "the spike begins %s into the stage, before its ramp (%s) is over: both count from the stage's beginning", x.At, s.Ramp)
	case end > s.For:
		c.s.fault(path+".spike", "", "the spike ends %s into the stage, which lasts %s: shorten it, or begin it earlier", end, s.For)
	}
}

func (c *checker) replay(path string, s Stage) {
	at, x := path+".replay", s.Replay
	if s.Demand != nil || s.Rate != nil {
		key := ".demand"
		if s.Rate != nil {
			key = ".rate"
		}
		c.s.fault(path+key, "", "a stage that replays a recording has its rates from it: leave this out, or put it into replay, for what the recording's highest rate stands for")
	}
	if c.s.has(path + ".ramp") {
		c.s.fault(path+".ramp", "", "a recording is replayed as it is, without a ramp: leave it out, or ramp in a stage before")
	}
	for _, f := range []struct {
		key string
		Factor
	}{{".scale", x.Scale}, {".faster", x.Faster}} {
		if c.s.has(at+f.key) && (f.Factor <= 0 || f.Factor > mostFactor) {
			c.s.fault(at+f.key, "", "a factor is more than 0 and at most %.0f", mostFactor)
		}
	}
	if shaped := x.Demand != nil || x.Rate != nil; shaped && c.s.has(at+".scale") {
		c.s.fault(at+".scale", "", "the recording's highest rate stands for the replay's demand or rate already: leave scale out, or these")
	} else if shaped && c.s.has(at+".mix") {
		c.s.fault(at+".mix", "", "the replay's demand or rate says how much each kind is of it: leave mix out, or these")
	}
	c.atMost(c.s, at+".from", x.From, longest)
	c.mix(at+".mix", x.Mix)
}

func (c *checker) mix(path string, parts map[string]float64) {
	sum := 0.0
	for _, kind := range keys(parts) {
		at, v := path+"."+kind, parts[kind]
		k, ok := c.doc.Scenario.Requests[kind]
		switch {
		case !ok:
			c.known(c.s, at, kind, "kind of request", keys(c.doc.Scenario.Requests))
		case k.Rate > 0 && k.Drive == "":
			c.s.fault(at, "", "the kind %s has a rate of its own (%s)", kind, k.Rate)
		case !(v >= 0) || v > mostFactor:
			c.s.fault(at, "", "a part is from 0 to %.0f, as in {heavy: 1, light: 3}", mostFactor)
		}
		c.open(at, kind)
		sum += v
	}
	if c.s.has(path) && !(sum > 0) {
		c.s.fault(path, "", "the mix has no part of any kind: write it as {heavy: 1, light: 3}")
	}
}

// recorded reads the files that stages replay.
func (c *checker) recorded() {
	if len(c.doc.Scenario.Traffic.Stages) > 1000 {
		return
	}
	for i, s := range c.doc.Scenario.Traffic.Stages {
		if s.Replay != nil && s.Replay.File != "" {
			c.beside(fmt.Sprintf("traffic.stages[%d].replay.file", i), "recording", s.Replay.File, MostRecorded, c.doc.Recorded)
		}
	}
}
