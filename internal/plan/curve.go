package plan

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"

	"scaleproof/internal/demand"
	"scaleproof/internal/scenario"
)

// A curve is drawn in straight pieces, and what is drawn is what is sent: the
// integral of a piece has an exact inverse, which that of a sine has not.

// curve draws the course of a stage.
type curve struct {
	b     *builder
	at    []float64 // each kind's rate where the last step ends
	steps []Stage
}

// length is how long the steps are together.
func (c *curve) length() time.Duration {
	if n := len(c.steps); n > 0 {
		return c.steps[n-1].End()
	}
	return 0
}

// hold jumps to rates and stays there. The first step of a curve may last no
// time: it is the level that the world before the first stage lived at.
func (c *curve) hold(length time.Duration, rates []float64) {
	if length <= 0 && len(c.steps) > 0 {
		c.at = rates
		return
	}
	step := Stage{Start: c.length(), For: length}
	for _, r := range rates {
		step.Rates = append(step.Rates, Rate{r, r})
	}
	c.add(step, rates)
}

// slope goes to rates in a straight line.
func (c *curve) slope(length time.Duration, rates []float64) {
	if length <= 0 {
		c.at = rates
		return
	}
	step := Stage{Start: c.length(), For: length, Ramp: length}
	for k, from := range c.from(rates) {
		step.Rates = append(step.Rates, Rate{from, rates[k]})
	}
	c.add(step, rates)
}

// stairs goes to rates in equal steps, the last of which has them.
func (c *curve) stairs(length time.Duration, n int, rates []float64) {
	from := c.from(rates)
	for i := range n {
		part := float64(i+1) / float64(n)
		c.hold(time.Duration(float64(length)*part)-c.length(), mixed(from, rates, part))
	}
}

// from is where a way to rates begins: a kind's own rate does not ramp.
func (c *curve) from(rates []float64) []float64 {
	from := slices.Clone(c.at)
	for k, r := range rates {
		if c.b.own(k) {
			from[k] = r
		}
	}
	return from
}

func (c *curve) add(step Stage, rates []float64) {
	c.at = rates
	c.b.measure(&step)
	c.steps = append(c.steps, step)
}

// own says that a kind has a rate of its own.
func (b *builder) own(kind int) bool { return b.sc.Requests[b.p.Kinds[kind].Name].Rate > 0 }

// mixed is the rates that lie a part of the way from one to another.
func mixed(from, to []float64, part float64) []float64 {
	out := make([]float64, len(from))
	for k := range from {
		out[k] = from[k] + float64(part*(to[k]-from[k]))
	}
	return out
}

// curved says that a stage is more than a ramp in a straight line.
func curved(s scenario.Stage) bool {
	return s.Steps > 0 && s.Ramp > 0 || s.Sine != nil || s.Spike != nil || s.Replay != nil
}

// drawable says that a curve can be drawn: a plan is made of a document at fault
// too, for more faults.
func drawable(s scenario.Stage) bool {
	return s.Steps <= scenario.MostSteps && (s.Sine == nil || s.Sine.Period > 0 && s.For/s.Sine.Period <= scenario.MostPeriods)
}

// course draws a stage that is curved, from the rates of the stage before; own
// are the stage's own. It tells too where the rates end.
func (b *builder) course(path string, s scenario.Stage, before, own []float64) (steps []Stage, end []float64) {
	c := &curve{b: b, at: before}
	if !drawable(s) {
		return nil, own // told by the checks of the files
	}
	if s.Steps > 0 {
		c.stairs(s.Ramp.Std(), s.Steps, own)
	} else {
		c.slope(s.Ramp.Std(), own)
	}
	if s.Ramp == 0 && s.Replay == nil {
		c.hold(0, own)
	}
	switch {
	case s.Sine != nil:
		c.sine(s.For.Std(), s.Sine.Period.Std(), own, b.level(path+".sine", s.Name, s.Sine.Demand, s.Sine.Rate))
	case s.Spike != nil:
		x := s.Spike
		peak := b.level(path+".spike", s.Name, x.Demand, x.Rate)
		c.hold(x.At.Std()-c.length(), own)
		c.slope(x.Rise.Std(), peak)
		c.hold(x.Hold.Std(), peak)
		c.slope(x.Fall.Std(), own)
		c.hold(s.For.Std()-c.length(), own)
	case s.Replay != nil:
		b.replay(c, path, s)
	default:
		c.hold(s.For.Std()-c.length(), own)
	}
	return c.steps, c.at
}

