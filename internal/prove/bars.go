package prove

import (
	"fmt"
	"slices"
)

// bars holds the proof against its bounds. On counts they apply to the full
// number of runs alone; what no run was asked for has none in a part, and does
// not hold in full.
func (p *Proof) bars(c Config) {
	bar := func(name string, of int, holds bool, measured string, args ...any) {
		if of > 0 || c.full() {
			p.Bars = append(p.Bars, Bar{name, fmt.Sprintf(measured, args...), holds && of > 0})
		}
	}
	clean, atStart, blind := p.Right[0], p.Right[1], p.Right[2]
	var all Deviation
	worst := ""
	for _, d := range p.Deviations {
		all.Runs += d.Runs
		all.Manifested += d.Manifested
		all.Hidden += d.Hidden
		all.Caught += d.Caught
		all.FalsePasses += d.FalsePasses
		all.Inconclusive += d.Inconclusive
		if d.Seen() > 0 && 100*d.Caught < 99*d.Seen() {
			worst += fmt.Sprintf("; %s %d of %d", d.Name, d.Caught, d.Seen())
		}
	}
	passes, seen := all.FalsePasses, all.Seen()
	for _, e := range p.Elsewhere {
		passes, seen = passes+e.FalsePasses, seen+e.Seen
	}
	runs, fails := clean.Runs+atStart.Runs, clean.FalseFails+atStart.FalseFails
	bar("no false pass beyond the limits", seen, passes == 0, "%d of %d", passes, seen)
	bar("false fails: fewer than 1 in 1,000 clean runs", runs, 1000*fails < runs, "%d of %d", fails, runs)
	bar("inconclusive: at most 1 % of clean runs", clean.Runs, 100*clean.Inconclusive <= clean.Runs, "%d of %d", clean.Inconclusive, clean.Runs)
	bar("inconclusive: at most 5 % of deviant runs", all.Seen(), 20*all.Inconclusive <= all.Seen(), "%d of %d", all.Inconclusive, all.Seen())
	bar("caught by the check meant for it: 99 % of each deviation", all.Seen(), worst == "", "%d of %d%s", all.Caught, all.Seen(), worst)
	bar("no false fail where the witness is blind", blind.Runs, blind.FalseFails == 0, "%d of %d", blind.FalseFails, blind.Runs)
	if c.full() {
		few := ""
		for _, d := range p.Deviations {
			if d.Seen() < deviantRuns {
				few += fmt.Sprintf("; %s %d", d.Name, d.Seen())
			}
		}
		mute, meant := p.mute()
		bar("each check caught something that it is meant for", meant, len(mute) == 0, "%d of %d%s", meant-len(mute), meant, listed("; not ", mute))
		bar("10,000 runs, half of them deviant, each deviation seen 200 times", p.Runs, p.Runs >= 10_000 && 2*all.Runs >= 10_000 && few == "", "%d, %d deviant%s", p.Runs, all.Runs, few)
	}
	if len(p.Bars) == 0 {
		p.Bars = []Bar{{"something could be seen", "nothing", false}}
	}
	n, counted := p.counted()
	bar("each run counted once", p.Runs, counted, "%d of %d", n, p.Runs)
	p.Holds = true
	for _, b := range p.Bars {
		p.Holds = p.Holds && b.Holds
	}
}

// mute are the checks that are meant for a deviation and caught none, whatever
// others caught in their place, and how many checks are meant for one. A check
// that is no more registered is among them.
func (p *Proof) mute() (mute []string, meant int) {
	caught := map[string]int{}
	for _, c := range p.Checks {
		caught[c.ID] = c.Caught
	}
	var ids []string
	for _, w := range wrongs {
		ids = append(ids, w.meant...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids {
		if caught[id] == 0 {
			mute = append(mute, id)
		}
	}
	return mute, len(ids)
}
