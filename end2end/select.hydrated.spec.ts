import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const bar = (page: Page) => page.getByRole("region", { name: "Selected leads" });

test("x selects the current row, Shift a range, the heading all; Escape none", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Range");
  await signIn(page, "rep@demo.test");
  for (const full_name of ["A Range", "B Range", "C Range", "D Range"]) await addLead(page, { full_name, company });
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}`);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(bar(page)).toContainText("1 selected");
  await page.keyboard.press("Escape");
  await expect(bar(page)).toHaveCount(0);
  await page.getByRole("checkbox", { name: "Select D Range" }).click();
  await page.getByRole("checkbox", { name: "Select B Range" }).click({ modifiers: ["Shift"] });
  await expect(bar(page)).toContainText("3 selected");
  await page.getByRole("checkbox", { name: "Select all rows that are loaded" }).click();
  await expect(bar(page)).toContainText("4 selected");
  await bar(page).getByRole("link", { name: "Cancel" }).click();
  await expect(bar(page)).toHaveCount(0);
});

test("what somebody else changed after it was selected is left alone", async ({ page, signIn, join, visit, addLead }) => {
  const company = unique("Meanwhile");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: "Mine Meanwhile", company, group: "North" });
  await addLead(page, { full_name: "Other Meanwhile", company, group: "North" });
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}`);
  for (const name of ["Mine", "Other"]) await page.getByRole("checkbox", { name: `Select ${name} Meanwhile` }).click();
  const manager = await join("manager@demo.test");
  const origin = process.env.LEADWRIGHT_E2E_URL!;
  await manager.request.post(`/leads/${number}/comment`, { form: { text: "Working on it" }, headers: { origin } });
  await bar(page).getByLabel("What to do").selectOption("Add a tag");
  await bar(page).getByLabel("Tag").fill("mine");
  await bar(page).getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("1 lead changed, 1 left alone")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: `# ${number}` })).toContainText("Somebody changed it meanwhile");
});
