package scaling

import (
	"fmt"
	"strconv"
	"strings"
)

// Namespace and Dimension of every scalable target here. [D]
const (
	Namespace         = "ecs"
	ScalableDimension = "ecs:service:DesiredCount"
)

// ResourceID is the scalable target's id: service/<cluster>/<service>. [D]
func (s Service) ResourceID() string { return "service/" + s.Cluster + "/" + s.Name }

// ParseResourceID reads service/<cluster>/<service>.
func ParseResourceID(id string) (Service, bool) {
	rest, ok := strings.CutPrefix(id, "service/")
	if !ok {
		return Service{}, false
	}
	cluster, name, ok := strings.Cut(rest, "/")
	if !ok || cluster == "" || name == "" || strings.Contains(name, "/") {
		return Service{}, false
	}
	return Service{cluster, name}, true
}

// AlarmName is the name that target tracking gives an alarm, [D][R]:
// TargetTracking-service/<cluster>/<service>-AlarmHigh-<uuid>.
func AlarmName(s Service, high bool, uuid string) string {
	side := "AlarmLow"
	if high {
		side = "AlarmHigh"
	}
	return "TargetTracking-" + s.ResourceID() + "-" + side + "-" + uuid
}

// uuidLen is the length of a uuid in its text form.
const uuidLen = 36

// ParseAlarmName reads a name that AlarmName made.
func ParseAlarmName(name string) (s Service, high bool, ok bool) {
	rest, ok := strings.CutPrefix(name, "TargetTracking-")
	if !ok || len(rest) < uuidLen+1 {
		return Service{}, false, false
	}
	rest = rest[:len(rest)-uuidLen]
	if r, found := strings.CutSuffix(rest, "-AlarmHigh-"); found {
		rest, high = r, true
	} else if r, found := strings.CutSuffix(rest, "-AlarmLow-"); found {
		rest = r
	} else {
		return Service{}, false, false
	}
	s, ok = ParseResourceID(rest)
	return s, high, ok
}

// PolicyARN is a policy's ARN, [R][D].
func PolicyARN(region, account, uuid string, s Service, name string) string {
	return "arn:aws:autoscaling:" + region + ":" + account + ":scalingPolicy:" + uuid +
		":resource/" + Namespace + "/" + s.ResourceID() + ":policyName/" + name
}

// CauseKind says what kind of thing an activity's cause names.
type CauseKind string

// The causes that AWS writes. CauseUnknown is any other sentence.
const (
	CauseAlarm     CauseKind = "alarm"
	CauseBounds    CauseKind = "bounds"
	CauseScheduled CauseKind = "scheduled"
	CauseUnknown   CauseKind = "unknown"
)

// Cause is an activity's cause, taken apart.
type Cause struct {
	Kind   CauseKind
	Alarm  string // CauseAlarm: the alarm's name
	Policy string // CauseAlarm: the policy's name
	Action string // CauseScheduled: the scheduled action's name
	Bound  string // CauseBounds: "minimum" or "maximum"
	Value  int    // CauseBounds: tasks
}

// String writes the cause as AWS does. [D][R]
func (c Cause) String() string {
	switch c.Kind {
	case CauseAlarm:
		return "monitor alarm " + c.Alarm + " in state ALARM triggered policy " + c.Policy
	case CauseBounds:
		return fmt.Sprintf("%s capacity was set to %d", c.Bound, c.Value)
	case CauseScheduled:
		return "scheduled action name " + c.Action + " was triggered"
	}
	return ""
}

// ParseCause reads a cause; what it does not know is CauseUnknown, never an
// error, since AWS may word things anew.
func ParseCause(s string) Cause {
	if rest, ok := strings.CutPrefix(s, "monitor alarm "); ok {
		if alarm, policy, ok := strings.Cut(rest, " in state ALARM triggered policy "); ok && alarm != "" && policy != "" {
			return Cause{Kind: CauseAlarm, Alarm: alarm, Policy: policy}
		}
	}
	if rest, ok := strings.CutPrefix(s, "scheduled action name "); ok {
		if name, ok := strings.CutSuffix(rest, " was triggered"); ok && name != "" {
			return Cause{Kind: CauseScheduled, Action: name}
		}
	}
	for _, bound := range []string{"minimum", "maximum"} {
		if rest, ok := strings.CutPrefix(s, bound+" capacity was set to "); ok {
			if n, err := strconv.Atoi(rest); err == nil {
				return Cause{Kind: CauseBounds, Bound: bound, Value: n}
			}
		}
	}
	return Cause{Kind: CauseUnknown}
}

// DescribeDesired is the description of an activity that sets the desired
// count. [D][R]
func DescribeDesired(n int) string { return fmt.Sprintf("Setting desired count to %d.", n) }

// ParseDescription reads the desired count that an activity set, in tasks;
// ok is false for any other description (not-scaled ones among them).
func ParseDescription(s string) (n int, ok bool) {
	rest, found := strings.CutPrefix(s, "Setting desired count to ")
	if !found {
		return 0, false
	}
	rest, found = strings.CutSuffix(rest, ".")
	if !found {
		return 0, false
	}
	n, err := strconv.Atoi(rest)
	return n, err == nil && n >= 0
}

// SplitLabel takes a resource label apart into the load balancer's and the
// target group's part: app/<alb>/<id> and targetgroup/<tg>/<id>. [D]
func SplitLabel(label string) (loadBalancer, targetGroup string, ok bool) {
	i := strings.Index(label, "/targetgroup/")
	if i <= 0 || !strings.HasPrefix(label, "app/") || strings.Count(label, "/") != 5 {
		return "", "", false
	}
	return label[:i], label[i+1:], true
}

// RequestHeader carries a request's number, in decimal, from the generator to
// the service under test. On a stepping clock it is the id under which both
// ends hold the clock: RequestID of the number.
const RequestHeader = "X-Load-Request"

// TraceHeader carries a request's place in a trace (W3C Trace Context [D]), in
// small letters, as that recommends.
const TraceHeader = "traceparent"

// RequestID is the id under which both ends hold a stepping clock for a
// request.
func RequestID(number uint64) string { return "req-" + strconv.FormatUint(number, 10) }
