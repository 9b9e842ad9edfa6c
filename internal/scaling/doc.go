// Package scaling holds the nouns of the field: services, bounds, policies,
// alarms, activities, causes, metrics, changes and looks, with the grammars
// of the names that AWS gives them.
//
// It takes no decision and does no I/O. The model produces these values, the
// emulator puts them on the wire, awsenv reads them off it, and the judge
// reasons about them, so all of them speak of the same things in the same
// words. Times are service time, in UTC; durations are time.Duration; a bare
// number names its unit where it is declared.
//
// Facts about AWS carry a tag that says how sure we are:
//
//	[D] documented by AWS      [R] recorded from real AWS
//	[P] observed by others     [M] measured against the real SDK on loopback
//	[E] claimed by another emulator, not verified      [U] unknown
package scaling
