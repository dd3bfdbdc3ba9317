// Whether people can be reached: what they say, what others see of it, and the ladders of calls.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

// They change what the same people say.
test.describe.configure({ mode: "serial" });

/** Opens one's menu at the top and says whether one takes calls. */
async function say(page: Page, word: string) {
  await page.locator(".topbar .menu > summary").click();
  await page.locator(".topbar").getByRole("button", { name: word, exact: true }).click();
}

const personRow = (page: Page, name: string) => page.getByRole("row").filter({ has: page.locator("td:first-child", { hasText: name }) });

test("what one says shows on every page of one's own", async ({ page, signIn, visit, takenOver }) => {
  await signIn(page, "rep2@demo.test");
  await visit(page, "/leads");
  await say(page, "Busy");
  await expect(page.locator(".topbar .said")).toHaveAttribute("data-said", "busy");
  await expect(page).toHaveURL(/\/leads/);
  await takenOver(page);
  await visit(page, "/me");
  await page.locator(".topbar .menu > summary").click();
  await expect(page.locator(".topbar").getByRole("button", { name: "Busy", exact: true })).toHaveAttribute("aria-pressed", "true");
  await page.locator(".topbar").getByRole("button", { name: "Available", exact: true }).click();
  await expect(page.locator(".topbar .said")).toHaveAttribute("data-said", "available");
});

test("numbers, an absence and a deputy are kept, and refused at their fields", async ({ page, signIn, visit }) => {
  await signIn(page, "rep2@demo.test");
  await visit(page, "/me");
  const form = page.locator("form[action='/me/reach']");
  await form.getByLabel("Extension").fill("reception");
  await form.getByLabel("Mobile").fill("07700 900999");
  await form.getByRole("button", { name: "Save how you are reached" }).click();
  await expect(page.locator("#extension-error")).toHaveText("Enter an extension: digits only, at most 8");
  await expect(form.getByLabel("Mobile"), "nothing typed is lost").toHaveValue("07700 900999");
  await form.getByLabel("Extension").fill("222");
  await form.getByLabel("Absent from").fill("2025-01-06");
  await form.getByLabel("Last day away").fill("2999-01-09");
  await form.getByLabel("Deputy").selectOption({ label: "Kwame Osei" });
  await form.getByRole("button", { name: "Save how you are reached" }).click();
  await expect(page.locator("#extension-error")).toHaveCount(0);
  await visit(page, "/me");
  await expect(form.getByLabel("Last day away")).toHaveValue("2999-01-09");
  await expect(form.getByLabel("Extension")).toHaveValue("222");
  // An administrator sees it, and ends it.
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/users");
  await expect(personRow(page, "Owen Pryce")).toContainText("absent until 9 Jan 2999");
  await personRow(page, "Owen Pryce").getByLabel("Change Owen Pryce").click();
  const reach = personRow(page, "Owen Pryce").locator("form[action$='/reach']");
  await reach.getByLabel("Absent from").fill("");
  await reach.getByLabel("Last day away").fill("");
  await reach.getByRole("button", { name: "Save how they are reached" }).click();
  await expect(personRow(page, "Owen Pryce").locator(".badge", { hasText: /^available$/ })).toBeVisible();
});

test("an administrator changes a ladder, and is refused one that leads nowhere", async ({ page, signIn, visit, takenOver }) => {
  const name = unique("Front desk");
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/ladders");
  const transfer = page.getByRole("region").filter({ has: page.locator("form[action='/admin/ladders/transfer']") }).last();
  await transfer.locator("summary").first().click();
  await transfer.getByLabel("Name").fill(name);
  await transfer.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
  await takenOver(page);

  // Another rep before the manager.
  const rung = page.locator("form[action='/admin/ladders/transfer/rungs/2']");
  await page.getByLabel("Change rung 2").first().click();
  await rung.getByLabel("Who").selectOption({ label: "Another available rep" });
  await rung.getByLabel("Or second").selectOption({ label: "Sales manager" });
  await rung.getByRole("button", { name: "Save rung" }).click();
  await expect(page.getByRole("row").filter({ hasText: "2. Another available rep, then Sales manager" })).toBeVisible();
  await takenOver(page);

  // The last rung of the urgent ladder has to give the lead to somebody.
  const last = page.locator("form[action='/admin/ladders/urgent/rungs/3']");
  await page.getByLabel("Change rung 3").last().click();
  await last.getByLabel("Last rung: gets the lead without an answer").uncheck();
  await last.getByRole("button", { name: "Save rung" }).click();
  await expect(last.locator(".error-summary")).toContainText("The last rung of this ladder has to give the lead to somebody without an answer");
});
