package predict

import (
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
)

// link ties a world to a clock: its next event is an event of the clock, and
// each of its answers is one of its own, by request number.
type link struct {
	clock  *clock.Clock
	world  *model.World
	answer func(model.Answer)

	event clock.Event // of the world, at due
	due   time.Time
	step  func()

	// The world's answers are of the present, or it would have lived ahead of
	// the clock. So they are due now, and the first of them is an event.
	answers []model.Answer // in order of number from given on
	given   int            // of those
	first   clock.Event    // the first that is not given
	give    func()
}

func newLink(c *clock.Clock, w *model.World, answer func(model.Answer)) *link {
	l := &link{clock: c, world: w, answer: answer}
	l.step, l.give = l.advance, l.next
	return l
}

// took schedules the answers and the world's next event, after the world was
// asked anything that may have moved it.
func (l *link) took(answers []model.Answer) {
	for _, a := range answers {
		l.add(a)
	}
	at, ok := l.world.Next()
	if ok && at.Equal(l.due) {
		return
	}
	l.clock.Cancel(l.event)
	if l.due = (time.Time{}); ok {
		l.due, l.event = at, l.clock.At(at, clock.RankModel, 0, l.step)
	}
}

func (l *link) advance() {
	l.due = time.Time{}
	l.took(l.world.Advance(l.clock.Now()))
}

// add puts an answer in its place.
func (l *link) add(a model.Answer) {
	l.answers = append(l.answers, a)
	i := len(l.answers) - 1
	for ; i > l.given && l.answers[i-1].Number > a.Number; i-- {
		l.answers[i-1], l.answers[i] = l.answers[i], l.answers[i-1]
	}
	if i == l.given {
		l.clock.Cancel(l.first)
		l.schedule()
	}
}

// schedule schedules the first answer that is not given.
func (l *link) schedule() {
	a := &l.answers[l.given]
	l.first = l.clock.At(a.At, clock.RankAnswer, a.Number, l.give)
}

// next gives the first answer.
func (l *link) next() {
	a := l.answers[l.given]
	if l.given++; l.given < len(l.answers) {
		l.schedule()
	} else {
		l.answers, l.given = l.answers[:0], 0
	}
	l.answer(a)
}
