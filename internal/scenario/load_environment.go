package scenario

// LoadEnvironment reads and checks an environment alone: a name in
// environments/ of a folder of scenarios, or a path. The error is Faults.
func LoadEnvironment(name, scenarios string) (*Environment, error) {
	d := &Document{Dir: scenarios, Files: map[string]string{}, scenario: newDecoded()}
	if !d.readEnvironment(LoadOptions{Environment: name}) {
		return nil, d.env.faults.Err()
	}
	c := checker{doc: d, s: d.scenario, e: d.env, environmentRead: true}
	c.environment()
	if err := append(d.scenario.faults, d.env.faults...).Err(); err != nil {
		return nil, err
	}
	return &d.Environment, nil
}
