package prove

import (
	"slices"
	"strings"

	"scaleproof/internal/judge"
)

func contains(list []string, s string) bool { return slices.Contains(list, s) }

// kind is what a run came to.
type kind string

const (
	right     kind = "right"          // passed, and rightly
	open      kind = "open"           // inconclusive
	falseFail kind = "false fail"     // failed, though nobody was wrong
	falsePass kind = "false pass"     // passed, though the autoscaler was wrong
	caught    kind = "caught"         // failed by a check that is meant for it
	byOther   kind = "by another"     // failed by others alone
	hidden    kind = "within a limit" // wrong where nobody could see it; whatever was said of it
)

// outcome is what is kept of a run.
type outcome struct {
	seed         uint64
	kind         kind
	deviated     bool // the autoscaler decided otherwise at least once
	failed, open []string
	headline     string // the check that the verdict's sentence begins with
	limits       []string
}

func (l *lived) outcome() outcome {
	return outcome{
		seed: l.seed, kind: l.kind(), deviated: len(l.all) > 0, limits: l.limits,
		failed: l.answered(judge.Fail), open: l.answered(judge.Inconclusive), headline: l.headline(),
	}
}

// headline is the check that whoever runs it reads of first.
func (l *lived) headline() string {
	if l.refused != nil {
		return refusal
	}
	return l.verdict.Headline
}

// kind says what a run came to. One in which no deviation decided otherwise is
// that of a correct autoscaler, whatever was switched on.
func (l *lived) kind() kind {
	failed := l.answered(judge.Fail)
	switch {
	case len(l.all) == 0:
		harmed := slices.DeleteFunc(slices.Clone(failed), l.harmed)
		switch {
		case len(harmed) > 0:
			return falseFail
		case l.verdict.Answer == judge.Inconclusive || len(l.answered(judge.Inconclusive)) > 0:
			return open // also beside a fail that is no fault of the judge's
		}
		return right
	case len(l.beyond) == 0:
		return hidden
	case slices.ContainsFunc(failed, func(id string) bool { return contains(l.wrong.meant, id) }):
		return caught
	case len(failed) > 0:
		return byOther
	case l.verdict.Answer == judge.Pass:
		return falsePass
	}
	return open
}

// harmed says that a check of users may fail, whoever is right.
func (c kase) harmed(id string) bool {
	return contains(c.setting.harms, id) || contains(blindHarms(c.fault), id)
}

// cooldownsOpen says that all that is open of a run is whether cooldowns were
// kept.
func (o outcome) cooldownsOpen() bool {
	return o.kind == open && !slices.ContainsFunc(o.open, func(id string) bool { return !strings.HasPrefix(id, "cooldown.") })
}
