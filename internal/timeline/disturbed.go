package timeline

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Disturbed says, in a sentence, what the environment's file or the command
// line made go otherwise than on AWS: who reads a verdict must know that it is
// not one on an undisturbed world. Empty where nothing was. What `validate
// emulate` was told the run does not know.
func (s Started) Disturbed() string {
	type flaw struct{ Name, Size string }
	var doc struct {
		Emulator struct {
			Deviations, Faults []flaw
			Happenings         []json.RawMessage
		}
	}
	if json.Unmarshal(s.EnvironmentDocument, &doc) != nil {
		return ""
	}
	named := func(what string, list []flaw) []string {
		if len(list) == 0 {
			return nil
		}
		names := make([]string, len(list))
		for i, f := range list {
			if names[i] = f.Name; f.Size != "" {
				names[i] += "=" + f.Size
			}
		}
		if len(names) > 1 {
			what += "s"
		}
		return []string{"the " + what + " " + strings.Join(names, ", ")}
	}
	said := append(named("deviation", doc.Emulator.Deviations), named("fault", doc.Emulator.Faults)...)
	if n := len(doc.Emulator.Happenings); n > 0 {
		said = append(said, fmt.Sprintf("things that happen in mid-run, %d", n))
	}
	if len(said) == 0 {
		return ""
	}
	return "Disturbed on purpose: " + strings.Join(said, "; ") + "."
}
