package traffic

import (
	"context"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// somewhere is the network of those who dial by themselves: every name has an
// address.
var somewhere = Network{lookup: func(context.Context, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}}

// hogging makes this program a process that only uses a core.
const hogging = "TRAFFIC_TEST_HOG"

func TestMain(m *testing.M) {
	if os.Getenv(hogging) != "" {
		hog()
	}
	goleak.VerifyTestMain(m)
}

// hog never returns. It ends with its parent, however that ends.
func hog() {
	go func() { // ends the process
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for n := 0; ; n++ {
	}
}

// Hogs keeps so many cores busy with other processes until the test ends.
func Hogs(t *testing.T, n int) {
	for range n {
		hog := exec.Command(os.Args[0])
		hog.Env = append(os.Environ(), hogging+"=1")
		alive, err := hog.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, hog.Start())
		t.Cleanup(func() {
			_ = alive.Close()
			_ = hog.Process.Kill()
			_ = hog.Wait()
		})
	}
}
