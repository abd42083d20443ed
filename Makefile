# ipclab: make, make demo, make test. See README.md.

VERSION = 0.1.0

CC ?= cc
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
BIN ?= bin
WERROR ?=

WARNINGS = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes
FLAGS = -std=c11 -D_XOPEN_SOURCE=700 -DVERSION='"$(VERSION)"' \
	-Isrc -Isrc/trace -pthread $(WARNINGS) $(WERROR) $(CPPFLAGS) $(CFLAGS)

DEMOS := $(patsubst src/demos/%.c,%,$(wildcard src/demos/*.c)) \
	$(patsubst src/demos/%/,%,$(wildcard src/demos/*/))
TOOLS := $(patsubst src/tools/%.c,%,$(wildcard src/tools/*.c)) \
	$(patsubst src/tools/%/,%,$(wildcard src/tools/*/))
PROGRAMS := $(DEMOS) $(TOOLS)
HEADERS := $(wildcard src/*/*.h src/*/*/*.h)
OBJ := $(BIN)/.obj
LIBRARY := $(OBJ)/libtrace.a

ifneq ($(shell uname -s),Linux)
$(error ipclab asks Linux itself, through /proc and kcmp; this is $(shell uname -s))
endif

# All processors, unless the caller said how many.
ifeq (,$(filter -j% --jobs%,$(MAKEFLAGS)))
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN)
endif

# What to run next is said to whoever typed make, not to make test and others.
.PHONY: ready all
ready: all
	@echo
	@echo '$(BIN)/pipe-fork   a pipe from a parent to its child'
	@echo 'make demo       every demo, one after the other'
	@echo 'make test       all tests; installs what they need'
all: $(PROGRAMS:%=$(BIN)/%)

# Every object depends on every header: they are few, and this is never wrong.
$(OBJ)/%.o: src/%.c $(HEADERS) Makefile
	@mkdir -p $(@D)
	@echo '  cc $<'
	@$(CC) $(FLAGS) -c -o $@ $<

# Programs link what they use of it.
$(LIBRARY): $(patsubst src/%.c,$(OBJ)/%.o,$(wildcard src/base/*.c src/picture/*.c src/trace/*.c src/trace/*/*.c))
	@rm -f $@
	@$(AR) rcs $@ $^

# A program is one file, src/demos/NAME.c or src/tools/NAME.c, or the folder
# NAME/ there with several.
define program
$(BIN)/$(2): $$(patsubst src/%.c,$$(OBJ)/%.o,$$(wildcard src/$(1)/$(2).c src/$(1)/$(2)/*.c)) \
		$$(LIBRARY)
	@echo '  link $$@'
	@$$(CC) $$(FLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach d,$(DEMOS),$(eval $(call program,demos,$(d))))
$(foreach t,$(TOOLS),$(eval $(call program,tools,$(t))))

# The demos in the order of their lessons; those without one come last.
IN_ORDER = $(filter $(DEMOS),$(shell ls lessons | sed -n 's/^[0-9]*-//p'))

.PHONY: demo
demo: all
	@for d in $(IN_ORDER) $(filter-out $(IN_ORDER),$(DEMOS)); do \
		printf '\n== echo hello | bin/%s\n' $$d; \
		echo hello | $(BIN)/$$d || exit; \
	done
	@printf '\n== bin/sidebyside bin/pipe-fork\n'
	@if command -v strace >/dev/null; then \
		$(BIN)/sidebyside $(BIN)/pipe-fork; \
	else \
		echo '(needs strace, which is not here)'; \
	fi

# All tests, or those of one program or file: make test-pipe-fork.
.PHONY: test
test: all
	@BIN='$(abspath $(BIN))' CC='$(CC)' tests/run

test-%: all
	@BIN='$(abspath $(BIN))' CC='$(CC)' tests/run $*

# All that takes turns in make test, for every demo and exercise; what repeats a
# run does so RUNS times.
.PHONY: soak
soak: all
	@BIN='$(abspath $(BIN))' CC='$(CC)' RUNS=$(or $(RUNS),1000) LONGEST_JOB=0 \
		SOAK=1 SOLUTIONS_RUNS=20 SUBMISSIONS=100 \
		tests/run --filter 'under load|side by side|known mistakes|leave nothing|leaves nothing|stopped and continued|random layouts'

.PHONY: bench
bench: all
	@BIN='$(abspath $(BIN))' CC='$(CC)' tests/bench/run

.PHONY: lint
lint:
	@tests/lint

# For students: all but the answers. In a clone only files that git knows;
# elsewhere all that is no result of a build.
HANDOUT = ipclab-$(VERSION)
TAR ?= $(HANDOUT).tar.gz
.PHONY: handout
handout:
	@{ git ls-files 2>/dev/null || \
		find . -type f ! -path './.git/*' ! -path './bin/*' \
			! -name '*.tar.gz' | sed 's|^\./||'; \
		echo bin/.gitignore; } | sort -u | \
		grep -Ev '^(tests/(solutions|wrong)/|tests/graders\.bats$$)' | \
		while read -r file; do [ ! -f "$$file" ] || echo "$$file"; done | \
		tar -czf '$(TAR)' --transform='s|^|$(HANDOUT)/|' -T -
	@echo '$(TAR)'

.PHONY: install
install: all
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install $(PROGRAMS:%=$(BIN)/%) '$(DESTDIR)$(PREFIX)/bin'

.PHONY: uninstall
uninstall:
	rm -f $(PROGRAMS:%='$(DESTDIR)$(PREFIX)/bin/%')

.PHONY: clean
clean:
	rm -rf $(OBJ) $(PROGRAMS:%=$(BIN)/%)
