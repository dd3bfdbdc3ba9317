// Joins the chunks that wasm-split made into few files: it makes one for each set of pages that share something, hundreds of them,
// and a page that waits for ninety of them waits long, however small they are.
//   node scripts/join.mjs SPLIT OUT
// OUT gets a file for each name in `lazy.rs` (lead_pages.wasm, ...), up to three of what several of them share, and chunks.json,
// which says what each of wasm-split's loaders has to have: { loaders: { NAME: [FILE, ...] }, shared: [NAME, ...] }.
//
// BINARYEN is the folder of its tools, FEATURES what they are told of the WebAssembly.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [split, out] = process.argv.slice(2);
const features = process.env.FEATURES.split(/\s+/).filter(Boolean);
const binaryen = (tool, ...given) =>
  execFileSync("node", [join(process.env.BINARYEN, tool), ...features, ...given], { stdio: ["ignore", "inherit", "pipe"], maxBuffer: 1 << 28 });

/** What stands on the list of leads and opens there; it should not wait for what whole pages share. */
const small = new Set(["user_menu", "undo", "search_list", "palette"]);
/** What a rep opens all day. */
const daily = new Set(["lead_pages", "list_tools"]);

/** Which file something goes into that is shared by these. */
function fileOf(names) {
  if (names.some((name) => small.has(name))) return "shared_small";
  return names.some((name) => daily.has(name)) ? "shared" : "shared_seldom";
}

const text = readFileSync(join(split, "__wasm_split.js"), "utf8");
const nameOf = (loader) => loader.trim().replace(/_\d{10,}$/, "");
const files = new Map(); // file -> chunks of wasm-split
const put = (file, chunk) => files.set(file, [...(files.get(file) ?? []), chunk]);

const sharedFile = new Map();
for (const [, users, chunk] of text.matchAll(/\/\* ([^*]+) \*\/\s*const (__chunk_\d+) = makeLoad/g)) {
  const file = fileOf(users.split(",").map(nameOf));
  sharedFile.set(chunk, file);
  put(file, `${chunk.slice(2)}.wasm`);
}
const loaders = {};
for (const [, name, own, needs] of text.matchAll(/^export const (\w+) = wrapAsyncCb\(makeLoad\([\s\S]*?"\.\/(split_\w+\.wasm)"[\s\S]*?\n, \[([^\]]*)\]\)\);/gm)) {
  const file = nameOf(own.replace(/^split_|\.wasm$/g, ""));
  put(file, own);
  const shared = needs.split(",").map((chunk) => chunk.trim()).filter(Boolean);
  loaders[name] = [...new Set([file, ...shared.map((chunk) => sharedFile.get(chunk))])];
}
const asked = [...text.matchAll(/makeLoad\(\(\)/g)].length;
const found = [...files.values()].flat().length;
if (found !== asked || Object.values(loaders).flat().includes(undefined)) {
  throw new Error(`join: ${found} of ${asked} chunks were understood; does the version of wasm-split fit?`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
// Memory, table and stack come in by one door, else each chunk would bring its own.
const door = join(out, "door.wat");
const [memory, table] = ["memory", "table"].map((kind) => sizeOf(kind));
writeFileSync(
  door,
  `(module
    (import "__main" "memory" (memory ${memory}))
    (import "__main" "__indirect_function_table" (table ${table} funcref))
    (import "__main" "__wasm_split_shared0" (global (mut i32)))
    (export "memory" (memory 0))
    (export "__indirect_function_table" (table 0))
    (export "__wasm_split_shared0" (global 0)))`,
);
binaryen("wasm-as", door, "-o", join(out, "door.wasm"));
for (const [file, chunks] of files) {
  const named = chunks.flatMap((chunk, at) => [join(split, chunk), `c${at}`]);
  // Nothing of a chunk is asked for by name; it puts its functions into the table.
  binaryen("wasm-merge", join(out, "door.wasm"), "__wasm_split", ...named, "--skip-export-conflicts", "--debuginfo", "-o", join(out, `${file}.wasm`));
}
for (const rest of ["door.wat", "door.wasm"]) rmSync(join(out, rest));
writeFileSync(join(out, "chunks.json"), JSON.stringify({ loaders, shared: [...new Set(sharedFile.values())] }));

/** How large a chunk takes the memory or the table to be at least. */
function sizeOf(kind) {
  const [chunk] = files.values().next().value;
  const wat = join(out, "chunk.wat");
  binaryen("wasm-dis", join(split, chunk), "-o", wat);
  const [, size] = readFileSync(wat, "utf8").match(new RegExp(`\\(import "__wasm_split" "[^"]+" \\(${kind} \\S+ (\\d+)`));
  rmSync(wat);
  return size;
}
