#!/usr/bin/env bash
# The main job, shown on a node of its own in a scratch directory: image, apply, page, heal, delete, nothing left.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo 'demo: containers need root: please start it as root' >&2; exit 1; }
  exec sudo --preserve-env=PATH "$0"
fi
bash scripts/build.sh
unset NODE_EXTRA_CA_CERTS

bold=''; plain=''
if [ -t 1 ]; then bold=$'\e[1m'; plain=$'\e[0m'; fi
step() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s$ %s%s\n' "$bold" "$*" "$plain"; "$@"; }

scratch=$(mktemp -d -t tsorch-demo-XXXXXX)
export TSORCH_ROOT=$scratch/lib TSORCH_RUN_DIR=$scratch/run
export HELLO_PORT=${HELLO_PORT:-$(node -e 'const s = require("net").createServer().listen(0, () => { console.log(s.address().port); s.close() })')}
PATH=$PWD/dist:$PATH

clean_up() {
  tsorch delete hello >/dev/null 2>&1 || true
  tsorch node stop >/dev/null 2>&1 || true
  rm -rf --one-file-system "$scratch"
}
trap clean_up EXIT

# What a node leaves on the host can be counted by its names: they all carry the scratch directory or the node's key.
key=$(printf '%s\0%s' "$TSORCH_ROOT" "$TSORCH_RUN_DIR" | sha256sum | cut -c1-6)
link_group=$((0x74730000 + 0x$(printf '%s\0group' "$key" | sha256sum | cut -c1-4)))
leftovers() {
  { grep -c -- "$scratch" /proc/self/mountinfo || true
    grep -lx -- "$link_group" /sys/class/net/*/netdev_group 2>/dev/null | wc -l
    find /sys/fs/cgroup -type d -path "*/tsorch-$key*" 2>/dev/null | wc -l
    grep -lsz -- "[/]${scratch#/}" /proc/[0-9]*/cmdline | wc -l # the brackets keep grep from finding itself
    ls -A "$TSORCH_ROOT/containers" "$TSORCH_RUN_DIR/shims" "$TSORCH_RUN_DIR/netns" 2>/dev/null | grep -cv ':$\|^$' || true
  } | awk '{ sum += $1 } END { print sum }'
}
task_of() { tsorch inspect "hello/$1.1" | node -e 'let s="";process.stdin.on("data",d=>s+=d).on("end",()=>console.log(JSON.parse(s).task?.pid ?? ""))'; }
page() { node -e 'fetch(process.argv[1]).then(async r => console.log(r.status, (await r.text()).trim()), e => { console.error(String(e.cause ?? e)); process.exit(1) })' "http://127.0.0.1:$HELLO_PORT/"; }

step 'An image made of busybox: there is no registry on this machine'
printf '%s$ scripts/busybox-rootfs.sh | tsorch image import - hello:latest%s\n' "$bold" "$plain"
scripts/busybox-rootfs.sh | tsorch image import - hello:latest

step 'Apply the stack and wait until it is what the file says'
show cat examples/hello/stack.yaml
show tsorch plan -f examples/hello/stack.yaml || [ $? = 3 ]
show tsorch apply -f examples/hello/stack.yaml --timeout 60s
show tsorch ps

step "Fetch the page from the published port $HELLO_PORT"
page

step 'Kill a container and see it healed'
before=$(task_of web)
show kill -9 "$before"
for _ in $(seq 100); do
  after=$(task_of web)
  if [ -n "$after" ] && [ "$after" != "$before" ]; then break; fi
  sleep 0.1
done
[ -n "$after" ] && [ "$after" != "$before" ] || { echo 'demo: it was not healed' >&2; exit 1; }
echo "process $before was replaced by $after"
show tsorch apply -f examples/hello/stack.yaml --timeout 60s
page
show tsorch events hello

step 'Delete the stack, end the node, and look whether anything is left'
show tsorch delete hello --timeout 60s
show tsorch node stop
left=$(leftovers)
echo "mounts, links, cgroups, processes, namespaces and directories left: $left"
[ "$left" = 0 ] || exit 1
