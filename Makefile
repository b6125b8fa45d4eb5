# make demo: installs what is missing, builds, and plans a real example. make test: the same for the tests.
SWIFT ?= swift
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
# Set if you prefer a build without the (GPL) solver: make demo SWIFT_FLAGS='--traits CommandLine'
SWIFT_FLAGS ?=
SOURCES := Sources Tests Package.swift

.PHONY: demo build bench bench-against test oracle format lint install-libraries peers peers-test clean

demo: build
	@bayplan="$$($(SWIFT) build -c release $(SWIFT_FLAGS) --show-bin-path)/bayplan"; \
	echo; echo '$$ bayplan plan datasets/examples/shop/shop.yaml datasets/examples/shop/nodes.yaml'; \
	"$$bayplan" plan datasets/examples/shop/shop.yaml datasets/examples/shop/nodes.yaml

build: install-libraries
	$(SWIFT) build -c release $(SWIFT_FLAGS) --product bayplan

# Answers, work and time of this build beside the baseline.
bench: build
	@bayplan="$$($(SWIFT) build -c release $(SWIFT_FLAGS) --show-bin-path)/bayplan"; \
	"$$bayplan" bench Benchmarks/suites/performance.yaml && \
	echo && "$$bayplan" bench compare Benchmarks/suites/performance-baseline.json bayplan-bench/performance.sqlite

# This tree beside another commit, run by run in one session: make bench-against BASE=HEAD~1 [SUITE=quick]
SUITE ?= quick
bench-against: build
	@[ -n "$(BASE)" ] || { echo 'Say which commit: make bench-against BASE=HEAD~1' >&2; exit 64; }
	@base="$$(git rev-parse --verify --short '$(BASE)^{commit}')"; tree=".build/bench-$$base"; \
	[ -d "$$tree" ] || git worktree add --detach "$$tree" "$$base"; \
	$(SWIFT) build -c release $(SWIFT_FLAGS) --package-path "$$tree" --product bayplan; \
	old="$$($(SWIFT) build -c release $(SWIFT_FLAGS) --package-path "$$tree" --show-bin-path)/bayplan"; \
	new="$$($(SWIFT) build -c release $(SWIFT_FLAGS) --show-bin-path)/bayplan"; \
	store=bayplan-bench/against.sqlite; \
	"$$new" bench '$(SUITE)' --store "$$store" --engine "$$base=$$old" --label new && \
	echo && "$$new" bench compare "$$store@$$base" "$$store@new"

test: install-libraries
	$(SWIFT) test $(SWIFT_FLAGS)

# Compares with what the real kube-scheduler answered, for a folder of cases: make oracle CASES=DIR
oracle: install-libraries
	@[ -n "$(CASES)" ] || { echo 'Say which cases: make oracle CASES=DIR' >&2; exit 64; }
	BAYPLAN_ORACLE='$(abspath $(CASES))' $(SWIFT) test $(SWIFT_FLAGS) --filter OracleTests

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive $(SOURCES)

# GLPK (where the build has it) and SQLite. Does nothing where their headers are there already.
install-libraries:
	@command -v $(SWIFT) > /dev/null || { echo 'Swift 6.1 or later is needed: https://www.swift.org/install' >&2; exit 1; }
	@missing=; \
	has() { [ -e /usr/include/$$1 ] || [ -e /usr/local/include/$$1 ]; }; \
	case '$(SWIFT_FLAGS)' in \
	  *--disable-default-traits*) exit 0;; \
	  *--traits*) ;; \
	  *) has glpk.h || missing='libglpk-dev';; \
	esac; \
	has sqlite3.h || missing="$$missing libsqlite3-dev"; \
	[ -n "$$missing" ] || exit 0; \
	if command -v apt-get > /dev/null; then \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update < /dev/null && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y $$missing < /dev/null; \
	else \
	  echo 'GLPK 5 or SQLite 3 is missing. Install them with their headers:' >&2; \
	  echo '  Fedora: dnf install glpk-devel sqlite-devel   Arch: pacman -S glpk sqlite   macOS: brew install glpk' >&2; \
	  echo "or build without GLPK: make SWIFT_FLAGS='--traits CommandLine'" >&2; exit 1; \
	fi

# Foreign solvers for bayplan bench, from PyPI into a folder of their own; see Benchmarks/peers/README.md.
PYTHON ?= python3
PEERS := Benchmarks/peers

peers: $(PEERS)/venv/installed

$(PEERS)/venv/installed: $(PEERS)/requirements.txt $(PEERS)/requirements-no-deps.txt
	@echo 'Installing into $(PEERS)/venv, each under its own licence:'; grep -hv '^#' $^ | sed 's/^/  /'
	$(PYTHON) -m venv $(PEERS)/venv
	$(PEERS)/venv/bin/python -m pip install --quiet --disable-pip-version-check -r $(PEERS)/requirements.txt
	$(PEERS)/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r $(PEERS)/requirements-no-deps.txt
	@touch $@

peers-test: peers
	$(PEERS)/venv/bin/python $(PEERS)/test_peers.py

clean:
	$(SWIFT) package clean
