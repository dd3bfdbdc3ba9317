# Everything here is a script in scripts/, which also runs by itself.
.PHONY: help run test build fmt lint fuzz bench screenshots clean
SHELL := bash
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## installs what is missing, builds, serves on http://127.0.0.1:3000 with demo data in data/leadwright.db
	@scripts/run.sh

test: ## installs what is missing, then runs every test
	@scripts/test.sh

build: ## the optimised target/release/leadwright, the site's files inside it
	@scripts/run.sh build

fmt: ## formats the Rust sources
	@scripts/setup.sh fmt
	@. scripts/lib.sh && cargo fmt --all

lint: ## formatting, clippy, migrations and dependency rules; a part of make test
	@scripts/test.sh lint

fuzz: ## calls the HTTP API as its description allows, and as it does not
	@scripts/fuzz-api.sh

bench: ## measures speed and size into target/bench/table.txt; QUICK=1 for a first look, ONLY=P5,L1 for some
	@scripts/bench.sh

screenshots: ## pictures of the main pages into docs/screenshots
	@scripts/test.sh screenshots

clean: ## removes what was built; data/ and downloaded tools stay
	rm -rf target end2end/test-results end2end/playwright-report
