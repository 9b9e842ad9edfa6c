package run

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hog is the name by which this test's binary, run again, burns a processor
// until its standard input closes or half a minute is over.
const hog = "TEST_BURN_A_PROCESSOR"

func TestMain(m *testing.M) {
	if os.Getenv(hog) != "" {
		go func() { // ends with the process
			_, _ = os.Stdin.Read(make([]byte, 1))
			os.Exit(0)
		}()
		for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// On the stepping clock the machine has no say: a run beside three processes
// that burn all they get writes the same timeline, byte for byte.
func TestSameTimelineUnderLoad(t *testing.T) {
	quiet := validate(t, "testdata/short.yaml", ExitPass)
	for range 3 {
		burn(t)
	}
	busy := validate(t, "testdata/short.yaml", ExitPass)
	sameLines(t, quiet.trace, busy.trace)
	require.Equal(t, string(quiet.bytes), string(busy.bytes))
}

func burn(t *testing.T) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), hog+"=1")
	in, err := c.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		require.NoError(t, in.Close())
		require.NoError(t, c.Wait())
	})
}
