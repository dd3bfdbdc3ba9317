#!/usr/bin/env bash
# make run: sets up, builds, serves with demo data. The optimised server: hashing passwords without optimisation takes
# seconds, and it is the one that people judge.
#   scripts/run.sh build   leaves target/release/leadwright and stops there (make build)
set -euo pipefail
source "$(dirname "$0")/lib.sh"

compile_server() { cargo build --release -p server; }

scripts/setup.sh rust
load_tools

# Making the site leaves a core idle half of the time. What is compiled meanwhile has an old site in it, or none, so that
# at the end only the last crate is compiled again; a failure shows there.
AHEAD=
stop_ahead() {
  [ -n "$AHEAD" ] || return 0
  kill "$AHEAD" 2>/dev/null || true
  wait "$AHEAD" 2>/dev/null || true
}
trap 'ticker_stop; stop_ahead' EXIT
if [ ! -e "$TARGET/release/leadwright" ]; then
  say "compiling the server beside the next steps"
  mkdir -p "$CACHE/log"
  compile_server >"$CACHE/log/server-ahead.log" 2>&1 </dev/null 9>&- &
  AHEAD=$!
fi

scripts/setup.sh run
load_tools
scripts/build-site.sh
wait_for_ahead() { [ -z "$AHEAD" ] || wait "$AHEAD" || true; AHEAD=; compile_server; }
step "Compiling the server (several minutes the first time)" wait_for_ahead
BINARY=$TARGET/release/leadwright

if [ "${1:-}" = build ]; then
  if [ "$TARGET" != "$ROOT/target" ]; then
    mkdir -p target/release
    cp "$BINARY" target/release/leadwright.part
    mv target/release/leadwright.part target/release/leadwright
  fi
  say "target/release/leadwright is ready; the site is inside it"
  exit
fi

mkdir -p data
export LEADWRIGHT_DEMO=${LEADWRIGHT_DEMO:-1}
printf '\n==> Serving on http://%s - sign in as manager@demo.test, password demo; Ctrl-C stops\n' "${LEADWRIGHT_ADDR:-127.0.0.1:3000}"
exec "$BINARY" serve
