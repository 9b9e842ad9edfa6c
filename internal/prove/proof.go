package prove

import (
	"slices"

	"scaleproof/internal/judge"
)

// Proof is what came of all runs.
type Proof struct {
	Format     int         `json:"format"` // of this document
	Base       uint64      `json:"base"`   // the first seed
	Seeds      int         `json:"seeds"`  // of each case; 0: as many as the bars ask for
	Only       string      `json:"only,omitempty"`
	Runs       int         `json:"runs"`
	Holds      bool        `json:"holds"` // every bar does
	Bars       []Bar       `json:"bars"`
	Right      []Right     `json:"right"` // a correct autoscaler
	Deviations []Deviation `json:"deviations"`
	Elsewhere  []Abroad    `json:"elsewhere"` // of the deviations in other scenes
	Checks     []Check     `json:"checks"`
	Limits     []Limit     `json:"limits"`
	Misses     []Miss      `json:"misses"` // runs that were judged otherwise than they should, or were not judged
}

// Format is the version of the document that Proof is as JSON.
const Format = 1

// Bar is one of the bounds that a proof has to keep.
type Bar struct {
	Name     string `json:"name"`
	Measured string `json:"measured"`
	Holds    bool   `json:"holds"`
}

// Right counts the runs of a group in which nobody was wrong.
type Right struct {
	Group        Group `json:"group"`
	Runs         int   `json:"runs"`
	Passed       int   `json:"passed"`
	FalseFails   int   `json:"false_fails"`
	Inconclusive int   `json:"inconclusive"`
}

// Deviation counts the runs of one.
type Deviation struct {
	Name       string   `json:"name"`
	Meant      []string `json:"meant"` // checks: any of them catches it
	Runs       int      `json:"runs"`
	Manifested int      `json:"manifested"` // runs in which it decided otherwise at least once
	Hidden     int      `json:"hidden"`     // of those, in which all of it was within a limit
	// Of those that could be seen:
	Caught       int `json:"caught"`           // by a check meant for it
	ByAnother    int `json:"caught_by_others"` // and by none that is meant for it
	Named        int `json:"named"`            // caught by either, and the verdict's sentence begins with it
	FalsePasses  int `json:"false_passes"`
	Inconclusive int `json:"inconclusive"`
	// FalseFails are of the runs in which it decided nothing otherwise.
	FalseFails int            `json:"false_fails"`
	By         map[string]int `json:"by,omitempty"` // checks that failed where it could be seen
	Sizes      []Size         `json:"sizes,omitempty"`
	// From is the smallest size from which on 99 % were caught; empty: none, or
	// it has no size.
	From string `json:"from,omitempty"`
}

// Abroad counts the runs of a deviation in the scenes that are not made for it,
// of all sizes.
type Abroad struct {
	Name   string `json:"name"`
	Runs   int    `json:"runs"`
	Hidden int    `json:"hidden"` // all that it decided otherwise was within a limit
	Seen   int    `json:"seen"`   // it decided otherwise, within none
	// Of those:
	Failed       int `json:"failed"` // by whichever check
	FalsePasses  int `json:"false_passes"`
	Inconclusive int `json:"inconclusive"`
}

// Size counts the runs of a deviation of one size.
type Size struct {
	Size   string `json:"size"`
	Runs   int    `json:"runs"`
	Seen   int    `json:"seen"` // it decided otherwise, within no limit
	Caught int    `json:"caught"`
}

// Check counts what one check answered.
type Check struct {
	ID           string   `json:"id"`
	Meant        []string `json:"meant,omitempty"` // deviations
	Apart        string   `json:"apart,omitempty"` // why it is meant for none
	Runs         int      `json:"runs"`            // of the deviations that it is meant for
	Manifested   int      `json:"manifested"`      // of those
	FalseFails   int      `json:"false_fails"`     // of runs in which nobody was wrong
	Inconclusive int      `json:"inconclusive"`    // of those
	Seen         int      `json:"seen"`            // runs in which a deviation that it is meant for could be seen
	Caught       int      `json:"caught"`          // of those
	FalsePasses  int      `json:"false_passes"`    // of those: nothing failed
	Others       int      `json:"others"`          // caught of those that others are meant for
}

// Limit counts the runs that one hid.
type Limit struct {
	Name   string   `json:"name"`
	Of     []string `json:"of,omitempty"` // deviations; none: all
	Reason string   `json:"reason"`
	Runs   int      `json:"runs"`
}

// Miss is one run that is not as it should be.
type Miss struct {
	Case   string   `json:"case"`
	Seed   uint64   `json:"seed"`
	What   string   `json:"what"` // false fail, false pass, by another, inconclusive
	Failed []string `json:"failed,omitempty"`
	Open   []string `json:"inconclusive,omitempty"`
}

// count makes the proof of what the runs came to.
func count(c Config, list []kase, jobs []job, outcomes []outcome) *Proof {
	p := &Proof{Format: Format, Base: max(c.Base, 1), Seeds: c.Seeds, Only: c.Only, Runs: len(jobs), Bars: []Bar{}, Misses: []Miss{}}
	for _, g := range []Group{Clean, AtStart, Blind} {
		p.Right = append(p.Right, Right{Group: g})
	}
	for _, w := range wrongs {
		d := Deviation{Name: w.name, Meant: w.meant, By: map[string]int{}}
		for _, s := range w.sizes {
			d.Sizes = append(d.Sizes, Size{Size: s})
		}
		p.Deviations = append(p.Deviations, d)
		p.Elsewhere = append(p.Elsewhere, Abroad{Name: w.name})
	}
	for _, id := range append(judge.IDs(), refusal) {
		p.Checks = append(p.Checks, Check{ID: id, Meant: meantFor(id), Apart: apart[id]})
	}
	for _, l := range limits {
		p.Limits = append(p.Limits, Limit{Name: l.name, Of: l.of, Reason: l.reason})
	}
	for i, o := range outcomes {
		p.take(list[jobs[i].at], o)
	}
	for i := range p.Deviations {
		p.Deviations[i].From = p.Deviations[i].from()
	}
	p.bars(c)
	return p
}

