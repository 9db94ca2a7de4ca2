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

# What the suites leave mounted (linux_rootfs_propagation does) and their networks vanish with these namespaces.
exec unshare --net --mount --propagation private sh -c 'busybox ip link set lo up && exec node_modules/.bin/vitest run --project conformance "$@"' conformance "$@"
