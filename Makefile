# `make demo` and `make test` set themselves up on a machine that has only Python 3.11 and make: with uv where it is on the
# path, else with pip. Versions and hashes come from requirements.lock, addresses from the machine's own configuration.
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
export UV_PYTHON_PREFERENCE := only-system
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help

.PHONY: help demo test check fix rules bench lock clean

help:
	@echo "make demo    a synthetic year after a ceasefire, imported, run and explained"
	@echo "make test    the tests (PYTEST_ARGS=... for pytest)"
	@echo "make check   format, lint, types, import contract, documentation"
	@echo "make fix     format and fix what can be fixed"
	@echo "make rules   write docs/rules from the rules"
	@echo "make bench   the executors beside polars and DuckDB; writes bench/results.json and docs/scale.md"
	@echo "make lock    write requirements.lock anew from pyproject.toml (needs uv)"
	@echo "make clean   remove .venv and what was built"

$(VENV)/ready: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Casus needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV) (once; from nothing it takes a minute or two)"
	@if command -v uv >/dev/null 2>&1; then \
	  test -x $(BIN)/python || uv venv --quiet --no-project --python $(PYTHON) $(VENV); \
	  uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --editable .; \
	else \
	  test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .; \
	fi
	@touch $@

demo: $(VENV)/ready
	@rm -rf demo
	@$(BIN)/casus demo demo

test: $(VENV)/ready
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/ready
	@$(BIN)/ruff format --check --quiet . || { echo "make fix formats"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest tests/docs

fix: $(VENV)/ready
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

rules: $(VENV)/ready
	@$(BIN)/python -m casus.lint.pages

bench: $(VENV)/ready
	@$(BIN)/python bench/triggers.py

lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) demo dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
