package wire

import "unicode"

// Service is one AWS service that the package can speak for, by the name that
// its requests are signed with.
type Service string

// The services. [M]
const (
	AutoScaling   Service = "application-autoscaling"
	ECS           Service = "ecs"
	CloudWatch    Service = "monitoring"
	LoadBalancing Service = "elasticloadbalancing"
	STS           Service = "sts"
)

// dialect is how one service's requests are recognised and its names spelt.
// [M] for targets and versions, BOTO for the XML name spaces.
type dialect struct {
	service   Service
	target    string // before the dot of X-Amz-Target, or in the path of RPC v2; empty: speaks neither
	version   string // of the query protocol; empty: does not speak it
	xmlns     string
	errors    string // prefix of __type
	lowerCase bool   // members begin with a small letter
}

var dialects = []dialect{
	{service: AutoScaling, target: "AnyScaleFrontendService"},
	{service: ECS, target: "AmazonEC2ContainerServiceV20141113", lowerCase: true},
	{service: CloudWatch, target: "GraniteServiceVersion20100801", version: "2010-08-01",
		xmlns: "http://monitoring.amazonaws.com/doc/2010-08-01/", errors: "com.amazonaws.cloudwatch.v2010_08_01#"},
	{service: LoadBalancing, version: "2015-12-01", xmlns: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"},
	{service: STS, version: "2011-06-15", xmlns: "https://sts.amazonaws.com/doc/2011-06-15/"},
}

func byTarget(target string) (dialect, bool) {
	return find(func(d dialect) bool { return d.target != "" && d.target == target })
}

func byVersion(version string) (dialect, bool) {
	return find(func(d dialect) bool { return d.version != "" && d.version == version })
}

func find(match func(dialect) bool) (dialect, bool) {
	for _, d := range dialects {
		if match(d) {
			return d, true
		}
	}
	return dialect{}, false
}

// spell gives the name on the wire of a Go field.
func (d dialect) spell(field string) string {
	if !d.lowerCase {
		return field
	}
	return lower(field)
}

func lower(field string) string {
	r := []rune(field)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}
