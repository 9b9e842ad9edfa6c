// Package otlp makes exports of spans as OpenTelemetry's SDKs send them, of a
// given size and shape and in either of the protocol's encodings, in pieces:
// what is the same in every export, and between it the values that are not, the
// ids, the times and the texts, each of a fixed width. So an export is encoded
// once, and whoever sends it puts values in and encodes nothing.
//
//	pieces, err := otlp.Export{Spans: 20, Text: 512}.Pieces()
//
// The spans carry Langfuse's attributes, and are of no other product's or
// conversation's. The messages are OpenTelemetry's own, from its module without
// gRPC; JSON is protobuf's JSON with ids in hexadecimal, as the protocol has it.
//
// It neither draws values nor knows the time. It was tried to write the two
// encodings by hand, which is little; but then nobody vouches for them.
package otlp
