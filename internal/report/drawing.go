package report

// drawing is the form in which the page's script is given the panels. Times
// are seconds since traffic began.
type drawing struct {
	From    float64         `json:"from"`
	To      float64         `json:"to"`
	Stages  []drawnBand     `json:"stages"`
	Marks   []drawnMark     `json:"marks"`
	Ghosts  []drawnMark     `json:"ghosts"`
	Spans   []drawnSpan     `json:"spans"`
	Turns   []drawnTurn     `json:"turns"`
	Lanes   []drawnLane     `json:"lanes"`
	Panels  []drawnPanel    `json:"panels"`
	Palette map[string]look `json:"palette"`
}

type drawnBand struct {
	Name string  `json:"name"`
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

type drawnMark struct {
	At        float64 `json:"at"`
	Lane      string  `json:"lane"`
	From      int     `json:"from"`
	To        int     `json:"to"`
	NotScaled bool    `json:"notScaled"`
	Step      string  `json:"step"`
	Title     string  `json:"title"`
	Cause     string  `json:"cause"`
}

type drawnSpan struct {
	Lane string  `json:"lane"`
	High bool    `json:"high"`
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

type drawnTurn struct {
	At      float64 `json:"at"`
	Lane    string  `json:"lane"`
	Removed bool    `json:"removed"`
	Says    string  `json:"says"`
}

type drawnLane struct {
	Tone string `json:"tone"`
	Name string `json:"name"`
}

type drawnPanel struct {
	ID    string      `json:"id"`
	Log   bool        `json:"log"`
	Least []Point     `json:"least,omitempty"` // of what predictions span; see Hold of its line
	Most  []Point     `json:"most,omitempty"`
	Lines []drawnLine `json:"lines"`
}

type drawnLine struct {
	Name   string  `json:"name"`
	Tone   string  `json:"tone"`
	Hold   bool    `json:"hold"`
	Limit  bool    `json:"limit"`
	Dotted bool    `json:"dotted,omitempty"`
	Points []Point `json:"points"`
}

func drawn(m Mark) drawnMark {
	return drawnMark{m.At.Seconds(), string(m.Lane), m.From, m.To, m.NotScaled, stepOrReason(m), m.Title, m.Cause}
}

func newDrawing(p Panels) drawing {
	d := drawing{
		From: p.From.Seconds(), To: p.To.Seconds(), Palette: map[string]look{},
		Stages: []drawnBand{}, Marks: []drawnMark{}, Ghosts: []drawnMark{}, Spans: []drawnSpan{}, Turns: []drawnTurn{}, Lanes: []drawnLane{},
	}
	for t, l := range palette {
		d.Palette[string(t)] = l
	}
	for _, s := range p.Stages {
		d.Stages = append(d.Stages, drawnBand{s.Name, s.From.Seconds(), s.To.Seconds()})
	}
	for _, m := range p.Marks {
		d.Marks = append(d.Marks, drawn(m))
	}
	for _, m := range p.Ghosts {
		d.Ghosts = append(d.Ghosts, drawn(m))
	}
	for _, s := range p.Spans {
		d.Spans = append(d.Spans, drawnSpan{string(s.Lane), s.High, s.From.Seconds(), s.To.Seconds()})
	}
	for _, t := range p.Turns {
		d.Turns = append(d.Turns, drawnTurn{t.At.Seconds(), string(t.Lane), t.Removed, t.Says()})
	}
	for _, l := range p.Lanes {
		d.Lanes = append(d.Lanes, drawnLane{string(l.Tone), l.Name})
	}
	for _, panel := range p.List {
		q := drawnPanel{ID: panel.ID, Log: panel.Log, Least: panel.Range.Least.Points, Most: panel.Range.Most.Points, Lines: []drawnLine{}}
		for _, l := range panel.Lines {
			q.Lines = append(q.Lines, drawnLine{l.Name, string(l.Tone), l.Hold, l.Limit, l.Expected, l.Points})
		}
		d.Panels = append(d.Panels, q)
	}
	return d
}
