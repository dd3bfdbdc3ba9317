#!/usr/bin/env bash
# Installs what is missing and nothing else; can be run again at any time.
#   scripts/setup.sh rust    what compiling the server needs
#   scripts/setup.sh run     what building and serving need
#   scripts/setup.sh fmt     formatter as well
#   scripts/setup.sh lint    formatter and clippy as well
#   scripts/setup.sh fuzz    what compiling the server and schemathesis need
#   scripts/setup.sh test    linters, browser tests and Postgres as well
#   scripts/setup.sh bench   what building needs, the browser, nginx and wrk
set -euo pipefail
source "$(dirname "$0")/lib.sh"
WANT=${1:-run}
mkdir -p "$CACHE"
lock "$CACHE/setup.lock"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo; then sudo "$@"
  else return 1; fi
}

# apt_install PACKAGE...: 1 if they cannot be installed here. Package lists are fetched once per run, and only when needed.
APT_UPDATED=
apt_install() {
  have apt-get || return 1
  say "installing $* with apt-get"
  if [ -z "$APT_UPDATED" ]; then
    quiet apt-update as_root apt-get -o DPkg::Lock::Timeout=300 update || return 1
    APT_UPDATED=1
  fi
  quiet apt-install as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# --- base -----------------------------------------------------------------------------------------------------------

base() {
  if have apt-get && [ ! -e /etc/ssl/certs/ca-certificates.crt ]; then
    apt_install ca-certificates || fail "could not install ca-certificates; install that package and run this again."
  fi
  if ! have cc; then
    apt_install gcc libc6-dev || fail "no C compiler found; install one (package gcc and libc6-dev, or Xcode's tools) and run this again."
  fi
  node_works || node_install || fail "Node.js 20 or newer with npm is needed; install it and run this again."
  say "$(cc --version | head -n 1); node $(node --version)"
}

node_works() {
  have node && have npm && node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)'
}

node_install() {
  have npm || apt_install nodejs npm || return 1
  node_works && return
  # Debian 12's is older than the browser tests need; npm carries Node.js itself.
  say "installing Node.js 22 from npm, in $CACHE/node"
  rm -rf "$CACHE/node.part"; mkdir -p "$CACHE/node.part"
  quiet node-install npm install --prefix "$CACHE/node.part" --no-audit --no-fund 'node@22' || return 1
  rm -rf "$CACHE/node"; mv "$CACHE/node.part" "$CACHE/node"
  load_tools; hash -r
  node_works
}

# --- Rust -----------------------------------------------------------------------------------------------------------

RUST_MIN=$(awk -F'"' '/^rust-version/ { print $2; exit }' Cargo.toml)

rust_new_enough() {
  local version; version=$(rustc --version 2>/dev/null | cut -d' ' -f2) || return 1
  [ "$(printf '%s\n' "$RUST_MIN" "$version" | sort -V | head -n 1)" = "$RUST_MIN" ]
}

# A real compilation, linked as the site is: the libraries may be half copied, or made by another compiler, or without
# what link-time optimisation reads.
wasm_works() {
  local out ok=1
  out=$(mktemp -d)
  echo '#[unsafe(no_mangle)] pub extern "C" fn probe() -> usize { std::env::args().count() }' >"$out/probe.rs"
  quiet wasm-probe rustc --edition 2024 --target "$WASM_TARGET" --crate-type cdylib -C lto=fat -C panic=abort \
    -o "$out/probe.wasm" "$out/probe.rs" 2>/dev/null && ok=0
  rm -rf "$out"
  return $ok
}

std_source() { [ -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ]; } # build-site.sh compiles it

rust() {
  # LEADWRIGHT_NO_RUSTUP_TARGET=1 stands for a machine that rustup's server does not answer.
  if [ -z "${LEADWRIGHT_NO_RUSTUP_TARGET:-}" ] || [ "$(rustc --print sysroot 2>/dev/null)" = /usr ]; then
    if have cargo && rust_new_enough && wasm_works && std_source; then
      say "$(rustc --version), with $WASM_TARGET"
      return
    fi
  fi
  if [ -f "$CACHE/toolchain.env" ]; then # it was made by this script and no longer works
    rm -f "$CACHE/toolchain.env"
    unset RUSTUP_TOOLCHAIN
  fi
  rust_by_rustup || rust_by_debian ||
    fail "no way found to compile Rust for WebAssembly; install Rust $RUST_MIN or newer with rustup, run 'rustup target add $WASM_TARGET', then run this again."
  load_tools; hash -r
}

