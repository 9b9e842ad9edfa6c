SHELL := /usr/bin/env bash
.SHELLFLAGS := -o pipefail -c
export CGO_ENABLED ?= 0

.PHONY: help build check test race arm64 e2e prove seeds bench bench-peers update clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## bin/loadgen and bin/validate
	go build -trimpath -o bin/ ./cmd/...

check: ## formatting, vet, committed schemas, arithmetic; offline
	@test -z "$$(gofmt -l cmd internal)" || { gofmt -l cmd internal; echo "run gofmt -w on these"; exit 1; }
	go vet ./...
	GOOS=linux GOARCH=arm64 go vet ./...
	GOOS=darwin GOARCH=arm64 go vet ./...
	go vet -tags e2e ./internal/shipped
	.ci/exact
	go test -count=1 -run 'Schema|Edges' ./internal/...

test: ## all tests; what was skipped is named last
	@go test -v ./... 2>&1 | awk -f .ci/summary.awk

race: ## all tests under the race detector (needs a C compiler)
	@CGO_ENABLED=1 go test -race -v ./... 2>&1 | awk -f .ci/summary.awk

arm64: ## worlds, plans and verdicts on an emulated arm64 (needs qemu-user-static)
	.ci/arm64

e2e: build ## every shipped scenario over the wire, with its verdict
	.ci/e2e

SEEDS ?= 200
seeds: ## every shipped scenario over SEEDS (200) seeds in virtual time; the model's decisions over 3000 histories; 100 calibrations
	go test -count=1 -v -timeout 60m -run TestSeeds ./internal/predict -seeds $(SEEDS)
	go test -count=1 -v -timeout 60m -run TestHistories ./internal/model/twin -seeds 3000
	go test -count=1 -v -timeout 60m -run TestCalibrateFindsTheTruth ./internal/run -calibrations 100

prove: build ## 10,000 runs in virtual time, wrong ones and right ones, judged; writes the tables in README.md and docs/proof.md
	bin/validate prove --into README.md --into docs/proof.md

bench: ## benchmarks, with allocations
	go test -run '^$$' -bench . -benchmem ./internal/...

ROUNDS ?= 3
bench-peers: build ## loadgen beside wrk, bombardier, fortio, vegeta and k6 in 10 minutes; writes the tables in README.md. Parts, printed alone: ROUNDS=1 ONLY=freeze TOOLS=loadgen,vegeta
	go run ./internal/peers -rounds $(ROUNDS) $(if $(ONLY)$(TOOLS),-only '$(ONLY)' -tools '$(TOOLS)',-into README.md)

update: ## golden files and schemas; commit the difference only where you understand it
	go test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' cmd internal | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

clean: ## built programs
	rm -rf bin
