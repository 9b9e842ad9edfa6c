package wire_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/emulator/wire"
)

// A refusal is found again by errors.As as the SDK's own type, in each
// protocol; one that the SDK has no type for is a generic error with its code.
func TestRefusals(t *testing.T) {
	ctx := context.Background()
	s := &script{}
	server := httptest.NewServer(s)
	defer server.Close()
	c := config(server.URL)
	for _, tc := range []struct {
		name, code string
		typed      any
		call       func() error
	}{
		{"json", "ObjectNotFoundException", new(*aastypes.ObjectNotFoundException), func() error {
			_, err := applicationautoscaling.NewFromConfig(c).DeleteScalingPolicy(ctx, &applicationautoscaling.DeleteScalingPolicyInput{
				PolicyName: aws.String("p"), ResourceId: aws.String("r"), ScalableDimension: "d", ServiceNamespace: "ecs",
			})
			return err
		}},
		{"json with small letters", "ClusterNotFoundException", new(*ecstypes.ClusterNotFoundException), func() error {
			_, err := ecs.NewFromConfig(c).ListServices(ctx, &ecs.ListServicesInput{})
			return err
		}},
		{"cbor", "ResourceNotFound", new(*cwtypes.ResourceNotFound), func() error {
			_, err := cloudwatch.NewFromConfig(c).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
			return err
		}},
		{"query", "TargetGroupNotFound", new(*elbtypes.TargetGroupNotFoundException), func() error {
			_, err := elasticloadbalancingv2.NewFromConfig(c).DescribeTargetGroups(ctx, &elasticloadbalancingv2.DescribeTargetGroupsInput{})
			return err
		}},
		{"untyped", "ThrottlingException", nil, func() error {
			_, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s.fault = &wire.Fault{Code: tc.code, Message: "the <reason> & more"}
			err := tc.call()
			s.settle()
			require.NoError(t, s.err)
			if tc.typed != nil {
				require.ErrorAs(t, err, tc.typed)
			}
			var api smithy.APIError
			require.ErrorAs(t, err, &api)
			require.Equal(t, tc.code, api.ErrorCode())
			require.Equal(t, "the <reason> & more", api.ErrorMessage())
		})
	}
}

// What is not understood is named, and never taken for something else.
func TestRequestsThatNoServiceSpeaks(t *testing.T) {
	post := func(path, body string, header ...string) error {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		call, err := wire.Read(r, "id")
		if err == nil {
			err = call.Decode(&ecs.DescribeServicesInput{})
		}
		return err
	}
	target := []string{"X-Amz-Target", "AmazonEC2ContainerServiceV20141113.DescribeServices"}
	cbor := []string{"Smithy-Protocol", "rpc-v2-cbor"}
	require.NoError(t, post("/", `{"services":["web"]}`, target...))
	require.NoError(t, post("/", "", target...))
	require.ErrorContains(t, post("/", "", "X-Amz-Target", "DynamoDB_20120810.GetItem"), "DynamoDB_20120810.GetItem")
	require.ErrorContains(t, post("/", "Action=ListUsers&Version=2010-05-08"), `Action "ListUsers" and Version "2010-05-08"`)
	require.ErrorContains(t, post("/service/Other/operation/Do", "", cbor...), "/service/Other/operation/Do")
	require.ErrorContains(t, post("/service/GraniteServiceVersion20100801/operation/DescribeAlarms", "\xff", cbor...), "SerializationException")
	require.ErrorContains(t, post("/", `{"services":"web"}`, target...), "services: a string where a []string belongs")
	require.ErrorContains(t, post("/", `{"services":["web"]}{}`, target...), "more than one document")
	require.ErrorContains(t, post("/", strings.Repeat(" ", 1<<20+1), target...), "more than 1048576 bytes")
	require.ErrorContains(t, post("/", "x", append(target, "Content-Encoding", "gzip")...), "SerializationException")
	require.ErrorContains(t, post("/", "A=1&A.B=2&Action=GetCallerIdentity&Version=2011-06-15"), "form key")
}

