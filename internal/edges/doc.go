// Package edges holds nothing but tests: which package may import which, which
// may name the machine's time, and which must reckon alike on every machine.
// The table in the test is the architecture; docs/architecture.md says in words
// why it is so.
package edges