// sine swings between two levels until the stage's end, in wavePieces straight
// pieces a period. It has the mean of the sine that it is drawn along, and is
// nowhere further from it than 0.13 % of the way between the two.
func (c *curve) sine(until, period time.Duration, low, high []float64) {
	begin := c.length()
	for i := 1; c.length() < until; i++ {
		periods, k := time.Duration(i/wavePieces), i%wavePieces
		end := begin + periods*period + time.Duration(float64(period)*(float64(k)/wavePieces))
		if end <= c.length() {
			continue // a period of less than a nanosecond for each piece
		}
		to, cut := wave[k], min(end, until)
		if cut < end { // the stage ends amid a piece
			from := wave[(i-1)%wavePieces]
			to = from + float64(float64(cut-c.length())/float64(end-c.length())*(to-from))
		}
		c.slope(cut-c.length(), mixed(low, high, to))
	}
}

const wavePieces = 64

// wave is (1 - cos)/2 over one period, whose value at piece 0 is 0 and at half
// of them 1. Package math's cosine differs in its last digit between machines;
// square roots do not.
var wave = func() (w [wavePieces]float64) {
	step := 0.0 // of the angle's cosine: a quarter turn, halved until it is one piece
	for range 4 {
		step = math.Sqrt((1 + step) / 2)
	}
	last, now := step, 1.0 // cos(-x) and cos(0)
	for k := range w {
		w[k] = (1 - now) / 2
		last, now = now, float64(2*step*now)-last
	}
	return w
}()

// whole makes a stage of its course: what stands in it is the highest of the
// course, its rates those of the step with the highest total.
func whole(st Stage, course []Stage) Stage {
	st.Ramp, st.Rates, st.Course = 0, nil, course
	most := -1.0
	for i := range course {
		step := &course[i]
		step.Without = st.Without
		var rates []Rate
		total := 0.0
		for _, r := range step.Rates {
			rates = append(rates, Rate{r.To, r.To})
			total += r.To
		}
		if total > most {
			most, st.Rates, st.PerMinute = total, rates, step.PerMinute
		}
		st.CPUTasks, st.RequestTasks = max(st.CPUTasks, step.CPUTasks), max(st.RequestTasks, step.RequestTasks)
		st.MilliCPU = max(st.MilliCPU, step.MilliCPU)
	}
	return st
}

// replay draws the part of a recording that a stage replays.
func (b *builder) replay(c *curve, path string, s scenario.Stage) {
	x, at := s.Replay, path+".replay"
	data, read := b.doc.Recorded[x.File]
	if !read {
		return // told by the checks of the files
	}
	r, err := demand.Parse(filepath.Join(b.doc.Dir, filepath.FromSlash(x.File)), data, b.p.kindNames())
	if err != nil {
		var faults scenario.Faults
		errors.As(err, &faults)
		b.faults = append(b.faults, faults...)
		return
	}
	for _, note := range r.Notes {
		b.note(s.Name, b.doc.Pos(at+".file"), "%s: %s", r.Source, note)
	}
	rest := r.From(x.From.Std()).Faster(x.Faster.Or1())
	part, ok := rest.First(s.For.Std())
	switch left := rest.Total(); {
	case left == 0:
		b.fault(at+".from", "%s is over after %s: begin earlier", r.Source, scenario.Duration(r.Total()))
	case !ok:
		b.fault(path+".for", "the stage lasts %s, and of %s there are only %s to replay: shorten the stage, or replay it less fast", s.For, r.Source, scenario.Duration(left))
	default:
		if rates, ok := b.replayed(at, s, part); ok {
			for i, stretch := range part.Stretches {
				c.hold(stretch.For, rates(i))
			}
		}
	}
}

