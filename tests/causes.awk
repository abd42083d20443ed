# causes.awk: reads a trace, a call a line as trace_calls of helper.bash makes
# them of --trace=json: process, lane, call, arguments, result, parted by tabs.
# Fails, naming the line, if an effect stands above its cause. A lane's lines
# come after the fork or pthread_create that made it; what is read from a pipe
# was written before (a write of more than PIPE_BUF is printed when it returns,
# so its pipe is left out); end of file comes after the last write end was
# closed; a wait comes after the exit that it saw.

BEGIN { FS = "\t" }

function complain(what) {
	printf "line %d: %s: %s\n", NR, what, $0
	wrong = 1
}

function let_go(process, fd) {
	if ((process, fd) in writes_to)
		writers[writes_to[process, fd]]--
	delete writes_to[process, fd]
	delete reads_from[process, fd]
}

function copy(from, from_fd, process, fd) {
	if ((from, from_fd) in writes_to) {
		writes_to[process, fd] = writes_to[from, from_fd]
		writers[writes_to[process, fd]]++
	}
	if ((from, from_fd) in reads_from)
		reads_from[process, fd] = reads_from[from, from_fd]
}

{
	process = $1
	lane = $2
	call = $3
	result = $5
	split($4, arg, /[^0-9]+/)
	lines++
	if (NR == 1)
		known[process] = 1
	if (!(process in known))
		complain("a process above the fork that made it")
	if (lane != process && !(lane in known)) {
		known[lane] = 1
		if (++threads[process] > created[process])
			complain("a thread above the pthread_create that made it")
	}
	if (call == "fork" && result > 0) {
		known[result] = 1
		for (fd = 0; fd < 64; fd++)
			copy(process, fd, result, fd)
	} else if (call == "pthread_create" && result == "0") {
		created[process]++
	} else if (call == "pipe" && result == "0") {
		pipes++
		split($4, ends, /[^0-9]+/)
		reads_from[process, ends[2]] = pipes
		writes_to[process, ends[3]] = pipes
		writers[pipes] = 1
	} else if (call == "close" && result == "0") {
		let_go(process, arg[1])
	} else if (call ~ /^dup/ && result >= 0) {
		let_go(process, result)
		copy(process, arg[1], process, result)
	} else if (call == "write" && (process, arg[1]) in writes_to) {
		match($4, /, [0-9]+$/)
		if (substr($4, RSTART + 2) + 0 > 4096)
			left_out[writes_to[process, arg[1]]] = 1
		written[writes_to[process, arg[1]]] += result
	} else if (call == "read" && (process, arg[1]) in reads_from) {
		pipe = reads_from[process, arg[1]]
		taken[pipe] += result
		if (taken[pipe] > written[pipe] && !(pipe in left_out))
			complain("a read above the write that fed it")
		if (result == "0" && writers[pipe] > 0)
			complain("end of file above the last close")
	} else if (call == "_exit") {
		exited[process] = 1
		for (fd = 0; fd < 64; fd++)
			let_go(process, fd)
	} else if (call == "execvp") {
		stranger[process] = 1
	} else if (call ~ /^wait/ && result in known && $4 ~ /WIFEXITED/) {
		if (!(result in exited) && !(result in stranger))
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