// Both shapes of a list, and a list past its ninth member, read in order.
func TestQueryLists(t *testing.T) {
	form := url.Values{"Action": {"DescribeAlarms"}, "Version": {"2010-08-01"}, "AlarmTypes.1": {"MetricAlarm"}}
	var want []string
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"} {
		form.Set("AlarmNames.member."+n, "alarm "+n)
		want = append(want, "alarm "+n)
	}
	call, err := wire.Read(httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode())), "id")
	require.NoError(t, err)
	var in cloudwatch.DescribeAlarmsInput
	require.NoError(t, call.Decode(&in))
	require.Equal(t, cloudwatch.DescribeAlarmsInput{
		AlarmNames: want, AlarmTypes: []cwtypes.AlarmType{"MetricAlarm"},
	}, in)
}

// Nothing that a client sends can bring the reader down.
func FuzzRead(f *testing.F) {
	f.Add("", "Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=a", "/")
	f.Add("GraniteServiceVersion20100801.DescribeAlarms", `{"AlarmNames":["a"],"MaxRecords":1e3}`, "/")
	f.Add("", "\xbf\x6aAlarmNames\x81\x61a\xff", "/service/GraniteServiceVersion20100801/operation/DescribeAlarms")
	f.Fuzz(func(t *testing.T, target, body, path string) {
		r := &http.Request{Method: "POST", URL: &url.URL{Path: path}, Header: http.Header{}, Body: http.NoBody}
		r.Body = httptest.NewRequest("POST", "/", strings.NewReader(body)).Body
		r.Header.Set("X-Amz-Target", target)
		r.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
		call, err := wire.Read(r, "id")
		require.NotNil(t, call)
		if err == nil {
			err = call.Decode(&cloudwatch.DescribeAlarmsInput{MaxRecords: aws.Int32(1)})
		}
		if err != nil {
			var fault *wire.Fault
			require.ErrorAs(t, err, &fault)
			w := httptest.NewRecorder()
			call.Refuse(w, fault)
			require.Equal(t, 400, w.Code)
		}
	})
}

// Newer botocore speaks JSON 1.0 to CloudWatch, and is answered in it.
func TestCloudWatchInJSON(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"AlarmNames":["a"],"MaxRecords":3}`))
	r.Header.Set("X-Amz-Target", "GraniteServiceVersion20100801.DescribeAlarms")
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	call, err := wire.Read(r, "id")
	require.NoError(t, err)
	var in cloudwatch.DescribeAlarmsInput
	require.NoError(t, call.Decode(&in))
	require.Equal(t, cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"a"}, MaxRecords: aws.Int32(3)}, in)
	w := httptest.NewRecorder()
	at := time.UnixMilli(1_767_225_600_250).UTC()
	require.NoError(t, call.Answer(w, &cloudwatch.DescribeAlarmsOutput{MetricAlarms: []cwtypes.MetricAlarm{{
		AlarmName: aws.String("a"), StateUpdatedTimestamp: &at, Threshold: aws.Float64(0.1), AlarmActions: []string{},
	}}}))
	require.Equal(t, "application/x-amz-json-1.0", w.Header().Get("Content-Type"))
	require.JSONEq(t, `{"MetricAlarms":[{"AlarmName":"a","StateUpdatedTimestamp":1767225600.25,"Threshold":0.1,"AlarmActions":[]}]}`, w.Body.String())
	w = httptest.NewRecorder()
	call.Refuse(w, &wire.Fault{Code: "ResourceNotFound", Message: "m", Status: 404})
	require.Equal(t, 404, w.Code)
	require.JSONEq(t, `{"__type":"com.amazonaws.cloudwatch.v2010_08_01#ResourceNotFound","message":"m"}`, w.Body.String())
}
