package wire_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/emulator/wire"
)

func config(url string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
		HTTPClient:  &http.Client{Transport: inMemory{http.DefaultTransport}},
	}
}

// inMemory hands request bodies to net/http as a reader that it knows. The
// SDK closes a request's body when the answer begins, while net/http may still
// look for bytes beyond its end; that ends the connection under a long answer
// ("use of closed network connection"). Known readers are looked at before
// the last byte is sent. [M]
type inMemory struct{ http.RoundTripper }

func (t inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	return t.RoundTripper.RoundTrip(r)
}

func clients(url string) map[wire.Service]any {
	c := config(url)
	return map[wire.Service]any{
		wire.AutoScaling:   applicationautoscaling.NewFromConfig(c),
		wire.ECS:           ecs.NewFromConfig(c),
		wire.CloudWatch:    cloudwatch.NewFromConfig(c),
		wire.LoadBalancing: elasticloadbalancingv2.NewFromConfig(c),
		wire.STS:           sts.NewFromConfig(c),
	}
}

// script is a server that decodes one call into `in` and answers it with out,
// or refuses it with fault.
type script struct {
	sync.Mutex
	in, out any
	fault   *wire.Fault
	err     error
	call    *wire.Call
}

// settle waits until the handler that answered has returned.
func (s *script) settle() {
	s.Lock()
	defer s.Unlock()
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	s.call, s.err = wire.Read(r, "request-1")
	if s.err == nil && s.fault != nil {
		s.call.Refuse(w, s.fault)
		return
	}
	if s.err == nil && s.in != nil {
		s.err = s.call.Decode(s.in)
	}
	if s.err == nil {
		s.err = s.call.Answer(w, s.out)
	}
	if s.err != nil {
		http.Error(w, s.err.Error(), 599)
	}
}

// unspoken are the SDK's operations that the codec does not carry, and why.
// The emulator models none of them.
var unspoken = map[string]string{
	"CreateGateway": "its one member is a union, which no reflection can fill",
}

// The clients themselves are the oracle: for each operation of all five, an
// input and an output with every member set come out of the other end as they
// went in.
func TestEveryOperationOfTheClients(t *testing.T) {
	s := &script{}
	server := httptest.NewServer(s)
	defer server.Close()
	left := map[string]bool{}
	for service, client := range clients(server.URL) {
		count := 0
		for i := range reflect.TypeOf(client).NumMethod() {
			method := reflect.TypeOf(client).Method(i)
			if method.Type.NumIn() != 4 || method.Type.NumOut() != 2 {
				continue // Options
			}
			count++
			if unspoken[method.Name] != "" {
				left[method.Name] = true
				continue
			}
			t.Run(string(service)+"/"+method.Name, func(t *testing.T) {
				for seed := range uint64(3) {
					roundTrip(t, s, reflect.ValueOf(client).Method(i), method, seed)
				}
				require.Equal(t, service, s.call.Service)
				require.Equal(t, method.Name, s.call.Operation)
				require.NotEmpty(t, s.call.Invocation)
			})
		}
		require.Greater(t, count, 10, service)
	}
	require.Len(t, left, len(unspoken), "an operation that no client has is not to be left out")
}

func roundTrip(t *testing.T, s *script, do reflect.Value, m reflect.Method, seed uint64) {
	f := filler{rand.New(rand.NewPCG(seed, 1))}
	in, out := reflect.New(m.Type.In(2).Elem()), reflect.New(m.Type.Out(0).Elem())
	f.fill(in.Elem(), 12)
	f.fill(out.Elem(), 12)
	s.in, s.out = reflect.New(in.Type().Elem()).Interface(), out.Interface()
	results := do.Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
	s.settle()
	require.NoError(t, s.err)
	err, _ := results[1].Interface().(error)
	require.NoError(t, err)
	require.Empty(t, difference(in, reflect.ValueOf(s.in), "sent"), "what the server read")
	require.Empty(t, difference(out, results[0], "answered"), "what the client read")
}

// difference tells where two values of one type first differ. Times are equal
// in any zone.
func difference(a, b reflect.Value, at string) string {
	if a.Type() == reflect.TypeFor[time.Time]() {
		if !a.Interface().(time.Time).Equal(b.Interface().(time.Time)) {
			return fmt.Sprintf("%s: %v, not %v", at, b, a)
		}
		return ""
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() != b.IsNil() {
			return fmt.Sprintf("%s: nil %v, not %v", at, b.IsNil(), a.IsNil())
		}
		if a.IsNil() {
			return ""
		}
		return difference(a.Elem(), b.Elem(), at)
	case reflect.Struct:
		for i := range a.NumField() {
			if f := a.Type().Field(i); f.IsExported() && f.Name != "ResultMetadata" {
				if d := difference(a.Field(i), b.Field(i), at+"."+f.Name); d != "" {
					return d
				}
			}
		}
		return ""
	case reflect.Slice:
		if a.Len() != b.Len() || a.IsNil() != b.IsNil() {
			return fmt.Sprintf("%s: %d items, not %d", at, b.Len(), a.Len())
		}
		for i := range a.Len() {
			if d := difference(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", at, i)); d != "" {
				return d
			}
		}
		return ""
	}
	if !reflect.DeepEqual(a.Interface(), b.Interface()) {
		return fmt.Sprintf("%s: %#v, not %#v", at, b, a)
	}
	return ""
}

// filler sets every member that reflection can set, down to a depth.
type filler struct{ *rand.Rand }

func (f filler) fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_767_225_600_000 + f.Int64N(1e10)).UTC()))
			return
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i); name.IsExported() && name.Name != "ResultMetadata" {
				f.fill(v.Field(i), depth-1)
			}
		}
	case reflect.Slice:
		if depth > 0 && v.Type().Elem().Kind() != reflect.Interface {
			n := 1
			if depth > 10 {
				n = 11 // past the first number of two digits
			}
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range v.Len() {
				f.fill(v.Index(i), depth-1)
			}
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			e := reflect.New(v.Type().Elem()).Elem()
			f.fill(e, depth-1)
			v.SetMapIndex(reflect.ValueOf(f.text()).Convert(v.Type().Key()), e)
		}
	case reflect.String:
		v.SetString(f.text())
	case reflect.Bool:
		v.SetBool(f.IntN(2) == 0)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.Int32()) - 1<<30)
	case reflect.Uint8:
		v.SetUint(f.Uint64N(256))
	case reflect.Float64, reflect.Float32:
		v.SetFloat(float64(f.IntN(1e6)) / 8)
	}
}

func (f filler) text() string {
	return fmt.Sprintf("%s-%d", []string{"a b", "<x & y>", `"q"`, "ü\n\t", "a.member.1=%41&"}[f.IntN(5)], f.IntN(1000))
}
