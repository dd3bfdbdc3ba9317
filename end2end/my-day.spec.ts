// Where one comes in: what is overdue, due today, new, and whose answer is awaited.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const item = (page: Page, title: string) => page.locator("section .day__item").filter({ hasText: title });

/** Adds a task that is about no lead. */
async function addTask(page: Page, values: Record<string, string>) {
  const origin = process.env.LEADWRIGHT_E2E_URL!;
  const answer = await page.request.post("/tasks", { form: values, headers: { origin, accept: "application/json" } });
  expect(await answer.json(), "adding a task").toHaveProperty("Done");
}

test("one comes in at one's day, and what is done there is done", async ({ page, signIn, visit, javaScriptEnabled, expectAccessible }) => {
  const [late, later] = [unique("Ring them"), unique("Much later")];
  await signIn(page, "rep@demo.test");
  await addTask(page, { title: late, due: "2020-01-02" });
  await addTask(page, { title: later, due: "2031-03-04" });
  await visit(page, "/");
  await expect(page.getByRole("heading", { level: 1, name: "My day" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link").nth(1)).toHaveAttribute("aria-current", "page");
  await expect(part(page, "Overdue").locator(".day__item").filter({ hasText: late })).toContainText("Was due 2 Jan 2020");
  await expect(item(page, later)).toHaveCount(0);
  await expectAccessible(page);

  await page.getByRole("button", { name: `Finish: ${late}` }).click();
  await expect(item(page, late)).toHaveCount(0);
  await expect(page).toHaveURL(/:\d+\/$/);
  if (javaScriptEnabled) {
    await page.locator(".toast", { hasText: "Task finished" }).getByRole("button", { name: "Undo" }).click();
  } else {
    await page.locator("summary", { hasText: "Done today" }).click();
    await page.getByRole("button", { name: `Reopen: ${late}` }).click();
  }
  await expect(item(page, late)).toBeVisible();
  await page.getByRole("button", { name: `Finish: ${late}` }).click();
  await expect(item(page, late)).toHaveCount(0);
});

test("a lead that is given is new until it is touched, and says from whom it came", async ({ page, signIn, visit, addLead, takenOver }) => {
  const name = unique("Jo");
  await signIn(page, "intake@demo.test");
  const lead = await addLead(page, { full_name: name, company: unique("Acme"), owner: "Owen Pryce" });
  await signIn(page, "rep2@demo.test");
  await visit(page, "/");
  const row = part(page, "New to you").locator(".day__item").filter({ hasText: name });
  await expect(row).toContainText("by Grace Okafor, and nobody has touched it yet; due");
  await row.getByRole("link", { name: `Open ${name}` }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}$`));
  await takenOver(page);
  await page.locator("#composer-text").fill("Looked at it");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.locator(".untouched")).toHaveCount(0);
  await visit(page, "/");
  await expect(item(page, name)).toHaveCount(0);
});

test("people of a distributor come in at theirs", async ({ page, signIn, visit }) => {
  await signIn(page, "distributor@demo.test");
  await visit(page, "/");
  await expect(page.getByRole("heading", { level: 1, name: "My day" })).toBeVisible();
  await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Leads" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "My leads" })).toBeVisible();
});
