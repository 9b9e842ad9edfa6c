package prove

import (
	"fmt"
	"strings"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scenario"
)

// blindings are faults of the witness, and of the metrics that everybody sees:
// every part lost for ten minutes of the climb, all of them for three, all by
// halves, activities that come late, too late to be asked for, or in another
// order, and datapoints that do.
func blindings() (list []scenario.Flaw) {
	for _, part := range flaw.Parts {
		list = append(list, scenario.Flaw{Name: flaw.LooksRefused, Of: part, From: minutes(5), For: minutes(10)})
	}
	return append(list,
		scenario.Flaw{Name: flaw.LooksRefused, From: minutes(8), For: minutes(3)},
		scenario.Flaw{Name: flaw.LooksRefused, Size: "50%", From: minutes(1)},
		scenario.Flaw{Name: flaw.ActivitiesLate, From: minutes(1)},
		scenario.Flaw{Name: flaw.ActivitiesLate, Size: "10m", From: minutes(1)},
		scenario.Flaw{Name: flaw.ActivitiesDisorder, From: minutes(1)},
		scenario.Flaw{Name: flaw.MetricsMissing, From: minutes(5), For: minutes(10)},
		scenario.Flaw{Name: flaw.MetricsMissing, Size: "20%", From: minutes(5)},
		scenario.Flaw{Name: flaw.MetricsLate, From: minutes(5)},
		scenario.Flaw{Name: flaw.MetricsLate, Size: "12m", From: minutes(5)},
		scenario.Flaw{Name: flaw.MetricsDisorder, From: minutes(5)},
	)
}

// blindHarms are the checks of users that may fail where the metrics are faulty:
// who scales by them scales late, or by the other metric, and is right.
func blindHarms(f *scenario.Flaw) []string {
	if f != nil && strings.HasPrefix(f.Name, "metrics-") {
		return []string{"errors", "latency", "saturation", "capacity.stage-end", "scale-out.only-by"}
	}
	return nil
}

// lost is what every observer meets: one poll in a hundred.
var lost = scenario.Flaw{Name: flaw.LooksRefused, Size: "1%", From: seconds(1)}

// told is a flaw as a case is named by it.
func told(f scenario.Flaw) string {
	text := f.Name
	if f.Size != "" {
		text += "=" + string(f.Size)
	}
	if f.Of != "" {
		text += " of " + f.Of
	}
	if f.From > seconds(1) || f.For > 0 {
		text += fmt.Sprintf(" from %v", f.From)
	}
	if f.For > 0 {
		text += fmt.Sprintf(" for %v", f.For)
	}
	return text
}
