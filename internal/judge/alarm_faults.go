package judge

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// What a low alarm may stand below its target: 10 % is what was recorded for
// ECS [R], "usually more than 10 %" what is documented [D]. One that stands
// lower than this hundredth part of the target hardly ever lets go of a task.
const lowestLow = 75

// alarmDay is the longest that an alarm may look back for its datapoints where
// its periods are shorter than an hour [D]; those of target tracking are.
const alarmDay = 24 * time.Hour

// shape lists what makes an alarm another one than target tracking makes for
// the policy: on another metric, with numbers that cannot be, without the
// policy among its actions. Periods and counts of datapoints are AWS's own to
// choose, and only judged for being possible.
func (f *facts) shape(a scaling.Alarm, p scaling.Policy) (faults []string) {
	if !a.ActionsEnabled {
		faults = append(faults, "has its actions switched off")
	}
	if !actsFor(a, p) {
		faults = append(faults, fmt.Sprintf("does not name the policy among its %d actions", len(a.Actions)))
	}
	if !sane(a) || a.DatapointsToAlarm < 0 || time.Duration(a.EvaluationPeriods)*a.Metric.Period > alarmDay {
		faults = append(faults, fmt.Sprintf("asks for %d of %d datapoints of %s, which cannot be", a.M(), a.EvaluationPeriods, a.Metric.Period))
	}
	if a.TreatMissing == "breaching" { // missing data scales nothing [D]
		faults = append(faults, "takes missing data for breaching")
	}
	if other := f.otherMetric(a.Metric, p); other != "" {
		faults = append(faults, other)
	}
	return append(faults, offLevel(a, p)...)
}

// offLevel lists what is wrong with an alarm's threshold and direction.
func offLevel(a scaling.Alarm, p scaling.Policy) (faults []string) {
	at, target := hundredths(a.Threshold), hundredths(p.Target)
	switch {
	case a.High() && at != target:
		faults = append(faults, fmt.Sprintf("stands at %s, not at the target of %s", number(a.Threshold), number(p.Target)))
	case a.High():
	case a.Comparison != scaling.LessThan:
		faults = append(faults, "compares by "+a.Comparison)
	case at >= target:
		faults = append(faults, fmt.Sprintf("stands at %s, not below the target of %s", number(a.Threshold), number(p.Target)))
	case at*100 < target*lowestLow:
		faults = append(faults, fmt.Sprintf("stands at %s, more than a quarter below the target of %s", number(a.Threshold), number(p.Target)))
	}
	return faults
}

// actsFor says that one of an alarm's actions is the policy: its ARN, behind
// which AWS writes :createdBy/<uuid> [R], or at least its name where the
// policy was seen without an ARN.
func actsFor(a scaling.Alarm, p scaling.Policy) bool {
	for _, action := range a.Actions {
		if p.ARN != "" && strings.HasPrefix(action+":", p.ARN+":") {
			return true
		}
		if _, name, ok := strings.Cut(action, ":policyName/"); ok && p.ARN == "" && strings.HasPrefix(name+":", p.Name+":") {
			return true
		}
	}
	return false
}

// otherMetric says in which way an alarm watches something else than its
// policy does; empty where it does not. What metric a policy's alarms watch
// was recorded for CPU [R]; for requests the metric, the statistic and the
// target group are documented [D], the load balancer beside it is claimed [E].
// Of the high-resolution metric only its namespace, its service and the
// beginning of its name are taken for sure [U].
func (f *facts) otherMetric(m scaling.Metric, p scaling.Policy) string {
	must := map[string]string{"ClusterName": f.plan.Service.Cluster, "ServiceName": f.plan.Service.Name}
	may := map[string]string{}
	want := scaling.Metric{Namespace: scaling.NamespaceECS, Name: scaling.CPUUtilization, Statistic: "Average"}
	loose := p.Metric == scaling.MetricCPUHighRes
	switch p.Metric {
	case scaling.MetricCPU, scaling.MetricCPUHighRes:
	case scaling.MetricMemory:
		want.Name = scaling.MemoryUtilization
	case scaling.MetricRequestCount:
		want = scaling.Metric{Namespace: scaling.NamespaceALB, Name: scaling.RequestCountPerTarget, Statistic: "Sum"}
		balancer, group, _ := scaling.SplitLabel(p.ResourceLabel)
		must, may = map[string]string{"TargetGroup": group}, map[string]string{"LoadBalancer": balancer}
	default:
		return ""
	}
	switch {
	case m.Namespace != want.Namespace || m.Name != want.Name && (!loose || !strings.HasPrefix(m.Name, want.Name)):
		return fmt.Sprintf("watches %s %s, not %s %s", m.Namespace, m.Name, want.Namespace, want.Name)
	case m.Statistic != want.Statistic:
		return fmt.Sprintf("watches the %s of %s, not the %s", m.Statistic, m.Name, want.Statistic)
	}
	seen := 0
	for _, d := range m.Dimensions {
		value, ok := must[d.Name]
		if ok {
			seen++
		} else if value, ok = may[d.Name]; !ok && loose {
			continue
		}
		if !ok || d.Value != value {
			return fmt.Sprintf("watches the %s %s, which is not the policy's", d.Name, d.Value)
		}
	}
	if seen != len(must) {
		return "watches no dimension that is the policy's alone"
	}
	return ""
}
