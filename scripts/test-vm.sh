#!/usr/bin/env bash
# The tests that want a machine of their own: pure cgroup v2, systemd, a kernel that is not the host's. Boots a small Debian
# in qemu, runs in it what is listed in test/vm/guest, prints the results, and ends as they did. As root.
#   scripts/test-vm.sh                          what only a machine of its own can show
#   scripts/test-vm.sh --all                    also what takes long, or shows here what it shows on any host
#   scripts/test-vm.sh [part of a name ...]     only the steps whose names contain one of the words
# TSORCH_VM_ACCEL=kvm uses KVM (default: tcg, which always works), TSORCH_VM_CPUS the number of processors,
# TSORCH_VM_ONLY are names of tests in the test programs,
# TSORCH_VM_KEEP=1 keeps the console's log, TSORCH_VM_PATIENCE=3 multiplies every time limit (for a busy host).
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { printf 'vm: the root filesystem is made by root: please start it as root\n' >&2; exit 1; }
bash scripts/setup.sh --vm
export PATH="$PATH:$HOME/.cargo/bin"

repository=$PWD
patience=${TSORCH_VM_PATIENCE:-1}
all= longest=1500
if [ "${1-}" = --all ]; then all=1 longest=5400 && shift; fi
if [ $# -gt 0 ]; then longest=5400; fi
target=${CARGO_TARGET_DIR:-$repository/runtime-native/target}
cache=$(bash scripts/vm-image.sh)
scratch=$(mktemp -d -t tsorch-vm-XXXXXX)
trap 'rm -rf --one-file-system "$scratch"' EXIT
payload=$scratch/payload

# Lines `package-target path`, one a test program.
build_native() {
  (cd runtime-native && LIBSECCOMP_LINK_TYPE=static LIBSECCOMP_LIB_PATH=${LIBSECCOMP_LIB_PATH:-/usr/lib/$(gcc -print-multiarch)} \
    cargo test --quiet --locked --workspace --no-run --message-format=json) |
    node -e 'for (const line of require("fs").readFileSync(0, "utf8").split("\n")) {
      const { executable, target, profile, package_id: id } = line.startsWith("{") ? JSON.parse(line) : {};
      const crate = /\/([^/#]+)#/.exec(id ?? "")?.[1];
      if (executable && target.kind[0] !== "example") console.log(`${crate}-${profile.test ? target.kind[0] === "test" ? target.name : "unit" : "program"} ${executable}`);
    }'
}

# Programs name the files they were built from by absolute path: the guest gets the repository and the target directory
# at the same places.
fill_payload() {
  mkdir -p "$payload"/{repository,target,node}
  git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -cf - 2>/dev/null | tar -xf - -C "$payload/repository"
  while read -r name program; do
    install -D "$program" "$payload/target/${program#"$target"/}"
    strip --strip-debug "$payload/target/${program#"$target"/}"
    printf '%s %s\n' "$name" "$program"
  done <"$scratch/programs" >"$payload/programs"
  cp -r dist "$payload/repository/dist"
  rm -f "$payload"/repository/dist/*.map "$payload/repository/dist/tsorch-rt"
  ln -s "$target/$(sed -n "s|^tsorch-rt-program $target/||p" "$scratch/programs")" "$payload/repository/dist/tsorch-rt"
  cp "$(command -v node)" "$payload/node/node"
  # Where the target directory is mounted, when it lies in the repository.
  mkdir -p "$payload/repository/runtime-native/target" "$payload/repository/node_modules"
  cp -rL node_modules/better-sqlite3 node_modules/bindings node_modules/file-uri-to-path "$payload/repository/node_modules/"
  printf '%s\n' "repository=$repository" "target=$target" "words='$*'" "all=$all" "patience=$patience" \
    "only='${TSORCH_VM_ONLY-}'" >"$payload/settings"
}

make_disk() {
  truncate -s 1G "$scratch/payload.ext4"
  mke2fs -q -t ext4 -O ^has_journal -m 0 -F -d "$payload" "$scratch/payload.ext4"
}

boot() {
  local append='console=ttyS0 root=/dev/nvme0n1 rw quiet panic=-1 systemd.show_status=no net.ifnames=0'
  # What is run comes with the payload: a change of the tests needs no new base.
  append+=" systemd.run=\"/bin/sh -c 'mount /dev/nvme1n1 /mnt && exec /bin/bash /mnt/repository/test/vm/guest/main.sh'\""
  exec timeout --kill-after=5 $((patience * longest)) nice -n 10 qemu-system-x86_64 \
    -accel "${TSORCH_VM_ACCEL:-tcg}" -cpu max -m 2048 -smp "${TSORCH_VM_CPUS:-2}" -no-reboot -nodefaults -display none -nic none \
    -kernel "$cache/vmlinuz" -append "$append" -serial "file:$scratch/console.log" -serial stdio \
    -drive "file=$cache/base.ext4,format=raw,cache=unsafe,if=none,id=base,snapshot=on" -device nvme,drive=base,serial=base \
    -drive "file=$scratch/payload.ext4,format=raw,cache=unsafe,if=none,id=payload,snapshot=on" -device nvme,drive=payload,serial=payload
}

printf 'vm: building\n'
build_native >"$scratch/programs"
mkdir -p dist && node scripts/bundle.mjs >/dev/null
fill_payload "$@"
make_disk
printf 'vm: booting\n'
TIMEFORMAT='vm: %0R seconds in the guest, %0U of a processor'
time boot </dev/null | tee "$scratch/results"
if [ -n "${TSORCH_VM_KEEP-}" ]; then cp "$scratch/console.log" vm-console.log; fi
verdict=$(tr -d '\r' <"$scratch/results" | sed -n 's/^vm: exit //p')
if [ -z "$verdict" ]; then tail -40 "$scratch/console.log" >&2; fi
exit "${verdict:-1}"
