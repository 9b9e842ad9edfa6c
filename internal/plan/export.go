package plan

import (
	"encoding/binary"
	"fmt"
	"time"

	"scaleproof/internal/otlp"
)

// export makes bodies of an export of spans, which is encoded here, once.
func (b *Body) export(e otlp.Export) error {
	pieces, err := e.Pieces()
	if err != nil {
		return err
	}
	size := 0
	for _, p := range pieces {
		if size += len(p.Bytes) + p.Width; size > mostBody {
			return fmt.Errorf("the export is longer than %s", bytes(mostBody))
		}
		b.parts = append(b.parts, part{text: p.Bytes, slot: slot{width: p.Width, fill: valueOf(p.Place, e.Encoding == otlp.JSON)}})
	}
	return nil
}

// valueOf fills the place of a value in an export; nil where there is none.
func valueOf(p otlp.Place, inJSON bool) filler {
	id := mix(keyOf(uint64(p.Value), "otlp") ^ mix(p.Which))
	switch {
	case p.Value == otlp.Text:
		return fillFrom(alphabet, id)
	case p.Value == otlp.Time && inJSON:
		return fillUnix(p.Offset, time.Nanosecond)
	case p.Value == otlp.Time:
		return fillNano(p.Offset)
	case p.Value != otlp.None && inJSON:
		return fillFrom(hexDigits, id)
	case p.Value != otlp.None:
		return fillBytes(id)
	}
	return nil
}

// fillBytes writes random bytes, a multiple of eight.
func fillBytes(id uint64) filler {
	return func(dst []byte, key, seed, n uint64, _ time.Time) {
		k := mix(key ^ id ^ mix(seed))
		for i := 0; i < len(dst); i += 8 {
			binary.LittleEndian.PutUint64(dst[i:], draw(k+uint64(i), n))
		}
	}
}

// fillNano writes the time as protobuf's fixed64.
func fillNano(offset time.Duration) filler {
	return func(dst []byte, _, _, _ uint64, now time.Time) {
		binary.LittleEndian.PutUint64(dst, uint64(max(0, now.Add(offset).UnixNano())))
	}
}
