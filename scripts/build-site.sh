#!/usr/bin/env bash
# Builds what the browser gets, into target/site. Run scripts/setup.sh first.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
lock "$ROOT/target/site.lock"

WORK=$TARGET/site-work
WASM=$TARGET/wasm/$WASM_TARGET/wasm-release/frontend.wasm
BINDGEN=$(wasm_bindgen_bin) || fail "wasm-bindgen $(wasm_bindgen_version) is missing; run scripts/setup.sh run."
WASM_OPT=$ROOT/scripts/tools/node_modules/binaryen/bin/wasm-opt
[ -e "$WASM_OPT" ] || fail "wasm-opt is missing; run scripts/setup.sh run."
# What rustc's WebAssembly uses today; wasm-opt refuses what it was not told of.
FEATURES=(--enable-bulk-memory --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext
  --enable-mutable-globals --enable-reference-types --enable-multivalue)

# A folder of its own: other flags than the server's would make both compile everything again and again.
compile() {
  cargo build -p frontend --target "$WASM_TARGET" --profile wasm-release --target-dir "$TARGET/wasm"
}

# One folder per input, complete or absent.
shrink() {
  local key
  key=$({ sha "$WASM" scripts/tools/package-lock.json scripts/build-site.sh; "$BINDGEN" --version; } | sha | cut -c1-16)
  OPTIMISED=$WORK/$key
  if [ -d "$OPTIMISED" ]; then say "unchanged since the last build"; return; fi
  rm -rf "$WORK"; mkdir -p "$WORK"
  "$BINDGEN" "$WASM" --target web --no-typescript --out-name leadwright --out-dir "$OPTIMISED.part"
  node "$WASM_OPT" -Oz "${FEATURES[@]}" "$OPTIMISED.part/leadwright_bg.wasm" -o "$WORK/optimised.wasm"
  mv "$WORK/optimised.wasm" "$OPTIMISED.part/leadwright_bg.wasm"
  mv "$OPTIMISED.part" "$OPTIMISED"
}

assemble() {
  node scripts/site.mjs --style style --pkg "$OPTIMISED" --out "$SITE"
}

step "Compiling the browser side to WebAssembly" compile
step "Shrinking the WebAssembly" shrink
step "Style sheets, static files and compression" assemble
