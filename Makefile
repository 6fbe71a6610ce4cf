# Needs make and Python 3.11 or later. PYTHON names another interpreter: make run PYTHON=python3.12
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# What is compiled once is kept, whatever the caller's shell says: a second start takes a third of the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test install lint bench translations screenshots lock
.DEFAULT_GOAL := run

CATALOGUES := $(wildcard inbox/translations/*/LC_MESSAGES/*.po)

run: $(VENV)/.installed $(VENV)/.translated
	@$(BIN)/inbox demo
	@PORT=$(PORT) exec $(BIN)/inbox serve

install: $(VENV)/.installed $(VENV)/.translated

test: $(VENV)/.installed-dev $(VENV)/.translated
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.installed-dev $(VENV)/.translated
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev $(VENV)/.translated
	$(BIN)/python -m bench

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# --no-compile: what is never imported need not be compiled, and the rest is compiled when it is.
$(VENV)/.installed: $(VENV)/.python requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.translated: $(VENV)/.installed $(CATALOGUES)
	$(BIN)/python -c 'from inbox.languages import compile_translations; compile_translations()'
	@touch $@

translations: $(VENV)/.installed-dev
	$(BIN)/pybabel extract -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output --no-wrap -o messages.pot .
	$(BIN)/pybabel update -i messages.pot -d inbox/translations --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date
	rm messages.pot

screenshots: $(VENV)/.installed-dev $(VENV)/.translated
	$(BIN)/python docs/screenshots.py

# Pins every package with its hashes, for every platform, and names no index.
lock: $(VENV)/.installed-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
