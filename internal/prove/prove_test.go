package prove

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
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

// What stands between the marks of a page is replaced, and nothing else.
func TestWriteInto(t *testing.T) {
	p := count(Config{}, nil, nil, nil)
	file := filepath.Join(t.TempDir(), "page.md")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	write("before\n<!-- proof: bars -->\nold\n<!-- end of proof -->\nafter\n")
	require.NoError(t, p.WriteInto(file))
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "before\n<!-- proof: bars -->\n"+p.barsText()+"<!-- end of proof -->\nafter\n", string(page))

	write("nothing")
	require.ErrorContains(t, p.WriteInto(file), "page.md: no line <!-- proof: deviations -->")
	write("<!-- proof: cakes -->\n<!-- end of proof -->\n")
	require.ErrorContains(t, p.WriteInto(file), "<!-- proof: cakes --> is no part")
	write("<!-- proof: bars -->\n")
	require.ErrorContains(t, p.WriteInto(file), "has no line <!-- end of proof --> behind it")
}

// Each deviation, of its largest size, is caught once by a check that is meant
// for it, in one of the scenes in which it matters; and a correct autoscaler
// passes each scene. The numbers are for make prove.
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
	kinds := make([]kind, len(list))
	require.NoError(t, each(t.Context(), Config{}, len(list), func(ctx context.Context, i int) error {
		l, err := live(ctx, folder, list[i], 5)
		if err == nil {
			kinds[i] = l.kind()
		}
		return err
	}))
	for i, c := range list {
		want := right
		if c.wrong != nil {
			want = caught
		}
		if c.wrong != nil && kinds[i] == hidden {
			continue // of this seed
		}
		require.Equal(t, want, kinds[i], c.name())
	}
}
