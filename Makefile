# The commands of the README. `make build` on a fresh machine does everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
TESTS ?= tests

.PHONY: build install test coverage test-long lint dev publish docs score bench lock clean

build: install
	$(BIN)/attest build

install: $(INSTALLED)

# The project itself is installed without isolation, so that nothing comes from outside the lock.
$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q pipelines schemas
	touch $(INSTALLED)

test: install lint
	$(BIN)/pytest $(TESTS) --numprocesses auto --dist worksteal

# Counting branches takes as long again, so it is asked for by itself.
coverage: install
	$(BIN)/pytest $(TESTS) --numprocesses auto --dist worksteal --cov --cov-report=term:skip-covered

# The same tests with far more examples and kills: see docs/testing.md for the last run.
test-long: install
	HYPOTHESIS_PROFILE=explore ATTEST_KILLS=200 $(BIN)/pytest $(TESTS) --numprocesses auto --dist worksteal

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The history of runs is kept in .dagster/; the page is served on this machine only.
dev: install
	$(BIN)/dagster dev --host 127.0.0.1

publish: install
	$(BIN)/attest publish

# The generated parts of the documentation, from schemas/.
docs: install
	$(BIN)/python -m pipelines.marts.dictionary

# How well text is read, on the development set of the shared folder; fails under its floors.
score: install
	$(BIN)/python -m benchmarks.extraction

bench: install
	$(BIN)/python -m benchmarks.build

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-strip-extras --no-header \
	  --python-version 3.11 --extra dev pyproject.toml -o requirements.lock
	$(PYTHON) -c "import tomllib; \
	  project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
	  print(*project['optional-dependencies']['benchmark'], sep='\n')" | \
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-strip-extras --no-header \
	  --python-version 3.11 - -o benchmarks/requirements.txt

clean:
	rm -rf data/cache data/marts/releases data/marts/current .dagster
