package traffic

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// Hogging makes this program a process that only uses a core.
const Hogging = "TRAFFIC_TEST_HOG"

func TestMain(m *testing.M) {
	if os.Getenv(Hogging) != "" {
		for {
		}
	}
	goleak.VerifyTestMain(m)
}

// hogs keeps every core busy with other processes until the test ends.
func hogs(t *testing.T, n int) {
	for range n {
		hog := exec.Command(os.Args[0])
		hog.Env = append(os.Environ(), Hogging+"=1")
		require.NoError(t, hog.Start())
		t.Cleanup(func() { _ = hog.Process.Kill(); _ = hog.Wait() })
	}
}
