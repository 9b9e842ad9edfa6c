package run

import (
	"encoding/json"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// started is the first line of the run's timeline.
func (s *session) started(o JudgeOptions) timeline.Started {
	env := s.doc.Clone().Environment
	if env.Emulator != nil {
		for name := range env.Emulator.Variables {
			env.Emulator.Variables[name] = "(not written)" // a stand-in is a secret's, and is kept like one
		}
	}
	return timeline.Started{
		Format: timeline.Format, Command: s.command,
		Scenario: s.plan.Scenario, Environment: s.plan.Environment, Service: s.plan.Service, Seed: s.plan.Seed,
		Versions:            versions(),
		Hashes:              s.doc.Files,
		ExpectFail:          o.ExpectFail,
		Strict:              o.FailOn == "warn",
		Plan:                plan.Raw(s.plan),
		ScenarioDocument:    raw(s.doc.Scenario),
		EnvironmentDocument: raw(env),
	}
}

// raw encodes a value of ours, which cannot fail.
func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("run: " + err.Error())
	}
	return b
}
