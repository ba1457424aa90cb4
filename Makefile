# Everything the project does, one word each; `make help` lists them.
# The first of them to run creates .venv and installs requirements.txt into it.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
# two notebooks or test workers at a time, one thread each, use two cores best
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help book test lab notebooks lint bench clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \t\2/p' Makefile | expand -t 20

book: $(READY) ## build the book into _build/html
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "Open _build/html/index.html in a browser."

test: book lint ## check everything: style, framework, notebooks, book, pages in a browser
	$(ONE_THREAD) $(BIN)/pytest -n 2 --dist loadfile --doctest-modules lib tests
	$(ONE_THREAD) $(BIN)/pytest -n 2 --dist loadscope --nbval lessons solutions book

lab: $(READY) ## open the lessons in JupyterLab
	$(BIN)/jupyter lab lessons

notebooks: $(READY) ## run every notebook again and store what it shows
	$(BIN)/python book/execute.py

lint: $(READY) ## check the style of code and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: $(READY) ## measure the framework against PyTorch
	$(BIN)/python benchmarks/bench.py

clean: ## delete everything that was made; what you wrote and the data stay
	rm -rf .venv _build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, found: $$($(PYTHON) --version 2>&1)."; \
	  echo "Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || { \
	  echo "No virtual environment could be made (Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(BIN)/pip install --disable-pip-version-check --progress-bar off -r requirements.txt
	@touch $(READY)
