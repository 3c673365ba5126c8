# newsgen: two commands are enough. `make site` builds the sample archive, `make test` runs the tests.
# Needed: GNU make 3.81 or newer, git, and Python 3.11 or newer with venv. Everything else goes into .venv/.

# Tests that are marked alone measure seconds and memory: they have the machine for themselves.
# Those marked browser keep threads and a browser, beside which the others must not fork. Those marked slow are beside
# each other, because they count the CPU time of their own thread of work. CONTRIBUTING.md tells which test is where.
# Another Python: make site PYTHON=python3.12. Options for every newsgen command: make site OPTIONS=--strict
# Options for the soak (tests/soak.py --help): make soak SOAK="--minutes 5 --seed 7 --keep found"
# Options for the growth (tests/growth.py --help): make growth GROWTH="--family body --only notes --limit 3"
# Options for the mutants (tools/mutants.py --help): make mutants MUTANTS="--count 40 --seed 1"
# Options for the shape (tools/shape.py --help): make shape SHAPE="--commit main~20"
# Options for the benchmarks (benchmarks/run.py --help): make bench-full BENCH=--resume
PYTHON   ?=
VENV     ?= .venv
OPTIONS  ?=
TESTS    ?= -n auto --dist worksteal
EXAMPLES ?= 50
SOAK     ?=
GROWTH   ?=
BENCH    ?=
MUTANTS  ?=
SHAPE    ?=

