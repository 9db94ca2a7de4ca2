#!/usr/bin/env bash
# Builds dist/: the command line and the daemon as one file each, and the native binary.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:$HOME/.cargo/bin"

printf 'build: dist/tsorch, dist/tsorch-rt\n'
mkdir -p dist
node scripts/bundle.mjs

host=$(rustc -vV | sed -n 's/^host: //p')
target=${host%-gnu}-musl
folder=${LIBSECCOMP_LIB_PATH:-/usr/lib/$(gcc -print-multiarch)}
if [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
  # Alone in a folder: beside it lies the other C library, which must not be linked.
  mkdir -p runtime-native/target/libseccomp
  ln -sf "$folder/libseccomp.a" runtime-native/target/libseccomp/
  folder=$PWD/runtime-native/target/libseccomp
  # The crates' C code needs the compiler's own headers and a few of the C library that are the same in both.
  export "CC_${target//-/_}=${CC:-gcc}" "CFLAGS_${target//-/_}=-U_FORTIFY_SOURCE"
else
  printf 'build: this Rust lacks the target %s: what is built starts slower\n' "$target" >&2
  target=$host
fi
LIBSECCOMP_LIB_PATH=$folder LIBSECCOMP_LINK_TYPE=static \
  cargo build --quiet --release --locked --package tsorch-rt --target "$target" --manifest-path runtime-native/Cargo.toml --config runtime-native/.cargo/config.toml
built="${CARGO_TARGET_DIR:-runtime-native/target}/$target/release/tsorch-rt"
# By rename: a running hostd keeps the file it was started from.
if ! cmp -s "$built" dist/tsorch-rt; then
  cp "$built" dist/tsorch-rt.new
  mv dist/tsorch-rt.new dist/tsorch-rt
fi
