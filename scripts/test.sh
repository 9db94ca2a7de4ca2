#!/usr/bin/env bash
# Every test, real containers included, but for the suites and programs of others (scripts/conformance.sh). As root.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh --tests
[ "$(id -u)" = 0 ] || { printf 'test: real containers are run: please start it as root\n' >&2; exit 1; }
bash scripts/build.sh
export PATH="$PATH:$HOME/.cargo/bin"
unset NODE_EXTRA_CA_CERTS

printf 'test: native\n'
(cd runtime-native && cargo test --quiet --locked --workspace)
printf 'test: native network on kernels without owned tables\n'
(cd runtime-native && TSORCH_TEST_TABLE=watched cargo test --quiet --locked --package tsorch-network --test root)
printf 'test: unit, contract, integration, e2e\n'
node_modules/.bin/vitest run --project '!conformance' "$@"
