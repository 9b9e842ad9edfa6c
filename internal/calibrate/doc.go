// Package calibrate derives what a request costs from what a service shows of
// itself: how many requests were sent in each minute, and its CPU metric of
// that minute. It is pure: it knows no clock, no wire and no cost table, only
// events of a timeline.
//
//	r := calibrate.NewRecord([]string{"heavy", "light"})
//	for e := range events {
//		r.Add(e)
//	}
//	est, err := calibrate.Fit(r.Minutes(from, to), 0)
//
// # How a kind is measured
//
// Alone, in a pattern of whole minutes: Pattern has two at a rate, a rest, two
// at half of it, a rest, and two at the full rate. By ordinary least squares
//
//	cpu(m) = rest + cost·rate(m) + late·(rate(m−1) − rate(m)) + noise
//
// where the rate is that of requests which really left, on one task. The rest
// is all that the service does without us: sidecars, health checks, other
// people. The third term is for minutes that are not cut where ours are: an
// agent samples CPU every so often and tells it later, and requests go on over
// a minute's end. What moves from one minute to the next so is not lost, and
// cost is what both together show. The interval is Student's, with as many
// degrees of freedom as minutes are left after the three terms.
//
// The rate is found before that by a Ladder of single minutes. They choose the
// rate and are not part of the estimate: a rate that was chosen because its
// minute was lucky would carry the luck into the result.
//
// # Notes
//
// All kinds were fitted together at first, over all minutes. The noise of
// minutes with a costly kind then is the noise of all, and the interval of a
// cheap one is several times too wide, that of the costly one too narrow.
//
// Dropping each minute in which a rate changed, in place of the third term, is
// right too, and leaves half of the minutes.
//
// To go on until the interval is narrow enough was rejected: one stops where
// the minutes happen to agree, and the interval then says too little.
package calibrate
