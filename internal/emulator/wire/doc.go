// Package wire speaks the protocols of five AWS services, from the server's
// side: it takes a request apart into a service, an operation and the SDK's
// own input struct, and writes the SDK's own output struct, or a refusal, back.
//
// One reflective codec serves all of them. A struct becomes a tree of names
// and values, and three encodings write and read trees:
//
//   - AWS JSON 1.1: Application Auto Scaling and ECS (CloudWatch from newer
//     botocore, as JSON 1.0);
//   - Query and XML: ELBv2, STS, and CloudWatch from the CLI of Debian 12;
//   - RPC v2 CBOR: CloudWatch from the Go SDK. [M]
//
// The encodings differ in how they spell a name, a time and a list, and in
// nothing else, so an operation is written once, against SDK types.
//
//	call, err := wire.Read(r, id)
//	var in ecs.DescribeServicesInput
//	err = call.Decode(&in)
//	err = call.Answer(w, &ecs.DescribeServicesOutput{...})
//
// The package knows no operation and checks no signature. It refuses unions
// and documents in what it reads, since their concrete types cannot be found
// by reflection; nothing that this project calls has one. An absent member
// stays nil, a nil one is not written, an empty list is written as empty.
// Times are cut to milliseconds, as AWS gives them.
//
// Note: hand-written serialisers for each operation were rejected (some 40
// structs, each a place for a misspelt name), and so were the schemas that
// only two of the five SDK modules carry; the SDK's clients are the oracle of
// the tests instead.
package wire
