#!/usr/bin/env bash
# A throw-away Galera cluster for tests: three MariaDB servers on this machine, of Debian's mariadb-server and galera-4.
#   galera.sh up DIR [PORT]   start three empty nodes on 127.0.0.1, at PORT (3401), PORT + 1 and PORT + 2, with the user
#                             root without a password, and print their version
#   galera.sh kill DIR N      kill -9 node N
#   galera.sh stop DIR N      stop node N in peace
#   galera.sh start DIR N     start node N again with the data it has; it is back when this returns
#   galera.sh down DIR        stop what runs; fine where nothing does
# The nodes talk to each other at PORT + 1200, + 1300 and + 1400 and the two after each. DIR/N/pid is the process of
# node N, DIR/N/server.log its log. More options of the servers: MYSQLD_OPTIONS. As root the nodes run as mysql, who
# must be able to reach DIR; others run them as themselves. Only to install what is missing it needs to be root.
set -euo pipefail
export PATH="$PATH:/usr/sbin"

usage='galera.sh up DIR [PORT] | kill DIR N | stop DIR N | start DIR N | down DIR'
provider=/usr/lib/galera/libgalera_smm.so
start_limit=120
stop_limit=30

fail() {
  echo "galera.sh: $*" >&2
  exit 1
}

run_as() {
  if [ "$(id -u)" = 0 ]; then echo mysql; else id -un; fi
}

as_user() {
  if [ "$(id -u)" = 0 ]; then runuser -u mysql -- "$@"; else "$@"; fi
}

