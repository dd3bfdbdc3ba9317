import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

const palette = (page: Page) => page.getByRole("dialog", { name: "Go, find or do" });
const field = (page: Page) => page.getByRole("combobox", { name: "Go, find or do" });
const option = (page: Page, name?: string | RegExp) => palette(page).getByRole("option", { name });

test("the palette goes anywhere", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("contac");
  await expect(option(page, /^Contacts/)).toHaveAttribute("aria-selected", "true");
  await expect(option(page, /^Contacts/)).toContainText("gc");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/contacts$/);
  await expect(palette(page)).toHaveCount(0);
  await page.keyboard.press("Meta+k");
  await expect(palette(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toHaveCount(0);
});

test("the palette finds leads, accounts and contacts as one types", async ({ page, signIn, visit, addLead }) => {
  const company = unique("Palette Works");
  const person = unique("Pia");
  await signIn(page, "rep@demo.test");
  const number = await addLead(page, { full_name: person, company });
  await visit(page, "/leads");
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(company.slice(0, -1));
  const group = (name: string) => page.getByRole("group", { name, exact: true });
  await expect(group("Accounts").getByRole("option", { name: company })).toBeVisible();
  await expect(group("Leads").getByRole("option", { name: person })).toContainText(company);
  await field(page).fill(person);
  await expect(group("Contacts").getByRole("option", { name: person })).toBeVisible();
  await field(page).fill(`#${number}`);
  await expect(group("Leads").getByRole("option", { name: person })).toBeVisible();
  await group("Leads").getByRole("option", { name: person }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${number}$`));
});

test("the palette finds nothing of another region", async ({ page, signIn, visit, join, addLead }) => {
  const person = unique("Elsewhere");
  await addLead(await join("rep2@demo.test"), { full_name: person });
  await signIn(page, "distributor@demo.test");
  await visit(page, "/leads");
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(person);
  await expect(page.getByRole("status").filter({ hasText: /^\d+ results?$/ })).toHaveCount(1);
  await expect(option(page)).toHaveCount(1);
  await expect(option(page, /^All leads with/)).toBeVisible();
});

test("the palette leads to pages that nothing else on the screen names", async ({ page, signIn, visit }) => {
  await signIn(page, "distributor@demo.test");
  await visit(page, "/leads");
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("standing");
  await expect(option(page, /^Your standing/)).toHaveAttribute("aria-selected", "true");
  await expect(option(page, /^Intake/)).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Your standing" })).toBeVisible();
});

test("the palette does what the lead in view offers", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads/${await addLead(page, { full_name: unique("Actionable") })}`);
  await page.keyboard.press("Control+k");
  const page_ = page.getByRole("group", { name: "This page" });
  await expect(page_.getByRole("option", { name: "Win lead" })).toBeVisible();
  await expect(page_.getByRole("option", { name: /^Write a comment/ })).toContainText("n");
  await page.keyboard.type("start");
  await page.keyboard.press("Enter");
  await expect(page.locator("[aria-current=step]")).toHaveText("Qualification");
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("write a com");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Comment", exact: true })).toBeFocused();
});

test("keys edit, comment and change the status of a lead", async ({ page, signIn, visit, addLead }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, `/leads/${await addLead(page, { full_name: unique("Keyed") })}`);
  await page.keyboard.press("s");
  await expect(page.getByRole("button", { name: "Contacting" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("[aria-current=step]")).toHaveText("Contacting");
  await page.keyboard.press("n");
  await expect(page.getByRole("textbox", { name: "Comment", exact: true })).toBeFocused();
  await page.getByRole("textbox", { name: "Comment", exact: true }).blur();
  await page.keyboard.press("e");
  await expect(page.getByRole("textbox", { name: "Full name" })).toBeFocused();
});

test("the list of keys opens with ?, and single keys can be switched off", async ({ page, signIn, visit, expectAccessible }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/leads");
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await expect(keys).toContainText("Add a lead");
  await expectAccessible(page, "dialog[open]");
  // Keys mean nothing while a dialog is open.
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/\/leads$/);
  await keys.getByRole("link", { name: "Turn single keys on or off" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your profile" })).toBeVisible();
  await page.getByRole("button", { name: "Off", exact: true }).click();
  await page.keyboard.press("c");
  await page.keyboard.press("?");
  await expect(page).toHaveURL(/\/me$/);
  await expect(keys).toHaveCount(0);
  await visit(page, "/leads");
  await page.keyboard.press("c");
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeVisible();
  await expectAccessible(page, "dialog[open]");
  await expect(page).toHaveURL(/\/leads$/);
});
