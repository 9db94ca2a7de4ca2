# AppArmor, which Debian's kernel has: a profile holds from the program's first instruction, in a container and in an exec.
. test/vm/guest/bundle.sh
dir=$(mktemp -d)
runtime() { "$repository/dist/tsorch-rt" tsorch-runtime --root "$dir/state" "$@" </dev/null; }
same "$(cat /sys/module/apparmor/parameters/enabled)" Y
cat >"$dir/profile" <<'PROFILE'
profile tsorch-test flags=(attach_disconnected,mediate_deleted) {
  file,
  capability,
  network,
  signal,
  deny /tmp/** w,
}
PROFILE
apparmor_parser --replace "$dir/profile"
on_failure 'cat "$dir/output"'
look='cat /proc/self/attr/current; echo x >/tmp/file || echo refused; echo x >/other && echo written'
make_bundle "$dir" "$look"
mkdir -p "$dir/rootfs/tmp"
set_profile() { edit "$dir/config.json" "c.process.apparmorProfile = '$1'"; }
look_in() { runtime "$@" 2>"$dir/output" | xargs; }

part 'a container: the profile is its own, and refuses'
set_profile tsorch-test
same "$(look_in run --bundle "$dir" one)" 'tsorch-test (enforce) refused written'

part 'an exec: that of the container, or the one it names'
script='sleep 1000' edit "$dir/config.json" 'c.process.args[2] = process.env.script'
runtime run --detach --bundle "$dir" one >/dev/null 2>&1
same "$(look_in exec one /bin/sh -c "$look")" 'tsorch-test (enforce) refused written'
runtime delete --force one
set_profile unconfined
runtime run --detach --bundle "$dir" one >/dev/null 2>&1
same "$(look_in exec one /bin/sh -c "$look")" 'unconfined written'
same "$(look_in exec --apparmor tsorch-test one /bin/sh -c "$look")" 'tsorch-test (enforce) refused written'

part 'a profile that is not loaded is an error that names it'
missing() {
  ! runtime "$@" >"$dir/output" 2>&1 || fail 'it ran'
  grep -q 'find the AppArmor profile nosuch among the loaded ones' "$dir/output" || fail "$(cat "$dir/output")"
}
missing exec --apparmor nosuch one /bin/true
runtime delete --force one
set_profile nosuch
missing run --bundle "$dir" one
runtime delete --force one 2>/dev/null || true
apparmor_parser --remove "$dir/profile"
