# Two commands: `make run PROJECT=path` and `make test`. Both set themselves up; a second run starts at once.
VENV := .venv
BIN := $(VENV)/bin
PROJECT ?=

# the newest Python from 3.11 to 3.14 that is here; PYTHON=... names another
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && { echo $$p; break; }; done)

BASE := $(VENV)/.base-installed
DEV := $(VENV)/.dev-installed
LSP := $(VENV)/lsp
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: run test servers lint format bench clean

run: $(BASE)  ## open Ripple on PROJECT, or on a copy of the sample project
	@$(BIN)/ripple $(if $(PROJECT),watch "$(PROJECT)",demo)

test: $(DEV)  ## every test
	@$(BIN)/python -m pytest

servers: $(LSP)/.installed  ## language servers that only npm has; tests that need them are skipped without

lint: $(DEV)  ## format, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(DEV)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV)  ## the figures of the README; needs the network once, for the projects it measures on
	@$(BIN)/python -m tests.benchmarks

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Ripple needs Python 3.11 to 3.14 with venv: install it (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13) and run this again." >&2; exit 1; }
	@command -v c++ >/dev/null 2>&1 || command -v g++ >/dev/null 2>&1 || command -v clang++ >/dev/null 2>&1 || { echo "Ripple needs a C++ compiler to build llama.cpp: install one (Debian and Ubuntu: apt install g++; macOS: xcode-select --install) and run this again." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(BASE): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Setting up $(VENV); the first time llama.cpp is built, which takes 4 to 15 minutes." >&2
	@$(PIP) -e .
	@touch $@

# into a folder of its own, put in place when it is whole: what is installed half is never found
$(LSP)/.installed: Makefile | $(DEV)
	@if command -v npm >/dev/null 2>&1; then \
		rm -rf $(LSP).part && \
		npm install --silent --no-audit --no-fund --prefix $(LSP).part typescript-language-server@5.1.3 typescript@5.9.3 && \
		rm -rf $(LSP) && mv $(LSP).part $(LSP) && touch $@; \
	else \
		echo "There is no npm here: the language servers that only npm has are left out, and tests that need them are skipped." >&2; \
	fi

$(DEV): $(BASE)
	@$(PIP) -e '.[dev,train]'
	@touch $@
