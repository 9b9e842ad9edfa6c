// Package observe follows one service's scaling by polling, and turns what it
// saw into events of the timeline.
//
// It is three things. Schedule says, purely, which part of the service is
// looked at when. State remembers the last look at each part and answers the
// next with what has changed, as events; it is pure too. Observer drives the
// two on a clock, asking through the AWS SDK. A prediction drives the same
// Schedule and the same State with looks at the model, so that predicted and
// observed timelines hold the same events:
//
//	s := observe.NewState(service, start, observe.Metrics(service, label, policies))
//	s.Poll(observe.Default.Due(start, polled, now), clock, look, emit)
//	next, _ := observe.Default.Next(start, now)
//
// It refuses to interpret, and to guess: a call that failed is an event
// (observe.gap), what nobody looked at is never reported as unchanged, and a
// change is said to lie between the previous successful look at its part and
// the one that saw it.
//
// Times that AWS gives are rounded to the millisecond here. That is what the
// wire carries: Application Auto Scaling and ECS write epoch seconds with
// three decimals [D], CloudWatch a float64 of seconds [M], which is exact to
// a fraction of a microsecond only. Without it an event predicted from the
// model and the same one read off the wire would differ in digits that AWS
// never sends.
//
// Note: polling everything in one look every ten seconds was tried on paper
// and rejected: DescribeAlarms is limited to nine calls a second for a whole
// region [D], and Application Auto Scaling publishes no limit at all [U].
// Asking only for points since the last one was rejected as well: points
// arrive a minute or two late and not in order, and CloudWatch revises the
// youngest; so each look reads back for LatePoints and the State sorts out what
// is new.
package observe
