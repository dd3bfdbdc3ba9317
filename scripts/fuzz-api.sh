#!/usr/bin/env bash
# make fuzz: calls the HTTP API as its description allows, and as it does not, and holds every answer against the
# description. Installs schemathesis into the cache folder, starts a server of its own with demo data, and stops it.
#   scripts/fuzz-api.sh [N]   most examples of each operation; 100 where nothing is said
#   LEADWRIGHT_DATABASE_URL   an empty database to use instead of a new SQLite file
set -euo pipefail
source "$(dirname "$0")/lib.sh"
EXAMPLES=${1:-100}

scripts/setup.sh fuzz
load_tools
step "Compiling the server" cargo build -p server

FOLDER=$(mktemp -d)
SERVER=
finish() {
  if [ -n "$SERVER" ]; then kill "$SERVER" 2>/dev/null || true; wait "$SERVER" 2>/dev/null || true; fi
  rm -rf "$FOLDER"
}
trap finish EXIT

export LEADWRIGHT_DATABASE_URL=${LEADWRIGHT_DATABASE_URL:-sqlite:$FOLDER/fuzz.db}
export LEADWRIGHT_ADDR=${LEADWRIGHT_ADDR:-127.0.0.1:3199} LEADWRIGHT_DEMO=1 LEADWRIGHT_LOG=warn
"$TARGET/debug/leadwright" serve >"$FOLDER/server.log" 2>&1 &
SERVER=$!
ready() {
  for _ in $(seq 240); do
    if curl -sf "http://$LEADWRIGHT_ADDR/readyz" >/dev/null; then return; fi
    kill -0 "$SERVER" 2>/dev/null || { cat "$FOLDER/server.log"; return 1; }
    sleep 0.5
  done
  cat "$FOLDER/server.log"; return 1
}
step "Filling a database with demo data" ready
TOKEN=$("$TARGET/debug/leadwright" token add admin@demo.test --scope admin)

fuzz() { # the browsers' stream never ends
  "$(schemathesis_bin)" --config-file scripts/schemathesis.toml run "http://$LEADWRIGHT_ADDR/api/v1/openapi.json" \
    --header "Authorization: Bearer $TOKEN" --max-examples "$EXAMPLES" --exclude-path /api/v1/live --no-color
}
step "Calling the API" fuzz
if grep -E '^\S+ +(WARN|ERROR)|panicked' "$FOLDER/server.log"; then say "the server complained, see above"; exit 1; fi
