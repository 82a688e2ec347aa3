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

# Swift sources that people write; what the generator writes is formatted by the generator.
SOURCES = $(shell find Package.swift Sources Tests -name '*.swift' -not -path '*/Generated/*' | sort)
SCRIPTS = $(shell grep -rlE '^\#!/usr/bin/env bash' .ci scripts Tests deploy | sort)

.PHONY: help
help: ## this list
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: deps
deps: ## install what the machine lacks (as root; else say how)
	@scripts/deps

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
test: test-swift test-power-failure ## all tests

.PHONY: test-swift
test-swift: deps
	swift build --build-tests $(STRICT)
	swift test --skip-build $(STRICT)

# Python has its tests beside the things that they test; pytest finds them by folder.
PYTEST = "$$(scripts/python-environment)" -m pytest -p no:cacheprovider --quiet

.PHONY: test-power-failure
test-power-failure: deps
	$(PYTEST) Tests/PowerFailure

.PHONY: format
format: ## format all Swift sources in place
	swift format -i --configuration .swift-format $(SOURCES)

.PHONY: lint
lint: ## check the form of sources and scripts
	swift format lint --strict --configuration .swift-format $(SOURCES)
	@for script in $(SCRIPTS); do bash -n $$script; done

.PHONY: clean
clean: ## remove everything that was built
	rm -rf .build
