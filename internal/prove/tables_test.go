package prove

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/flaw"
	"scaleproof/internal/judge"
)

// Every deviation is tried, by sizes that it can have, in scenes that there
// are, and is meant to be caught by checks that there are.
func TestDeviationsAreAllTried(t *testing.T) {
	var names []string
	for _, w := range wrongs {
		names = append(names, w.name)
		k, ok := flaw.Deviation(w.name)
		require.True(t, ok, w.name)
		require.Equal(t, k.Unit == flaw.None, w.sizes == nil, w.name)
		for _, s := range w.sizes {
			_, err := k.Parse(s)
			require.NoError(t, err, w.name)
			require.NotEmpty(t, s, w.name)
		}
		require.NotEmpty(t, w.meant, w.name)
		for _, id := range w.meant {
			require.Contains(t, append(judge.IDs(), refusal), id, w.name)
		}
	}
	require.ElementsMatch(t, flaw.Names(flaw.Deviations), names)
}

// A check is meant for a deviation, or it is said why for none.
func TestChecksAreMeant(t *testing.T) {
	for _, id := range append(judge.IDs(), refusal) {
		_, said := apart[id]
		require.NotEqual(t, said, len(meantFor(id)) > 0 && id != refusal, id)
	}
	for id := range apart {
		require.Contains(t, append(judge.IDs(), refusal), id)
	}
}

// A limit has a name of its own, a sentence, and deviations that there are.
func TestLimitsAreStated(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range limits {
		require.False(t, seen[l.name], l.name)
		seen[l.name] = true
		require.True(t, strings.HasSuffix(l.reason, "."), l.name)
		for _, name := range l.of {
			require.Contains(t, flaw.Names(flaw.Deviations), name)
		}
	}
}

// No two cases have one name, and at the full count there are as many runs as
// the bars ask for.
func TestCases(t *testing.T) {
	seen, runs := map[string]bool{}, map[Group]int{}
	of := map[string]int{}
	for _, c := range cases() {
		require.False(t, seen[c.name()], c.name())
		seen[c.name()] = true
		runs[c.group] += c.seeds
		if c.group == Deviant {
			of[c.wrong.name] += c.seeds
		}
	}
	require.GreaterOrEqual(t, runs[Clean]+runs[AtStart], cleanRuns)
	require.GreaterOrEqual(t, runs[Deviant], 5000)
	for name, n := range of {
		require.GreaterOrEqual(t, n, deviantRuns, name)
	}
	require.Len(t, chosen("gradual-ramp/late-reaction=4m"), 1)
	require.Greater(t, len(chosen("late-reaction")), 1)
	require.Empty(t, chosen("no such case"))
}

// The pages show the tables as the program writes them: a row for each
// deviation, each group and each limit. The checks' rows come with make prove.
func TestPagesHoldTheTables(t *testing.T) {
	all := cases()
	p := count(Config{}, all, Config{Seeds: 1}.jobs(all), make([]outcome, len(all)))
	for file, want := range map[string][]string{"../../README.md": {"deviations"}, "../../docs/proof.md": {"right", "limits", "elsewhere"}} {
		page, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, name := range want {
			_, rest, ok := strings.Cut(string(page), "<!-- proof: "+name+" -->\n")
			require.True(t, ok, "%s: no %s", file, name)
			rest, _, ok = strings.Cut(rest, "<!-- end of proof -->\n")
			require.True(t, ok, file)
			i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
			require.Equal(t, stubs(sections[i].text(p), 1), stubs(rest, 1), "%s: run make prove", file)
		}
	}
}

// stubs is the first cells of a table's rows.
func stubs(text string, cells int) (list []string) {
	for line := range strings.Lines(text) {
		list = append(list, strings.Join(strings.SplitN(line, " | ", cells+1)[:cells], " | "))
	}
	return list
}
