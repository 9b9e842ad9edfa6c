package emulator_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
)

// awsCLI is Debian's AWS CLI. It speaks the query protocol to CloudWatch,
// where the Go SDK speaks CBOR.
const awsCLI = "/usr/bin/aws"

func cliEnvironment() []string {
	return append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_DEFAULT_REGION=eu-west-1",
		"AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")
}

// Every emulated operation answers the AWS CLI, which knows nothing of clocks;
// the clock stands still meanwhile, so that the answers are the same on a busy
// machine.
func TestAWSCLI(t *testing.T) {
	if _, err := os.Stat(awsCLI); err != nil {
		t.Skip("needs " + awsCLI + " (Debian package awscli)")
	}
	b := start(t, clock.NewStepping(clock.Epoch))
	b.pass(5 * time.Minute) // some datapoints
	cli := openCLI(t, b.server.Endpoint())
	const (
		target = " --service-namespace ecs --resource-id service/staging-cluster/web --scalable-dimension ecs:service:DesiredCount"
		elbARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:"
		lbARN  = elbARN + "loadbalancer/" + balancer
		tgARN  = elbARN + group
		metric = " --namespace AWS/ECS --metric-name CPUUtilization --dimensions Name=ClusterName,Value=staging-cluster Name=ServiceName,Value=web"
		window = " --start-time 2026-01-01T00:00:00Z --end-time 2026-01-01T00:02:00Z"
	)
	for _, tc := range []struct{ command, query, want string }{
		{"sts get-caller-identity", "Account", "111122223333"},

		{"application-autoscaling describe-scalable-targets --service-namespace ecs", "ScalableTargets[0].[MinCapacity,MaxCapacity]", "1\t5"},
		{"application-autoscaling register-scalable-target --max-capacity 4" + target, "", ""},
		{"application-autoscaling describe-scalable-targets --service-namespace ecs", "ScalableTargets[0].MaxCapacity", "4"},
		{"application-autoscaling put-scaling-policy --policy-name cpu --policy-type TargetTrackingScaling" + target +
			` --target-tracking-scaling-policy-configuration {"TargetValue":55.5,"PredefinedMetricSpecification":{"PredefinedMetricType":"ECSServiceAverageCPUUtilization"}}`,
			"length(Alarms)", "2"},
		{"application-autoscaling describe-scaling-policies --service-namespace ecs", "ScalingPolicies[0].TargetTrackingScalingPolicyConfiguration.[TargetValue,ScaleInCooldown]", "55.5\t300"},
		{"application-autoscaling describe-scaling-activities --service-namespace ecs --include-not-scaled-activities", "type(ScalingActivities)", "array"},

		{"cloudwatch describe-alarms --alarm-name-prefix TargetTracking-service/staging-cluster/web", "MetricAlarms[0].[Threshold,EvaluationPeriods,Period,Dimensions[1].Value]", "55.5\t3\t60\tweb"},
		{"cloudwatch describe-alarms", "length(MetricAlarms)", "2"},
		{"cloudwatch describe-alarm-history --history-item-type ConfigurationUpdate", "length(AlarmHistoryItems[?AlarmType=='MetricAlarm']) > `0`", "True"},
		{"cloudwatch get-metric-statistics --period 60 --statistics Average SampleCount" + metric + window, "Datapoints[0].[Average,SampleCount,Unit]", "0.0\t2.0\tPercent"},
		{"cloudwatch get-metric-data" + window + ` --metric-data-queries [{"Id":"q","MetricStat":{"Stat":"Average","Period":60,"Metric":{"Namespace":"AWS/ECS",` +
			`"MetricName":"CPUUtilization","Dimensions":[{"Name":"ClusterName","Value":"staging-cluster"},{"Name":"ServiceName","Value":"web"}]}}}]`,
			"MetricDataResults[0].[Id,StatusCode,Timestamps[1]]", "q\tComplete\t2026-01-01T00:00:00+00:00"},

		{"ecs describe-clusters --clusters staging-cluster", "clusters[0].activeServicesCount", "2"},
		{"ecs list-services --cluster staging-cluster", "length(serviceArns)", "2"},
		{"ecs update-service --cluster staging-cluster --service web --desired-count 3", "service.desiredCount", "3"},
		{"ecs describe-services --cluster staging-cluster --services web none", "[services[0].desiredCount,failures[0].reason]", "3\tMISSING"},

		{"elbv2 describe-load-balancers --names staging", "LoadBalancers[0].[DNSName,State.Code]", "127.0.0.1\tactive"},
		{"elbv2 describe-load-balancer-attributes --load-balancer-arn " + lbARN, "Attributes[0].Value", "60"},
		{"elbv2 describe-listeners --load-balancer-arn " + lbARN, "Listeners[0].Port", b.server.FrontURL()[len("http://127.0.0.1:"):]},
		{"elbv2 describe-rules --listener-arn " + elbARN + "listener/" + balancer + "/0000000000000001", "Rules[1].Conditions[0].Values[0]", "/web*"},
		{"elbv2 describe-target-groups --load-balancer-arn " + lbARN, "TargetGroups[].TargetGroupName", "web\tsmall"},
		{"elbv2 describe-target-group-attributes --target-group-arn " + tgARN, "Attributes[0].Value", "30"},
		{"elbv2 describe-target-health --target-group-arn " + tgARN, "TargetHealthDescriptions[0].TargetHealth.State", "healthy"},

		{"application-autoscaling delete-scaling-policy --policy-name cpu" + target, "", ""},
		{"application-autoscaling deregister-scalable-target" + target, "", ""},
	} {
		args := strings.Fields(tc.command)
		if tc.query != "" {
			args = append(args, "--output", "text", "--query", tc.query)
		}
		r := cli.run(args)
		require.Zero(t, r.Code, "%s: %s", tc.command, r.Err)
		require.Equal(t, tc.want, strings.TrimSpace(r.Out), tc.command)
	}
	r := cli.run(strings.Fields("application-autoscaling delete-scaling-policy --policy-name cpu" + target))
	require.Equal(t, 254, r.Code)
	require.Contains(t, r.Err, "An error occurred (ObjectNotFoundException) when calling the DeleteScalingPolicy operation")
	r = cli.run(strings.Fields("elbv2 describe-target-groups --names none"))
	require.Contains(t, r.Err, "(TargetGroupNotFound)")
	r = cli.run(strings.Fields("cloudwatch list-dashboards"))
	require.Contains(t, r.Err, "monitoring ListDashboards is not emulated")

	// The program itself, as a person calls it.
	command := exec.Command(awsCLI, "--endpoint-url", b.server.Endpoint(), "sts", "get-caller-identity", "--output", "text", "--query", "Arn")
	command.Env = cliEnvironment()
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "arn:aws:iam::111122223333:user/emulated\n", string(out))
}

// cli is the AWS CLI's driver in a process of its own.
type cli struct {
	t        *testing.T
	endpoint string
	in       io.Writer
	out      *bufio.Reader
}

type result struct {
	Code     int
	Out, Err string
}

func openCLI(t *testing.T, endpoint string) *cli {
	program, err := os.ReadFile(awsCLI)
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(program), "\n")
	command := exec.Command(strings.TrimPrefix(first, "#!"), "testdata/drive.py")
	command.Env, command.Stderr = cliEnvironment(), os.Stderr
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		require.NoError(t, in.Close())
		require.NoError(t, command.Wait())
	})
	return &cli{t, endpoint, in, bufio.NewReader(out)}
}

func (c *cli) run(args []string) (r result) {
	line, err := json.Marshal(append([]string{"--endpoint-url", c.endpoint}, args...))
	require.NoError(c.t, err)
	_, err = c.in.Write(append(line, '\n'))
	require.NoError(c.t, err)
	answer, err := c.out.ReadBytes('\n')
	require.NoError(c.t, err, args)
	require.NoError(c.t, json.Unmarshal(answer, &r))
	return r
}
