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
