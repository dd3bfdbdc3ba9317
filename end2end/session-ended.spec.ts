// A session that ends while somebody types: nothing typed is lost, and nobody else gets to see it.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const endSession = (page: Page) => page.context().clearCookies({ name: "leadwright_session" });
const fullName = (page: Page) => page.getByRole("textbox", { name: /^Full name/ });
const save = (page: Page) => page.getByRole("button", { name: "Add lead", exact: true });

async function signInHere(page: Page, email: string) {
  await page.getByRole("textbox", { name: "E-mail", exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill("demo");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("who signs in again goes on with what they typed", async ({ page, signIn, visit, takenOver, javaScriptEnabled }) => {
  const [name, company] = [unique("Jo"), unique("Late & Sons")];
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads/new");
  await fullName(page).fill(name);
  await page.getByRole("textbox", { name: /^Company/ }).fill(company);
  await endSession(page);
  await save(page).click();
  if (javaScriptEnabled) {
    const ended = page.getByRole("alert").filter({ hasText: "Your session ended" });
    await expect(ended).toBeVisible();
    await expect(page).toHaveURL(/\/leads\/new$/);
    const [tab] = await Promise.all([page.context().waitForEvent("page"), ended.getByRole("link").click()]);
    await signInHere(tab, "rep@demo.test");
    await expect(tab.getByRole("heading", { level: 1, name: "My day" })).toBeVisible();
    await tab.close();
  } else {
    await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
    await signInHere(page, "rep@demo.test");
    await takenOver(page);
    await expect(page.getByRole("alert")).toContainText("nothing was saved yet");
  }
  await expect(fullName(page)).toHaveValue(name);
  await expect(page.getByRole("textbox", { name: /^Company/ })).toHaveValue(company);
  await save(page).click();
  await expect(page).toHaveURL(/\/leads\/\d+$/);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
});

test("somebody else who signs in does not get what was typed", async ({ page, signIn, visit, javaScriptEnabled }) => {
  const name = unique("Private");
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads/new");
  await fullName(page).fill(name);
  await endSession(page);
  if (javaScriptEnabled) {
    await signIn(page, "rep2@demo.test");
    await save(page).click();
    // The page comes anew, as theirs.
    await expect(page.getByLabel("Owen Pryce, your menu")).toBeVisible();
  } else {
    await save(page).click();
    await signInHere(page, "rep2@demo.test");
  }
  await expect(page).toHaveURL(/\/leads\/new$/);
  await expect(fullName(page)).toHaveValue("");
  await expect(page.locator("html")).not.toContainText(name);
  await visit(page, `/leads?view=all&q=${encodeURIComponent(name)}`);
  await expect(page.getByRole("heading", { name: "No lead fits these filters" })).toBeVisible();
});
