#!/usr/bin/env bash
# make test: sets up, then runs every check, cheapest first; stops at the first that fails and names it.
#   scripts/test.sh lint          the checks that run nothing (make lint)
#   scripts/test.sh screenshots   pictures of the main pages instead of checks (make screenshots)
set -euo pipefail
source "$(dirname "$0")/lib.sh"
WHAT=${1:-test}

# Not to reach the browser: each would cost more than everything else together, or cannot run there.
KEEP_OUT='sqlx(-[a-z]+)?|tokio(-[a-z]+)?|axum(-[a-z]+)?|chrono-tz|phonenumber|psl'

OWN_POSTGRES=
finish() {
  local status=$?
  ticker_stop
  if [ -n "$OWN_POSTGRES" ]; then env -u LEADWRIGHT_TEST_POSTGRES_URL scripts/postgres.sh stop || true; fi
  printf '\n%s' "${SUMMARY:-}"
  if [ -s "${LEADWRIGHT_TEST_SKIP_LOG:-}" ]; then
    say "SKIPPED, because these published data are not there (LEADWRIGHT_DATA names their folder): $(sort -u "$LEADWRIGHT_TEST_SKIP_LOG" | paste -sd ' ')"
  fi
  if [ "$status" = 0 ]; then say "all passed in $(minutes $SECONDS)"
  else say "FAILED: ${STEP:-setting up} (exit status $status, after $(minutes $SECONDS))"; fi
}
trap finish EXIT

formatting() { cargo fmt --all --check; }

migrations() { # both engines must have the same history
  diff <(ls migrations/sqlite) <(ls migrations/postgres) ||
    { say "migrations/sqlite (<) and migrations/postgres (>) must hold files of the same names"; return 1; }
  say "$(find migrations/sqlite -name '*.sql' | wc -l) on each engine"
}

browser_tree() { # A Cargo.lock that does not fit would be mended in silence elsewhere; CI has to see it.
  cargo tree -p frontend --target "$WASM_TARGET" -e normal,no-proc-macro --prefix none --format '{p}' ${CI:+--locked} "$@"
}

browser_dependencies() {
  local tree found
  tree=$(browser_tree)
  found=$(grep -E "^($KEEP_OUT) " <<<"$tree" | sort -u || true)
  # leptos_config names regex for the server's sake and the linker drops it again; nobody else may use it.
  if grep -q '^regex ' <<<"$tree"; then
    found+=$(browser_tree -i regex --depth 1 | grep -Ev '^(regex|leptos_config) ' | sed 's/$/ uses regex/' || true)
  fi
  if [ -n "$found" ]; then
    say "these must not be compiled for the browser (cargo tree -i NAME --target $WASM_TARGET tells why):"
    say "$found"
    return 1
  fi
  say "$(sort -u <<<"$tree" | wc -l) crates, none of the heavy ones"
}

# The frontend is for browsers: together with the server it would switch the app into both of its halves at once.
clippy() { cargo clippy --workspace --exclude frontend --all-targets -- -D warnings; }
clippy_browser() { cargo clippy -p frontend --target "$WASM_TARGET" --target-dir "$TARGET/wasm" -- -D warnings; }

start_postgres() {
  if [ -z "${LEADWRIGHT_TEST_POSTGRES_URL:-}" ]; then
    export LEADWRIGHT_PG_NAME=$$
    OWN_POSTGRES=1
    LEADWRIGHT_TEST_POSTGRES_URL=$(scripts/postgres.sh start)
  fi
  export LEADWRIGHT_TEST_POSTGRES_URL
  say "$LEADWRIGHT_TEST_POSTGRES_URL"
}

# Every test of the store and the server runs on both engines and appends "sqlite NAME" or "postgres NAME" to this file.
export LEADWRIGHT_TEST_ENGINE_LOG=$ROOT/target/test-engines.log
# Tests that found no data to test with append its name to this one.
rust_tests() {
  mkdir -p target
  export LEADWRIGHT_TEST_SKIP_LOG=$ROOT/target/test-skipped.log
  : >"$LEADWRIGHT_TEST_ENGINE_LOG"
  : >"$LEADWRIGHT_TEST_SKIP_LOG"
  cargo test --workspace --exclude frontend
}

engines() {
  local sqlite postgres
  sqlite=$(sed -n 's/^sqlite //p' "$LEADWRIGHT_TEST_ENGINE_LOG" | sort)
  postgres=$(sed -n 's/^postgres //p' "$LEADWRIGHT_TEST_ENGINE_LOG" | sort)
  say "store/server tests: $(grep -c . <<<"$sqlite") on SQLite, $(grep -c . <<<"$postgres") on Postgres"
  [ -n "$sqlite" ] || { say "no test ran on either engine, or only on Postgres"; return 1; }
  diff <(echo "$sqlite") <(echo "$postgres") || { say "these ran on SQLite only (<) or on Postgres only (>)"; return 1; }
}

build_site() { STEP="Building the site"; scripts/build-site.sh; } # has steps of its own
site_size() { node scripts/site.mjs --out "$SITE" --limit "$SITE_LIMIT_BROTLI"; }
debug_server() { cargo build -p server; }

playwright() (
  cd end2end
  CHROMIUM=$(find_chromium || true)
  export CHROMIUM CARGO_TARGET_DIR=$TARGET
  npx playwright test "$@"
)

if [ "$WHAT" = lint ]; then scripts/setup.sh lint; else scripts/setup.sh test; fi
load_tools

case $WHAT in
  test | lint)
    step "Formatting" formatting
    step "Migrations" migrations
    step "What the browser side depends on" browser_dependencies
    step "Clippy" clippy
    step "Clippy for the browser side" clippy_browser
    [ "$WHAT" = test ] || exit 0
    step "Starting Postgres" start_postgres
    step "Rust tests" rust_tests
    step "Both database engines" engines
    build_site
    step "Size of the site" site_size
    step "Compiling the server for the browser tests" debug_server
    step "Browser journeys" playwright
    ;;
  screenshots)
    build_site
    step "Compiling the server" debug_server
    LEADWRIGHT_SCREENSHOTS=1 step "Taking pictures" playwright --project=screenshots
    ;;
  *) echo "usage: scripts/test.sh [lint|screenshots]" >&2; exit 2 ;;
esac
