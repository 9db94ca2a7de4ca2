# Limits on v2: read back from the container's group, and felt by its program.
. test/vm/guest/bundle.sh
dir=$(mktemp -d)
runtime() { "$repository/dist/tsorch-rt" tsorch-runtime --root "$dir/state" "$@" </dev/null; }
group=/sys/fs/cgroup/limits-test
make_bundle "$dir" 'sleep 1000'
# run RESOURCES SCRIPT: the output of a container with these limits; its status is in `code`.
run() {
  script=$2 edit "$dir/config.json" "c.linux.cgroupsPath = '/limits-test'; c.linux.resources = $1; c.process.args[2] = process.env.script"
  code=0
  timeout 60 "$repository/dist/tsorch-rt" tsorch-runtime --root "$dir/state" run --bundle "$dir" one </dev/null >"$dir/output" 2>&1 || code=$?
}
# start RESOURCES SCRIPT: in the background.
start() {
  script=$2 edit "$dir/config.json" "c.linux.cgroupsPath = '/limits-test'; c.linux.resources = $1; c.process.args[2] = process.env.script"
  runtime run --detach --bundle "$dir" one >"$dir/output" 2>&1 || fail "$(cat "$dir/output")"
}
end() { runtime delete --force one; }
value() { xargs <"$group/$1"; }
on_failure 'cat "$dir/output"'

part 'memory: limit, reservation and swap; too much is the end'
start '{memory: {limit: 33554432, reservation: 16777216, swap: 67108864}}' 'sleep 1000'
same "$(value memory.max) $(value memory.low) $(value memory.swap.max)" '33554432 16777216 33554432'
end
run '{memory: {limit: 16777216, swap: 16777216}}' 'exec dd if=/dev/zero of=/dev/null bs=100M count=1'
same $code 137

part 'cpu: quota, period and weight; a tenth of a processor is no more than that'
start '{cpu: {quota: 10000, period: 100000, shares: 512}}' 'while :; do :; done'
same "$(value cpu.max)" '10000 100000'
[ "$(value cpu.weight)" -lt 100 ] || fail "weight $(value cpu.weight)"
used() { sed -n 's/^usage_usec //p' $group/cpu.stat; }
before=$(used) began=$(date +%s%N)
sleep 5
spent=$((($(used) - before) * 1000 * 100 / ($(date +%s%N) - began)))
[ $spent -le 15 ] && [ $spent -ge 1 ] || fail "$spent % of a processor"
end

part 'pids: no fork beyond'
run '{pids: {limit: 4}}' 'for i in 1 2 3 4 5 6 7 8; do sleep 2 & done; echo survived'
grep -q "can't fork" "$dir/output"

part 'io: bytes in a second, and the wait for them'
device=$(cat /sys/class/block/nvme0n1/dev)
start "{blockIO: {throttleReadBpsDevice: [{major: ${device%:*}, minor: ${device#*:}, rate: 1048576}]}, devices: [{allow: true, access: 'rwm'}]}" 'sleep 1000'
grep -q "^$device .*rbps=1048576" $group/io.max || fail "$(value io.max)"
end
edit "$dir/config.json" "c.linux.devices = [{path: '/dev/disk', type: 'b', major: ${device%:*}, minor: ${device#*:}}]"
limited="{blockIO: {throttleReadBpsDevice: [{major: ${device%:*}, minor: ${device#*:}, rate: 1048576}]}, devices: [{allow: true, access: 'rwm'}]}"
# The cache would answer at once.
echo 3 >/proc/sys/vm/drop_caches
began=$SECONDS
run "$limited" 'dd if=/dev/disk of=/dev/null bs=1M count=5 skip=700'
same $code 0
[ $((SECONDS - began)) -ge 4 ] || fail "5 MiB took $((SECONDS - began)) s"
edit "$dir/config.json" 'delete c.linux.devices'

part 'cpuset: one processor, and nothing but it'
run '{cpu: {cpus: "1", mems: "0"}}' 'grep -h Cpus_allowed_list /proc/self/status; nproc'
same "$(xargs <"$dir/output")" 'Cpus_allowed_list: 1 1'

part 'hugetlb: used and reserved pages'
start '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}' 'sleep 1000'
same "$(value hugetlb.2MB.max) $(value hugetlb.2MB.rsvd.max)" '4194304 4194304'
end
echo 8 >/proc/sys/vm/nr_hugepages
mkdir "$dir/pages"
mount -t hugetlbfs -o pagesize=2M none "$dir/pages"
[ "$(cat /proc/sys/vm/nr_hugepages)" -ge 3 ] || fail 'no huge pages to be had'
start '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}' 'sleep 1000'
in_group() { (echo $BASHPID >$group/cgroup.procs && exec fallocate -l "$1" "$dir/pages/file") >"$dir/output" 2>&1; }
in_group 4M
same "$(value hugetlb.2MB.current)" 4194304
! in_group 6M || fail 'three pages where two are allowed'
end
umount "$dir/pages"
echo 0 >/proc/sys/vm/nr_hugepages

part 'nothing is left'
[ ! -e $group ] || fail "$group is left"
