package plan

import "encoding/json"

// Raw is the plan as it stands in the first line of a timeline.
func Raw(p *Plan) json.RawMessage {
	b, err := json.Marshal(p)
	if err != nil {
		panic("plan: " + err.Error()) // it holds nothing that cannot be written
	}
	return b
}
