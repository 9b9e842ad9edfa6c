// Package plan works out, before anything is sent, what a run will do and what
// it may expect: the rates that make up a demand, the instant of every arrival,
// the body of every request, how long each reaction may take, and what the run
// will not be able to prove.
//
// It exists so that check, run, prediction and judgement stand on one schedule,
// one solver and one set of budgets. A Plan is a pure value; it is written into
// the first line of a run's timeline and read back from there.
//
//	doc, p, err := plan.Open("scenarios/cpu-heavy.yaml", scenario.LoadOptions{Lookup: os.LookupEnv})
//	...
//	plan.Describe(os.Stdout, p)
//	for s := p.Schedule(); ; {
//		a, ok := s.Next() // the n-th arrival of a kind, in order of time
//		...
//	}
//
// It refuses to know a clock, to send, and to judge. It knows the model of a
// service only by what an environment states: costs, task size, delays.
//
// Arrivals are the inverse of the integral of the rate, solved exactly through
// ramps. Adding up intervals was rejected: rounding would pile up, and a ramp
// has no interval to add. A thinned Poisson process (draw at the highest rate,
// drop what is too much) was rejected as well: it wastes draws where the rate
// is low, and has no counterpart for evenly spaced arrivals. Exponential draws
// come from a series of our own, since math.Log differs in its last digit
// between machines and a timeline must not.
//
// Budgets are sums of named parts. A single number would be shorter, but the
// question after a late scale-out is always which part of it was late.
package plan
