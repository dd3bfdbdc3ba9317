// Near duplicates: found, dismissed, merged field by field, and taken back.
import type { Page } from "@playwright/test";
import { expect, test, unique } from "./fixtures.ts";

async function addAccount(page: Page, origin: string, values: Record<string, string>): Promise<string> {
  const answer = await page.request.post(`${origin}/accounts/new`, { form: values, headers: { origin, accept: "application/json" } });
  return (await answer.json()).Done.location;
}

test("two accounts become one, field by field, and come apart again", async ({ page, baseURL, signIn, visit, addLead, takenOver, expectAccessible }) => {
  const name = unique("Harbour");
  const domain = `${name.replace(" ", "-").toLowerCase()}.example`;
  await signIn(page, "manager@demo.test");
  const kept = await addAccount(page, baseURL!, { name, domains: domain });
  const other = await addAccount(page, baseURL!, { name: `${name} Ltd`, website: domain, kind: "vendor" });
  const lead = await addLead(page, { full_name: unique("Jo"), company: `${name} Ltd` });

  // The job comes by every few seconds.
  await expect(async () => {
    await visit(page, kept);
    await expect(page.getByRole("region", { name: "May be here twice" })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
  const twins = page.getByRole("region", { name: "May be here twice" });
  await expect(twins).toContainText("They have the same name but for spelling or legal form.");
  await twins.getByRole("link", { name: `Merge… with ${name} Ltd` }).click();
  await expect(page).toHaveURL(new RegExp(`${kept}/merge/\\d+$`));
  await takenOver(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Merge ${name} Ltd into ${name}`);
  await expect(page.getByRole("main")).toContainText("1 contact, 1 lead, 1 opportunity.");
  await expectAccessible(page);
  const website = page.getByRole("group", { name: "Website" });
  await expect(website.getByRole("radio", { name: `https://${domain}` }), "the only one is the better one").toBeChecked();
  const names = page.getByRole("group", { name: "Name" });
  await expect(names.getByRole("radio", { name, exact: true })).toBeChecked();
  await names.getByRole("radio", { name: `${name} Ltd` }).check();
  await page.getByRole("button", { name: "Merge", exact: true }).click();

  await expect(page).toHaveURL(new RegExp(`${kept}$`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name} Ltd`);
  await expect(page.locator("#timeline")).toContainText(`merged ${name} Ltd into ${name} Ltd`);
  await visit(page, other);
  await expect(page, "its address leads to the one that was kept").toHaveURL(new RegExp(`${kept}$`));
  await visit(page, `/leads/${lead}`);
  await expect(page.getByRole("main").locator(`a[href="${kept}"]`).first()).toBeVisible();

  await visit(page, kept);
  await expectAccessible(page);
  await page.getByRole("button", { name: `Undo the merge of ${name} Ltd` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await visit(page, other);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name} Ltd`);
  await expect(page.getByRole("region", { name: "Leads" }).getByRole("row")).toHaveCount(2);
});

test("what is not the same is not offered again", async ({
  page,
  baseURL,
  signIn,
  visit,
  takenOver,
  javaScriptEnabled,
  expectAccessible,
}) => {
  const name = unique("Zenith");
  await signIn(page, "rep@demo.test");
  // The same in all: it comes first in the list.
  const values = { name, domains: `${name.replace(" ", "-").toLowerCase()}.example`, location_name: "Works", street: "1 Quay Street", city: name };
  await addAccount(page, baseURL!, values);
  await addAccount(page, baseURL!, values);
  const pair = page.getByRole("listitem").filter({ hasText: name });
  await expect(async () => {
    await visit(page, "/accounts/duplicates");
    await expect(pair).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
  await expect(pair).toContainText(`Both are at 1 Quay Street, ${name}`);
  await expectAccessible(page);
  await pair.getByRole("button", { name: /^Not the same/ }).click();
  await expect(pair).toHaveCount(0);
  await page.getByRole("link", { name: "Those that are not the same" }).click();
  await expect(pair).toContainText("Not the same, says");
  await takenOver(page);
  await pair.getByRole("button", { name: /^Offer again/ }).click();
  if (javaScriptEnabled) await expect(pair).toHaveCount(0);
  await visit(page, "/accounts/duplicates");
  await expect(pair).toHaveCount(1);
});

test("open leads of an account are proposed to its rep, never given silently", async ({ page, baseURL, signIn, visit, addLead }) => {
  const name = unique("Mercer");
  await signIn(page, "admin@demo.test");
  const account = await addAccount(page, baseURL!, { name, primary_rep: "rep@demo.test" });
  const lead = await addLead(page, { full_name: unique("Jo"), company: name, owner: "rep2@demo.test" });
  await visit(page, `/leads/${lead}`);
  const people = page.getByRole("region", { name: "People" });
  await expect(people).toContainText("Owen Pryce");
  await visit(page, account);
  await expect(page.getByRole("main")).toContainText("1 open lead is with somebody else.");
  await page.getByRole("button", { name: "Give to Maya Lindqvist" }).click();
  await expect(page).toHaveURL(/\/leads\/bulk\/\d+$/);
  await visit(page, `/leads/${lead}`);
  await expect(people).toContainText("Maya Lindqvist");
  await visit(page, account);
  await expect(page.getByRole("button", { name: "Give to Maya Lindqvist" })).toHaveCount(0);
});

test("distributors see no accounts, and so no duplicates", async ({ page, signIn, visit }) => {
  await signIn(page, "distributor@demo.test");
  expect((await visit(page, "/accounts/duplicates"))?.status()).toBe(403);
});
