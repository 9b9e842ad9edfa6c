package flaw

import "time"

// Names of deviations.
const (
	ScaleOutCooldownIgnored = "scale-out-cooldown-ignored"
	ScaleOutCooldownShort   = "scale-out-cooldown-short"
	ScaleInCooldownIgnored  = "scale-in-cooldown-ignored"
	ScaleInCooldownShort    = "scale-in-cooldown-short"
	SmallestWins            = "smallest-wins"
	ScaleInOnOneWord        = "scale-in-on-one-word"
	NoScaleIn               = "no-scale-in"
	NoScaleOut              = "no-scale-out"
	OverScaling             = "over-scaling"
	UnderScaling            = "under-scaling"
	BaseDesired             = "base-desired"
	ThresholdOff            = "threshold-off"
	ThresholdOther          = "threshold-other"
	RequestsPerSecond       = "requests-per-second"
	OneDatapoint            = "one-datapoint"
	LateReaction            = "late-reaction"
	Flapping                = "flapping"
	OtherAlarmNamed         = "other-alarm-named"
	SiblingScaled           = "sibling-scaled"
	ScaleInWhileDeploying   = "scale-in-while-deploying"
	BoundsIgnored           = "bounds-ignored"
	BoundsOff               = "bounds-off"
	OtherTargetGroup        = "other-target-group"
	ActionsOff              = "actions-off"
	DrainCut                = "drain-cut"
)

// Deviations lists the ways in which an autoscaler can be wrong, or wrongly
// set up. Each changes one of its decisions.
var Deviations = []Kind{
	{Name: ScaleOutCooldownIgnored, About: "A scale-out cooldown holds nothing back."},
	{Name: ScaleOutCooldownShort, About: "Of a scale-out cooldown only this share is waited for.",
		Unit: Share, Default: one / 2, Least: 1, Most: one},
	{Name: ScaleInCooldownIgnored, About: "A scale-in cooldown holds nothing back."},
	{Name: ScaleInCooldownShort, About: "Of a scale-in cooldown only this share is waited for.",
		Unit: Share, Default: one / 2, Least: 1, Most: one},
	{Name: SmallestWins, About: "Of what several policies ask for the smallest capacity wins, and one that asks for no more holds the others back."},
	{Name: ScaleInOnOneWord, About: "One policy that asks for fewer tasks is enough to scale in."},
	{Name: NoScaleIn, About: "Nothing is ever scaled in."},
	{Name: NoScaleOut, About: "Nothing is ever scaled out."},
	{Name: OverScaling, About: "A scale-out adds so many times the tasks that it should.",
		Unit: Factor, Default: 2 * one, Least: one + 1, Most: 100 * one},
	{Name: UnderScaling, About: "A scale-out adds this part of the tasks that it should, but at least one.",
		Unit: Factor, Default: one / 2, Least: 1, Most: one - 1},
	{Name: BaseDesired, About: "Capacity is worked out from the desired count, also while those tasks do not run yet."},
	{Name: ThresholdOff, About: "The alarms that a policy is given stand at so many times the threshold that follows from its target.",
		Unit: Factor, Default: one + one/5, Least: one / 100, Most: 100 * one},
	{Name: ThresholdOther, About: "A high alarm fires at so many times the threshold that it shows.",
		Unit: Factor, Default: one + one*15/100, Least: one / 100, Most: 100 * one},
	{Name: RequestsPerSecond, About: "A target of requests per minute is taken as one of requests per second."},
	{Name: OneDatapoint, About: "An alarm fires, and ends, on a single datapoint whatever it shows."},
	{Name: LateReaction, About: "An alarm's call is heeded only once it has been in ALARM for so long.",
		Unit: Duration, Default: int64(10 * time.Minute), Least: int64(time.Second), Most: int64(24 * time.Hour)},
	{Name: Flapping, About: "For so long after an order a call that should change nothing takes back one task of it.",
		Unit: Duration, Default: int64(5 * time.Minute), Least: int64(time.Second), Most: int64(24 * time.Hour)},
	{Name: OtherAlarmNamed, About: "An activity names the alarm of another policy as its cause."},
	{Name: SiblingScaled, About: "The next service is scaled instead of the one whose alarm called."},
	{Name: ScaleInWhileDeploying, About: "A service is scaled in while a deployment goes on."},
	{Name: BoundsIgnored, About: "Policies scale so many tasks beyond either bound.",
		Unit: Tasks, Default: 1, Least: 1, Most: 100},
	{Name: BoundsOff, About: "A scalable target is registered with a maximum that is so many tasks lower, but never below its minimum.",
		Unit: Tasks, Default: 1, Least: 1, Most: 5000},
	{Name: OtherTargetGroup, About: "The request policy's alarms watch another target group, which has no data."},
	{Name: ActionsOff, About: "The actions of the alarms that a policy is given are disabled."},
	{Name: DrainCut, About: "A target that is deregistered is stopped after so long at most, whatever it works on.",
		Unit: Duration, Default: 0, Least: 0, Most: int64(time.Hour)},
}

// Deviation finds a deviation by its name.
func Deviation(name string) (Kind, bool) { return find(Deviations, name) }
