package judge

import (
	"fmt"
	"strings"

	"scaleproof/internal/scaling"
)

// targetExact answers for the service's registration.
func targetExact(f *facts) []Result {
	r := Result{Answer: Pass, Expected: fmt.Sprintf("registered with %d..%d tasks, nothing suspended", f.plan.Bounds.Min, f.plan.Bounds.Max)}
	may := f.capacity.at(f.atStart())
	if f.from.IsZero() || len(may) == 0 {
		r.Answer, r.Measured = Inconclusive, "never looked at"
		r.Explanation = "The registration of the service was not read by the beginning of the traffic; see observation.complete for what was not looked at, and run again."
		return []Result{r}
	}
	live := may[0]
	r.Evidence = []int64{live.seq}
	t := live.value.Target
	if t == nil {
		r.Answer, r.Measured = Fail, "not registered"
		r.Explanation = "The service " + f.plan.Service.String() + " is not registered with Application Auto Scaling, so no policy can scale it; register it."
		return []Result{r}
	}
	r.Measured = fmt.Sprintf("%d..%d tasks%s", t.Bounds.Min, t.Bounds.Max, suspended(t.Suspended))
	if t.Bounds != f.plan.Bounds || t.Suspended != (scaling.Suspended{}) {
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("The service was registered with %s, where %d..%d tasks, nothing suspended, were wanted; register it so again (register-scalable-target), and find out who changed it.",
			r.Measured, f.plan.Bounds.Min, f.plan.Bounds.Max)
	}
	return []Result{r}
}

func suspended(s scaling.Suspended) string {
	var what []string
	for _, x := range []struct {
		name string
		on   bool
	}{{"scale-in", s.ScaleIn}, {"scale-out", s.ScaleOut}, {"scheduled scaling", s.Scheduled}} {
		if x.on {
			what = append(what, x.name)
		}
	}
	if len(what) == 0 {
		return ", nothing suspended"
	}
	return ", suspended: " + strings.Join(what, " and ")
}
