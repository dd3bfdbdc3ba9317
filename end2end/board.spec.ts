import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { openPanel, unfold } from "./filter-panel.ts";

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const card = (page: Page, number: number) => page.locator(`[data-card="${number}"]`);

test("the board shows the list's leads in the columns of their pipeline", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Board");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Jo Field", company, target_amount: "1200" });
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}`);
  await page.getByRole("navigation", { name: "Show as" }).getByRole("link", { name: "Board" }).click();
  await expect(page).toHaveURL(/\/leads\/board\?view=all&q=Board/);
  await expect(page.locator(".column")).toHaveCount(8);
  const first = column(page, "New enquiry");
  await expect(first.locator("[data-card]")).toHaveCount(1);
  await expect(first.locator(".column__count")).toHaveText("1 leads");
  await expect(first.locator(".column__sum")).toContainText("1,200");
  await expect(card(page, number)).toContainText(company);
  await expect(card(page, number)).toContainText("0 d in this status");
  await expect(column(page, "Proposal")).toContainText("No leads");

  await page.locator("summary").filter({ hasText: "Sales enquiry" }).click();
  await page.locator("details[open]").getByRole("link", { name: "Renewal" }).click();
  await expect(page).toHaveURL(/[?&]type=Renewal/);
  await expect(page.locator(".column")).toHaveCount(6);
  await expect(page.locator("[data-card]")).toHaveCount(0);
  await page.goBack();
  await page.getByRole("navigation", { name: "Show as" }).getByRole("link", { name: "List" }).click();
  await expect(page.locator("tr.row")).toHaveCount(1);
});

test("a filter narrows the board and its columns", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Narrow");
  await signIn(page, "rep@demo.test");
  await addLead(page, { full_name: "Jo Web", company, source: "Web" });
  await addLead(page, { full_name: "Jo Other", company, source: "Other" });
  await visit(page, `/leads/board?view=all&q=${encodeURIComponent(company)}`);
  await expect(page.locator("[data-card]")).toHaveCount(2);
  await openPanel(page);
  await (await unfold(page, "Source")).getByLabel("Web", { exact: true }).check();
  await (await unfold(page, "State")).getByLabel("Pending", { exact: true }).check();
  await page.getByRole("button", { name: "Show leads" }).click();
  await expect(page).toHaveURL(/\/leads\/board\?.*state=pending.*source=Web/);
  await expect(page.locator("[data-card]")).toHaveCount(1);
  await expect(page.locator(".column")).toHaveCount(2);
});

test("a card is moved through its dialog, also where it takes an action", async ({ page, signIn, takenOver, visit, addLead }) => {
  const company = unique("Mover");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Jo Mover", company });
  await visit(page, `/leads/board?view=all&q=${encodeURIComponent(company)}`);
  const ask = async () => {
    await takenOver(page);
    await page.getByRole("link", { name: "Move Jo Mover to…" }).click();
    await expect(page.getByRole("dialog", { name: "Move Jo Mover" })).toBeVisible();
  };
  await ask();
  await expect(page.getByRole("dialog")).toContainText("use “Start work”");
  await page.getByRole("dialog").getByRole("button", { name: "Contacting" }).click();
  await expect(column(page, "Contacting").locator(`[data-card="${number}"]`)).toBeVisible();
  await expect(column(page, "New enquiry").locator(".column__count")).toHaveText("0 leads");
  await expect(page.getByRole("dialog")).toBeHidden();

  await ask();
  await page.getByRole("dialog").getByRole("button", { name: "Qualification" }).click();
  await expect(column(page, "Qualification").locator(`[data-card="${number}"]`)).toBeVisible();

  await ask();
  await page.getByLabel("Why was it lost?").selectOption("Price");
  await page.getByRole("button", { name: "Lose lead" }).click();
  await expect(column(page, "Lost").locator(`[data-card="${number}"]`)).toBeVisible();

  await ask();
  await page.getByRole("button", { name: "Reopen lead" }).click();
  await expect(column(page, "Qualification").locator(`[data-card="${number}"]`)).toBeVisible();
});

test("who may not move a lead reads why", async ({ page, signIn, visit, join, addLead }) => {
  const company = unique("Theirs");
  await addLead(await join("manager@demo.test"), { full_name: "Jo Theirs", company, owner: "Callum Innes", group: "North" });
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads/board?view=all&q=${encodeURIComponent(company)}`);
  await page.getByRole("link", { name: "Move Jo Theirs to…" }).click();
  const dialog = page.getByRole("dialog", { name: "Move Jo Theirs" });
  await expect(dialog).toContainText("Only its owner, its team and managers can move this lead");
  await expect(dialog.getByRole("button")).toHaveCount(0);
  await dialog.getByRole("link", { name: "Leave it where it is" }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/\/leads\/board\?view=all/);
});
