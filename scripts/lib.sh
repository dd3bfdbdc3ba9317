# shellcheck shell=bash disable=SC2034
# Shared by the scripts in this folder, which read it with `source`; it changes to the checkout's top folder.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1

# What the browser must fetch for a first page beside its HTML: WebAssembly, JavaScript and CSS, brotli, in bytes. With the
# HTML it makes less than the promised 250 kB, which end2end/weight.hydrated.spec.ts counts in a browser.
export SITE_LIMIT_BROTLI=230000

CACHE=${LEADWRIGHT_CACHE:-${HOME:-/tmp}/.cache/leadwright}
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
case $TARGET in /*) ;; *) TARGET=$ROOT/$TARGET ;; esac
# Always in the checkout: the server embeds it by a path relative to its own source.
SITE=$ROOT/target/site
WASM_TARGET=wasm32-unknown-unknown
mkdir -p "$CACHE" "$SITE"

prepend_path() {
  case $PATH in "$1":*) return ;; esac
  if [ -d "$1" ]; then export PATH=$1:$PATH; fi
}

have() { type -P "$1" >/dev/null; } # a program; a function of the same name does not count
say() { printf '    %s\n' "$*"; }
fail() { printf 'leadwright: %s\n' "$*" >&2; exit 1; }

# Called again by setup.sh after it has installed something.
load_tools() {
  have cargo || prepend_path "${CARGO_HOME:-${HOME:-/tmp}/.cargo}/bin"
  # Written by setup.sh when rustup's default toolchain will not do. What the caller chose wins.
  if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && [ -f "$CACHE/toolchain.env" ]; then
    # shellcheck disable=SC1091
    . "$CACHE/toolchain.env"
  fi
  prepend_path "$CACHE/node/node_modules/node/bin" # last: the system's may be too old
}
load_tools

wasm_bindgen_version() { # the one in Cargo.lock; the tool and the library must be the same
  awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' "$ROOT/Cargo.lock"
}

split_bin() { # prints the path of scripts/split as it is now, compiled; fails when it was not
  local cached=$CACHE/split-$(cd "$ROOT/scripts/split" && sha Cargo.toml Cargo.lock src/main.rs | sha | cut -c1-16)/bin/split
  echo "$cached"
  [ -x "$cached" ]
}

SCHEMATHESIS_VERSION=4.32.5
schemathesis_bin() { # prints the path of schemathesis, when it was installed to the end
  local venv=$CACHE/schemathesis-$SCHEMATHESIS_VERSION
  [ -e "$venv/.leadwright" ] && echo "$venv/bin/schemathesis"
}

# Some steps print nothing for minutes: say now and then that they are alive. A sleep may outlive the script, so it
# must not hold on to a pipe or to the lock.
TICKER=
ticker_start() {
  local started=$SECONDS parent=$$
  (
    trap - EXIT
    while sleep 30 >/dev/null 2>&1 9>&-; do
      kill -0 "$parent" 2>/dev/null || exit 0
      printf '    ... %s: %s\n' "$1" "$(minutes $((SECONDS - started)))"
    done
  ) &
  TICKER=$!
}
ticker_stop() {
  [ -n "$TICKER" ] || return 0
  kill "$TICKER" 2>/dev/null || true
  wait "$TICKER" 2>/dev/null || true
  TICKER=
}

minutes() {
  if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# step TITLE COMMAND...: a heading, the command's own output, and how long it took. The command runs in the
# foreground, so that Ctrl-C reaches it; a failure ends the script, whose EXIT trap can name STEP.
STEP=
step() {
  STEP=$1; shift
  local started=$SECONDS
  printf '\n==> %s\n' "$STEP"
  ticker_start "$STEP"
  "$@"
  ticker_stop
  local took=$((SECONDS - started))
  say "done in $(minutes $took)"
  SUMMARY="${SUMMARY:-}$(printf '    %-46s %12s' "$STEP" "$(minutes $took)")"$'\n'
  STEP=
}

# quiet NAME COMMAND...: for chatty commands; the output is shown only if it fails.
quiet() {
  local log=$CACHE/log/$1.log; shift
  mkdir -p "$CACHE/log"
  "$@" >"$log" 2>&1 </dev/null || { tail -n 40 "$log" >&2; return 1; }
}

# One build of the site, one installation at a time, where the system has flock.
lock() {
  have flock || return 0
  exec 9>"$1"
  flock -n 9 && return
  say "waiting for another run to finish ($1)"
  flock 9
}

sha() { # of the files named, or of standard input
  if have sha256sum; then sha256sum "$@"; else shasum -a 256 "$@"; fi | cut -d' ' -f1
}

trap ticker_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && have "$name"; then type -P "$name"; return; fi
  done
  return 1
}

find_postgres() { # prints the folder that holds initdb and pg_ctl
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr) "$(pg_config --bindir 2>/dev/null || true)"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then echo "$folder"; return; fi
  done
  return 1
}
