// What Lighthouse makes of a page on a phone: 390 px wide, four times slower than this machine, simulated as it does by default.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// The newest that Node 20 runs. Fetched when it is first needed: nothing else needs it.
const LIGHTHOUSE = "lighthouse@12.8.2";
const PHONE = ["--form-factor=mobile", "--screenEmulation.mobile", "--screenEmulation.width=390", "--screenEmulation.height=844", "--screenEmulation.deviceScaleFactor=2"];
const CHROME = "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage";

/** Points of 100 for speed and accessibility, and for how long the page was busy, in milliseconds. */
export async function points(url, cookie) {
  const folder = mkdtempSync(join(tmpdir(), "lighthouse-"));
  const file = join(folder, "report.json");
  const asked = [url, "--quiet", "--output=json", `--output-path=${file}`, "--only-categories=performance,accessibility", `--extra-headers=${JSON.stringify({ Cookie: cookie })}`];
  try {
    await recorded(["--yes", "--package", LIGHTHOUSE, "lighthouse", ...asked, ...PHONE, CHROME]);
    const { categories, audits } = JSON.parse(readFileSync(file, "utf8"));
    const of = ({ score }) => Math.round(score * 100);
    const wanting = categories.accessibility.auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score === 0).map(({ id }) => id);
    return { speed: of(categories.performance), accessibility: of(categories.accessibility), busy: Math.round(audits["total-blocking-time"].numericValue), wanting };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Now and then the browser records nothing (NO_NAVSTART), which says nothing of the page. */
async function recorded(args) {
  for (let tries = 1; ; tries++) {
    try {
      return await run("npx", args);
    } catch (error) {
      if (tries === 4 || !error.message.includes("NO_NAVSTART")) throw error;
      console.error("    Lighthouse recorded nothing; again");
    }
  }
}

/** On all cores, as others measure with it; what measures the rest is held to one. */
function run(program, args) {
  return new Promise((done, refused) => {
    let said = "";
    const child = spawn("taskset", ["-c", `0-${Number(process.env.BENCH_CORES ?? 2) - 1}`, program, ...args], { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM } });
    child.stderr.on("data", (text) => (said += text));
    child.once("error", refused);
    child.once("exit", (code) => (code === 0 ? done() : refused(new Error(said.slice(-400) || `${program} ended with ${code}`))));
  });
}
