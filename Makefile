# Six words for people and for CI: setup, test, lint, docs, bench, conformance; and demo, to see it work.
# Needs python3 (3.11 or newer), git and make. Everything else goes into .venv* in this folder.

SHELL := /bin/sh
PYTHON ?= python3
export PYTHON

BIN := .venv/bin
REAL_DVC := .venv-dvc/bin/dvc
SHARED ?= ../shared
WORKERS ?= auto
BENCH ?= --workdir /dev/shm

.PHONY: help setup demo test test-all stress snapshots lint docs bench bench-queue conformance clean compiled

help:
	@sed -n 's/^## //p' Makefile

## make setup         everything that the other words need, into .venv and .venv-dvc
setup: .venv/ready .venv-dvc/ready compiled

## make demo          hand-written digits: run, vary, compare and restore experiments in ./demo
demo: .venv-demo/ready
	.venv-demo/bin/python -m compileall -q $(CURDIR)/src
	scripts/demo

## make test          the tests, those against the real DVC included
test: setup
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not slow' $(TESTS)

## make test-all      the slow tests too
test-all: setup
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

## make stress        kill -9 of queue processes: more than 1,000 at random, and one before every write;
##                    random walks of DVC and us on one repository, ASSAY_WALKS of them (60)
stress: setup
	$(BIN)/python -m pytest -n $(WORKERS) -s tests/promises/test_p3_queue_random.py \
		tests/promises/test_p3_queue_steps.py tests/promises/test_p3_every_write.py tests/compat/test_walk.py

## make snapshots     tests/cli/snapshots again, for you to look at with `git diff`
snapshots: .venv/ready
	RENEW_SNAPSHOTS=1 $(BIN)/python -m pytest tests/cli/test_exp_show_snapshots.py

## make lint          ruff, formatting, strict types, floors
lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

## make docs          docs/reference/ from the parsers of the commands
docs: .venv/ready
	$(BIN)/python scripts/reference.py

## make bench         times beside the real DVC's: docs/performance.md says how to read them
bench: setup
	$(BIN)/python $(SHARED)/bench/bench.py --a $(BIN)/dvc \
		$$(test -x $(REAL_DVC) && echo --b $(REAL_DVC)) $(BENCH)

## make bench-queue   the queue and its engines alone; BENCH_QUEUE="overhead scaling" some of it
bench-queue: setup
	$(BIN)/python scripts/bench_queue.py $(BENCH_QUEUE)

## make conformance   play the recorded scenarios; UPDATE=1 adds what newly passes to the lists
conformance: setup
	$(BIN)/python scripts/ratchet.py --suite $(SHARED)/conformance $(if $(UPDATE),--update) $(SCENARIOS)

## make clean         remove what the words above have made
clean:
	rm -rf .venv .venv-demo .venv-dvc demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache
	find src tests scripts -name __pycache__ -prune -exec rm -rf {} +

.venv/ready: pyproject.toml scripts/make-venv
	scripts/make-venv .venv -e '.[dev]'
	touch $@

# Commands that are timed or played a thousand times must not compile the sources each time.
compiled: .venv/ready
	$(BIN)/python -m compileall -q $(CURDIR)/src

# Only to compare with: where it cannot be installed, the tests that need it are skipped and say so.
.venv-dvc/ready: scripts/make-venv
	if scripts/make-venv .venv-dvc 'dvc[s3]==3.67.1'; then touch $@; \
	else echo 'The real DVC could not be installed: tests that need it will be skipped.'; fi

# What a user needs, and no more: Assay and what the example imports.
.venv-demo/ready: pyproject.toml examples/digits/requirements.txt scripts/make-venv
	scripts/make-venv .venv-demo -e . -r examples/digits/requirements.txt
	touch $@
