// Puts the chunks of WebAssembly into the site's folder, and what loads them:
//   node scripts/chunks.mjs JOINED PKG
// JOINED is what join.mjs left, PKG holds the main module and leadwright.js.
//
// The loaders are a module that is fetched when the first chunk is asked for. Chunks carry their hash in their names, so
// that a page of an older build finds nothing instead of code that does not fit it, and what was found stays right.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { transformSync } = createRequire(new URL("tools/package.json", import.meta.url))("esbuild");
const [joined, pkg] = process.argv.slice(2);

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

/** Where a chunk is fetched from. */
const addresses = {};
mkdirSync(join(pkg, "chunks"));
for (const file of readdirSync(joined).filter((name) => name.endsWith(".wasm"))) {
  const bytes = bare(readFileSync(join(joined, file)));
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const name = file.replace(/\.wasm$/, "");
  writeFileSync(join(pkg, "chunks", `${name}.${hash}.wasm`), bytes);
  addresses[name] = `./${name}.${hash}.wasm`;
}

const { loaders: wanted, shared } = JSON.parse(readFileSync(join(joined, "chunks.json"), "utf8"));
/** What only administrators open is fetched when they do. */
const seldom = ["admin_pages", "import_pages"];
const daily = ["lead_pages", "list_tools"];
const inOrder = [...new Set([...shared.filter((name) => name !== "shared_seldom"), ...daily, ...Object.keys(addresses)])];
const loaders = `
const addresses = ${JSON.stringify(addresses)};
const coming = {};
let initSync, startAnew, connection, imports;

// They are not imported: under this page's address without its version they would be a second, empty instance.
export function begin(parts) {
    ({ initSync, startAnew, connection } = parts);
    const { memory, __indirect_function_table, __wasm_split_shared0 } = initSync(undefined, undefined);
    imports = { __main: { memory, __indirect_function_table, __wasm_split_shared0 } };
}

const at = (chunk) => new URL(addresses[chunk], import.meta.url);

// A chunk puts its functions and its data where the main module expects them. What failed is tried again when asked for again.
function load(chunk) {
    coming[chunk] ??= WebAssembly.instantiateStreaming(fetch(at(chunk)), imports).catch((error) => {
        coming[chunk] = undefined;
        throw error;
    });
    return coming[chunk];
}

// What the WebAssembly calls: have these, then tell it.
async function bring(chunks, callback, data) {
    const fetched = () => Promise.all(chunks.map(load));
    let success = true;
    try {
        await fetched().catch(async (error) => {
            if (!(await connection())) throw error;
            await fetched();
        });
    } catch (error) {
        console.error(error);
        startAnew();
        success = false;
    }
    imports.__main.__indirect_function_table.get(callback)(data, success);
}
${Object.entries(wanted).map(([name, chunks]) => `export const ${name} = (...told) => bring(${JSON.stringify(chunks)}, ...told);`).join("\n")}

// Into the browser's cache.
export function fetchAll() {
    for (const chunk of ${JSON.stringify(inOrder.filter((name) => !seldom.includes(name)))}) {
        if (!coming[chunk]) fetch(at(chunk), { priority: "low" }).then((response) => response.arrayBuffer()).catch(() => {});
    }
}
`;
const minify = (text) => transformSync(text, { minify: true, format: "esm", target: "es2022" }).code;
const short = minify(loaders);
const version = createHash("sha256").update(short).digest("hex").slice(0, 16);
writeFileSync(join(pkg, "chunks", `loaders.${version}.js`), short);

let main = readFileSync(join(pkg, "leadwright.js"), "utf8");
main = replace(main, /^import \* as import\d+ from "\.\/__wasm_split\.js"\n/gm, "", Object.keys(wanted).length);
main = replace(main, /^ *"\.\/__wasm_split\.js": import\d+,\n/gm, "", Object.keys(wanted).length);
main = replace(main, /"\.\/leadwright_bg\.js": import0,/g, '$& "./__wasm_split.js": chunkLoaders,');

const own = `
let coming, tries = 0;
function loaders() {
    // Browsers keep that a module could not be fetched: another try has another address.
    coming ??= import(\`./chunks/loaders.${version}.js#\${tries++}\`).then(
        (module) => (module.begin({ initSync, startAnew, connection }), module),
        (error) => {
            coming = undefined;
            throw error;
        },
    );
    return coming;
}

// What the WebAssembly calls to have a chunk. Few pages need one at once.
const chunkLoaders = new Proxy({}, {
    get: (_, name) => (...given) => {
        const tried = loaders().catch(async (error) => {
            if (await connection()) return loaders();
            throw error;
        });
        tried.then((module) => module[name](...given), (error) => {
            console.error(error);
            startAnew();
        });
    },
});

// What could not be fetched may only be out of reach for now: says so and waits until the server answers. Tells whether it had to.
let reached;
function connection() {
    reached ??= untilReachable().finally(() => (reached = undefined));
    return reached;
}

async function untilReachable() {
    const answers = () => fetch("/healthz", { cache: "no-store" }).then(({ status }) => status < 500, () => false);
    if (await answers()) return false;
    const note = document.createElement("div");
    note.className = "toast toast--plain";
    note.textContent = "No connection. What you opened comes once it is back.";
    (document.querySelector(".toasts") ?? document.body).append(note);
    do {
        await new Promise((done) => {
            addEventListener("online", done, { once: true });
            setTimeout(done, 5_000);
        });
    } while (!(await answers()));
    note.remove();
    // Style sheets that failed meanwhile are not asked for again by themselves.
    for (const link of document.querySelectorAll("link[rel=stylesheet]")) if (!link.sheet) link.href = link.href;
    return true;
}

// A chunk of a build that was replaced is gone; the page, loaded anew, knows the new one. Not again and again, and not while
// nothing can be reached: the page in view is better than none.
async function startAnew() {
    if (Date.now() - Number(sessionStorage.getItem("leadwright-anew")) < 20_000) return;
    await connection();
    sessionStorage.setItem("leadwright-anew", Date.now());
    location.reload();
}

// Somebody is at the page and will open another: have the chunks in the cache by then, but first answer what was pressed.
function fetchAhead() {
    for (const event of ahead) removeEventListener(event, fetchAhead);
    const whenIdle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 300));
    if (!navigator.connection?.saveData) whenIdle(() => loaders().then((module) => module.fetchAll(), () => {}));
}
const ahead = ["pointermove", "pointerdown", "keydown"];
for (const event of ahead) addEventListener(event, fetchAhead, { passive: true });

// A press on a link is answered in a frame of its own, before the work that it asks for: on a slow phone a page takes a
// tenth of a second to make, and until it is made nothing else can be painted.
function answer(event) {
    const { target } = event;
    const link = target.closest?.("a[href]");
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!event.isTrusted || elsewhere || !link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    link.classList.add("pressed");
    // The frame after the one with the answer: by then that one is on the screen.
    requestAnimationFrame(() => requestAnimationFrame(() => {
        link.classList.remove("pressed");
        // What was pressed may have gone meanwhile: a row that changed is made anew, or only the icon within the link.
        const stand = link.isConnected ? undefined : document.body.appendChild(link.cloneNode());
        (stand ?? (link.contains(target) ? target : link)).dispatchEvent(new PointerEvent("click", event));
        stand?.remove();
    }));
}
addEventListener("click", answer, { capture: true });
`;
writeFileSync(join(pkg, "leadwright.js"), minify(main + own));
