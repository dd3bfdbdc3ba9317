// Takes out of wasm-bindgen's package what only costs bytes:
//   node scripts/shorten.mjs PKG WAT
// WAT is PKG/leadwright_bg.wasm as text. Both it and PKG/leadwright.js are changed in place: exports that nobody calls go,
// and with them what only they kept; what the two sides call each other becomes a letter or two; functions that nothing calls
// but that a table keeps are emptied.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [pkg, wat] = process.argv.slice(2);
const script = join(pkg, "leadwright.js");
let js = readFileSync(script, "utf8");
let wasm = readFileSync(wat, "utf8");

/** Short names in order: a, b, ... Z, a0, a1, ... */
function* shortNames() {
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  yield* letters;
  for (const letter of letters) for (let digit = 0; digit < 36; digit++) yield letter + digit.toString(36);
}

// server_fn brings classes for streams that are written in Rust. No form of ours has one, so nothing ever makes them.
for (const [, name] of js.matchAll(/^export class (\w+) \{$/gm)) {
  if (js.includes(`${name}.__wrap`)) continue;
  const parts = [
    new RegExp(`^export class ${name} \\{[\\s\\S]*?^\\}\\n`, "m"),
    new RegExp(`^if \\(Symbol\\.dispose\\) ${name}\\.prototype.*\\n`, "m"),
    new RegExp(`^const ${name}Finalization = [\\s\\S]*?;\\n`, "m"),
  ];
  for (const part of parts) js = js.replace(part, "");
  if (js.includes(name)) throw new Error(`shorten: ${name} is used in a way this does not know; does the version of wasm-bindgen fit?`);
}

// The chunks ask for these by name.
const shared = /^(memory|__indirect_function_table|__wasm_split_shared\d+)$/;
const called = new Set([...js.matchAll(/\bwasm\.([\w$]+)/g)].map((found) => found[1]));
const exportNames = shortNames();
const renamed = new Map();
wasm = wasm.replace(/^ \(export "([^"]+)" .*\n/gm, (line, name) => {
  if (shared.test(name)) return line;
  if (!called.delete(name)) return "";
  renamed.set(name, exportNames.next().value);
  return line.replace(`"${name}"`, `"${renamed.get(name)}"`);
});
const missing = [...called].filter((name) => !shared.test(name));
if (missing.length) throw new Error(`shorten: the script calls ${missing.join(", ")}, which the WebAssembly does not export`);
js = js.replace(/\bwasm\.([\w$]+)/g, (use, name) => (renamed.has(name) ? `wasm.${renamed.get(name)}` : use));

const importNames = shortNames();
wasm = wasm.replace(/^ \(import "\.\/leadwright_bg\.js" "([^"]+)"/gm, (_, name) => {
  const short = importNames.next().value;
  const key = new RegExp(`^( +)${name.replaceAll("$", "\\$")}: `, "gm");
  if ([...js.matchAll(key)].length !== 1) throw new Error(`shorten: the script provides ${name} not exactly once`);
  js = js.replace(key, `$1${short}: `);
  return ` (import "./leadwright_bg.js" "${short}"`;
});

// What the rendering library has a function for in each type of view, though nothing of ours ever calls it: taking over a
// page that still waits for its parts (ours have come before, see `fetch_shown`), taking over a template, attributes handed
// on to a component's elements, the list of routes, which is the server's. And what only those streams of server_fn would
// run. A name says it only where no two functions are folded into one, see build-site.sh.
const uncalled = /13hydrate_async|21hydrate_from_template|Mountable8elements|into_any8elements|15generate_routes|\d+IntoUnderlying(Byte)?(Source|Sink)/;
let emptied = 0;
wasm = wasm.replace(/^ \(func \$(\S+)(.*)\n[\s\S]*?^ \)\n/gm, (all, name, head) => {
  if (!uncalled.test(name)) return all;
  emptied++;
  return ` (func $${name}${head}\n  (unreachable)\n )\n`;
});
if (emptied < 100) throw new Error(`shorten: only ${emptied} functions to empty were found; does the version of leptos fit?`);

writeFileSync(script, js);
writeFileSync(wat, wasm);
