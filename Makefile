# The two commands of the README under their usual names, and what a developer types all day.
.PHONY: start test lint fast generated bench wine agent

start:  ## this PC audited, and an estate report on screen
	python3 tools/start.py

test:  ## everything that CI runs
	python3 tools/check.py

lint:
	.venv/bin/ruff check . && .venv/bin/mypy

fast:  ## the tests alone, without installing or measuring anything
	.venv/bin/pytest -q -n auto

generated:  ## write anew the dictionary of facts, the table of rules, and the list of what is read
	.venv/bin/python tools/write_generated.py

bench:
	.venv/bin/python benchmarks/scan.py

wine:  ## the agent and the kits run for real under Wine, which is installed on Debian as root
	python3 tools/wine.py

agent:  ## dist/auditor.exe, built under Wine and tried
	python3 tools/build_windows_agent.py
