import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const address = (page: Page) => page.getByRole("region", { name: "Address", exact: true });

test("Enter saves what is edited in place, Escape takes it back", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads/${await addLead(page, { full_name: unique("Ana"), city: "Leeds" })}`);
  const button = page.getByRole("button", { name: /, change city$/ });
  const city = page.getByRole("textbox", { name: "City" });
  await button.press("Enter");
  await expect(city).toBeFocused();
  await city.fill("Nowhere");
  await page.keyboard.press("Escape");
  await expect(city).toHaveCount(0);
  await expect(address(page)).toContainText("Leeds");
  await button.press("F2");
  await expect(city).toBeFocused();
  await city.fill("Halifax");
  await page.keyboard.press("Enter");
  await expect(city).toHaveCount(0);
  await expect(address(page)).toContainText("Halifax");
  await expect(address(page).getByRole("status")).toHaveText("Saved");
});

test("after an edit in place the focus is where it was", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads/${await addLead(page, { full_name: unique("Ana"), city: "Leeds" })}`);
  const button = page.getByRole("button", { name: /, change city$/ });
  for (const key of ["Escape", "Enter"]) {
    await button.press("Enter");
    await expect(page.getByRole("textbox", { name: "City" })).toBeFocused();
    await page.keyboard.press(key);
    await expect.soft(button, `after ${key}`).toBeFocused();
  }
});

test("a slip is taken back with Undo", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads/${await addLead(page, { full_name: unique("Ana") })}`);
  await page.locator("summary").and(page.getByLabel("More actions")).click();
  await page.getByRole("button", { name: "Delete lead" }).click();
  await expect(page.getByText("Deleted", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Deleted", { exact: true })).toHaveCount(0);
});

test("keys move through the list, open a lead and go on to the next", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Keys");
  await signIn(page, "rep@demo.test");
  for (const full_name of ["One Key", "Two Keys"]) await addLead(page, { full_name, company });
  await visit(page, `/leads?view=all&q=${encodeURIComponent(company)}`);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(page.locator("tr.row--current")).toContainText("One Key");
  await page.keyboard.press("k");
  await expect(page.locator("tr.row--current")).toContainText("Two Keys");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Two Keys" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Next lead" })).toBeVisible();
  await page.keyboard.press("]");
  await expect(page.getByRole("heading", { level: 1, name: "One Key" })).toBeVisible();
  await page.keyboard.press("n");
  await expect(page.getByRole("textbox", { name: "Comment", exact: true })).toBeFocused();
  await page.goBack();
  await page.goBack();
  await expect(page.locator("tr.row")).toHaveCount(2);
});

test("keys search, add and go, but not while one types", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  const search = page.getByLabel("Search leads");
  await page.keyboard.press("/");
  await expect(search).toBeFocused();
  await page.keyboard.type("ccc");
  await expect(search).toHaveValue("ccc");
  await expect(page).toHaveURL(/\/leads$/);
  await search.blur();
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
  await page.keyboard.press("c");
  await expect(page.getByRole("heading", { level: 1, name: "Add a lead" })).toBeVisible();
});

test("a menu closes with Escape and gives the focus back", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  const filter = page.locator("summary").filter({ hasText: "Filter" });
  await filter.click();
  await expect(page.getByRole("button", { name: "Show leads" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Show leads" })).toBeHidden();
  await expect(filter).toBeFocused();
});
