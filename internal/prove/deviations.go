package prove

import "scaleproof/internal/flaw"

// wrong is a deviation, the checks that are meant for it, and where it matters.
type wrong struct {
	name  string
	sizes []string // weakest first; nil: it has none
	in    []string // scenes
	meant []string // checks; any of them catches it
}

// all are its sizes; one that is empty where it has none.
func (w *wrong) all() []string {
	if w.sizes == nil {
		return []string{""}
	}
	return w.sizes
}

// Refused stands for a check: the run refuses to begin.
const refusal = "refuses to begin"

// wrongs are all deviations.
var wrongs = []wrong{
	{flaw.ScaleOutCooldownIgnored, nil,
		[]string{"staircase", "cpu-heavy with a scale-out cooldown of 3m"}, []string{"cooldown.scale-out"}},
	{flaw.ScaleOutCooldownShort, []string{"75%", "50%", "30%", "10%"},
		[]string{"staircase", "cpu-heavy with a scale-out cooldown of 3m"}, []string{"cooldown.scale-out"}},
	{flaw.ScaleInCooldownIgnored, nil, []string{"staircase", "gradual-ramp with the CPU policy alone", "combined", "cpu-heavy"}, []string{"cooldown.scale-in"}},
	{flaw.ScaleInCooldownShort, []string{"80%", "50%", "20%"}, []string{"staircase", "gradual-ramp with the CPU policy alone"}, []string{"cooldown.scale-in"}},
	{flaw.SmallestWins, nil, []string{"request-heavy", "combined", "staircase with one stair of eight"}, []string{"capacity.asked", "capacity.reached", "scale-out.in-time"}},
	{flaw.ScaleInOnOneWord, nil, []string{"request-heavy", "incident with both policies"}, []string{"scale-in.all-agree"}},
	{flaw.NoScaleIn, nil, []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp"}, []string{"scale-in.to-minimum"}},
	{flaw.NoScaleOut, nil, []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp", "incident with both policies"}, []string{"scale-out.in-time", "trigger.answered", "saturation", "capacity.stage-end"}},
	{flaw.OverScaling, []string{"2", "3", "4"}, []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp"}, []string{"capacity.asked"}},
	{flaw.UnderScaling, []string{"0.5", "0.25"}, []string{"combined", "staircase with one stair of eight"}, []string{"capacity.asked"}},
	{flaw.BaseDesired, nil, []string{"combined", "staircase with one stair of eight, tasks start late"}, []string{"capacity.asked"}},
	{flaw.ThresholdOff, []string{"1.02", "0.9", "1.2", "0.5"}, []string{"cpu-heavy", "request-heavy"}, []string{"policies.exact"}},
	{flaw.ThresholdOther, []string{"1.05", "1.1", "1.15", "0.8", "1.25"}, []string{"gradual-ramp"}, []string{"trigger.bracket", "alarms.fire"}},
	{flaw.RequestsPerSecond, nil, []string{"request-heavy", "combined"}, []string{"policies.exact"}},
	{flaw.OneDatapoint, nil, []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp"}, []string{"scale-in.none", "scale-in.all-agree", "trigger.threshold", "trigger.bracket"}},
	{flaw.LateReaction, []string{"2m", "3m", "4m", "6m", "10m"}, []string{"request-heavy", "gradual-ramp"}, []string{"scale-out.in-time", "trigger.answered", "capacity.reached", "reaction.legs"}},
	{flaw.Flapping, []string{"1m", "3m", "5m", "10m"}, []string{"combined", "cpu-heavy"}, []string{"stability.flapping"}},
	{flaw.OtherAlarmNamed, nil, []string{"cpu-heavy", "request-heavy"}, []string{"scaling.attributed"}},
	{flaw.SiblingScaled, nil, []string{"cpu-heavy", "request-heavy", "baseline of cpu-heavy beside a busy web"}, []string{"scale-out.in-time", "trigger.answered", "scale-out.none"}},
	{flaw.ScaleInWhileDeploying, nil, []string{"deployment"}, []string{"scale-in.deploying"}},
	{flaw.BoundsIgnored, []string{"1", "2"}, []string{"cpu-heavy with at least 2 tasks"}, []string{"capacity.bounds"}},
	{flaw.BoundsOff, []string{"1", "3"}, []string{"cpu-heavy", "request-heavy"}, []string{"target.exact"}},
	{flaw.OtherTargetGroup, nil, []string{"cpu-heavy", "request-heavy"}, []string{refusal}},
	{flaw.ActionsOff, nil, []string{"cpu-heavy", "request-heavy"}, []string{"policies.exact"}},
	{flaw.DrainCut, []string{"4s", "2s", "0s"}, []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp"}, []string{"drain.lossless", "errors"}},
}

// asWell are checks that name a deviation in the verdict's sentence as well as
// those meant for it, though they are not what it is to be caught by: what one
// datapoint, or nobody, asked for, not all policies agreed to.
var asWell = map[string][]string{
	flaw.OneDatapoint: {"scale-in.all-agree"},
	flaw.Flapping:     {"scale-in.all-agree"},
}

// named says that the sentence begins with what is wrong.
func (w *wrong) named(headline string) bool {
	return contains(w.meant, headline) || contains(asWell[w.name], headline)
}
