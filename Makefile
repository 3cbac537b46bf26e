# Every target says what it does; `make` alone prints them.
GO ?= go
BIN ?= dist/mlops-maturity
BENCH ?= .
FUZZTIME ?= 10s

.DEFAULT_GOAL := help

.PHONY: help
help: ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Play a pull request through the real webhook route and show the check run and the comment
	$(GO) run ./cmd/mlops-maturity demo

.PHONY: test
test: ## Run all tests; needs no network and no token
	$(GO) test -timeout 20m ./...

.PHONY: check
check: ## Run exactly what CI runs
	./.ci/run

.PHONY: build
build: ## Build the binary
	$(GO) build -trimpath -o $(BIN) ./cmd/mlops-maturity

.PHONY: lint
lint: ## Check format, go vet and the linters
	@test -z "$$(git ls-files -z -- '*.go' | xargs -0 gofmt -l | tee /dev/stderr)"
	$(GO) vet ./...
	golangci-lint run ./...

# The packages whose tests know -update.
golden = $(sort $(shell git grep -lE 'Bool."update"|extracttest[.]' -- '*_test.go' | xargs -n1 dirname | sed 's|^|./|'))

.PHONY: update
update: ## Rewrite the golden files; read the diff before you commit it
	$(GO) test $(golden) -update

.PHONY: docs
docs: ## Write docs/reference, the App manifests and the guides' tables anew from the code
	$(GO) test ./cmd/mlops-maturity ./app/doctor -run '^Test(ReferenceIs|GuidesAre)Current$$' -update

.PHONY: bench
bench: ## Run the benchmarks (BENCH=regexp)
	$(GO) test ./... -run '^$$' -bench '$(BENCH)' -benchmem

.PHONY: fuzz
fuzz: ## Run every fuzz target for a while (FUZZTIME=10s)
	@git grep -lE '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u | while read -r dir; do \
		grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$$dir"/*_test.go | sed 's/^func //' | while read -r target; do \
			echo "$$dir $$target"; \
			$(GO) test "./$$dir" -run '^$$' -fuzz "^$$target$$" -parallel 1 -fuzzminimizetime 10x -fuzztime $(FUZZTIME) || exit 1; \
		done || exit 1; \
	done

.PHONY: new-check
new-check: ## Write a new check with its fixtures: AREA=training ID=training.parameters
	@test -n "$(AREA)" -a -n "$(ID)" || { echo "say which: make new-check AREA=training ID=training.parameters" >&2; exit 2; }
	$(GO) run ./cmd/newcheck "$(AREA)" "$(ID)"
