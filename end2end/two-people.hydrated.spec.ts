import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { NAMES } from "./people.ts";
import { startServer } from "./server.ts";

const row = (page: Page, number: number) => page.locator(`tr.row[data-number="${number}"]`);
const address = (page: Page) => page.getByRole("region", { name: "Address", exact: true });

/** A page that was loaded afresh has forgotten. */
const remember = (page: Page) => page.evaluate(() => void Object.assign(window, { notReloaded: true }));
const expectNotReloaded = async (page: Page) => expect(await page.evaluate(() => "notReloaded" in window), "the page was not loaded afresh").toBe(true);

async function openFact(page: Page, group: string, field: string) {
  const region = page.getByRole("region", { name: group, exact: true });
  await region.getByRole("button", { name: new RegExp(`, change ${field}$`) }).click();
  return { control: region.getByRole("textbox"), save: region.getByRole("button", { name: `Save ${field}`, exact: true }) };
}

async function changeCity(page: Page, city: string) {
  const { control, save } = await openFact(page, "Address", "city");
  await control.fill(city);
  await save.click();
  await expect(address(page)).toContainText(city);
}

test("a change shows on the other's open list and open page", async ({ page, signIn, visit, join, addLead }) => {
  const before = unique("Before");
  const after = unique("After");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: before });
  await visit(page, "/leads");
  await expect(row(page, number)).toContainText(before);
  await remember(page);
  const second = await page.context().newPage();
  await visit(second, `/leads/${number}`);
  await remember(second);

  const manager = await join("manager@demo.test");
  await visit(manager, `/leads/${number}`);
  const { control, save } = await openFact(manager, "Contact", "full name");
  await control.fill(after);
  await save.click();

  await expect(row(page, number)).toContainText(after);
  await expect(second.getByRole("heading", { level: 1, name: after })).toBeVisible();
  await expect(second.locator("ol.timeline > li").filter({ hasText: NAMES["manager@demo.test"] }).locator("ins")).toHaveText(after);
  await manager.getByRole("button", { name: "Start work" }).first().click();
  await expect(row(page, number)).toContainText("Qualification");
  await expect(second.locator("[aria-current=step]")).toHaveText("Qualification");
  await expectNotReloaded(page);
  await expectNotReloaded(second);
});

test("a new lead appears in the other's list", async ({ page, signIn, visit, join, addLead }) => {
  const name = unique("Newcomer");
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  await remember(page);
  await addLead(await join("manager@demo.test"), { full_name: name, owner: "rep@demo.test" });
  const link = page.getByRole("link", { name, exact: true });
  const news = page.getByRole("button", { name: /^\d+ new leads?$/ });
  await expect(link.or(news).first()).toBeVisible();
  if (!(await link.isVisible())) await news.click();
  await expect(link).toBeVisible();
  await expectNotReloaded(page);
});

test("a lead given to someone else leaves the list", async ({ page, signIn, visit, join, addLead }) => {
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: unique("Passed on") });
  await visit(page, "/leads");
  await expect(row(page, number)).toBeVisible();
  await remember(page);
  const manager = await join("manager@demo.test");
  await visit(manager, `/leads/${number}`);
  const people = manager.getByRole("region", { name: "People", exact: true });
  await people.getByRole("button", { name: /, change owner$/ }).click();
  await people.getByRole("combobox").selectOption({ label: "Callum Innes" });
  await people.getByRole("button", { name: "Save owner" }).click();
  await expect(people).toContainText("Callum Innes");
  await expect(row(page, number)).toHaveCount(0);
  await expectNotReloaded(page);
});

test("a lead that leaves one's region leaves one's open page", async ({ page, signIn, visit, join, addLead }) => {
  const name = unique("Moving south");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: name, owner: "", group: "North" });
  await visit(page, `/leads/${number}`);
  const admin = await join("admin@demo.test");
  await visit(admin, `/leads/${number}`);
  const people = admin.getByRole("region", { name: "People", exact: true });
  await people.getByRole("button", { name: /, change owned by group$/ }).click();
  await people.getByRole("combobox").selectOption({ label: "South" });
  await people.getByRole("button", { name: "Save owned by group" }).click();
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
});

test("a comment appears on the other's open page", async ({ page, signIn, visit, join, addLead }) => {
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: unique("Commented") });
  await visit(page, `/leads/${number}`);
  const manager = await join("manager@demo.test");
  await visit(manager, `/leads/${number}`);
  await manager.getByRole("textbox", { name: "Comment", exact: true }).fill("Offer them the spring price");
  await manager.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.locator("ol.timeline > li").filter({ hasText: "Offer them the spring price" })).toBeVisible();
});