PYTHONS := $(if $(PYTHON),$(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
IN_VENV := $(VENV)/bin/python
INSTALL := $(IN_VENV) -m pip install --quiet --disable-pip-version-check
NEWSGEN := $(IN_VENV) -m newsgen

.PHONY: help bench-parts bench-against site test quick mutants shape drawing soak soak-edits growth serve check checks lighthouse screenshots bench bench-full lint clean distclean
.DELETE_ON_ERROR:

help:
	@echo 'make site       build content/ into site/'
	@echo 'make serve      preview the site at http://127.0.0.1:8000/, rebuilt on every change'
	@echo 'make check      say what is wrong, write nothing'
	@echo 'make test       run the tests'
	@echo 'make quick      format, lint, types and the tests that build no site: a minute'
	@echo 'make soak       build random sites of odd texts, pictures and names for an hour (SOAK="--minutes 5 --seed 7")'
	@echo 'make growth     read each construct at lengths of up to 1 MB: which take longer than their length? an hour'
	@echo 'make soak-edits try many more sequences of edits (EXAMPLES=50 times as many as make test)'
	@echo 'make checks     all that looks at the generated site: browser, axe, Nu, html-validate; needs Node, Java, Chromium'
	@echo 'make lighthouse scores for speed, accessibility and search engines, with the reason for each point lost'
	@echo 'make screenshots every kind of page, both languages, phone and desktop, light and dark'
	@echo 'make lint       ruff, mypy, lint-imports'
	@echo 'make shape      rooms, layers, complexity and comments (SHAPE="--commit main~20" for that commit beside it)'
	@echo 'make drawing    the rooms and the way of one edit, made from the import contract into docs/architecture.md'
	@echo 'make mutants    break the code in one place after the other, and tell what no test notices'
	@echo 'make bench      measure builds and edits of 2,000 articles beside Hugo: about three minutes, and the parts'
	@echo 'make bench-parts measure what search, pictures and what machines read cost: five minutes; make bench does it too'
	@echo 'make bench-against COMMIT=main~20: CPU time and memory of builds and edits, this checkout beside that commit'
	@echo 'make bench-full measure 1,000 to 200,000 articles, and write docs/performance.md: two hours, 30 GB'
	@echo 'make clean      remove what was built; make distclean: the environment too'

# Exit status 1 means: built, but something is wrong in content/. The site is there to be looked at.
site: $(VENV)/.for-site
	@status=0; $(NEWSGEN) build $(OPTIONS) || status=$$?; \
	if [ $$status -lt 2 ]; then \
	    echo; echo 'The site is in site/. To read it:'; \
	    echo; echo '    make serve'; \
	    echo; echo 'and open http://127.0.0.1:8000/'; \
	fi; exit $$status

serve: $(VENV)/.for-site
	@$(NEWSGEN) serve $(OPTIONS)

check: $(VENV)/.for-site
	@$(NEWSGEN) check $(OPTIONS)

test: $(VENV)/.for-test
	@$(IN_VENV) -m pytest $(TESTS) -m 'not slow and not browser'
	@$(IN_VENV) -m pytest $(TESTS) -m 'not slow and browser'
	@$(IN_VENV) -m pytest $(TESTS) -m 'slow and not alone'
	@$(IN_VENV) -m pytest -m alone

# Those that are marked pure: conftest.py lets them build no site and start no process.
quick: $(VENV)/.for-lint
	@$(IN_VENV) -m ruff format --quiet .
	@$(MAKE) --no-print-directory lint
	@$(IN_VENV) -m pytest $(TESTS) -q -m pure $$(grep -l 'mark[.]pure' tests/test_*.py)

# What is broken is a copy. Equal seeds break the same places.
mutants: $(VENV)/.for-test
	@$(IN_VENV) tools/mutants.py $(MUTANTS)

shape: $(VENV)/.for-lint
	@$(IN_VENV) tools/shape.py $(SHAPE)

# The page that shows it; a test fails while it is another one than this makes.
drawing: $(VENV)/.for-site
	@$(IN_VENV) tools/drawing.py --write

soak: $(VENV)/.for-test
	@$(IN_VENV) tests/soak.py $(SOAK)

growth: $(VENV)/.for-test
	@$(IN_VENV) tests/growth.py $(GROWTH)

# Only tests whose number of examples NEWSGEN_EXAMPLES multiplies; what was found before is tried first.
soak-edits: $(VENV)/.for-test
	@NEWSGEN_EXAMPLES=$(EXAMPLES) $(IN_VENV) -m pytest $(TESTS) tests/test_machine.py tests/test_incremental.py

# docs/checks.md tells what each of them is for. `make test` runs them too, and says which it left out.
CHECKS = tests/browser tests/test_checkers.py tests/test_sample_links.py tests/test_sample_formats.py

checks: $(VENV)/.for-test node_modules/.for-checks
	@$(IN_VENV) -m pytest $(TESTS) $(CHECKS)

lighthouse: $(VENV)/.for-test node_modules/.for-checks
	@$(IN_VENV) tests/browser/lighthouse.py

screenshots: $(VENV)/.for-test
	@$(IN_VENV) docs/screenshots/make.py
	@$(IN_VENV) docs/screenshots/theme.py

bench: $(VENV)/.for-site
	@$(IN_VENV) benchmarks/run.py --sizes 2000:3 --results benchmarks/work/small.json $(BENCH)
	@$(MAKE) --no-print-directory bench-parts

# What each part of the pages adds to a build and to an edit.
bench-parts: $(VENV)/.for-site
	@$(IN_VENV) benchmarks/parts_cost.py --articles 1000
	@$(IN_VENV) benchmarks/ledger_cost.py --articles 1000
	@$(IN_VENV) benchmarks/search_cost.py --articles 2000
	@$(IN_VENV) benchmarks/publish_cost.py --articles 2000
	@$(IN_VENV) benchmarks/pictures.py --photos 20 --stories 200

# What this checkout costs beside another commit: make bench-against COMMIT=main~20
COMMIT ?= HEAD
bench-against: $(VENV)/.for-site
	@$(IN_VENV) benchmarks/against.py $(COMMIT) $(BENCH)

# A size after the other; each is kept as soon as it is measured, so that a run may be stopped and resumed.
bench-full: $(VENV)/.for-site
	@$(IN_VENV) benchmarks/run.py --sizes 1000:1 2000:3 5000:1 20000:3 50000:1 200000:1 --table $(BENCH)

lint: $(VENV)/.for-lint
	@$(IN_VENV) -m ruff check .
	@$(IN_VENV) -m ruff format --check . || { echo 'make quick formats them' >&2; exit 1; }
	@$(IN_VENV) -m mypy
	@$(VENV)/bin/lint-imports

clean:
	rm -rf site .newsgen build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

distclean: clean
	rm -rf $(VENV) .venv-bench node_modules

# ---- the environment: a stamp for each set of packages, so that a second run installs nothing
$(IN_VENV):
	@for python in $(PYTHONS); do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	            echo "$$python has no venv: on Debian, apt install python3-venv" >&2; exit 1; \
	        fi; \
	        echo "making $(VENV)/ with $$("$$python" --version) ..."; \
	        exec "$$python" -m venv $(VENV); \
	    fi; \
	done; \
	echo 'newsgen needs Python 3.11 or newer (tried: $(PYTHONS)); name one: make site PYTHON=...' >&2; exit 1

$(VENV)/.for-site: pyproject.toml constraints.txt | $(IN_VENV)
	@echo 'installing newsgen into $(VENV)/ ...'
	@$(INSTALL) --constraint constraints.txt --editable .
	@touch $@

# Dependency groups need pip 25.1; the pip that Python brings along may be older.
$(VENV)/.for-test: $(VENV)/.for-site
	@echo 'installing what the tests need ...'
	@$(INSTALL) --upgrade 'pip>=25.1'
	@$(INSTALL) --constraint constraints.txt --group test
	@touch $@

$(VENV)/.for-lint: $(VENV)/.for-test
	@echo 'installing what the linters need ...'
	@$(INSTALL) --constraint constraints.txt --group lint
	@touch $@

# The versions that package-lock.json names, of whatever registry npm is set up with.
node_modules/.for-checks: package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo 'this needs Node and npm: docs/checks.md' >&2; exit 1; }
	@echo 'installing what the checks need into node_modules/ ...'
	@npm ci --silent
	@touch $@
