import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { openPanel, unfold } from "./filter-panel.ts";
import { NAMES } from "./people.ts";

const rows = (page: Page) => page.locator("tr.row");
const firstNumber = (page: Page) => rows(page).first().getAttribute("data-number");
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

test("one's own leads come first", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  await expect(heading(page, "My leads")).toBeVisible();
  await expect(rows(page).first()).toBeVisible();
  const owners = await page.locator("tr.row .col-owner .person__name").allTextContents();
  expect(new Set(owners)).toEqual(new Set([NAMES["rep@demo.test"]]));
});

for (const [name, key] of [["All leads", "all"], ["Unassigned leads", "unassigned"], ["Won leads", "won"], ["Lost leads", "lost"]]) {
  test(`the drop-down switches to: ${name}`, async ({ page, signIn, visit }) => {
    await signIn(page, "manager@demo.test");
    await visit(page, "/leads");
    await page.locator("summary").filter({ has: heading(page, "My leads") }).click();
    await page.locator("details[open]").getByRole("link", { name: name!, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`[?&]view=${key}(&|$)`));
    await expect(heading(page, name!)).toBeVisible();
    await expect(rows(page).first()).toBeVisible();
  });
}

test("a filter becomes a chip and part of the address, and the chip removes it", async ({ page, signIn, takenOver, visit }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/leads?view=all");
  await openPanel(page);
  await (await unfold(page, "Source")).getByLabel("Web", { exact: true }).check();
  await page.getByRole("button", { name: "Show leads" }).click();
  await expect(page).toHaveURL(/[?&]source=Web(&|$)/);
  const chip = page.getByRole("link", { name: /Source:\s*Web\s*, remove/ });
  await expect(chip).toBeVisible();
  await expect(page.locator("tr.row .col-source").filter({ hasNotText: "Web" })).toHaveCount(0);
  await expect(page.locator("tr.row .col-source").filter({ hasText: "Web" }).first()).toBeVisible();
  await page.reload();
  await takenOver(page);
  await expect(chip).toBeVisible();
  await chip.click();
  await expect(page).not.toHaveURL(/source=/);
  await expect(page).toHaveURL(/[?&]view=all(&|$)/);
  await expect(chip).toHaveCount(0);
  await expect(page.locator("tr.row .col-source").filter({ hasNotText: "Web" }).first()).toBeVisible();
});

test("the list is sorted by a heading, and the other way round by the same again", async ({ page, signIn, visit }) => {
  const scores = async () => (await page.locator("tr.row .col-score").allTextContents()).map((text) => Number.parseInt(text, 10));
  await signIn(page, "admin@demo.test");
  await visit(page, "/leads?view=all");
  const score = page.getByRole("columnheader", { name: "Score" });
  await expect(score).toHaveAttribute("aria-sort", "none");
  await score.getByRole("link").click();
  await expect(page).toHaveURL(/[?&]sort=-?score(&|$)/);
  await expect(score).not.toHaveAttribute("aria-sort", "none");
  const direction = (await score.getAttribute("aria-sort"))!;
  const ordered = (numbers: number[], way: string) => numbers.toSorted((a, b) => (way === "ascending" ? a - b : b - a));
  await expect.poll(async () => { const found = await scores(); return String(found) === String(ordered(found, direction)); }).toBe(true);
  await score.getByRole("link").click();
  const other = direction === "ascending" ? "descending" : "ascending";
  await expect(score).toHaveAttribute("aria-sort", other);
  await expect.poll(async () => { const found = await scores(); return String(found) === String(ordered(found, other)); }).toBe(true);
});

test("next and previous turn the pages", async ({ page, signIn, visit }) => {
  await signIn(page, "admin@demo.test");
  // Without what other tests add meanwhile, which would push rows over the pages' edges.
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await visit(page, `/leads?view=all&created_to=${yesterday}&sort=name`);
  const first = await firstNumber(page);
  await page.getByRole("link", { name: "Next", exact: true }).click();
  await expect(page).toHaveURL(/[?&]after=/);
  await expect.poll(() => firstNumber(page)).not.toBe(first);
  const numbers = await rows(page).evaluateAll((found) => found.map((row) => row.getAttribute("data-number")));
  expect(numbers).not.toContain(first);
  await page.getByRole("link", { name: "Previous", exact: true }).click();
  await expect.poll(() => firstNumber(page)).toBe(first);
});

test("the search box finds a lead by its name", async ({ page, signIn, visit, addLead }) => {
  const name = unique("Sought");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: name, company: unique("Hidden Works") });
  await visit(page, "/accounts");
  const search = page.getByLabel("Search leads");
  await search.fill(name);
  await search.press("Enter");
  await expect(page).toHaveURL(/\/leads\?.*q=Sought/);
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${number}(\\?|$)`));
  await expect(heading(page, name)).toBeVisible();
});

test("a search without a find says so and leads back to all leads", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=all&q=zzzzzz");
  await expect(page.getByRole("heading", { name: "No lead fits these filters" })).toBeVisible();
  await page.getByRole("link", { name: "Show all leads" }).click();
  await expect(rows(page).first()).toBeVisible();
});

test("an unknown lead and one of another region look the same", async ({ page, signIn, join, addLead, visit }) => {
  const other = await join("rep2@demo.test");
  const theirs = await addLead(other, { full_name: unique("Secret"), company: unique("South Works"), group: "South" });
  expect((await other.goto(`/leads/${theirs}`))?.status()).toBe(200);

  await signIn(page, "rep@demo.test");
  const answers: string[] = [];
  for (const number of [99_999_999, theirs]) {
    const answer = await visit(page, `/leads/${number}`);
    expect(answer?.status()).toBe(404);
    await expect(heading(page, "There is nothing here")).toBeVisible();
    answers.push(`${await page.title()}\n${await page.locator("main").innerText()}`);
  }
  expect(answers[1]).toBe(answers[0]);
});

test("another region's lead is in no list of a rep", async ({ page, signIn, join, addLead, visit }) => {
  const name = unique("Southern");
  await addLead(await join("rep2@demo.test"), { full_name: name, group: "South" });
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads?view=all&q=${encodeURIComponent(name)}`);
  await expect(page.getByRole("heading", { name: "No lead fits these filters" })).toBeVisible();
});

test("the list is exported as it is filtered", async ({ page, signIn, visit, addLead }) => {
  const name = unique("Exported");
  await signIn(page, "rep@demo.test");
  await addLead(page, { full_name: name, company: unique("Files") });
  await visit(page, `/leads?q=${encodeURIComponent(name)}`);
  // Its content, not the browser's saving of it, which a browser without a window may refuse.
  const address = await page.getByRole("link", { name: "CSV, everything", includeHidden: true }).getAttribute("href");
  const answer = await page.request.get(address!);
  expect(answer.headers()["content-disposition"]).toMatch(/^attachment; filename="leads-\d{4}-\d\d-\d\d\.csv"$/);
  const lines = (await answer.text()).trim().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(name);
});
