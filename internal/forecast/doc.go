// Package forecast says what a run should come to before anything is sent: the
// run is predicted and judged once for each of several seeds, and what they
// have in common is an envelope.
//
//	f, err := forecast.Make(forecast.Config{Document: doc, Plan: p, Seeds: forecast.Seeds(p, doc, 10)})
//	f.WriteText(os.Stdout, false)
//
// # What varies over seeds
//
// The traffic's seed stands in the scenario and is known before a run: every
// run of the file sends the same requests at the same instants, and so does
// every seed of a forecast. What nobody knows before a run is how long the
// world will take: publication of metrics, starts and health checks of tasks,
// the phase of an alarm's evaluation. Those are drawn by the environment's
// seed, and that is what the seeds are of. The first is the files' own: on the
// embedded environment its course is the run's, line for line.
//
// Varying the arrivals as well was rejected: the envelope would be wider by
// what cannot happen to this file, and no seed of it could be run.
//
// # The answer
//
// Pass where every seed passes, fail where every seed fails, and inconclusive
// otherwise: then it is the delays that decide, or the judge cannot, and
// neither a pass nor a fail of the run would come as a surprise. The worst of
// all seeds was rejected as the answer: with seeds enough, any scenario that
// has a margin at all would fail.
//
// It refuses to know what is not known before a run: faults, deviations and
// whatever else happens to the world in mid-run.
package forecast
