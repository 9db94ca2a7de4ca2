#!/usr/bin/env bash
# Everything a change must pass that needs no containers: format, lint, types, layers, dead code, unit tests, native code.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --tests
export PATH="$PATH:$HOME/.cargo/bin"
unset NODE_EXTRA_CA_CERTS

step() { printf 'check: %s\n' "$1"; shift; "$@"; }
in_native() { (cd runtime-native && "$@"); }

step 'format and lint' node_modules/.bin/biome ci .
step 'generated code' node scripts/generate.mjs --check
step 'types' node_modules/.bin/tsc -p .
step 'layers' node scripts/check-layers.mjs
step 'unused code' node_modules/.bin/knip
step 'unit tests' node_modules/.bin/vitest run --project unit --project contract
step 'native format' in_native cargo fmt --all --check
step 'native lint' in_native cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
if [ -d "$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-musl" ]; then
  # What is released is linked against another C library, with other types (docs/decisions/c-library.md).
  export CC_x86_64_unknown_linux_musl=gcc CFLAGS_x86_64_unknown_linux_musl=-U_FORTIFY_SOURCE
  step 'native code for musl' in_native cargo check --quiet --locked --package tsorch-rt --target x86_64-unknown-linux-musl
fi
step 'native tests' in_native cargo test --quiet --locked --workspace
step 'fuzzing' bash scripts/fuzz.sh 3
