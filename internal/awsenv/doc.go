// Package awsenv is the one place where this project meets the AWS SDK: its
// clients are configured here, and its types are turned into the nouns of
// package scaling here and nowhere else.
//
//	env, err := awsenv.Open(ctx, awsenv.Config{
//		Endpoint: "http://127.0.0.1:4566", Region: "eu-west-1", Account: "111122223333", Clock: c,
//	})
//	state, err := env.Service(ctx, service)
//
// The SDK is tamed. It never retries and no waiter is used, since both sleep
// on the wall clock: a failed poll is an event, and changes have one loop of
// retries, on the clock, in package policies. Time-outs guard only against
// hanging. With an endpoint nothing is read from profiles, metadata services
// or proxies, and no connection leaves this machine.
//
// It refuses, with a *Refused, another account than the configured one, an
// endpoint that is not on this machine, and a service whose ARN lies in
// another account or region.
//
// Each method is one API call, or one call for each page of an answer. Times
// are UTC, rounded to the millisecond: what the JSON protocols carry, and
// coarser than the noise of CloudWatch's float64. Errors are *Error: they name
// the operation and AWS's code and sentence, never a host, port or request
// id, so that what a failed call leaves in a timeline is the same in each run.
//
// Note: one interface of all calls with a recording double was rejected; an
// emulator that speaks the wire protocols tests the SDK's own serialisers too.
package awsenv
