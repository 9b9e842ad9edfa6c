package judge

import "slices"

// Invert judges a negative control: each named check must fail. Its failures
// then count as passes; where all its answers pass, they count as failures;
// what is inconclusive stays so, and a check that gave no answer is
// inconclusive. Everything else is judged as before. Names that are no check
// are the caller's to refuse, by IDs.
func Invert(v Verdict, ids []string) Verdict {
	v.Results = slices.Clone(v.Results)
	for i, id := range ids {
		if !slices.Contains(ids[:i], id) { // twice said is not turned back
			invert(&v, id)
		}
	}
	v.settle()
	return v
}

func invert(v *Verdict, id string) {
	answered, failed := false, false
	for _, r := range v.Results {
		if r.ID == id {
			answered = true
			failed = failed || r.Answer == Fail && r.Severity == Counts
		}
	}
	if !answered {
		v.Results = append(v.Results, Result{ID: id, Answer: Inconclusive, Severity: Counts, Inverted: true,
			Expected: "a failure", Measured: "no answer", Explanation: "The check " + id + " was to fail and was not asked, since nothing in the scenario calls for it."})
		return
	}
	for i := range v.Results {
		r := &v.Results[i]
		if r.ID != id || r.Severity == Warns {
			continue
		}
		switch {
		case failed && r.Answer == Fail:
			r.Answer, r.Inverted = Pass, true
			r.Explanation = "Failed, as it was to: " + r.Explanation
		case !failed && r.Answer == Pass:
			r.Answer, r.Inverted = Fail, true
			r.Explanation = "The check " + id + " was to fail and passed (" + r.Measured + "): the negative control does not show what it is there for."
		}
	}
}

// Strict judges as --fail-on warn asks: warnings count like any other answer.
func Strict(v Verdict) Verdict {
	v.Results = slices.Clone(v.Results)
	for i := range v.Results {
		v.Results[i].Severity = Counts
	}
	v.settle()
	return v
}
