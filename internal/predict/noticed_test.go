package predict_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/flaw"
	"scaleproof/internal/judge"
)

var (
	update     = flag.Bool("update", false, "rewrite testdata and what notices what; commit the difference only if it is understood")
	trialSeeds = flag.Int("trial-seeds", 0, "seeds of every trial of TestNoticed; 0: one seed of those that one check alone notices; with -update at least the three of the page")
)

// tried is what came of a trial: in how many of the seeds in which the
// deviation manifested each check failed, or was inconclusive.
type tried struct {
	trial
	mu             *sync.Mutex
	seeds          int
	failed, unsure map[string]int
}

// TestNoticed lives every trial and holds what its checks answer against the
// page docs/noticed.md: a check that fails in all seeds there must fail, and
// one that fails in none must not.
func TestNoticed(t *testing.T) {
	n, list := *trialSeeds, trials
	if *update {
		n = max(n, 3)
	} else if n == 0 {
		n, list = 1, theirOwn(readPage(t))
	}
	rows := make([]tried, len(list))
	for i, c := range list {
		rows[i] = tried{trial: c, mu: new(sync.Mutex), failed: map[string]int{}, unsure: map[string]int{}}
	}
	each(len(rows)*n, func(k uint64) { rows[int(k-1)/n].try(t, (k-1)%uint64(n)+1, n > 1) })
	if *update {
		writePage(t, rows)
	}
	page := readPage(t)
	for _, row := range rows {
		require.Positive(t, row.seeds, "%s: the deviation manifested in no seed", row.key())
		golden, ok := page[row.key()]
		require.True(t, ok, "docs/noticed.md has no row for %s: run with -update", row.key())
		for _, id := range judge.IDs() {
			if count := row.failed[id]; golden[id] == always && count < row.seeds || golden[id] == never && count > 0 {
				t.Errorf("%s: %s fails in %d of %d seeds, on the page: %q", row.key(), id, count, row.seeds, golden[id])
			}
		}
		require.Equal(t, row.why != "", !slices.Contains(values(golden), always), "%s: why it goes unnoticed is said of those that do", row.key())
	}
}

// theirOwn are trials that one check alone notices, one for each check.
func theirOwn(page map[string]map[string]string) (list []trial) {
	own := ownTrials(page)
	for _, c := range trials {
		for _, keys := range own {
			if keys[0] == c.key() {
				list = append(list, c)
			}
		}
	}
	return list
}

func values(m map[string]string) (list []string) {
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// try lives one seed. The same world without the deviation must not fail.
func (r *tried) try(t *testing.T, seed uint64, control bool) {
	for _, deviating := range []bool{true, false} {
		if !deviating && (!control || r.deviation == "" || r.scenario == "incident") {
			continue
		}
		doc, err := r.document(seed, deviating)
		if err != nil {
			t.Errorf("%s: %v", r.key(), err)
			return
		}
		l, err := tryOut(doc)
		switch fails := l.answered(judge.Fail); {
		case err != nil:
			t.Errorf("%s, seed %d: %v", r.key(), seed, err)
		case !deviating && (len(fails) > 0 || l.manifested > 0):
			t.Errorf("%s, seed %d: without the deviation %s fails", r.key(), seed, strings.Join(fails, ", "))
		case deviating && (r.deviation == "" || l.manifested > 0):
			r.took(l)
		}
	}
}

func (r *tried) took(l answers) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seeds++
	for _, id := range l.answered(judge.Fail) {
		r.failed[id]++
	}
	for _, id := range l.answered(judge.Inconclusive) {
		r.unsure[id]++
	}
}

// key is how the page names a trial.
func (c trial) key() string {
	name := "a change by hand"
	if c.deviation != "" {
		name = "`" + c.deviation + "`"
	}
	return name + " | " + c.where()
}

// What a check answers on the page, over the seeds.
const (
	always    = "always"
	sometimes = "sometimes"
	never     = ""
)

var (
	pageRow  = regexp.MustCompile("^\\| ((?:`[^`]+`|a change by hand) \\| [^|]+) \\| ([^|]*) \\|")
	pageCell = regexp.MustCompile("`([a-z.-]+)`( in [0-9] of [0-9])?")
)

const pageFile = "../../docs/noticed.md"

// readPage reads the table of trials: of each, which checks fail.
func readPage(t *testing.T) map[string]map[string]string {
	text, err := os.ReadFile(pageFile)
	require.NoError(t, err)
	page := map[string]map[string]string{}
	for line := range strings.Lines(string(text)) {
		m := pageRow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		page[m[1]] = map[string]string{}
		for _, c := range pageCell.FindAllStringSubmatch(m[2], -1) {
			page[m[1]][c[1]] = always
			if c[2] != "" {
				page[m[1]][c[1]] = sometimes
			}
		}
	}
	return page
}

