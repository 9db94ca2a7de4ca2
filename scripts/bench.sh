#!/usr/bin/env bash
# Measures tsorch beside what else is installed (docs/performance.md).   npm run bench -- [--quick] [--json FILE] [--help]
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --tests
[ "$(id -u)" = 0 ] || { printf 'bench: real containers are run: please start it as root\n' >&2; exit 1; }
bash scripts/build.sh
unset NODE_EXTRA_CA_CERTS

node_modules/.bin/esbuild test/bench/main.ts --bundle --packages=external --platform=node --target=node20 --format=esm --log-level=warning \
  --outfile=dist/bench.mjs
# Networks and mounts of the measured systems vanish with these namespaces, whatever becomes of the run.
exec unshare --net --mount --propagation private sh -c 'busybox ip link set lo up && exec node dist/bench.mjs "$@"' bench "$@"
