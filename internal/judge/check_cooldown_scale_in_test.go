package judge

import (
	"time"

	"scaleproof/internal/scaling"
)

var cooldownScaleInProof = proof{
	id: "cooldown.scale-in",
	stories: []story{
		{name: "kept", want: Pass},
		{name: "ended by a scale-out", want: Pass, says: "1 -> 2 by cpu between them ended it", edit: func(t *tale) {
			t.orders = append(t.orders, said{at: minutes(46.8), from: 1, to: 2, policy: cpuPolicy}, said{at: minutes(48), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "360 s apart under 300 s, as recorded of target tracking", want: Pass, edit: func(t *tale) {
			t.orders = []said{{at: minutes(8.5), from: 2, to: 4, policy: cpuPolicy}, {at: minutes(12.25), from: 4, to: 3, policy: cpuPolicy}, {at: minutes(18.25), from: 3, to: 2, policy: cpuPolicy}}
		}},
		{name: "360 s apart under 300 s, as recorded of step scaling", want: Pass, edit: func(t *tale) {
			steps := scaling.Policy{Name: "steps", Type: scaling.StepScaling, Step: &scaling.Steps{Cooldown: 5 * time.Minute}, Alarms: t.standing[0].Alarms}
			t.standing = append(t.standing, steps)
			t.orders = []said{{at: minutes(10), from: 1, to: 3, policy: "steps"}, {at: minutes(26.5), from: 3, to: 2, policy: "steps"}, {at: minutes(32.5), from: 2, to: 1, policy: "steps"}}
		}},
		{name: "300 s from the start of one that took 82 s", want: Inconclusive, says: "within it from its completion", edit: func(t *tale) {
			t.doneAfter = 82 * time.Second
			t.orders[3].at = t.orders[2].at + minutes(6)
		}},
		{name: "299 s apart", want: Fail, says: "inside the cooldown", edit: func(t *tale) { t.orders[3].at = t.orders[2].at + 299*time.Second }},
		{name: "by a change of bounds inside it", want: Pass, says: "does not concern those", edit: func(t *tale) {
			t.orders = append(t.orders[:2:2], said{at: minutes(40), from: 3, to: 2, policy: cpuPolicy}, said{at: minutes(42), from: 2, to: 1},
				said{at: minutes(46.5), from: 1, to: 0, policy: cpuPolicy})
		}},
		{name: "broken", want: Fail, says: "inside the cooldown", edit: func(t *tale) { t.orders[3].at = t.orders[2].at + minutes(4) }},
		{name: "after the start, before the completion", want: Inconclusive, says: "not documented", edit: func(t *tale) { t.orders[3].at = t.orders[2].at + minutes(5.5) }},
		{name: "its own broken, with another's between", want: Fail, says: "3m after the one before", edit: func(t *tale) {
			t.orders[1].to, t.orders[2].from, t.orders[2].to = 4, 4, 3
			last := t.orders[2].at
			t.orders = append(t.orders[:3], said{at: last + minutes(1), from: 3, to: 2, policy: requestPolicy}, said{at: last + minutes(3), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "a deployment kept them apart", want: Inconclusive, says: "did not have two", edit: func(t *tale) {
			rollsOut(t.orders[2].at.Minutes()+1, t.orders[2].at.Minutes()+4)(t)
		}},
		{name: "completion not seen", want: Inconclusive, edit: func(t *tale) { t.doneAfter = minutes(60) }},
	},
	edits: []edit{
		{"a cooldown of ten minutes", "", Fail, func(t *tape) {
			t.policies(func(p *scaling.Policy) { p.ScaleInCooldown = 10 * time.Minute })
		}},
	},
}
