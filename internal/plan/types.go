package plan

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// Expectation is one line of a scenario's expect.
type Expectation = scenario.Expectation

// Plan is what a run will do and what is expected of it, worked out before
// anything is sent. It is a pure value: it goes into the first line of the
// timeline as JSON and comes out of it equal.
type Plan struct {
	Scenario    string          `json:"scenario"`
	File        string          `json:"file,omitempty"` // the scenario file's name, without its folder
	Summary     string          `json:"summary,omitempty"`
	Environment string          `json:"environment"`
	Emulated    bool            `json:"emulated"`
	Region      string          `json:"region"`
	Account     string          `json:"account,omitempty"`
	Key         string          `json:"key"` // the service's key in the environment
	Service     scaling.Service `json:"service"`
	URL         string          `json:"url,omitempty"`
	Label       string          `json:"label,omitempty"` // resource label of the service's target group; empty: to be looked up
	Bounds      scaling.Bounds  `json:"bounds"`

	// Policies are those that must stand while the run lasts, in the
	// scenario's order, with names, labels and settings.
	Policies     []scaling.Policy `json:"policies"`
	AlsoStanding []string         `json:"also_standing,omitempty"`

	Seed     uint64  `json:"seed"`
	Arrivals string  `json:"arrivals"` // poisson or uniform
	Ceiling  float64 `json:"ceiling"`  // requests per second
	Shard    Shard   `json:"shard,omitzero"`
	// Connections is how requests reach the service.
	Connections Connections `json:"connections,omitzero"`
	// Traceparent is the share of the requests that carry one, from 0 to 1.
	Traceparent float64 `json:"traceparent,omitempty"`

	Kinds  []Kind  `json:"kinds"` // in order of name
	Stages []Stage `json:"stages"`

	// What a task offers, for expected values.
	Task       Task          `json:"task"`
	Draining   time.Duration `json:"deregistration_delay"` // as configured or assumed
	Start      time.Duration `json:"start_budget"`         // order to running
	HealthWait time.Duration `json:"health_budget"`        // running to healthy
	Window     time.Duration `json:"window"`               // length of the timeline's traffic windows
	Lived      time.Duration `json:"lived,omitempty"`      // how long an emulated world lived at the first stage's load before the run

	Recorded string              `json:"recorded,omitempty"` // what the demand was read from that stands in place of the scenario's stages
	Expect   []Expectation       `json:"expect,omitempty"`
	StopWhen []scenario.StopRule `json:"stop_when,omitempty"`

	// Notes are what the plan warns of and what could not be proven.
	Notes []Note `json:"notes,omitempty"`
}

// Task is what one task can do.
type Task struct {
	VCPU    float64 `json:"vcpu"`
	Idle    float64 `json:"idle"` // share of reserved CPU used without load
	Workers int     `json:"workers"`
}

// Kind is one kind of request, ready to be sent.
type Kind struct {
	Name    string            `json:"name"`
	Drive   string            `json:"drive,omitempty"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers,omitempty"` // with ${NAME}, not its value
	Body    Body              `json:"body"`
	Timeout time.Duration     `json:"timeout"`
	Success scenario.Success  `json:"success"`
	CPU     time.Duration     `json:"cpu"`  // CPU time a request costs, by the environment
	Wait    time.Duration     `json:"wait"` // further latency, by the environment
	// Measured is how the CPU time was found; nil where nothing says so.
	Measured *scenario.Measured `json:"measured,omitempty"`
	// Think is how long a user waits between an answer and the next request.
	// The zero value is for a kind that is sent by schedule.
	Think scenario.Spread `json:"think,omitzero"`
}

// Stage is one stretch of the traffic. A kind's rate goes linearly from From
// to To over Ramp, then stays at To.
//
// A recorded demand, and a stage that is more than a ramp, follow a Course:
// stages without a name, whose Start counts from its own, each at constant
// rates or a ramp from end to end. What stands in the stage itself is then the
// highest of the course, the rates those of its step with the highest total.
type Stage struct {
	Name  string        `json:"name"`
	Start time.Duration `json:"start"` // after the traffic's beginning
	For   time.Duration `json:"for"`
	Ramp  time.Duration `json:"ramp,omitempty"`
	Rates []Rate        `json:"rates"` // one for each kind, in their order
	// Without are the policies, by what they watch, that the run has removed by
	// the stage's beginning, in the order in which it does.
	Without []string `json:"without,omitempty"`

	// Users are those of each kind who wait for each answer, in their order; nil
	// where there are none. What they send is in no figure of the stage.
	Users []Users `json:"users,omitempty"`

	Course []Stage `json:"course,omitempty"`
	Shape  string  `json:"shape,omitempty"` // of the course, in a few words; empty: of a recorded demand

	// What the stage should come to once its ramp is over. CPU and Requests
	// are in tasks' worth of load at the policies' targets: what each policy
	// will ask for, before rounding up.
	CPUTasks     float64 `json:"cpu_tasks"`
	RequestTasks float64 `json:"request_tasks"`
	// MilliCPU is the CPU work by requests, in thousandths of a vCPU; PerMinute
	// the requests a minute, all kinds.
	MilliCPU  float64 `json:"milli_cpu"`
	PerMinute float64 `json:"per_minute"`
}

// Rate is a kind's rate in a stage, in requests per second.
type Rate struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Users is how many users of a kind there are in a stage: their number goes in a
// straight line from From to To over the ramp.
type Users struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Note is something that a person should know before the run.
type Note struct {
	Stage    string       `json:"stage,omitempty"`
	Text     string       `json:"text"`
	Unproven bool         `json:"unproven,omitempty"` // the run cannot prove it, as opposed to a warning
	Pos      scenario.Pos `json:"pos,omitzero"`
}

// Arrival is one request that is due.
type Arrival struct {
	At     time.Duration // after the traffic's beginning
	Kind   int           // index in Plan.Kinds
	N      uint64        // of its kind, from 0
	Number uint64        // names the request in the run, see Number; never 0
}
