// What an administrator configures, with and without script.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

/** The row whose first cell says so; others may name it too. */
const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.locator("td:first-child", { hasText: name }) });

/** Opens what can be changed about a thing; without script the browser itself opens it. */
async function open(page: Page, name: string) {
  const summary = page.locator("summary").and(page.getByLabel(`Change ${name}`, { exact: true }));
  await summary.click();
  return page.locator("details[open] .menu__panel");
}

test.beforeEach(async ({ page, signIn }) => signIn(page, "admin@demo.test"));

test("a lead type is added with a pipeline of its own", async ({ page, visit, takenOver }) => {
  const name = unique("Fair");
  await visit(page, "/admin/types");
  const form = page.locator("form[action='/admin/types']");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Pipeline to start with").selectOption({ label: "As Renewal" });
  await form.getByRole("button", { name: "Add lead type" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await takenOver(page);
  await expect(row(page, "Nurture")).toContainText("In progress");

  const add = page.locator("form[action$='/statuses']");
  await add.getByLabel("Name").fill("Visited");
  await add.getByLabel("State", { exact: true }).selectOption("in_progress");
  await add.getByLabel("Teal").check({ force: true });
  await add.getByLabel("Days before a lead here is late").fill("3");
  await add.getByRole("button", { name: "Add status" }).click();
  await expect(row(page, "Visited")).toContainText("3 days");

  await takenOver(page);
  await page.getByRole("button", { name: "Move Visited up" }).click();
  // It was the last one, behind Cancelled.
  await expect(page.locator("tbody td:first-child").filter({ hasText: /^(Visited|Cancelled)/ })).toHaveText([/^Visited/, /^Cancelled/]);

  const panel = await open(page, "Visited");
  await panel.getByLabel("Name").fill("Seen");
  await panel.getByLabel("Offer", { exact: true }).check();
  await panel.getByRole("button", { name: "Save status" }).click();
  await expect(row(page, "Seen").getByRole("cell", { name: "Offer" })).toBeVisible();
});

test("a pipeline in which leads would get stuck is refused at the field", async ({ page, visit }) => {
  await visit(page, "/admin/types/1");
  const panel = await open(page, "Won");
  await panel.getByLabel("Late after, days").fill("12");
  await panel.getByLabel("Retired: leads keep it, nothing may enter it").check();
  await panel.getByRole("button", { name: "Save status" }).click();
  await expect(panel.locator(".field__error")).toHaveText("Keep a status for “Won”: this is the last one, and actions lead there");
  await expect(panel.getByLabel("Late after, days"), "nothing typed is lost").toHaveValue("12");
});

test("an entry of a list is added, renamed, retired; what is used says by how many", async ({ page, visit, addLead, takenOver }) => {
  const [name, renamed] = [unique("Stand"), unique("Booth")];
  await visit(page, "/admin/lists/category");
  const form = page.locator("form[action='/admin/lists/category']");
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Add entry" }).click();
  await expect(row(page, name)).toBeVisible();
  await addLead(page, { full_name: unique("Jo"), category: name });
  await visit(page, "/admin/lists/category");
  let panel = await open(page, name);
  await panel.getByLabel("Name").fill(renamed);
  await panel.getByRole("button", { name: "Save entry" }).click();
  await expect(row(page, renamed)).toContainText("1");
  await takenOver(page);
  panel = await open(page, renamed);
  await panel.getByLabel("Retired: what uses it keeps it, no longer offered").check();
  await panel.getByRole("button", { name: "Save entry" }).click();
  // Not what the box to tick says.
  await expect(row(page, renamed).getByText("Retired", { exact: true })).toBeVisible();
  await visit(page, "/leads/new");
  await expect(page.getByLabel("Category").locator("option", { hasText: renamed })).toHaveCount(0);
});

test("an unused entry is removed", async ({ page, visit, takenOver }) => {
  const name = unique("Gone");
  await visit(page, "/admin/lists/partner");
  const form = page.locator("form[action='/admin/lists/partner']");
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Add entry" }).click();
  await expect(row(page, name)).toBeVisible();
  await takenOver(page);
  const panel = await open(page, name);
  await panel.getByRole("button", { name: "Remove entry" }).click();
  await expect(row(page, name)).toHaveCount(0);
});

test("the site keeps what was typed when something is wrong", async ({ page, visit }) => {
  await visit(page, "/admin/site");
  await page.getByLabel("Work begins").fill("noon");
  await page.getByRole("button", { name: "Save site" }).click();
  await expect(page.getByLabel("Work begins")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Work begins")).toHaveValue("noon");
});

test("every section is a step away, and the audit tells who did what", async ({ page, visit }) => {
  const name = unique("Depot");
  await visit(page, "/admin/lists/location");
  await page.locator("form[action='/admin/lists/location']").getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Add entry" }).click();
  await expect(row(page, name)).toBeVisible();
  await visit(page, "/admin");
  await page.getByRole("main").getByRole("link", { name: /^Roles/ }).click();
  await expect(page.getByRole("row").filter({ hasText: "Import leads" })).toBeVisible();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Audit" }).click();
  await page.getByLabel("Kind").selectOption("configuration");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/area=configuration/);
  await expect(row(page, `Added ${name} to locations`)).toContainText("Ruth Calloway");
});

test("each page of administration has a title of its own", async ({ page, visit }) => {
  await visit(page, "/admin/users");
  await expect(page).toHaveTitle("People · Leadwright");
  for (const [name, title] of [["Lead types", "Lead types"], ["Lists", "Lists"], ["Site", "Site"], ["Audit", "Audit"]]) {
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name, exact: true }).click();
    await expect(page).toHaveTitle(`${title} · Leadwright`);
  }
  await visit(page, "/admin/types/1");
  await expect(page).toHaveTitle(`${await page.getByRole("heading", { level: 1 }).textContent()} · Leadwright`);
});

test("a status says that its state stays, and why it cannot be removed", async ({ page, visit }) => {
  await visit(page, "/admin/types/1");
  const panel = await open(page, "Negotiation");
  await expect(panel).toContainText("It stays, because leads that rest here would change theirs.");
  await expect(panel.getByRole("button", { name: "Remove status" })).toHaveCount(0);
  await expect(panel).toContainText(/rests? in “Negotiation”\. Retire it/);
});

test("a logo is put up, refused what it cannot be, and taken away", async ({ page, visit, takenOver, expectAccessible }) => {
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  await visit(page, "/admin/site");
  const picture = page.getByLabel("Picture");
  await picture.setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") });
  await page.getByRole("button", { name: "Save logo" }).click();
  await expect(page.locator("#logo-error")).toHaveText("This is no PNG, JPEG or WebP picture");
  await takenOver(page);
  await picture.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: png });
  await page.getByRole("button", { name: "Save logo" }).click();
  const own = page.locator(".rail__brand img.logo--own");
  await expect(own).toHaveAttribute("src", /^\/logo\/[0-9a-f]{32}$/);
  const answer = await page.request.get((await own.getAttribute("src"))!);
  expect([answer.headers()["content-type"], await answer.body()]).toEqual(["image/png", png]);
  await takenOver(page);
  await expectAccessible(page, "main");
  await page.getByRole("button", { name: "Remove logo" }).click();
  await expect(own).toHaveCount(0);
});
