package judge

import "fmt"

// scalingAttributed answers whether it is known of every change of the desired
// count, while traffic flowed, whose it was. It fails only where the alarms
// prove that an activity names what cannot have been its cause; that a policy
// went too far, or had no business to act, is for others to say.
func scalingAttributed(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "each change has its cause"}
	certain, total := 0, 0
	for _, a := range f.actions {
		if !f.inTraffic(a) {
			continue
		}
		total++
		r.Evidence = append(r.Evidence, a.Evidence...)
		answer, why := attributed(a)
		if answer == Pass {
			certain++
		}
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
		}
	}
	r.Samples = int64(total)
	r.Measured = fmt.Sprintf("%d of %d certain", certain, total)
	switch {
	case total == 0 && f.sawOrders(f.to):
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "no change"
		r.Explanation = "The desired count did not change while traffic flowed, so there was nothing to put down to anybody."
	case r.Answer == Pass && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}

// attributed judges one change.
func attributed(a Action) (Answer, string) {
	switch {
	case a.untrue:
		return Fail, fmt.Sprintf("The recorded cause of the %s cannot be right. %s Compare the history of that alarm with the activity, and see what else can set the desired count.", a.change(), a.Contradiction)
	case a.Contradiction != "":
		return Inconclusive, fmt.Sprintf("%s. %s Look at the activity, the alarm's history and the audit trail of the service's changes at that moment.", a.doubtful(), a.Contradiction)
	case a.seconded || a.Confidence == Certain:
		return Pass, "" // a hole in the datapoints is for observation.complete to say
	default:
		return Inconclusive, fmt.Sprintf("%s: %s. Look at the audit trail of the service's changes at that moment.", a.doubtful(), a.Because)
	}
}
