// F1, F2, F4, F5, F6, W4, W5: what only a browser can tell. Called by scripts/bench.sh; one line of JSON for each figure goes into
// target/bench/browser.jsonl.
import { spawn } from "node:child_process";
import { appendFileSync, copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { points } from "./lighthouse.mjs";

const { chromium } = createRequire(new URL("../../end2end/package.json", import.meta.url))("@playwright/test");
const folder = process.env.BENCH_FOLDER;
const quick = Boolean(process.env.QUICK && process.env.QUICK !== "0");
const only = (process.env.ONLY ?? "").split(",").map((id) => id.trim().toUpperCase()).filter(Boolean);
const rounds = quick ? 3 : 5;
const wants = (...ids) => only.length === 0 || ids.some((id) => only.includes(id));

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)];
function add(id, value, detail) {
  console.error(`    ${id}: ${Math.round(value * 1000) / 1000} (${detail})`);
  appendFileSync(join(folder, "browser.jsonl"), `${JSON.stringify({ id, value, detail })}\n`);
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** What a process used of its core so far, in hundredths of a second. */
function cpuTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** The server on its own core, with the large database. */
async function serve() {
  const leads = quick ? 50_000 : 1_000_000;
  const kept = join(folder, `demo-${leads}.db`);
  if (!existsSync(kept)) throw new Error(`${kept} is missing; it is made when the server is measured`);
  const database = join(folder, "browser.db");
  for (const end of ["", "-wal", "-shm"]) rmSync(database + end, { force: true });
  copyFileSync(kept, database);
  const address = `127.0.0.1:${await freePort()}`;
  const env = { ...process.env, LEADWRIGHT_DATABASE_URL: `sqlite:${database}`, LEADWRIGHT_ADDR: address, LEADWRIGHT_LOG: "warn" };
  const child = spawn("taskset", ["-c", "0", process.env.BENCH_BINARY, "serve"], { env, stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://${address}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) break;
    if (tries > 600 || child.exitCode !== null) throw new Error("the server did not become ready");
    await new Promise((done) => setTimeout(done, 100));
  }
  // What a server does at its start, such as noting which clocks ran out since the database was made, is no part of a rep's session.
  for (let before = -Infinity, now = cpuTime(child.pid); now - before > 5; ) {
    await new Promise((done) => setTimeout(done, 1000));
    [before, now] = [now, cpuTime(child.pid)];
  }
  return {
    url,
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      for (const end of ["", "-wal", "-shm", ".lock"]) rmSync(database + end, { force: true });
    },
  };
}

/** A page of a new visitor, signed in where an address is given. */
async function visitor(browser, url, email) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
  if (email) {
    const answer = await context.request.post("/login", { form: { email, password: "demo" }, headers: { origin: url, accept: "application/json" } });
    if (!answer.ok()) throw new Error(`${email} cannot sign in: ${answer.status()}`);
  }
  const page = await context.newPage();
  return { context, page, cdp: await context.newCDPSession(page) };
}

/** Until the page was taken over by the program in the browser, which then follows changes. */
const takenOver = (page) => page.waitForFunction(() => document.querySelector(".topbar .live")?.textContent.trim() === "live");

/** All bytes that a visit costs, compressed, with headers. */
async function bytesOf(browser, url, path, email) {
  const { context, page, cdp } = await visitor(browser, url, email);
  const names = new Map();
  const sizes = new Map();
  cdp.on("Network.responseReceived", ({ requestId, response }) => names.set(requestId, new URL(response.url).pathname));
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await cdp.send("Network.enable");
  await page.goto(path, { waitUntil: "load" });
  // What is fetched after the page was taken over belongs to the visit; the live stream never ends, so the network is never idle.
  await page.waitForTimeout(2000);
  const loaded = [...sizes].map(([id, size]) => ({ name: names.get(id) ?? "?", size }));
  await context.close();
  return loaded;
}

