#!/usr/bin/env bash
# A throw-away MySQL group for tests: three MySQL 9 servers on this machine, all of which write (Group Replication,
# multi-primary). The nodes are servers of mysql.sh, which says what it needs and installs.
#   group.sh up DIR [PORT]   start three empty nodes on 127.0.0.1, at PORT (3501), PORT + 1 and PORT + 2, with the user
#                            root without a password, and print their version
#   group.sh kill DIR N      kill -9 node N
#   group.sh stop DIR N      stop node N in peace
#   group.sh start DIR N     start node N again with the data it has; it is back in the group when this returns
#   group.sh down DIR        stop what runs; fine where nothing does
# The nodes talk to each other at PORT + 1200 and the two after it. DIR/N/pid is the process of node N, DIR/N/server.log
# its log. More options of the servers: MYSQLD_OPTIONS. MYSQL_ROOT is that of mysql.sh; by default
# DIR/1/root. Needs the client of MariaDB or MySQL as well.
set -euo pipefail

usage='group.sh up DIR [PORT] | kill DIR N | stop DIR N | start DIR N | down DIR'
server_script="$(dirname "$0")/mysql.sh"
group_name=8d1f2c3a-5b64-4e7f-9a0b-1c2d3e4f5a6b
start_limit=120

fail() {
  echo "group.sh: $*" >&2
  exit 1
}

install_client() {
  command -v mariadb >/dev/null || command -v mysql >/dev/null && return
  [ "$(id -u)" = 0 ] || fail 'no client of MariaDB or MySQL is installed, and installing one needs root'
  {
    apt-get update -qq \
      && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends mariadb-client-core
  } >"$dir/install.log" 2>&1 || fail "mariadb-client-core cannot be installed, see $dir/install.log"
}

ask() {
  local client
  client=$(command -v mariadb || command -v mysql)
  "$client" --no-defaults --user=root --host=127.0.0.1 --port="$(($(cat "$dir/port") + $1 - 1))" --connect-timeout=5 \
    --batch --skip-column-names --execute "$2"
}

start_server() {
  local node=$1 port group
  port=$(cat "$dir/port")
  group=$((port + 1200))
  # Where none is named, the first node makes the root, and all of them use it.
  [ -n "${MYSQL_ROOT:-}" ] || [ ! -d "$dir/1/root" ] || export MYSQL_ROOT="$dir/1/root"
  MYSQLD_OPTIONS="--server-id=$node --gtid-mode=ON --enforce-gtid-consistency=ON \
    --log-bin=binlog --report-host=127.0.0.1 --transaction-isolation=READ-COMMITTED \
    --plugin-load-add=group_replication.so --group-replication-group-name=$group_name \
    --group-replication-start-on-boot=OFF --group-replication-local-address=127.0.0.1:$((group + node - 1)) \
    --group-replication-group-seeds=127.0.0.1:$group,127.0.0.1:$((group + 1)),127.0.0.1:$((group + 2)) \
    --group-replication-single-primary-mode=OFF --group-replication-enforce-update-everywhere-checks=ON \
    --group-replication-recovery-get-public-key=ON ${MYSQLD_OPTIONS:-}" \
    bash "$server_script" start "$dir/$node" "$((port + node - 1))"
}

# Alone it founds the group.
join_group() {
  local node=$1 alone=${2:-no}
  ask "$node" "CHANGE REPLICATION SOURCE TO SOURCE_USER = 'root' FOR CHANNEL 'group_replication_recovery'"
  [ "$alone" = no ] || ask "$node" 'SET GLOBAL group_replication_bootstrap_group = ON'
  ask "$node" 'START GROUP_REPLICATION' || fail "node $node cannot join, see $dir/$node/server.log"
  [ "$alone" = no ] || ask "$node" 'SET GLOBAL group_replication_bootstrap_group = OFF'
  for _ in $(seq $((start_limit * 5))); do
    [ "$(state_of "$node")" != ONLINE ] || return 0
    sleep 0.2
  done
  fail "node $node is not in step after $start_limit s, see $dir/$node/server.log"
}

state_of() {
  ask "$1" 'SELECT member_state FROM performance_schema.replication_group_members WHERE member_id = @@server_uuid'
}

up() {
  local port=${1:-3501} version
  [[ $port =~ ^[0-9]{4,5}$ && $port -le 64000 ]] || fail 'the port must be a number from 1024 to 64000'
  for node in 1 2 3; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$((port + 1200 + node - 1))") 2>/dev/null; then
      fail "something listens on port $((port + 1200 + node - 1)) already"
    fi
  done
  install_client
  echo "$port" >"$dir/port"
  # Half a group is of no use to anybody.
  trap 'status=$?; trap - EXIT; [ "$status" = 0 ] || down; exit "$status"' EXIT
  for node in 1 2 3; do
    ! is_running "$node" || fail "node $node runs already; group.sh down $dir stops it"
    rm -rf "${dir:?}/$node/data" "${dir:?}/$node/initialised"
    version=$(start_server "$node")
    # What made the node is no part of what the group has in common.
    ask "$node" 'RESET BINARY LOGS AND GTIDS'
    if [ "$node" = 1 ]; then join_group 1 alone; else join_group "$node"; fi
  done
  echo "$version"
}

start() {
  check_node "${1:-}"
  local others=0
  for node in 1 2 3; do
    if [ "$node" != "$1" ] && state_of "$node" >/dev/null 2>&1; then others=$((others + 1)); fi
  done
  # It could not know whether it has the newest data.
  [ "$others" -gt 0 ] || fail 'no other node runs that it could join; group.sh up starts anew'
  start_server "$1" >/dev/null
  join_group "$1"
}

check_node() {
  [[ ${1:-} =~ ^[123]$ ]] || fail "which node? $usage"
  [ -d "$dir/$1" ] || fail "there is no node $1 in $dir"
}

is_running() {
  [ "$(cat "/proc/$(cat "$dir/$1/pid" 2>/dev/null)/comm" 2>/dev/null)" = mysqld ]
}

kill_node() {
  check_node "${1:-}"
  ! is_running "$1" || kill -9 "$(cat "$dir/$1/pid")"
}

stop() {
  check_node "${1:-}"
  is_running "$1" || return 0
  # One that is stopped by a signal would not notice that it is to end.
  kill -CONT "$(cat "$dir/$1/pid")"
  bash "$server_script" stop "$dir/$1"
}

# Without peace: who is left alone waits long for the others.
down() {
  for node in 3 2 1; do
    if is_running "$node"; then kill_node "$node"; fi
  done
}

command=${1:-}
[ -n "${2:-}" ] || fail "$usage"
mkdir -p "$2"
dir=$(cd "$2" && pwd)
case $command in
up | start | stop | down) "$command" "${@:3}" ;;
kill) kill_node "${@:3}" ;;
*) fail "$usage" ;;
esac
