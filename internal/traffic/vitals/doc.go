// Package vitals says how the machine treats this process: what CPU time it
// got, what it waited for, whether it ran at all, and how many descriptors it
// has. A generator that is late can so say why.
//
//	before := vitals.Read()
//	...
//	spell := vitals.Between(before, vitals.Read(), length, vitals.Processors())
//	for _, loss := range vitals.Losses([]vitals.Spell{spell}, vitals.Processors()) {
//		...                      // loss.Time went to loss.Cause
//	}
//
// On Linux the numbers are the kernel's, from /proc and the control groups;
// elsewhere only CPU time, garbage collection and the limit of descriptors are
// known: whether a process that did not run was stopped or waited for its turn
// cannot be told there.
//
// It refuses to know requests, and reads no clock.
package vitals
