package scenario

// Sine swings from the stage's own rates to its highest and back, for as long
// as the stage lasts; it begins at the stage's own.
type Sine struct {
	Period Duration        `json:"period"`           // from one low to the next
	Demand *Demand         `json:"demand,omitempty"` // at its highest; this or Rate
	Rate   map[string]Rate `json:"rate,omitempty"`   // by kind
}

// Spike leaves the stage's own rates once and comes back to them.
type Spike struct {
	At     Duration        `json:"at"`               // after the stage's beginning
	Rise   Duration        `json:"rise,omitempty"`   // in a straight line; at once where left out
	Hold   Duration        `json:"hold,omitempty"`   // at its highest
	Fall   Duration        `json:"fall,omitempty"`   // as Rise
	Demand *Demand         `json:"demand,omitempty"` // at its highest; this or Rate
	Rate   map[string]Rate `json:"rate,omitempty"`   // by kind
}

// Replay has the rates that were recorded somewhere. Where it has a Demand or
// a Rate, that is what the highest of them stands for, and only the shape is
// the recording's.
type Replay struct {
	File   string             `json:"file"`             // path, relative to the scenario file
	From   Duration           `json:"from,omitempty"`   // of the recording, as it was recorded; its beginning where left out
	Scale  Factor             `json:"scale,omitempty"`  // of each rate
	Faster Factor             `json:"faster,omitempty"` // than it was recorded
	Mix    map[string]float64 `json:"mix,omitempty"`    // parts of each kind in a recording that does not tell kinds apart
	Demand *Demand            `json:"demand,omitempty"` // at its highest; this, Rate, or neither
	Rate   map[string]Rate    `json:"rate,omitempty"`   // by kind
}

// level is what a stage names as a height of its load.
type level struct {
	key    string // of the stage, in which it stands; empty: the stage itself
	Demand *Demand
	Rate   map[string]Rate
}

// levels are the stage's own and those of its curves.
func (s Stage) levels() []level {
	list := []level{{"", s.Demand, s.Rate}}
	if s.Sine != nil {
		list = append(list, level{"sine", s.Sine.Demand, s.Sine.Rate})
	}
	if s.Spike != nil {
		list = append(list, level{"spike", s.Spike.Demand, s.Spike.Rate})
	}
	if s.Replay != nil {
		list = append(list, level{"replay", s.Replay.Demand, s.Replay.Rate})
	}
	return list
}