async function weights(browser, url) {
  const list = await bytesOf(browser, url, "/leads", "rep@demo.test");
  const program = list.filter(({ name }) => name === "/leads" || /\.(wasm|js|css)$/.test(name));
  const total = (files) => files.reduce((sum, { size }) => sum + size, 0) / 1000;
  const describe = (files) => files.map(({ name, size }) => `${name} ${(size / 1000).toFixed(1)}`).join(", ");
  add("F1", total(program), describe(program));
  const form = await bytesOf(browser, url, "/register");
  if (form.some(({ name }) => name.endsWith(".wasm"))) throw new Error("the registration page fetches WebAssembly");
  add("F2", total(form), describe(form));
}

/** A rep's few minutes: the list, sorting, searching, a lead, an edit, a comment, the board of keys. */
async function interactions(browser, url) {
  const { context, page, cdp } = await visitor(browser, url, "rep@demo.test");
  await page.addInitScript(() => {
    window.interactions = [];
    new PerformanceObserver((list) => {
      // What is gone since then has no name.
      const what = ({ name, target }) => `${name} ${target?.id || target?.className?.baseVal || target?.className || target?.tagName || "?"}`;
      for (const entry of list.getEntries()) if (entry.interactionId) window.interactions.push([entry.interactionId, entry.duration, what(entry)]);
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const slowest = new Map();
  const names = new Map();
  let interactionCount = 0;
  const collect = async () => {
    const [found, count] = await page.evaluate(() => [window.interactions.splice(0), performance.interactionCount ?? 0]);
    for (const [id, duration, what] of found) {
      if (duration <= (slowest.get(id) ?? 0)) continue;
      slowest.set(id, duration);
      names.set(id, what);
    }
    interactionCount = Math.max(interactionCount, count);
  };
  const settle = () => page.waitForTimeout(700);
  // A wide table lies partly under its first column.
  const isOnTop = (locator) =>
    locator.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    });
  // Plainly by its place: Playwright's own click looks within each event what is under the pointer, which would count as the page's time.
  const press = async (locator) => {
    await locator.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await locator.boundingBox();
    await page.mouse.click(x + width / 2, y + height / 2);
  };
  const can = async (locator) => (await locator.count()) > 0 && (await locator.first().isVisible());
  await page.goto("/leads?view=all");
  await takenOver(page);
  await settle();
  for (let round = 0; round < rounds; round++) {
    for (const key of ["j", "j", "j", "k", "j"]) {
      await page.keyboard.press(key);
      await settle();
    }
    for (const heading of await page.locator("thead a, thead button").all()) {
      if (!(await isOnTop(heading))) continue;
      await press(heading);
      await settle();
    }
    const search = page.locator("#search");
    if (await can(search)) {
      await press(search);
      await settle();
      await page.keyboard.type("ana", { delay: 150 });
      await settle();
      await search.fill("");
      await settle();
    }
    await collect();
    for (const link of await page.locator("tr.row a").all()) {
      if (!(await isOnTop(link))) continue;
      await press(link);
      break;
    }
    await page.waitForURL(/\/leads\/\d+/);
    await settle();
    const comment = page.locator("textarea").first();
    if (await can(comment)) {
      await press(comment);
      await settle();
      await page.keyboard.type("Called, will call again", { delay: 60 });
      await settle();
    }
    await collect();
    await page.goBack();
    await page.locator("tr.row").first().waitFor();
    await settle();
  }
  await collect();
  await context.close();
  // Interactions too short to be reported count, too.
  const durations = [...slowest.values(), ...Array(Math.max(0, interactionCount - slowest.size)).fill(8)];
  if (durations.length < 20) throw new Error(`only ${durations.length} interactions were noticed`);
  const worst = [...slowest].toSorted(([, a], [, b]) => b - a).slice(0, 5).map(([id, duration]) => `${duration} ms ${names.get(id)}`);
  add("F4", percentile(durations, 0.98), `${durations.length} interactions, median ${median(durations)} ms, slowest ${worst.join(", ")}`);
}

async function paints(browser, url) {
  const [times, shifts, shifted] = [[], [], new Set()];
  for (let round = 0; round < rounds; round++) {
    const { context, page, cdp } = await visitor(browser, url, "rep@demo.test");
    await page.addInitScript(() => {
      window.paint = 0;
      window.shift = 0;
      window.moved = new Set();
      new PerformanceObserver((list) => (window.paint = list.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput)) {
          window.shift += entry.value;
          for (const { node } of entry.sources) window.moved.add(node?.className?.baseVal ?? (node?.className || node?.nodeName || "what is gone"));
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 });
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.goto("/leads", { waitUntil: "load" });
    await page.waitForTimeout(4000);
    const [paint, shift, moved] = await page.evaluate(() => [window.paint, window.shift, [...window.moved]]);
    times.push(paint);
    shifts.push(shift);
    for (const what of moved) shifted.add(what);
    await context.close();
  }
  add("F5", median(times), `${times.map(Math.round).join(", ")} ms`);
  add("F5b", Math.max(...shifts), `the largest of all rounds; ${shifted.size ? `moved: ${[...shifted].join(", ")}` : "nothing moved"}`);
}

async function scrolling(browser, url) {
  const { context, page } = await visitor(browser, url, "admin@demo.test");
  await page.goto("/leads?view=all&sort=name");
  await takenOver(page);
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const frame = (now) => {
      window.frames_.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.getByRole("region", { name: "Leads, scrollable" }).hover();
  let most = 0;
  const until = Date.now() + (quick ? 5_000 : 15_000);
  const seen = new Set();
  while (Date.now() < until) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(30);
    const numbers = await page.locator("tr.row").evaluateAll((rows) => rows.map((row) => row.dataset.number));
    most = Math.max(most, numbers.length);
    for (const number of numbers) seen.add(number);
  }
  const frames = (await page.evaluate(() => window.frames_)).slice(1);
  await context.close();
  const slow = frames.filter((ms) => ms > 50).length;
  add("F6", most, `${seen.size} rows scrolled past`);
  add("F6b", (slow / frames.length) * 100, `${slow} of ${frames.length} frames, the longest ${Math.round(Math.max(...frames))} ms`);
}

/** The pages that a rep works on, on a phone. */
async function phones(browser, url) {
  const { context, page } = await visitor(browser, url, "rep@demo.test");
  await page.goto("/leads");
  const number = await page.locator("tr.row").first().getAttribute("data-number");
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  await context.close();
  for (const [id, path] of [["W4", "/"], ["W5", `/leads/${number}`]]) {
    const found = [];
    for (let round = 0; round < 3; round++) found.push(await points(url + path, cookie));
    const all = (of) => found.map(of).join(", ");
    add(id, median(found.map(({ speed }) => speed)), `${path}: ${all(({ speed }) => speed)}; busy for ${all(({ busy }) => busy)} ms`);
    add(`${id}b`, Math.min(...found.map(({ accessibility }) => accessibility)), [...new Set(found.flatMap(({ wanting }) => wanting))].join(", ") || "nothing is wanting");
  }
}

const server = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
let failed = false;
/** One figure that cannot be measured does not take the others with it. */
async function measure(ids, how) {
  if (!wants(...ids)) return;
  try {
    await how(browser, server.url);
  } catch (error) {
    failed = true;
    console.error(`    ${ids.join(", ")} could not be measured: ${error.message}`);
  }
}
try {
  await measure(["F1", "F2"], weights);
  await measure(["F4"], interactions);
  await measure(["F5", "F5B"], paints);
  await measure(["F6", "F6B"], scrolling);
  await measure(["W4", "W4B", "W5", "W5B"], phones);
} finally {
  await browser.close();
  await server.stop();
}
process.exitCode = failed ? 1 : 0;
