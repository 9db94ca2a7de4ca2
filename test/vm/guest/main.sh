#!/usr/bin/env bash
# Runs in the guest, as root, started by systemd: every step's verdict and the output of those that fail go to the second
# serial line, `vm: exit N` last. The guest is switched off when this ends.
set -uo pipefail
stty -F /dev/ttyS1 raw -echo
exec </dev/null >/dev/ttyS1 2>&1

here=$(dirname "$(readlink -f "$0")")
. /mnt/settings
mkdir -p "$repository" "$target"
mount --bind /mnt/repository "$repository"
mount --bind /mnt/target "$target"
cd "$repository" || exit 1
export PATH=/mnt/node:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root RUST_BACKTRACE=0 repository target
# Here every right is there: what skips for lack of one fails.
export TSORCH_TEST_REQUIRE=root
mount -o remount,size=50% /dev/shm

longest_step=600
failed=()
is_wanted() {
  local word
  [ -n "$words" ] || return 0
  for word in $words; do case $1 in *"$word"*) return 0 ;; esac; done
  return 1
}

# step NAME COMMAND...
step() {
  local name=$1 began=$SECONDS log=/run/step.log
  shift
  is_wanted "$name" || return 0
  if timeout --kill-after=5 "$longest_step" "$@" >"$log" 2>&1; then
    printf 'ok      %s (%s s)%s\n' "$name" $((SECONDS - began)) "$(summary "$log")"
    sed -n 's/^- /          /p' "$log"
  else
    failed+=("$name")
    printf 'FAILED  %s (%s s)\n' "$name" $((SECONDS - began))
    tail -n 150 "$log" | sed 's/^/    | /'
  fi
}

# How many tests a program of Rust's harness, or one that speaks like it, has run.
summary() {
  local count
  count=$(grep -cE '^test .* \.\.\. ok' "$1")
  [ "$count" = 0 ] || printf ', %s tests' "$count"
}

program() { sed -n "s/^$1 //p" /mnt/programs; }

printf 'kernel %s, %s, control groups: %s\n' "$(uname -r)" "$(systemctl --version | head -1)" "$(cat /sys/fs/cgroup/cgroup.controllers)"
for name in sys-unit cgroups-unit cgroups-neighbours cgroups-unified_devices tsorch-rt-runtime tsorch-rt-hostd \
  shim-behaviour hostd-hostd layers-suite network-root; do
  step "$name" "$(program $name)"
done
for file in "$here"/cases/*.sh; do
  step "$(basename "$file" .sh)" bash -eu "$file"
done

dmesg --level=emerg,alert,crit,err | sed 's/^/kernel: /'
printf '%s failed: %s\n' "${#failed[@]}" "${failed[*]-}"
printf 'vm: exit %s\n' $((${#failed[@]} > 0))
