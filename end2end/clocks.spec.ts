// Follow-up clocks: what has to be done with a lead by when, on its page; and how an administrator changes that.
import { expect, test, unique } from "./fixtures.ts";

test("a lead that is given shows its clocks, and an act that was done earlier meets them", async ({ page, signIn, visit, addLead, takenOver, expectAccessible }) => {
  await signIn(page, "intake@demo.test");
  const lead = await addLead(page, { full_name: unique("Jo"), company: unique("Acme"), owner: "Owen Pryce" });
  await signIn(page, "rep2@demo.test");
  await visit(page, `/leads/${lead}`);
  const clocks = page.getByRole("region", { name: "Clocks" });
  await expect(clocks.locator("[data-clock='Review']")).toContainText(/Review by .*, 2[34] h left/);
  await expect(clocks.locator("[data-clock='Follow up']")).toContainText("Running");
  await expectAccessible(page);
  await page.locator("#composer-text").fill("Looks good");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(clocks.locator("[data-clock='Review']")).toContainText("Met in time");
  await expect(clocks.locator("[data-clock='Follow up']")).toContainText("left");

  await takenOver(page);
  await page.getByText("Done earlier?").click();
  await page.getByLabel("When, by the site’s clocks").fill("2100-01-01T09:00");
  await page.locator("#composer-text").fill("Called them");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.locator("#composer-done-at-error")).toHaveText("Enter a day and a time that have passed");
  await expect(page.locator("#composer-text"), "nothing typed is lost").toHaveValue("Called them");
  await page.getByLabel("When, by the site’s clocks").fill("2020-01-01T09:00");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.locator(".timeline")).toContainText("commented on what was done 1 Jan 2020, 09:00");
});

test("an administrator says within what time leads are followed up", async ({ page, signIn, visit, takenOver, expectAccessible }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/clocks");
  await expect(page.getByRole("heading", { level: 1, name: "Clocks" })).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: "Tell the supplier of the problem" });
  await expect(row).toContainText("7 days");
  await row.locator("summary").click();
  await row.getByLabel("Limit, hours").fill("0");
  await row.getByRole("button", { name: "Save clock" }).click();
  await expect(row.getByLabel("Limit, hours")).toHaveAttribute("aria-invalid", "true");
  await expect(row.getByLabel("Limit, hours"), "nothing typed is lost").toHaveValue("0");
  await takenOver(page);
  await row.getByLabel("Limit, hours").fill("170");
  await row.getByRole("button", { name: "Save clock" }).click();
  await expect(row.getByRole("cell", { name: "170 h", exact: true })).toBeVisible();
  await takenOver(page);
  await expectAccessible(page, "main");
  await row.locator("summary").click();
  await row.getByLabel("Limit, hours").fill("168");
  await row.getByRole("button", { name: "Save clock" }).click();
  await expect(row.getByRole("cell", { name: "7 days", exact: true })).toBeVisible();
});

test("the hour of the daily digest is a time of day", async ({ page, signIn, visit }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/clocks");
  await page.getByLabel("Sent at").fill("noon");
  await page.getByRole("button", { name: "Save digest" }).click();
  await expect(page.locator("#digest-error")).toHaveText("Enter a time of day like 08:30, or nothing");
  await expect(page.getByLabel("Sent at"), "nothing typed is lost").toHaveValue("noon");
});

test("a group has working hours of its own", async ({ page, signIn, visit, takenOver }) => {
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/clocks");
  const row = page.getByRole("region", { name: "Working hours of groups" }).getByRole("row").last();
  await row.locator("summary").click();
  await row.getByLabel("When they work").selectOption("own");
  await row.getByLabel("Monday").fill("nine to five");
  await row.getByRole("button", { name: "Save hours" }).click();
  await expect(row.getByText("Write hours like 09:00-12:30, 13:30-17:00; “nine to five” is not like that").first()).toBeVisible();
  await takenOver(page);
  await row.getByLabel("Monday").fill("09:00-12:00, 13:00-17:00");
  await row.getByLabel("Holidays").fill("2030-12-25\n2030-12-26");
  await row.getByRole("button", { name: "Save hours" }).click();
  await expect(row).toContainText("By its own hours");
  await takenOver(page);
  await row.locator("summary").click();
  await row.getByLabel("When they work").selectOption("site");
  await row.getByRole("button", { name: "Save hours" }).click();
  await expect(row).toContainText("As the site does");
});

test("an administrator adds a clock, and what is wrong is said at its field", async ({ page, signIn, visit, takenOver, expectAccessible }) => {
  const name = unique("Answer the complaint");
  await signIn(page, "admin@demo.test");
  await visit(page, "/admin/clocks");
  await page.locator("summary", { hasText: "Add a clock" }).click();
  await page.locator("#new-clock-name").fill(name);
  await page.locator("#new-clock-limit").fill("0");
  await page.getByRole("button", { name: "Add clock" }).click();
  await expect(page.locator("#new-clock-limit"), "nothing typed is lost").toHaveValue("0");
  await expect(page.locator("#new-clock-name")).toHaveValue(name);
  await page.locator("#new-clock-starts").selectOption({ label: "Begins with a problem that is flagged, or a comment that warns of one, on a lead with a partner" });
  await page.locator("#new-clock-limit").fill("72");
  await page.locator("#new-clock-met_by-report").check();
  await takenOver(page);
  await page.getByRole("button", { name: "Add clock" }).click();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("3 days");
  await expectAccessible(page, "main");
  // Others work on this site too.
  await takenOver(page);
  await row.locator("summary").click();
  await row.getByLabel("On: new clocks begin").uncheck();
  await row.getByRole("button", { name: "Save clock" }).click();
  await expect(row).toContainText("Off");
});

test("everybody says when they get the digest of the day", async ({ page, signIn, visit, takenOver, javaScriptEnabled, expectAccessible }) => {
  await signIn(page, "rep2@demo.test");
  await visit(page, "/me");
  const form = page.locator("form", { has: page.getByRole("button", { name: "Save digest" }) });
  const choice = form.getByLabel("Daily digest: what is overdue or due today");
  await choice.selectOption({ label: "At an hour of my own" });
  await form.getByRole("button", { name: "Save digest" }).click();
  await expect(page.locator("#digest-digest_at-error")).toHaveText("Enter a time of day like 08:30");
  await takenOver(page);
  await form.getByLabel("My hour").fill("07:45");
  await form.getByRole("button", { name: "Save digest" }).click();
  const saved = async () => {
    if (javaScriptEnabled) await expect(page.getByText("Saved when you get the digest").last()).toBeVisible();
  };
  await saved();
  await expectAccessible(page, "main");
  await visit(page, "/me");
  await expect(form.getByLabel("My hour")).toHaveValue("07:45");
  await choice.selectOption({ label: "Never" });
  await form.getByRole("button", { name: "Save digest" }).click();
  await saved();
  await visit(page, "/me");
  await expect(choice).toHaveValue("off");
});
