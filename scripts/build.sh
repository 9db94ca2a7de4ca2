#!/usr/bin/env bash
# Builds dist/: the command line and the daemon as one file each, and the native binary.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:$HOME/.cargo/bin"

printf 'build: dist/tsorch, dist/tsorch-rt\n'
mkdir -p dist
node scripts/bundle.mjs

host=$(rustc -vV | sed -n 's/^host: //p')
LIBSECCOMP_LIB_PATH=${LIBSECCOMP_LIB_PATH:-/usr/lib/$(gcc -print-multiarch)} LIBSECCOMP_LINK_TYPE=static \
  cargo build --quiet --release --locked --package tsorch-rt --target "$host" --manifest-path runtime-native/Cargo.toml --config runtime-native/.cargo/config.toml
built="${CARGO_TARGET_DIR:-runtime-native/target}/$host/release/tsorch-rt"
# By rename: a running hostd keeps the file it was started from.
if ! cmp -s "$built" dist/tsorch-rt; then
  cp "$built" dist/tsorch-rt.new
  mv dist/tsorch-rt.new dist/tsorch-rt
fi
