package awsenv

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRoute(t *testing.T) {
	rules := []Rule{
		{Priority: 1, Paths: []string{"/api/public/ingestion", "/api/public/media*"}, TargetGroup: "ingestion"},
		{Priority: 2, Paths: []string{"/api/public/traces/????"}, TargetGroup: "iso"},
		{Priority: 3, Paths: []string{"/admin/*"}, Conditional: true, TargetGroup: "admin"},
		{Priority: 4, Paths: []string{"/gone"}},
		{Default: true, TargetGroup: "web"},
	}
	cases := map[string]string{ // empty: not decided by the path alone
		"/api/public/ingestion":   "ingestion",
		"/api/public/ingestion/":  "web",
		"/api/public/Ingestion":   "web", // case counts
		"/api/public/media":       "ingestion",
		"/api/public/media/x/y":   "ingestion",
		"/api/public/traces/abcd": "iso",
		"/api/public/traces/abc":  "web",
		"/admin/x":                "",
		"/gone":                   "",
		"/":                       "web",
	}
	for path, want := range cases {
		got, ok := Route(rules, path)
		require.Equal(t, want, got, path)
		require.Equal(t, want != "", ok, path)
	}
	_, ok := Route([]Rule{{Conditional: true, TargetGroup: "by host"}, {Default: true, TargetGroup: "web"}}, "/")
	require.False(t, ok, "a rule by host alone may take the request")
	_, ok = Route(nil, "/")
	require.False(t, ok)
}

func TestLabel(t *testing.T) {
	g := TargetGroup{
		ARN:           "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123",
		LoadBalancers: []string{"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/staging/4567"},
	}
	require.Equal(t, "app/staging/4567/targetgroup/web/0123", g.Label())
	g.LoadBalancers = nil
	require.Empty(t, g.Label())
}
