# Everything a developer or an operator runs. `make help` explains itself from the words after two hashes.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check format lint types imports authz test-deploy faults year bench contracts migration secrets up down

# uv: the one on PATH when it works (a version manager's shim may not), else our own in .tools.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/uv/bin/uv)
NEEDS_UV := $(if $(filter uv,$(UV)),,$(UV))
# The Python that .python-version names; where there is none, any that will do; else uv fetches one.
PYTHON = $$($(UV) python find --no-python-downloads 2>/dev/null || $(UV) python find --no-python-downloads ">=3.12" 2>/dev/null || cat .python-version)
SYNC = $(UV) sync --quiet --locked --python "$(PYTHON)" --extra local
# Compiled while it is installed, so that the first start is as quick as any other.
FIRST = $(if $(wildcard .venv),,UV_COMPILE_BYTECODE=1)
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
COMPOSE := docker compose --profile simulator

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(NEEDS_UV) ## Start everything on this machine, without Docker; options="--port 9000"
	@$(FIRST) $(SYNC) --no-dev --inexact
	@exec $(BIN)/afterhours local $(options)

test: .sync ## Run the tests that need no Docker; s=tests/events for some of them
	@$(BIN)/pytest -n 2 -m "not deploy" $(s)

check: .sync ## What must be green before a change goes in: format, lint, types, imports, tests
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory lint types imports test

format: .sync ## Bring the code into the one form
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lint: .sync ## Look for mistakes
	@$(BIN)/ruff check .

types: .sync ## Check the types
	@$(BIN)/mypy

imports: .sync ## Check that imports point down
	@$(BIN)/lint-imports

authz: .sync ## Print who may do what: every route, object and caller, as the services answer
	@$(BIN)/python -m tests.authz

test-deploy: .sync ## Run the tests that need Docker: compose, containers, the path through the gateway
	@$(BIN)/pytest -m deploy

faults: .sync ## Kill everything again and again, and count what was lost; writes faults.json
	@$(BIN)/python -m tests.faults

year: .sync ## Live through a year of evenings, and check every promise at every step; seed=7
	@$(BIN)/python -m tests.year $(seed)

bench: .sync ## Measure speed, memory and start-up time; writes bench.json
	@$(BIN)/python -m tests.bench

contracts: .sync ## Write the schemas of all messages and the documents that follow from them
	@$(BIN)/afterhours contracts

migration: .sync ## Write a migration from the models: s=events m="what changes"
	@test -n "$(s)" -a -n "$(m)" || { echo 'Say which service and what changes: make migration s=events m="add a note"'; exit 2; }
	@$(BIN)/python -m deploy.local.migration "$(s)" "$(m)"

secrets: $(NEEDS_UV) ## Make the keys and passwords for docker compose in secrets/; what is there is kept
	@$(SYNC) --no-dev --inexact
	@$(BIN)/afterhours secrets secrets

up: secrets ## Start everything in containers, with the simulator, on port 8080
	@$(COMPOSE) up --build --wait

down: ## Stop the containers; the data stays
	@$(COMPOSE) down

.PHONY: .sync
.sync: $(NEEDS_UV)
	@$(SYNC)

# A folder of its own, because a system's Python may refuse to be installed into.
.tools/uv/bin/uv:
	@echo "There is no uv here, so one is fetched into .tools (once)."
	@mkdir -p .tools && rm -rf .tools/uv
	@{ python3 -m venv .tools/uv && .tools/uv/bin/python -m pip install --quiet --disable-pip-version-check uv; } >.tools/fetch.log 2>&1 \
	  || { rm -rf .tools/uv; python3 -m pip install --quiet --disable-pip-version-check --target .tools/uv uv >>.tools/fetch.log 2>&1; } \
	  || { rm -rf .tools/uv; echo "uv could not be fetched (see .tools/fetch.log). Install it, or Python's venv and pip: apt install python3-venv python3-pip"; exit 1; }
	@$@ --version >/dev/null
