# Every command that the project knows. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help install run demo test soak lint check format clean

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
MINUTES ?= 30

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed  ## set up .venv with Feedwright in it

run: .venv/installed  ## update the feeds of config.yaml: they appear in out/
	@$(BIN)/feedwright fetch --all

demo: .venv/installed  ## follow the sample site live, on this machine
	@$(BIN)/feedwright demo

test: .venv/installed-dev  ## run the tests (ARGS="-k atom" for some)
	@$(BIN)/python -m pytest $(ARGS)

soak: .venv/installed-dev  ## a daemon for MINUTES=30 against sites that misbehave; then 200 kills, and every call fails
	@$(BIN)/python -m tests.faults.soak $(MINUTES)
	@$(BIN)/python -m pytest -n 0 --thorough tests/faults/test_every_call.py tests/faults/test_clock.py tests/faults/test_sites.py tests/test_daemon.py -k "call or kill or fault"

lint: .venv/installed-dev  ## formatting, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

check: lint test  ## formatting, lint, types and tests

format: .venv/installed-dev  ## put the code in its usual form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:  ## remove .venv and caches; out/ stays
	rm -rf .venv *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Feedwright needs Python 3.11 or newer; set PYTHON=… to name one." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml .venv/bin/python
	@echo "Setting up .venv: this takes a minute the first time."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-dev: pyproject.toml .venv/bin/python
	@echo "Setting up .venv: this takes a minute the first time."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch .venv/installed $@
