// Package scenario reads scenario and environment files into typed documents.
//
// It exists so that nothing is sent on the strength of a file that says
// something else than its author meant: decoding is strict, every fault of
// both files is told at once with its place and what was probably meant, and
// no value is defaulted silently that the file could have stated.
//
//	doc, err := scenario.Load("scenarios/cpu-heavy.yaml", scenario.LoadOptions{Lookup: os.LookupEnv})
//	var faults scenario.Faults
//	if errors.As(err, &faults) { ... } // scenarios/cpu-heavy.yaml:12:3: unknown key "demnd" ... (did you mean "demand"?)
//
// It refuses to compute: rates, costs and budgets are plan's. It refuses to
// hold secrets in what is written down: a header keeps its ${NAME}, and only
// Document.Expand, asked by whoever sends, gives the value.
//
// Note: decoding by the YAML library into these structs was tried and
// rejected. It stops telling at the first fault inside a custom type, gives
// unknown keys no suggestion, and its tags would be a second truth beside the
// JSON ones that timeline and schema need. A reflective decoder over its
// nodes is shorter than the work-arounds.
package scenario
