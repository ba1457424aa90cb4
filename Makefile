# Everything the project does, one word each; `make help` lists them.
# The first of them to run creates .venv. Reading and working need the course alone; testing and
# measuring add the tests, PyTorch and the rest of requirements.txt.

PYTHON ?= python3
BIN := .venv/bin
COURSE := .venv/course
EVERYTHING := .venv/everything
PIP := $(BIN)/pip install --disable-pip-version-check --progress-bar off -c constraints.txt
# here PyTorch comes without its GPU libraries, which on Linux are several gigabytes
CPU_INDEX := https://download.pytorch.org/whl/cpu
# two notebooks or test workers at a time, one thread each, use two cores best
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help book pdf test lab notebooks lint bench clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \t\2/p' Makefile | expand -t 20

book: $(COURSE) ## build the book into _build/html
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "Open _build/html/index.html in a browser."

pdf: $(EVERYTHING) book ## print the whole book into one PDF, with Chromium
	@$(BIN)/python book/print_edition.py
	@$(BIN)/jupyter-book build . -W -n --keep-going --quiet  # now the front page leads to it

test: $(EVERYTHING) book lint ## check everything: style, notebooks, framework, book, pages in a browser
	$(ONE_THREAD) $(BIN)/pytest -n 2 --dist loadscope --nbval lessons solutions book
	$(ONE_THREAD) $(BIN)/pytest -n 2 --dist loadfile --doctest-modules lib tests

lab: $(COURSE) ## open your own copy of the lessons, in work/, in JupyterLab
	$(BIN)/python -m lib lessons
	$(BIN)/jupyter lab --ServerApp.preferred_dir=work

notebooks: $(COURSE) ## run every notebook again and store what it shows
	$(BIN)/python book/execute.py

lint: $(EVERYTHING) ## check the style of code and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: $(EVERYTHING) ## measure the framework against PyTorch
	$(BIN)/python benchmarks/bench.py

clean: ## delete everything that was made; what you wrote and the data stay
	rm -rf .venv _build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

$(COURSE): requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, found: $$($(PYTHON) --version 2>&1)."; \
	  echo "Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || { \
	  echo "No virtual environment could be made (Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PIP) -e ".[course]"
	@touch $(COURSE)

$(EVERYTHING): $(COURSE)
	@echo "Asking $(CPU_INDEX) for the small PyTorch …"
	$(PIP) -r requirements.txt $$(exec 2>/dev/null; $(BIN)/python -c "import signal, urllib.request; signal.alarm(4); \
	  urllib.request.urlopen('$(CPU_INDEX)/torch/'); print('--extra-index-url $(CPU_INDEX)')"; :)
	@touch $(EVERYTHING)
