// Package shipped is nothing but tests of the built programs, from outside and
// in real time: services that freeze, and a generator that starves. They take
// a minute and want a machine of their own, so they stand behind a build tag
// and `make e2e` calls them:
//
//	go test -tags e2e ./internal/shipped -loadgen $PWD/bin/loadgen
//
// Ten minutes at 10,000 requests a second, whose memory must stay flat:
//
//	go test -tags e2e -v -timeout 15m -run TestMemory ./internal/shipped -loadgen $PWD/bin/loadgen -memory-for 10m
//
// It refuses to look into the programs: it reads what they print and write.
package shipped
