#!/usr/bin/env bash
# Fuzzes what parses foreign bytes: each target of runtime-native/fuzz first runs its corpus, then new inputs.
#   scripts/fuzz.sh [SECONDS for each target, default 60] [TARGET ...]
# Not --locked: a crate that gained a dependency brings it along; commit the lock file then.
# The flags are those of `cargo fuzz run --sanitizer none`, which the stable compiler takes; the code is safe Rust.
set -euo pipefail
cd "$(dirname "$0")/../runtime-native/fuzz"
seconds=${1:-60}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- config frames log probe mount_options capabilities tar

triple=$(rustc -vV | sed -n 's/^host: //p')
flags=(-L "native=/usr/lib/${triple/-unknown/}"
  --cfg fuzzing -C passes=sancov-module
  -C llvm-args=-sanitizer-coverage-level=4 -C llvm-args=-sanitizer-coverage-inline-8bit-counters
  -C llvm-args=-sanitizer-coverage-pc-table -C llvm-args=-sanitizer-coverage-trace-compares)
export CARGO_ENCODED_RUSTFLAGS
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; printf '%s' "${flags[*]}")
cargo build --quiet --release --target "$triple"
built=${CARGO_TARGET_DIR:-target}/$triple/release

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for target in "$@"; do
  mkdir "$scratch/$target" # new inputs; the corpus in the repository stays small
  if ! "$built/$target" "$scratch/$target" "corpus/$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
    -verbosity=0 -print_final_stats=0 -artifact_prefix="$PWD/$target-" >"$scratch/output.txt" 2>&1; then
    tail -n 40 "$scratch/output.txt"
    printf 'fuzz: %s failed; run it again with: scripts/fuzz.sh, or %s FILE\n' "$target" "$built/$target" >&2
    exit 1
  fi
  printf 'fuzz: %s, %s seconds: nothing found\n' "$target" "$seconds"
done
