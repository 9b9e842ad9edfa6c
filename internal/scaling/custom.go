package scaling

import "slices"

// CustomMetric is a customised metric specification: any one CloudWatch metric
// in place of a predefined type. [D]
type CustomMetric struct {
	Namespace  string      `json:"namespace"`
	Name       string      `json:"name"`
	Dimensions []Dimension `json:"dimensions,omitempty"`
	Statistic  string      `json:"statistic"`      // Average, Minimum, Maximum, SampleCount or Sum
	Unit       string      `json:"unit,omitempty"` // as the metric was published with; empty: any
}

// Equal says whether the two mean the same metric, statistic and unit. The
// order of dimensions is none.
func (m *CustomMetric) Equal(o *CustomMetric) bool {
	return m.String() == o.String()
}

// String names the metric in one line: equal for equal specifications, empty
// for none.
func (m *CustomMetric) String() string {
	if m == nil {
		return ""
	}
	var names []string
	for _, d := range m.Dimensions {
		names = append(names, d.Name+"="+d.Value)
	}
	slices.Sort(names)
	text := m.Statistic + " of " + m.Namespace + "/" + m.Name
	for _, n := range names {
		text += " " + n
	}
	if m.Unit != "" {
		text += " in " + m.Unit
	}
	return text
}
