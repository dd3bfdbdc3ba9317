import { randomInt } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test as base, unique } from "./fixtures.ts";

// One address may register a few times only, so each test comes from its own.
const test = base.extend({
  extraHTTPHeaders: async ({}, use) => use({ "x-forwarded-for": `198.18.${randomInt(256)}.${randomInt(1, 255)}` }),
});

const LEAST_MS = 2000;
const field = (page: Page, name: RegExp) => page.getByRole("textbox", { name });
const send = (page: Page) => page.getByRole("button", { name: "Ask for a call" }).click();
const consent = (page: Page) => page.getByRole("checkbox", { name: "You may use these details to contact me" });

/** People need a while to fill the form in; whoever is quicker is asked to look again. */
async function takeTime(page: Page) {
  const shownAt = Number(await page.locator("input[name=shown_at]").inputValue());
  await expect.poll(() => Date.now() - shownAt, { intervals: [100] }).toBeGreaterThan(LEAST_MS);
}

test("a visitor makes a mistake, mends it, is thanked, and a rep finds the lead", async ({ page, join, visit, javaScriptEnabled }) => {
  const name = unique("Vera");
  const email = `${name.split(" ")[1]}@harbour.example`;
  const rep = await join("rep@demo.test");
  await visit(rep, `/leads?view=unassigned&q=${encodeURIComponent(name)}`);
  await expect(rep.locator("tr.row")).toHaveCount(0);

  await page.goto("/register");
  await field(page, /^Your name/).fill(name);
  await field(page, /^Company/).fill("Harbour & Sons");
  await field(page, /^E-mail/).fill("not an address");
  await field(page, /^Phone/).fill("0161 496 0123");
  await page.getByRole("checkbox", { name: "Managed IT", exact: true }).check();
  await field(page, /^Anything we should know/).fill("Call after <five>");
  await send(page);

  await expect(field(page, /^E-mail/)).toHaveAttribute("aria-invalid", "true");
  await expect(consent(page)).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(field(page, /^Your name/)).toHaveValue(name);
  await expect(field(page, /^Company/)).toHaveValue("Harbour & Sons");
  await expect(field(page, /^E-mail/)).toHaveValue("not an address");
  await expect(field(page, /^Phone/)).toHaveValue("0161 496 0123");
  await expect(page.getByRole("checkbox", { name: "Managed IT", exact: true })).toBeChecked();
  await expect(field(page, /^Anything we should know/)).toHaveValue("Call after <five>");

  await field(page, /^E-mail/).fill(email);
  await consent(page).check();
  await takeTime(page);
  await send(page);
  await expect(page).toHaveURL(/\/register\/thanks$/);
  await expect(page.getByRole("heading", { level: 1, name: "Thank you" })).toBeVisible();

  if (!javaScriptEnabled) await rep.reload();
  await expect(rep.locator("tr.row")).toHaveCount(1);
  await rep.getByRole("link", { name, exact: true }).click();
  await expect(rep.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(rep.getByRole("region", { name: "Contact", exact: true })).toContainText(email);
  await expect(rep.getByRole("region", { name: "Interest" })).toContainText("Call after <five>");
  await expect(rep.locator("ol.timeline")).toContainText("A visitor registered on the website");
  await visit(rep, `/leads?q=${encodeURIComponent(name)}`);
  await expect(rep.locator("tr.row"), "among the rep's own leads").toHaveCount(0);
});

test("a form sent too quickly is kept and can be sent again", async ({ page }) => {
  await page.goto("/register");
  await field(page, /^Your name/).fill("Quick Quinn");
  await field(page, /^E-mail/).fill(`${unique("quick").replace(" ", ".")}@example.test`);
  await consent(page).check();
  // As if the form had come just now, however long filling it in took.
  await page.locator("input[name=shown_at]").evaluate((input: HTMLInputElement, late) => (input.value = String(Date.now() + late)), LEAST_MS);
  await send(page);
  await expect(page.getByRole("alert")).toContainText("That was quick");
  await expect(field(page, /^Your name/)).toHaveValue("Quick Quinn");
  await expect(consent(page)).toBeChecked();
  await takeTime(page);
  await send(page);
  await expect(page).toHaveURL(/\/register\/thanks$/);
});

test("the link says who sent the visitor, also after a mistake", async ({ page, join, visit }) => {
  const name = unique("Lena");
  await page.goto("/register?partner=Old%20%26%20Oak&location=Quayside");
  await expect(page.getByText("Old & Oak")).toHaveCount(0);
  await field(page, /^Your name/).fill(name);
  await field(page, /^E-mail/).fill(`${name.split(" ")[1]}@oak.example`);
  await send(page);
  await expect(consent(page)).toHaveAttribute("aria-invalid", "true");
  await consent(page).check();
  await takeTime(page);
  await send(page);
  await expect(page).toHaveURL(/\/register\/thanks$/);
  const admin = await join("admin@demo.test");
  await visit(admin, `/leads?view=all&q=${encodeURIComponent(name)}`);
  await admin.getByRole("link", { name, exact: true }).click();
  await expect(admin.getByRole("region", { name: "Also sent" })).toContainText("Old & Oak");
  await expect(admin.getByRole("region", { name: "Also sent" })).toContainText("Quayside");
});

test("people do not meet the field that catches robots", async ({ page }) => {
  await page.goto("/register");
  const trap = page.locator("input[name=fax]");
  await expect(trap).toHaveCount(1);
  await expect(page.getByRole("textbox", { name: "Leave this empty" })).toHaveCount(0);
  await expect(trap).not.toBeInViewport();
  await expect(trap).toHaveAttribute("tabindex", "-1");
  await expect(trap).toHaveAttribute("autocomplete", "off");
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect(trap).not.toBeInViewport();
});

test("what a robot sends is thanked for and dropped", async ({ page, join, visit }) => {
  const name = unique("Robot");
  await page.goto("/register");
  await field(page, /^Your name/).fill(name);
  await field(page, /^E-mail/).fill("robot@example.test");
  await consent(page).check();
  await page.locator("input[name=fax]").evaluate((input: HTMLInputElement) => void (input.value = "0123"));
  await takeTime(page);
  await send(page);
  await expect(page).toHaveURL(/\/register\/thanks$/);
  const admin = await join("admin@demo.test");
  await visit(admin, `/leads?view=all&q=${encodeURIComponent(name)}`);
  await expect(admin.locator("tr.row")).toHaveCount(0);
});

test("all of the page is under 30 kB, and none of it WebAssembly", async ({ page }) => {
  const cdp = await page.context().newCDPSession(page);
  const kinds = new Map<string, string>();
  let bytes = 0;
  cdp.on("Network.responseReceived", ({ requestId, response }) => void kinds.set(requestId, `${response.url} ${response.mimeType}`));
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => void (bytes += encodedDataLength));
  await cdp.send("Network.enable");
  await page.goto("/register", { waitUntil: "networkidle" });
  test.info().annotations.push({ type: "bytes", description: String(bytes) });
  expect(kinds.size).toBeGreaterThan(1);
  expect([...kinds.values()].filter((kind) => kind.includes("wasm"))).toEqual([]);
  expect(bytes).toBeLessThan(30_000);
});