rust_by_rustup() {
  [ -z "${LEADWRIGHT_NO_RUSTUP_TARGET:-}" ] || return 1
  local toolchain=${RUSTUP_TOOLCHAIN:-}
  if ! have rustup; then
    have curl || return 1
    say "installing Rust with rustup"
    quiet rustup-download curl --proto '=https' --tlsv1.2 -sSf -m 60 -o "$CACHE/rustup.sh" https://sh.rustup.rs || return 1
    quiet rustup-init timeout 900 sh "$CACHE/rustup.sh" -y --profile minimal --no-modify-path || return 1
    prepend_path "${CARGO_HOME:-$HOME/.cargo}/bin"; hash -r
    toolchain=${toolchain:-stable}
  fi
  if ! rust_new_enough; then
    say "installing Rust's stable toolchain with rustup ($RUST_MIN or newer is needed)"
    quiet rustup-toolchain timeout 900 rustup toolchain install stable --profile minimal || return 1
    toolchain=stable
    RUSTUP_TOOLCHAIN=stable rust_new_enough || return 1
  fi
  say "adding $WASM_TARGET and the standard library's source with rustup"
  quiet rustup-target timeout 600 rustup target add ${toolchain:+--toolchain "$toolchain"} "$WASM_TARGET" || return 1
  quiet rustup-source timeout 600 rustup component add ${toolchain:+--toolchain "$toolchain"} rust-src || return 1
  if [ -n "$toolchain" ]; then use_toolchain "$toolchain"; fi
  wasm_works && std_source || return 1
  say "$(rustc --version), with $WASM_TARGET from rustup"
}

use_toolchain() { # for this script, and through load_tools for the others
  export RUSTUP_TOOLCHAIN=$1
  printf 'prepend_path "%s"\nexport RUSTUP_TOOLCHAIN=%s\n' "$(dirname "$(type -P rustup)")" "$1" >"$CACHE/toolchain.part"
  mv "$CACHE/toolchain.part" "$CACHE/toolchain.env"
}

# Debian ships a whole toolchain, but no compiled standard library for WebAssembly: compile that once from its source.
rust_by_debian() {
  say "rustup cannot provide $WASM_TARGET here: falling back to Debian's toolchain"
  apt_install rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-22 gcc libc6-dev || return 1
  local host libs lld build
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  libs=$(/usr/bin/rustc --print target-libdir --target "$WASM_TARGET")
  lld=/usr/lib/rustlib/$host/bin/rust-lld
  if [ ! -e "$lld" ]; then
    as_root mkdir -p "${lld%/*}" && as_root ln -sf /usr/bin/lld-22 "$lld" || return 1
  fi

  local PATH=/usr/bin:$PATH # rustup's cargo would answer first
  if ! wasm_works; then
    say "compiling the standard library for $WASM_TARGET"
    build=$CACHE/build/wasm-std
    rm -rf "$build"; mkdir -p "$build/src"
    printf '[package]\nname = "empty"\nedition = "2021"\n[workspace]\n' >"$build/Cargo.toml"
    : >"$build/src/lib.rs"
    (cd "$build" && RUSTC_BOOTSTRAP=1 quiet wasm-std env -u RUSTUP_TOOLCHAIN RUSTFLAGS="-C embed-bitcode=yes" /usr/bin/cargo build \
      -Z build-std=std,panic_abort --release --target "$WASM_TARGET" --target-dir "$build/target") || return 1
    rm -f "$build/target/$WASM_TARGET/release/deps/"libempty-*
    as_root rm -rf "$libs.part" && as_root mkdir -p "$libs.part" &&
      as_root cp "$build/target/$WASM_TARGET/release/deps/"*.rlib "$libs.part/" &&
      as_root rm -rf "$libs" && as_root mv "$libs.part" "$libs" || return 1
    rm -rf "$build"
    wasm_works || return 1
  fi

  if have rustup; then
    quiet rustup-link rustup toolchain link debian /usr || return 1
    use_toolchain debian
  else
    echo 'prepend_path /usr/bin' >"$CACHE/toolchain.part" # in front of an older cargo elsewhere
    mv "$CACHE/toolchain.part" "$CACHE/toolchain.env"
  fi
  say "$(/usr/bin/rustc --version) from Debian, with $WASM_TARGET compiled here"
}

# Compiled where the build folder stays until it worked, so that a second try goes on.
split_tool() {
  local bin build=$CACHE/build/split version; version=$(wasm_bindgen_version)
  grep -q "^wasm-bindgen-cli-support = \"=$version\"$" "$ROOT/scripts/split/Cargo.toml" ||
    fail "scripts/split/Cargo.toml needs wasm-bindgen-cli-support $version, as wasm-bindgen in Cargo.lock; change it and run 'cargo update' there."
  if bin=$(split_bin); then say "the tool that splits WebAssembly: $bin"; return; fi
  say "compiling the tool that splits WebAssembly (about two minutes on two cores)"
  cargo build --release --locked --manifest-path "$ROOT/scripts/split/Cargo.toml" --target-dir "$build" ||
    fail "could not compile scripts/split; the reason is above."
  rm -rf "$CACHE"/split-*; mkdir -p "${bin%/*}"
  cp "$build/release/split" "$bin.part" && mv "$bin.part" "$bin" && rm -rf "$build"
}

