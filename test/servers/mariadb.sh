#!/usr/bin/env bash
# A throw-away MariaDB server for tests, of Debian's mariadb-server-core.
#   mariadb.sh start DIR PORT   start it on 127.0.0.1:PORT and print its version. What DIR/data holds is kept, so that a
#                               server that was killed comes back with its data; where DIR is new, the server is empty,
#                               with the user root without a password.
#   mariadb.sh stop DIR         stop it; fine where none runs.
# Extra server options: MYSQLD_OPTIONS. DIR/pid is the server's process, DIR/server.log its log. Runs as whoever calls;
# only to install what is missing it needs to be root.
set -euo pipefail
program=mariadbd
# shellcheck source=test/servers/process.sh
. "$(dirname "$0")/process.sh"
export PATH="$PATH:/usr/sbin"

install_programs() {
  [ "$(id -u)" = 0 ] || fail "mariadb-server-core is not installed, and installing it needs root"
  {
    apt-get update -qq \
      && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends mariadb-server-core
  } >"$dir/install.log" 2>&1 || fail "mariadb-server-core cannot be installed, see $dir/install.log"
}

start() {
  local port=$1 user
  user=$(id -un)
  refuse_second "$port"
  if ! command -v mariadbd >/dev/null || ! command -v mariadb-install-db >/dev/null; then install_programs; fi
  if [ ! -f "$dir/initialised" ]; then
    mkdir -p "$dir/data"
    # Half of an initialisation that was cut off. The folder stays: it may be a mount.
    find "$dir/data" -mindepth 1 -delete
    mariadb-install-db --no-defaults --user="$user" --datadir="$dir/data" --auth-root-authentication-method=normal \
      --skip-test-db >"$dir/server.log" 2>&1 </dev/null \
      || fail "the data cannot be initialised, see $dir/server.log: $(last_error)"
    touch "$dir/initialised"
  fi
  rm -f "$dir/data/socket"
  # shellcheck disable=SC2086
  setsid mariadbd --no-defaults --user="$user" --datadir="$dir/data" --port="$port" --bind-address=127.0.0.1 \
    --socket="$dir/data/socket" --pid-file="$dir/data/server.pid" ${MYSQLD_OPTIONS:-} \
    >>"$dir/server.log" 2>&1 </dev/null &
  await_start "$port"
  mariadbd --version | sed 's/^.*Ver /MariaDB /; s/ for .*//'
}

"$1" "${@:3}"
