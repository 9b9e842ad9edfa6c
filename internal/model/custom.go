package model

import (
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// metricUnits are what the metrics are published in. [D] RequestCountPerTarget
// is Count by its page and None in the alarms of target tracking. [E]
var metricUnits = [metricCount][]string{
	metricCPU: {"Percent"}, metricMemory: {"Percent"}, metricPerTarget: {"None", "Count"}, metricLatency: {"Seconds"},
	metricRequests: {"Count"}, metricTarget5xx: {"Count"}, metricELB5xx: {"Count"}, metricHealthy: {"Count"},
}

// inUnit says whether an alarm of a unit sees a metric: CloudWatch converts
// none, and an alarm of another unit has no data. [D] An empty one is any.
func inUnit(id metricID, unit string) bool {
	return unit == "" || slices.Contains(metricUnits[id], unit)
}

// vetCustom says why AWS would refuse a customised metric. The rules are [D],
// the sentences [U]. That no service publishes it is no reason: there the
// policy never has data. [D]
func vetCustom(p *scaling.Policy) error {
	c := p.Custom
	if p.Metric != "" {
		return refused(CodeValidation, "Specify either a predefined metric specification or a customized one, not both")
	}
	if c.Namespace == "" || c.Name == "" {
		return refused(CodeValidation, "A customized metric needs a namespace and a metric name")
	}
	switch c.Statistic {
	case "Average", "Minimum", "Maximum", "SampleCount", "Sum":
		return nil
	}
	return refused(CodeValidation, "1 validation error detected: Value '%s' at 'targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.statistic' "+
		"failed to satisfy constraint: Member must satisfy enum value set: [Average, Minimum, Maximum, SampleCount, Sum]", c.Statistic)
}

// customMetric is the metric that the alarms of a customised one watch, each
// minute.
func customMetric(c *scaling.CustomMetric) scaling.Metric {
	return scaling.Metric{
		Namespace: c.Namespace, Name: c.Name, Dimensions: slices.Clone(c.Dimensions), Statistic: c.Statistic, Period: time.Minute,
	}
}
