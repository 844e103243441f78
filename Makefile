# The two commands of the README under their usual names, and what a developer types all day.
.PHONY: start test lint fast wants bench

start:  ## this PC audited, and an estate report on screen
	python3 tools/start.py

test:  ## everything that CI runs
	python3 tools/check.py

lint:
	.venv/bin/ruff check . && .venv/bin/mypy

fast:  ## the tests alone, without installing or measuring anything
	.venv/bin/pytest -q -n auto

wants:  ## write down anew what the checks want read, for the collecting kits
	.venv/bin/python tools/write_wants.py

bench:
	.venv/bin/python benchmarks/scan.py