for (const { choice, city } of [{ choice: "Keep mine", city: "York" }, { choice: "Take theirs", city: "Halifax" }]) {
  test(`two change one field: both values are shown, and “${choice}” decides`, async ({ page, signIn, visit, join, addLead }) => {
    await signIn(page, "rep@demo.test");
    const number = await addLead(page, { full_name: unique("Contested"), city: "Leeds" });
    await visit(page, `/leads/${number}`);
    const manager = await join("manager@demo.test");
    await visit(manager, `/leads/${number}`);

    const mine = await openFact(manager, "Address", "city");
    await mine.control.fill("York");
    await changeCity(page, "Halifax");
    // What one is typing stays.
    await expect(manager.locator("ol.timeline > li").filter({ hasText: "Halifax" })).toBeVisible();
    await expect(mine.control).toHaveValue("York");
    await mine.save.click();

    const conflict = manager.getByRole("alert").filter({ hasText: "changed city too" });
    await expect(conflict).toContainText(NAMES["rep@demo.test"]);
    await expect(conflict).toContainText("York");
    await expect(conflict).toContainText("Halifax");
    await conflict.getByRole("button", { name: choice }).click();
    await expect(conflict).toHaveCount(0);
    await expect(mine.control).toHaveCount(0);
    await expect(address(manager)).toContainText(city);
    await expect(address(page)).toContainText(city);
    await manager.reload();
    await expect(address(manager)).toContainText(city);
  });
}

test("changes of different fields do not disturb each other", async ({ page, signIn, visit, join, addLead }) => {
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: unique("Shared"), city: "Leeds", postcode: "LS1 4AP" });
  await visit(page, `/leads/${number}`);
  const manager = await join("manager@demo.test");
  await visit(manager, `/leads/${number}`);
  const theirs = await openFact(manager, "Address", "postcode");
  await theirs.control.fill("HX1 1UJ");
  await changeCity(page, "Halifax");
  await expect(manager.locator("ol.timeline > li").filter({ hasText: "Halifax" })).toBeVisible();
  await theirs.save.click();
  await expect(theirs.control).toHaveCount(0);
  await expect(address(manager)).toContainText("HX1 1UJ");
  await expect(address(manager)).toContainText("Halifax");
});

test("one sees who has the same lead open", async ({ page, signIn, visit, join, addLead }) => {
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: unique("Watched") });
  await visit(page, `/leads/${number}`);
  await expect(page.getByText(/is here too/)).toHaveCount(0);
  const manager = await join("manager@demo.test");
  await visit(manager, `/leads/${number}`);
  await expect(page.getByText(`${NAMES["manager@demo.test"]} is here too`)).toBeVisible();
  await expect(manager.getByText(`${NAMES["rep@demo.test"]} is here too`)).toBeVisible();
  await manager.getByRole("link", { name: "Accounts", exact: true }).click();
  await expect(page.getByText(/is here too/)).toHaveCount(0);
});

test("one is seen at the lead one went on to, and no more at the one before", async ({ page, signIn, visit, join, addLead }) => {
  const company = unique("Stepping");
  await signIn(page, "rep@demo.test");
  const older = await addLead(page, { full_name: "Older Step", company });
  const newer = await addLead(page, { full_name: "Newer Step", company });
  await visit(page, `/leads/${newer}`);
  const other = await page.context().newPage();
  await visit(other, `/leads/${older}`);
  const manager = await join("manager@demo.test");
  await visit(manager, `/leads?view=all&q=${encodeURIComponent(company)}`);
  await manager.getByRole("link", { name: "Newer Step", exact: true }).click();
  const here = `${NAMES["manager@demo.test"]} is here too`;
  await expect(page.getByText(here)).toBeVisible();
  await manager.getByRole("link", { name: "Next lead" }).click();
  await expect(manager.getByRole("heading", { level: 1, name: "Older Step" })).toBeVisible();
  await expect(other.getByText(here)).toBeVisible();
  await expect(page.getByText(here)).toHaveCount(0);
});

test.describe("after the server was away", () => {
  test.use({ expectedErrors: [/ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|EMPTY_RESPONSE)/] });

  test("the list catches up", async ({ visit, join, addLead }) => {
    test.setTimeout(120_000);
    const folder = mkdtempSync(path(tmpdir(), "leadwright-e2e-db-"));
    const databaseUrl = `sqlite:${path(folder, "leadwright.db")}`;
    let server = await startServer({ databaseUrl });
    try {
      const rep = await join("rep@demo.test", server.url);
      await visit(rep, "/leads");
      const number = await addLead(rep, { full_name: "Before the cut" });
      await expect(row(rep, number)).toContainText("Before the cut");
      await remember(rep);
      const live = rep.locator(".topbar .live");

      await server.kill();
      await expect(live).toHaveText("reconnecting");
      server = await startServer({ databaseUrl, port: Number(new URL(server.url).port) });
      const manager = await join("manager@demo.test", server.url);
      await visit(manager, `/leads/${number}`);
      const { control, save } = await openFact(manager, "Contact", "full name");
      await control.fill("After the cut");
      await save.click();
      await expect(manager.getByRole("heading", { level: 1, name: "After the cut" })).toBeVisible();

      await expect(live).toHaveText("live", { timeout: 30_000 });
      await expect(row(rep, number)).toContainText("After the cut");
      await expectNotReloaded(rep);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
