package calibrate

import (
	"errors"
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Confidence is that of every interval here.
const Confidence = 0.9

// Value is an estimate and its interval of 90 %.
type Value struct {
	Mean float64 `json:"value"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Estimate is what a kind of request costs.
type Estimate struct {
	// Points is the percent of a task's CPU that one request a second uses.
	Points Value `json:"points"`
	// Rest is the service's CPU without our requests, in percent.
	Rest Value `json:"rest"`
	// Noise is what one minute differs from the fit by, in percent.
	Noise    float64 `json:"noise"`
	Minutes  int     `json:"minutes"`  // that the estimate is from
	Requests int64   `json:"requests"` // sent in them
	Highest  float64 `json:"highest"`  // requests a second on one task, in the busiest of them
	// Bent says that a request costs another amount at the higher rate than at
	// the lower one; the interval then holds both.
	Bent bool `json:"bent,omitempty"`
}

// Seen says that the cost is not zero beyond doubt.
func (e Estimate) Seen() bool { return e.Points.Low > 0 }

// AWS does not say how true its CPU metric is [U], and minutes that agree to
// the last digit are no proof that they are right. So none counts as truer than
// leastNoise, in percent, and no interval's half width as less than this part
// of the cost.
const (
	leastNoise = 0.02
	surest     = 0.005
)

// atLeast widens an interval to a part of the value on both sides.
func (v Value) atLeast(part float64) Value {
	half := max(v.High-v.Mean, part*math.Abs(v.Mean))
	return Value{v.Mean, v.Mean - half, v.Mean + half}
}

// ErrFew is for too few minutes that can be used.
var ErrFew = errors.New("too few minutes to tell")

// leastFreedom is the fewest minutes beyond the terms of the fit: with less,
// Student's interval is so wide that it says nothing.
const leastFreedom = 3

// Fit estimates the cost of a kind, by its index in Minute.Sent, from minutes
// that follow each other. Of use are those with a datapoint in which the same
// tasks ran as in all others, and in which, as in the one before, nothing but
// this kind was sent. It returns ErrFew, with what is missing, where they do
// not suffice.
func Fit(minutes []Minute, kind int) (Estimate, error) {
	d := gather(minutes, kind)
	d.est.Minutes = len(d.cpu)
	if d.est.Requests == 0 {
		return d.est, fmt.Errorf("%w: none of the kind was sent in one that can be used", ErrFew)
	}
	f, err := solve(d.cpu, d.rate, d.change)
	if err != nil {
		return d.est, err
	}
	d.est.Rest, d.est.Points, d.est.Noise = f.value(0), f.value(1).atLeast(surest), f.noise
	d.bend()
	return d.est, nil
}

// design is what a fit goes by: a row for each minute that is of use.
type design struct {
	cpu, rate, change []float64
	est               Estimate
}

func gather(minutes []Minute, kind int) (d design) {
	for i := 1; i < len(minutes); i++ {
		before, m := minutes[i-1], minutes[i]
		if m.CPU == nil || m.Tasks == 0 || before.Tasks != m.Tasks || !alone(before, kind) || !alone(m, kind) {
			continue
		}
		rate, was := perTask(m, kind), perTask(before, kind)
		d.cpu, d.rate, d.change = append(d.cpu, *m.CPU), append(d.rate, rate), append(d.change, was-rate)
		d.est.Requests += m.Sent[kind]
		d.est.Highest = max(d.est.Highest, rate)
	}
	return d
}

// alone says that nothing but a kind was sent in a minute.
func alone(m Minute, kind int) bool {
	for k, n := range m.Sent {
		if k != kind && n > 0 {
			return false
		}
	}
	return true
}

// perTask is a kind's rate in a minute, in requests a second on one task.
func perTask(m Minute, kind int) float64 {
	return float64(m.Sent[kind]) / time.Minute.Seconds() / float64(m.Tasks)
}

// What a bend must be, to be told: surer than chance by so many standard
// errors, and so large a part of the cost.
const (
	bendErrors = 4
	bendPart   = 0.1
)

// bend looks for a cost that depends on the rate, as a service has that
// saturates or that caches. The interval then holds the cost at half of the
// highest rate and at the highest.
func (d *design) bend() {
	square := make([]float64, len(d.rate))
	for i, x := range d.rate {
		square[i] = x * x
	}
	f, err := solve(d.cpu, d.rate, d.change, square)
	if err != nil {
		return // too few minutes to say
	}
	p, curve := &d.est.Points, f.b[3]
	if math.Abs(curve) < bendErrors*f.se[3] || math.Abs(curve)*d.est.Highest < bendPart*math.Abs(p.Mean) {
		return
	}
	d.est.Bent = true
	for _, at := range []float64{d.est.Highest / 2, d.est.Highest} {
		cost := f.b[1] + curve*at
		p.Low, p.High = min(p.Low, cost), max(p.High, cost)
	}
}

// fitted is a least-squares solution: coefficients, the intercept first, and
// their standard errors.
type fitted struct {
	b, se   []float64
	noise   float64
	freedom int
}

// solve regresses y on the columns and an intercept.
func solve(y []float64, columns ...[]float64) (fitted, error) {
	n, k := len(y), len(columns)+1
	if n < k+leastFreedom {
		return fitted{}, fmt.Errorf("%w: %d can be used, %d are needed", ErrFew, n, k+leastFreedom)
	}
	x := mat.NewDense(n, k, nil)
	for i := range n {
		x.Set(i, 0, 1)
		for j, c := range columns {
			x.Set(i, j+1, c[i])
		}
	}
	var normal, inverse mat.Dense
	normal.Mul(x.T(), x)
	if err := inverse.Inverse(&normal); err != nil {
		return fitted{}, fmt.Errorf("%w: the rates of those that can be used hardly differ", ErrFew)
	}
	v := mat.NewVecDense(n, y)
	var moment, b, residual mat.VecDense
	moment.MulVec(x.T(), v)
	b.MulVec(&inverse, &moment)
	residual.MulVec(x, &b)
	residual.SubVec(v, &residual)
	f := fitted{freedom: n - k}
	f.noise = max(leastNoise, math.Sqrt(mat.Dot(&residual, &residual)/float64(f.freedom)))
	for j := range k {
		f.b = append(f.b, b.AtVec(j))
		f.se = append(f.se, f.noise*math.Sqrt(inverse.At(j, j)))
	}
	return f, nil
}

// value is a coefficient with its interval.
func (f fitted) value(j int) Value {
	return interval(f.b[j], f.se[j], f.freedom)
}

func interval(mean, se float64, freedom int) Value {
	half := se * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(freedom)}.Quantile((1+Confidence)/2)
	return Value{mean, mean - half, mean + half}
}

// Rest is the service's CPU over minutes in which, as in the one before,
// nothing was sent, in percent, and how many those are. Fewer than two tell
// nothing of their noise: ok is false.
func Rest(minutes []Minute) (v Value, n int, ok bool) {
	var cpu []float64
	for i := 1; i < len(minutes); i++ {
		if m := minutes[i]; m.CPU != nil && m.Tasks > 0 && alone(minutes[i-1], -1) && alone(m, -1) {
			cpu = append(cpu, *m.CPU)
		}
	}
	if len(cpu) < 2 {
		return Value{}, len(cpu), false
	}
	mean, sd := stat.MeanStdDev(cpu, nil)
	return interval(mean, sd/math.Sqrt(float64(len(cpu))), len(cpu)-1), len(cpu), true
}

// Rise is by how much a minute's requests raised the service's CPU, in percent
// of a minute: in it, and in the one after it, for what came late. noise is
// the standard deviation of the service at rest. It is not known where a
// datapoint or a time of rest is missing.
func Rise(minutes []Minute, at time.Time) (rise, noise float64, known bool) {
	rest, n, ok := Rest(minutes)
	for _, m := range minutes {
		if d := m.Start.Sub(at.Truncate(time.Minute)); d != 0 && d != time.Minute {
			continue
		}
		if m.CPU == nil {
			return 0, 0, false
		}
		rise += *m.CPU - rest.Mean
	}
	if !ok {
		return 0, 0, false
	}
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile((1 + Confidence) / 2)
	return rise, (rest.High - rest.Mean) / half * math.Sqrt(float64(n)), true
}
