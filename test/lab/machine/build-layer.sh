#!/bin/sh
# Installs packages into a layer over a root. Runs in a mount namespace of its own, which takes the mounts with it.
# Usage: build-layer.sh BELOW FOLDER PACKAGE...   with what is to run inside afterwards on standard input
#   BELOW   the finished file systems below, the uppermost first, with colons between them; they are never written to
#   FOLDER  where the layer goes; its work folder is beside it for that time
set -eu
below=$1 folder=$2
shift 2
machine=$folder.machine work=$folder.work
rm -rf "$folder" "$machine" "$work"
mkdir -p "$folder" "$machine" "$work"
mount -t overlay -o "lowerdir=$below,upperdir=$folder,workdir=$work" overlay "$machine"
mount -t proc -o nosuid,nodev,noexec proc "$machine/proc"
[ -e "$machine/etc/resolv.conf" ] || : >"$machine/etc/resolv.conf"
mount --bind /etc/resolv.conf "$machine/etc/resolv.conf"

inside() {
  chroot "$machine" env PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
# A mirror may be behind: what is too old for a machine in use will do here.
inside apt-get -qq -o Acquire::Check-Valid-Until=false update </dev/null
inside apt-get -qq -o Dpkg::Options::=--path-exclude=/usr/share/doc/* install --yes --no-install-recommends "$@" </dev/null
inside sh -eus
inside apt-get clean
rm -rf "$machine"/var/lib/apt/lists/*
umount "$machine/etc/resolv.conf" "$machine/proc" "$machine"
rm -rf "$machine" "$work"
