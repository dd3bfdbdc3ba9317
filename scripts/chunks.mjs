// Joins what wasm-split and wasm-bindgen made into one folder for the site:
//   node scripts/chunks.mjs SPLIT PKG
// SPLIT holds the chunks and their loaders (__wasm_split.js), PKG the main module and leadwright.js.
//
// The loaders move into leadwright.js: as a module of their own they would import it back under an address without its
// version, which is a second, empty instance to a browser. Chunks carry their hash in their names, so that a page of an
// older build finds nothing instead of code that does not fit it.
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

const chunks = new Map();
mkdirSync(join(pkg, "chunks"));
for (const file of readdirSync(split).filter((name) => /^(split|chunk)_.*\.wasm$/.test(name))) {
  const bytes = readFileSync(join(split, file));
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16); // as long as the server's `?v=`
  const name = file.replace(/^split_(.*?)_\d+\.wasm$/, "$1").replace(/^chunk_(\d+)\.wasm$/, "shared_$1");
  writeFileSync(join(pkg, "chunks", `${name}.${hash}.wasm`), bytes);
  chunks.set(`./${file}`, `./chunks/${name}.${hash}.wasm?v=${hash}`);
}

let loaders = readFileSync(join(split, "__wasm_split.js"), "utf8");
const names = [...loaders.matchAll(/^export const (\w+)/gm)].map((found) => found[1]);
loaders = replace(loaders, /^import \{ initSync \} from "\.\/leadwright\.js";\n/gm, "");
loaders = replace(loaders, /^export const /gm, "const ", names.length);
loaders = replace(loaders, /"(\.\/[^"]+\.wasm)"/g, (_, file) => JSON.stringify(chunks.get(file)), chunks.size);
loaders = replace(loaders, /console\.error\(e\);/g, "console.error(e);\n            startAnew();");

let main = readFileSync(join(pkg, "leadwright.js"), "utf8");
main = replace(main, /^import \* as import\d+ from "\.\/__wasm_split\.js"\n/gm, "", names.length);
main = replace(main, /^ *"\.\/__wasm_split\.js": import\d+,\n/gm, "", names.length);
main = replace(main, /"\.\/leadwright_bg\.js": import0,/g, '$& "./__wasm_split.js": chunkLoaders,');

const own = `
const chunkLoaders = { ${names.join(", ")} };

// The chunk of a build that was replaced is gone; the page, loaded anew, knows the new one. Not again and again.
function startAnew() {
    if (Date.now() - Number(sessionStorage.getItem("leadwright-anew")) < 20_000) return;
    sessionStorage.setItem("leadwright-anew", Date.now());
    location.reload();
}

// Somebody is at the page and will open another: have the chunks in the cache by then.
function fetchAhead() {
    for (const event of ahead) removeEventListener(event, fetchAhead);
    if (navigator.connection?.saveData) return;
    for (const chunk of ${JSON.stringify([...chunks.values()])}) {
        fetch(new URL(chunk, import.meta.url), { priority: "low" }).then((response) => response.arrayBuffer()).catch(() => {});
    }
}
const ahead = ["pointermove", "pointerdown", "keydown"];
for (const event of ahead) addEventListener(event, fetchAhead, { passive: true });
`;
writeFileSync(join(pkg, "leadwright.js"), transformSync(main + loaders + own, { minify: true, format: "esm", target: "es2022" }).code);
