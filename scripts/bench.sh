#!/usr/bin/env bash
# make bench: builds what people run, measures it, prints the table and leaves it in target/bench/.
#   QUICK=1    50,000 leads and short rounds, for a first look
#   ONLY=P5,L1 only these figures
# The large database is made once and kept in target/bench; it takes 3 GB, and copies of it as much again meanwhile.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

scripts/setup.sh bench
load_tools
export BENCH_FOLDER=$ROOT/target/bench
mkdir -p "$BENCH_FOLDER"

have nginx || prepend_path /usr/sbin
for tool in nginx wrk taskset; do have "$tool" || fail "$tool is missing; install it (apt-get install nginx-light wrk util-linux), then run this again."; done
BENCH_CORES=$(nproc)
export BENCH_CORES
[ "$BENCH_CORES" -ge 2 ] || fail "two cores are needed: one for the server, one for who asks."

scripts/build-site.sh
step "Compiling the server and the measurements (several minutes the first time)" cargo build --release -p server -p bench
export BENCH_BINARY=$TARGET/release/leadwright

rm -f "$BENCH_FOLDER/server.jsonl" "$BENCH_FOLDER/browser.jsonl"
step "Measuring the server" taskset -c 1 "$TARGET/release/bench"
if CHROMIUM=$(find_chromium); then
  export CHROMIUM
  step "Measuring in the browser" taskset -c 1 node scripts/bench/browser.mjs
else
  say "no Chromium found, so F1 to F6 are not measured; make test installs one"
fi
printf '\n'
"$TARGET/release/bench" table
printf '\n'
say "the table is in target/bench/table.txt, with details in table.json"
