# tsorch-runtime --systemd-cgroup: systemd knows each container as a delegated scope, and takes it away with the container.
. test/vm/guest/bundle.sh
dir=$(mktemp -d)
runtime() { "$repository/dist/tsorch-rt" tsorch-runtime --systemd-cgroup --root "$dir/state" "$@" </dev/null; }
detached() { runtime run --detach --bundle "$dir" "$1" >"$dir/output" 2>&1 || fail "$(cat "$dir/output")"; }
property() { systemctl show --value --property "$2" "$1"; }
is_unknown() { [ "$(property "$1" LoadState)" = not-found ]; }
has_ended() { runtime state "$1" | grep -q '"stopped"'; }

# A first process without a handler of its own ignores SIGTERM.
script='trap exit TERM; sleep 1000 & wait'
make_bundle "$dir" "$script"
edit "$dir/config.json" 'c.linux.cgroupsPath = "tsorch-test.slice:box:one"; c.linux.resources = {memory: {limit: 33554432}, pids: {limit: 17}}'
unit=box-one.scope scope=/tsorch.slice/tsorch-test.slice/box-one.scope
group=/sys/fs/cgroup$scope/container

part 'a scope in the slice that the configuration names, with the container in a group of its own'
detached one
same "$(property $unit ActiveState)" active
same "$(property $unit ControlGroup)" $scope
same "$(property $unit Delegate)" yes
pid=$(runtime state one | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')
grep -qx "$pid" $group/cgroup.procs
same "$(cat /sys/fs/cgroup$scope/cgroup.procs)" ''
[ ! -e /sys/fs/cgroup$scope/keeper ] || fail 'the keeper is left'

part 'limits are in force, and stay when systemd reads its units again'
limits() { cat $group/memory.max $group/pids.max | xargs; }
same "$(limits)" '33554432 17'
systemctl daemon-reload
same "$(limits)" '33554432 17'
runtime update --memory 64m one
systemctl daemon-reload
same "$(limits)" '67108864 17'

part 'a second process joins the same group'
runtime exec --detach one sleep 1000 >/dev/null 2>&1
same "$(wc -l <$group/cgroup.procs)" 3

part 'a second container of the name is refused in the words of systemd'
cp "$dir/config.json" "$dir/other.json"
! runtime run --detach --bundle "$dir" two >"$dir/refused" 2>&1 || fail 'it was made'
grep -q 'box-one.scope' "$dir/refused" || fail "$(cat "$dir/refused")"
runtime delete --force two
same "$(property $unit ActiveState)" active

part 'whoever stops the scope ends the container'
systemctl stop $unit
until_true has_ended one
runtime delete one
until_true is_unknown $unit

part 'killed for lack of memory leaves nothing that keeps the name'
script='exec dd if=/dev/zero of=/dev/null bs=100M count=1' edit "$dir/config.json" 'c.process.args[2] = process.env.script'
code=0
runtime run --bundle "$dir" one >/dev/null 2>&1 || code=$?
same $code 137
until_true is_unknown $unit
script=$script edit "$dir/config.json" 'c.process.args[2] = process.env.script'

part 'created, never started, and deleted'
runtime create --bundle "$dir" one >/dev/null 2>&1
same "$(property $unit ActiveState)" active
runtime delete --force one
until_true is_unknown $unit

part 'without a path: a scope named after the container; with a path that names none: an error'
edit "$dir/config.json" 'delete c.linux.cgroupsPath'
detached plain
same "$(property tsorch-plain.scope ControlGroup)" /system.slice/tsorch-plain.scope
runtime delete --force plain
until_true is_unknown tsorch-plain.scope
edit "$dir/config.json" 'c.linux.cgroupsPath = "/a/b"'
! runtime run --bundle "$dir" bad 2>"$dir/refused" || fail 'it ran'
grep -q SLICE:PREFIX:NAME "$dir/refused" || fail "$(cat "$dir/refused")"
runtime delete --force bad

part 'without a bus: over the socket of systemd'
systemctl stop dbus.socket dbus.service
edit "$dir/config.json" 'delete c.linux.cgroupsPath'
detached silent
same "$(property tsorch-silent.scope ActiveState)" active
runtime delete --force silent
until_true is_unknown tsorch-silent.scope
systemctl start dbus.socket

part 'nothing is left'
same "$(systemctl list-units --all --plain --no-legend 'box-*' 'tsorch-*.scope')" ''
same "$(ls "$dir/state" | xargs)" ''