// meantFor lists the deviations that a check is meant for.
func meantFor(id string) (names []string) {
	for _, w := range wrongs {
		if contains(w.meant, id) {
			names = append(names, w.name)
		}
	}
	return names
}

// take counts one run.
func (p *Proof) take(k kase, o outcome) {
	if k.missed(o) {
		p.Misses = append(p.Misses, Miss{Case: k.name(), Seed: o.seed, What: string(o.kind), Failed: o.failed, Open: o.open})
	}
	for i := range p.Limits {
		if contains(o.limits, p.Limits[i].Name) {
			p.Limits[i].Runs++
		}
	}
	if !o.deviated {
		p.takeRight(k, o)
	}
	if k.wrong != nil {
		i := slices.IndexFunc(p.Deviations, func(d Deviation) bool { return d.Name == k.wrong.name })
		if k.group == Elsewhere {
			p.Elsewhere[i].take(o)
		} else {
			p.Deviations[i].take(k, o)
		}
	}
	if k.group != Elsewhere || !o.deviated {
		p.takeChecks(k, o)
	}
}

// missed says that a run is not as it should be. Open may be what nobody could
// see, and whether cooldowns that are anchored at the start were kept.
func (k kase) missed(o outcome) bool {
	switch o.kind {
	case falseFail, falsePass:
		return true
	case byOther:
		return k.group == Deviant
	case open:
		return k.group == Clean || k.group == Deviant || k.group == AtStart && !o.cooldownsOpen()
	}
	return false
}

// takeRight counts a run in which nobody was wrong, with those of its group; with
// the clean ones where a deviation did not come to anything, and where cooldowns
// are anchored at the start and something else is open than whether they were
// kept.
func (p *Proof) takeRight(k kase, o outcome) {
	g := k.group
	if k.wrong != nil || g == AtStart && o.kind == open && !o.cooldownsOpen() {
		g = Clean
	}
	r := &p.Right[slices.IndexFunc(p.Right, func(r Right) bool { return r.Group == g })]
	r.Runs++
	switch o.kind {
	case right:
		r.Passed++
	case falseFail:
		r.FalseFails++
	case open:
		r.Inconclusive++
	}
}

func (d *Deviation) take(k kase, o outcome) {
	d.Runs++
	if o.deviated {
		d.Manifested++
	}
	size := &Size{}
	if k.size != "" {
		size = &d.Sizes[slices.IndexFunc(d.Sizes, func(s Size) bool { return s.Size == k.size })]
	}
	size.Runs++
	if o.seen() {
		size.Seen++
		for _, id := range o.failed {
			d.By[id]++
		}
		if len(o.failed) > 0 && k.wrong.named(o.headline) {
			d.Named++
		}
	}
	switch o.kind {
	case hidden:
		d.Hidden++
	case caught:
		d.Caught++
		size.Caught++
	case byOther:
		d.ByAnother++
	case falsePass:
		d.FalsePasses++
	case falseFail:
		d.FalseFails++
	case open:
		if o.deviated {
			d.Inconclusive++
		}
	}
}

// counted says that each run was counted once, and came to something: one that
// was never lived is nowhere.
func (p *Proof) counted() (n int, all bool) {
	for _, r := range p.Right {
		n += r.Passed + r.FalseFails + r.Inconclusive
	}
	for _, d := range p.Deviations {
		n += d.Hidden + d.Caught + d.ByAnother + d.FalsePasses + d.Inconclusive
	}
	for _, e := range p.Elsewhere {
		n += e.Hidden + e.Failed + e.FalsePasses + e.Inconclusive
	}
	return n, n == p.Runs
}

func (e *Abroad) take(o outcome) {
	e.Runs++
	if !o.deviated {
		return
	}
	switch e.Seen++; o.kind {
	case hidden:
		e.Seen, e.Hidden = e.Seen-1, e.Hidden+1
	case falsePass:
		e.FalsePasses++
	case open:
		e.Inconclusive++
	default:
		e.Failed++
	}
}

// seen says that the autoscaler was wrong where it could be seen.
func (o outcome) seen() bool { return o.deviated && o.kind != hidden }

// Seen is how many runs of a deviation could be caught.
func (d Deviation) Seen() int { return d.Manifested - d.Hidden }

// from is the smallest size from which on 99 % were caught, all larger ones
// together with it and each by itself.
func (d Deviation) from() (size string) {
	for _, s := range slices.Backward(d.Sizes) {
		if s.Seen > 0 && 100*s.Caught < 99*s.Seen {
			break
		}
		if s.Seen > 0 {
			size = s.Size
		}
	}
	return size
}

func (p *Proof) takeChecks(k kase, o outcome) {
	for i := range p.Checks {
		c := &p.Checks[i]
		failed, open := contains(o.failed, c.ID), contains(o.open, c.ID)
		meant := k.wrong != nil && contains(k.wrong.meant, c.ID)
		if meant {
			c.Runs++
		}
		if meant && o.deviated {
			c.Manifested++
		}
		if meant && o.kind == falsePass {
			c.FalsePasses++
		}
		switch {
		case !o.deviated && failed && !k.harmed(c.ID):
			c.FalseFails++
		case !o.deviated && open:
			c.Inconclusive++
		case o.seen() && meant:
			c.Seen++
			if failed {
				c.Caught++
			}
		case o.seen() && failed:
			c.Others++
		}
	}
}
