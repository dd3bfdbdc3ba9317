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

test("a field is a column of the list, until it is removed", async ({ page, signIn, visit, addLead, expectAccessible, javaScriptEnabled }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/types");
  const type = unique("Fair");
  const [worth, until] = [unique("Worth"), unique("Until")];
  const number = await addType(page, type);
  await addField(page, number, { name: worth, kind: "money" });
  await addField(page, number, { name: until, kind: "date" });
  const fields = await page.request.get("/admin/types/" + number).then((answer) => answer.text());
  const ids = [...fields.matchAll(new RegExp(`/admin/types/${number}/fields/(\\d+)`, "g"))].map((found) => Number(found[1]));
  const [first, second] = [...new Set(ids)].sort((a, b) => a - b);
  const who = unique("Jo Column");
  await addLead(page, { full_name: who, type, [`custom_${first}`]: "1250.5" });

  const list = "/leads?view=all&q=" + encodeURIComponent(who);
  await visit(page, `${list}&tool=columns`);
  await page.getByRole("link", { name: worth, exact: true }).click();
  await expect(page.getByRole("columnheader", { name: worth })).toBeVisible();
  await page.getByRole("link", { name: until, exact: true }).click();
  await expect(page.getByRole("columnheader", { name: until })).toBeVisible();
  await expect(page.locator(`tr.row td.col-custom_${first}`)).toHaveText("£1,250.50");
  await expectAccessible(page, ".list");

  const csv = await page.request.get(`/leads/export.csv?view=all&q=${encodeURIComponent(who)}&columns=name,custom_${first},custom_${second}`);
  expect((await csv.text()).split("\r\n")[1]).toBe(`${who},1250.50,`);

  if (javaScriptEnabled) {
    await page.locator(`tr.row td.col-custom_${second}`).click();
    await page.locator(`#cell-custom_${second}`).fill("2026-12-31");
    await page.getByRole("button", { name: `Save ${until.toLowerCase()}` }).click();
    await expect(page.locator(`tr.row td.col-custom_${second}`), "a row that is pushed shows it").toHaveText("2026-12-31");
  } else {
    const origin = new URL(page.url()).origin;
    await page.request.post(`${origin}/admin/types/${number}/fields/${second}/remove`, { headers: { origin, accept: "application/json" } });
    await visit(page, `${list}&columns=name,custom_${first},custom_${second}`);
    await expect(page.locator(".list__notice")).toHaveText("Left out, because it is no longer there: the column of a field that was removed.");
    await expect(page.getByRole("columnheader", { name: worth })).toBeVisible();
  }
});
