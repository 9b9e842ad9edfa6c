package traffic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
)

func TestCriterion(t *testing.T) {
	noErrors := map[string]any{"errors.length": 0}
	for name, c := range map[string]struct {
		status         []int
		json           map[string]any
		got            int
		body           string
		status0, body0 bool
	}{
		"any 2xx":                      {nil, nil, 204, "", true, true},
		"a redirect is none":           {nil, nil, 302, "", false, true},
		"the set alone counts":         {[]int{200}, nil, 204, "", false, true},
		"a status wanted that is none": {[]int{404}, nil, 404, "", true, true},
		"207 without refusals":         {[]int{207}, noErrors, 207, `{"successes":[{}],"errors":[]}`, true, true},
		"207 with a refusal":           {[]int{207}, noErrors, 207, `{"successes":[],"errors":[{"status":400}]}`, true, false},
		"no such path":                 {nil, noErrors, 200, `{}`, true, false},
		"no array":                     {nil, noErrors, 200, `{"errors":0}`, true, false},
		"a key called length":          {nil, noErrors, 200, `{"errors":{"length":0}}`, true, true},
		"no JSON":                      {nil, noErrors, 200, `<html>`, true, false},
		"cut off":                      {nil, noErrors, 200, `{"errors":[]`, true, false},
		"into an array":                {nil, map[string]any{"a.1.b": "x"}, 200, `{"a":[{},{"b":"x"}]}`, true, true},
		"beyond an array":              {nil, map[string]any{"a.2": "x"}, 200, `{"a":["x"]}`, true, false},
		"below nothing":                {nil, map[string]any{"a.1": nil}, 200, `{"a":["x"]}`, true, false},
		"null":                         {nil, map[string]any{"a": nil}, 200, `{"a":null}`, true, true},
		"all must hold":                {nil, map[string]any{"a": true, "b": 1.5}, 200, `{"a":true,"b":1}`, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			var k plan.Kind
			k.Success.Status, k.Success.JSON = c.status, c.json
			crit := NewCriterion(k)
			status, content := crit.Meets(c.got, []byte(c.body))
			require.Equal(t, c.status0, status, "status")
			require.Equal(t, c.body0, content, "content")
		})
	}
}
