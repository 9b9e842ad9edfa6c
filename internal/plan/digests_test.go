package plan_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// The schedule of each shipped scenario, and the first bodies of each kind, are
// the same on every machine: a digest that changes is another schedule.
func TestDigests(t *testing.T) {
	const file = "testdata/digests.txt"
	paths, err := filepath.Glob("../../scenarios/*.yaml")
	require.NoError(t, err)
	langfuse, err := filepath.Glob("../../scenarios/langfuse/*.yaml")
	require.NoError(t, err)
	require.Len(t, langfuse, 4)
	paths = append(paths, langfuse...)
	var got bytes.Buffer
	for _, path := range paths {
		anything := func(string) (string, bool) { return "any", true }
		_, p, err := plan.Open(path, scenario.LoadOptions{Lookup: anything})
		require.NoError(t, err)
		digest, arrivals := digestOf(p)
		fmt.Fprintf(&got, "%x  %s, %d arrivals\n", digest, p.Scenario, arrivals)
	}
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String(), "go test ./internal/plan -update, if another schedule is meant")
}

func digestOf(p *plan.Plan) (sum []byte, n int) {
	const bodies = 20
	hash, line := sha256.New(), []byte(nil)
	for s := p.Schedule(); ; n++ {
		a, ok := s.Next()
		if !ok {
			return hash.Sum(nil), n
		}
		line = binary.BigEndian.AppendUint64(line[:0], uint64(a.At))
		line = binary.BigEndian.AppendUint64(line, a.Number)
		if a.N < bodies {
			line = p.Kinds[a.Kind].Body.Append(line, p.Seed, a.N, time.Unix(0, 0).Add(a.At))
		}
		hash.Write(line)
	}
}
