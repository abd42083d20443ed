# turns.bash: what is dear is done for what changed, and of the rest for a part
# in turn, another one each day; make soak does all of it.
#
#	BASE=COMMIT  changes are counted from there
#	ROTATE=N     whose turn it is: as on the Nth day of the year
#	SOAK=1       everybody's

ROTATE=$((10#${ROTATE:-$(date +%j)}))
SOAK=${SOAK:-}

# base: where changes are counted from: BASE; else where this branch left
# origin/main; on origin/main itself the commit before, if the clone has it.
# Nothing where there is no git.
base() {
	local fork
	if [ -n "${BASE:-}" ]; then
		git rev-parse --verify "$BASE^{commit}"
		return
	fi
	fork=$(git merge-base HEAD origin/main 2>/dev/null) || :
	if [ -n "$fork" ] && [ "$fork" != "$(git rev-parse HEAD)" ]; then
		echo "$fork"
	else
		git rev-list --first-parent --max-count=2 HEAD 2>/dev/null | tail -n 1
	fi
}

# changed PATH...: the files there that are not as in base, also where they are
# not yet committed; prints nothing where nobody knows.
changed() {
	local from
	from=$(base)
	[ -n "$from" ] || return 0
	git diff --name-only "$from" -- "$@"
	git ls-files --others --exclude-standard -- "$@"
}

# its_turn INDEX N: of things that take turns, one in N a day, it is that one's.
its_turn() {
	[ -n "$SOAK" ] || [ $(($1 % $2)) -eq $((ROTATE % $2)) ]
}

# demos: one for each source, so one that was not built is a failure; DEMO: that
# one alone.
demos() {
	local source
	if [ -n "${DEMO:-}" ]; then
		echo "$DEMO"
		return
	fi
	for source in src/demos/*; do
		basename "$source" .c
	done
}

# demos_that_repeat: those that changed, and a sixth in turn.
demos_that_repeat() {
	local name i=0
	for name in $(DEMO='' demos); do
		if its_turn "$((i++))" 6 || [ -n "$(changed "src/demos/$name.c" \
			"src/demos/$name" "tests/demos/$name.bats")" ]; then
			echo "$name"
		fi
	done
}
