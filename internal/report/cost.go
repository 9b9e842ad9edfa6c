package report

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// price is what Fargate for Linux on x86 asks for an hour, in US dollars.
type price struct {
	Region string
	VCPU   float64
	GB     float64 // of memory
	Weak   bool    // taken from another region's or a single source
}

// pricesAsOf is when the prices were collected. They are estimates: read the
// bill, not this table.
const pricesAsOf = "November 2026"

var prices = []price{
	{"eu-west-1", 0.04048, 0.004445, false},
	{"us-east-1", 0.04048, 0.004445, false},
	{"eu-central-1", 0.04656, 0.00511, false},
	{"us-west-2", 0.04048, 0.004445, true},
}

// gbPerVCPU is the memory assumed for each vCPU, which no event tells: the
// least that Fargate sells with one. [D]
const gbPerVCPU = 2

// Cost is what the tasks of a run come to. The bill counts from the image
// pull; this counts running tasks as they were seen.
type Cost struct {
	TaskHours float64 // from the traffic's beginning to the axis' end
	PerDay    float64 // task-hours of a day that was all like this run
	Dollars   float64 // of PerDay; an estimate
	VCPU, GB  float64 // of a task
	Price     price
	Assumed   string // what had to be assumed; empty: nothing
}

// cost adds up the running tasks of a run.
func cost(p Panels, plan planned) Cost {
	running := p.Panel(PanelTasks).Line("running")
	c := Cost{VCPU: plan.Task.VCPU, Price: prices[0]}
	var assumed []string
	if c.VCPU <= 0 {
		c.VCPU = 1
		assumed = append(assumed, "1 vCPU a task")
	}
	c.GB = c.VCPU * gbPerVCPU
	assumed = append(assumed, fmt.Sprintf("%s GB of memory", number(c.GB)))
	known := false
	for _, q := range prices {
		if q.Region == plan.Region {
			c.Price, known = q, true
		}
	}
	if !known {
		assumed = append(assumed, "prices of "+c.Price.Region)
	}
	c.Assumed = strings.Join(assumed, ", ")
	c.TaskHours = area(running, 0, p.To) / time.Hour.Seconds()
	if p.To > 0 {
		c.PerDay = c.TaskHours / p.To.Hours() * 24
	}
	c.Dollars = c.PerDay * (float64(c.VCPU*c.Price.VCPU) + float64(c.GB*c.Price.GB))
	return c
}

// area is the integral of a line that holds, in its unit times seconds.
func area(l Line, from, to time.Duration) float64 {
	var sum float64
	for i, q := range l.Points {
		end := to
		if i+1 < len(l.Points) {
			end = min(l.Points[i+1].At, to)
		}
		if start := max(q.At, from); end > start && !math.IsNaN(q.Value) {
			sum += float64(q.Value * (end - start).Seconds())
		}
	}
	return sum
}
