#!/usr/bin/env bash
# compare.bash FDMAP LAYOUT FOLDER FROM TO: for each seed, is what fdmap says
# of a layout what layout made? Prints the seeds where it is not; their number
# is the exit status. The caller closes descriptors 3 and up.
set -u
fdmap=$1 layout=$2 folder=$3
for file in a b c; do
	head -c 2000 /dev/zero >"$folder/$file"
done

wrong=0
for ((seed = $4; seed <= $5; seed++)); do
	want=$folder/want.$seed got=$folder/got.$seed
	setsid "$layout" "$seed" "$want" "$folder" &
	for ((i = 0; i < 1000 && i >= 0; i++)); do
		[ ! -e "$want" ] || break
		sleep 0.005
	done
	mapfile -t pids < <(jq -r 'select(.pid).pid' "$want")
	"$fdmap" --json "${pids[@]}" | jq -c '
		(.processes[] | {pid, descriptors}),
		(.descriptions[] | {number, flags, offset, shared, pipe:
			(if .pipe then (.pipe | explode[0] - 64) else null end)}),
		(.pipes[] | {fill, capacity, read_end, write_end})' >"$got"
	if ! diff "$want" "$got" >"$folder/diff"; then
		echo "seed $seed:"
		head -5 "$folder/diff"
		wrong=$((wrong + 1))
	fi
	kill -KILL "${pids[@]}"
	wait 2>/dev/null
	rm -f "$want" "$got"
done
echo "layouts that differ: $wrong"
[ "$wrong" -eq 0 ]
