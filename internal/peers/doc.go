// Command peers measures loadgen beside the load generators that people know,
// one after the other on this machine, against the same targets on loopback,
// and writes the tables of it.
//
//	go run ./internal/peers
//	go run ./internal/peers -rounds 1 -only freeze -tools loadgen,vegeta
//
// It is a program for those who develop loadgen, no part of the product. It
// builds nothing and judges no run: it starts bin/loadgen as a user would, with
// its timeline, its checks and its accounting, and looks from outside.
//
// # What is measured
//
// The CPU of a request is what the kernel counted for the tool's process from
// its start to its end, over the requests that the target counted. Tools begin
// and end at different cost, loadgen by judging the run and drawing its report:
// each is also run with next to no requests, and that is told beside and
// subtracted for the second figure. Where the target gives the pace, loadgen has
// as many users, who think for no time, as the others have workers.
//
// The schedule is judged at the target, which is a process of its own: the
// kernel's receive time of each request (SO_TIMESTAMPNS) is held against the
// instant at which it was due. Of loadgen that is what `loadgen schedule`
// writes, after the beginning that its timeline tells; nothing is fitted. Of
// others only the rate is known: their schedule is evenly spaced, and begins
// where it suits them best (see fit). So they are judged by how even they are,
// loadgen by whether it is on time.
//
// In the freeze test the target is stopped by SIGSTOP and continued. A request
// that is due meanwhile waits until the target answers again, whether or not a
// tool sends it: that is the truth which the percentiles that it reports are
// held against.
//
// Of several rounds the medians are told, and ratios are medians of the ratios
// within a round: how busy the machine is changes from one round to the next,
// and the order of the tools with it.
package main
