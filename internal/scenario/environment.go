package scenario

import "time"

// Environment is one environment file: where services live, and how they are
// meant to scale. With Emulator set they live in the embedded environment;
// otherwise Account and Hosts fence in what a run may touch.
type Environment struct {
	Version    int      `json:"version" jsonschema:"enum=1"` // of the format
	Name       string   `json:"name"`
	Region     string   `json:"region"`
	Account    string   `json:"account,omitempty"`
	Production bool     `json:"production,omitempty"`
	Hosts      []string `json:"hosts,omitempty"`
	// Resolve has the addresses of names that are not to be looked up: by name,
	// or by name and port as in example.com:8443.
	Resolve  map[string][]string `json:"resolve,omitempty"`
	Services map[string]Service  `json:"services"`
	Emulator *Emulator           `json:"emulator,omitempty"` // set: the services live in the embedded environment
}

// Service is one of an environment's services.
type Service struct {
	Cluster          string            `json:"cluster"`
	Service          string            `json:"service"`
	URL              string            `json:"url,omitempty"`
	ResourceLabel    string            `json:"resource_label,omitempty"`
	Capacity         Bounds            `json:"capacity"`
	Policies         map[string]Policy `json:"policies"`
	AlsoStanding     []string          `json:"also_standing,omitempty"`
	MetricResolution Duration          `json:"metric_resolution,omitempty"` // of CPU and memory: 20s or, where left out, 60s
	Task             *Task             `json:"task,omitempty"`              // its size, where it differs from the emulator's or none is there
	Costs            []Cost            `json:"costs,omitempty"`             // of requests, as measured; of an emulated one, what is believed in place of the emulator's
	TLS              *TLS              `json:"tls,omitempty"`               // of a url with https; the machine's own authorities where left out
	Proxy            string            `json:"proxy,omitempty"`             // URL of what all requests go through; may hold ${NAME}
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
	HighResolution   bool     `json:"high_resolution,omitempty"` // of cpu: the metric of 20 s
	Name             string   `json:"name,omitempty"`            // where it is not <service>-cpu-tracking-policy or <service>-request-tracking-policy
}

// Emulator describes the embedded environment.
type Emulator struct {
	Seed                uint64            `json:"seed,omitempty"`
	Variables           map[string]string `json:"variables,omitempty"` // stand-ins for what ${NAME} refers to
	LoadBalancer        string            `json:"load_balancer"`       // app/<name>/<id>
	IdleTimeout         Duration          `json:"idle_timeout,omitempty"`
	Nodes               int               `json:"nodes,omitempty"` // of the load balancer; 1 where left out
	Balancing           string            `json:"balancing,omitempty" jsonschema:"enum=round_robin,enum=least_outstanding_requests"`
	SlowStart           Duration          `json:"slow_start,omitempty"` // how long a new target's share rises
	Stickiness          Duration          `json:"stickiness,omitempty"` // how long a client's cookie names its target
	Task                Task              `json:"task"`
	Delays              Delays            `json:"delays"`
	HealthCheck         HealthCheck       `json:"health_check"`
	DeregistrationDelay Duration          `json:"deregistration_delay"`
	Rules               []Rule            `json:"rules"`
	Costs               []Cost            `json:"costs"`
	Past                Past              `json:"past,omitzero"`

	Failures   map[string]Failures `json:"failures,omitempty"`   // of tasks, by service
	Deployment *Replacing          `json:"deployment,omitempty"` // AWS's defaults where left out
	Happenings []Happening         `json:"happenings,omitempty"` // what somebody else does in mid-run
	Faults     []Flaw              `json:"faults,omitempty"`     // of the witness, the metrics and the tasks
	Deviations []Flaw              `json:"deviations,omitempty"` // of the autoscaler, in the order in which they act
	Behaviour  Behaviour           `json:"behaviour,omitzero"`   // where AWS is undocumented
}

// Task is a task's size and way of working.
type Task struct {
	VCPU         float64 `json:"vcpu"`
	Workers      int     `json:"workers"`
	WorkersBlock bool    `json:"workers_block,omitempty"`
	Idle         Percent `json:"idle,omitempty"` // of the reserved CPU, by sidecars
	Queue        int     `json:"queue,omitempty"`

	InFlight     int      `json:"in_flight,omitempty"`     // most requests that it accepts at one time
	QueueTimeout Duration `json:"queue_timeout,omitempty"` // what waited longer for a worker is answered 503
	StartUp      *StartUp `json:"start_up,omitempty"`
}

// StartUp is CPU that a task uses for itself after it began to run.
type StartUp struct {
	VCPU float64 `json:"vcpu"`
	For  Spread  `json:"for"`
}

// FinePublication is how late points of 20 s are where an environment does not
// say. AWS gives no figure [U]; with it a step of load is answered in about
// the 86 s that AWS measured [D].
var FinePublication = Spread{Min: Duration(5 * time.Second), Max: Duration(15 * time.Second)}

// Delays are the environment's.
type Delays struct {
	Publication    Spread  `json:"publication"`
	Publication20s *Spread `json:"publication_20s,omitempty"` // of points of 20 s; 5s..15s where left out
	Provisioning   Spread  `json:"provisioning,omitzero"`     // of a task's network, before its start
	Start          Spread  `json:"start"`
	Health         Spread  `json:"health"`
	Stop           Spread  `json:"stop,omitzero"` // of a task that is told to
}

// HealthCheck is the target groups'.
type HealthCheck struct {
	Path      string   `json:"path"`
	Interval  Duration `json:"interval"`
	Timeout   Duration `json:"timeout"`
	Healthy   int      `json:"healthy,omitempty"`   // 5 where left out
	Unhealthy int      `json:"unhealthy,omitempty"` // 2 where left out
	Grace     Duration `json:"grace,omitempty"`     // from running on, failed checks replace no task
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

	Measured *Measured `json:"measured,omitempty"` // how cpu was found, and how sure it is
}

// Measured is where a cost comes from.
type Measured struct {
	Date     string `json:"date"`          // as 2026-01-31
	Interval Spread `json:"interval"`      // in which the cost lies with 90 % confidence
	How      string `json:"how,omitempty"` // in a few words
}

// Past is how the world stood before the rollout.
type Past struct {
	Lived    Duration                     `json:"lived"`              // at the first stage's load
	Policies map[string]map[string]Policy `json:"policies,omitempty"` // by service, then cpu or requests

	// Others' policies and actions, by service. A run never makes nor removes
	// such a thing.
	Steps      map[string][]StepPolicy   `json:"steps,omitempty"`
	Customised map[string][]CustomPolicy `json:"customised,omitempty"`
	Scheduled  map[string][]Scheduled    `json:"scheduled,omitempty"`
}
