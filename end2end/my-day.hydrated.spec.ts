// One's day follows what happens, and is gone through with the keys.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const item = (page: Page, title: string) => page.locator("section .day__item").filter({ hasText: title });

async function addTask(page: Page, title: string, due: string) {
  const origin = process.env.LEADWRIGHT_E2E_URL!;
  const answer = await page.request.post("/tasks", { form: { title, due }, headers: { origin, accept: "application/json" } });
  expect(await answer.json(), "adding a task").toHaveProperty("Done");
}

test("what comes and what others do shows at once, and leaves the focus where it is", async ({ page, join, signIn, visit, addLead }) => {
  const [name, title] = [unique("Jo"), unique("Ring them")];
  await signIn(page, "rep2@demo.test");
  await addTask(page, title, "2020-01-02");
  await visit(page, "/");
  const link = item(page, title).getByRole("link", { name: title });
  await link.focus();

  const intake = await join("intake@demo.test");
  const lead = await addLead(intake, { full_name: name, company: unique("Acme"), owner: "Owen Pryce" });
  await expect(page.getByRole("region", { name: "New to you" }).locator(".day__item").filter({ hasText: name })).toBeVisible();
  await expect(link).toBeFocused();

  // In another tab they call, and the answer is awaited.
  const tab = await join("rep2@demo.test");
  const form = { text: "Called", icon: "phone" };
  const answer = await tab.request.post(`/leads/${lead}/comment`, { form, headers: { origin: process.env.LEADWRIGHT_E2E_URL!, accept: "application/json" } });
  expect(answer.ok(), "a comment").toBe(true);
  await expect(page.getByRole("region", { name: "New to you" }).locator(".day__item").filter({ hasText: name })).toHaveCount(0);
  await expect(link).toBeFocused();
});

test("one key does the next thing and moves on", async ({ page, signIn, visit }) => {
  const titles = [unique("First"), unique("Second")];
  await signIn(page, "manager@demo.test");
  // Nothing of theirs is due before these.
  await addTask(page, titles[0]!, "1990-01-01");
  await addTask(page, titles[1]!, "1990-01-02");
  await visit(page, "/");
  const link = (title: string) => item(page, title).getByRole("link", { name: title });
  await page.keyboard.press("d");
  await expect(item(page, titles[0]!)).toHaveCount(0);
  await expect(link(titles[1]!)).toBeFocused();
  await page.keyboard.press("d");
  await expect(item(page, titles[1]!)).toHaveCount(0);
  await page.locator("summary", { hasText: "Done today" }).click();
  await page.getByRole("button", { name: `Reopen: ${titles[1]!}` }).click();
  await page.getByRole("button", { name: `Reopen: ${titles[0]!}` }).click();
  await expect(link(titles[0]!)).toBeVisible();
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("j");
  await expect(link(titles[0]!)).toBeFocused();
  await page.keyboard.press("j");
  await expect(link(titles[1]!)).toBeFocused();
  await page.keyboard.press("k");
  await expect(link(titles[0]!)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Tasks" })).toBeVisible();
  // And back, which does nothing there by itself.
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page.getByRole("heading", { level: 1, name: "My day" })).toBeVisible();
  await expect(link(titles[0]!)).toBeVisible();
  for (const title of titles) await page.getByRole("button", { name: `Finish: ${title}` }).click();
  await expect(item(page, titles[1]!)).toHaveCount(0);
});
