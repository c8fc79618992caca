# Thin names for the commands of this repository; none of them is needed to use it (README says how without make).

.PHONY: setup demo check test bench fmt lock

setup: ## .venv with everything that the checks need
	python3 .ci/start.py setup

demo: ## set up, then the main job on an example patient
	python3 .ci/start.py demo

check: ## set up, then format, lint, types, `guidekb check` and tests: what CI runs
	python3 .ci/start.py check

test: setup ## the tests alone; `make test ARGS='-k parser'` picks some
	.venv/bin/pytest $(ARGS)

bench: setup ## every figure that the README quotes
	for script in benchmarks/*.py; do echo "== $$script"; .venv/bin/python "$$script" || exit 1; done

fmt: setup ## format, and fix what the linter can
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: setup ## both locks anew, for Python 3.11 to 3.13 on every system; then read the diff
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/uv pip compile pyproject.toml $(LOCK) --group build --output-file requirements.lock
	.venv/bin/uv pip compile pyproject.toml $(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock

LOCK = --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" --upgrade
