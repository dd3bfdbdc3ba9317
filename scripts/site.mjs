// Assembles target/site from the WebAssembly package and style/, every file that can be compressed as its .br alone:
//   node scripts/site.mjs --style style --pkg FOLDER --out target/site
// or measures it:
//   node scripts/site.mjs --out target/site --limit BYTES
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

const { buildSync } = createRequire(new URL("tools/package.json", import.meta.url))("esbuild");
const { values: args } = parseArgs({
  options: {
    style: { type: "string" },
    pkg: { type: "string" },
    out: { type: "string" },
    limit: { type: "string" },
  },
});

const COMPRESSIBLE = new Set([".wasm", ".js", ".mjs", ".css", ".svg", ".json", ".webmanifest", ".txt", ".xml", ".html", ".map", ".ico"]);

/** An index of style/; its imports become layers in one file, so that the browser makes one request. */
function bundleCss(folder, index) {
  const { outputFiles, warnings } = buildSync({
    entryPoints: [join(folder, index)],
    bundle: true,
    minify: true,
    write: false,
  });
  // The reason is printed already. A missing brace would silently swallow the layers after it.
  if (warnings.length) throw new Error("the style sheets are not right");
  return outputFiles[0].text;
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

/** The compressed file of the last build, if it is of the same bytes: quality 11 takes seconds for the WebAssembly. */
function brotli(bytes, previous) {
  if (existsSync(previous)) {
    const compressed = readFileSync(previous);
    if (brotliDecompressSync(compressed).equals(bytes)) return compressed;
  }
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}

function same(a, b) {
  const [left, right] = [a, b].map((folder) => (existsSync(folder) ? files(folder) : []).map((file) => relative(folder, file)));
  return left.join("\n") === right.join("\n") && left.every((name) => readFileSync(join(a, name)).equals(readFileSync(join(b, name))));
}

function assemble({ style, pkg, out }) {
  const part = `${out}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(join(part, "pkg"), { recursive: true });
  cpSync(pkg, join(part, "pkg"), { recursive: true });
  writeFileSync(join(part, "pkg", "leadwright.css"), bundleCss(style, "main.css"));
  writeFileSync(join(part, "pkg", "pages.css"), bundleCss(style, "pages.css"));
  if (existsSync(join(style, "static"))) cpSync(join(style, "static"), part, { recursive: true });
  for (const file of files(part)) {
    if (!COMPRESSIBLE.has(extname(file))) continue;
    const bytes = readFileSync(file);
    const name = `${relative(part, file)}.br`;
    writeFileSync(join(part, name), brotli(bytes, join(out, name)));
    rmSync(file);
  }
  // An unchanged site keeps its files' times, so that cargo does not compile the server again for it.
  if (same(part, out)) {
    rmSync(part, { recursive: true });
    return;
  }
  rmSync(`${out}.old`, { recursive: true, force: true });
  mkdirSync(dirname(out), { recursive: true });
  if (existsSync(out)) renameSync(out, `${out}.old`);
  renameSync(part, out);
  rmSync(`${out}.old`, { recursive: true, force: true });
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(11);

function printSizes(out) {
  console.log(`    ${"file".padEnd(34)}${"raw".padStart(11)}${"brotli".padStart(11)}`);
  for (const file of files(out)) {
    const bytes = readFileSync(file);
    const isSmall = file.endsWith(".br");
    const [raw, small] = isSmall ? [brotliDecompressSync(bytes).length, kilobytes(bytes.length)] : [bytes.length, "-".padStart(11)];
    console.log(`    ${relative(out, file).replace(/\.br$/, "").padEnd(34)}${kilobytes(raw)}${small}`);
  }
}

function checkLimit(out, limit) {
  // Chunks come later, with the pages that need them, and so do their styles.
  const isLater = (file) => file.startsWith(join("pkg", "chunks")) || file === join("pkg", "pages.css.br");
  const total = files(join(out, "pkg"))
    .filter((file) => file.endsWith(".br") && !isLater(relative(out, file)))
    .reduce((sum, file) => sum + statSync(file).size, 0);
  console.log(`    the first load is${kilobytes(total)} of at most${kilobytes(limit)} (brotli)`);
  if (total > limit) throw new Error("the browser would have to fetch more than that; see SITE_LIMIT_BROTLI in scripts/lib.sh");
}

try {
  if (args.pkg) {
    assemble(args);
    printSizes(args.out);
  }
  if (args.limit) checkLimit(args.out, Number(args.limit));
} catch (error) {
  console.error(`site: ${error.message}`);
  process.exit(1);
}
