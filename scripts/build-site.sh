#!/usr/bin/env bash
# Builds what the browser gets, into target/site. Run scripts/setup.sh first.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
lock "$ROOT/target/site.lock"

WORK=$TARGET/site-work
WASM=$TARGET/wasm/$WASM_TARGET/wasm-release/frontend.wasm
SPLIT=$(split_bin) || fail "the tool that splits WebAssembly is missing; run scripts/setup.sh run."
BINARYEN=$ROOT/scripts/tools/node_modules/binaryen/bin
[ -e "$BINARYEN/wasm-opt" ] || fail "wasm-opt is missing; run scripts/setup.sh run."
# What rustc's WebAssembly uses today; wasm-opt refuses what it was not told of.
FEATURES="--enable-bulk-memory --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext
  --enable-mutable-globals --enable-reference-types --enable-multivalue"

# A folder of its own: other flags than the server's would make both compile everything again and again.
# wasm-split moves code and data into chunks, and for that has to know every place that points to them.
# The standard library is compiled along, for size, and a panic stops at once: its texts, source lines and the code that
# writes them are a fifth of the download and for nobody who downloads it. Equal functions are not folded into one, so that
# shorten.mjs can tell by its name what a function is for. None of this is stable yet, hence the switch.
compile() {
  RUSTC_BOOTSTRAP=1 RUSTFLAGS="--cfg erase_components -Zlocation-detail=none -Zfmt-debug=none -Zmerge-functions=disabled -Zunstable-options -Cpanic=immediate-abort" \
    cargo rustc -p frontend --lib --target "$WASM_TARGET" --profile wasm-release --target-dir "$TARGET/wasm" \
    -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size -- -Clink-arg=--emit-relocs
}

binaryen() { # binaryen TOOL OPTION...
  local tool=$1; shift
  node "$BINARYEN/$tool" $FEATURES "$@" 2> >(grep -v 'unknown name subsection' >&2)
}

# What matters is the size after compression: -Os is larger than -Oz, as are functions that stay apart instead of going into their
# one caller, and both compress better. So do functions in the order of their names, as those that are alike stand together.
optimise() { # optimise FROM TO
  binaryen wasm-opt -O2 --gufa -Os -ocimfs=1 --reorder-functions-by-name --strip-debug --strip-producers --strip-target-features "$1" -o "$2"
}

export BINARYEN FEATURES
export -f binaryen optimise

# One folder per input, complete or absent.
shrink() {
  local key
  key=$({ sha "$WASM" scripts/tools/package-lock.json scripts/build-site.sh scripts/join.mjs scripts/chunks.mjs scripts/shorten.mjs "$SPLIT"; } | sha | cut -c1-16)
  OPTIMISED=$WORK/$key
  if [ -d "$OPTIMISED" ]; then say "unchanged since the last build"; return; fi
  rm -rf "$WORK"; mkdir -p "$WORK"
  local split=$WORK/split text=$WORK/leadwright.wat chunk
  "$SPLIT" "$WASM" "$split" "$OPTIMISED.part"
  binaryen wasm-dis "$OPTIMISED.part/leadwright_bg.wasm" -o "$text"
  node scripts/shorten.mjs "$OPTIMISED.part" "$text"
  optimise "$text" "$OPTIMISED.part/leadwright_bg.wasm"
  node scripts/join.mjs "$split" "$WORK/joined"
  find "$WORK/joined" -name '*.wasm' -print0 | xargs -0 -P "$(nproc)" -I{} bash -euo pipefail -c 'optimise {} {}'
  node scripts/chunks.mjs "$WORK/joined" "$OPTIMISED.part"
  mv "$OPTIMISED.part" "$OPTIMISED"
}

assemble() {
  node scripts/site.mjs --style style --pkg "$OPTIMISED" --out "$SITE"
}

step "Compiling the browser side to WebAssembly" compile
step "Shrinking the WebAssembly" shrink
step "Style sheets, static files and compression" assemble
