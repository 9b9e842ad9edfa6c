package report

import (
	"math"
	"time"

	"scaleproof/internal/price"
)

// Cost is what the tasks of a run come to. The bill counts from the image
// pull; this counts running tasks as they were seen.
type Cost struct {
	TaskHours float64 // from the traffic's beginning to the axis' end
	PerDay    float64 // task-hours of a day that was all like this run
	Dollars   float64 // of PerDay; an estimate
	Price     price.Price
}

// cost adds up the running tasks of a run.
func cost(p Panels, plan planned) Cost {
	running := p.Panel(PanelTasks).Line("running")
	c := Cost{Price: price.Of(plan.Region, plan.Task.VCPU)}
	c.TaskHours = area(running, 0, p.To) / time.Hour.Seconds()
	if p.To > 0 {
		c.PerDay = c.TaskHours / p.To.Hours() * 24
	}
	c.Dollars = c.PerDay * c.Price.Hour()
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
