package timeline

// Prediction is what was expected of the run before its traffic began: made
// from the plan and the environment, without what only an attempt to break
// them adds. No check reads it.
type Prediction struct {
	Seed   uint64   `json:"seed"`   // of the world whose course it is
	Course Course   `json:"course"` // the expected one
	Seeds  []uint64 `json:"seeds"`  // of the worlds that the band spans, Seed's first
	Band   Band     `json:"band"`
}

// Unpredicted says that a run has no prediction, and why.
type Unpredicted struct {
	Reason string `json:"reason"`
}

// Foretold is the prediction that a timeline holds before its traffic: what
// was written after that is none. It is nil where there is none, and why says
// why.
func Foretold(events []Event) (p *Prediction, why string) {
	why = "the timeline holds no prediction"
	for _, e := range events {
		switch d := e.Data.(type) {
		case Stage:
			return p, why
		case Prediction:
			p = &d
		case Unpredicted:
			why = d.Reason
		}
	}
	return nil, "no traffic began"
}

func (Prediction) kind() string  { return "prediction.course" }
func (Unpredicted) kind() string { return "prediction.absent" }

func init() {
	register[Prediction]()
	register[Unpredicted]()
}
