# make demo: installs what is missing, builds, and plans a real example. make test: the same for the tests.
SWIFT ?= swift
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
# Set if you prefer a build without the (GPL) solver: make demo SWIFT_FLAGS='--traits CommandLine'
SWIFT_FLAGS ?=
SOURCES := Sources Tests Package.swift

.PHONY: demo build test oracle format lint install-glpk clean

demo: build
	@bayplan="$$($(SWIFT) build -c release $(SWIFT_FLAGS) --show-bin-path)/bayplan"; \
	echo; echo '$$ bayplan plan datasets/examples/shop/shop.yaml datasets/examples/shop/nodes.yaml'; \
	"$$bayplan" plan datasets/examples/shop/shop.yaml datasets/examples/shop/nodes.yaml

build: install-glpk
	$(SWIFT) build -c release $(SWIFT_FLAGS) --product bayplan

test: install-glpk
	$(SWIFT) test $(SWIFT_FLAGS)

# Compares with what the real kube-scheduler answered, for a folder of cases: make oracle CASES=DIR
oracle: install-glpk
	@[ -n "$(CASES)" ] || { echo 'Say which cases: make oracle CASES=DIR' >&2; exit 64; }
	BAYPLAN_ORACLE='$(abspath $(CASES))' $(SWIFT) test $(SWIFT_FLAGS) --filter OracleTests

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive $(SOURCES)

# Does nothing where glpk.h is there already, or where the build does without it.
install-glpk:
	@command -v $(SWIFT) > /dev/null || { echo 'Swift 6.1 or later is needed: https://www.swift.org/install' >&2; exit 1; }
	@case '$(SWIFT_FLAGS)' in *--traits*|*--disable-default-traits*) exit 0;; esac; \
	for header in /usr/include/glpk.h /usr/local/include/glpk.h; do [ ! -e $$header ] || exit 0; done; \
	if command -v apt-get > /dev/null; then \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y libglpk-dev < /dev/null; \
	else \
	  echo 'GLPK 5 is missing. Install it and its header:' >&2; \
	  echo '  Fedora: dnf install glpk-devel   Arch: pacman -S glpk   macOS: brew install glpk' >&2; \
	  echo "or build without it: make SWIFT_FLAGS='--traits CommandLine'" >&2; exit 1; \
	fi

clean:
	$(SWIFT) package clean
