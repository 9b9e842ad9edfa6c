package judge

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A proof is what a check is held by: stories told for it, and recorded runs
// that it alone stops. It stands in the check's own test file.
type proof struct {
	id    string
	never bool // fails: the check is of the witness, and weak evidence is no failure
	// measures: what is no pass is a warning, so that it stops no run.
	measures bool
	stories  []story
	edits    []edit
	unsure   []blur
}

// The proofs, in the order of the checks.
var proofs = []proof{
	runCompleteProof,
	runRestoredProof,
	loadDeliveredProof,
	loadAcceptedProof,
	loadArrivedProof,
	loadApartProof,
	observationCompleteProof,
	observationClockProof,
	policiesExactProof,
	targetExactProof,
	policiesUnchangedProof,
	policiesIndependentProof,
	alarmsFireProof,
	scalingAttributedProof,
	reactionLegsProof,
	scaleOutInTimeProof,
	scaleOutNoneProof,
	scaleInNoneProof,
	scaleOutOnlyByProof,
	capacityAskedProof,
	capacityReachedProof,
	capacityHeldProof,
	capacityMaximumProof,
	capacityStageEndProof,
	capacityBoundsProof,
	cooldownScaleOutProof,
	cooldownScaleInProof,
	scaleInToMinimumProof,
	scaleInDeployingProof,
	scaleInAllAgreeProof,
	scaleInPatientProof,
	drainLosslessProof,
	stabilityFlappingProof,
	stabilitySettledProof,
	errorsProof,
	errorsBalancerProof,
	latencyProof,
	saturationProof,
	triggerThresholdProof,
	triggerAnsweredProof,
	triggerBracketProof,
	costIncreaseProof,
}

// A story changes a tale and says what one check makes of it. Every check has
// one that passes, one that fails where it can, and one that is inconclusive.
type story struct {
	name string
	from func() *tale // cpuHeavy where nil
	edit func(*tale)
	want Answer
	says string // in the explanation
}

// An edit is a change to a recorded run that one check alone stops: judged
// without that check, the run passes. So a check that is lost is noticed.
type edit struct {
	name   string
	of     string // cpu-heavy where empty
	want   Answer
	change func(*tape)
}

// A blur takes from a recorded run what the check needs to be sure. Those that
// blind several checks stand in unsure_test.go.
type blur struct {
	name   string
	of     string // cpu-heavy where empty
	change func(*tape)
}

func TestEveryCheckHasItsProof(t *testing.T) {
	var ids []string
	for _, p := range proofs {
		ids = append(ids, p.id)
	}
	require.Equal(t, IDs(), ids)
	for _, c := range checks {
		require.NotEmpty(t, c.doc, c.id)
	}
}

func TestChecks(t *testing.T) {
	for _, p := range proofs {
		t.Run(p.id, func(t *testing.T) {
			answers := map[Answer]bool{}
			for _, s := range p.stories {
				t.Run(s.name, func(t *testing.T) { s.holds(t, p.id) })
				answers[s.want] = true
			}
			require.True(t, answers[Pass], "no story passes")
			require.True(t, answers[Inconclusive], "no story is inconclusive")
			require.Equal(t, !p.never, answers[Fail], "a story fails")
		})
	}
}

func (s story) holds(t *testing.T, id string) {
	from := s.from
	if from == nil {
		from = cpuHeavy
	}
	told := from()
	if s.edit != nil {
		s.edit(told)
	}
	v := told.judge(t)
	require.Equal(t, s.want, answer(t, v, id), "%+v", of(t, v, id))
	said := ""
	for _, r := range of(t, v, id) {
		said += r.Explanation + "\n"
	}
	require.Contains(t, said, s.says)
	sayWhatToDo(t, v)
}

func TestEachCheckStopsAlone(t *testing.T) {
	for _, p := range proofs {
		if p.id != "scale-in.deploying" && !p.measures { // see TestScaleInWhileDeploying
			require.NotEmpty(t, p.edits, "no recorded run is stopped by %s alone", p.id)
		}
		for _, e := range p.edits {
			t.Run(p.id+"/"+e.name, func(t *testing.T) {
				changed := recorded(t, e.of)
				e.change(changed)
				v := changed.judge(t, checks)
				require.Equal(t, e.want, answer(t, v, p.id), "%+v", of(t, v, p.id))
				require.Equal(t, e.want, v.Answer, v.Sentence)
				sayWhatToDo(t, v)
				// A check knows nothing of another's results: without it the verdict is
				// that of what the others said.
				without := v
				without.Results = slices.DeleteFunc(slices.Clone(v.Results), func(r Result) bool { return r.ID == p.id })
				without.settle()
				require.Equal(t, Pass, without.Answer, without.Sentence)
			})
		}
	}
}

// recorded is a recorded run, cpu-heavy where none is named.
func recorded(t *testing.T, name string) *tape {
	if name == "" {
		name = "cpu-heavy"
	}
	return golden(t, name)
}