rust_component() { # rust_component COMMAND COMPONENT DEBIAN-PACKAGE
  cargo "$1" --version >/dev/null 2>&1 && return
  say "installing $2"
  if [ "$(rustc --print sysroot)" = /usr ]; then
    apt_install "$3" && return
  elif have rustup; then
    quiet "rustup-$2" timeout 600 rustup component add "$2" && return
  fi
  fail "cargo $1 is missing; install Rust's component $2 and run this again."
}

# --- npm, browser, Postgres -----------------------------------------------------------------------------------------

npm_packages() { # npm_packages FOLDER: npm ci unless it last finished with this very lock file
  local stamp=$1/node_modules/.leadwright wanted
  wanted=$(sha "$1/package-lock.json")
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then say "npm packages of $1 are in place"; return; fi
  say "installing the npm packages of $1"
  (cd "$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 quiet npm-ci npm ci --no-audit --no-fund) ||
    fail "npm ci failed in $1; the reason is above."
  echo "$wanted" >"$stamp"
}

browser() {
  if find_chromium >/dev/null; then say "browser: $(find_chromium)"; return; fi
  apt_install chromium fonts-liberation && find_chromium >/dev/null && return
  say "trying Playwright's own Chromium"
  (cd end2end && quiet playwright-browser npx playwright install chromium) ||
    fail "no browser for the tests; install Chromium, or set CHROMIUM to its path, and run this again."
}

database_server() {
  if [ -n "${LEADWRIGHT_TEST_POSTGRES_URL:-}" ]; then say "Postgres: the one in LEADWRIGHT_TEST_POSTGRES_URL"; return; fi
  if ! find_postgres >/dev/null && have apt-get; then
    # Only the programs: without this the package would also create and start a server of its own.
    if apt_install postgresql-common; then
      as_root sed -i 's/^#\?create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
      apt_install postgresql || true # find_postgres tells
    fi
  fi
  find_postgres >/dev/null ||
    fail "Postgres is missing; install its server (initdb and pg_ctl), or set LEADWRIGHT_TEST_POSTGRES_URL, and run this again."
  say "Postgres: $(find_postgres)"
}

# A test tool, and nothing of the product: into a folder of its own.
schemathesis() {
  local version venv bin
  version=$SCHEMATHESIS_VERSION venv=$CACHE/schemathesis-$SCHEMATHESIS_VERSION
  if bin=$(schemathesis_bin); then say "schemathesis $version: $bin"; return; fi
  say "installing schemathesis $version"
  if ! { have python3 && python3 -c 'import ensurepip, venv'; } 2>/dev/null; then apt_install python3 python3-venv || true; fi
  rm -rf "$venv"
  quiet schemathesis-venv python3 -m venv "$venv" && quiet schemathesis "$venv/bin/pip" install --disable-pip-version-check "schemathesis==$version" ||
    fail "could not install schemathesis; the reason is above. It needs Python 3.10 or newer with venv and pip."
  touch "$venv/.leadwright" # complete
}

# nginx serves the same bytes as a file, wrk asks for them: the other side of a ratio.
load_generators() {
  prepend_path /usr/sbin
  if ! have nginx; then
    # The package may start a server of its own.
    apt_install nginx-light || fail "nginx is missing; install it and run this again."
    if have systemctl; then as_root systemctl disable --now nginx >/dev/null 2>&1 || true; else as_root service nginx stop >/dev/null 2>&1 || true; fi
  fi
  have wrk || apt_install wrk || fail "wrk is missing; install it and run this again."
  say "$(nginx -v 2>&1); wrk"
}

formatter() { rust_component fmt rustfmt rustfmt-web; }
linters() { formatter; rust_component clippy clippy rust-web-clippy; }

setup() {
  base
  rust
  if [ "$WANT" = rust ]; then return; fi
  if [ "$WANT" = fmt ]; then formatter; return; fi
  if [ "$WANT" = lint ]; then linters; return; fi
  if [ "$WANT" = fuzz ]; then schemathesis; return; fi
  npm_packages scripts/tools
  split_tool
  if [ "$WANT" = bench ]; then
    npm_packages end2end
    browser
    load_generators
  fi
  if [ "$WANT" = test ]; then
    linters
    npm_packages end2end
    browser
    database_server
  fi
}

case $WANT in
  rust) step "Setting up the compiler" setup ;;
  run | fmt | lint | test | fuzz | bench) step "Setting up what 'make $WANT' needs" setup ;;
  *) echo "usage: scripts/setup.sh rust|run|fmt|lint|test|fuzz|bench" >&2; exit 2 ;;
esac
