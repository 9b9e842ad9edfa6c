package traffic

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"scaleproof/internal/plan"
)

// Criterion says which answers to a kind are good: a status out of a set, or
// any 2xx, and wanted values at paths in a JSON body. A 207 can carry refusals:
// its status alone is no success. The zero value wants any 2xx.
type Criterion struct {
	status []int
	json   []wanted
}

type wanted struct {
	path  []string
	value any // as encoding/json decodes it
}

// NewCriterion is a kind's.
func NewCriterion(k plan.Kind) Criterion {
	c := Criterion{status: k.Success.Status}
	for path, value := range k.Success.JSON {
		c.json = append(c.json, wanted{strings.Split(path, "."), decoded(value)})
	}
	return c
}

// decoded turns a value as YAML reads it into what JSON would: an int of 0
// must equal a number of 0.
func decoded(v any) (out any) {
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		return v
	}
	return out
}

// ReadsBody says that success asks for the body.
func (c *Criterion) ReadsBody() bool { return len(c.json) > 0 }

// Meets says whether an answer's status and its content are good.
func (c *Criterion) Meets(status int, body []byte) (statusOK, contentOK bool) {
	return c.Status(status), c.Content(body)
}

// Status says whether a status is good.
func (c *Criterion) Status(status int) bool {
	if len(c.status) > 0 {
		return slices.Contains(c.status, status)
	}
	return status >= 200 && status < 300
}

// Content says whether a body is good. It reads it as JSON, and so is slow; one
// that is not wanted, see ReadsBody, is good.
func (c *Criterion) Content(body []byte) bool {
	if len(c.json) == 0 {
		return true
	}
	var doc any
	if json.Unmarshal(body, &doc) != nil {
		return false
	}
	for _, w := range c.json {
		if got, ok := at(doc, w.path); !ok || !reflect.DeepEqual(got, w.value) {
			return false
		}
	}
	return true
}

// at walks a path through objects by key and arrays by number; length at its
// end is an array's. An object's own key of that name goes before.
func at(doc any, path []string) (any, bool) {
	for i, step := range path {
		switch d := doc.(type) {
		case map[string]any:
			v, ok := d[step]
			if !ok {
				return nil, false
			}
			doc = v
		case []any:
			if step == "length" && i == len(path)-1 {
				return float64(len(d)), true
			}
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(d) {
				return nil, false
			}
			doc = d[n]
		default:
			return nil, false
		}
	}
	return doc, true
}
