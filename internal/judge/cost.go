package judge

import (
	"encoding/json"
	"time"

	"scaleproof/internal/price"
)

// Cost is what the running tasks of the traffic come to, and a day that was all
// like it. The money is an estimate: see package price.
type Cost struct {
	TaskHours     Hundredths `json:"task_hours"`
	HoursPerDay   Hundredths `json:"task_hours_per_day"`
	DollarsPerDay Hundredths `json:"dollars_per_day"`
	Price         Price      `json:"price"`
}

// Price is what the money was reckoned by.
type Price struct {
	Region  string  `json:"region"`   // whose prices were used
	AsOf    string  `json:"as_of"`    // when they were collected
	Hour    float64 `json:"per_hour"` // US dollars for a running task, to the millionth
	VCPU    float64 `json:"vcpu"`     // of the task
	GB      float64 `json:"gb"`       // of memory
	Assumed string  `json:"assumed"`  // what had to be assumed, in words
}

// Hundredths is a number that is told to the hundredth.
type Hundredths int64

// MarshalJSON writes the number; the one division is the same on every machine.
func (h Hundredths) MarshalJSON() ([]byte, error) { return json.Marshal(h.Float()) }

// Float is the number.
func (h Hundredths) Float() float64 { return float64(h) / 100 }

// cost reckons with task-time over the traffic.
func (f *facts) cost(ran time.Duration) Cost {
	p := price.Of(f.plan.Region, f.plan.Task.VCPU)
	length := max(f.to.Sub(f.from), 1)
	day := scaled(float64(ran.Milliseconds())*24/float64(length.Milliseconds()), 1000) // thousandths of a task-hour
	hour := scaled(p.Hour(), 1e6)                                                      // millionths of a dollar
	return Cost{
		TaskHours:   Hundredths(rounded(ran.Milliseconds(), 36_000)),
		HoursPerDay: Hundredths(rounded(day, 10)), DollarsPerDay: Hundredths(rounded(day*hour, 1e7)),
		Price: Price{Region: p.Region, AsOf: price.AsOf, Hour: float64(hour) / 1e6, VCPU: p.VCPU, GB: p.GB, Assumed: p.Assumed},
	}
}

// rounded divides numbers that are not negative, to the nearest.
func rounded(n, by int64) int64 { return (n + by/2) / by }
