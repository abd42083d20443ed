#!/usr/bin/env bash
# graphs.bash FDMAP GRAPH FROM TO: for each seed, are those stuck of whom fdmap
# says that nobody ever wakes them, and no others? And does it tell of a circle
# if there is one, and of none if there is not? Prints the seeds where it is not
# so, and how many they are.
set -u
fdmap=$1 graph=$2
work=$(mktemp -d /tmp/graphs-XXXXXX)
wrong=0

# asleep: the call of each process that is to sleep, in lines of /proc
settled() {
	local pid
	while read -r pid _; do
		[ -e "/proc/$pid/stat" ] || continue
		[[ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null)" == S* ]] || return 1
	done <"$work/made"
}

for ((seed = $3; seed <= $4; seed++)); do
	rm -f "$work/made"
	setsid "$graph" "$seed" "$work/made.new" </dev/null >/dev/null 2>&1 &
	first=$!
	for ((i = 0; i < 1000; i++)); do
		[ -s "$work/made.new" ] && break
		sleep 0.01
	done
	sleep 0.05
	mv "$work/made.new" "$work/made"
	for ((i = 0; i < 500; i++)); do
		settled && break
		sleep 0.02
	done
	mapfile -t pids < <(awk '{ print $1 }' "$work/made")
	"$fdmap" --why --only --json "${pids[@]}" | jq -r '.why[]' >"$work/only"
	"$fdmap" --why --json "$first" | jq -r '.why[]' >"$work/way"
	grep -E '(never comes|never ends|ever comes)$' "$work/only" |
		awk '{ print $1 }' | sort -u >"$work/said"
	awk '$2 == "stuck" { print $1 }' "$work/made" | sort -u >"$work/stuck"
	awk '$2 == "helped" { print $1 }' "$work/made" | sort -u >"$work/helped"
	circles=$(grep -cE '^deadlock: |waits for itself; ' "$work/way")
	if ! diff <(comm -23 "$work/said" "$work/helped") "$work/stuck" >"$work/diff" ||
		[ "$((circles > 0))" -ne "$(($(wc -l <"$work/stuck") > 0))" ]; then
		echo "seed $seed:"
		cat "$work/diff" "$work/made" "$work/only" "$work/way"
		wrong=$((wrong + 1))
	fi
	kill -KILL -- "-$first" 2>/dev/null
	wait 2>/dev/null
done
rm -rf "$work"
echo "graphs told wrong: $wrong"
[ "$wrong" -eq 0 ]
