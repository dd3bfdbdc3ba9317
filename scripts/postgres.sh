#!/usr/bin/env bash
# A private Postgres for tests, in a temporary folder, which `stop` removes.
#   scripts/postgres.sh start   starts it unless it runs, and prints its URL
#   scripts/postgres.sh url     prints its URL
#   scripts/postgres.sh stop
# LEADWRIGHT_PG_NAME tells several apart; `make test` uses its process id, so that a later run can clear up after one
# that was killed. LEADWRIGHT_TEST_POSTGRES_URL names a server to use instead.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

if [ -n "${LEADWRIGHT_TEST_POSTGRES_URL:-}" ]; then
  [ "${1:-}" = stop ] || echo "$LEADWRIGHT_TEST_POSTGRES_URL"
  exit 0
fi

# Not in the checkout or TMPDIR: Postgres' own user may not be able to read there, and a socket's path must be short.
PREFIX=/tmp/leadwright-pg-$(id -u)
DIR=$PREFIX-${LEADWRIGHT_PG_NAME:-main}
BIN=$(find_postgres) || fail "Postgres is missing; run scripts/setup.sh test."

# Postgres refuses to run as root.
PG_USER=
if [ "$(id -u)" = 0 ]; then
  PG_USER=postgres
  id "$PG_USER" >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin "$PG_USER"
fi
as_pg() {
  if [ -n "$PG_USER" ]; then (cd / && exec runuser -u "$PG_USER" -- "$@"); else "$@"; fi
}

running() { [ -s "$1/url" ] && as_pg "$BIN/pg_ctl" -D "$1/data" status >/dev/null 2>&1; }

stop() {
  [ -d "$1" ] || return 0
  as_pg "$BIN/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1 || true # nothing in it is worth a clean end
  rm -rf "$1"
}

sweep() {
  local old pid
  for old in "$PREFIX"-*; do
    pid=${old#"$PREFIX"-}
    case $pid in *[!0-9]*) continue ;; esac
    [ -d "$old" ] && ! kill -0 "$pid" 2>/dev/null && stop "$old"
  done
  return 0
}

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

start() {
  sweep
  if running "$DIR"; then return; fi
  stop "$DIR"
  mkdir -p "$DIR"
  [ -z "$PG_USER" ] || chown "$PG_USER" "$DIR"
  chmod 700 "$DIR"
  # Letters beyond ASCII must fold as they do for a customer's server.
  local locale=C port try
  ! locale -a 2>/dev/null | grep -qix 'C\.utf-\?8' || locale=C.UTF-8
  as_pg "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --locale="$locale" --no-sync >"$DIR/initdb.log" 2>&1 ||
    { cat "$DIR/initdb.log" >&2; fail "initdb failed"; }
  for try in 1 2 3; do # another process may take the port first
    port=$(free_port)
    if as_pg "$BIN/pg_ctl" -D "$DIR/data" -l "$DIR/data/server.log" -w -t 60 -o "-h 127.0.0.1 -p $port -k $DIR \
      -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start >/dev/null 9>&-; then
      echo "postgres://postgres@127.0.0.1:$port/postgres" >"$DIR/url"
      return
    fi
    say "Postgres did not start on port $port (try $try)" >&2
  done
  tail -n 20 "$DIR/data/server.log" >&2
  fail "Postgres did not start"
}

case ${1:-} in
  start) start; cat "$DIR/url" ;;
  url) if running "$DIR"; then cat "$DIR/url"; else fail "it is not running; start it with scripts/postgres.sh start."; fi ;;
  stop) stop "$DIR" ;;
  *) echo "usage: scripts/postgres.sh start|stop|url" >&2; exit 2 ;;
esac
