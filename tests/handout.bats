#!/usr/bin/env bats
# handout.bats: what students get has no answers, builds and grades by itself.
load helper

setup() {
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	# cage's own users must get there: bats' folder is closed to them
	place=$(mktemp -d /tmp/ipclab-test-XXXXXX)
	chmod 755 "$place"
	unset IPCLAB_LESSONS MAKEFLAGS MAKELEVEL
}

teardown() {
	rm -rf "$place"
}

unpacked() {
	make -s handout TAR="$place/handout.tar.gz" >/dev/null
	tar -xzf "$place/handout.tar.gz" -C "$place"
	cd "$place"/ipclab-*/ || exit
}

@test "the handout has no answers" {
	unpacked
	[ ! -e tests/solutions ]
	[ ! -e tests/wrong ]
	[ ! -e tests/graders.bats ]
	[ -z "$(find . -name '*.patch')" ]
	[ -e lessons/grader.bash ]
	[ -e README.md ]
	[ -z "$(ls bin)" ]
}

@test "the handout builds and grades by itself, a new exercise too" {
	unpacked
	alone make -s all BIN=bin >"$out" 2>"$err"
	# three files make an exercise: README.md, the skeleton, grade.bats
	cp -r "$ROOT/tests/tools/grade/01-doubling" lessons/90-doubling
	try alone timeout 300 bin/grade --format=csv
	status_is 1
	grep -Eq '^lessons,(0,)+[0-9]+,[0-9]+\.[0-9],' "$out"
	cp "$ROOT/tests/tools/grade/answers/right.c" lessons/90-doubling/twice.c
	try alone timeout 300 bin/grade 90
	status_is 0
	has "$out" 'total 10 of 10'
}

@test "the handout can be packed again without git" {
	unpacked
	GIT_DIR=/nowhere make -s handout TAR="$place/again.tar.gz" >/dev/null
	diff <(tar -tzf "$place/handout.tar.gz" | sort) \
		<(tar -tzf "$place/again.tar.gz" | sort)
}