// Every deviation is tried, and every check that judges the autoscaler has a
// deviation that only it notices.
func TestEachCheckHasItsDeviation(t *testing.T) {
	for _, k := range flaw.Deviations {
		require.True(t, slices.ContainsFunc(trials, func(c trial) bool {
			name, _, _ := strings.Cut(c.deviation, "=")
			return name == k.Name
		}), "no trial of %s", k.Name)
	}
	own := ownTrials(readPage(t))
	for _, id := range judge.IDs() {
		if _, judgesOthers := others[id]; !judgesOthers {
			require.NotEmpty(t, own[id], "no trial that %s alone notices", id)
		}
	}
}

// ownTrials are those that one check alone notices, always.
func ownTrials(page map[string]map[string]string) map[string][]string {
	own := map[string][]string{}
	for _, c := range trials {
		golden := page[c.key()]
		for id := range golden {
			if len(golden) == 1 && golden[id] == always {
				own[id] = append(own[id], c.key())
			}
		}
	}
	return own
}

// others are the checks that judge the load, the witness and the run.
var others = map[string]string{
	"run.complete":         "the run itself: an interrupt, a safety rule",
	"run.restored":         "the run itself: a change back that fails",
	"load.delivered":       "the sender; it never fails",
	"load.accepted":        "the service, which refuses the load; it never fails",
	"load.apart":           "the load, which drives two policies; it never fails",
	"load.arrived":         "traffic of others; it never fails",
	"capacity.held":        "a fall amid a load that holds: where a policy makes it, scale-in.all-agree and capacity.asked notice too",
	"capacity.maximum":     "how long there was no more to give; it never fails",
	"policies.independent": "what is left where the run itself removes a policy, with `no-scale-out` in rollback",
	"scale-out.only-by":    "which load drives which policy: start-up fails it alone; a cause that is untrue is `trigger.threshold`'s too",
	"saturation":           "the service and the choice of its policies: TestSaturations; an autoscaler that does nothing is `trigger.answered`'s too",
	"errors.balancer":      "what other users met, whom no trial cuts off",
	"reaction.legs":        "where the time went: an order that comes late fails `capacity.reached` too",
	"capacity.reached":     "how far the orders go, in the end: one that comes late fails `reaction.legs` too",
	"observation.complete": "the observer: `looks-refused`, `metrics-missing`; it never fails",
	"observation.clock":    "the clock of the observer; it never fails",
	"scale-in.patient":     "what `stability.flapping` fails for too, but where demand falls or the low alarm looks at less than fifteen minutes",
	"errors":               "what users met: requests that `drain-cut` cuts fail `drain.lossless` too",
	"cost.increase":        "two runs, held against each other",
	"scale-out.in-time":    "what a scenario expects: an order that comes late fails `capacity.reached` too",
	"capacity.stage-end":   "what a scenario expects: an order that leads there too late or too far fails `capacity.reached` or `capacity.asked` too",
	"trigger.answered":     "datapoints alone, whatever state an alarm tells: while it tells ALARM, `capacity.reached` fails too, and else `alarms.fire`",
	"latency":              "users: what harms them by scaling late fails `capacity.reached` too",
	"scale-in.none":        "what a scenario expects: a scale-in that nobody agreed to fails `scale-in.all-agree` too",
	"stability.flapping":   "turns: one that no alarm asked for fails `scale-in.all-agree` too",
}

func writePage(t *testing.T, rows []tried) {
	text, err := os.ReadFile(pageFile)
	require.NoError(t, err)
	head, rest, ok := strings.Cut(string(text), "<!-- trials -->\n")
	require.True(t, ok)
	var b strings.Builder
	fmt.Fprintf(&b, "%s<!-- trials -->\n| deviation | in | fails | otherwise |\n|---|---|---|---|\n", head)
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.key(), r.cell(r.failed), r.otherwise())
	}
	_ = rest
	require.NoError(t, os.WriteFile(pageFile, []byte(b.String()), 0o644))
	own := ownTrials(readPage(t))
	b.WriteString("\n## What only one check notices\n\n| check | deviation, in |\n|---|---|\n")
	for _, id := range judge.IDs() {
		what := strings.ReplaceAll(strings.Join(own[id], "; "), " | ", ", in ")
		if who, ok := others[id]; ok {
			what = "judges " + who
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", id, what)
	}
	require.NoError(t, os.WriteFile(pageFile, []byte(b.String()), 0o644))
}

// cell lists checks with a count, and of how many seeds where not of all.
func (r *tried) cell(counts map[string]int) string {
	var list []string
	for _, id := range judge.IDs() {
		switch n := counts[id]; {
		case n == r.seeds:
			list = append(list, "`"+id+"`")
		case n > 0:
			list = append(list, fmt.Sprintf("`%s` in %d of %d", id, n, r.seeds))
		}
	}
	return strings.Join(list, ", ")
}

// otherwise is what else is to be said of a trial: why no check fails, and
// which cannot tell.
func (r *tried) otherwise() string {
	var parts []string
	if r.why != "" {
		parts = append(parts, "**unnoticed**: "+r.why)
	}
	if unsure := r.cell(r.unsure); unsure != "" {
		parts = append(parts, "inconclusive: "+unsure)
	}
	return strings.Join(parts, "; ")
}
