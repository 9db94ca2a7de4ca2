#!/usr/bin/env bash
# Writes the tar of a small root filesystem to stdout: Debian's static busybox, its applets, users root and www-data.
#   scripts/busybox-rootfs.sh | dist/tsorch image import - hello:latest
set -euo pipefail
busybox=$(command -v busybox) || { echo 'busybox is missing: apt-get install busybox-static' >&2; exit 1; }
if ldd "$busybox" >/dev/null 2>&1; then echo "$busybox is not static: apt-get install busybox-static" >&2; exit 1; fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root" # a user of the image must be able to enter
mkdir -p "$root"/{bin,dev,etc,proc,root,run,srv,sys,tmp,var/tmp}
chmod 1777 "$root/tmp" "$root/var/tmp"
cp "$busybox" "$root/bin/busybox"
"$busybox" --list | while read -r applet; do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
printf 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/srv:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\nwww-data:x:33:\n' >"$root/etc/group"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$root" -cf - .
