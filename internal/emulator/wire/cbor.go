package wire

import (
	"reflect"

	"github.com/fxamacker/cbor/v2"
)

// The SDK sends maps of indefinite length and times as tag 1 with a float64;
// it reads integers under tag 1 too. [M]
var (
	toCBOR   = must(cbor.EncOptions{Sort: cbor.SortBytewiseLexical, Time: cbor.TimeUnixDynamic, TimeTag: cbor.EncTagRequired}.EncMode())
	fromCBOR = must(cbor.DecOptions{
		DefaultMapType:  reflect.TypeFor[map[string]any](),
		IntDec:          cbor.IntDecConvertSignedOrFail,
		TimeTag:         cbor.DecTagOptional,
		MaxNestedLevels: deepest, MaxArrayElements: 1 << 16, MaxMapPairs: 1 << 16,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // an option of this file is wrong
	}
	return v
}

func readCBOR(body []byte) (any, error) {
	if len(body) == 0 {
		return map[string]any{}, nil
	}
	var v any
	err := fromCBOR.Unmarshal(body, &v)
	return v, err
}

func writeCBOR(v any) ([]byte, error) { return toCBOR.Marshal(plain(v)) }

// plain turns a tree into what the library writes: records and dicts become
// maps.
func plain(v any) any {
	switch v := v.(type) {
	case record:
		return plainMap(v)
	case dict:
		return plainMap(v)
	case list:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = plain(item)
		}
		return items
	}
	return v
}

func plainMap(members []member) map[string]any {
	m := make(map[string]any, len(members))
	for _, e := range members {
		m[e.name] = plain(e.value)
	}
	return m
}
