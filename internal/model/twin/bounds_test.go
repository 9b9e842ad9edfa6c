package twin

import (
	"fmt"

	"scaleproof/internal/scaling"
)

// register sets what is given, and then "moves current capacity inside
// [min,max], even when the update passes neither bound". [D] It says by what
// the desired count changes, and to what: "minimum capacity was set to 1". [R]
func (w *twin) register(s *service, c *change) string {
	t := scaling.ScalableTarget{}
	if s.target != nil {
		t = *s.target
	}
	if c.Min != nil {
		t.Bounds.Min = *c.Min
	}
	if c.Max != nil {
		t.Bounds.Max = *c.Max
	}
	if c.Suspended != nil {
		t.Suspended = *c.Suspended
	}
	s.target = &t
	switch {
	case s.desired < t.Bounds.Min:
		w.saw("raised to the minimum")
		return fmt.Sprintf("desired %d by minimum %d", t.Bounds.Min, t.Bounds.Min)
	case s.desired > t.Bounds.Max:
		w.saw("lowered to the maximum")
		return fmt.Sprintf("desired %d by maximum %d", t.Bounds.Max, t.Bounds.Max)
	}
	return "none"
}
