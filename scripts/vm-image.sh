#!/usr/bin/env bash
# Makes the virtual machine that the tests of systemd and of pure cgroup v2 run in, unless it is there already: a small
# Debian with systemd as `base.ext4`, and its cloud kernel as `vmlinuz`. Prints the directory that holds them. As root.
#   scripts/vm-image.sh        into $XDG_CACHE_HOME/tsorch/vm-<digest of this script>
set -euo pipefail

suite=bookworm
packages=systemd,systemd-sysv,dbus,kmod,udev,linux-image-cloud-amd64,iproute2,nftables,procps,busybox-static,runc,python3-minimal,libstdc++6,apparmor

# An own kernel command line boots it: no boot loader, no initramfs (nvme and ext4 are not modules in Debian's cloud kernel).
mirror() {
  local from_host
  from_host=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\(http[^ ]*debian\/\?\) .*/\2/p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -m1 '/debian/\?$' || true)
  printf '%s' "${from_host:-http://deb.debian.org/debian}"
}

make_tree() {
  mmdebstrap --quiet --variant=minbase --mode=root --format=directory --include="$packages" \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$suite" "$1" "deb $(mirror) $suite main"
  mv "$1"/boot/vmlinuz-* "$2/vmlinuz"
  rm -rf "$1/boot" && mkdir "$1/boot"
  # An empty identity is a first boot, which takes longer.
  printf '%s\n' 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"
  printf 'tsorch-vm\n' >"$1/etc/hostname"
}

directory=${XDG_CACHE_HOME:-$HOME/.cache}/tsorch/vm-$(sha256sum "$0" | cut -c1-12)
if [ ! -e "$directory/base.ext4" ]; then
  mkdir -p "$directory"
  scratch=$(mktemp -d "$directory/build-XXXXXX")
  trap 'rm -rf --one-file-system "$scratch"' EXIT
  printf 'vm: building a Debian %s root filesystem\n' "$suite" >&2
  make_tree "$scratch/tree" "$scratch" >&2
  truncate -s 3G "$scratch/base.ext4"
  mke2fs -q -t ext4 -O ^has_journal -m 0 -F -d "$scratch/tree" "$scratch/base.ext4"
  mv "$scratch/vmlinuz" "$directory/vmlinuz"
  mv "$scratch/base.ext4" "$directory/base.ext4" # last: it says that all is there
fi
printf '%s\n' "$directory"
