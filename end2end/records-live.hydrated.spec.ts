// The lists of accounts and contacts follow what others do, and move no row under the pointer.
import { expect, test, unique } from "./fixtures.ts";

test("an account that somebody adds appears, but not under the pointer", async ({ page, signIn, visit, join }) => {
  const name = unique("Livestock");
  const other = await join("manager@demo.test");
  await visit(other, "/leads");
  const origin = new URL(other.url()).origin;
  const add = async (which: string) => {
    const answer = await other.request.post(`${origin}/accounts/new`, { form: { name: `${name} ${which}` }, headers: { origin, accept: "application/json" } });
    expect(await answer.json()).toHaveProperty("Done");
  };
  await add("Two");
  await signIn(page, "rep@demo.test");
  await visit(page, `/accounts?q=${encodeURIComponent(name)}`);
  const rows = page.locator("tr.row");
  await expect(rows).toHaveCount(1);
  await page.mouse.move(0, 0);
  await add("One");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText(`${name} One`);
  await expect(page.getByText("2 accounts shown")).toBeVisible();

  const under = rows.filter({ hasText: `${name} Two` });
  await under.hover();
  const before = await under.boundingBox();
  await add("Another");
  await expect(page.getByRole("button", { name: "Show changes" })).toBeVisible();
  expect(await under.boundingBox()).toEqual(before);
  await expect(rows).toHaveCount(2);
  await page.mouse.move(0, 0);
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText(`${name} Another`);
  await expect(page.getByRole("button", { name: "Show changes" })).toHaveCount(0);
});

test("a contact that comes with a lead appears in the list of contacts", async ({ page, signIn, visit, join, addLead }) => {
  const name = unique("Live Person");
  await signIn(page, "rep@demo.test");
  await visit(page, `/contacts?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole("heading", { name: "No contact fits this" })).toBeVisible();
  await page.mouse.move(0, 0);
  await addLead(await join("manager@demo.test"), { full_name: name });
  await expect(page.locator("tr.row").filter({ hasText: name })).toBeVisible();
});
