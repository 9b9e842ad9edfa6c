package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// shapes says what {{json}} can make. What reading JSON costs is by its shape
// rather than by its bytes: a service that checks each element of a megabyte
// of numbers works for a hundred milliseconds, and on one string for none.
const shapes = "numbers (an array), objects DEPTH (objects in objects, so many deep) or text (a string)"

// shaped is a JSON value of exactly so many bytes. It is the same in all bodies
// of a kind: what varies from one to the next costs time to write, and nobody
// reads it.
func shaped(size int, shape []string, key uint64) ([]byte, error) {
	s := shaper{size: size, key: key}
	depth := 0
	switch name, args := shape[0], shape[1:]; {
	case name == "numbers" && len(args) == 0:
		s.numbers()
	case name == "text" && len(args) == 0:
		s.text = append(s.text, '"')
		s.letters()
		s.text = append(s.text, '"')
	case name == "objects" && len(args) == 1:
		var err error
		if depth, err = strconv.Atoi(args[0]); err != nil || depth < 1 || depth > 1000 {
			return nil, fmt.Errorf("%q is not a depth from 1 to 1000", args[0])
		}
		s.objects(depth)
	default:
		return nil, fmt.Errorf("%q is not a shape: there is %s", strings.Join(shape, " "), shapes)
	}
	if len(s.text) != size {
		return nil, fmt.Errorf("a value of this shape has at least %d bytes, not %d", len(s.text), size)
	}
	return s.text, nil
}

// shaper writes a value; what has no room in the size makes it longer.
type shaper struct {
	size  int
	key   uint64
	count uint64
	text  []byte
}

func (s *shaper) draw(n uint64) uint64 {
	s.count++
	return below(draw(s.key, s.count), n)
}

// letters writes random ones up to one before the end.
func (s *shaper) letters() {
	for len(s.text) < s.size-1 {
		s.text = append(s.text, alphabet[s.draw(uint64(len(alphabet)))])
	}
}

// numbers writes [0.12,0.3456,...]; the last has as many decimals as are left.
func (s *shaper) numbers() {
	s.text = append(s.text, '[')
	for s.size-len(s.text) > 14 {
		s.number(2 + int(s.draw(4)))
		s.text = append(s.text, ',')
	}
	if left := s.size - len(s.text) - 1; left > 2 {
		s.number(left - 2)
	} else {
		s.text = append(s.text, "10"[2-max(0, left):]...)
	}
	s.text = append(s.text, ']')
}

// number writes a number in [0, 1) of so many decimals.
func (s *shaper) number(decimals int) {
	s.text = append(s.text, "0."...)
	for range decimals - 1 {
		s.text = append(s.text, byte('0'+s.draw(10)))
	}
	s.text = append(s.text, byte('1'+s.draw(9)))
}

// objects writes {"r0":{"a":{"a":0.12}},"r1":...,"rest":"..."}, each value an
// object in an object, so many deep in all.
func (s *shaper) objects(depth int) {
	const rest = `"rest":""}`
	s.text = append(s.text, '{')
	for i := 0; ; i++ {
		before := len(s.text)
		s.text = append(strconv.AppendInt(append(s.text, `"r`...), int64(i), 10), `":`...)
		for range depth - 1 {
			s.text = append(s.text, `{"a":`...)
		}
		s.number(3)
		for range depth - 1 {
			s.text = append(s.text, '}')
		}
		s.text = append(s.text, ',')
		if s.size-len(s.text) < len(rest) && i > 0 {
			s.text = s.text[:before]
			break
		}
		if s.size-len(s.text) < len(rest) {
			break // the first has to be there
		}
	}
	s.text = append(s.text, `"rest":"`...)
	s.size--
	s.letters()
	s.size++
	s.text = append(s.text, `"}`...)
}
