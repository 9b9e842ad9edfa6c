package prove

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
)

const folder = "../../scenarios"

// The same seeds give the same proof, whatever the number of workers, and what
// they give holds its bars: each deviation is caught, nobody else is failed.
func TestProofInSmall(t *testing.T) {
	var texts [2]bytes.Buffer
	for i, workers := range []int{1, 3} {
		p, err := Make(t.Context(), Config{Scenarios: folder, Only: "request-heavy/no-scale", Seeds: 2, Base: 5, Workers: workers})
		require.NoError(t, err)
		require.True(t, p.Holds, "%+v", p.Bars)
		require.Equal(t, 4, p.Runs)
		require.NoError(t, p.WriteJSON(&texts[i]))
	}
	require.Equal(t, texts[0].String(), texts[1].String())
}

// A deviation that the judge does not notice is a false pass, and the bars say
// so: the proof can fail.
func TestProofCanFail(t *testing.T) {
	i := 0
	for n := range wrongs {
		if wrongs[n].name == "no-scale-in" {
			i = n
		}
	}
	meant := wrongs[i].meant
	defer func() { wrongs[i].meant = meant }()
	wrongs[i].meant = []string{"policies.exact"}
	p, err := Make(t.Context(), Config{Scenarios: folder, Only: "cpu-heavy/no-scale-in", Seeds: 1})
	require.NoError(t, err)
	require.False(t, p.Holds)
	require.Equal(t, 1, p.Deviations[i].ByAnother)
	require.Equal(t, []Miss{{Case: "cpu-heavy/no-scale-in", Seed: 1, What: "by another", Failed: p.Misses[0].Failed}}, p.Misses)
}

// A deviation that could not be seen often enough is lived with one more seed
// of each of its cases, until it was, or until there is no hope; a number of
// seeds that was asked for stands.
func TestFurtherSeeds(t *testing.T) {
	shy, bold := &wrong{name: "shy"}, &wrong{name: "bold"}
	list := []kase{{wrong: shy, size: "1"}, {wrong: shy, size: "2"}, {wrong: bold}, {}}
	var lived []job
	var outcomes []outcome
	live := func(at, n int, o outcome) {
		for range n {
			lived, outcomes = append(lived, job{at, uint64(len(lived) + 1)}), append(outcomes, o)
		}
	}
	live(0, deviantRuns, outcome{deviated: true, kind: hidden})
	live(1, deviantRuns-1, outcome{deviated: true, kind: falsePass})
	live(2, deviantRuns, outcome{deviated: true, kind: caught})
	live(3, 1, outcome{kind: right})
	require.Equal(t, []job{{0, deviantRuns + 1}, {1, 2 * deviantRuns}}, Config{}.more(list, lived, outcomes))
	require.Empty(t, Config{Seeds: 3}.more(list, lived, outcomes))
	live(0, 1, outcome{})
	require.Len(t, Config{}.more(list, lived, outcomes), 2, "one that did nothing was not seen")
	live(1, mostRuns-2*deviantRuns, outcome{deviated: true, kind: hidden})
	require.Empty(t, Config{}.more(list, lived, outcomes))
}

// A page that asks for a part has it written in its place.
func TestWriteInto(t *testing.T) {
	p := count(Config{}, nil, nil, nil)
	file := filepath.Join(t.TempDir(), "page.md")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	write("before\n<!-- proof: bars -->\nold\n<!-- end of proof -->\nafter\n")
	require.NoError(t, p.WriteInto(file))
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "before\n<!-- proof: bars -->\n"+p.barsText()+"<!-- end of proof -->\nafter\n", string(page))
}

// Each deviation, of its largest size, is caught once by a check that is meant
// for it, in one of the scenes in which it matters; and a correct autoscaler
// passes each scene. The numbers are for make prove. A judge that says the same
// of all, whatever it says, is told from one that judges.
func TestEachDeviationIsCaught(t *testing.T) {
	var list []kase
	for i := range wrongs {
		w := &wrongs[i]
		c := kase{group: Deviant, scene: sceneOf(w.in[0]), setting: asShipped, wrong: w}
		if w.sizes != nil {
			c.size = w.sizes[len(w.sizes)-1]
		}
		list = append(list, c)
	}
	for _, s := range shipped {
		list = append(list, kase{group: Clean, scene: s, setting: asShipped})
	}
	runs := make([]*lived, len(list))
	require.NoError(t, each(t.Context(), Config{}, len(list), func(ctx context.Context, i int) (err error) {
		runs[i], err = live(ctx, folder, list[i], 5)
		return err
	}))
	var seen []*lived
	for i, c := range list {
		l := runs[i]
		switch {
		case l.kind() == hidden: // of this seed
		case c.wrong == nil:
			require.Equal(t, right, l.kind(), c.name())
			seen = append(seen, l)
		default:
			require.Equal(t, caught, l.kind(), c.name())
			seen = append(seen, l)
		}
	}
	for answer, bars := range map[judge.Answer][]string{
		judge.Pass:         {"no false pass beyond the limits", "caught by the check meant for it: 99 % of each deviation"},
		judge.Fail:         {"false fails: fewer than 1 in 1,000 clean runs"},
		judge.Inconclusive: {"inconclusive: at most 1 % of clean runs", "inconclusive: at most 5 % of deviant runs", "caught by the check meant for it: 99 % of each deviation"},
	} {
		require.Subset(t, missedBy(seen, answer), bars)
	}
}

