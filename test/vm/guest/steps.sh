# For main.sh: what runs in the guest, and how long each may take. `all` is set: also what takes long, or shows here what it shows
# on any host.
case_of() { step "$1" "$2" bash -eu "$here/cases/$1.sh"; }

case_of control-groups 60
suite cgroups-unit 60
suite cgroups-neighbours 120
suite cgroups-stats 120 a_look_costs_little 'an emulated processor has no times worth a bound'
suite cgroups-unified_devices 120
case_of resource-limits 240
case_of rights 120
case_of apparmor 120
case_of systemd-scopes 240
case_of systemd-node 400
suite tsorch-rt-runtime 900
suite hostd-hostd 300
suite tsorch-rt-hostd 300
if [ -n "$all" ] || [ -n "$words" ]; then
  throughput='a bound on time, and an emulated processor is some twenty times slower'
  suite shim-behaviour 1500 \
    'a hundred megabytes stay within three files of ten, and the newest are complete' "$throughput" \
    'much output through a terminal does not wait for a slow reader' "$throughput" \
    'a huge line without an end costs no memory' "$throughput"
  program network-root 900
  suite layers-suite 900
  suite sys-unit 120
fi
