package model

import (
	"time"

	"scaleproof/internal/scaling"
)

// Config is everything that a world is made from. Two worlds made from equal
// configurations and given equal inputs are equal, to the byte.
type Config struct {
	Seed    uint64
	Start   time.Time // service time at which the world begins, after 1970
	Region  string
	Account string

	LoadBalancer LoadBalancer
	Services     []Service
	Rules        []Rule // in order of priority; the first that matches routes the request
	Costs        []Cost // in order; the first that matches a request is its cost

	Happenings []Happening

	Behaviour Behaviour // where AWS is undocumented; zero: the best-evidenced

	Faults     []Fault     // what goes wrong beside the autoscaler
	Deviations []Deviation // of the autoscaler, in the order in which they act
}

// LoadBalancer configures the one application load balancer.
type LoadBalancer struct {
	Label       string        // app/<name>/<id>
	IdleTimeout time.Duration // a request that a task has not answered by then is answered 504; AWS's default is 60 s [D]
	// Nodes is how many it consists of, one or more in each zone. Requests come
	// by one or the other, each chooses targets and checks their health by
	// itself. 0 means 1, at most 255.
	Nodes int
}

// Service configures one ECS service behind the load balancer.
type Service struct {
	Service     scaling.Service
	TargetGroup string // targetgroup/<name>/<id>
	Task        Task
	Desired     int // tasks that run, healthy, when the world begins

	Balancing Balancing
	// SlowStart is how long the share of a target that has become healthy
	// rises; 30 to 900 s on AWS, 0 means not at all. Only with round robin. [D]
	SlowStart time.Duration
	// Stickiness is how long a client's cookie names its target; 1 s to 7 days
	// on AWS [D], 0 means that there is none.
	Stickiness time.Duration

	HealthCheck         HealthCheck
	Grace               time.Duration // from RUNNING on: so long ECS minds no failed health check; AWS's default is 0 [D]
	DeregistrationDelay time.Duration

	// Resolution is 20 s where the service has high-resolution metrics of CPU
	// and memory (ECS monitoring.metricConfigurations [D]); else a minute.
	Resolution      time.Duration
	Publication     Spread // a minute's end to its published datapoint [U]
	FinePublication Spread // the same of 20 s [U]

	// A task's life: order to PENDING, while its network is made; then to
	// RUNNING, while its image is pulled (together 41-61 s were recorded on
	// Fargate [R]); then to healthy; and from the end of its drain to STOPPED.
	Provisioning, Start, Health, Stop Spread

	Failures Failures
	Rollout  *Rollout // nil: AWS's defaults

	// As the world stands when it begins. Target nil: not registered.
	Target    *scaling.ScalableTarget
	Policies  []scaling.Policy
	Alarms    []Caller
	Scheduled []scaling.ScheduledAction
}

// Caller is an alarm of somebody's that calls one of a service's policies.
type Caller struct {
	Alarm  scaling.Alarm // its actions are added to
	Policy string        // by name
}

// Task is the size of a task and how it works.
type Task struct {
	MilliCPU     int64 // reserved CPU: 1000 is one vCPU
	IdleMilliCPU int64 // always used, by sidecars and the like
	// Workers is how many requests are worked on at one time, each on at most
	// one vCPU, since a thread runs on one core. Those on CPU share evenly what
	// the task has. 0 means 1.
	Workers      int
	WorkersBlock bool // the wait of a request holds its worker
	// MemoryPercent is what MemoryUtilization always shows. Memory is not
	// simulated: this lets a memory policy that stands beside ours have data.
	MemoryPercent int
	Queue         int // requests that may wait for a worker; one more is answered 503; 0 means no limit
	// InFlight is how many requests a task accepts before it has done any of
	// them: those that wait for a worker, are worked on, or wait. One more is
	// answered 503, a health check too. 0 means no limit.
	InFlight     int
	QueueTimeout time.Duration // a request that waited longer for a worker is answered 503 when its turn comes; 0 means no limit
	StartUp      StartUp
}

// StartUp is what a task does for itself once it runs: loading, compiling,
// filling caches. It competes with the requests for CPU, as so many threads of
// one vCPU. The tasks that a world begins with are done with it.
type StartUp struct {
	MilliCPU int64 // that it asks for; 0 means none
	For      Spread
}

// HealthCheck is the target group's.
type HealthCheck struct {
	Path      string
	Interval  time.Duration
	Timeout   time.Duration
	Healthy   int // successive passes that make an unhealthy target healthy; a new one needs a single pass [D]
	Unhealthy int // successive failures that make a target unhealthy
}

// Spread is a delay drawn evenly from [Min, Max], by key (seed, entity,
// index), never in call order.
type Spread struct{ Min, Max time.Duration }

// Rule routes the paths that a pattern matches to a service's target group.
// A pattern is an ALB path pattern: * matches any characters, ? one. [D]
type Rule struct {
	Paths   []string
	Service string // scaling.Service.Name
}

// Cost is what a request costs the task that works on it.
type Cost struct {
	Method string // empty: any
	Path   string // pattern, empty: any
	Over   int64  // applies to bodies larger than this many bytes; 0: to all

	CPU       time.Duration // occupies a worker
	CPUPerKiB time.Duration // of body, added to CPU
	Wait      time.Duration // adds latency only, or holds the worker too where WorkersBlock
}
