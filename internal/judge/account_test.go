package judge

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// What a person is told of recorded runs, whole and of one moment: one that
// passes, the incident, one that was cut off in its last stage, one that was
// killed before its traffic.
func TestAccounts(t *testing.T) {
	heavy, incident := golden(t, "cpu-heavy"), golden(t, "incident")
	cut, killed := golden(t, "cpu-heavy"), golden(t, "cpu-heavy")
	cut.events = cut.events[:len(cut.events)/2]
	killed.drop(func(e timeline.Event) bool { return !e.Seen.Before(killed.start) })
	var got txtar.Archive
	add := func(name string, tell func(*bytes.Buffer)) {
		var b bytes.Buffer
		tell(&b)
		got.Files = append(got.Files, txtar.File{Name: name, Data: b.Bytes()})
	}
	for _, r := range []struct {
		name string
		tape *tape
		at   []float64
	}{
		{"cpu-heavy", heavy, []float64{6, 9.75, 28}},
		{"incident", incident, []float64{18.5}},
		{"cut-off", cut, nil},
		{"killed", killed, nil},
	} {
		v := r.tape.judge(t, checks)
		a, err := Tell(r.tape.events, v)
		require.NoError(t, err)
		add(r.name, func(b *bytes.Buffer) { require.NoError(t, a.WriteText(b, false, 0)) })
		for _, at := range r.at {
			i, err := TellInstant(r.tape.events, r.tape.at(minutes(at)))
			require.NoError(t, err)
			add(r.name+" --at "+short(minutes(at)), func(b *bytes.Buffer) { require.NoError(t, i.WriteText(b, false, 0)) })
		}
	}
	const file = "testdata/accounts.txtar"
	if *update {
		require.NoError(t, os.WriteFile(file, txtar.Format(&got), 0o644))
	}
	want, err := txtar.ParseFile(file)
	require.NoError(t, err)
	require.Equal(t, len(got.Files), len(want.Files))
	for i, f := range got.Files {
		t.Run(f.Name, func(t *testing.T) { require.Equal(t, string(want.Files[i].Data), string(f.Data)) })
	}
}

// An account is the same in whatever order its events come, holds no line that
// says nothing, and adds nothing but colour in colour.
func TestAccountsAreOfTheEventsAlone(t *testing.T) {
	tape := golden(t, "incident")
	v := tape.judge(t, checks)
	a, err := Tell(tape.events, v)
	require.NoError(t, err)
	turned := slices.Clone(tape.events)
	slices.Reverse(turned)
	b, err := Tell(turned, v)
	require.NoError(t, err)
	require.Equal(t, a, b)
	for _, m := range a.Story {
		require.True(t, strings.HasSuffix(m.Says, "."), m.Says)
		require.NotContains(t, m.Says, "%!")
	}
	raw, err := json.Marshal(a)
	require.NoError(t, err)
	require.Contains(t, string(raw), `"check":"saturation"`)
	var plain, coloured bytes.Buffer
	require.NoError(t, a.WriteText(&plain, false, 0))
	require.NoError(t, a.WriteText(&coloured, true, 0))
	require.NotEqual(t, plain.String(), coloured.String())
	require.NotContains(t, plain.String(), "\x1b")
	var narrow bytes.Buffer
	require.NoError(t, a.WriteText(&narrow, false, 60))
	require.Equal(t, strings.Fields(plain.String()), strings.Fields(narrow.String()), "a terminal's width moves line ends and nothing else")
	for line := range strings.Lines(narrow.String()) {
		require.LessOrEqual(t, len([]rune(strings.TrimSpace(line))), 60)
	}
}

// Whatever minute is asked for, there is an answer to why it did not scale, or
// the order that it gave.
func TestEveryMomentIsExplained(t *testing.T) {
	for _, name := range []string{"cpu-heavy", "incident", "gradual-ramp"} {
		tape := golden(t, name)
		tape.judge(t, checks) // numbers the events
		f, err := factsOf(tape.events)
		require.NoError(t, err)
		for at := f.from; at.Before(f.to); at = at.Add(minutes(1)) {
			said := f.scalingAt(at)
			require.NotEmpty(t, said, "%s, %s", name, f.when(at))
			for _, s := range said {
				require.NotContains(t, s, "nothing came of it", "%s, %s: a correct autoscaler has a reason", name, f.when(at))
				require.NotContains(t, s, "did not fire", "%s, %s: a correct alarm has a reason", name, f.when(at))
			}
		}
	}
}
