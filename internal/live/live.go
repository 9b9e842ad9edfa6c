package live

import (
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"scaleproof/internal/timeline"
)

// View is the live view of one run. Feed and Stop are safe for concurrent
// use.
type View struct {
	tty   bool
	color bool
	width func() int

	w io.Writer // written by the drawing goroutine alone

	mu    sync.Mutex
	state state
	told  []string // lines that wait to be written
	fresh bool     // something was fed since the last progress line

	stop chan struct{}
	done chan struct{}
	once sync.Once
}

const (
	redraw   = 125 * time.Millisecond // of the line on a terminal
	progress = 5 * time.Second        // between progress lines elsewhere, in wall time
)

// clearLine goes to the line's beginning and empties it.
const clearLine = "\r\x1b[K"

// New starts a view that writes to w. tty says that w is a terminal, width
// tells its width in cells and is asked at each drawing; nil or a width below
// one means 80. Colours are used on a terminal unless NO_COLOR is set.
// Writing errors are ignored: a run does not end because nobody watches.
func New(w io.Writer, tty bool, width func() int) *View {
	v := &View{
		w: w, tty: tty, color: tty && os.Getenv("NO_COLOR") == "", width: width,
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	go v.draw()
	return v
}

// Feed takes an event in. It is a timeline.Writer's tap: quick, and it never
// waits for the terminal.
func (v *View) Feed(e timeline.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fresh = true
	if line := v.state.apply(e); line != "" {
		v.told = append(v.told, v.stamp(line))
	}
}

// stamp puts the service time before a line once traffic began.
func (v *View) stamp(line string) string {
	if v.state.origin.IsZero() {
		return printable(line)
	}
	return clockText(v.state.now.Sub(v.state.origin)) + "  " + printable(line)
}

// Stop ends the drawing, clears the line, writes what was told and not yet
// written, and returns when the view's goroutine has ended. Further calls do
// nothing.
func (v *View) Stop() {
	v.once.Do(func() { close(v.stop) })
	<-v.done
}

// draw ends when Stop is called.
func (v *View) draw() {
	defer close(v.done)
	every := redraw
	if !v.tty {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	since := time.Duration(0)
	for {
		select {
		case <-v.stop:
			v.flush(true, false)
			return
		case <-tick.C:
			since += every
			told := v.flush(false, since >= progress)
			if told || since >= progress {
				since = 0
			}
		}
	}
}

// flush writes the lines that wait and, below them, the state: on a terminal
// always, elsewhere when a progress line is due and something is new.
func (v *View) flush(last, due bool) (told bool) {
	v.mu.Lock()
	lines, s, fresh := v.told, v.state.copy(), v.fresh
	v.told = nil
	if due || last {
		v.fresh = false
	}
	v.mu.Unlock()

	var b strings.Builder
	if v.tty {
		b.WriteString(clearLine)
	}
	for _, l := range lines {
		b.WriteString(l + "\n")
	}
	switch {
	case last:
	case v.tty:
		b.WriteString(render(&s, v.columns()-1, v.color))
	case due && fresh && len(lines) == 0:
		b.WriteString(render(&s, wide, false) + "\n")
	}
	_, _ = io.WriteString(v.w, b.String())
	return len(lines) > 0
}

// wide is the width of a progress line where there is no terminal to ask.
const wide = 400

func (v *View) columns() int {
	if v.width != nil {
		if n := v.width(); n > 0 {
			return n
		}
	}
	return 80
}
