import { expect, test } from "./fixtures.ts";
import { NAMES, PEOPLE } from "./people.ts";
import type { Page } from "@playwright/test";

async function fillIn(page: Page, email: string, password: string) {
  await page.getByRole("textbox", { name: "E-mail", exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

for (const person of PEOPLE) {
  test(`${person} signs in and sees their day`, async ({ page, baseURL }) => {
    await page.goto("/login");
    await fillIn(page, person, "demo");
    await expect(page).toHaveURL(`${baseURL}/`);
    await expect(page.getByRole("heading", { level: 1, name: "My day" })).toBeVisible();
    await expect(page.getByLabel(`${NAMES[person]}, your menu`)).toBeVisible();
  });
}

test("one click signs in for a look around", async ({ page, baseURL }) => {
  await page.goto("/login");
  await page.getByRole("button", { name: "rep@demo.test" }).click();
  await expect(page).toHaveURL(`${baseURL}/`);
});

test("a wrong password says so and keeps the e-mail", async ({ page }) => {
  await page.goto("/login");
  await fillIn(page, "manager@demo.test", "wrong");
  await expect(page.getByRole("alert")).toContainText(/password/i);
  await expect(page.getByRole("textbox", { name: "E-mail", exact: true })).toHaveValue("manager@demo.test");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  await expect(page).toHaveURL(/\/login/);
});

test("a forgotten field is marked", async ({ page }) => {
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "E-mail", exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
});

test("signing in goes on to the page that was asked for", async ({ page }) => {
  await page.goto("/leads?view=won");
  await expect(page).toHaveURL(/\/login\?next=/);
  await fillIn(page, "rep@demo.test", "demo");
  await expect(page).toHaveURL(/\/leads\?view=won$/);
  await expect(page.getByRole("heading", { level: 1, name: "Won leads" })).toBeVisible();
});

test("a wrong password first does not lose the page that was asked for", async ({ page }) => {
  await page.goto("/login?next=%2Faccounts");
  await fillIn(page, "rep@demo.test", "wrong");
  await expect(page.getByRole("alert")).toBeVisible();
  await fillIn(page, "rep@demo.test", "demo");
  await expect(page).toHaveURL(/\/accounts$/);
});

test("signing in never leads to another site", async ({ page, baseURL }) => {
  await page.goto("/login?next=%2F%2Fevil.example%2F");
  await fillIn(page, "rep@demo.test", "demo");
  await expect(page).toHaveURL(`${baseURL}/`);
});

test("without a session the leads lead to the sign-in page", async ({ page }) => {
  await page.goto("/leads");
  await expect(page).toHaveURL(/\/login(\?|$)/);
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});

test("after signing out the leads are closed again", async ({ page, baseURL, takenOver }) => {
  await page.goto("/login");
  await fillIn(page, "rep@demo.test", "demo");
  await expect(page).toHaveURL(`${baseURL}/`);
  await takenOver(page);
  await page.getByLabel(`${NAMES["rep@demo.test"]}, your menu`).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto("/leads");
  await expect(page).toHaveURL(/\/login/);
});
