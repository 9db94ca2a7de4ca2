# The node under systemd with the units of systemd/: containers run on whatever happens to daemon and hostd.
. test/vm/guest/bundle.sh
dir=$(mktemp -d)
mkdir -p /usr/lib/tsorch
ln -sfn /mnt/node/node /usr/local/bin/node
ln -sfn "$repository"/dist/* /usr/lib/tsorch/
ln -sfn "$repository/dist/tsorch" /usr/local/bin/tsorch
cp systemd/*.service /etc/systemd/system/
cp systemd/tsorch.tmpfiles.conf /etc/tmpfiles.d/tsorch.conf
systemd-tmpfiles --create tsorch.conf
systemctl daemon-reload

inspect() { tsorch inspect keep/web.1 | node -e 'const c = JSON.parse(require("fs").readFileSync(0)); console.log(c.task?.pid ?? "")'; }
answers() { tsorch ps >"$dir/answer" 2>&1; }
is_healed() { [ -n "$(inspect)" ] && [ "$(inspect)" != "$pid" ]; }
stays() { until_true answers; same "$(inspect)" "$pid"; [ -d "/proc/$pid" ] || fail "process $pid is gone"; }
on_failure 'cat "$dir/answer"; systemctl --no-pager status "tsorch*"; journalctl --no-pager -q -n 80 -u tsorch -u tsorch-hostd'
delegated=/tsorch.slice/tsorch-containers.service
group_of() { sed -n 's/^0:://p' "/proc/$1/cgroup"; }
main_pid() { systemctl show --value --property MainPID "$1"; }

part 'the units start, and a stack is applied'
systemctl start tsorch.service
same "$(systemctl is-active tsorch-hostd.service)" active
until_true answers
busybox_rootfs >"$dir/rootfs.tar"
tsorch image import "$dir/rootfs.tar" hello:latest
cat >"$dir/stack.yaml" <<'STACK'
name: keep
services:
  web:
    image: hello:latest
    command: [sleep, '100000']
    restart: always
    stop_grace_period: 0s
    deploy: {resources: {limits: {memory: 32M, pids: 20, cpus: '0.5'}}}
STACK
tsorch apply -f "$dir/stack.yaml" --timeout 120s
pid=$(inspect)
group=/sys/fs/cgroup$(group_of "$pid")

part 'containers are in the delegated group, hostd in that of its unit, limits in force'
case $(group_of "$pid") in $delegated/keep/*) ;; *) fail "the container is in $group" ;; esac
same "$(group_of "$(main_pid tsorch-hostd)")" /system.slice/tsorch-hostd.service
[ -n "$(cat /sys/fs/cgroup$delegated/_shims/cgroup.procs)" ] || fail 'no shim is in the delegated group'
[ ! -e /sys/fs/cgroup/tsorch ] || fail 'there is a group at the root'
journalctl -q --no-pager -u tsorch-hostd | grep -q serving
same "$(cat "$group"/{memory.max,pids.max,cpu.max} | xargs)" '33554432 20 50000 100000'

part 'restarted, killed and stopped daemons leave the container alone'
daemon=$(main_pid tsorch)
systemctl restart tsorch-hostd.service && stays
same "$(main_pid tsorch)" "$daemon"
systemctl restart tsorch.service && stays
systemctl kill --signal=KILL --kill-who=main tsorch-hostd.service
until_true systemctl is-active -q tsorch-hostd.service && stays
systemctl kill --signal=KILL --kill-who=main tsorch.service
stays
systemctl daemon-reload && stays
systemctl daemon-reexec && stays
# Each was started again once, after its SIGKILL: nobody fights.
same "$(systemctl show --value --property NRestarts tsorch-hostd tsorch | xargs)" '1 1'
systemctl stop tsorch.service tsorch-hostd.service
[ -d "/proc/$pid" ] || fail 'the container ended with its daemons'
systemctl start tsorch.service && stays
same "$(cat "$group"/{memory.max,pids.max,cpu.max} | xargs)" '33554432 20 50000 100000'

part 'and what ends is healed'
kill -9 "$pid"
until_true is_healed

part 'a container killed for lack of memory leaves the unit of all of them as it is'
tsorch exec keep/web.1 dd if=/dev/zero of=/dev/null bs=100M count=1 >/dev/null 2>&1 || true
[ "$(sed -n 's/^oom_kill //p' /sys/fs/cgroup$delegated/memory.events)" -ge 1 ] || fail 'nothing was killed'
sleep 1
same "$(systemctl is-active tsorch-containers.service)" active
until_true answers

part 'deleted, stopped: nothing is left'
tsorch delete keep --timeout 60s
tsorch node stop
is_ended() { [ "$(systemctl is-active tsorch.service tsorch-hostd.service | xargs)" = 'inactive inactive' ]; }
until_true is_ended
same "$(ls -d /sys/fs/cgroup$delegated/*/ 2>/dev/null | xargs)" ''
! tsorch apply -f "$dir/stack.yaml" >"$dir/answer" 2>&1 || fail 'a daemon was started beside the unit'
grep -q 'systemctl start tsorch' "$dir/answer"
systemctl stop tsorch-containers.service
[ ! -e /sys/fs/cgroup$delegated ] || fail 'the group of the unit is left'
same "$(find /sys/fs/cgroup -type d -name 'keep*' | xargs)" ''
same "$(systemctl is-failed tsorch.service tsorch-hostd.service | xargs)" 'inactive inactive'
