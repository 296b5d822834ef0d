# Every target makes the environment it needs; nothing is installed twice.
PYTHON ?= python3.11
# Without a GPU, point pip at a CPU build of torch; with one, install your own torch into .venv first.
TORCH ?= torch==2.13.0
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
DEV := $(VENV)/.dev
export HF_HUB_OFFLINE ?= 1
export TRANSFORMERS_VERBOSITY ?= error
export LANGSMITH_TRACING ?= false

.PHONY: demo test chat train bench-parity lint types examples help clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

$(READY): pyproject.toml setup.py constraints.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -c 'import torch' 2>/dev/null || $(PY) -m pip install -q $(TORCH)
	$(PY) -m pip install -q -c constraints.txt -e '.[test]'
	touch $@

$(DEV): $(READY)
	$(PY) -m pip install -q -c constraints.txt -e '.[test,dev]'
	touch $@

demo: $(READY)  ## play the main job: paint, look, repair, edit, learn, undo; ends in one line of JSON
	$(PY) -m pentimento.agent demo

# Two processes of one thread each: small models gain little from a second thread.
test: $(READY)  ## run the tests
	$(PY) -m pytest -n 2 --dist loadfile

chat: $(READY)  ## talk to the painter in the terminal
	$(PY) -m pentimento.agent chat

train: $(READY)  ## go on training (STAGE=painter MINUTES=60); without STAGE every stage in order
	nice -n 19 $(PY) -m pentimento.engine.training $(STAGE) --minutes $(or $(MINUTES),60)

bench-parity: $(READY)  ## compare with diffusers' own pipelines
	$(PY) -m pentimento.agent bench parity --json

examples: $(READY)  ## run every example
	for file in examples/*.py; do $(PY) $$file || exit 1; done

lint: $(DEV)  ## style
	$(VENV)/bin/ruff check .

types: $(DEV)  ## strict types, over an installed copy (mypy cannot follow the package mapping in place)
	rm -rf build && mkdir -p build/types
	$(PY) -m pip install -q --no-deps --target build/types .
	cd build/types && ../../$(PY) -m mypy --config-file ../../pyproject.toml -p pentimento

clean:  ## remove the environment and what was built
	rm -rf $(VENV) build dist *.egg-info
