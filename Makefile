# The two commands a newcomer needs: `make run` and `make test`. Everything else builds on them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: pictures setup run test check soak mutants format migration demo bench fuzz eval lock clean

setup: $(STAMP)

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Termgate needs Python 3.11 or newer; set PYTHON=/path/to/it")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup
	$(BIN)/termgate serve

# Tests of one file stay together: some share a running service. Many wait for processes: four at a time on two
# cores, in the order of tests/conftest.py. Hundreds start the program: compiled code is kept for them.
test: setup
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/termgate policy test
	$(MAKE) --no-print-directory test

# Workers and databases that die, hang or are full, with real processes and real waiting: a quarter of an hour.
soak: setup
	$(BIN)/pytest -n 0 -s -m soak

# Breaks the judging of look-ups in one place after another, and says which breaks no test notices.
mutants: setup
	$(BIN)/python -m tests.mutants

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Drafts the next migration from what registry/tables/ has and the migrations have not: make migration M="why"
migration: setup
	@$(BIN)/python -m migrations.draft "$(M)"

# The main job on recorded terms of real vendors, which stand beside the project.
demo: setup
	$(BIN)/python -m tests.live.demo

# Every benchmark, one after the other; a line `bench NAME VALUE UNIT` for each figure.
bench: setup
	@for file in tests/bench/*.py; do $(BIN)/python -m tests.bench.$$(basename $$file .py) || exit 1; done

# Damaged pages of real vendors, or invented ones, read for a while: make fuzz SECONDS=600 SEED=1
SECONDS := 60
fuzz: setup
	$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

# Scores on the invented terms, and on recorded ones where they stand beside the project: first the vendors that
# rules were written on, then the totals of those kept aside.
RECORDED := ../shared/labels/terms
eval: setup
	$(BIN)/termgate eval tests/gold/terms
	@test -d $(RECORDED) || echo "no recorded terms beside the project: only the invented ones were measured"
	@if test -d $(RECORDED); then $(BIN)/termgate eval $(RECORDED) --except kept-aside; fi
	@if test -d $(RECORDED); then $(BIN)/termgate eval $(RECORDED) --only kept-aside; fi

# The README's pictures, taken by a browser on the way through the main job.
PICTURES := build/pictures
pictures: setup
	rm -rf $(PICTURES)
	TERMGATE_SCREENSHOTS=$(PICTURES) $(BIN)/pytest -n 0 tests/live/test_console.py -k desk
	mkdir -p docs/pictures
	for one in tool decide change; do cp $(PICTURES)/desk-$$one.png docs/pictures/$$one.png; done

# Writes both lock files anew; needs uv on the PATH. The last line refuses a lock that names an address.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra postgres pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --all-extras pyproject.toml --output-file requirements-dev.lock
	@! grep -n '://' requirements.lock requirements-dev.lock

clean:
	rm -rf build *.egg-info .mypy_cache .ruff_cache .pytest_cache
