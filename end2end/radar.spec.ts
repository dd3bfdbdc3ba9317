// Nothing is ignored: a lead that was handed over is on the radar until somebody touches it, and an ignored one is taken back.
import { expect, test, unique } from "./fixtures.ts";

test("a lead that is given is on the radar until whoever has it touches it", async ({ page, signIn, visit, addLead, takenOver, expectAccessible }) => {
  const name = unique("Jo");
  await signIn(page, "intake@demo.test");
  const lead = await addLead(page, { full_name: name, company: unique("Acme"), owner: "Owen Pryce" });
  await signIn(page, "rep2@demo.test");
  await visit(page, "/radar");
  const row = page.getByRole("region", { name: "Due within a day" }).getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Owen Pryce");
  await expect(row).toContainText("by Grace Okafor");
  await expect(row.getByRole("button"), "who has it has nothing to take back").toHaveCount(0);
  await expectAccessible(page);

  await row.getByRole("link", { name, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/leads/${lead}$`));
  await takenOver(page);
  await expect(page.locator(".untouched")).toContainText("Nobody has touched this yet");
  await page.locator("#composer-text").fill("Called, they want a quote");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.locator(".untouched")).toHaveCount(0);
  await visit(page, "/radar");
  await expect(page.getByRole("heading", { level: 1, name: "Radar" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(0);
});

test("who has an ignored lead is reminded once, and then it is taken back", async ({ page, signIn, visit, takenOver, javaScriptEnabled }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/radar");
  await expect(page.getByRole("region", { name: "Who has them" })).toContainText("passed");
  const passed = page.getByRole("region", { name: "Passed", exact: true });
  const ignored = passed.getByRole("row").filter({ has: page.getByRole("button", { name: /^Take it back/ }) });
  // Each way of looking at it has a lead of its own.
  const address = await ignored.nth(javaScriptEnabled ? 0 : -1).getByRole("link").first().getAttribute("href");
  const row = page.getByRole("row").filter({ has: page.locator(`a[href='${address}']`) });
  await row.getByRole("button", { name: /^Nudge/ }).click();
  if (javaScriptEnabled) await expect(page.locator(".toast", { hasText: "Reminded" })).toBeVisible();
  await takenOver(page);
  // A list that is just read anew may miss a click.
  await expect(async () => {
    await row.getByRole("button", { name: /^Nudge/ }).click();
    await expect(page.getByText("They were reminded less than an hour ago").first()).toBeVisible({ timeout: 3000 });
  }).toPass();
  await takenOver(page);
  await row.getByRole("button", { name: /^Take it back/ }).click();
  await expect(row).toHaveCount(0);
  await visit(page, address!);
  await expect(page.locator(".record__meta")).toContainText("Ruth Calloway");
  await expect(page.locator(".timeline")).toContainText("took the lead back from");
  await expect(page.locator(".timeline")).toContainText("nobody has touched this lead since");
});

test("the radar is one's own, and says when there is nothing on it", async ({ page, signIn, visit }) => {
  await signIn(page, "rep@demo.test");
  await visit(page, "/radar");
  await expect(page.getByRole("region", { name: "Who has them" })).toHaveCount(0);
  await expect(page.getByRole("row").filter({ hasText: "Owen Pryce" })).toHaveCount(0);
  await visit(page, "/radar?after=99999999999999.1");
  await expect(page.getByRole("table")).toHaveCount(0);
});

test("an administrator says within how many hours a lead has to be touched", async ({ page, signIn, visit }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/site");
  const field = page.getByLabel("Leads must be touched within, hours");
  await expect(field).toHaveValue("24");
  await field.fill("0");
  await page.getByRole("button", { name: "Save site" }).click();
  await expect(page.locator("#touch_within-error")).toHaveText("Enter a whole number of hours, 1 to 744");
  await expect(field, "nothing typed is lost").toHaveValue("0");
});
