package plan

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/scenario"
)

// The placeholders of a body. Those that take a name are equal wherever they
// stand within one body under it; those of time take an offset, as -1.5s.
//
//	{{uuid}}               36 characters, a random UUID; takes a name
//	{{hex N}}              N random hexadecimal digits; takes a name
//	{{random N}}           N random letters and digits; takes a name
//	{{number LOW HIGH}}    a random number between the two, with as many decimals as they have; takes a name
//	{{numbers N LOW HIGH}} N of them, with commas between
//	{{json SIZE SHAPE}}    a JSON value of this size, the same in all bodies: numbers, objects DEPTH, or text
//	{{csv COLUMN}}         a value of the body's CSV file; with raw behind it as it stands
//	{{sequence}}           12 digits, the request's number among its kind, from 0 (quote it: leading zeros are no JSON number)
//	{{now}}                24 characters, the time at which the request is due: 2026-01-01T00:00:00.000Z; takes an offset
//	{{unix}}, {{unixmilli}}, {{unixmicro}}, {{unixnano}}
//	                       10, 13, 16 and 19 digits, the same since 1970; take an offset
var placeholders = map[string]func(b *Body, args []string, i uint64) (placed, error){
	"uuid":      placeUUID,
	"hex":       func(b *Body, args []string, i uint64) (placed, error) { return placeRandom(hexDigits, args, i) },
	"random":    func(b *Body, args []string, i uint64) (placed, error) { return placeRandom(alphabet, args, i) },
	"number":    placeNumber,
	"numbers":   placeNumbers,
	"json":      placeJSON,
	"csv":       placeColumn,
	"sequence":  placeSequence,
	"now":       placeNow,
	"unix":      func(b *Body, args []string, i uint64) (placed, error) { return placeUnix(args, time.Second) },
	"unixmilli": func(b *Body, args []string, i uint64) (placed, error) { return placeUnix(args, time.Millisecond) },
	"unixmicro": func(b *Body, args []string, i uint64) (placed, error) { return placeUnix(args, time.Microsecond) },
	"unixnano":  func(b *Body, args []string, i uint64) (placed, error) { return placeUnix(args, time.Nanosecond) },
}

// placed is what a placeholder comes to: text, or a slot.
type placed struct {
	text []byte
	slot slot
}

func filled(width int, fill filler) placed { return placed{slot: slot{width: width, fill: fill}} }

// placeholder reads what stands between the braces of the i-th placeholder.
func (b *Body) placeholder(words []string, i uint64) (placed, error) {
	if len(words) == 0 {
		return placed{}, fmt.Errorf("it is empty")
	}
	place, known := placeholders[words[0]]
	if !known {
		return placed{}, fmt.Errorf("unknown; there is uuid, hex N, random N, number LOW HIGH, numbers N LOW HIGH, json SIZE SHAPE, csv COLUMN, sequence, now, unix, unixmilli, unixmicro and unixnano")
	}
	return place(b, words[1:], i)
}

func placeUUID(_ *Body, args []string, i uint64) (placed, error) {
	id, err := identity(args, i)
	return filled(36, fillUUID(id)), err
}

// mostRandom is how many random characters one placeholder may have.
const mostRandom = 1 << 20

func placeRandom(alphabet string, args []string, i uint64) (placed, error) {
	if len(args) == 0 {
		return placed{}, fmt.Errorf("it needs a number of characters")
	}
	width, err := length(args[0])
	if err != nil || width < 1 || width > mostRandom {
		return placed{}, fmt.Errorf("%q is not a number of characters from 1 to %d", args[0], mostRandom)
	}
	id, err := identity(args[1:], i)
	return filled(width, fillFrom(alphabet, id)), err
}

// length reads a number of bytes: 512, 16KiB.
func length(text string) (int, error) {
	var size scenario.Size
	if size.UnmarshalText([]byte(text)) == nil && size <= mostBody {
		return int(size), nil
	}
	return strconv.Atoi(text)
}

func placeNumber(_ *Body, args []string, i uint64) (placed, error) {
	if len(args) < 2 {
		return placed{}, fmt.Errorf("it needs the lowest number and the highest")
	}
	r, err := numberRange(args[0], args[1])
	if err != nil {
		return placed{}, err
	}
	id, err := identity(args[2:], i)
	return filled(r.width, fillNumbers(r, 1, id)), err
}

func placeNumbers(_ *Body, args []string, i uint64) (placed, error) {
	if len(args) != 3 {
		return placed{}, fmt.Errorf("it needs how many there are, the lowest number and the highest")
	}
	count, err := strconv.Atoi(args[0])
	if err != nil || count < 1 || count > mostRandom {
		return placed{}, fmt.Errorf("%q is not a number of numbers from 1 to %d", args[0], mostRandom)
	}
	r, err := numberRange(args[1], args[2])
	return filled(count*(r.width+1)-1, fillNumbers(r, count, mix(i+1))), err
}

func placeJSON(b *Body, args []string, i uint64) (placed, error) {
	if len(args) < 2 {
		return placed{}, fmt.Errorf("it needs a size and a shape: %s", shapes)
	}
	size, err := length(args[0])
	if err != nil || size > mostBody {
		return placed{}, fmt.Errorf("%q is not a size: write it as 512B, 16KiB or 1MiB", args[0])
	}
	text, err := shaped(size, args[1:], mix(b.key^mix(i+1)))
	return placed{text: text}, err
}

func placeColumn(b *Body, args []string, _ uint64) (placed, error) {
	switch {
	case len(args) == 0 || len(args) > 2 || len(args) == 2 && args[1] != "raw":
		return placed{}, fmt.Errorf("it needs the name of a column, of one word, and raw behind it where nothing is to be escaped")
	case b.rows == nil:
		return placed{}, fmt.Errorf("the body names no file: add csv to it, as {template: body.json, csv: users.csv}")
	}
	values, width, err := b.rows.column(args[0], len(args) == 2)
	return placed{slot: slot{width: width, values: values}}, err
}

func placeSequence(_ *Body, args []string, _ uint64) (placed, error) {
	if len(args) > 0 {
		return placed{}, fmt.Errorf("it takes nothing, not %q", strings.Join(args, " "))
	}
	return filled(12, fillSequence), nil
}

func placeNow(_ *Body, args []string, _ uint64) (placed, error) {
	offset, err := offsetOf(args)
	return filled(len(timeLayout), fillNow(offset)), err
}

// placeUnix has as many digits as the time of this century has in a unit.
func placeUnix(args []string, unit time.Duration) (placed, error) {
	offset, err := offsetOf(args)
	width := 10
	for u := unit; u < time.Second; u *= 10 {
		width++
	}
	return filled(width, fillUnix(offset, unit)), err
}

// identity is what sets a random value apart from the others of a body: its
// name, or its position where it has none.
func identity(args []string, i uint64) (uint64, error) {
	switch len(args) {
	case 0:
		return mix(i + 1), nil
	case 1:
		return keyOf(1, args[0]), nil
	}
	return 0, fmt.Errorf("%q is more than a name", strings.Join(args, " "))
}

func offsetOf(args []string) (time.Duration, error) {
	if len(args) == 0 {
		return 0, nil
	}
	text := strings.Join(args, "")
	d, err := time.ParseDuration(text)
	if err != nil || d > 24*time.Hour || d < -24*time.Hour {
		return 0, fmt.Errorf("%q is not an offset such as -1.5s, of at most a day", text)
	}
	return d, nil
}
