package scaling

import (
	"fmt"
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
