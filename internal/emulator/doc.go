// Package emulator puts real AWS protocols and a real HTTP load balancer in
// front of the model's world.
//
// One port answers the calls of Application Auto Scaling, ECS, CloudWatch,
// ELBv2 and STS that a run makes; the other is the load balancer. The clients
// are the real ones: nothing here is made for our own, save two headers that
// others need not send and the control path (GET /_control/clock), by which a
// run in another process finds the time and refuses an endpoint that is none
// of ours.
//
//	server, err := emulator.Start(emulator.Config{Clock: c, World: world})
//	// AWS_ENDPOINT_URL=server.Endpoint(), load to server.FrontURL()
//	defer server.Close(ctx)
//
// The package decides nothing about scaling, metrics or latency: it asks the
// world at the clock's present, under one lock, and waits where the world
// says so. On a stepping clock a latency seen through it is the model's to
// the nanosecond. It refuses what it does not emulate by name, rather than
// answering emptily; it checks no signature and no permission, and knows one
// region and one account.
//
// Note: connections have no idle limits in wall time, since on a stepping
// clock an hour of service time passes in a second, and a stopped process
// would lose its connections. A goroutine that drives the world by a ticker
// was rejected: whoever gives up the last hold runs the next event itself.
package emulator
