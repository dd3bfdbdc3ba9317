// Joins what wasm-split and wasm-bindgen made into one folder for the site:
//   node scripts/chunks.mjs SPLIT PKG
// SPLIT holds the chunks and their loaders (__wasm_split.js), PKG the main module and leadwright.js.
//
// The loaders are a module that is fetched when the first chunk is asked for. Chunks carry their hash in their names, so
// that a page of an older build finds nothing instead of code that does not fit it.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { transformSync } = createRequire(new URL("tools/package.json", import.meta.url))("esbuild");
const [split, pkg] = process.argv.slice(2);

/** Replaces exactly so many matches: another version of the tools may write something else. */
function replace(text, pattern, by, count = 1) {
  const found = [...text.matchAll(pattern)].length;
  if (found !== count) throw new Error(`chunks: ${pattern} was found ${found} times instead of ${count}; do the tools' versions fit?`);
  return text.replace(pattern, by);
}

/** Without what is there for people who look into it: names, who made it. */
function bare(wasm) {
  const parts = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length; ) {
    const start = at++;
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7, at++) {
      size |= (wasm[at] & 0x7f) << shift;
      more = wasm[at] >= 0x80;
    }
    at += size;
    if (wasm[start] !== 0) parts.push(wasm.subarray(start, at)); // section 0: custom
  }
  return Buffer.concat(parts);
}

const chunks = new Map();
mkdirSync(join(pkg, "chunks"));
for (const file of readdirSync(split).filter((name) => /^(split|chunk)_.*\.wasm$/.test(name))) {
  const bytes = bare(readFileSync(join(split, file)));
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16); // as long as the server's `?v=`
  const name = file.replace(/^split_(.*?)_\d+\.wasm$/, "$1").replace(/^chunk_(\d+)\.wasm$/, "shared_$1");
  writeFileSync(join(pkg, "chunks", `${name}.${hash}.wasm`), bytes);
  chunks.set(`./${file}`, `./chunks/${name}.${hash}.wasm?v=${hash}`);
}

let loaders = readFileSync(join(split, "__wasm_split.js"), "utf8");
const names = [...loaders.matchAll(/^export const (\w+)/gm)].map((found) => found[1]);
loaders = replace(loaders, /^import \{ initSync \} from "\.\/leadwright\.js";\n/gm, "");
loaders = replace(loaders, /"(\.\/[^"]+\.wasm)"/g, (_, file) => JSON.stringify(chunks.get(file)), chunks.size);
loaders = replace(loaders, /console\.error\(e\);/g, "console.error(e);\n            startAnew();");
loaders += `
let initSync, startAnew;

// They are not imported: under this page's address without its version they would be a second, empty instance.
export function begin(parts) {
    ({ initSync, startAnew } = parts);
}

// Into the browser's cache.
export function fetchAll() {
    for (const chunk of ${JSON.stringify([...chunks.values()])}) {
        fetch(new URL(chunk, import.meta.url), { priority: "low" }).then((response) => response.arrayBuffer()).catch(() => {});
    }
}
`;
const minify = (text) => transformSync(text, { minify: true, format: "esm", target: "es2022" }).code;
loaders = minify(loaders.replaceAll("./chunks/", "./"));
const version = createHash("sha256").update(loaders).digest("hex").slice(0, 16);
writeFileSync(join(pkg, "chunks", `loaders.${version}.js`), loaders);

let main = readFileSync(join(pkg, "leadwright.js"), "utf8");
main = replace(main, /^import \* as import\d+ from "\.\/__wasm_split\.js"\n/gm, "", names.length);
main = replace(main, /^ *"\.\/__wasm_split\.js": import\d+,\n/gm, "", names.length);
main = replace(main, /"\.\/leadwright_bg\.js": import0,/g, '$& "./__wasm_split.js": chunkLoaders,');

const own = `
let coming;
function loaders() {
    coming ??= import("./chunks/loaders.${version}.js?v=${version}").then((module) => (module.begin({ initSync, startAnew }), module));
    return coming;
}

// What the WebAssembly calls to have a chunk. Few pages need one at once.
const chunkLoaders = new Proxy({}, {
    get: (_, name) => (...given) => {
        loaders().then((module) => module[name](...given), (error) => {
            coming = undefined;
            console.error(error);
            startAnew();
        });
    },
});

// A chunk of a build that was replaced is gone; the page, loaded anew, knows the new one. Not again and again.
function startAnew() {
    if (Date.now() - Number(sessionStorage.getItem("leadwright-anew")) < 20_000) return;
    sessionStorage.setItem("leadwright-anew", Date.now());
    location.reload();
}

// Somebody is at the page and will open another: have the chunks in the cache by then.
function fetchAhead() {
    for (const event of ahead) removeEventListener(event, fetchAhead);
    if (!navigator.connection?.saveData) loaders().then((module) => module.fetchAll(), () => (coming = undefined));
}
const ahead = ["pointermove", "pointerdown", "keydown"];
for (const event of ahead) addEventListener(event, fetchAhead, { passive: true });
`;
writeFileSync(join(pkg, "leadwright.js"), minify(main + own));
