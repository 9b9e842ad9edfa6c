package forecast

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// Moment is an alarm or an order that happens in some seeds: the first of its
// like in each is one moment, the second another.
type Moment struct {
	What   string        `json:"what"` // alarm or order
	Role   string        `json:"role"` // the policy's: cpu, requests; or another cause
	High   bool          `json:"high"` // it asks for more tasks
	From   int           `json:"from,omitempty"`
	To     int           `json:"to,omitempty"` // of an order
	Nth    int           `json:"nth"`          // of its like in a seed, from 1
	Least  time.Duration `json:"least"`        // after the traffic's beginning
	Median time.Duration `json:"median"`
	Most   time.Duration `json:"most"`
	Seeds  []uint64      `json:"seeds"`
}

// like is what makes two moments of two seeds one.
type like struct {
	what, role string
	high       bool
	from, to   int
	nth        int
}

// momentsOf gathers the alarms and the orders of all seeds.
func momentsOf(runs []Run) []Moment {
	at := map[like][]time.Duration{}
	seeds := map[like][]uint64{}
	for _, r := range runs {
		n := map[like]int{}
		add := func(l like, t time.Duration) {
			n[l]++
			l.nth = n[l]
			at[l] = append(at[l], t)
			seeds[l] = append(seeds[l], r.Seed)
		}
		for _, a := range r.Alarms {
			add(like{what: "alarm", role: a.Role, high: a.High}, a.At)
		}
		for _, o := range r.Course.Orders {
			add(like{what: "order", role: r.role(o.By), high: o.Direction() == timeline.Out, from: o.From, to: o.To}, o.At)
		}
	}
	moments := make([]Moment, 0, len(at))
	for l, times := range at {
		slices.Sort(times)
		moments = append(moments, Moment{
			What: l.what, Role: l.role, High: l.high, From: l.from, To: l.to, Nth: l.nth,
			Least: times[0], Median: times[(len(times)-1)/2], Most: times[len(times)-1], Seeds: seeds[l],
		})
	}
	slices.SortFunc(moments, func(a, b Moment) int {
		return cmp.Or(cmp.Compare(a.Median, b.Median), cmp.Compare(a.What, b.What), cmp.Compare(a.Role, b.Role), outFirst(a.High, b.High),
			cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Nth, b.Nth))
	})
	return moments
}

// outFirst puts what asks for more tasks first.
func outFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// role is what the policy of a name watches, or the other cause itself.
func (r Run) role(by string) string {
	if role, ok := r.roles[by]; ok {
		return role
	}
	return by
}

// String tells a moment in words.
func (m Moment) String() string {
	switch {
	case m.What == "alarm" && m.High:
		return fmt.Sprintf("%s: its high alarm fires", m.Role)
	case m.What == "alarm":
		return fmt.Sprintf("%s: its low alarm fires", m.Role)
	case m.From < 0:
		return fmt.Sprintf("to %s, by %s", count(m.To, "task"), m.Role)
	}
	return fmt.Sprintf("%d -> %s, by %s", m.From, count(m.To, "task"), m.Role)
}

// Finding is an answer of a check that counts and is not a pass, in some seeds.
type Finding struct {
	Check       string       `json:"check"`
	Subject     string       `json:"subject,omitempty"`
	Answer      judge.Answer `json:"answer"`
	Expected    string       `json:"expected"`
	Measured    string       `json:"measured"`    // in the first of the seeds
	Explanation string       `json:"explanation"` // of the first of the seeds
	Seeds       []uint64     `json:"seeds"`
}

// findingsOf gathers them: fails first, then saturation, the cause of much
// else, then the most frequent.
func findingsOf(runs []Run) []Finding {
	var list []Finding
	for _, r := range runs {
		for _, x := range r.Findings {
			i := slices.IndexFunc(list, func(f Finding) bool {
				return f.Check == x.ID && f.Subject == x.Subject && f.Answer == x.Answer
			})
			if i < 0 {
				i = len(list)
				list = append(list, Finding{x.ID, x.Subject, x.Answer, x.Expected, x.Measured, x.Explanation, nil})
			}
			if n := len(list[i].Seeds); n == 0 || list[i].Seeds[n-1] != r.Seed {
				list[i].Seeds = append(list[i].Seeds, r.Seed)
			}
		}
	}
	rank := func(f Finding) int {
		switch {
		case f.Answer != judge.Fail:
			return 2
		case f.Check == "saturation":
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(len(b.Seeds), len(a.Seeds)))
	})
	return list
}
