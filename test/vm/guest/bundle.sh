# For the cases: `busybox_rootfs` writes an archive of one; `make_bundle DIR SCRIPT` makes a bundle of a busybox root whose program is SCRIPT; `edit FILE CODE`
# changes a configuration `c` by a line of JavaScript; `until_true COMMAND...` waits; `part WORDS` begins a
# part of a case, which the report names; `on_failure COMMAND` tells what to show when the case fails.

# Its hundreds of links take half a minute here: made once, for all cases.
busybox_rootfs() {
  [ -e /run/busybox-rootfs.tar ] || "$repository/scripts/busybox-rootfs.sh" >/run/busybox-rootfs.tar
  cat /run/busybox-rootfs.tar
}

make_bundle() {
  mkdir -p "$1/rootfs"
  busybox_rootfs | tar -xf - -C "$1/rootfs"
  (cd "$1" && "$repository/dist/tsorch-rt" tsorch-runtime spec)
  script=$2 edit "$1/config.json" 'c.process.terminal = false; c.process.args = ["/bin/sh", "-c", process.env.script]; c.root.readonly = false'
}

edit() { node -e 'const fs = require("fs"); const [file, code] = process.argv.slice(1); const c = JSON.parse(fs.readFileSync(file)); eval(code); fs.writeFileSync(file, JSON.stringify(c))' "$1" "$2"; }

until_true() {
  local end=$((SECONDS + 60))
  until "$@"; do
    [ $SECONDS -lt $end ] || { printf 'waited in vain for: %s\n' "$*"; return 1; }
    sleep 0.2
  done
}

on_failure() { trap "[ \$? = 0 ] || { $1; }" EXIT; }
part() { printf -- '- %s (from second %s)\n' "$*" $SECONDS; }
fail() { printf '%s\n' "$*"; exit 1; }
same() { [ "$1" = "$2" ] || fail "is: $1 - should be: $2"; }
