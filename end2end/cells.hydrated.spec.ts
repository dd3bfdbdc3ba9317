import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const row = (page: Page, name: string) => page.locator("tr.row").filter({ has: page.getByRole("link", { name, exact: true }) });
const editor = (page: Page) => page.locator(".cell-editor");

test("a cell is edited where it stands, with the mouse and with keys", async ({ page, signIn, visit, addLead }) => {
  const name = unique("Cell");
  await signIn(page, "rep@demo.test");
  await addLead(page, { full_name: name, target_amount: "100" });
  await visit(page, `/leads?q=${encodeURIComponent(name)}&columns=number,name,status,owner,amount,tags`);
  await row(page, name).locator("td.col-amount").click();
  const amount = editor(page).getByRole("textbox");
  await expect(amount).toBeFocused();
  await amount.fill("999");
  await page.keyboard.press("Escape");
  await expect(editor(page)).toHaveCount(0);
  await expect(row(page, name).locator("td.col-amount")).toContainText("100");
  await row(page, name).locator("td.col-amount").click();
  await amount.fill("250");
  await page.keyboard.press("Enter");
  await expect(editor(page)).toHaveCount(0);
  await expect(row(page, name).locator("td.col-amount")).toContainText("250");

  await page.keyboard.press("j");
  await page.keyboard.press("s");
  await editor(page).getByRole("combobox").selectOption({ index: 1 });
  const chosen = await editor(page).locator("option:checked").innerText();
  await editor(page).getByRole("button", { name: "Save status" }).click();
  await expect(row(page, name).locator("td.col-status")).toContainText(chosen);
  await page.keyboard.press("a");
  await expect(editor(page).getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(editor(page)).toHaveCount(0);
});

test("two people who edit one cell see both values", async ({ page, signIn, join, visit, addLead }) => {
  const name = unique("Both");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: name, target_amount: "100", group: "North" });
  await visit(page, `/leads?q=${encodeURIComponent(name)}`);
  await row(page, name).locator("td.col-amount").click();
  await editor(page).getByRole("textbox").fill("250");
  const manager = await join("manager@demo.test");
  const form = { version: "1", target_amount: "300" };
  await manager.request.post(`/leads/${number}/edit`, { form, headers: { origin: process.env.LEADWRIGHT_E2E_URL! } });
  await page.keyboard.press("Enter");
  await expect(editor(page).getByRole("alert")).toContainText("£300");
  await editor(page).getByRole("button", { name: "Keep mine" }).click();
  await expect(row(page, name).locator("td.col-amount")).toContainText("£250");
});
