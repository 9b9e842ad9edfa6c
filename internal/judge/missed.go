package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// missed are the polls of a part that failed in a stretch, by what was in the
// way: who is refused for asking too often asks less often, who may not ask at
// all gets permission, and who gets no answer has a network to look at.
type missed struct {
	total, throttled, denied int
	longest                  time.Duration // without an answer, from the look before to the last of the polls that were throttled
}

// The words by which AWS refuses a call: for its rate, and for want of a right.
// [D] The SDK puts the code before the message.
var (
	throttles = []string{"Throttl", "Rate exceeded", "TooManyRequests", "RequestLimitExceeded"}
	denials   = []string{"AccessDenied", "UnauthorizedOperation", "ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId", "InvalidSignature"}
)

func speaksOf(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// missed counts the polls of a part that failed in [from, to].
func (f *facts) missed(part string, from, to time.Time) (m missed) {
	for _, g := range f.gaps {
		if g.part != part || g.at.Before(from) || g.at.After(to) {
			continue
		}
		m.total++
		switch {
		case speaksOf(g.error, throttles):
			m.throttled++
			if !g.since.IsZero() {
				m.longest = max(m.longest, g.at.Sub(g.since))
			}
		case speaksOf(g.error, denials):
			m.denied++
		}
	}
	return m
}

// String counts them; empty where none failed.
func (m missed) String() string {
	if m.total == 0 {
		return ""
	}
	text := plural(m.total, "poll", "polls") + " failed"
	if m.throttled > 0 {
		text += fmt.Sprintf(", %d throttled", m.throttled)
		if m.longest > 0 {
			text += " for up to " + short(m.longest)
		}
	}
	return text
}

// remedy says what to do about most of them.
func (m missed) remedy() string {
	switch others := m.total - m.throttled - m.denied; {
	case m.total == 0:
		return "no poll is told to have failed: see whether the machine slept or was too busy to ask"
	case m.throttled >= max(m.denied, others):
		return "AWS throttled the polls: run fewer observers at once, have what else asks this API ask less often, or ask for a higher quota of its calls"
	case m.denied >= others:
		return "AWS refused them for want of a right: check the permissions and the credentials of the observer"
	}
	return "neither throttled nor refused: check the network between here and AWS, and the errors in the gaps"
}
