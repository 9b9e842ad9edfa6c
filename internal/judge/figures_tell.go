package judge

import (
	"fmt"
	"time"
)

// Told are the sentences that a person reads of the figures; none where there
// are no figures.
func (v Verdict) Told() (lines []string) {
	x := v.Figures
	if x == nil {
		return nil
	}
	return append(lines, x.sentence(), x.Cost.Sentence())
}

// sentence tells how closely the tasks followed the load.
func (x Figures) sentence() string {
	s := fmt.Sprintf("Elasticity %s of 100: the load asked for %s task-hours, %s ran; %s too few (%s of them starting) and %s too many; %s and %s",
		x.Elasticity, hours(time.Duration(x.Asked)), hours(time.Duration(x.Ran)), hours(time.Duration(x.Under)), hours(time.Duration(x.Starting)), hours(time.Duration(x.Over)),
		plural(x.Outs, "scale-out", "scale-outs"), plural(x.Ins, "scale-in", "scale-ins"))
	if x.Overshoot > 0 {
		s += fmt.Sprintf(", overshoot %s", tasks(x.Overshoot))
	}
	return s + x.settled() + "."
}

// settled tells of the stage that took longest, or of the first that did not
// settle.
func (x Figures) settled() string {
	var slowest Settling
	for _, s := range x.Settling {
		if s.After == nil {
			return ", not settled by the end of stage " + s.Stage
		}
		if slowest.After == nil || *s.After > *slowest.After {
			slowest = s
		}
	}
	if slowest.After == nil || *slowest.After == 0 {
		return ""
	}
	return fmt.Sprintf(", settled within %s (%s)", *slowest.After, slowest.Stage)
}

// Sentence tells a cost and by which prices.
func (c Cost) Sentence() string {
	return fmt.Sprintf("Cost: %s task-hours; %s a day if every hour were like these, about $%s a day at %s's prices of %s for tasks of %s vCPU and %s GB. Assumed: %s.",
		c.TaskHours, c.HoursPerDay, c.DollarsPerDay, c.Price.Region, c.Price.AsOf, number(c.Price.VCPU), number(c.Price.GB), c.Price.Assumed)
}

func (s Score) String() string { return fmt.Sprintf("%d.%d", s/10, s%10) }

func (h Hundredths) String() string { return fmt.Sprintf("%d.%02d", h/100, h%100) }
