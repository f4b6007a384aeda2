# Everything works in an environment of its own, .venv; nothing else on the machine is changed,
# but for a browser that `make test` and `make bench` install where there is none.

PYTHON ?= python3
VENV := .venv/bin

.PHONY: setup run test check bench browser screenshot

setup: .venv/run-ready

run: .venv/run-ready
	$(VENV)/streamlit run streamlit_app.py

test: check
	$(VENV)/pytest

check: .venv/dev-ready browser
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy

bench: .venv/dev-ready browser
	$(VENV)/python -m benchmarks

# The README's picture, made by a test that draws in the browser.
screenshot: .venv/dev-ready browser
	MNIST_DEMO_SCREENSHOT=assets/screenshot.png $(VENV)/pytest tests/browser -k screenshot

browser: .venv/dev-ready
	$(VENV)/python -m benchmarks.chromium

.venv/run-ready: requirements.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.11')"
	test -x $(VENV)/python || $(PYTHON) -m venv .venv
	$(VENV)/python -m pip install --quiet --requirement requirements.txt
	touch $@

.venv/dev-ready: .venv/run-ready requirements-dev.txt
	$(VENV)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@
