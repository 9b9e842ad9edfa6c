package scenario

import (
	"fmt"
	"regexp"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scaling"
)

// Flaw is something that is wrong in the embedded environment on purpose.
type Flaw struct {
	Name    string   `json:"name"`
	Size    Amount   `json:"size,omitempty"`    // in the unit of the name; its default where left out
	Of      string   `json:"of,omitempty"`      // what it is confined to
	Service string   `json:"service,omitempty"` // by its key; all where left out
	From    Duration `json:"from,omitempty"`    // from the beginning of service time
	For     Duration `json:"for,omitempty"`     // to the end where left out
}

var amountText = regexp.MustCompile(`^((` + durationForm + `)+|[0-9]+(\.[0-9]+)?%?)$`)

// Amount is the size of a flaw: a duration, a percentage or a number, as the
// flaw wants it.
type Amount string

// MarshalText writes the amount's text form.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a), nil }

// UnmarshalText reads the amount's text form.
func (a *Amount) UnmarshalText(b []byte) error {
	if !amountText.Match(b) {
		return fmt.Errorf("%q is not a size: write it as 90s, 50%% or 2, as the name asks", b)
	}
	*a = Amount(b)
	return nil
}

// flaws checks the flaws of one list of kinds.
func (c *checker) flaws(path, what string, kinds []flaw.Kind, list []Flaw) {
	if len(list) > mostRows {
		c.e.fault(path, "", "%s has %d rows, and may have %d", path, len(list), mostRows)
		return
	}
	services := c.doc.Environment.Services
	for i, f := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		c.known(c.e, at+".name", f.Name, what, flaw.Names(kinds))
		if f.Service != "" && len(services) > 0 {
			c.known(c.e, at+".service", f.Service, "service of this environment", keys(services))
		}
		c.positive(c.e, at+".for", f.For)
		c.atMost(c.e, at+".from", f.From, longest)
		c.atMost(c.e, at+".for", f.For, longest)
		for _, k := range kinds {
			if k.Name == f.Name {
				c.flaw(at, k, f)
			}
		}
	}
}

// flaw checks what a kind says of its settings.
func (c *checker) flaw(at string, k flaw.Kind, f Flaw) {
	if _, err := k.Parse(string(f.Size)); err != nil {
		c.e.fault(at+".size", "", "%s", err)
	}
	if f.Of != "" && len(k.Of) == 0 {
		c.e.fault(at+".of", "", "%s is not confined to anything", k.Name)
	} else if f.Of != "" {
		c.known(c.e, at+".of", f.Of, "thing that "+k.Name+" is confined to", k.Of)
	}
	if f.Service != "" && k.Account {
		c.e.fault(at+".service", "", "%s concerns all services of an account", k.Name)
	}
}

// ID is the service that a flaw concerns; zero for all.
func (f Flaw) ID(e *Environment) scaling.Service {
	if f.Service == "" {
		return scaling.Service{}
	}
	return e.Services[f.Service].ID()
}
