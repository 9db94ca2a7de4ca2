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

failed=() tests=0 skips=0
is_wanted() {
  local word
  [ -n "$words" ] || return 0
  for word in $words; do case $1 in *"$word"*) return 0 ;; esac; done
  return 1
}

# step NAME SECONDS COMMAND...: SECONDS are what it may take, some four times what it takes on a quiet machine; times $patience.
step() {
  local name=$1 limit=$(($2 * patience)) began=$SECONDS log=/run/step.log code=0
  shift 2
  is_wanted "$name" || return 0
  timeout --kill-after=5 "$limit" "$@" >"$log" 2>&1 || code=$?
  tests=$((tests + $(count "$passed" "$log"))) skips=$((skips + $(count 'skipped: ' "$log")))
  if [ $code = 0 ]; then
    printf 'ok      %s (%s s, %s tests)\n' "$name" $((SECONDS - began)) "$(count "$passed" "$log")"
    sed -n 's/^- /          /p' "$log"
    sed -n 's/.*skipped: /          skipped: /p' "$log"
  else
    failed+=("$name")
    printf 'FAILED  %s (%s s, status %s%s)\n' "$name" $((SECONDS - began)) $code \
      "$([ $code = 124 ] && printf ': the time limit of %s s' "$limit")"
    grep -E '^test .* (FAILED|has been running)' "$log" | sed 's/^/    > /'
    shown "$log" | tail -n 150 | sed 's/^/    | /'
  fi
}

# What a log tells of a failure: Rust's harness lists what has passed first.
shown() { if grep -q '^failures:' "$1"; then sed -n '/^failures:/,$p' "$1"; else cat "$1"; fi; }

# Test programs are of Rust's harness or speak like it; a case's tests are its parts.
passed='^test .* \.\.\. ok|^- '
count() { grep -cE "$1" "$2"; }

# program NAME SECONDS ARGUMENTS...: with $only, just the tests that it names.
program() {
  local name=$1 limit=$2
  shift 2
  step "$name" "$limit" "$(sed -n "s/^$name //p" /mnt/programs)" "$@" $only
}

# suite NAME SECONDS [TEST REASON]...: without the tests for which the reasons hold. Rust's harness keeps to itself what a passing
# test says, reasons of skipping included, unless it is asked.
suite() {
  local name=$1 limit=$2 without=()
  shift 2
  is_wanted "$name" || return 0
  while [ $# -gt 0 ]; do
    without+=(--skip "$1")
    printf '          skipped: %s: %s: %s\n' "$name" "$1" "$2"
    skips=$((skips + 1))
    shift 2
  done
  program "$name" "$limit" --show-output "${without[@]}"
}

printf 'kernel %s, %s, control groups: %s\n' "$(uname -r)" "$(systemctl --version | head -1)" "$(cat /sys/fs/cgroup/cgroup.controllers)"
. "$here/steps.sh"

dmesg --level=emerg,alert,crit,err | sed 's/^/kernel: /'
printf '%s tests passed, %s skipped, %s steps failed: %s\n' $tests $skips "${#failed[@]}" "${failed[*]-}"
printf 'vm: exit %s\n' $((${#failed[@]} > 0))
