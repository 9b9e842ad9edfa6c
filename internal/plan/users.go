package plan

import (
	"fmt"

	"scaleproof/internal/scenario"
)

// users gives a stage its users; those of the stage before who are not named
// are gone.
func (b *builder) users(st *Stage, named map[string]int) {
	var before []Users
	if n := len(b.p.Stages); n > 0 {
		before = b.p.Stages[n-1].Users
	}
	if len(named) == 0 && before == nil {
		return
	}
	for k, kind := range b.p.Kinds {
		u := Users{To: named[kind.Name]}
		if u.From = u.To; st.Ramp > 0 || len(st.Course) > 0 && st.Course[0].Ramp > 0 {
			if u.From = 0; before != nil {
				u.From = before[k].To
			}
		}
		st.Users = append(st.Users, u)
	}
	if most := b.p.fromUsers(*st); most > 0 {
		b.unproven(st.Name, scenario.Pos{}, "users who wait for each answer send at most %s/s in it, and less as answers slow down: how much is not known before, and is in no figure of this plan", figureUp(most))
	}
}

// Closed says that the kind has users who wait for each answer, and is not sent
// by schedule.
func (k Kind) Closed() bool { return k.Think != (scenario.Spread{}) }

// fromUsers is the most that a stage's users can send, in requests per second:
// each thinks as shortly as it may, and is answered as soon as what it costs
// allows.
func (p *Plan) fromUsers(s Stage) (most float64) {
	for k, u := range s.Users {
		kind := p.Kinds[k]
		if round := kind.Think.Min.Std() + kind.CPU + kind.Wait; round > 0 {
			most += float64(max(u.From, u.To)) / round.Seconds()
		}
	}
	return most
}

// users writes who waits for each answer.
func (d describer) users() {
	t := table{head: []string{"stage", "kind", ">users", "think", ">at most/s"}}
	for _, s := range d.p.Stages {
		for k, u := range s.Users {
			if kind := d.p.Kinds[k]; u != (Users{}) {
				one := Stage{Users: make([]Users, len(s.Users))}
				one.Users[k] = u
				t.row(s.Name, kind.Name, u.String(), kind.Think.String(), decimal(d.p.fromUsers(one)))
			}
		}
	}
	if len(t.rows) > 0 {
		d.section("Users who wait for each answer")
		t.write(d.w, "  ")
	}
}

func (u Users) String() string {
	if u.From == u.To {
		return fmt.Sprint(u.To)
	}
	return fmt.Sprintf("%d -> %d", u.From, u.To)
}
