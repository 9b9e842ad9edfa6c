package scenario

// Behaviour chooses where AWS is undocumented and the evidence could be read
// in more than one way; what is left out is the best-evidenced, the first of
// each. Package model gives the evidence.
type Behaviour struct {
	Base           string `json:"base,omitempty" jsonschema:"enum=running,enum=desired"`
	Datapoints     string `json:"datapoints,omitempty" jsonschema:"enum=all,enum=since_activity"`
	ScaleInSteps   string `json:"scale_in_steps,omitempty" jsonschema:"enum=one,enum=proportional"`
	Flapping       string `json:"flapping,omitempty" jsonschema:"enum=anticipated,enum=unanticipated"`
	CooldownAnchor string `json:"cooldown_anchor,omitempty" jsonschema:"enum=completion,enum=start"`
}
