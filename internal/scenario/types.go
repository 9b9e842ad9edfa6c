package scenario

import (
	"encoding/json"
	"time"
)

// Duration is a time.Duration that reads and writes as 90s, 10m or 1h30m.
type Duration time.Duration

// MarshalJSON writes the duration as Go does.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := time.ParseDuration(s)
	*d = Duration(v)
	return err
}

// Scenario is one scenario file.
type Scenario struct {
	Version     int      `json:"version"`
	Name        string   `json:"name"`
	Summary     string   `json:"summary,omitempty"`
	Environment string   `json:"environment"`
	Service     string   `json:"service"`
	Policies    []string `json:"policies"`

	Requests map[string]Kind `json:"requests"`
	Traffic  Traffic         `json:"traffic"`
	Expect   []Expectation   `json:"expect,omitempty"`
	StopWhen []StopRule      `json:"stop_when,omitempty"`
}

// Kind is a kind of request.
type Kind struct {
	Drive   string            `json:"drive,omitempty"` // cpu, requests or empty
	Method  string            `json:"method,omitempty"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers,omitempty"` // ${NAME} refers to the environment and is never expanded here
	Body    *Body             `json:"body,omitempty"`
	Success *Success          `json:"success,omitempty"`
	Timeout Duration          `json:"timeout,omitempty"` // service time; 30s where left out
	Rate    Rate              `json:"rate,omitempty"`    // fixed, requests per second
	In      []string          `json:"in,omitempty"`      // stages of a fixed rate; empty: all
}

// Body is a request's body: a template file or text written in place.
type Body struct {
	Template string `json:"template,omitempty"` // path, relative to the scenario file
	Inline   string `json:"inline,omitempty"`
}

// Success is the criterion by which an answer counts as good.
type Success struct {
	Status []int          `json:"status,omitempty"` // empty: any 2xx
	JSON   map[string]any `json:"json,omitempty"`   // path in the body to its wanted value; "errors.length": 0
}

// Rate is requests per second; it reads and writes as 2/s or 90/m.
type Rate float64

// Traffic says what is sent when.
type Traffic struct {
	Seed     uint64  `json:"seed"`
	Arrivals string  `json:"arrivals"` // poisson or uniform
	Ceiling  Rate    `json:"ceiling"`
	Stages   []Stage `json:"stages"`
}

// Stage is one stretch of the traffic; the ramp is the first part of For.
type Stage struct {
	Name   string          `json:"name"`
	For    Duration        `json:"for"`
	Ramp   Duration        `json:"ramp,omitempty"`
	Demand *Demand         `json:"demand,omitempty"`
	Rate   map[string]Rate `json:"rate,omitempty"`
}

// Demand is load in tasks, for each policy.
type Demand struct {
	CPU      *Load `json:"cpu,omitempty"`
	Requests *Load `json:"requests,omitempty"`
}

// Load is a number of tasks' worth of load; Relative ones, written 1.25x,
// multiply the service's minimum capacity.
type Load struct {
	Tasks    float64 `json:"tasks"`
	Relative bool    `json:"relative,omitempty"`
}

// Range is a range of whole numbers; an open end is nil. It reads and writes
// as 2..5, 3.. or 4.
type Range struct {
	Min, Max *int
}

// Expectation is one line of expect: exactly one field is set.
type Expectation struct {
	NoScaleOut *InStages `json:"no_scale_out,omitempty"`
	NoScaleIn  *InStages `json:"no_scale_in,omitempty"`
	ScaleOut   *ScaleOut `json:"scale_out,omitempty"`
	OnlyBy     string    `json:"only_by,omitempty"` // cpu or requests
	Capacity   *Capacity `json:"capacity,omitempty"`
	Latency    *Latency  `json:"latency,omitempty"`
	Errors     *Errors   `json:"errors,omitempty"`
	Trigger    *Trigger  `json:"trigger,omitempty"`
	Pos        Pos       `json:"pos"` // of the line, for messages and evidence
}

// Pos is a place in a file, from 1.
type Pos struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
}

// InStages names the stages in which something is expected.
type InStages struct {
	In Stages `json:"in"`
}

// Stages is a stage's name or a list of them.
type Stages []string

// ScaleOut expects the first scale-out order of a stage, in time.
type ScaleOut struct {
	In string `json:"in"`
	By string `json:"by,omitempty"` // cpu or requests; empty: either may be named
	To *Range `json:"to,omitempty"` // an order that reaches this many tasks; nil: any order
}

// Capacity expects a number of tasks at the end of a stage.
type Capacity struct {
	AtEndOf string `json:"at_end_of"`
	Healthy *Range `json:"healthy,omitempty"`
	Desired *Count `json:"desired,omitempty"`
}

// Count is a number of tasks, a range of them, or the word minimum.
type Count struct {
	Range   *Range
	Minimum bool
}

// Latency bounds percentiles of the samples of kinds and stages taken together.
type Latency struct {
	P50, P95, P99 Duration
	Of            []string // kinds; empty: all
	In            Stages   // stages; empty: all
}

