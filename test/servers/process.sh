# shellcheck shell=bash
# What the scripts of this folder have in common: one server process in a folder, known by DIR/pid. The script that
# reads this says which program that is ($program) and defines start.

name=$(basename "$0")
# Longer than a recovery after a kill takes.
start_limit_s=120
stop_limit_s=60
# What was just killed takes a moment to be gone.
gone_limit_s=5

fail() {
  echo "$name: $*" >&2
  exit 1
}

# The number of the running server's process, or nothing: another program may have got the number since.
running() {
  local pid
  pid=$(cat "$dir/pid" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$program" ] && echo "$pid"
  return 0
}

# Whether the server is gone within so many seconds.
gone_within() {
  for _ in $(seq $(($1 * 10))); do
    [ -n "$(running)" ] || return 0
    sleep 0.1
  done
  return 1
}

# Whether a server on this port sends its greeting, which it does not before it can serve.
greets() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1" && timeout 2 head -c 5 <&3 | grep -q .) 2>/dev/null
}

# Fails where the folder or the port has a server already.
refuse_second() {
  gone_within "$gone_limit_s" || fail "a server runs in $dir already, as process $(running)"
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then fail "port $1 is in use"; fi
}

# The process that was started last, and its port: waits until it serves.
await_start() {
  local pid=$! port=$1
  echo "$pid" >"$dir/pid"
  for _ in $(seq $((start_limit_s * 10))); do
    if greets "$port"; then return 0; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
  fail "the server does not start, see $dir/server.log: $(last_error)"
}

last_error() {
  grep ERROR "$dir/server.log" | tail -n 2 | tr '\n' ' '
}

stop() {
  local pid
  pid=$(running)
  [ -n "$pid" ] || return 0
  kill "$pid"
  gone_within "$stop_limit_s" && return 0
  echo "$name: the server does not stop and is killed" >&2
  kill -9 "$pid"
}

usage="$name start DIR PORT | $name stop DIR"
case ${1:-} in
  start) [ $# = 3 ] || fail "$usage" ;;
  stop)
    [ $# = 2 ] || fail "$usage"
    [ -d "$2" ] || fail "no such folder: $2"
    ;;
  *) fail "$usage" ;;
esac
mkdir -p "$2"
dir=$(cd "$2" && pwd)
