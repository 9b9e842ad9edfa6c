package scenario

import (
	"fmt"
	"slices"
	"time"
)

func (c *checker) task(path string, t *Task) {
	if t == nil {
		return
	}
	if t.VCPU < leastVCPU || t.VCPU > 192 {
		c.e.fault(path+".vcpu", "", "a task has at least %s and at most 192 vCPU", number(leastVCPU))
	}
	if t.Workers < 1 {
		c.e.fault(path+".workers", "", "a task has at least 1 worker")
	} else if t.Workers > mostWorkers {
		c.e.fault(path+".workers", "", "a task has at most %d workers", mostWorkers)
	}
	if t.Idle >= 100 {
		c.e.fault(path+".idle", "", "an idle part of 100%% leaves nothing to work with")
	}
	if t.Queue < 0 {
		c.e.fault(path+".queue", "", "a queue holds 0 requests (no limit) or more")
	}
	if c.e.has(path+".in_flight") && t.InFlight < t.Workers {
		c.e.fault(path+".in_flight", "", "a task that accepts fewer requests at one time (%d) than it has workers (%d) never uses them all", t.InFlight, t.Workers)
	}
	c.positive(c.e, path+".queue_timeout", t.QueueTimeout)
	c.atMost(c.e, path+".queue_timeout", t.QueueTimeout, longestDelay)
	c.startUp(path+".start_up", t)
}

func (c *checker) startUp(path string, t *Task) {
	if t.StartUp == nil {
		return
	}
	if v := t.StartUp.VCPU; v < leastVCPU || v > t.VCPU && t.VCPU >= leastVCPU {
		c.e.fault(path+".vcpu", "", "start-up uses at least %s vCPU and no more than the task has", number(leastVCPU))
	}
	c.atMost(c.e, path+".for", t.StartUp.For.Max, longestDelay)
}

func (c *checker) costs(path string, costs []Cost) {
	if len(costs) > mostRows {
		c.e.fault(path, "", "%s has %d rows, and may have %d", path, len(costs), mostRows)
		return
	}
	for i, cost := range costs {
		at := fmt.Sprintf("%s[%d]", path, i)
		if cost.Method != "" && !methodText.MatchString(cost.Method) {
			c.e.fault(at+".method", "", "%q is not an HTTP method: write it in capitals, as GET or POST", cost.Method)
		}
		if cost.Path != "" {
			c.pattern(at+".path", cost.Path)
		}
		c.atMost(c.e, at+".cpu", cost.CPU, longestCost)
		c.atMost(c.e, at+".cpu_per_kib", cost.CPUPerKiB, longestKiB)
		c.atMost(c.e, at+".wait", cost.Wait, longestCost)
		c.measured(at+".measured", cost)
		for j, before := range costs[:i] {
			if before.Covers(cost) {
				c.e.fault(at, "", "no request reaches this row: row %d, above it, takes them all", j+1)
				break
			}
		}
	}
}

// Covers says whether every request that d matches is matched by c, as far
// as can be told without reasoning about patterns.
func (c Cost) Covers(d Cost) bool {
	return (c.Method == "" || c.Method == d.Method) &&
		(c.Path == "" || c.Path == "*" || c.Path == d.Path) && c.Over <= d.Over
}

// measured says that each of the costs was.
func measured(costs []Cost) bool {
	return !slices.ContainsFunc(costs, func(c Cost) bool { return c.Measured == nil })
}

func (c *checker) measured(path string, cost Cost) {
	m := cost.Measured
	if m == nil {
		return
	}
	if _, err := time.Parse(time.DateOnly, m.Date); err != nil {
		c.e.fault(path+".date", "", "%q is not a date: write it as 2026-01-31", m.Date)
	}
	if cost.CPU < m.Interval.Min || cost.CPU > m.Interval.Max {
		c.e.fault(path+".interval", "", "the cpu of %s lies outside its own interval %s", cost.CPU, m.Interval)
	}
	c.atMost(c.e, path+".interval", m.Interval.Max, longestCost)
	if cost.CPUPerKiB > 0 {
		c.e.fault(path, "", "what was measured is a whole request: cpu_per_kib does not stand beside it")
	}
	c.line(path+".how", m.How)
}
