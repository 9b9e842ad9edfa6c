package predict

import (
	"scaleproof/internal/clock"
	"scaleproof/internal/model"
)

// link ties a world to a clock: its next event is an event of the clock, and
// each of its answers is one of its own, by request number.
type link struct {
	clock  *clock.Clock
	world  *model.World
	answer func(model.Answer)
	next   *clock.Event
}

// took schedules the answers and the world's next event, after the world was
// asked anything that may have moved it.
func (l *link) took(answers []model.Answer) {
	for _, a := range answers {
		l.clock.At(a.At, clock.RankAnswer, a.Number, func() { l.answer(a) })
	}
	l.clock.Cancel(l.next)
	if at, ok := l.world.Next(); ok {
		l.next = l.clock.At(at, clock.RankModel, 0, l.advance)
	}
}

func (l *link) advance() { l.took(l.world.Advance(l.clock.Now())) }
