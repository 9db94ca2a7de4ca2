#!/usr/bin/env bash
# Suites and programs of others against tsorch-runtime (docs/runtime.md), beside runc. As root; some minutes.
#   npm run test:conformance -- [FILE ...]
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --conformance
[ "$(id -u)" = 0 ] || { printf 'conformance: real containers are run: please start it as root\n' >&2; exit 1; }
if [ -z "${TSORCH_TEST_NATIVE-}" ]; then bash scripts/build.sh; fi
export PATH="$PATH:/usr/local/go/bin"
unset NODE_EXTRA_CA_CERTS

module=test/conformance/runtime-tools
programs=$PWD/dist/conformance/runtime-tools
printf 'conformance: building runtime-tools\n'
mkdir -p "$programs"
mapfile -t packages < <(sed -n 's/^\t_ "\(.*\)"$/\1/p' $module/tools.go)
(cd $module && CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w' -o "$programs/" "${packages[@]}")
source=$(cd $module && go list -m -f '{{.Dir}}' github.com/opencontainers/runtime-tools)
cp --no-preserve=mode "$source"/rootfs-*.tar.gz "$programs/"

# crun's sources come from the Debian mirror that this host uses.
crun=dist/conformance/crun
if [ ! -x $crun/tests/init ]; then
  printf "conformance: fetching crun's tests\n"
  rm -rf $crun
  mkdir -p $crun
  mirror=$(apt-cache policy | grep -oE 'https?://[^ ]+/debian/? ' | head -1 | tr -d ' ')
  curl --fail --silent --show-error --output $crun/source.tar.xz "${mirror:-http://deb.debian.org/debian}/pool/main/c/crun/crun_1.8.1.orig.tar.xz"
  echo "01b68269d94e5fe11106a9b14c2f144be03b16ec798951f4efa6aa16ba9da29a  $crun/source.tar.xz" | sha256sum --check --quiet
  tar -xf $crun/source.tar.xz -C $crun --strip-components=1
  : >$crun/tests/config.h
  gcc -static -w -I $crun/tests -o $crun/tests/init $crun/tests/init.c
fi

# What the suites leave mounted (linux_rootfs_propagation does) and their networks vanish with these namespaces.
exec unshare --net --mount --propagation private sh -c 'busybox ip link set lo up && exec node_modules/.bin/vitest run --project conformance "$@"' conformance "$@"
