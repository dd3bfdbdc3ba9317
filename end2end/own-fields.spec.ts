// Fields that an administrator adds to leads, with and without script.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

interface Field {
  name: string;
  kind: string;
  options?: string[];
  required?: boolean;
}

/** Adds a field to the leads of a type through its form's address; gives its name in forms. */
async function addField(page: Page, type: number, { name, kind, options = [], required }: Field): Promise<void> {
  const origin = new URL(page.url()).origin;
  const form = { name, kind, options: options.join("\n"), required: required ? "1" : "", default: "", for_all: "" };
  const answer = await page.request.post(`${origin}/admin/types/${type}/fields`, { form, headers: { origin, accept: "application/json" } });
  expect(await answer.json(), "adding a field").toHaveProperty("Done");
}

/** Adds a type and gives its number. */
async function addType(page: Page, name: string): Promise<number> {
  const origin = new URL(page.url()).origin;
  const answer = await page.request.post(`${origin}/admin/types`, { form: { name, like: "" }, headers: { origin, accept: "application/json" } });
  return Number((await answer.json()).Done.location.split("/").pop());
}

test("a field is added on its type's page, and refused what makes no sense", async ({ page, signIn, visit }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/types");
  const number = await addType(page, unique("Fair"));
  const name = unique("Tier");
  await visit(page, `/admin/types/${number}`);
  const form = page.locator("form[action$='/fields']");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("What it takes").selectOption("choice");
  await form.getByRole("button", { name: "Add field" }).click();
  await expect(form.locator(".field__error")).toHaveText("Enter what can be chosen, one a line");
  await expect(form.getByLabel("Name"), "nothing typed is lost").toHaveValue(name);
  await form.getByLabel("What can be chosen").fill("Gold\nSilver");
  await form.getByRole("button", { name: "Add field" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("One of a list");
});

test("a lead is added with its type's fields and shows them", async ({ page, signIn, visit, takenOver, javaScriptEnabled }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/types");
  const type = unique("Fair");
  const [tier, until] = [unique("Tier"), unique("Until")];
  const number = await addType(page, type);
  await addField(page, number, { name: tier, kind: "choice", options: ["Gold", "Silver"] });
  await addField(page, number, { name: until, kind: "date", required: true });
  await visit(page, "/leads/new");
  if (javaScriptEnabled) await expect(page.getByLabel(tier), "another type's field").toBeHidden();
  await page.getByLabel("Full name").fill(unique("Jo Field"));
  await page.getByLabel("Type", { exact: true }).selectOption({ label: type });
  await page.getByLabel(tier).selectOption("Gold");
  await page.getByRole("button", { name: "Add lead", exact: true }).click();
  await expect(page.locator(".error-summary")).toContainText(`Fill in “${until}”`);
  await expect(page.getByLabel(tier), "nothing typed is lost").toHaveValue("Gold");
  await page.getByLabel(until).fill("2026-12-31");
  await page.getByRole("button", { name: "Add lead", exact: true }).click();
  await expect(page).toHaveURL(/\/leads\/\d+$/);
  await takenOver(page);
  const more = page.getByRole("region", { name: "More" });
  await expect(more).toContainText("Gold");
  await expect(more).toContainText("2026-12-31");

  if (javaScriptEnabled) {
    await more.getByRole("button", { name: new RegExp(`change ${tier.toLowerCase()}`) }).click();
    await more.getByRole("combobox", { name: new RegExp(tier) }).selectOption("Silver");
    await more.getByRole("button", { name: new RegExp(`^Save ${tier.toLowerCase()}`) }).click();
  } else {
    await more.getByRole("link", { name: "Edit more" }).click();
    await page.getByLabel(tier).selectOption("Silver");
    await page.getByRole("button", { name: "Save", exact: true }).click();
  }
  await expect(page.getByRole("region", { name: "More" })).toContainText("Silver");
  await expect(page.locator("ol.timeline > li").first()).toContainText(`changed ${tier}`);
});
