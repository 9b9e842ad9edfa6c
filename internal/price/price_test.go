package price_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/price"
)

// By hand: 2 vCPU at 0.04048 and 4 GB at 0.004445 are 0.09874 an hour.
func TestPriceOfATask(t *testing.T) {
	p := price.Of("eu-west-1", 2)
	require.InDelta(t, 0.09874, p.Hour(), 1e-12)
	require.Equal(t, "4 GB of memory", p.Assumed)
}

// What is not known is assumed, and said.
func TestAssumptionsAreTold(t *testing.T) {
	for _, c := range []struct {
		region string
		vcpu   float64
		want   string
	}{
		{"us-east-1", 0.25, "0.5 GB of memory"},
		{"us-east-1", 0, "1 vCPU a task, 2 GB of memory"},
		{"us-west-2", 1, "2 GB of memory, prices that only one source gives"},
		{"sa-east-1", 1, "2 GB of memory, prices of eu-west-1"},
	} {
		p := price.Of(c.region, c.vcpu)
		require.Equal(t, c.want, p.Assumed, c.region)
		require.Positive(t, p.Hour())
	}
	require.Equal(t, price.Of("eu-west-1", 1).Hour(), price.Of("sa-east-1", 0).Hour())
}
