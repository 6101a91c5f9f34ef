# Everything lives in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo extension native test test-cluster test-spark fuzz kill described bench check format clean

demo: $(STAMP)  ## run real queries in both languages over the shipped sample events
	@$(BIN)/python fixtures/demo.py

test: $(STAMP)  ## pass the tests
	$(BIN)/python -m pytest -n auto

MINUTES ?= 5
fuzz: $(STAMP)  ## try every property with random examples: make fuzz MINUTES=5
	$(BIN)/python -m tests.fuzz $(MINUTES)

native: $(STAMP)  ## compile the linter in a copy of this folder, pass the tests there, and measure it beside the sources
	$(BIN)/python -m native
	cd build/native/tree && PYTHONPATH=. ../../../$(BIN)/python -m pytest -n auto --deselect tests/test_wheel.py::test_wheel
	$(BIN)/python -m benchmarks.lint --beside build/native/tree

kill: $(STAMP)  ## kill the process that writes a store, hundreds of times: make kill MINUTES=5
	$(BIN)/python -m tests.store.kill $(MINUTES)

described: $(STAMP)  ## send what the OpenAPI description allows to a server
	$(BIN)/python -m tests.serve.described

test-cluster: $(STAMP)  ## each case, example and plan of the tests of engines on clusters of this machine too: half an hour
	TEST_CLUSTER=1 CLUSTER_SHARE=1 $(BIN)/python -m pytest -n auto tests/engines tests/test_cases.py

test-spark: $(STAMP)  ## the tests of Spark Connect on a server that runs: make test-spark SPARK_REMOTE=sc://localhost:15002
	SPARK_REMOTE=$(SPARK_REMOTE) $(BIN)/python -m pytest tests/engines/cluster/test_spark.py

MILLIONS ?= 10
bench: $(STAMP)  ## measure beside Polars and DuckDB, and write benchmarks/RESULTS.md: make bench MILLIONS=1
	$(BIN)/python -m benchmarks.bench --millions $(MILLIONS) --write

extension:  ## package the extension for VS Code into dist/, with the editor's own tool: needs node
	mkdir -p dist
	cd dqlkit/lsp/editors/vscode && npm install --no-audit --no-fund && npx vsce package --skip-license --allow-missing-repository -o ../../../../dist/

check: $(STAMP)  ## static checks: style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV)

$(STAMP): pyproject.toml hatch_build.py $(wildcard dqlkit/compiled/*.p*)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,dev]'
	$(BIN)/python -m compileall -q dqlkit  # as an install does: else a first start compiles, everywhere it may not write
	touch $(STAMP)
