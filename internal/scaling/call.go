package scaling

// CallID is the id under which the one who makes an AWS call holds a stepping
// clock while the call is on the wire, by the invocation id that the SDK
// sends with each call. An emulator that delays its answer in service time
// gives that hold up meanwhile.
func CallID(invocation string) string { return "call-" + invocation }
