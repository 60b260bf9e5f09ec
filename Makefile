# Sen: make help lists what there is.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PO := $(shell find sites cms plugins -name '*.po' 2>/dev/null)

.PHONY: help run test lint types layers unit e2e crawl fuzz open sbom bench lighthouse chaos soak catalogues screenshots accessibility clean

help:  ## show this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.runtime catalogues  ## run the portal on http://localhost:8000 (PORT=…)
	@SEN_SECOND_FACTOR_ROLES= $(BIN)/python manage.py serve --port $(PORT)

test: $(VENV)/.dev catalogues  ## lint, types, layers and all tests
	@$(MAKE) --no-print-directory lint types layers
	$(BIN)/python -m pytest

lint: $(VENV)/.dev  ## style of Python and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates cms sites plugins

types: $(VENV)/.dev  ## types
	$(BIN)/mypy sites cms plugins

layers: $(VENV)/.dev  ## which way imports point
	$(BIN)/lint-imports

unit: $(VENV)/.dev catalogues  ## the tests without a browser
	$(BIN)/python -m pytest --ignore tests/e2e

e2e: $(VENV)/.dev catalogues  ## the tests in a real browser
	$(BIN)/python -m pytest tests/e2e

crawl: $(VENV)/.dev catalogues  ## walk every address as every role: nobody sees another department
	SEN_CRAWL=1 $(BIN)/python -m pytest tests/isolation

fuzz: $(VENV)/.dev catalogues  ## odd inputs everywhere, twenty times as many as the tests try, others each time
	SEN_FUZZ=1 $(BIN)/python -m pytest tests/security/fuzz

open: $(VENV)/.dev catalogues  ## list anew which addresses are open to which role
	SEN_WRITE_OPEN=1 $(BIN)/python -m pytest tests/isolation

sbom: $(VENV)/.dev  ## what Sen is made of: build/sbom.json (CycloneDX) and build/licences.md
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
	  --output-reproducible --of JSON -o build/sbom.json
	$(BIN)/pip-licenses --format markdown --with-urls --output-file build/licences.md \
	  --packages $$(sed -nE 's/^([A-Za-z0-9._-]+)==.*/\1/p' requirements.lock)

bench: $(VENV)/.dev catalogues  ## figures: kept pages, widgets, many sites, many articles (needs wrk and nginx)
	$(BIN)/python -m tests.bench.widget_editor
	$(BIN)/python -m tests.bench.widget_page
	$(BIN)/python -m tests.bench.many_sites
	$(BIN)/python -m tests.bench.site_merge
	$(BIN)/python -m tests.bench.volume --articles 20000 --sites 4
	$(BIN)/python -m tests.bench.kept_page
	$(BIN)/python -m tests.bench.proxied_page
	$(BIN)/python -m tests.bench.peers
	$(BIN)/python -m tests.bench.beacons
	$(BIN)/python -m tests.bench.mixed_load

lighthouse: $(VENV)/.dev catalogues  ## Lighthouse on the public pages (needs Chromium and Node.js)
	$(BIN)/python -m tests.bench.lighthouse

chaos: $(VENV)/.dev catalogues  ## faults on real processes, and exact counting: nothing lost (needs nginx, PostgreSQL, Redis)
	$(BIN)/python -m tests.stack.chaos --write
	$(BIN)/python -m tests.bench.exactness

soak: $(VENV)/.dev catalogues  ## half an hour of mixed load on two nodes: no error, memory flat
	$(BIN)/python -m tests.bench.mixed_load --stack --minutes 30

accessibility: $(VENV)/.dev catalogues  ## axe on every page, written down for the sites' statement
	$(BIN)/python -m tests.e2e.accessibility_report

screenshots: $(VENV)/.dev catalogues  ## take the pictures in docs
	$(BIN)/python -m tests.e2e.screenshots
	$(BIN)/python -m tests.e2e.plugin_screenshots

catalogues: $(PO:.po=.mo)

%.mo: %.po
	@$(BIN)/python -c "import polib, sys; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])" $< $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime

clean:  ## remove the environment, keep the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
