package prove

// apart are the checks that are meant for no deviation, and why: they judge
// something else than the autoscaler, or repeat of it what others are meant for.
var apart = map[string]string{
	"run.complete":         "judges the run itself: an interrupt, a safety rule",
	"run.restored":         "judges the run itself: a change back that fails",
	"load.delivered":       "judges the sender",
	"load.accepted":        "judges the service's refusals",
	"load.apart":           "judges the scenario's own load",
	"load.arrived":         "judges traffic of others",
	"observation.complete": "judges the observer",
	"capacity.held":        "judges a fall amid a load that holds, which scale-in.all-agree and capacity.asked are meant for where a policy makes it",
	"capacity.maximum":     "measures, and never fails",
	"observation.clock":    "judges the clock of the observer",
	"policies.unchanged":   "judges what others change while traffic flows",
	"policies.independent": "judges what a change of one policy does to another, which no deviation does",
	"errors.balancer":      "judges what the load balancer counted beside the client: no deviation fails requests of others",
	"latency":              "judges what users met, whoever's doing it was: a deviation that harms them is caught by who looks at it, and would not be where nobody waits",
	"scale-out.only-by":    "judges which policy scaled out: where an activity names another's alarm the witnesses contradict each other, which is for scaling.attributed to say",
	"scale-in.patient":     "judges scale-ins that were too much: stability.flapping is meant for those under a load that stands still, and no deviation makes others",
	"stability.settled":    "judges a time that a scenario allows, which none of these does",
	"cost.increase":        "judges money against another run: these have none",
	refusal:                "is no check: the run finds its alarms without data and does not begin",
}
