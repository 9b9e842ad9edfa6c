package scaling

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Ways to read a step's adjustment. [D]
const (
	ChangeInCapacity        = "ChangeInCapacity"
	PercentChangeInCapacity = "PercentChangeInCapacity"
	ExactCapacity           = "ExactCapacity"
)

// Steps is the configuration of a step scaling policy.
type Steps struct {
	Adjustment   string        `json:"adjustment"` // how to read the steps: ChangeInCapacity and the like
	List         []Step        `json:"list"`
	Cooldown     time.Duration `json:"cooldown"`
	Aggregation  string        `json:"aggregation,omitempty"`   // of the alarm's datapoints: Average (also empty), Minimum or Maximum
	MinMagnitude int           `json:"min_magnitude,omitempty"` // the least tasks to scale by, for PercentChangeInCapacity
}

// Step is one adjustment with the interval of breaches that it is for. The
// bounds are relative to the alarm's threshold; nil is infinite. [D]
type Step struct {
	Lower  *float64 `json:"lower,omitempty"`
	Upper  *float64 `json:"upper,omitempty"`
	Change int      `json:"change"` // tasks, or percent
}

// String writes the configuration in one line: equal for equal ones, empty for
// none.
func (s *Steps) String() string {
	if s == nil {
		return ""
	}
	var list []string
	for _, step := range s.List {
		list = append(list, fmt.Sprintf("%s..%s: %+d", bound(step.Lower), bound(step.Upper), step.Change))
	}
	text := fmt.Sprintf("%s [%s], cooldown %v", s.Adjustment, strings.Join(list, "; "), s.Cooldown)
	if s.Aggregation != "" && s.Aggregation != "Average" {
		text += ", of the " + s.Aggregation
	}
	if s.MinMagnitude > 0 {
		text += ", by at least " + strconv.Itoa(s.MinMagnitude)
	}
	return text
}

func bound(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

// Fault says why AWS would refuse the configuration, empty where it would not.
// The rules are [D], the sentences [U] but those of enumerations [R].
func (s *Steps) Fault() string {
	switch s.Adjustment {
	case ChangeInCapacity, PercentChangeInCapacity, ExactCapacity:
	default:
		return fmt.Sprintf("1 validation error detected: Value '%s' at 'stepScalingPolicyConfiguration.adjustmentType' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [PercentChangeInCapacity, ExactCapacity, ChangeInCapacity]", s.Adjustment)
	}
	switch s.Aggregation {
	case "", "Average", "Minimum", "Maximum":
	default:
		return fmt.Sprintf("1 validation error detected: Value '%s' at 'stepScalingPolicyConfiguration.metricAggregationType' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [Minimum, Maximum, Average]", s.Aggregation)
	}
	if s.Cooldown < 0 || s.MinMagnitude < 0 {
		return "Cooldown and minimum adjustment magnitude must not be negative"
	}
	if len(s.List) == 0 {
		return "At least one step adjustment is required"
	}
	list := slices.Clone(s.List)
	slices.SortStableFunc(list, func(a, b Step) int { return cmp.Compare(low(a), low(b)) })
	for i, step := range list {
		switch {
		case s.Adjustment == ExactCapacity && step.Change < 0:
			return "An exact capacity must not be negative"
		case step.Lower == nil && step.Upper == nil:
			return "The upper and the lower bound of a step adjustment cannot both be null"
		case step.Lower != nil && step.Upper != nil && !(*step.Upper > *step.Lower):
			return "The upper bound of a step adjustment must be greater than its lower bound"
		case i > 0 && (list[i-1].Upper == nil || step.Lower == nil || *list[i-1].Upper != *step.Lower):
			return "Step adjustments must not overlap and must not leave a gap"
		}
	}
	first, last := list[0], list[len(list)-1]
	if first.Lower != nil && *first.Lower < 0 {
		return "With a negative lower bound, one step adjustment must have a null lower bound"
	}
	if last.Upper != nil && *last.Upper > 0 {
		return "With a positive upper bound, one step adjustment must have a null upper bound"
	}
	return ""
}

func low(s Step) float64 {
	if s.Lower == nil {
		return math.Inf(-1)
	}
	return *s.Lower
}
