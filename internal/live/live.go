package live

import (
	"io"
	"os"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"scaleproof/internal/timeline"
)

// Config says where a view is drawn.
type Config struct {
	// Out is written to by one goroutine at a time. Errors are ignored: a run does
	// not end because nobody watches.
	Out io.Writer
	// Terminal says that Out is a terminal on which a line can be drawn anew;
	// Width tells its width in cells and is asked at each drawing. Nil or a width
	// below one means 80.
	Terminal bool
	Width    func() int
	// In is the terminal that keys come from. Where it is set the dashboard is
	// drawn on Out, which must be a terminal too; nil: the line.
	In   io.Reader
	Keys Keys
}

// View is the live view of one run. Feed, Status and Stop are safe for
// concurrent use.
type View struct {
	Config
	color bool

	mu      sync.Mutex
	state   state
	told    []string          // lines that wait to be written
	windows []timeline.Window // that were not drawn yet
	fresh   bool              // something was fed since the last progress line

	stop chan struct{}
	done chan struct{}
	once sync.Once
}

const (
	redraw   = 125 * time.Millisecond // of what is drawn on a terminal
	progress = 5 * time.Second        // between progress lines elsewhere, in wall time
)

// clearLine goes to the line's beginning and empties it.
const clearLine = "\r\x1b[K"

// New starts a view. Colours are used on a terminal unless NO_COLOR is set.
func New(c Config) *View {
	v := &View{
		Config: c, color: c.Terminal && os.Getenv("NO_COLOR") == "",
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	go v.draw() // ends when Stop is called
	return v
}

// Feed takes an event in. It is a timeline.Writer's tap: quick, and it never
// waits for the terminal.
func (v *View) Feed(e timeline.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fresh = true
	if w, ok := e.Data.(timeline.Window); ok {
		v.windows = append(v.windows, w)
	}
	if line := v.state.apply(e); line != "" {
		line = v.stamp(line)
		v.state.keep(e, line)
		v.told = append(v.told, line)
	}
}

// stamp puts the service time before a line once traffic began.
func (v *View) stamp(line string) string {
	if v.state.origin.IsZero() {
		return printable(line)
	}
	return clockText(v.state.now.Sub(v.state.origin)) + "  " + printable(line)
}

// Stop ends the drawing, leaves the terminal as it was, writes what was told and
// not yet written or what stays of the dashboard, and returns when the view's
// goroutine has ended. Further calls do nothing.
func (v *View) Stop() {
	v.once.Do(func() { close(v.stop) })
	<-v.done
}

// draw ends when Stop is called.
func (v *View) draw() {
	defer close(v.done)
	if v.In != nil && v.dashboard() {
		return
	}
	v.lines()
}

// dashboard draws the dashboard until Stop is called. It says false where it
// could not: the lines are drawn then.
func (v *View) dashboard() bool {
	d := &dashboard{take: v.take, keys: v.Keys, factor: 1, before: 1}
	program := tea.NewProgram(d, tea.WithInput(v.In), tea.WithOutput(v.Out), tea.WithoutSignalHandler())
	over := make(chan struct{})
	go func() { // ends with the program
		select {
		case <-v.stop:
			program.Quit()
		case <-over:
		}
	}()
	_, err := program.Run()
	close(over)
	if err != nil {
		return false
	}
	d.refresh()
	for _, line := range summary(&d.state, &d.figures) {
		_, _ = io.WriteString(v.Out, line+"\n")
	}
	return true
}

// snapshot is a copy of the state, and the windows since the last one.
type snapshot struct {
	state   state
	windows []timeline.Window
}

func (v *View) take() snapshot {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := snapshot{v.state.copy(), v.windows}
	v.windows, v.told = nil, nil
	return s
}

// lines draws the line, or writes lines, until Stop is called.
func (v *View) lines() {
	every := redraw
	if !v.Terminal {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	since := time.Duration(0)
	var f figures
	for {
		select {
		case <-v.stop:
			v.flush(&f, true, false)
			return
		case <-tick.C:
			since += every
			told := v.flush(&f, false, since >= progress)
			if told || since >= progress {
				since = 0
			}
		}
	}
}

// flush writes the lines that wait and, below them, the state: on a terminal
// always, elsewhere when a progress line is due and something is new.
func (v *View) flush(f *figures, last, due bool) (told bool) {
	v.mu.Lock()
	lines, windows, s, fresh := v.told, v.windows, v.state.copy(), v.fresh
	v.told, v.windows = nil, nil
	if due || last {
		v.fresh = false
	}
	v.mu.Unlock()

	f.add(&s, windows)
	var b strings.Builder
	if v.Terminal {
		b.WriteString(clearLine)
	}
	for _, l := range lines {
		b.WriteString(l + "\n")
	}
	switch {
	case last:
	case v.Terminal:
		b.WriteString(render(&s, f, v.columns()-1, v.color))
	case due && fresh && len(lines) == 0:
		b.WriteString(render(&s, f, wide, false) + "\n")
	}
	_, _ = io.WriteString(v.Out, b.String())
	return len(lines) > 0
}

// wide is the width of a progress line where there is no terminal to ask.
const wide = 400

func (v *View) columns() int {
	if v.Width != nil {
		if n := v.Width(); n > 0 {
			return n
		}
	}
	return 80
}
