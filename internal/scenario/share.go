package scenario

import "fmt"

// Share is the most of the requests that may fail: a Percent of them, written
// 1%, or so many Times the share that failed in another stage or run, written
// 3x. The zero value is none.
type Share struct {
	Percent Percent
	Times   float64
}

func (s Share) String() string {
	if s.Times > 0 {
		return number(s.Times) + "x"
	}
	return s.Percent.String()
}

// MarshalText writes the share's text form.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the share's text form.
func (s *Share) UnmarshalText(text []byte) error {
	*s = Share{}
	if timesText.Match(text) {
		var b Bound
		err := b.UnmarshalText(text)
		s.Times = b.Times
		return err
	}
	if err := s.Percent.UnmarshalText(text); err != nil {
		if percentText.Match(text) {
			return err
		}
		return fmt.Errorf("%q is not a share: write it as 1%%, or as 3x with of_stage or of_run", text)
	}
	return nil
}
