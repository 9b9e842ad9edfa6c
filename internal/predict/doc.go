// Package predict lives a run in virtual time: the same plan, the same
// changes, the same model, the same windows, looks and differences, without
// HTTP and without the SDK. What comes out is a timeline like a run's.
//
// On the stepping clock the model's trace of a run, from the first stage to
// the end of the drain, equals that of the prediction line for line: events of
// one instant have one order in both, since both put them into the same queue
// (clock), with the same ranks and keys. That is what makes a prediction worth
// anything, and a test compares them.
//
//	w := predict.Live(config, plan)
//	events, err := predict.Run(w, plan, predict.Options{})
//
// It refuses to judge, and it knows only what is known before a run. It does
// not know what only a sender can meet: a machine too slow for the load, a
// connection that breaks, an answer's body other than a task's (model.Body),
// an interrupt. Where one of these acts, a run is another than its prediction.
//
// Note: a loop of its own that merges arrivals, answers, polls and deadlines
// by time was rejected. It was faster by a fifth of the time that the queue
// costs, and a second statement of an order that must be one.
package predict
