#!/usr/bin/env bash
# make run: sets up, builds, serves with demo data. The optimised server: hashing passwords without optimisation takes
# seconds, and it is the one that people judge.
#   scripts/run.sh build   leaves target/release/leadwright and stops there (make build)
set -euo pipefail
source "$(dirname "$0")/lib.sh"

scripts/setup.sh run
load_tools
scripts/build-site.sh
step "Compiling the server (several minutes the first time)" cargo build --release -p server
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
