import { expect, test } from "./fixtures.ts";

// What the browser fetches for the page but its icons, compressed and with headers.
const LIMIT = 250_000;

// A test beside this one may change the configuration just then, and an open page fetches what it needs to follow.
test.describe.configure({ retries: 3 });

test("a first look at the leads costs less than the limit", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  const cdp = await page.context().newCDPSession(page);
  const names = new Map<string, string>();
  const bytes = new Map<string, number>();
  const encodings = new Map<string, string>();
  cdp.on("Network.responseReceived", ({ requestId, response }) => {
    names.set(requestId, new URL(response.url).pathname);
    encodings.set(requestId, Object.entries(response.headers).find(([name]) => name.toLowerCase() === "content-encoding")?.[1] ?? "none");
  });
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => void bytes.set(requestId, encodedDataLength));
  await cdp.send("Network.enable");
  const sent = await (await page.request.get("/leads?view=all")).text();
  expect(sent.match(/<tr data-number=/g), "a whole page of leads").toHaveLength(50);
  await visit(page, "/leads?view=all");

  const loaded = [...bytes].map(([id, size]) => ({ path: names.get(id) ?? "?", encoding: encodings.get(id), size }));
  const table = loaded.map(({ path, encoding, size }) => `${size} ${path} (${encoding})`).join("\n");
  test.info().annotations.push({ type: "bytes", description: table });
  for (const ending of ["/leads", ".css", ".js", ".wasm"]) {
    const part = loaded.find(({ path }) => path.endsWith(ending));
    expect(part, `${ending} in\n${table}`).toBeDefined();
    if (part!.size > 2000) expect(part!.encoding, `compression of ${part!.path}`).toBe("br");
  }
  const counted = loaded.filter(({ path }) => /(\.wasm|\.js|\.css|\/leads)$/.test(path));
  expect(counted.reduce((sum, { size }) => sum + size, 0), table).toBeLessThan(LIMIT);
});
