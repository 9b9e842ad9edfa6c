package predict_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
)

const digests = "testdata/digests.txt"

// What is planned, lived and judged of a shipped scenario is the same to the
// byte on every machine. .ci/arm64 asks another one.
func TestDigests(t *testing.T) {
	files, err := filepath.Glob("../../scenarios/*.yaml")
	require.NoError(t, err)
	var got strings.Builder
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		events := shipped(t, name, 1)
		sum := sha256.New()
		for _, e := range events {
			b, err := json.Marshal(e)
			require.NoError(t, err)
			sum.Write(append(b, '\n'))
		}
		v, err := judge.Judge(events)
		require.NoError(t, err)
		b, err := json.Marshal(v)
		require.NoError(t, err)
		fmt.Fprintf(&got, "%-16s %5d events  %x  %s %x\n", name, len(events), sum.Sum(nil), v.Answer, sha256.Sum256(b))
	}
	if *update {
		require.NoError(t, os.WriteFile(digests, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(digests)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}
