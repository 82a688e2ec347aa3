# Newswire. `make` alone says what can be made.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# Where things are installed; DESTDIR comes before all of them.
PREFIX ?= /usr
SYSCONFDIR ?= /etc
DESTDIR ?=

# Flags that a package may not give itself if other packages are to depend on it.
STRICT := -Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error
RELEASE := -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked $(STRICT)
BIN := .build/release
PROGRAMS := newswire newswire-coordinator newswire-broker newswire-group-coordinator

INSTALLED_FOLDERS := $(PREFIX)/bin $(PREFIX)/lib/systemd/system $(PREFIX)/lib/sysusers.d $(PREFIX)/lib/tmpfiles.d \
	$(PREFIX)/share/doc/newswire/examples $(PREFIX)/share/newswire/protos/newswire/v1 $(SYSCONFDIR)/newswire/tls

# Swift sources that people write; what the generator writes is formatted by the generator.
SOURCES = $(shell find Package.swift Sources Tests -name '*.swift' -not -path '*/Generated/*' | sort)
SCRIPTS = $(shell grep -rlE '^\#!/usr/bin/env bash' .ci Tests deploy docs | sort)

.PHONY: help
help: ## this list
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: deps
deps: ## install what the machine lacks (as root; else say how)
	@deploy/deps

.PHONY: build
build: deps ## the release build of all programs
	swift build $(RELEASE)

.PHONY: run
run: build ## start a cluster, send a real file through it, compare (INPUT=FILE, NEWSWIRE_DATA=DIR)
	@Tests/Acceptance/run

.PHONY: dev
dev: build ## start a cluster and keep it up (NEWSWIRE_DATA=DIR)
	@exec $(BIN)/newswire dev --data "$${NEWSWIRE_DATA:-.build/dev}"

.PHONY: test
test: test-swift test-simulation test-fuzz test-deploy test-power-failure test-crashes test-torture test-allocations test-interop test-strangers test-command-line test-package ## all tests

.PHONY: test-swift
test-swift: deps
	swift build --build-tests $(STRICT)
	@Tests/swift-tests $(STRICT)

.PHONY: test-simulation
test-simulation: build
	swift build --product newswire $(STRICT)
	@same='simulate --seed 1 --runs 2 --output json'; \
	for bin in $(BIN) .build/debug; do $$bin/newswire $$same | grep -o '"hash": *"[0-9a-f]*"'; done | uniq | \
	  awk 'END { if (NR != 1) { print "debug and release builds give different histories"; exit 1 } print "in debug and release:", $$0 }'
	$(BIN)/newswire-broken-rules
	$(BIN)/newswire simulate --runs 500 --jobs "$$(nproc)"

.PHONY: simulate
simulate: build ## run clusters in simulation, with faults (RUNS=N, SEED=N, MINUTES=M)
	$(BIN)/newswire simulate $(if $(RUNS),--runs $(RUNS)) $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) --jobs "$$(nproc)"

# Python has its tests beside the things that they test; pytest finds them by folder.
PYTEST = "$$(Tests/python-environment)" -m pytest -p no:cacheprovider --quiet -rs

.PHONY: test-power-failure
test-power-failure: build
	$(PYTEST) Tests/PowerFailure Tests/Crashes/test_power_failure.py

.PHONY: test-strangers
test-strangers: build
	$(PYTEST) Tests/Strangers

.PHONY: test-command-line
test-command-line: build
	$(PYTEST) Tests/CommandLine

.PHONY: test-package
test-package: build
	$(PYTEST) Tests/Package

.PHONY: test-interop
test-interop: build
	$(PYTEST) Tests/Interop

.PHONY: test-crashes
test-crashes: build
	$(PYTEST) Tests/Crashes --ignore=Tests/Crashes/test_power_failure.py

.PHONY: test-torture
test-torture: build
	$(PYTEST) -s Tests/Torture

.PHONY: test-allocations
test-allocations: build
	$(PYTEST) Tests/Allocations

.PHONY: test-deploy
test-deploy: build
	$(PYTEST) Tests/Deploy

.PHONY: test-fuzz
test-fuzz: deps
	@Tests/Fuzz/replay $(STRICT)

