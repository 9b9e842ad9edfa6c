// Package edges holds nothing but a test: which package may import which, and
// which may name the machine's time. The table in the test is the
// architecture; docs/architecture.md says in words why it is so.
package edges
