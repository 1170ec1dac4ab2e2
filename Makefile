# Everything a person runs. `make help` lists it.

PYTHON ?= python3
VENV := .venv/bin
STARTED := $(shell date +%s)
ARGS ?=
ZHIPEI_BENCHMARKS ?= $(CURDIR)/../shared/benchmarks
export ZHIPEI_BENCHMARKS

# What a production machine would have set, for Django's deployment checks.
PRODUCTION := DEBUG=false SECRET_KEY=$$($(VENV)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	ALLOWED_HOSTS=zhipei.example DATABASE_URL=postgres://zhipei_app@localhost/zhipei REDIS_URL=redis://localhost/0

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run manage test coverage check audit evaluate suggestions bench bench-full bench-page bench-web mutants mutants-policy screenshots format messages lock clean

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Create .venv and install requirements.txt, nothing else
	@$(PYTHON) config/local/bootstrap.py run

setup-dev: ## Create .venv and install requirements-dev.txt
	@$(PYTHON) config/local/bootstrap.py dev

run: setup ## Serve the site on http://127.0.0.1:8000/ until Ctrl-C (PORT=… changes the port)
	@ZHIPEI_STARTED_AT=$(STARTED) exec $(VENV)/python -m config.local run

manage: setup ## Run a management command: make manage ARGS="match --all"
	@exec $(VENV)/python -m config.local services -- manage.py $(ARGS)

test: setup-dev ## Run all tests (ARGS="-k word" for some)
	@exec $(VENV)/python -m pytest --numprocesses auto --dist loadgroup $(ARGS)

coverage: setup-dev ## Run all tests and show what they do not reach
	$(VENV)/python -m pytest --cov --cov-report=term-missing:skip-covered $(ARGS)

check: setup-dev ## Lint, types, import direction, templates, migrations, deployment, translations
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/bandit --quiet -ll --recursive accounts catalog config matchmaking
	DEBUG=true $(VENV)/mypy .
	$(VENV)/lint-imports
	$(VENV)/djlint --lint --quiet templates
	find templates -name '*.html' -print0 | xargs -0 $(VENV)/djade --check --target-version 5.2
	$(VENV)/python -m config.local services -- manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(VENV)/python manage.py check --deploy --fail-level WARNING
	$(VENV)/python -m config.local.translations

audit: setup-dev ## Ask the package index for known vulnerabilities of what is pinned
	$(VENV)/pip-audit --requirement requirements-dev.txt --disable-pip --no-deps --progress-spinner off

evaluate: setup-dev ## Measure the engine's relevance on the tech-transfer benchmark
	$(VENV)/python -m config.local services -- manage.py evaluate_matching "$(ZHIPEI_BENCHMARKS)/tech-transfer" $(ARGS)

suggestions: setup-dev ## Measure what free words suggest on the needs labelled by hand and kept apart
	$(VENV)/python -m config.local services -- manage.py load_vocabulary
	$(VENV)/python -m config.local services -- manage.py evaluate_suggestions tests/catalog/suggesting/labelled.jsonl $(ARGS)

screenshots: setup-dev ## Photograph every page for looking at, into var/screenshots/ (5 minutes; PAGES="pair" for some)
	$(VENV)/python -m pytest -q -s tests/look/screenshots.py $(ARGS)

bench: setup-dev ## Measure speed and recall over 100,000 synthetic listings (about 5 minutes)
	$(VENV)/python -m config.local.bench 100k $(ARGS)

bench-full: setup-dev ## The same over 1,100,000 listings, going on where it stopped (an hour and 40 GB)
	$(VENV)/python -m config.local.bench 1m $(ARGS)

bench-web: setup-dev ## Measure the pages over 100,000 listings from a real server (about 10 minutes)
	$(VENV)/python -m config.local.bench web-100k $(ARGS)

mutants: setup-dev ## Mutate the engine and see that its tests notice (an hour; ARGS="matchmaking.engine.criteria.*" for a part)
	@# In an environment of its own: it brings setproctitle, which renames the site's processes.
	$(VENV)/uv venv --quiet --allow-existing .venv-mutants
	$(VENV)/uv pip install --quiet --python .venv-mutants -r requirements-dev.txt mutmut==3.8.1
	.venv-mutants/bin/mutmut run $(ARGS)
	.venv-mutants/bin/mutmut export-cicd-stats
	@cat mutants/mutmut-cicd-stats.json

mutants-policy: setup-dev ## Take each check of the permission policy out, one at a time, and see that the tests notice (after make test)
	$(VENV)/python -m pytest -q tests/matrix/test_policy.py $(ARGS)
	@# Then every call of a check, with the tests that it refused somebody in during `make test`.
	$(VENV)/python -m tests.refusals var/test/refusals.json

bench-page: setup-dev ## Put the figures of the last measurement into docs/scaling.md
	DEBUG=true $(VENV)/python manage.py render_scaling $(ARGS)

format: setup-dev ## Put code and templates into their one form
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	find templates -name '*.html' -print0 | xargs -0 $(VENV)/djade --target-version 5.2

messages: setup-dev ## Compile locale/*/LC_MESSAGES/*.po
	$(VENV)/python -m config.local.translations --write

lock: setup-dev ## Turn requirements*.in into requirements*.txt
	$(VENV)/uv pip compile --quiet --universal requirements.in -o requirements.txt
	$(VENV)/uv pip compile --quiet --universal requirements-dev.in -c requirements.txt -o requirements-dev.txt

clean: ## Remove .venv, caches and the local data in var/
	rm -rf .venv .venv-mutants mutants var staticfiles htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
