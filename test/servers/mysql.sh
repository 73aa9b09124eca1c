#!/usr/bin/env bash
# A throw-away MySQL server for tests, on Debian, where MySQL is packaged in unstable only.
#   mysql.sh start DIR PORT   start it on 127.0.0.1:PORT and print its version. What DIR/data holds is kept, so that a
#                             server that was killed comes back with its data; where DIR is new, the server is empty,
#                             with the user root without a password.
#   mysql.sh stop DIR         stop it; fine where none runs.
# The programs are in a root of their own, DIR/root, made at the first start (about 80 s, 600 MB) and left alone from
# then on; MYSQL_ROOT names one that several servers share. DIR/bin has MySQL's own mysql and mysqldump for this
# system. Extra server options: MYSQLD_OPTIONS. DIR/pid is the server's process, DIR/server.log its log. Needs to be
# root (chroot, mounts).
set -euo pipefail
program=mysqld
# shellcheck source=test/servers/process.sh
. "$(dirname "$0")/process.sh"
root=${MYSQL_ROOT:-$dir/root}

install_root() {
  command -v debootstrap >/dev/null || {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends debootstrap
  } >"$dir/install.log" 2>&1 || fail "debootstrap cannot be installed, see $dir/install.log"
  # Made under another name: what was cut off does not look complete. In mounts of its own: what debootstrap mounts is
  # gone with it, and nothing of this machine can be reached by removing the root.
  rm -rf --one-file-system "$root" "$root.new"
  unshare --mount --propagation private \
    debootstrap --variant=minbase --include=mysql-server-core,mysql-client-core unstable "$root.new" >"$dir/install.log" 2>&1 \
    || fail "MySQL cannot be installed, see $dir/install.log: $(tail -n 1 "$dir/install.log")"
  chroot "$root.new" useradd --system --home-dir /nonexistent mysqld
  mv "$root.new" "$root"
}

# Programs of the root that run outside of it, with its own libraries, so that they see this system's files.
offer_client() {
  local tool loader libraries
  loader=$(echo "$root"/lib64/ld-linux-*.so.*)
  libraries=$(echo "$root"/usr/lib/*-linux-gnu)
  mkdir -p "$dir/bin"
  for tool in mysql mysqldump; do
    printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$loader" "$libraries" "$root/usr/bin/$tool" \
      >"$dir/bin/$tool"
    chmod +x "$dir/bin/$tool"
  done
}

# Becomes mysqld in the root, where /mnt is DIR/data; in mounts of its own, so that nothing is left mounted and any
# number of servers can use one root.
become_mysqld() {
  # shellcheck disable=SC2016
  exec setsid unshare --mount --propagation private bash -c '
    mount --rbind "$1" "$2/mnt" && chroot "$2" chown mysqld /mnt \
      && exec chroot "$2" mysqld --no-defaults --user=mysqld --datadir=/mnt "${@:3}"
  ' bash "$dir/data" "$root" "$@"
}

start() {
  local port=$1
  [ "$(id -u)" = 0 ] || fail "must be run as root"
  refuse_second "$port"
  if [ ! -x "$root/usr/sbin/mysqld" ]; then
    [ -z "${MYSQL_ROOT:-}" ] || fail "MYSQL_ROOT has no usr/sbin/mysqld: $root"
    install_root
  fi
  if [ ! -f "$dir/initialised" ]; then
    mkdir -p "$dir/data"
    # Half of an initialisation that was cut off. The folder stays: it may be a mount.
    find "$dir/data" -mindepth 1 -delete
    (become_mysqld --initialize-insecure --secure-file-priv=NULL) >"$dir/server.log" 2>&1 </dev/null \
      || fail "the data cannot be initialised, see $dir/server.log: $(last_error)"
    touch "$dir/initialised"
  fi
  rm -f "$dir/data/socket" "$dir/data/socket.lock"
  # shellcheck disable=SC2086
  (become_mysqld --port="$port" --bind-address=127.0.0.1 --mysqlx=OFF --secure-file-priv=NULL --local-infile=1 \
    --socket=/mnt/socket --pid-file=/mnt/server.pid ${MYSQLD_OPTIONS:-}) \
    >>"$dir/server.log" 2>&1 </dev/null &
  await_start "$port"
  if [ -x "$root/usr/bin/mysqldump" ]; then offer_client; fi
  chroot "$root" mysqld --version | sed 's/^.*Ver /MySQL /; s/ for .*//'
}

"$1" "${@:3}"
