# Each target is a task of compkit/dev/tasks.py, which also runs where there is no make: python -m compkit reports
PYTHON ?= python3

.PHONY: setup reports test test-long lint lab refresh golden docs bench crosscheck release
setup reports test test-long lint lab refresh golden docs bench crosscheck release:
	@$(PYTHON) -m compkit $@
