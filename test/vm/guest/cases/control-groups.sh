# What the other steps take for granted: nothing but v2, and root with every capability.
[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]
[ "$(grep -c ' - cgroup ' /proc/self/mountinfo || true)" = 0 ]
grep -q '^CapEff:[[:space:]]*000001ffffffffff' /proc/self/status