// replayed gives the rates of all kinds in a stretch of a recording.
func (b *builder) replayed(path string, s scenario.Stage, r demand.Recording) (rates func(stretch int) []float64, ok bool) {
	x := s.Replay
	own := b.level(path, s.Name, nil, nil)
	if x.Demand != nil || x.Rate != nil {
		high, most := b.level(path, s.Name, x.Demand, x.Rate), r.Highest()
		if most == 0 {
			b.fault(path+".file", "%s holds no request where the stage replays it: there is no highest rate to be the replay's", r.Source)
			return nil, false
		}
		return func(i int) []float64 { return mixed(own, high, r.Stretches[i].Sum()/most) }, true
	}
	r = r.Scaled(x.Scale.Or1())
	if r.Kinds != nil && x.Mix != nil {
		b.fault(path+".mix", "%s tells the kinds of request apart itself: leave mix out", r.Source)
		return nil, false
	}
	for _, name := range r.Kinds {
		if k := b.p.KindByName(name); b.own(k) {
			b.fault(path+".file", "%s has rates of the kind %s, which has a rate of its own: leave out one of the two", r.Source, name)
			return nil, false
		} else if b.p.Kinds[k].Closed() {
			b.fault(path+".file", "%s has rates of the kind %s, whose users wait for each answer: leave out one of the two", r.Source, name)
			return nil, false
		}
	}
	shares, ok := b.shares(path, r, x)
	return func(i int) []float64 {
		rates := split(r, r.Stretches[i], b.p.Kinds, shares)
		for k := range rates {
			rates[k] += own[k] // a kind has the one or the other
		}
		return rates
	}, ok
}

// shares are the parts of each kind where a recording does not tell them apart.
func (b *builder) shares(path string, r demand.Recording, x *scenario.Replay) (shares []float64, ok bool) {
	if r.Kinds != nil {
		return nil, true
	}
	var free []int
	sum := 0.0
	shares = make([]float64, len(b.p.Kinds))
	for k, kind := range b.p.Kinds {
		if !b.own(k) && !kind.Closed() {
			free = append(free, k)
		}
		shares[k] = x.Mix[kind.Name]
		sum += shares[k]
	}
	switch {
	case sum > 0:
		for k := range shares {
			shares[k] /= sum
		}
	case len(free) == 1:
		shares[free[0]] = 1
	default:
		b.fault(path, "%s does not tell kinds of request apart: say how they mix, as mix: {%s}, or what its highest rate stands for, by demand or rate", r.Source, b.exampleMix(free))
		return nil, false
	}
	return shares, true
}

func (b *builder) exampleMix(kinds []int) (text string) {
	for i, k := range kinds[:min(2, len(kinds))] {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s: %d", b.p.Kinds[k].Name, 1+2*i)
	}
	return text
}

// shape says in a few words what a curved stage does.
func shape(s scenario.Stage) string {
	switch {
	case s.Sine != nil:
		return "a sine of " + s.Sine.Period.String()
	case s.Spike != nil:
		return "a spike at " + s.Spike.At.String()
	case s.Replay != nil:
		text := filepath.Base(s.Replay.File)
		if f := s.Replay.Scale.Or1(); f != 1 {
			text += " at " + figure(f) + "x"
		}
		if f := s.Replay.Faster.Or1(); f != 1 {
			text += ", " + figure(f) + " times as fast"
		}
		if s.Replay.From > 0 {
			text += ", from " + s.Replay.From.String()
		}
		return text
	}
	return fmt.Sprintf("%d steps", s.Steps)
}
