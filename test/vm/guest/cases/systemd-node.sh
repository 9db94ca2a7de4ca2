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
trap 'cat "$dir/answer"; journalctl --no-pager -q -n 80 -u tsorch -u tsorch-hostd' ERR

part 'the units start, and a stack is applied'
systemctl start tsorch.service
same "$(systemctl is-active tsorch-hostd.service)" active
until_true answers
scripts/busybox-rootfs.sh >"$dir/rootfs.tar"
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
group=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
echo "  in $group"
same "$(cat "$group"/{memory.max,pids.max,cpu.max} | xargs)" '33554432 20 50000 100000'

part 'restarted, killed and stopped daemons leave the container alone'
systemctl restart tsorch-hostd.service && stays
systemctl restart tsorch.service && stays
systemctl kill --signal=KILL --kill-who=main tsorch-hostd.service
until_true systemctl is-active -q tsorch-hostd.service && stays
systemctl kill --signal=KILL --kill-who=main tsorch.service
stays
systemctl daemon-reexec && stays
systemctl stop tsorch.service tsorch-hostd.service
[ -d "/proc/$pid" ] || fail 'the container ended with its daemons'
systemctl start tsorch.service && stays
same "$(cat "$group"/{memory.max,pids.max,cpu.max} | xargs)" '33554432 20 50000 100000'

part 'and what ends is healed'
kill -9 "$pid"
until_true is_healed

part 'deleted, stopped: nothing is left'
tsorch delete keep --timeout 60s
tsorch node stop || true
systemctl stop tsorch.service tsorch-hostd.service
same "$(find /sys/fs/cgroup -type d -name 'keep*' | xargs)" ''
same "$(systemctl is-failed tsorch.service tsorch-hostd.service | xargs)" 'inactive inactive'
