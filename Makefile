# Everything works in an environment of its own, .venv; nothing else on the machine is changed,
# but for a browser that `make test` and `make bench` install where there is none.

PYTHON ?= python3
VENV := .venv/bin
ERRORS = $(shell sed -n 's/^class \([A-Za-z]*Error\).*/\1/p' mnist_demo/errors.py)
KEYWORDS = $(addprefix -k ,_ N_ ngettext:1$(comma)2 $(ERRORS))
comma := ,

.PHONY: setup run test check audit javascript lessons languages bench browser screenshot screenshots

setup: .venv/run-ready

run: .venv/run-ready
	$(VENV)/streamlit run streamlit_app.py

# On two workers, each with a TensorFlow of its own; all tests of a file share a worker's fixtures.
test: check
	$(VENV)/pytest -n 2 --dist loadfile --no-loadscope-reorder --cov

check: .venv/dev-ready browser javascript
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy

# Known vulnerabilities of what is pinned.
audit: .venv/dev-ready
	$(VENV)/pip-audit --requirement requirements.txt
	npm audit

# Types and lint of the app's JavaScript; the app itself needs neither Node nor npm.
javascript:
	@if $(MAKE) --silent node_modules/ready 2>/dev/null; then npm run --silent check; \
	else echo "The JavaScript is not checked: that needs Node 20 and npm, with access to packages."; fi

# Every chapter of "Learn" as a Jupyter notebook, in lessons/.
lessons: .venv/run-ready
	$(VENV)/python -m mnist_demo.learn

# Catalogues of translations: what is new in the source is put into all of them, and they are compiled.
CATALOGUES := assets/locale
languages: .venv/dev-ready
	$(VENV)/pybabel --quiet extract -F pyproject.toml $(KEYWORDS) --no-location --omit-header -o $(CATALOGUES)/mnist_demo.pot .
	$(VENV)/pybabel --quiet update -D mnist_demo -i $(CATALOGUES)/mnist_demo.pot -d $(CATALOGUES) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100
	$(VENV)/pybabel --quiet compile -D mnist_demo -d $(CATALOGUES)

bench: .venv/dev-ready browser
	$(VENV)/python -m benchmarks

# The README's moving picture, made by a test that draws in the browser.
screenshot: .venv/dev-ready browser
	MNIST_DEMO_SCREENSHOT=assets/screenshot.webp $(VENV)/pytest tests/browser -k screenshot

# Every place on four screens, light and dark, on one page: screenshots/index.html.
screenshots: .venv/dev-ready browser
	mkdir -p screenshots
	MNIST_DEMO_SCREENSHOTS=screenshots $(VENV)/pytest tests/browser/test_every_place.py

browser: .venv/dev-ready
	$(VENV)/python -m benchmarks.chromium

node_modules/ready: package-lock.json
	npm ci --engine-strict --fetch-retries=0 --no-audit --no-fund
	touch $@

.venv/run-ready: requirements.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.11')"
	test -x $(VENV)/python || $(PYTHON) -m venv .venv
	$(VENV)/python -m pip install --quiet --requirement requirements.txt
	touch $@

.venv/dev-ready: .venv/run-ready requirements-dev.txt
	$(VENV)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@
