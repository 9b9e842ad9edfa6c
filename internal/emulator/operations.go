package emulator

import (
	"net"
	"time"

	"scaleproof/internal/emulator/wire"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// present is the world as an operation finds it, at the instant of the call.
type present struct {
	world  *model.World
	config model.Config
	now    time.Time
	front  *net.TCPAddr
}

// operation answers one call.
type operation func(p present, call *wire.Call) (out any, err error)

// on makes an operation of a function over the SDK's own types.
func on[In, Out any](do func(present, *In) (*Out, error)) operation {
	return func(p present, call *wire.Call) (any, error) {
		in := new(In)
		if err := call.Decode(in); err != nil {
			return nil, err
		}
		out, err := do(p, in)
		if err != nil {
			return nil, err
		}
		return out, nil
	}
}

// operations is everything that is emulated. What is not in it is refused by
// name.
var operations = map[wire.Service]map[string]operation{
	wire.AutoScaling: {
		"RegisterScalableTarget":    on(registerScalableTarget),
		"DeregisterScalableTarget":  on(deregisterScalableTarget),
		"DescribeScalableTargets":   on(describeScalableTargets),
		"PutScalingPolicy":          on(putScalingPolicy),
		"DeleteScalingPolicy":       on(deleteScalingPolicy),
		"DescribeScalingPolicies":   on(describeScalingPolicies),
		"DescribeScalingActivities": on(describeScalingActivities),
		"PutScheduledAction":        on(putScheduledAction),
		"DeleteScheduledAction":     on(deleteScheduledAction),
		"DescribeScheduledActions":  on(describeScheduledActions),
	},
	wire.ECS: {
		"DescribeServices": on(describeServices),
		"DescribeClusters": on(describeClusters),
		"ListServices":     on(listServices),
		"UpdateService":    on(updateService),
	},
	wire.CloudWatch: {
		"DescribeAlarms":       on(describeAlarms),
		"DescribeAlarmHistory": on(describeAlarmHistory),
		"GetMetricData":        on(getMetricData),
		"GetMetricStatistics":  on(getMetricStatistics),
		"PutMetricAlarm":       on(putMetricAlarm),
		"DeleteAlarms":         on(deleteAlarms),
		"SetAlarmState":        on(setAlarmState),
		"EnableAlarmActions":   on(enableAlarmActions),
		"DisableAlarmActions":  on(disableAlarmActions),
	},
	wire.LoadBalancing: {
		"DescribeLoadBalancers":          on(describeLoadBalancers),
		"DescribeLoadBalancerAttributes": on(describeLoadBalancerAttributes),
		"DescribeListeners":              on(describeListeners),
		"DescribeRules":                  on(describeRules),
		"DescribeTargetGroups":           on(describeTargetGroups),
		"DescribeTargetGroupAttributes":  on(describeTargetGroupAttributes),
		"DescribeTargetHealth":           on(describeTargetHealth),
	},
	wire.STS: {
		"GetCallerIdentity": on(getCallerIdentity),
	},
}

// service finds a configured service by its resource id.
func (p present) service(id scaling.Service) (model.Service, bool) {
	for _, s := range p.config.Services {
		if s.Service == id {
			return s, true
		}
	}
	return model.Service{}, false
}

// arn makes an ARN of the world's region and account.
func (p present) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + p.config.Region + ":" + p.config.Account + ":" + resource
}

// seconds is a duration in whole seconds, as most of AWS counts.
func seconds(d time.Duration) *int32 {
	s := int32(d / time.Second)
	return &s
}

// count is a number of tasks as the SDK's types have it.
func count(n int) *int32 {
	c := int32(n)
	return &c
}

// instant is nil for the zero time, which stands for an absent one.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// orNil is nil for the empty string, which stands for an absent one.
func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func refuse(code, message string) *wire.Fault { return &wire.Fault{Code: code, Message: message} }
