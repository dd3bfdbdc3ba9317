// Starts the server that the browser tests look at, each with a database of its own.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "..");
const TARGET = resolve(ROOT, process.env.CARGO_TARGET_DIR || "target");
const BINARY = process.env.LEADWRIGHT_BIN || join(TARGET, "debug", "leadwright");

export interface Server {
  url: string;
  /** The address of its database. */
  databaseUrl: string;
  /** What it has logged so far. */
  log(): string;
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

export interface ServerOptions {
  /** A fresh SQLite file if left out. */
  databaseUrl?: string;
  /** Demo data and demo sign-ins; true if left out. */
  demo?: boolean;
  /** Where it listened before, to start it there again; any free port if left out. */
  port?: number;
  env?: Record<string, string>;
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function startServer({ databaseUrl: given, demo = true, port, env = {} }: ServerOptions = {}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "leadwright-e2e-"));
  const databaseUrl = given ?? `sqlite:${join(folder, "leadwright.db")}`;
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const url = `http://${address}`;
  const logFile = join(folder, "server.log");
  const output = openSync(logFile, "w");
  // The folder is not the checkout: nobody's leadwright.toml or data/ may reach a test.
  const child = spawn(BINARY, ["serve"], {
    cwd: folder,
    stdio: ["ignore", output, output],
    env: {
      ...process.env,
      LEADWRIGHT_ADDR: address,
      LEADWRIGHT_PUBLIC_URL: url,
      LEADWRIGHT_DATABASE_URL: databaseUrl,
      LEADWRIGHT_DEMO: demo ? "1" : "0",
      ...env,
    },
  });
  closeSync(output);
  const log = () => readFileSync(logFile, "utf8");
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));
  const killNow = () => void child.kill("SIGKILL");
  process.once("exit", killNow);

  const end = async (signal: NodeJS.Signals) => {
    process.off("exit", killNow);
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      const late = setTimeout(killNow, 10_000);
      await ended;
      clearTimeout(late);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const stop = () => end("SIGTERM");
  const kill = () => end("SIGKILL");

  const deadline = Date.now() + 120_000; // an unoptimised server makes its demo data first
  for (;;) {
    if (failure) {
      await stop();
      throw new Error(`${BINARY} cannot be started: ${failure.message}`);
    }
    const ready = await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) return { url, databaseUrl, log, stop, kill };
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      const said = log();
      await stop();
      throw new Error(`${BINARY} did not become ready; it said:\n${said.slice(-4000)}`);
    }
    await pause(100);
  }
}

/** Brings a site, the shared server’s unless another is given, an e-mail, as a mail server does, and gives what became of it. */
export async function mailIn(message: string, databaseUrl = process.env.LEADWRIGHT_E2E_DATABASE_URL): Promise<{ mail: number; state: string; lead: number | null }> {
  const child = spawn(BINARY, ["mail-in", "--json"], {
    cwd: tmpdir(),
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, LEADWRIGHT_DATABASE_URL: databaseUrl },
  });
  const ended = new Promise<void>((done, failed) => child.once("error", failed).once("close", () => done()));
  child.stdin.end(message.replaceAll("\n", "\r\n"));
  let said = "";
  child.stdout.on("data", (piece) => (said += piece));
  await ended;
  return JSON.parse(said);
}

/** A new, empty database on the Postgres that the tests were given, with ways to run a statement in it and to remove it. */
export async function postgresDatabase(): Promise<{ url: string; run(sql: string): Promise<void>; drop(): Promise<void> }> {
  const server = process.env.LEADWRIGHT_TEST_POSTGRES_URL;
  if (!server) throw new Error("LEADWRIGHT_TEST_POSTGRES_URL is not set; `make test` sets it");
  const name = `e2e_${randomBytes(8).toString("hex")}`;
  const psql = (sql: string, at = server) => promisify(execFile)("psql", [at, "-v", "ON_ERROR_STOP=1", "-qc", sql]);
  await psql(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    run: async (sql) => void (await psql(sql, url.toString())),
    drop: async () => void (await psql(`drop database if exists ${name} with (force)`)),
  };
}
