package scenario

import "encoding/json"

// Stages is a stage's name or a list of them.
type Stages []string

// Has says whether the stage is among them; none named means every stage.
func (s Stages) Has(stage string) bool {
	for _, name := range s {
		if name == stage {
			return true
		}
	}
	return len(s) == 0
}

// MarshalJSON writes a single name as a string and any other number of them
// as a list.
func (s Stages) MarshalJSON() ([]byte, error) {
	if len(s) == 1 {
		return json.Marshal(s[0])
	}
	return json.Marshal([]string(s))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Stages) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var one string
		err := json.Unmarshal(b, &one)
		*s = Stages{one}
		return err
	}
	return json.Unmarshal(b, (*[]string)(s))
}
