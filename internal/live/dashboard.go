package live

import (
	"math"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Keys are what a person may do at the terminal. Its functions are called by
// goroutines of their own and may block.
type Keys struct {
	Stop func() // as an interrupt
	// Scale makes the rates the plan's times a factor, 0 for a pause, or says why
	// not.
	Scale func(factor float64) error
}

// dashboard is the program on the terminal. It is drawn from a copy of the state
// at each tick; what it keeps belongs to the goroutine of its program.
type dashboard struct {
	take  func() snapshot
	keys  Keys
	state state
	figures
	width, height int
	help          bool
	note          string
	noted         int     // ticks for which the note stands yet
	factor        float64 // that was asked for last
	before        float64 // the pause
	stops         int
}

type (
	tick   struct{}
	scaled struct{ err error }
)

// notes stand for eight seconds.
const noteTicks = int(8 * time.Second / redraw)

func (d *dashboard) Init() tea.Cmd { return d.tick() }

func (d *dashboard) tick() tea.Cmd {
	return tea.Tick(redraw, func(time.Time) tea.Msg { return tick{} })
}

// Update implements tea.Model.
func (d *dashboard) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tick:
		d.refresh()
		return d, d.tick()
	case tea.WindowSizeMsg:
		d.width, d.height = m.Width, m.Height
	case scaled:
		if m.err != nil {
			d.say(m.err.Error())
			d.factor = d.state.factor()
		}
	case tea.KeyPressMsg:
		return d, d.key(m.String())
	}
	return d, nil
}

// refresh takes what happened since the last time.
func (d *dashboard) refresh() {
	was := d.state.factor()
	s := d.take()
	d.state = s.state
	d.add(&d.state, s.windows)
	if now := d.state.factor(); now != was {
		if d.factor = now; now == 0 {
			d.before = was
		}
	}
	if d.noted--; d.noted <= 0 {
		d.note = ""
	}
}

func (d *dashboard) say(text string) { d.note, d.noted = text, noteTicks }

func (d *dashboard) key(name string) tea.Cmd {
	switch name {
	case "q", "ctrl+c":
		d.stops++
		d.say("stopping: what is in flight drains; once more ends the drain")
		if d.stops > 1 {
			d.say("stopping at once; what the run changed is still restored")
		}
		return func() tea.Msg { d.keys.Stop(); return nil }
	case "+", "=":
		return d.step(1)
	case "-", "_":
		return d.step(-1)
	case "space", " ":
		if d.factor > 0 {
			d.before = d.factor
			return d.scale(0)
		}
		return d.scale(d.before)
	case "?":
		d.help = !d.help
	case "esc":
		d.help = false
	}
	return nil
}

// step asks for so many tenths of the plan more.
func (d *dashboard) step(tenths float64) tea.Cmd {
	factor := math.Round(d.factor*10+tenths) / 10
	switch {
	case d.factor == 0:
		d.say("paused: space resumes")
	case factor <= 0:
		d.say("a tenth of the plan is the least; space pauses")
	default:
		return d.scale(factor)
	}
	return nil
}

// scale asks for a factor.
func (d *dashboard) scale(factor float64) tea.Cmd {
	d.factor = factor
	return func() tea.Msg { return scaled{d.keys.Scale(factor)} }
}

// View implements tea.Model.
func (d *dashboard) View() tea.View {
	v := tea.NewView(strings.Join(d.screen().lines(), "\n"))
	v.AltScreen = true
	return v
}

func (d *dashboard) screen() screen {
	return screen{state: &d.state, figures: &d.figures, width: d.width, height: d.height, note: d.note, help: d.help}
}
