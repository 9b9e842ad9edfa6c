package forecast

import (
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Run is what one seed gave.
type Run struct {
	Seed     uint64          `json:"seed"`
	Answer   judge.Answer    `json:"answer"`
	Sentence string          `json:"sentence"`
	Course   timeline.Course `json:"course"`
	Alarms   []Alarm         `json:"alarms,omitempty"` // that fired, in order of time
	Stages   []StageRun      `json:"stages"`
	Latency  Latency         `json:"latency"`
	Findings []judge.Result  `json:"findings,omitempty"` // that count and are not a pass

	roles map[string]string // of the policies, by name
}

// Alarm is an alarm of a policy that went into ALARM.
type Alarm struct {
	At   time.Duration `json:"at"`   // after the traffic's beginning
	Role string        `json:"role"` // what its policy watches: cpu, requests
	High bool          `json:"high"` // it asks for more tasks
}

// live predicts and judges one seed.
func live(c *Config, seed uint64) (Run, error) {
	config := predict.World(&c.Document.Environment, seed, clock.Epoch)
	config.Seed = seed // whatever the environment sets
	world := predict.Live(config, clock.Epoch, c.Plan)
	started := c.Started
	started.Plan = plan.Raw(c.Plan)
	var events []timeline.Event
	meter := newMeter(c.Plan, c.Document.Scenario.Expect)
	err := predict.Run(world, c.Plan, predict.Options{
		Started: started, AnyTarget: c.AnyTarget, Replace: c.Replace,
		Anyhow: c.Plan.Recorded != "", // a recording that begins at noon begins with noon's tasks
		Emit: func(e timeline.Event) {
			e.Seq = int64(len(events) + 1)
			events = append(events, e)
			meter.saw(e)
		},
		Ended: meter.ended,
	})
	if err != nil {
		return Run{}, err
	}
	v, err := judge.Judge(events)
	if err != nil {
		return Run{}, err
	}
	if c.Judged != nil {
		v = c.Judged(v)
	}
	if c.Keep != nil {
		c.Keep(seed, events)
	}
	course, _ := timeline.CourseOf(events) // a prediction that ends has sent something
	r := Run{Seed: seed, Answer: v.Answer, Sentence: v.Sentence, Course: course, roles: rolesOf(c.Plan)}
	for _, x := range v.Results {
		if x.Severity == judge.Counts && x.Answer != judge.Pass {
			x.Evidence = nil // of a timeline that nobody keeps
			r.Findings = append(r.Findings, x)
		}
	}
	r.Alarms = r.alarmsOf(events, meter.began)
	r.Stages, r.Latency = meter.result(course)
	return r, nil
}

func rolesOf(p *plan.Plan) map[string]string {
	roles := map[string]string{}
	for _, pol := range p.Policies {
		roles[pol.Name] = scaling.Role(pol.Metric)
	}
	return roles
}

// alarmsOf lists the alarms that fired while the run watched.
func (r Run) alarmsOf(events []timeline.Event, began time.Time) (list []Alarm) {
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Phase:
			if d.Name == timeline.PhaseUndo {
				return list
			}
		case timeline.AlarmState:
			if d.Transition && d.Alarm.State == scaling.AlarmInAlarm && !began.IsZero() && !e.At.Before(began) {
				list = append(list, Alarm{e.At.Sub(began), r.role(d.Policy), d.Alarm.High()})
			}
		}
	}
	return list
}
