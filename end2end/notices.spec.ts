// What one is told stands in the application too.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

test("what one is told is read in the application, and marked as read", async ({ page, baseURL, signIn, visit, join }) => {
  const post = async (by: Page, path: string, form: Record<string, string>) => {
    const answer = await by.request.post(`${baseURL}${path}`, { form, headers: { origin: baseURL!, accept: "application/json" } });
    expect(await answer.json(), path).toHaveProperty("Done");
  };
  const name = unique("Nadia");
  await signIn(page, "rep2@demo.test");
  await post(page, "/refer", { full_name: name, phones: "0161 496 0123" });
  const admin = await join("admin@demo.test");
  await visit(admin, `/leads?view=all&q=${encodeURIComponent(name)}`);
  const lead = (await admin.getByRole("link", { name, exact: true }).getAttribute("href"))!.split("?")[0]!;
  await post(admin, `${lead}/actions/win`, {});

  await visit(page, "/leads");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Notices/ }).click();
  const row = page.getByRole("row").filter({ hasText: `Your referral was won: ${name}` });
  await expect(row).toContainText("Unread");
  await page.getByRole("button", { name: "Mark all read" }).click();
  await expect(row).not.toContainText("Unread");
  await expect(page.getByRole("button", { name: "Mark all read" })).toHaveCount(0);
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Notices/ })).toContainText("0");
  await row.getByRole("link").click();
  await expect(page).toHaveURL(/\/refer$/);

  // Nobody reads those of others.
  await visit(admin, "/notices");
  await expect(admin.getByRole("row").filter({ hasText: name })).toHaveCount(0);
});
