# What only a process with CAP_SYS_RESOURCE may do: raise resource limits, lower the score of the out-of-memory killer.
. test/vm/guest/bundle.sh
dir=$(mktemp -d)
runtime() { "$repository/dist/tsorch-rt" tsorch-runtime --root "$dir/state" "$@" </dev/null; }
make_bundle "$dir" 'ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj'
ulimit -n 512

part 'a container gets more open files and a lower score than its maker has'
edit "$dir/config.json" 'c.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 2048, hard: 4096}]; c.process.oomScoreAdj = -321'
same "$(runtime run --bundle "$dir" one | xargs)" '2048 4096 -321'

part 'so does an exec'
script='sleep 1000' edit "$dir/config.json" 'c.process.args[2] = process.env.script'
runtime run --detach --bundle "$dir" one >/dev/null 2>&1
edit "$dir/config.json" 'c.process.args[2] = "ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj"; c.process.rlimits[0].soft = 3000; require("fs").writeFileSync(file + ".process", JSON.stringify(c.process))'
same "$(runtime exec --process "$dir/config.json.process" one | xargs)" '3000 4096 -321'
runtime delete --force one

part 'beyond what the kernel allows anybody is an error'
edit "$dir/config.json" 'c.process.rlimits[0].hard = 2 ** 40'
! runtime run --bundle "$dir" one >"$dir/output" 2>&1 || fail 'it ran'
grep -q RLIMIT_NOFILE "$dir/output" || fail "$(cat "$dir/output")"
runtime delete --force one