.PHONY: bench
bench: build ## measure what the project promises, beside a raw TLS pipe (BENCH="--gigabytes 5 --memory-gigabytes 10")
	@Tests/Bench/run $(BENCH)

.PHONY: bench-failover
bench-failover: build ## measure what losing a broker costs, and what replication costs (BENCH="--rounds 5 --only kill")
	@"$$(Tests/python-environment)" Tests/Bench/failover $(BENCH)

.PHONY: bench-restart
bench-restart: build ## measure how soon a broker serves again, with 50 GB of log (BENCH="--gigabytes 30")
	@"$$(Tests/python-environment)" Tests/Bench/restart $(BENCH)

.PHONY: bench-idle
bench-idle: build ## measure what a partition costs that nobody uses (BENCH="--partitions 5000")
	@"$$(Tests/python-environment)" Tests/Bench/idle $(BENCH)

.PHONY: torture
torture: build ## lose brokers, networks and disks at random under load, and check every promise (MINUTES=10)
	NEWSWIRE_TORTURE_SECONDS=$$(( $(or $(MINUTES),10) * 60 )) $(PYTEST) -s Tests/Torture

.PHONY: fuzz
fuzz: deps ## fuzz every decoder at the border (MINUTES=N in all, or TARGET=NAME alone)
	@Tests/Fuzz/run $(or $(MINUTES),17) $(TARGET)

.PHONY: docs
docs: deps ## write the documentation of all modules as a web site
	@docs/build

.PHONY: generate
generate: deps ## write the messages' C and Swift anew from Protos/
	bash Protos/generate.sh

.PHONY: check-generated
check-generated: deps ## prove that what generate writes is what is committed
	bash Protos/check.sh

.PHONY: format
format: ## format all Swift sources in place
	@swift format -i --configuration .swift-format $(SOURCES)

.PHONY: lint
lint: ## check the form of sources and scripts
	@swift format lint --strict --configuration .swift-format $(SOURCES)
	@for script in $(SCRIPTS); do bash -n $$script; done

.PHONY: install
install: ## install programs, units, configuration and documents (DESTDIR, PREFIX, SYSCONFDIR)
	@test -x $(BIN)/newswire || { echo "nothing is built yet: run 'make build' first" >&2; exit 1; }
	install -d $(addprefix $(DESTDIR),$(INSTALLED_FOLDERS))
	install -m 0755 $(addprefix $(BIN)/,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin
	for unit in deploy/systemd/*.service; do \
	  sed 's|=/usr/bin/|=$(PREFIX)/bin/|; s| /etc/newswire/| $(SYSCONFDIR)/newswire/|' $$unit \
	    >$(DESTDIR)$(PREFIX)/lib/systemd/system/$$(basename $$unit); \
	done
	install -m 0644 deploy/systemd/sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/newswire.conf
	install -m 0644 deploy/systemd/tmpfiles.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/newswire.conf
	install -m 0644 deploy/config/*.yaml $(DESTDIR)$(PREFIX)/share/doc/newswire/examples
	for file in deploy/config/*.yaml; do \
	  target=$(DESTDIR)$(SYSCONFDIR)/newswire/$$(basename $$file); \
	  test -e $$target || install -m 0644 $$file $$target; \
	done
	install -m 0644 README.md ARCHITECTURE.md CHANGELOG.md LICENSE docs/operations.md $(DESTDIR)$(PREFIX)/share/doc/newswire
	install -m 0644 Protos/newswire/v1/*.proto $(DESTDIR)$(PREFIX)/share/newswire/protos/newswire/v1

.PHONY: uninstall
uninstall: ## remove what install has put there; configuration and data stay
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(PROGRAMS))
	rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/newswire-*.service
	rm -f $(DESTDIR)$(PREFIX)/lib/sysusers.d/newswire.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/newswire.conf
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/newswire $(DESTDIR)$(PREFIX)/share/newswire

.PHONY: check-units
check-units: ## install into an empty folder and have systemd verify what is there
	@Tests/Deploy/check-units

.PHONY: clean
clean: ## remove everything that was built
	rm -rf .build
