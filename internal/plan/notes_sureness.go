package plan

import (
	"fmt"
	"strings"

	"scaleproof/internal/scenario"
)

// sureness notes how far the CPU demand may be from what is meant, where it
// was solved with costs that were measured: each of them at the end of its
// 90 % interval, in the stage for which that matters most.
func (b *builder) sureness() {
	var costs []string
	for _, k := range b.p.Kinds {
		if m := k.Measured; m != nil && k.Drive != "" {
			costs = append(costs, fmt.Sprintf("%s %v (%s, measured %s)", k.Name, k.CPU, m.Interval, m.Date))
		}
	}
	least, most, in := 1.0, 1.0, ""
	for i, s := range b.p.Stages {
		if b.sc.Traffic.Stages[i].Demand == nil || len(costs) == 0 {
			continue
		}
		if low, high := b.between(s); in == "" || high-low > most-least {
			least, most, in = low, high, s.Name
		}
	}
	if in == "" {
		return
	}
	b.note("", scenario.Pos{}, "the CPU demand is solved with measured costs: %s. With 90 %% confidence in each, what %s asks for is %s to %s times what is meant, and no other stage is less sure",
		strings.Join(costs, ", "), in, figure(least), figure(most))
}

// between is a stage's CPU work as parts of what is planned: with all measured
// costs at the lower ends of their intervals, and at the upper ones.
func (b *builder) between(s Stage) (low, high float64) {
	var least, work, most float64
	for i, r := range s.Rates {
		k := b.p.Kinds[i]
		cpu, from, to := k.CPU, k.CPU, k.CPU
		if k.Measured != nil {
			from, to = k.Measured.Interval.Min.Std(), k.Measured.Interval.Max.Std()
		}
		least += float64(r.To * from.Seconds())
		work += float64(r.To * cpu.Seconds())
		most += float64(r.To * to.Seconds())
	}
	if work == 0 {
		return 1, 1
	}
	return least / work, most / work
}
