#!/usr/bin/env bash
# Installs what is missing to build tsorch and to run its demo and tests; says so; does nothing when all is there.
#   scripts/setup.sh                 what the build and the demo need
#   scripts/setup.sh --tests         also the foreign programs that the tests run against
#   scripts/setup.sh --conformance   also what scripts/conformance.sh builds and runs
#   scripts/setup.sh --vm            also what makes and runs the tests' virtual machine
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

packages=(gcc g++ make python3 libc6-dev libseccomp-dev busybox-static)
if [ -n "${1-}" ]; then packages+=(iproute2 nftables procps uidmap openssl docker-registry skopeo runc crun zstd); fi
if [ "${1-}" = --conformance ]; then
  packages+=(curl podman conmon netavark containerd docker.io)
  if ! PATH="$PATH:/usr/local/go/bin" command -v go >/dev/null; then packages+=(golang-go); fi
fi
if [ "${1-}" = --vm ]; then packages+=(qemu-system-x86 mmdebstrap e2fsprogs); fi

missing_packages() {
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

install_packages() {
  command -v apt-get >/dev/null || die "not a Debian system: please install the equivalents of: $*"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || die "please install as root: apt-get install $*"
  say "installing Debian packages: $*"
  # A package's service (docker-registry has one) must not start on this host because of us.
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

check_node() {
  command -v node >/dev/null || die "node is missing: install Node.js 20.19 or newer (https://nodejs.org)"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "node $(node --version) is too old: 20.19 or newer is needed"
}

check_rust() {
  export PATH="$PATH:$HOME/.cargo/bin"
  command -v cargo >/dev/null || die "cargo is missing: install Rust 1.85 or newer, see https://rustup.rs"
  local minor
  minor=$(cargo --version | sed -E 's/^cargo 1\.([0-9]+)\..*/\1/')
  [ "$minor" -ge 85 ] || die "$(cargo --version) is too old: 1.85 or newer is needed, see https://rustup.rs"
  local target
  target=$(rustc -vV | sed -nE 's/^host: (.*)-gnu$/\1-musl/p')
  if command -v rustup >/dev/null && [ ! -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
    say "adding Rust's target $target"
    rustup --quiet target add "$target" || say "could not: the build goes on without it"
  fi
}

install_node_modules() {
  local installed=node_modules/.installed-lock.json # by content: a checkout changes times
  if cmp -s package-lock.json $installed; then return; fi
  say "installing npm packages (better-sqlite3 is compiled: a minute or two)"
  # A distribution's Node brings its own headers; without this node-gyp would try to download them.
  if [ -e /usr/include/node/node.h ] && [ "$(command -v node)" = /usr/bin/node ]; then export npm_config_nodedir=/usr; fi
  npm ci --no-fund --no-audit --loglevel=error
  cp package-lock.json $installed
}

mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -gt 0 ]; then install_packages "${missing[@]}"; fi
check_node
check_rust
install_node_modules