// missedBy are the bars that a judge misses who gives one answer to everything.
func missedBy(runs []*lived, a judge.Answer) (names []string) {
	var list []kase
	var jobs []job
	var outcomes []outcome
	for i, l := range runs {
		said := *l
		said.refused, said.verdict.Answer, said.verdict.Results = nil, a, slices.Clone(l.verdict.Results)
		for i := range said.verdict.Results {
			said.verdict.Results[i].Answer = a
		}
		list, jobs, outcomes = append(list, l.kase), append(jobs, job{i, l.seed}), append(outcomes, said.outcome())
	}
	return missedBars(count(Config{Seeds: 1}, list, jobs, outcomes))
}

func missedBars(p *Proof) (names []string) {
	for _, b := range p.Bars {
		if !b.Holds {
			names = append(names, b.Name)
		}
	}
	return names
}

// The bars at the full count, held against runs that came to what they should,
// and against the same runs with something wrong. None is lived.
func TestBarsAtTheFullCount(t *testing.T) {
	list := cases()
	jobs := Config{}.jobs(list)
	ideal := func() (outcomes []outcome) {
		for _, j := range jobs {
			o := outcome{seed: j.seed, kind: right}
			if w := list[j.at].wrong; w != nil {
				o.kind, o.deviated, o.failed = caught, true, w.meant
			}
			outcomes = append(outcomes, o)
		}
		return outcomes
	}
	first := func(g Group) int {
		return slices.IndexFunc(jobs, func(j job) bool { return list[j.at].group == g })
	}
	clean, deviant, blind := first(Clean), first(Deviant), first(Blind)
	unsure := outcome{kind: open, open: []string{"cooldown.scale-in"}}
	const (
		numbers   = "10,000 runs, half of them deviant, each deviation seen 200 times"
		counted   = "each run counted once"
		caughtBar = "caught by the check meant for it: 99 % of each deviation"
		openBar   = "inconclusive: at most 1 % of clean runs"
	)
	for _, c := range []struct {
		name   string
		edit   func(o []outcome)
		missed []string
	}{
		{"nothing wrong", func([]outcome) {}, nil},
		{"a run that was not lived", func(o []outcome) { o[clean] = outcome{} }, []string{counted}},
		{"a deviant run that was not lived", func(o []outcome) { o[deviant] = outcome{} }, []string{numbers, counted}},
		{"a blind run that was not lived", func(o []outcome) { o[blind] = outcome{} }, []string{counted}},
		{"one false pass", func(o []outcome) { o[deviant].kind, o[deviant].failed = falsePass, nil }, []string{"no false pass beyond the limits"}},
		{"six false fails", func(o []outcome) { fill(o[clean:clean+6], outcome{kind: falseFail, failed: []string{"errors"}}) }, []string{"false fails: fewer than 1 in 1,000 clean runs"}},
		{"one in a blind run", func(o []outcome) { o[blind] = outcome{kind: falseFail, failed: []string{"errors"}} }, []string{"no false fail where the witness is blind"}},
		{"many open", func(o []outcome) { fill(o[clean:clean+60], outcome{kind: open, open: []string{"latency"}}) }, []string{openBar}},
		{"cooldowns open that count from the start", func(o []outcome) { withGroup(list, jobs, o, AtStart, unsure) }, nil},
		{"something else open there", func(o []outcome) {
			withGroup(list, jobs, o, AtStart, outcome{kind: open, open: []string{"cooldown.scale-in", "latency"}})
		}, []string{openBar}},
		{"three of a deviation caught by others", func(o []outcome) { fill(o[deviant:deviant+3], outcome{kind: byOther, deviated: true}) }, []string{caughtBar}},
		{"a check that says nothing, though others do", func(o []outcome) {
			for i := range o {
				o[i].failed = slices.DeleteFunc(slices.Clone(o[i].failed), func(id string) bool { return id == "drain.lossless" })
			}
		}, []string{"each check caught something that it is meant for"}},
		{"one that nobody could see", func(o []outcome) { fill(o[deviant:deviant+200], outcome{kind: hidden, deviated: true}) }, []string{numbers}},
		{"one that never decided otherwise", func(o []outcome) { fill(o[deviant:deviant+200], outcome{kind: right}) }, []string{numbers}},
	} {
		outcomes := ideal()
		c.edit(outcomes)
		p := count(Config{}, list, jobs, outcomes)
		require.Equal(t, c.missed, missedBars(p), c.name)
		require.Equal(t, len(c.missed) == 0, p.Holds, c.name)
	}
}

func fill(list []outcome, o outcome) {
	for i := range list {
		list[i] = o
	}
}

// withGroup has all runs of a group come to the same.
func withGroup(list []kase, jobs []job, outcomes []outcome, g Group, o outcome) {
	for i, j := range jobs {
		if list[j.at].group == g {
			outcomes[i] = o
		}
	}
}
