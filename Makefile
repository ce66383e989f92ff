# make run    start the app and print its link
# make test   every test, in a real database and a real browser too
# make fuzz   ten thousand mutated uploads (make test has two thousand)
# make check  format, lint, types, floors of the house
# make bench  speed, printed as tables (never part of the tests)
# make golden rewrite the golden files (then read the difference)
# make lock   renew the locked requirements from pyproject.toml

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
HOST ?= localhost
PORT ?= 8501

.PHONY: run test fuzz check bench golden lock clean
.DELETE_ON_ERROR:

run: $(VENV)/.compiled
	@echo "Starting the simulator: http://$(HOST):$(PORT)"
	$(BIN)/streamlit run serve.py --server.address $(HOST) --server.port $(PORT)

test: $(VENV)/.developed $(VENV)/.compiled
	@tools/chromium $(BIN)/python
	$(BIN)/python -m pytest -q

fuzz: $(VENV)/.developed
	$(BIN)/python -m tests.ingest.fuzz 10000

check: $(VENV)/.developed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.developed $(VENV)/.compiled $(VENV)/.benched
	@tools/chromium $(BIN)/python
	$(BIN)/python -m bench

golden: $(VENV)/.developed
	$(BIN)/python -m pytest -q tests --golden

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --upgrade -q pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header -q --extra dev --extra warehouse -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@tools/venv $(PYTHON) $(VENV)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "Installing what the app needs (once, a minute or two) ..."
	$(PIP) -r requirements.txt
	@touch $@

# Compiled once and kept beside the source: nobody waits for it in front of the screen.
$(VENV)/.compiled: $(wildcard sim/model/kernel/*.py) | $(VENV)/.installed
	@echo "Compiling the simulator (once, half a minute) ..."
	@$(BIN)/python -c "from sim.model.kernel import warm_up; warm_up()"
	@touch $@

# Only to measure against, in an environment of its own: it asks for other versions than ours.
$(VENV)/.benched: | $(BIN)/python
	$(BIN)/python -m venv $(VENV)/stockpyl
	$(VENV)/stockpyl/bin/python -m pip install --quiet --disable-pip-version-check stockpyl==1.0.2
	@touch $@

$(VENV)/.developed: requirements-dev.txt | $(BIN)/python
	@echo "Installing what the app and its tests need (once, a minute or two) ..."
	$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
