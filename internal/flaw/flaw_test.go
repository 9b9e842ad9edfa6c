package flaw

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

var lists = map[string][]Kind{"faults": Faults, "deviations": Deviations}

// What is listed can be used: a name of one word, one sentence, and a default
// that Parse would accept.
func TestKinds(t *testing.T) {
	for name, list := range lists {
		seen := map[string]bool{}
		for _, k := range list {
			require.Regexp(t, regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`), k.Name)
			require.False(t, seen[k.Name], "%s lists %s twice", name, k.Name)
			seen[k.Name] = true
			require.Regexp(t, regexp.MustCompile(`^[A-Z][^.]+\.$`), k.About, k.Name)
			size, err := k.Parse("")
			require.NoError(t, err)
			require.Equal(t, k.Default, size)
			if k.Unit == None {
				require.Zero(t, k.Default, k.Name)
				continue
			}
			for _, v := range []int64{k.Default, k.Least, k.Most} {
				again, err := k.Parse(k.Text(v))
				require.NoError(t, err, k.Name)
				require.Equal(t, v, again, k.Name)
			}
			require.True(t, k.Least > 0 || k.Default == 0, "%s: a size of 0 is the default", k.Name)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	share := Kind{Name: "x", Unit: Share, Default: one, Least: 1, Most: one}
	long := Kind{Name: "x", Unit: Duration, Default: 1, Least: 1, Most: 10}
	for _, text := range []string{"50", "101%", "-1%", "x", "0%", "NaN%"} {
		_, err := share.Parse(text)
		require.ErrorContains(t, err, "is no size of x: write", text)
	}
	for _, text := range []string{"1", "-1ns", "1h", "abc"} {
		_, err := long.Parse(text)
		require.EqualError(t, err, `"`+text+`" is no size of x: write 1ns to 10ns`)
	}
	_, err := Kind{Name: "x"}.Parse("1")
	require.EqualError(t, err, "x has no size")
}
