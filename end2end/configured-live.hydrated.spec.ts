// What an administrator configures shows in pages that stand open, without a reload and without losing what is typed.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";
import { openPanel, unfold } from "./filter-panel.ts";

/** The row whose first cell says so; others may name it too. */
const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.locator("td:first-child", { hasText: name }) });

test("a new type, status and field reach an open list", async ({ page, signIn, visit, join, takenOver, addLead }) => {
  const [type, status, field, name] = [unique("Fair"), unique("Visited"), unique("Tier"), unique("Jo Field")];
  const rep = await join("rep@demo.test");
  await rep.goto("/leads");
  await takenOver(rep);
  await openPanel(rep);
  await rep.getByLabel("Words").fill("typed already");
  const box = (await unfold(rep, "Source")).getByRole("checkbox").nth(2);
  await box.check();
  const source = rep.locator(`#f-source input[value="${await box.inputValue()}"]`);

  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/types");
  const add = page.locator("form[action='/admin/types']");
  await add.getByLabel("Name").fill(type);
  await add.getByRole("button", { name: "Add lead type" }).click();
  await expect(page.getByRole("heading", { level: 1, name: type })).toBeVisible();
  const addStatus = page.locator("form[action$='/statuses']");
  await addStatus.getByLabel("Name").fill(status);
  await addStatus.getByLabel("State", { exact: true }).selectOption("pending");
  await addStatus.getByLabel("Default").check();
  await addStatus.getByRole("button", { name: "Add status" }).click();
  await expect(row(page, status)).toBeVisible();
  const addField = page.locator("form[action$='/fields']");
  await addField.getByLabel("Name").fill(field);
  await addField.getByLabel("What it takes").selectOption("choice");
  await addField.getByLabel("What can be chosen").fill("Gold\nSilver");
  await addField.getByRole("button", { name: "Add field" }).click();
  await expect(row(page, field)).toBeVisible();

  // The rep's panel has them, and what was typed there still stands.
  await expect(rep.locator(`#f-type [value="${type}"]`)).toHaveCount(1);
  await expect(rep.locator(`#f-status [value="${status}"]`)).toHaveCount(1);
  const own = await unfold(rep, field);
  await expect(own.locator("label")).toHaveText(["Gold", "Silver"]);
  await expect(rep.getByLabel("Words")).toHaveValue("typed already");
  await expect(source).toBeChecked();
  await expect(source).toBeVisible();

  // A list that the new field narrows shows a lead as it arrives, with its status.
  await rep.getByLabel("Words").fill("");
  await source.uncheck();
  await own.getByLabel("Gold").check();
  await rep.getByRole("button", { name: "Show leads" }).click();
  await expect(rep).toHaveURL(/custom_\d+=Gold/);
  await expect(rep.getByRole("link", { name: new RegExp(field) })).toBeVisible();
  const key = [...new URL(rep.url()).searchParams.keys()].find((key) => key.startsWith("custom_"))!;
  await takenOver(rep);
  await addLead(rep, { full_name: name, type, [key]: "Gold", owner: "rep@demo.test" });
  const lead = rep.getByRole("row").filter({ hasText: name });
  await expect(lead).toBeVisible();
  await expect(lead).toContainText(status);
  await expect(rep.locator("main")).not.toContainText("No lead fits");
});

test("a form keeps what was typed and chosen while a list changes", async ({ page, signIn, join, takenOver }) => {
  const rep = await join("rep@demo.test");
  await rep.goto("/leads/new");
  await takenOver(rep);
  const [name, entry] = [unique("Jo"), unique("Stand")];
  await rep.getByLabel("Full name").fill(name);
  await rep.getByLabel("Source", { exact: false }).selectOption({ label: "Web" });
  await rep.getByLabel("Training").check();

  await signIn(page, "admin@demo.test");
  await page.goto("/admin/lists/source");
  for (const list of ["source", "offering"]) {
    const origin = new URL(page.url()).origin;
    const answer = await page.request.post(`${origin}/admin/lists/${list}`, {
      form: { name: entry, is_default: "" },
      headers: { origin, accept: "application/json" },
    });
    expect(await answer.json()).toHaveProperty("Done");
  }
  await expect(rep.getByLabel("Source", { exact: false }).locator("option", { hasText: entry })).toHaveCount(1);
  await expect(rep.getByLabel(entry), "a box for the new offering").toBeVisible();
  await expect(rep.getByLabel("Source", { exact: false }).locator("option:checked")).toHaveText("Web");
  await expect(rep.getByLabel("Training")).toBeChecked();
  await expect(rep.getByLabel("Full name")).toHaveValue(name);
});

test("a menu that is open shows a view saved elsewhere, and stays open", async ({ page, signIn, visit, join, takenOver }) => {
  const name = unique("Elsewhere");
  const other = await join("rep@demo.test");
  await other.goto("/leads");
  await takenOver(other);
  await other.locator("summary").filter({ has: other.getByRole("heading", { level: 1 }) }).click();
  const menu = other.locator("details[open]");
  await expect(menu.getByRole("link", { name: "My leads", exact: true })).toBeVisible();

  await signIn(page, "rep@demo.test");
  await visit(page, "/leads?view=won&tool=view");
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Save view" }) });
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Save view" }).click();
  await expect(page).toHaveURL(/\/leads\?saved=\d+$/);
  await expect(menu.getByRole("link", { name, exact: true })).toBeVisible();
});
