# causes.awk: reads a trace; fails, naming the line, if an effect stands above
# its cause. A lane's lines come after the fork that made it; what is read from
# a pipe was written before (a write of more than PIPE_BUF is printed when it
# returns, so its pipe is left out); end of file comes after the last write end
# was closed; a wait comes after the exit that it saw.

function complain(what) {
	printf "line %d: %s: %s\n", NR, what, $0
	wrong = 1
}

function let_go(lane, fd) {
	if ((lane, fd) in writes_to)
		writers[writes_to[lane, fd]]--
	delete writes_to[lane, fd]
	delete reads_from[lane, fd]
}

function copy(from_lane, from_fd, lane, fd) {
	if ((from_lane, from_fd) in writes_to) {
		writes_to[lane, fd] = writes_to[from_lane, from_fd]
		writers[writes_to[lane, fd]]++
	}
	if ((from_lane, from_fd) in reads_from)
		reads_from[lane, fd] = reads_from[from_lane, from_fd]
}

/^[^ |]+ +\| / && !/\| +#/ {
	body = $0
	sub(/^[^|]*\| /, "", body)
	match(body, /^ */)
	lane = RLENGTH / 4
	body = substr(body, RLENGTH + 1)
	call = substr(body, 1, index(body, "(") - 1)
	split(substr(body, length(call) + 2), arg, /[^0-9]+/)
	if (!match(body, /\) = (-?[0-9]+|\?|f)( |$)/))
		next # nothing but a number can be a cause
	args = substr(body, 1, RSTART)
	result = substr(body, RSTART + 4) + 0
	lines++
	if (lane > forks)
		complain("a lane above the fork that made it")
	if (call == "fork" && result > 0) {
		lane_of[result] = ++forks
		for (fd = 0; fd < 64; fd++)
			copy(lane, fd, forks, fd)
	} else if (call == "pipe" && result == 0) {
		pipes++
		split(args, ends, /[^0-9]+/)
		reads_from[lane, ends[2]] = pipes
		writes_to[lane, ends[3]] = pipes
		writers[pipes] = 1
	} else if (call == "close" && result == 0) {
		let_go(lane, arg[1])
	} else if (call ~ /^dup/ && result >= 0) {
		let_go(lane, result)
		copy(lane, arg[1], lane, result)
	} else if (call == "write" && (lane, arg[1]) in writes_to) {
		match(args, /, [0-9]+\)$/)
		if (substr(args, RSTART + 2) + 0 > 4096)
			left_out[writes_to[lane, arg[1]]] = 1
		written[writes_to[lane, arg[1]]] += result
	} else if (call == "read" && (lane, arg[1]) in reads_from) {
		pipe = reads_from[lane, arg[1]]
		taken[pipe] += result
		if (taken[pipe] > written[pipe] && !(pipe in left_out))
			complain("a read above the write that fed it")
		if (result == 0 && writers[pipe] > 0)
			complain("end of file above the last close")
	} else if (call == "_exit") {
		exited[lane] = 1
		for (fd = 0; fd < 64; fd++)
			let_go(lane, fd)
	} else if (call == "execvp") {
		stranger[lane] = 1
	} else if (call ~ /^wait/ && result in lane_of && body ~ /WIFEXITED/) {
		if (!(lane_of[result] in exited) && !(lane_of[result] in stranger))
			complain("a wait above the exit that it saw")
	}
}

END {
	if (lines == 0) {
		print "no call in the trace"
		wrong = 1
	}
	exit wrong
}
