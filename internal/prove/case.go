package prove

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"scaleproof/internal/scenario"
)

// Group is what a case is to show.
type Group string

// Groups of cases.
const (
	Clean   Group = "clean"    // nobody who is right is failed
	AtStart Group = "at start" // nor where cooldowns are anchored at the start of an activity; whether they were kept may stay open
	Deviant Group = "deviant"  // who is wrong is caught
	Blind   Group = "blind"    // where the witness is blind nothing fails, and nothing passes, that should not
	// Elsewhere: who is wrong in a scene that is not made for it does not pass,
	// whichever check says so.
	Elsewhere Group = "elsewhere"
)

// kase is one world, to be lived with several seeds.
type kase struct {
	group   Group
	scene   scene
	setting setting
	wrong   *wrong         // nil: the autoscaler is right
	size    string         // of the deviation; empty: it has none
	fault   *scenario.Flaw // that blinds; nil: none does
	seeds   int            // at the full count
}

// name is how a case is asked for: the scene, a slash, and what is special.
func (c kase) name() string {
	var what []string
	if c.wrong != nil {
		what = append(what, c.deviation())
	}
	if c.fault != nil {
		what = append(what, told(*c.fault))
	}
	if len(what) == 0 {
		what = append(what, c.setting.name)
	}
	return c.scene.name + "/" + strings.Join(what, ", ")
}

func (c kase) deviation() string {
	if c.size == "" {
		return c.wrong.name
	}
	return c.wrong.name + "=" + c.size
}

// document is the case's world with a seed.
func (c kase) document(folder string, seed uint64) (*scenario.Document, error) {
	d, err := c.scene.document(folder)
	if err != nil {
		return nil, err
	}
	c.setting.change(d)
	em := d.Environment.Emulator
	if c.fault != nil {
		em.Faults = append(em.Faults, *c.fault) // before lost: the first that is at work counts
	}
	em.Faults = append(em.Faults, lost)
	if c.wrong != nil {
		em.Deviations = []scenario.Flaw{{
			Name: c.wrong.name, Size: scenario.Amount(c.size), Service: c.scene.deviates,
			From: scenario.Duration(c.scene.from), For: scenario.Duration(c.scene.during),
		}}
	}
	d.Scenario.Traffic.Seed, em.Seed = seed, seed
	return d, nil
}

// How many runs of the full count there are at least, of each deviation such as
// could be seen and of a correct autoscaler; and of each case of a blind witness
// and of a deviation in another scene.
const (
	deviantRuns = 200
	mostRuns    = 800 // of a deviation that can hardly ever be seen
	cleanRuns   = 5000
	blindRuns   = 4

	elsewhereRuns = 3
)

// cases are all there are, in the order of the table.
func cases() []kase {
	return slices.Concat(cleanCases(), deviantCases(), elsewhereCases(), blindCases())
}

func cleanCases() (list []kase) {
	for _, s := range shipped {
		for _, x := range settings() {
			c := kase{group: Clean, scene: s, setting: x}
			if x.atStart {
				c.group = AtStart
			}
			list = append(list, c)
		}
	}
	for _, s := range varied {
		list = append(list, kase{group: Clean, scene: s, setting: asShipped})
	}
	return share(list, cleanRuns)
}

func deviantCases() (list []kase) {
	for i := range wrongs {
		w := &wrongs[i]
		var own []kase
		for _, size := range w.all() {
			for _, name := range w.in {
				own = append(own, kase{group: Deviant, scene: sceneOf(name), setting: asShipped, wrong: w, size: size})
			}
		}
		list = append(list, share(own, deviantRuns)...)
	}
	return list
}

// elsewhereCases are all deviations in the shipped scenes that the table does not
// name for them.
func elsewhereCases() (list []kase) {
	for i := range wrongs {
		w := &wrongs[i]
		for _, size := range w.all() {
			for _, s := range shipped {
				if !contains(w.in, s.name) {
					list = append(list, kase{group: Elsewhere, scene: s, setting: asShipped, wrong: w, size: size, seeds: elsewhereRuns})
				}
			}
		}
	}
	return list
}

func blindCases() (list []kase) {
	for _, f := range blindings() {
		for _, s := range shipped {
			list = append(list, kase{group: Blind, scene: s, setting: asShipped, fault: &f, seeds: blindRuns})
		}
	}
	return list
}

// share spreads a number of runs over cases, evenly and rounded up.
func share(list []kase, runs int) []kase {
	for i := range list {
		list[i].seeds = (runs + len(list) - 1) / len(list)
	}
	return list
}

// chosen are the cases that a text names: the one of that name, or else all
// with it in their names. Empty: all.
func chosen(text string) []kase {
	all := cases()
	if i := slices.IndexFunc(all, func(c kase) bool { return c.name() == text }); i >= 0 {
		return all[i : i+1]
	}
	return slices.DeleteFunc(all, func(c kase) bool { return !strings.Contains(c.name(), text) })
}

// List writes the names of the cases, each with its group and the number of its
// runs at the full count.
func List(w io.Writer, only string) error {
	list := chosen(only)
	if len(list) == 0 {
		return noCase(only)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range list {
		fmt.Fprintf(t, "%s\t%d\t%s\n", c.group, c.seeds, c.name())
	}
	return t.Flush()
}
