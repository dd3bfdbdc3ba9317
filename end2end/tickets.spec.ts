// What the person of a lead wants solved: opened from the lead's actions, closed with an answer, and found again by link.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const item = (page: Page, title: string) => page.locator("li.task").filter({ hasText: title });
const views = (page: Page) => page.getByRole("navigation", { name: "Which tickets" });

test("a ticket is opened from the lead's actions, closed with an answer, and listed as open, closed and all", async ({
  page,
  signIn,
  visit,
  addLead,
  javaScriptEnabled,
  expectAccessible,
}) => {
  const title = unique("The invoice is wrong");
  await signIn(page, "rep@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme") });
  await visit(page, `/leads/${lead}`);
  await page.locator("summary").and(page.getByLabel("More actions")).click();
  await page.getByRole("link", { name: "Open a ticket" }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets\\?lead=${lead}&new=1$`));
  await page.getByRole("button", { name: "Open ticket" }).click();
  await expect(page.locator("#new-ticket-title-error")).toHaveText("Enter what it is about");
  await page.locator("#new-ticket-title").fill(title);
  await page.locator("#new-ticket-priority").selectOption({ label: "Urgent" });
  await page.getByRole("button", { name: "Open ticket" }).click();
  await expect(item(page, title)).toContainText("Urgent");
  await expectAccessible(page);

  await item(page, title).getByLabel(`Close the ticket ${title}`).click();
  await item(page, title).getByRole("textbox", { name: "What solved it" }).fill("Sent again");
  await item(page, title).getByRole("button", { name: "Close ticket" }).click();
  await expect(item(page, title)).toHaveCount(0);
  await views(page).getByRole("link", { name: "Closed" }).click();
  await expect(item(page, title)).toContainText("Sent again");
  await page.getByRole("button", { name: `Reopen the ticket ${title}` }).click();
  await expect(item(page, title)).toHaveCount(0);
  if (javaScriptEnabled) {
    await page.locator(".toast", { hasText: "Ticket reopened" }).getByRole("button", { name: "Undo" }).click();
    await expect(item(page, title)).toBeVisible();
  }
  await views(page).getByRole("link", { name: "All" }).click();
  await expect(item(page, title)).toBeVisible();

  await visit(page, `/leads/${lead}`);
  await expect(page.locator(".timeline")).toContainText(`closed the ticket “${title}”`);
  const part = page.getByRole("region", { name: "Tickets", exact: true });
  await part.locator("summary").first().click();
  await part.getByRole("link", { name: /^All \(1\)/ }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets\\?lead=${lead}&state=all$`));
  await expect(item(page, title)).toBeVisible();
});