install_missing() {
  local packages=()
  # Of the whole package, not of its core: the scripts that hand a joining node the data.
  command -v wsrep_sst_rsync >/dev/null || packages+=(mariadb-server)
  [ -e "$provider" ] || packages+=(galera-4)
  command -v rsync >/dev/null || packages+=(rsync)
  command -v lsof >/dev/null || command -v ss >/dev/null || packages+=(lsof)
  [ ${#packages[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "${packages[*]}: not installed, and installing needs root"
  # The full package would start a server of its own.
  local policy=/usr/sbin/policy-rc.d held=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    held=yes
  fi
  local status=0
  {
    apt-get update -qq \
      && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}"
  } >"$dir/install.log" 2>&1 || status=$?
  [ "$held" = no ] || rm -f "$policy"
  [ "$status" = 0 ] || fail "${packages[*]} cannot be installed, see $dir/install.log"
}

# The process of a node, or nothing where it does not run. A process that has got the same id since is none.
process_of() {
  local pid
  pid=$(cat "$dir/$1/pid" 2>/dev/null) || return 0
  [ -n "$pid" ] || return 0
  { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "--defaults-file=$dir/$1/server.cnf" || return 0
  echo "$pid"
}

is_gone() {
  [ -z "$(process_of "$1")" ]
}

ask() {
  mariadb --no-defaults --user=root --socket="$dir/$1/socket" --connect-timeout=2 --batch --skip-column-names \
    --execute "$2" 2>/dev/null
}

is_synced() {
  [ "$(ask "$1" "SHOW STATUS LIKE 'wsrep_local_state_comment'" | cut -f 2)" = Synced ]
}

last_error() {
  grep -a '\[ERROR\]' "$dir/$1/server.log" | tail -n 1
}

write_settings() {
  local node=$1 port=$2 group=$(($2 + 1200))
  cat >"$dir/$node/server.cnf" <<SETTINGS
[mysqld]
user = $(run_as)
datadir = $dir/$node/data
socket = $dir/$node/socket
pid_file = $dir/$node/data/pid
log_error = $dir/$node/server.log
bind_address = 127.0.0.1
port = $((port + node - 1))
binlog_format = ROW
innodb_autoinc_lock_mode = 2
innodb_buffer_pool_size = 128M
wsrep_on = ON
wsrep_provider = $provider
wsrep_cluster_name = coursetrack-test-$port
wsrep_cluster_address = gcomm://127.0.0.1:$group,127.0.0.1:$((group + 1)),127.0.0.1:$((group + 2))
wsrep_node_name = node-$node
wsrep_node_address = 127.0.0.1
wsrep_provider_options = "gmcast.listen_addr=tcp://127.0.0.1:$((group + node - 1));base_port=$((group + node - 1));ist.recv_addr=127.0.0.1:$((port + 1299 + node));gcache.size=64M"
wsrep_slave_threads = 1
wsrep_sst_method = rsync
wsrep_sst_receive_address = 127.0.0.1:$((port + 1399 + node))
SETTINGS
}

# Without it a node that was killed would be given the whole data instead of what it missed.
recovered_position() {
  local log="$dir/$1/recovery.log"
  mariadbd --defaults-file="$dir/$1/server.cnf" --wsrep-recover --log-error="$log" >/dev/null 2>&1 \
    || fail "node $1 cannot recover its data, see $log"
  grep -a 'WSREP: Recovered position:' "$log" | tail -n 1 | sed 's/^.*Recovered position: *//'
}

start_node() {
  local node=$1
  shift
  rm -f "$dir/$node/socket"
  # In a session of its own, so that what it starts to send or take data ends with it.
  # shellcheck disable=SC2086
  setsid mariadbd --defaults-file="$dir/$node/server.cnf" "$@" ${MYSQLD_OPTIONS:-} \
    >>"$dir/$node/server.log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$dir/$node/pid"
  for _ in $(seq $((start_limit * 5))); do
    if is_synced "$node"; then return; fi
    kill -0 "$pid" 2>/dev/null || fail "node $node does not start, see $dir/$node/server.log: $(last_error "$node")"
    sleep 0.2
  done
  kill -9 -- "-$pid" 2>/dev/null || true
  fail "node $node is not in step after $start_limit s, see $dir/$node/server.log: $(last_error "$node")"
}

up() {
  local port=${1:-3401}
  [[ $port =~ ^[0-9]{4,5}$ && $port -le 64000 ]] || fail "the port must be a number from 1024 to 64000"
  for node in 1 2 3; do
    is_gone "$node" || fail "node $node runs already; galera.sh down $dir stops it"
    for offset in 0 1200 1300 1400; do
      if (exec 3<>"/dev/tcp/127.0.0.1/$((port + offset + node - 1))") 2>/dev/null; then
        fail "something listens on port $((port + offset + node - 1)) already"
      fi
    done
  done
  install_missing
  # Half a cluster is of no use to anybody.
  trap 'status=$?; trap - EXIT; [ "$status" = 0 ] || down; exit "$status"' EXIT
  for node in 1 2 3; do
    rm -rf "${dir:?}/$node"
    mkdir -p "$dir/$node/data"
    [ "$(id -u)" != 0 ] || chown -R mysql "$dir/$node"
    as_user test -w "$dir/$node/data" || fail "the user mysql cannot reach $dir"
    write_settings "$node" "$port"
  done
  mariadb-install-db --defaults-file="$dir/1/server.cnf" --auth-root-authentication-method=normal --skip-test-db \
    >"$dir/install-db.log" 2>&1 </dev/null || fail "the data cannot be initialised, see $dir/install-db.log"
  start_node 1 --wsrep-new-cluster
  # They have no data yet, and get all of it.
  start_node 2
  start_node 3
  [ "$(ask 1 "SHOW STATUS LIKE 'wsrep_cluster_size'" | cut -f 2)" = 3 ] || fail 'the three nodes are not one cluster'
  ask 1 "SELECT CONCAT('MariaDB ', VERSION(), ', Galera ', SUBSTRING_INDEX(VARIABLE_VALUE, '(', 1)) FROM information_schema.GLOBAL_STATUS
    WHERE VARIABLE_NAME = 'wsrep_provider_version'"
}

check_node() {
  [[ ${1:-} =~ ^[123]$ ]] || fail "which node? $usage"
  [ -f "$dir/$1/server.cnf" ] || fail "there is no node $1 in $dir"
}

start() {
  check_node "${1:-}"
  is_gone "$1" || fail "node $1 runs already"
  local others=0
  for node in 1 2 3; do is_gone "$node" || others=$((others + 1)); done
  # It could not know whether it has the newest data.
  [ "$others" -gt 0 ] || fail 'no other node runs that it could join; galera.sh up starts anew'
  start_node "$1" --wsrep-start-position="$(recovered_position "$1")"
}

kill_node() {
  check_node "${1:-}"
  local pid
  pid=$(process_of "$1")
  [ -n "$pid" ] || return 0
  kill -9 -- "-$pid"
  for _ in $(seq $((stop_limit * 10))); do
    if is_gone "$1"; then return; fi
    sleep 0.1
  done
  fail "node $1 cannot be killed"
}

end_node() {
  local pid
  pid=$(process_of "$1")
  [ -n "$pid" ] || return 0
  # One that is stopped by a signal would not notice that it is to end.
  kill -CONT "$pid"
  kill "$pid"
}

await_end() {
  for _ in $(seq $((stop_limit * 10))); do
    if is_gone "$1"; then return; fi
    sleep 0.1
  done
  kill_node "$1"
}

stop() {
  check_node "${1:-}"
  end_node "$1"
  await_end "$1"
}

down() {
  local node
  for node in 3 2 1; do end_node "$node"; done
  for node in 3 2 1; do await_end "$node"; done
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
