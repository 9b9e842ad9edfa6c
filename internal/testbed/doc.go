// Package testbed is what tests of several packages stand on: the scripts of a
// command, and a server that is not ours. No program imports it.
//
//	testbed.Scripts(t, nil)
//	server := testbed.Nginx(t, "$status", `location / { return 200 "fine"; }`)
//
// It refuses to know what is tested: what only one package's tests need stands
// beside them.
package testbed
