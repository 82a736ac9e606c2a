# `make` alone lists the commands.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PY_SOURCES := $(shell find jupyter_sm_guard -path jupyter_sm_guard/labextension -prune -o -type f \
	-not -name '*.pyc' -not -name _version.py -print)
TS_SOURCES := $(shell find labextension -path labextension/lib -prune -o -type f -print)
FLOOR := build/floor/.installed-$(notdir $(PYTHON_FLOOR))
# What fails while two browsers and their servers share the machine is run once more alone, which decides.
# A fault that comes rarely may hide in that: the first failure stays in the output, to be looked at.
BROWSER_TESTS := pytest -m browser -n 2 --dist loadgroup --no-loadscope-reorder || \
	pytest -m browser --last-failed --last-failed-no-failures none

# Two things are installed, or looked at, side by side.
MAKEFLAGS += --jobs=2

.PHONY: help demo test check style types fix browser test-matrix infrastructure rules wire docs screenshots bench floor lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: $(VENV)/installed ## JupyterLab with the guard on a simulated SageMaker (SCENARIO=compliant …)
	jupyter sm-guard demo $(if $(SCENARIO),--scenario $(SCENARIO)) $(if $(PORT),--port $(PORT))

test: $(VENV)/installed chromium namespaces $(FLOOR) check ## install everything and run every test
	pytest -m "not unit and not browser" -n 3 --dist loadfile
	$(BROWSER_TESTS)
	scripts/floor test

check: style types ## format, lint, types, import contracts, unit tests (the quick half of `test`)
	pytest -m unit -n 2

style: $(VENV)/installed
	ruff format --check .
	ruff check .
	mypy
	lint-imports

types: $(VENV)/installed
	npx --no-install pyright
	npm run --silent lint

fix: $(VENV)/tools node_modules/.installed ## format, and mend what the linters can mend
	ruff format .
	ruff check --fix .
	npm run --silent fix

browser: $(VENV)/installed chromium ## only the browser tests
	$(BROWSER_TESTS)

test-matrix: $(VENV)/installed chromium ## the browser tests on old and new JupyterLabs and Notebooks (HOSTS="lab-4.0 …")
	scripts/matrix $(HOSTS)
	SM_GUARD_IDLE_SECONDS=180 pytest tests/test_kernel.py -k idle --timeout 600

infrastructure: $(VENV)/installed ## the infrastructure code through CDK, the SDK's defaults through its schemas
	scripts/infrastructure

rules: $(VENV)/tools ## remake the index of the linter's rules
	python scripts/make_rules.py

wire locale docs rules: export PYTHONPATH := $(CURDIR)
wire: $(VENV)/tools node_modules/.installed ## remake JSON Schema and TypeScript types from the model
	python scripts/make_wire.py
	npx --no-install json2ts -i labextension/latest.schema.json --no-additionalProperties \
		--bannerComment '/* Made from the Python model by `make wire`; do not edit. */' \
		-o labextension/src/wire.ts

locale: $(VENV)/tools node_modules/.installed ## bring the translations up to date with the front end
	python scripts/make_locale.py

docs: $(VENV)/tools ## remake the generated pages under docs/
	python scripts/make_docs.py

screenshots: $(VENV)/installed chromium ## remake the pictures in docs/images
	SM_GUARD_PICTURES=$(CURDIR)/docs/images pytest -m browser -k "lab and (unfolds or warned_once or a_cell_shows or by_cell_and_leads)"

bench: $(VENV)/installed chromium ## side by side with peers; exit 1 when a bound is missed
	python -m bench

floor: $(FLOOR) ## the tests that matter on the oldest versions we declare
	scripts/floor test

lock: $(VENV)/tools ## write down the versions that are installed now
	pip freeze --exclude jupyter_sm_guard | grep -v ' @ ' > constraints.txt

clean: ## remove everything that was built or installed
	rm -rf $(VENV) node_modules dist build labextension/lib jupyter_sm_guard/labextension \
		jupyter_sm_guard/_version.py *.tsbuildinfo test-output .*_cache

.PHONY: chromium namespaces
namespaces: | chromium # the system's package manager does one thing at a time
chromium namespaces:
	@scripts/$@

$(FLOOR): dist/.built pyproject.toml scripts/floor
	scripts/floor install $(PYTHON_FLOOR)
	touch $@

$(VENV)/tools: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	pip install -q -c constraints.txt pip hatchling hatch-nodejs-version hatch-jupyter-builder \
		jupyter-builder build
	python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		o = p["optional-dependencies"]; \
		print("\n".join(p["dependencies"] + o["demo"] + o["test"] + o["dev"]))' > $(VENV)/wanted.txt
	pip install -q -c constraints.txt -r $(VENV)/wanted.txt
	touch $@

node_modules/.installed: package.json package-lock.json .npmrc
	npm ci --ignore-scripts --no-progress
	touch $@

jupyter_sm_guard/labextension/package.json: $(TS_SOURCES) package.json tsconfig.json node_modules/.installed | $(VENV)/tools
	npm run --silent build:prod

dist/.built: $(PY_SOURCES) pyproject.toml README.md LICENSE jupyter_sm_guard/labextension/package.json | $(VENV)/tools
	rm -rf dist
	pip wheel -q --no-build-isolation --no-deps -w dist .
	touch $@

$(VENV)/installed: dist/.built
	pip install -q --no-deps --force-reinstall dist/*.whl
	touch $@
