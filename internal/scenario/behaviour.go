package scenario

import "time"

// Behaviour chooses where AWS is undocumented and the evidence could be read
// in more than one way; what is left out is the best-evidenced, the first of
// each. Package model gives the evidence.
type Behaviour struct {
	Base           string `json:"base,omitempty" jsonschema:"enum=running,enum=desired"`
	Datapoints     string `json:"datapoints,omitempty" jsonschema:"enum=all,enum=since_activity"`
	ScaleInSteps   string `json:"scale_in_steps,omitempty" jsonschema:"enum=one,enum=proportional"`
	Flapping       string `json:"flapping,omitempty" jsonschema:"enum=anticipated,enum=unanticipated"`
	CooldownAnchor string `json:"cooldown_anchor,omitempty" jsonschema:"enum=completion,enum=start"`
	// Unfulfilled is how long an activity may go on; 10m where left out.
	Unfulfilled Duration `json:"unfulfilled,omitempty"`
}

// leastPatience is more than a task takes to start.
const leastPatience = Duration(time.Minute)

func (c *checker) behaviour(b Behaviour) {
	const path = "emulator.behaviour.unfulfilled"
	if c.e.has(path) && b.Unfulfilled < leastPatience {
		c.e.fault(path, "", "an activity is given up after %s at the earliest", leastPatience)
	}
	c.atMost(c.e, path, b.Unfulfilled, longestDelay)
}
