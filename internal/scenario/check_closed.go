package scenario

// mostUsers is how many users of a kind there may be: each has a connection of
// its own.
const mostUsers = 50_000

// think checks a kind whose users wait for each answer.
func (c *checker) think(path, name string, k Kind) {
	at := path + ".think"
	if !c.s.has(at) {
		return
	}
	if k.Think.Min <= 0 {
		c.s.fault(at, "", "users think for longer than 0: without a pause they would send as fast as they are answered")
	}
	c.atMost(c.s, at, k.Think.Max, longestTimeout)
	switch {
	case k.Drive != "":
		c.s.fault(at, "", "users who think send by how fast they are answered, which no demand can be solved for: leave out drive or think")
	case c.s.has(path + ".rate"):
		c.s.fault(at, "", "a kind has either a rate or users who think: leave out one of the two")
	case !c.used(name):
		c.s.fault(path, "", "the kind %s is never sent: it has users who think, and no stage says how many, as in users: {%s: 20}", name, name)
	}
}

// used says whether a stage has users of the kind.
func (c *checker) used(kind string) bool {
	for _, s := range c.doc.Scenario.Traffic.Stages {
		if _, ok := s.Users[kind]; ok {
			return true
		}
	}
	return false
}

func (c *checker) users(path string, users map[string]int) {
	for _, kind := range keys(users) {
		at := path + "." + kind
		if _, ok := c.doc.Scenario.Requests[kind]; !ok {
			c.known(c.s, at, kind, "kind of request", keys(c.doc.Scenario.Requests))
		} else if !c.s.has("requests." + kind + ".think") {
			c.s.fault(at, "", "the kind %s does not say how long its users think between an answer and their next request: give it a think, as in think: 1s..3s", kind)
		}
		if n := users[kind]; n < 0 || n > mostUsers {
			c.s.fault(at, "", "a stage has 0 to %d users of a kind", mostUsers)
		}
	}
}

// open refuses a rate for a kind whose users wait for each answer.
func (c *checker) open(path, kind string) {
	if c.s.has("requests." + kind + ".think") {
		c.s.fault(path, "", "the kind %s has users who think, whose rate follows from how fast they are answered: say how many, as in users: {%s: 20}", kind, kind)
	}
}