// Errors bounds the failed requests. Around "scaling" means from the order
// until the last draining target is gone.
type Errors struct {
	Count  *int     `json:"count,omitempty"` // at most
	Around string   `json:"around,omitempty"`
	Above  *Percent `json:"above,omitempty"` // with For: a share that must not last so long
	For    Duration `json:"for,omitempty"`
	Never  bool     `json:"never,omitempty"`
	In     Stages   `json:"in,omitempty"` // empty: all
}

// Percent reads and writes as 1%.
type Percent float64

// Trigger expects scaling to begin at a value of the policy's metric.
type Trigger struct {
	At        float64 `json:"at"`
	Tolerance float64 `json:"tolerance"` // in the metric's unit
	Bracket   bool    `json:"bracket,omitempty"`
	By        string  `json:"by,omitempty"` // cpu where left out
}

// StopRule ends the traffic for safety.
type StopRule struct {
	Errors *Errors `json:"errors,omitempty"`
}

// Environment is one environment file.
type Environment struct {
	Version    int                `json:"version"`
	Name       string             `json:"name"`
	Region     string             `json:"region"`
	Account    string             `json:"account,omitempty"`
	Production bool               `json:"production,omitempty"`
	Hosts      []string           `json:"hosts,omitempty"`
	Services   map[string]Service `json:"services"`
	Emulator   *Emulator          `json:"emulator,omitempty"` // set: the services live in the embedded environment
}

// Service is one of an environment's services.
type Service struct {
	Cluster       string            `json:"cluster"`
	Service       string            `json:"service"`
	URL           string            `json:"url,omitempty"`
	ResourceLabel string            `json:"resource_label,omitempty"`
	Capacity      Bounds            `json:"capacity"`
	Policies      map[string]Policy `json:"policies"`
	AlsoStanding  []string          `json:"also_standing,omitempty"`
	// Costs of the kinds on a real service, as measured; see Cost.
	Task *Task `json:"task,omitempty"` // its size, where it differs from the emulator's or none is there
}

// Bounds are the least and the most tasks.
type Bounds struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Policy is a wanted target tracking policy.
type Policy struct {
	Target           float64  `json:"target"`
	ScaleOutCooldown Duration `json:"scale_out_cooldown"`
	ScaleInCooldown  Duration `json:"scale_in_cooldown"`
	DisableScaleIn   bool     `json:"disable_scale_in,omitempty"`
	Name             string   `json:"name,omitempty"` // where it is not <service>-cpu-tracking-policy or <service>-request-tracking-policy
}

// Emulator describes the embedded environment.
type Emulator struct {
	Seed                uint64            `json:"seed,omitempty"`
	Variables           map[string]string `json:"variables,omitempty"` // stand-ins for what ${NAME} refers to
	LoadBalancer        string            `json:"load_balancer"`       // app/<name>/<id>
	IdleTimeout         Duration          `json:"idle_timeout,omitempty"`
	Task                Task              `json:"task"`
	Delays              Delays            `json:"delays"`
	HealthCheck         HealthCheck       `json:"health_check"`
	DeregistrationDelay Duration          `json:"deregistration_delay"`
	Rules               []Rule            `json:"rules"`
	Costs               []Cost            `json:"costs"`
	Past                Past              `json:"past"`
}

// Task is a task's size and way of working.
type Task struct {
	VCPU         float64 `json:"vcpu"`
	Workers      int     `json:"workers"`
	WorkersBlock bool    `json:"workers_block,omitempty"`
	Idle         Percent `json:"idle,omitempty"` // of the reserved CPU, by sidecars
	Queue        int     `json:"queue,omitempty"`
}

// Spread is a delay between two durations; it reads and writes as 30s..75s.
type Spread struct{ Min, Max Duration }

// Delays are the environment's.
type Delays struct {
	Publication Spread `json:"publication"`
	Start       Spread `json:"start"`
	Health      Spread `json:"health"`
}

// HealthCheck is the target groups'.
type HealthCheck struct {
	Path      string   `json:"path"`
	Interval  Duration `json:"interval"`
	Timeout   Duration `json:"timeout"`
	Healthy   int      `json:"healthy,omitempty"`   // 5 where left out
	Unhealthy int      `json:"unhealthy,omitempty"` // 2 where left out
}

// Rule routes paths to a service (by its key in services).
type Rule struct {
	Paths   []string `json:"paths"`
	Service string   `json:"service"`
}

// Cost is what a request costs a task.
type Cost struct {
	Method    string   `json:"method,omitempty"`
	Path      string   `json:"path,omitempty"`
	Over      Size     `json:"over,omitempty"` // bodies larger than this
	CPU       Duration `json:"cpu"`
	CPUPerKiB Duration `json:"cpu_per_kib,omitempty"`
	Wait      Duration `json:"wait,omitempty"`
}

// Size is a number of bytes; it reads and writes as 16KiB.
type Size int64

// Past is how the world stood before the rollout.
type Past struct {
	Lived    Duration                     `json:"lived"`              // at the first stage's load
	Policies map[string]map[string]Policy `json:"policies,omitempty"` // by service, then cpu or requests
}
