// Package price says what a running task costs, for the report of a run and
// for the forecast of one.
//
//	p := price.Of("eu-west-1", 1)
//	fmt.Printf("about $%.2f", p.Hour()*taskHours)
//
// It refuses to be a bill: that counts from the image pull, and knows
// discounts, architectures and everything that is not a task.
package price

import (
	"strconv"
	"strings"
)

// AsOf is when the prices were collected. They are estimates: read the bill,
// not this table.
const AsOf = "November 2026"

// gbPerVCPU is the memory assumed for each vCPU, which no event tells: the
// least that Fargate sells with one. [D]
const gbPerVCPU = 2

// Price is what a task of one size costs in one region on Fargate, Linux on
// x86.
type Price struct {
	Region  string  // whose prices are used
	PerVCPU float64 // US dollars an hour
	PerGB   float64 // of memory, US dollars an hour
	Weak    bool    // from a single source, which is told among what is assumed

	VCPU, GB float64 // of the task; zero in List
	Assumed  string  // what had to be assumed, in words
}

// List is what is known, by region, for a task of no size.
func List() []Price {
	return []Price{
		{Region: "eu-west-1", PerVCPU: 0.04048, PerGB: 0.004445},
		{Region: "us-east-1", PerVCPU: 0.04048, PerGB: 0.004445},
		{Region: "eu-central-1", PerVCPU: 0.04656, PerGB: 0.00511},
		{Region: "us-west-2", PerVCPU: 0.04048, PerGB: 0.004445, Weak: true},
	}
}

// Of is the price of a task with so many vCPU, 1 where that is not known (0).
// A region without prices has those of the first; Assumed says so.
func Of(region string, vcpu float64) Price {
	list := List()
	p, known := list[0], false
	for _, q := range list {
		if q.Region == region {
			p, known = q, true
		}
	}
	var assumed []string
	if p.VCPU = vcpu; vcpu <= 0 {
		p.VCPU = 1
		assumed = append(assumed, "1 vCPU a task")
	}
	p.GB = p.VCPU * gbPerVCPU
	assumed = append(assumed, strconv.FormatFloat(p.GB, 'g', 4, 64)+" GB of memory")
	switch {
	case !known:
		assumed = append(assumed, "prices of "+p.Region)
	case p.Weak:
		assumed = append(assumed, "prices that only one source gives")
	}
	p.Assumed = strings.Join(assumed, ", ")
	return p
}

// Hour is what a running task costs an hour, in US dollars.
func (p Price) Hour() float64 { return float64(p.VCPU*p.PerVCPU) + float64(p.GB*p.PerGB) }
