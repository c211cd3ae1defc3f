.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
IN_DEMO := DEMO=true
IN_TESTS := PATH="$(CURDIR)/$(BIN):$$PATH"

help:  ## what you can say to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: .venv/installed  ## .venv with the locked dependencies

.venv/installed: requirements-dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

demo: install  ## start the portal with a demo office on PORT (8000), data in DATA_DIR (var/)
	@$(IN_DEMO) $(BIN)/python manage.py demo

test: install  ## everything that proves the project on this machine
	@$(IN_TESTS) tests/run

test-long: install  ## the same with the long crash and fuzz tests
	@$(IN_TESTS) CRASH_KILLS=100 FUZZ_EXAMPLES=20000 tests/run

check: install  ## ruff, mypy strict, templates, migrations, deploy check
	@$(IN_TESTS) tests/check

bench: install  ## what an import costs, next to the strict bound
	@$(IN_TESTS) tests/bench/run

lock: install  ## renew the locked dependencies, the dev ones on top of the others
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --python-version 3.11 \
		pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --python-version 3.11 --extra dev \
		--constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

screenshots: install  ## renew the pictures in docs/
	@$(IN_TESTS) $(BIN)/python -m tests.browser.screenshots

.PHONY: help install demo test test-long check bench lock screenshots
